;;; UDP sockets (RFC 768) of the process that opens them.  What comes is a message to it, taken out by udp-receive; so many may wait.

(define-record-type udp-socket
  (make-udp-socket port network reference counts sender sender-port open?)
  udp-socket?
  (port udp-socket-port)
  (network udp-network)
  (reference udp-reference)
  (counts udp-counts)
  (sender udp-last-sender set-sender!)
  (sender-port udp-last-port set-sender-port!)
  (open? udp-open? set-open!))

(define most-queued 65536)

(define (some-network who)
  (let ((all (networks)))
    (or (find (lambda (n) (not (equal? "lo" (setting n setting-interface)))) all)
        (and (pair? all) (car all))
        (%raise 'interface who "there is no network; begin one: (network-start! \"eth0\")"))))

(define open-udp-socket
  (case-lambda
    (() "(open-udp-socket [port [network [queue]]])
A UDP socket on PORT, or if that is #f on one that is free, of NETWORK, at first the first one that is not lo. So many datagrams as QUEUE says (256) may wait to be
received; what comes beyond is dropped and counted."
        (open-udp-socket #f))
    ((port) (open-udp-socket port (some-network 'open-udp-socket)))
    ((port network) (open-udp-socket port network 256))
    ((port network queue)
     (if (not (or (not port) (and (exact-integer? port) (<= 1 port 65535))))
         (%raise-type 'open-udp-socket 1 "a port, an integer from 1 to 65535, or #f" port))
     (check-network 'open-udp-socket network)
     (if (not (and (exact-integer? queue) (<= 1 queue most-queued))) (%raise-type 'open-udp-socket 3 "how many may wait, from 1 to 65536" queue))
     (let* ((counts (make-shared-vector 4 0)) (p (network-process network)) (reference (monitor p)))
       (vector-set! counts 3 queue)
       (let ((m (ask 'open-udp-socket network reference 'udp-open port counts)))
         (if (not (vector-ref m 2))
             (begin
               (demonitor p reference)
               (%raise 'network 'open-udp-socket "this port is in use:" port)))
         (make-udp-socket (vector-ref m 2) network reference counts 0 0 #t))))))

(define (check-udp who s)
  (if (not (udp-socket? s)) (%raise-type who 1 "a UDP socket" s))
  (if (not (udp-open? s)) (%raise 'network who "this socket was closed:" s)))

(define (close-udp-socket s)
  "(close-udp-socket socket)\nNothing comes to SOCKET any more."
  (check-udp 'close-udp-socket s)
  (set-open! s #f)
  (demonitor (network-process (udp-network s)) (udp-reference s))
  (send (network-process (udp-network s)) (vector 'udp-close (udp-socket-port s))))

;; An address as an integer, also of a text.
(define (address-of who argument x)
  (cond ((and (exact-integer? x) (<= 0 x #xFFFFFFFF)) x)
        ((and (string? x) (string->ip x)))
        (else (%raise-type who argument "an IP address, like 10.0.2.2" x))))

(define (udp-send s bytes address port)
  "(udp-send socket bytes address port)
Send the byte vector BYTES, at most 1472, to the UDP port PORT of ADDRESS, an integer or a string like 10.0.2.2. Whether it arrives nobody tells."
  (check-udp 'udp-send s)
  (if (not (bytevector? bytes)) (%raise-type 'udp-send 2 "a byte vector" bytes))
  (if (> (bytevector-length bytes) longest-data) (%raise 'range 'udp-send "a datagram has at most 1472 bytes, but this has" (bytevector-length bytes)))
  (if (not (and (exact-integer? port) (<= 1 port 65535))) (%raise-type 'udp-send 4 "a port, an integer from 1 to 65535" port))
  (let ((ip (address-of 'udp-send 3 address)))
    (if (not (send (network-process (udp-network s)) (vector 'udp-send (udp-socket-port s) ip port bytes)))
        (%raise 'interface 'udp-send "the network ended:" (setting (udp-network s) setting-interface)))
    #t))

(define udp-receive
  (case-lambda
    ((s) "(udp-receive socket [timeout])
The bytes of the next datagram that came to SOCKET, waiting for it; #f after TIMEOUT seconds. Who sent it is told by udp-sender and udp-sender-port."
         (udp-receive s #f))
    ((s timeout)
     (check-udp 'udp-receive s)
     (let* ((reference (udp-reference s))
            (m (receive-message-if
                (lambda (m) (and (vector? m) (or (and (= 5 (vector-length m)) (eq? 'udp (vector-ref m 0)) (eqv? reference (vector-ref m 1)))
                                                 (%down? m reference))))
                timeout)))
       (cond ((not m) #f)
             ((%down? m reference)
              (set-open! s #f)
              (%raise 'interface 'udp-receive "the network ended:" (setting (udp-network s) setting-interface)))
             (else
              (let ((counts (udp-counts s)))
                (vector-set! counts 1 (+ 1 (vector-ref counts 1)))
                (set-sender! s (vector-ref m 3))
                (set-sender-port! s (vector-ref m 4))
                (vector-ref m 2))))))))

(define (udp-sender s)
  "(udp-sender socket)\nThe IP address, an integer, that the datagram received last came from."
  (check-udp 'udp-sender s)
  (udp-last-sender s))

(define (udp-sender-port s)
  "(udp-sender-port socket)\nThe port that the datagram received last came from."
  (check-udp 'udp-sender-port s)
  (udp-last-port s))

(define (udp-socket-dropped s)
  "(udp-socket-dropped socket)\nHow many datagrams its queue had no room for."
  (check-udp 'udp-socket-dropped s)
  (vector-ref (udp-counts s) 2))
