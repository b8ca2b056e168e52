;;; UDP sockets (RFC 768) of the process that opens them.  What comes is a message to it, taken out by udp-receive; so many may wait.

(define-record-type udp-socket
  (make-udp-socket port network process reference counts sender sender-port open?)
  udp-socket?
  (port udp-socket-port set-port!)
  (network udp-network)
  (process udp-process set-process!)          ; of the network, which may have ended meanwhile
  (reference udp-reference set-reference!)
  (counts udp-counts)
  (sender udp-last-sender set-sender!)
  (sender-port udp-last-port set-sender-port!)
  (open? udp-open? set-open!))

(define most-queued 65536)

(define (some-network who)
  (wait-for-address)
  (let ((all (networks)))
    (or (find (lambda (n) (not (equal? "lo" (setting n setting-interface)))) all)
        (and (pair? all) (car all))
        (%raise 'interface who "there is no network; begin one: (network-start! \"eth0\")"))))

(define open-udp-socket
  (case-lambda
    (() "(open-udp-socket [port [network [queue]]])
A UDP socket on PORT, or if that is #f on one that is free, of NETWORK, at first the first one that is not lo. So many datagrams as QUEUE says (1024) may wait to be
received; what comes beyond is dropped and counted."
        (open-udp-socket #f))
    ((port) (open-udp-socket port (some-network 'open-udp-socket)))
    ((port network) (open-udp-socket port network 1024))
    ((port network queue)
     (if (not (or (not port) (and (exact-integer? port) (<= 1 port 65535))))
         (%raise-type 'open-udp-socket 1 "a port, an integer from 1 to 65535, or #f" port))
     (check-network 'open-udp-socket network)
     (if (not (and (exact-integer? queue) (<= 1 queue most-queued))) (%raise-type 'open-udp-socket 3 "how many may wait, from 1 to 65536" queue))
     (let* ((counts (make-shared-vector 4 0)) (s (make-udp-socket port network #f #f counts 0 0 #t)))
       (vector-set! counts 3 queue)
       (join! 'open-udp-socket s port)
       s))))

;; Let the network's process know the socket.
(define (join! who s wanted)
  (let* ((network (udp-network s)) (p (worker network)) (reference (monitor p))
         (port (vector-ref (ask who network p reference 'udp-open wanted (udp-counts s)) 2)))
    (if (not port)
        (begin
          (demonitor p reference)
          (set-open! s #f)
          (%raise 'network who "this port is in use:" wanted)))
    (set-port! s port)
    (set-process! s p)
    (set-reference! s reference)))

(define seconds-for-another 2)

;; The network's process has ended: the socket is made known to the one that is begun in its place, and a condition tells that datagrams may be lost.
(define (join-again! who s)
  (let ((network (udp-network s)) (until (+ (now) seconds-for-another)) (reference (udp-reference s)))
    (set-reference! s #f)
    (receive-message-if (lambda (m) (%down? m reference)) 0)
    (let wait ()
      (cond ((not (process-alive? (network-supervisor network)))
             (set-open! s #f)
             (%raise 'interface who "the network ended:" (setting network setting-interface)))
            ((and (not (eq? (udp-process s) (worker network))) (process-alive? (worker network)))
             (join! who s (udp-socket-port s)))
            ((< (now) until)
             (sleep 0.01)
             (wait))))
    (raise-gone who network)))

(define (check-udp who s)
  (if (not (udp-socket? s)) (%raise-type who 1 "a UDP socket" s))
  (if (not (udp-open? s)) (%raise 'network who "this socket was closed:" s)))

(define (close-udp-socket s)
  "(close-udp-socket socket)\nNothing comes to SOCKET any more."
  (check-udp 'close-udp-socket s)
  (set-open! s #f)
  (if (udp-reference s) (demonitor (udp-process s) (udp-reference s)))
  (send (udp-process s) (vector 'udp-close (udp-socket-port s) (self)))
  #t)

;; An address as an integer, also of a text.
(define (address-of who argument x)
  (cond ((and (exact-integer? x) (<= 0 x #xFFFFFFFF)) x)
        ((and (string? x) (string->ip x)))
        (else (%raise-type who argument "an IP address, like 10.0.2.2" x))))

(define (udp-send s bytes address port)
  "(udp-send socket bytes address port)
Send the byte vector BYTES, at most 1472, to the UDP port PORT of ADDRESS, an integer or a string like 10.0.2.2. Whether it arrives nobody tells. #f, and nothing is sent,
if PORT is 0: whoever sent from there wants no answer. An error of type interface if the network's process has ended; if another one has begun, the socket works again."
  (check-udp 'udp-send s)
  (if (not (bytevector? bytes)) (%raise-type 'udp-send 2 "a byte vector" bytes))
  (if (> (bytevector-length bytes) longest-data) (%raise 'range 'udp-send "a datagram has at most 1472 bytes, but this has" (bytevector-length bytes)))
  (if (not (and (exact-integer? port) (<= 0 port 65535))) (%raise-type 'udp-send 4 "a port, an integer from 0 to 65535" port))
  (let ((ip (address-of 'udp-send 3 address)))
    (and (> port 0)
         (or (and (udp-reference s) (send (udp-process s) (vector 'udp-send (udp-socket-port s) ip port bytes)))
             (join-again! 'udp-send s)))))

(define udp-receive
  (case-lambda
    ((s) "(udp-receive socket [timeout])
The bytes of the next datagram that came to SOCKET, waiting for it; #f after TIMEOUT seconds. Who sent it is told by udp-sender and udp-sender-port. An error of type
interface if the network's process has ended; if another one has begun, the socket works again."
         (udp-receive s #f))
    ((s timeout)
     (check-udp 'udp-receive s)
     (if (not (udp-reference s)) (join-again! 'udp-receive s))
     (let* ((reference (udp-reference s))
            (m (receive-message-if
                (lambda (m) (and (vector? m) (or (and (= 5 (vector-length m)) (eq? 'udp (vector-ref m 0)) (eqv? reference (vector-ref m 1)))
                                                 (%down? m reference))))
                timeout)))
       (cond ((not m) #f)
             ((%down? m reference) (join-again! 'udp-receive s))
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
