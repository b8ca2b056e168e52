;;; A network process: ARP (RFC 826), IPv4 (RFC 791), ICMP echo (RFC 792) and UDP (RFC 768) on one interface.
;;;
;;; One thread takes frames from a socket for all EtherTypes that it has; the process's first thread does what others ask for by messages,
;;; and what is due from time to time.  Fragments are not put together: they are counted, and nothing this library sends is longer
;;; than one frame holds.  What fails in handling one frame or message is counted, and does not concern the next one.
;;;
;;; A supervisor begins the process again when it ends; what it is set to is in shared memory and outlives it.

(define-record-type network
  (make-network process settings)
  network?
  (process network-supervisor)
  (settings network-settings))

;; The settings are a shared vector, which others read at any time.
(define setting-address 0)
(define setting-prefix 1)
(define setting-gateway 2)
(define setting-interface 3)
(define setting-lease 4)      ; the state of DHCP: a symbol, or #f
(define setting-process 5)    ; the process that works; #f before the first one
(define setting-automatic 6)  ; was it begun because there is a card?
(define n-settings 7)

(define (setting network i) (vector-ref (network-settings network) i))
(define (set-setting! settings i value) (vector-set! settings i (share value)))
(define (worker network) (setting network setting-process))

(define (network-name network)
  "(network-name network)\nThe name of the interface that NETWORK, one of networks, is on."
  (check-network 'network-name network)
  (setting network setting-interface))

(define (network-address network)
  "(network-address network)\nTwo values: the IP address of NETWORK, an integer, 0 if it has none yet, and how many bits of it are the network's."
  (check-network 'network-address network)
  (values (setting network setting-address) (setting network setting-prefix)))

(define (network-gateway network)
  "(network-gateway network)\nThe IP address of the gateway of NETWORK, an integer, or #f."
  (check-network 'network-gateway network)
  (setting network setting-gateway))

(define (check-network who x)
  (if (not (network? x)) (%raise-type who 1 "a network" x)))

;; --- the process's state ---------------------------------------------------------------------------------------------

(define settings #f)
(define socket #f)
(define hardware #f)
(define lock #f)              ; whoever changes what follows, or sends
(define neighbours '())       ; ((ip hardware . time) ...), from ARP
(define waiting '())          ; ((ip tries time frame ...) ...): no answer to ARP yet
(define udp-ports '())        ; ((port owner reference counts watch) ...); watch is our reference of monitor
(define echoes '())           ; ((id process . watch) ...)
(define next-id 1)
(define counters '())

(define most-neighbours 256)
(define most-asked 64)        ; neighbours that are asked for at a time
(define most-waiting 8)       ; frames for one neighbour
(define most-ports 1024)
(define most-echoes 256)
(define neighbour-seconds 120)
(define arp-tries 3)
(define arp-seconds 1/2)
(define first-free-port 49152)
(define longest-data 1472)

(define (own) (vector-ref settings setting-address))

(define (count! name)
  (let ((c (assq name counters)))
    (if c (set-cdr! c (+ 1 (cdr c))) (set! counters (cons (cons name 1) counters)))))

(define (now) (/ (current-jiffy) (jiffies-per-second)))

(define (in-network? ip address prefix)
  (let ((shift (- prefix 32))) (= (arithmetic-shift ip shift) (arithmetic-shift address shift))))

(define broadcast-ip #xFFFFFFFF)

(define (broadcast? ip)
  (or (= ip broadcast-ip)
      (let ((host-bits (- 32 (vector-ref settings setting-prefix))))
        (and (in-network? ip (own) (vector-ref settings setting-prefix))
             (> host-bits 1)
             (= (bitwise-and ip (- (expt 2 host-bits) 1)) (- (expt 2 host-bits) 1))))))

(define (multicast? ip) (= #xE (arithmetic-shift ip -28)))

;; What no packet may come from (RFC 1122, 3.2.1.3): nobody, all, many, what is reserved, and on a cable this system itself.
(define (bad-source? ip)
  (or (= 0 (arithmetic-shift ip -24))
      (>= ip #xE0000000)
      (broadcast? ip)
      (and (not loopback-network?)
           (or (= ip (own)) (= 127 (arithmetic-shift ip -24))))))

;; Is what begins at AT a hardware address of many?
(define (many? frame at) (odd? (bytevector-u8-ref frame at)))

(define loopback-network? #f)

;; --- sending: the lock is held --------------------------------------------------------------------------------------------

(define (transmit! frame)
  (guard (c ((eq? 'interface (condition-type c)) (count! 'not-sent)))
    (ethernet-send socket frame)))

(define (send-to! to frame)
  (ethernet-destination-set! frame 0 to)
  (ethernet-source-set! frame 0 hardware)
  (ethernet-type-set! frame 0 type-ipv4)
  (transmit! frame))

(define (ask-for! ip)
  (transmit! (arp-frame arp-request broadcast-hardware hardware (own) (make-bytevector 6 0) ip)))

;; FRAME is complete but for its Ethernet header.
(define (route! frame ip)
  (cond (loopback-network? (send-to! hardware frame))
        ((broadcast? ip) (send-to! broadcast-hardware frame))
        ((multicast? ip) (send-to! (multicast-hardware ip) frame))
        (else
         (let ((hop (if (in-network? ip (own) (vector-ref settings setting-prefix)) ip (vector-ref settings setting-gateway))))
           (cond ((not hop) (count! 'no-route))
                 ((= hop (own)) (count! 'no-route))
                 ((assv hop neighbours) => (lambda (n) (send-to! (cadr n) frame)))
                 (else (wait-for-neighbour! hop frame)))))))

(define (wait-for-neighbour! ip frame)
  (let ((w (assv ip waiting)))
    (cond ((and (not w) (>= (length waiting) most-asked)) (count! 'no-room))
          ((not w)
           (set! waiting (cons (list ip 1 (now) frame) waiting))
           (ask-for! ip)
           (send (self) 'look))
          ((< (length (cdddr w)) most-waiting) (set-cdr! (cddr w) (append (cdddr w) (list frame))))
          (else (count! 'no-room)))))

(define (learn! ip address)
  (let ((n (assv ip neighbours)) (w (assv ip waiting)))
    (cond (n
           (set-cdr! n (cons address (now))))
          (else
           (if (>= (length neighbours) most-neighbours) (set! neighbours (list-head neighbours (- most-neighbours 1))))
           (set! neighbours (cons (cons ip (cons address (now))) neighbours))))
    (if w
        (begin
          (set! waiting (remove (lambda (x) (eq? x w)) waiting))
          (for-each (lambda (frame) (send-to! address frame)) (cdddr w))))))

(define (new-id!)
  (set! next-id (bitwise-and #xFFFF (+ next-id 1)))
  next-id)

(define (send-udp! from ip to data source)
  (let* ((n (bytevector-length data)) (frame (make-bytevector (+ udp-data-at n))))
    (bytevector-copy! frame udp-data-at data)
    (write-udp! frame icmp-at n from to source ip)
    (write-ipv4! frame ipv4-at (+ n 8) protocol-udp (new-id!) source ip)
    (route! frame ip)))

(define (send-echo! ip id sequence n)
  (let* ((end (+ icmp-data-at n)) (frame (make-bytevector end)))
    (do ((i icmp-data-at (+ i 1))) ((= i end)) (bytevector-u8-set! frame i (bitwise-and 255 i)))
    (write-icmp! frame icmp-at end echo-request 0 id sequence)
    (write-ipv4! frame ipv4-at (+ n 8) protocol-icmp (new-id!) (own) ip)
    (route! frame ip)))

;; What came cannot be delivered: its header and 8 bytes of it go back (RFC 792; not for what was sent to all, RFC 1122, 3.2.2).
(define (send-unreachable! frame code)
  (let* ((header (ipv4-header-length frame ipv4-at))
         (n (min (+ header 8) (ipv4-length frame ipv4-at)))
         (end (+ icmp-data-at n))
         (answer (make-bytevector end 0))
         (ip (ipv4-source frame ipv4-at)))
    (bytevector-copy! answer icmp-data-at frame ipv4-at (+ ipv4-at n))
    (write-icmp! answer icmp-at end unreachable code 0 0)
    (write-ipv4! answer ipv4-at (+ n 8) protocol-icmp (new-id!) (own) ip)
    (route! answer ip)))

;; --- what comes ----------------------------------------------------------------------------------------------------------

(define (receive-arp! frame end)
  (let* ((at ethernet-length) (problem (arp-problem frame at end)))
    (if (or problem
            (many? frame 6)
            (many? (arp-sender frame at) 0)
            ;; Nobody's address: who asks has none yet, and only wants to know whether this one is free (RFC 5227).
            (not (or (= 0 (arp-sender-ip frame at)) (not (bad-source? (arp-sender-ip frame at))))))
        (count! 'bad-arp)
        (let ((for-us? (and (= (arp-target-ip frame at) (own)) (not (= 0 (own))))) (sender (arp-sender-ip frame at)))
          (if (and (not (= sender 0)) (or for-us? (assv sender neighbours) (assv sender waiting)))
              (learn! sender (arp-sender frame at)))
          (if (and for-us? (= arp-request (arp-operation frame at)))
              (transmit! (arp-frame arp-reply (arp-sender frame at) hardware (own) (arp-sender frame at) sender)))))))

(define (receive-icmp! frame at end)
  (cond ((icmp-problem frame at end) (count! 'bad-icmp))
        ((and (= echo-request (icmp-type frame at)) (= (own) (ipv4-destination frame ipv4-at)))
         (let ((from (ipv4-source frame ipv4-at)) (n (- end at)))
           ;; In place: behind a header of the usual length.
           (let ((answer (make-bytevector (+ icmp-at n))))
             (bytevector-copy! answer icmp-at frame at end)
             (icmp-reply! answer icmp-at (+ icmp-at n))
             (write-ipv4! answer ipv4-at n protocol-icmp (new-id!) (own) from)
             (route! answer from))))
        ((= echo-reply (icmp-type frame at))
         (let ((e (assv (icmp-id frame at) echoes)))
           (if e (send (cadr e) (vector 'echo-reply (icmp-id frame at) (icmp-sequence frame at) (ipv4-source frame ipv4-at) (current-jiffy))))))
        ((= unreachable (icmp-type frame at)) (count! 'unreachable))
        (else (count! 'other-icmp))))

(define (receive-udp! frame at end)
  (let ((source (ipv4-source frame ipv4-at)) (destination (ipv4-destination frame ipv4-at)))
    (if (udp-problem frame at end source destination)
        (count! 'bad-udp)
        (let ((p (assv (udp-destination frame at) udp-ports)))
          (cond ((and (= 0 (own)) (not (= dhcp-client-port (udp-destination frame at)))) (count! 'no-address))
                (p (deliver! p (udp-source frame at) source (bytevector-copy frame (udp-data-start at) (udp-data-end frame at))))
                ((or (not (= destination (own))) (= 0 (udp-source frame at))) (count! 'unwanted))
                (else
                 (count! 'unwanted)
                 (send-unreachable! frame 3)))))))

;; counts is a shared vector: what was delivered, what was taken, what was dropped, and how many may wait.
(define (deliver! p port source data)
  (let ((owner (cadr p)) (reference (list-ref p 2)) (counts (list-ref p 3)))
    (cond ((procedure? owner) (if (= port dhcp-server-port) (owner data)))
          ((>= (- (vector-ref counts 0) (vector-ref counts 1)) (vector-ref counts 3))
           (vector-set! counts 2 (+ 1 (vector-ref counts 2))))
          ((guard (c (#t #f)) (send owner (vector 'udp reference data source port)))
           (vector-set! counts 0 (+ 1 (vector-ref counts 0))))
          (else (vector-set! counts 2 (+ 1 (vector-ref counts 2)))))))

(define (receive-ipv4! frame end)
  (if (ipv4-problem frame ipv4-at end)
      (count! 'bad-ipv4)
      (let ((to (ipv4-destination frame ipv4-at)))
        (cond ((or (many? frame 6) (bad-source? (ipv4-source frame ipv4-at))) (count! 'bad-source))
              ((not (or (= to (own)) (broadcast? to) (= 0 (own)) loopback-network?)) (count! 'not-ours))
              ;; RFC 1122, 3.3.6: a frame for all is no way to a single one, who would answer as many others would.
              ((and (many? frame 0) (not (= 0 (own))) (not (broadcast? to))) (count! 'not-ours))
              ((ipv4-fragment? frame ipv4-at) (count! 'fragments))
              (else
               (let ((at (+ ipv4-at (ipv4-header-length frame ipv4-at)))
                     (end (ipv4-payload-end frame ipv4-at))
                     (protocol (ipv4-protocol frame ipv4-at)))
                 (cond ((= protocol protocol-udp) (receive-udp! frame at end))
                       ((= 0 (own)) (count! 'no-address))
                       ((= protocol protocol-icmp) (receive-icmp! frame at end))
                       (else (count! 'other-protocols)))))))))

(define (receive-frame! frame)
  (let ((n (bytevector-length frame)))
    (cond ((< n ethernet-length) (count! 'runts))
          ((= type-ipv4 (ethernet-type frame 0)) (receive-ipv4! frame n))
          ((= type-arp (ethernet-type frame 0)) (receive-arp! frame n))
          (else (count! 'other-types)))))

(define (with-lock thunk)
  (dynamic-wind (lambda () (mutex-lock! lock)) thunk (lambda () (mutex-unlock! lock))))

;; Whatever THUNK does with bytes and messages of others, the lock is free afterwards, and this process goes on.
(define (safely name thunk)
  (guard (c (#t (count! name) #f))
    (with-lock thunk)))

;; The driver may end and begin again; then the socket works again too.
(define (receive-for-ever)
  (let ((frame (guard (c ((eq? 'interface (condition-type c)) (sleep 0.05) #f)) (ethernet-receive socket 10))))
    (if frame (safely 'bad-frames (lambda () (receive-frame! frame))))
    (receive-for-ever)))

;; --- what others ask for -----------------------------------------------------------------------------------------------------

(define (free-port)
  (let loop ((port (+ first-free-port (random-integer (- 65536 first-free-port)))))
    (if (assv port udp-ports) (loop (if (= port 65535) first-free-port (+ port 1))) port)))

(define (ports-counts? x)
  (and (vector? x) (= 4 (vector-length x)) (exact-integer? (vector-ref x 3))))

(define (open-port! owner reference wanted counts)
  (let ((port (or wanted (and (< (length udp-ports) most-ports) (free-port)))))
    (if (and (process? owner) (ports-counts? counts) (exact-integer? port) (<= 1 port 65535)
             (not (assv port udp-ports)) (< (length udp-ports) most-ports))
        (begin
          (set! udp-ports (cons (list port owner reference counts (monitor owner)) udp-ports))
          (send owner (vector 'udp-open reference port)))
        (send owner (vector 'udp-open reference #f)))))

(define (close-port! port owner)
  (let ((p (assv port udp-ports)))
    (if (and p (eq? owner (cadr p)))
        (begin
          (demonitor owner (list-ref p 4))
          (set! udp-ports (remove (lambda (x) (eq? x p)) udp-ports))))))

(define (begin-echo! process id)
  (if (and (process? process) (not (assv id echoes)) (< (length echoes) most-echoes))
      (set! echoes (cons (cons id (cons process (monitor process))) echoes))))

(define (end-echo! id)
  (let ((e (assv id echoes)))
    (if e
        (begin
          (demonitor (cadr e) (cddr e))
          (set! echoes (remove (lambda (x) (eq? x e)) echoes))))))

(define (forget-process! p)
  (set! udp-ports (remove (lambda (x) (eq? (cadr x) p)) udp-ports))
  (set! echoes (remove (lambda (x) (eq? (cadr x) p)) echoes)))

;; What comes from a process that has no address could not be answered.
(define (with-address send!)
  (if (= 0 (own)) (count! 'no-address) (send!)))

(define (serve! m)
  (if (vector? m)
      (case (vector-ref m 0)
        ((udp-send)
         (with-address (lambda () (send-udp! (vector-ref m 1) (vector-ref m 2) (vector-ref m 3) (vector-ref m 4) (own)))))
        ((udp-open) (open-port! (vector-ref m 1) (vector-ref m 2) (vector-ref m 3) (vector-ref m 4)))
        ((udp-close) (close-port! (vector-ref m 1) (vector-ref m 2)))
        ((echo)
         (begin-echo! (vector-ref m 1) (vector-ref m 2))
         (with-address (lambda () (send-echo! (vector-ref m 3) (vector-ref m 2) (vector-ref m 4) (vector-ref m 5)))))
        ((echo-end) (end-echo! (vector-ref m 1)))
        ((statistics) (send (vector-ref m 1) (vector 'network-statistics (vector-ref m 2) counters (length neighbours) (length udp-ports))))
        ((down) (forget-process! (vector-ref m 2)))
        (else (count! 'bad-messages)))))

;; ARP is asked again, old neighbours are forgotten.
(define (look-at-time!)
  (let ((t (now)))
    (for-each
     (lambda (w)
       (if (>= (- t (caddr w)) arp-seconds)
           (if (< (cadr w) arp-tries)
               (begin
                 (set-car! (cdr w) (+ 1 (cadr w)))
                 (set-car! (cddr w) t)
                 (ask-for! (car w)))
               (begin
                 (count! 'no-neighbour)
                 (set! waiting (remove (lambda (x) (eq? x w)) waiting))))))
     waiting)
    (set! neighbours (filter (lambda (n) (< (- t (cddr n)) neighbour-seconds)) neighbours))))

(define (serve-for-ever)
  (let ((m (receive-message (if (null? waiting) 30 0.1))))
    (safely 'bad-messages (lambda () (if (and m (not (eq? m 'look))) (serve! m) (look-at-time!))))
    (serve-for-ever)))

;; --- beginning -----------------------------------------------------------------------------------------------------------

;; When this process is begun again, the driver may just be too.
(define (open-socket name again?)
  (guard (c ((and again? (eq? 'interface (condition-type c)))
             (sleep 0.05)
             (open-socket name again?)))
    (open-ethernet-socket name #f 'queue 1024)))

(define (run-network shared parent dhcp?)
  (let ((name (vector-ref shared setting-interface)) (again? (vector-ref shared setting-process)))
    (set! settings shared)
    (set! lock (make-mutex))
    (set! loopback-network? (string=? "lo" name))
    (set! socket (open-socket name again?))
    (set! hardware (interface-address (find-interface name)))
    (set-setting! settings setting-process (self))
    (thread-start! (make-thread receive-for-ever 'receive))
    (if dhcp? (start-dhcp!))
    (if (not again?) (send parent (list 'network-runs shared)))
    (serve-for-ever)))

(define (process-network p)
  (let ((name (process-name p)))
    (and (pair? name) (eq? 'network (car name)) (vector? (cdr name)) (= n-settings (vector-length (cdr name)))
         (make-network p (cdr name)))))

(define (networks)
  "(networks)\nA list of the networks that were started."
  (filter (lambda (x) x) (map process-network (processes))))

(define (network-on name)
  (find (lambda (n) (equal? name (setting n setting-interface))) (networks)))

(define (parse-address who text)
  (let* ((parts (if (string? text) (string-split text "/") '("")))
         (ip (string->ip (car parts)))
         (prefix (if (= 2 (length parts)) (string->number (cadr parts)) 24)))
    (if (not (and ip (<= (length parts) 2) (exact-integer? prefix) (<= 0 prefix 32)))
        (%raise 'type who "an address should be like 10.0.0.2/24, but is" text))
    (values ip prefix)))

(define network-quota 16000000)

;; So many failures in a second are not by chance: the supervisor gives up.
(define most-failures 20)

(define (begin-network! shared dhcp?)
  (let* ((me (self))
         (p (start-supervisor (list (child 'network (lambda () (run-network shared me dhcp?)) 'quota network-quota))
                              'intensity most-failures 'period 1 'name (cons 'network shared)))
         (reference (monitor p))
         (m (receive-message-if (lambda (m) (or (%down? m reference) (and (pair? m) (eq? 'network-runs (car m)) (eq? shared (cadr m))))))))
    (if (%down? m reference) (%raise 'interface 'network-start! "the network could not be started:" (vector-ref m 3)))
    (demonitor p reference)
    (make-network p shared)))

;; The one that the system began gives way.
(define (make-way! name)
  (let ((n (network-on name)))
    (if n
        (begin
          (if (not (setting n setting-automatic)) (%raise 'interface 'network-start! "there is a network already on" name))
          (network-stop! n)))))

;; Two that begin at the same time see each other now; of those that the system began none stays beside another one.
(define (settle! new)
  (let ((others (filter (lambda (n) (and (not (eq? (network-supervisor n) (network-supervisor new)))
                                         (equal? (setting n setting-interface) (setting new setting-interface))))
                        (networks))))
    (if (and (pair? others) (setting new setting-automatic)) (network-stop! new))
    (for-each (lambda (n) (if (setting n setting-automatic) (network-stop! n))) others)))

(define (network-start! interface . options)
  "(network-start! interface option value ...)
Begin a process for IPv4 on INTERFACE, a string like eth0, and return the network; it ends one that the system began there itself. Options: address, like 10.0.0.2/24;
gateway, like 10.0.0.1; without an address it is asked for by DHCP, and 10.0.2.15 or the like appears soon. On lo the address is 127.0.0.1/8."
  (%check-options 'network-start! options '(address gateway automatic))
  (if (not (string? interface)) (%raise-type 'network-start! 1 "the name of an interface" interface))
  ;; Right after the machine has begun its cards' drivers may not be ready yet.
  (if (not (wait-for-interface interface 1)) (%raise 'interface 'network-start! "there is no interface called" interface))
  (let* ((address (%option options 'address (if (string=? interface "lo") "127.0.0.1/8" #f)))
         (gateway (%option options 'gateway #f))
         (shared (make-shared-vector n-settings #f)))
    (call-with-values (lambda () (if address (parse-address 'network-start! address) (values 0 24)))
      (lambda (ip prefix)
        (set-setting! shared setting-address ip)
        (set-setting! shared setting-prefix prefix)))
    (if gateway (call-with-values (lambda () (parse-address 'network-start! gateway)) (lambda (ip prefix) (set-setting! shared setting-gateway ip))))
    (set-setting! shared setting-interface interface)
    (set-setting! shared setting-automatic (and (%option options 'automatic #f) #t))
    (make-way! interface)
    (let ((n (begin-network! shared (not address))))
      (settle! n)
      n)))

(define (network-stop! network)
  "(network-stop! network)\nEnd the process of NETWORK; its UDP sockets receive nothing more."
  (check-network 'network-stop! network)
  (let* ((p (worker network)) (reference (monitor p)))
    (kill (network-supervisor network) 'stopped)
    (receive-message-if (lambda (m) (%down? m reference)) 1))
  #t)

;; --- asking it ---------------------------------------------------------------------------------------------------------------

(define (raise-gone who network)
  (%raise 'interface who "the network went away:" (setting network setting-interface)))

;; What the process P of a network answers to the request of `who`: a vector of `what`, this process, the REFERENCE by which it monitors
;; P, and MORE.
(define (ask who network p reference what . more)
  (send p (apply vector what (self) reference more))
  (let ((m (receive-message-if (lambda (m) (and (vector? m) (> (vector-length m) 1) (eqv? reference (vector-ref m 1)))))))
    (if (%down? m reference) (raise-gone who network))
    m))

(define (network-statistics network)
  "(network-statistics network)\nAn association list: neighbours known by ARP, udp-ports in use, and how often which packets were refused, and why."
  (check-network 'network-statistics network)
  (let* ((p (worker network)) (reference (monitor p)) (m (ask 'network-statistics network p reference 'statistics)))
    (demonitor p reference)
    (append (list (cons 'neighbours (vector-ref m 3)) (cons 'udp-ports (vector-ref m 4))) (vector-ref m 2))))
