;;; Network interfaces and raw Ethernet sockets for those who use them.
;;;
;;; A socket is two rings of frames in shared memory, see ethernet/shared.scm: what is sent is copied into one, and the driver told if it is idle;
;;; what comes the driver copies into the other.  No frame is a message, so the mailbox is left alone.

;; --- interfaces -------------------------------------------------------------------------------------------------------

(define-record-type interface (make-interface shared) interface?
  (shared interface-shared))

(define (interfaces)
  "(interfaces)\nA list of the network interfaces; the loopback interface, lo, is one of them."
  (start-loopback!)
  (map make-interface (filter (lambda (i) (interface-field i :process)) (registered-interfaces))))

(define (find-interface name)
  "(find-interface name)\nThe interface called NAME, a string like eth0, or #f."
  (if (not (string? name)) (%raise-type 'find-interface 1 "a string" name))
  (if (string=? name "lo") (start-loopback!))
  (let ((i (find-registered name)))
    (and i (interface-field i :process) (make-interface i))))

(define wait-for-interface
  (case-lambda
    ((name)
     "(wait-for-interface name [seconds])\nThe interface called NAME, as soon as there is one; #f if there is none after SECONDS."
     (or (find-interface name)
         (begin
           (sleep 0.001)
           (wait-for-interface name))))
    ((name seconds)
     (let ((until (+ (current-jiffy) (* seconds (jiffies-per-second)))))
       (let wait ()
         (or (find-interface name)
             (and (< (current-jiffy) until)
                  (begin
                    (sleep 0.001)
                    (wait)))))))))

(define (shared-of who i)
  (if (not (interface? i)) (%raise-type who 1 "an interface" i))
  (interface-shared i))

(define (interface-name i)
  "(interface-name interface)\nIts name, a string."
  (interface-field (shared-of 'interface-name i) :name))

(define (interface-address i)
  "(interface-address interface)\nIts Ethernet address, a byte vector of 6."
  (interface-field (shared-of 'interface-address i) :address))

(define (interface-alive? i)
  "(interface-alive? interface)\nIs there a driver that works? If not, it may be started again, and then this is true again."
  (alive? (shared-of 'interface-alive? i)))

(define (interface-link? i)
  "(interface-link? interface)\nIs there a driver that works, and a cable that something answers at?"
  (let ((shared (shared-of 'interface-link? i)))
    (and (alive? shared) (interface-field shared :link?))))

(define (interface-mtu i)
  "(interface-mtu interface)\nHow many bytes a frame may have after its header of 14."
  (shared-of 'interface-mtu i)
  (- longest-frame shortest-frame))

(define (alive? shared)
  (let ((p (interface-field shared :process)))
    (and p (process-alive? p))))

(define (raise-gone who shared)
  (%raise 'interface who (string-append "the interface " (interface-field shared :name) " went away")))

(define (interface-statistics i)
  "(interface-statistics interface)
What it has counted since its driver began, an association list: frames-in, bytes-in, frames-out, bytes-out; unwanted, received frames that no socket was for; dropped,
those that a socket's queue had no room for; and the driver's own counters. An error of type interface if there is no driver."
  (let* ((shared (shared-of 'interface-statistics i))
         (m (%request (interface-field shared :process) 'interface-statistics)))
    (if (not m) (raise-gone 'interface-statistics shared))
    (vector-ref m 2)))

;; --- the loopback interface --------------------------------------------------------------------------------------------

(define (run-loopback)
  (run-interface "lo" (make-bytevector 6 0)
                 (lambda (frame start end)
                   (interface-receive! frame start end)
                   #t)
                 (lambda (what . arguments) #f)))

;; Two processes may begin it at once; then the second one ends.
(define (start-loopback!)
  (let ((i (find-registered "lo")))
    (if (not (and i (alive? i)))
        (begin
          (spawn-process (lambda () (guard (c (#t #f)) (run-loopback))) 'name 'lo)
          (let wait ((n 0))
            (let ((i (find-registered "lo")))
              (if (not (and i (alive? i)))
                  (if (< n 1000)
                      (begin
                        (sleep 0.001)
                        (wait (+ n 1)))
                      (%raise 'interface 'find-interface "the loopback interface does not begin")))))))))

;; --- sockets -----------------------------------------------------------------------------------------------------------

(define-record-type ethernet-socket
  (make-socket interface type shared time sent?)
  ethernet-socket?
  (interface ethernet-socket-interface)
  (type ethernet-socket-type)
  (shared socket-shared)
  (time socket-time set-time!)            ; of the frame received last
  (sent? socket-sent? set-sent!))         ; was that one sent by another socket?

(define socket-options '(queue send-queue promiscuous multicast sent))
(define most-frames 4096)

(define (check-queue who name n)
  (if (not (and (exact-integer? n) (<= 1 n most-frames)))
      (%raise 'range who (string-append (symbol->string name) " should be between 1 and " (number->string most-frames) ", but is") n)))

(define (multicast-address? x)
  (and (bytevector? x) (= 6 (bytevector-length x)) (odd? (bytevector-u8-ref x 0))))

(define (open-ethernet-socket interface type . options)
  "(open-ethernet-socket interface type option value ...)
A socket of this process on INTERFACE, which may be its name, for frames of the EtherType TYPE, an integer, or for all if that is #f; for those to this interface or to
all. Options: multicast, a list of addresses whose frames are wanted too; promiscuous #t: all frames that pass by; sent #t: copies of those that other sockets
send; queue, how many received frames may wait (256), and send-queue, how many to be sent (64); each takes 1536 bytes of shared memory."
  (let* ((i (cond ((interface? interface) interface)
                  ((not (string? interface)) (%raise-type 'open-ethernet-socket 1 "an interface or the name of one" interface))
                  ((find-interface interface))
                  (else (%raise 'interface 'open-ethernet-socket "there is no interface called" interface))))
         (queue (begin (%check-options 'open-ethernet-socket options socket-options) (%option options 'queue 256)))
         (send-queue (%option options 'send-queue 64))
         (multicast (%option options 'multicast '())))
    (if (not (or (not type) (and (exact-integer? type) (<= 0 type #xFFFF))))
        (%raise-type 'open-ethernet-socket 2 "an EtherType, an integer from 0 to 65535, or #f" type))
    (check-queue 'open-ethernet-socket 'queue queue)
    (check-queue 'open-ethernet-socket 'send-queue send-queue)
    (if (not (and (list? multicast) (not (find (lambda (a) (not (multicast-address? a))) multicast))))
        (%raise 'type 'open-ethernet-socket "multicast should be a list of multicast addresses, 6 bytes each, but is" multicast))
    (attach i type (make-shared-socket (interface-shared i) type (and (%option options 'promiscuous #f) #t) multicast (and (%option options 'sent #f) #t) queue send-queue))))

;; Returns when the driver knows it, so that no frame after this is lost to it.
(define (attach i type s)
  (let ((shared (interface-shared i)))
    (if (not (alive? shared)) (raise-gone 'open-ethernet-socket shared))
    (change-sockets! shared (lambda (l) (cons s l)))
    (send (interface-field shared :process) 'sockets)
    (let wait ()
      (let ((seen (%nudges)))
        (if (not (process-alive? (interface-field shared :process)))
            (begin
              (change-sockets! shared (lambda (l) (remove (lambda (x) (eq? x s)) l)))
              (raise-gone 'open-ethernet-socket shared)))
        (if (not (socket-field s :known?))
            (begin
              (%await-nudge seen (%deadline 'open-ethernet-socket 1 1))
              (wait)))))
    (make-socket i type s #f #f)))

;; What it shares with the driver.
(define (check-socket who socket)
  (if (not (ethernet-socket? socket)) (%raise-type who 1 "an Ethernet socket" socket))
  (let ((s (socket-shared socket)))
    (if (not (eq? (self) (socket-field s :owner)))
        (%raise 'type who "this socket belongs to another process:" socket))
    s))

;; The driver may have ended, and another one begun, since this was looked at: that is told once.
(define (check-works who s)
  (let ((i (socket-field s :interface)))
    (if (not (and (eq? (interface-field i :times) (socket-field s :times)) (process-alive? (interface-field i :process))))
        (begin
          (if (not (socket-field s :times)) (%raise 'interface who "this socket was closed"))
          (socket-field-set! s :times (interface-field i :times))
          (raise-gone who i)))))

(define (close-ethernet-socket socket)
  "(close-ethernet-socket socket)\nNo frames come to SOCKET any more; what waits to be sent is forgotten. #f if it was closed already."
  (let* ((s (check-socket 'close-ethernet-socket socket)) (i (socket-field s :interface)) (p (interface-field i :process)))
    (and (socket-field s :times)
         (begin
           (socket-field-set! s :times #f)
           (change-sockets! i (lambda (l) (remove (lambda (x) (eq? x s)) l)))
           (send p 'sockets)
           (%nudge (self))
           #t))))

;; --- sending ------------------------------------------------------------------------------------------------------------

(define ethernet-send
  (case-lambda
    ((socket frame)
     "(ethernet-send socket frame [start [end]])
Send the bytes of the byte vector FRAME from START to END: 14 to 1514, with the header, and without the check sequence. Returns #t when they are
copied into the socket's queue; waits while that is full. An error of type interface if the driver has ended."
     (let ((s (check-socket 'ethernet-send socket)))
       (if (not (bytevector? frame)) (%raise-type 'ethernet-send 2 "a byte vector" frame))
       (send-part s frame 0 (bytevector-length frame))))
    ((socket frame start)
     (ethernet-send socket frame start (if (bytevector? frame) (bytevector-length frame) 0)))
    ((socket frame start end)
     (let ((s (check-socket 'ethernet-send socket)))
       (if (not (bytevector? frame)) (%raise-type 'ethernet-send 2 "a byte vector" frame))
       (if (not (and (exact-integer? start) (exact-integer? end) (<= 0 start end (bytevector-length frame))))
           (%raise 'range 'ethernet-send "these are no start and end in a frame of so many bytes:" start end (bytevector-length frame)))
       (send-part s frame start end)))))

(define (send-part s frame start end)
  (let ((length (- end start)))
    (if (or (< length shortest-frame) (> length longest-frame))
        (%raise 'range 'ethernet-send "a frame has 14 to 1514 bytes, but this has" length))
    (check-works 'ethernet-send s)
    (enqueue! s frame start end length)))

(define (enqueue! s frame start end length)
  (%preemption-off)
  (let* ((i (socket-field s :out-next)) (next (next-slot i (socket-field s :out-slots))))
    (if (eq? next (socket-field s :out-first))
        (begin
          (%preemption-on)
          (wait-for-room s)
          (enqueue! s frame start end length))
        (let ((ring (socket-field s :out)) (at (* i slot-bytes)))
          (bytevector-u16-set! ring at length)
          (bytevector-copy! ring (+ at slot-header) frame start end)
          (socket-field-set! s :out-next next)
          (socket-field-set! s :out-put (count-up (socket-field s :out-put)))
          ;; A break between the two steps of telling it would leave the driver asleep.
          (let ((i (socket-field s :interface)))
            (if (interface-field i :idle?) (tell-driver! i)))
          (%preemption-on)
          #t))))

(define (tell-driver! i)
  (interface-field-set! i :idle? #f)
  (send (interface-field i :process) 'look))

(define (wait-for-room s)
  (let ((seen (%nudges)))
    (check-works 'ethernet-send s)
    (socket-field-set! s :out-waits? #t)
    (if (eq? (next-slot (socket-field s :out-next) (socket-field s :out-slots)) (socket-field s :out-first))
        (%await-nudge seen #f))))

;; --- receiving ----------------------------------------------------------------------------------------------------------

(define ethernet-receive
  (case-lambda
    ((socket) "(ethernet-receive socket [timeout])
The next frame that came to SOCKET, a new byte vector; waits for one. #f after TIMEOUT seconds, which may be 0. Frames that came in time are there even
when the driver has ended; after them an error of type interface says so, and once more when another driver has begun: then the socket
works again, and what came meanwhile is lost."
              (ethernet-receive socket #f))
    ((socket timeout)
     (let ((s (check-socket 'ethernet-receive socket)))
       (or (take! socket s)
           (if (eqv? timeout 0)
               (begin
                 (check-works 'ethernet-receive s)
                 #f)
               (wait-for-frame socket s (and timeout (%deadline 'ethernet-receive 2 timeout)))))))))

(define (wait-for-frame socket s deadline)
  (let ((seen (%nudges)))
    (check-works 'ethernet-receive s)
    (socket-field-set! s :in-waits? #t)
    (or (take! socket s)
        (if (%await-nudge seen deadline)
            (wait-for-frame socket s deadline)
            (take! socket s)))))

(define (take! socket s)
  (%preemption-off)
  (let ((i (socket-field s :in-first)))
    (if (eq? i (socket-field s :in-next))
        (begin
          (%preemption-on)
          #f)
        (let* ((ring (socket-field s :in)) (at (* i slot-bytes)) (start (+ at slot-header))
               (frame (bytevector-copy ring start (+ start (bytevector-u16-ref ring at)))))
          (set-time! socket (bytevector-u64-ref ring (+ at 8)))
          (set-sent! socket (eq? 1 (bytevector-u8-ref ring (+ at 2))))
          (socket-field-set! s :in-first (next-slot i (socket-field s :in-slots)))
          (socket-field-set! s :in-taken (count-up (socket-field s :in-taken)))
          (%preemption-on)
          frame))))

(define (ethernet-time socket)
  "(ethernet-time socket)
When the frame that was received last came to the driver: microseconds since the system began, as current-jiffy counts; #f before the first one."
  (check-socket 'ethernet-time socket)
  (socket-time socket))

(define (ethernet-sent? socket)
  "(ethernet-sent? socket)\nWas the frame that was received last sent by another socket of this system? See the option sent of open-ethernet-socket."
  (check-socket 'ethernet-sent? socket)
  (socket-sent? socket))

(define (ethernet-socket-statistics socket)
  "(ethernet-socket-statistics socket)
An association list: frames-in, received; dropped, those that came while the queue was full; waiting, those in it; frames-out, put into the send queue;
not-sent, those dropped because there was no link. After 2^28 - 1 they begin anew."
  (let* ((s (check-socket 'ethernet-socket-statistics socket)) (n (- (socket-field s :in-next) (socket-field s :in-first))))
    (list (cons 'frames-in (socket-field s :in-taken))
          (cons 'dropped (socket-field s :in-dropped))
          (cons 'waiting (if (< n 0) (+ n (socket-field s :in-slots)) n))
          (cons 'frames-out (socket-field s :out-put))
          (cons 'not-sent (socket-field s :out-dropped)))))
