;;; Network interfaces as their drivers see them: a driver's process has one interface, and two threads at least.
;;;
;;; One thread runs the mailbox's loop, run-interface, which takes frames out of the rings of the sockets and hands them to the card; another one, which
;;; waits for the card's interrupts, calls interface-receive!, which copies a frame into the rings of the sockets that want it.
;;; Messages only say that there is something to look at, so frames that come thick and fast cost no message each.

;; --- the state of this process's interface ---------------------------------------------------------------------------------

(define interface #f)             ; its shared vector
(define sockets '())              ; the shared vectors of its sockets
(define has-link? #t)
(define full? #f)                 ; the card has no room: nothing is handed to it before it says that there is some
(define times-ready 0)            ; how often it said so
(define wants-sent? #f)           ; some socket is to see what others send
(define watched '())              ; the owners
(define own-0 0)                  ; the interface's address, 2 bytes at a time
(define own-2 0)
(define own-4 0)

;; Frames and bytes in and out, and the driver's own counters: an association list of vectors #(n).
(define frames-in 0)
(define bytes-in 0)
(define frames-out 0)
(define bytes-out 0)
(define unwanted 0)
(define dropped 0)
(define counters '())

(define (interface-count! name n)
  "(interface-count! name n)\nAdd N to the driver's counter NAME, a symbol, which interface-statistics shows."
  (if (not (symbol? name)) (%raise-type 'interface-count! 1 "a symbol" name))
  (if (not (exact-integer? n)) (%raise-type 'interface-count! 2 "an exact integer" n))
  (let ((counter (assq name counters)))
    (if counter
        (set-cdr! counter (+ n (cdr counter)))
        (set! counters (append counters (list (cons name n)))))))

(define (statistics)
  (append (list (cons 'frames-in frames-in) (cons 'bytes-in bytes-in) (cons 'frames-out frames-out) (cons 'bytes-out bytes-out)
                (cons 'unwanted unwanted) (cons 'dropped dropped))
          (map (lambda (c) (cons (car c) (cdr c))) counters)))

(define (interface-link! up?)
  "(interface-link! up?)
Say whether the driver's card has a link. While it has none, frames to be sent are dropped, and counted as no-link."
  (set! has-link? (and up? #t))
  (if interface (interface-field-set! interface :link? has-link?))
  (wake!))

;; The loop looks again.
(define (wake!)
  (if interface (send (self) 'look)))

(define (interface-transmit-ready!)
  "(interface-transmit-ready!)
Say that the card has room again, after transmit! has answered #f. Frames that wait are handed over, in order, by the thread in run-interface."
  (set! times-ready (if (eq? times-ready 1000000) 0 (+ times-ready 1)))
  (set! full? #f)
  (wake!))

;; --- frames that come ---------------------------------------------------------------------------------------------------------

(define (interface-receive! bytes start end)
  "(interface-receive! bytes start end)
Give the frame in BYTES from START to END to the sockets that want it; it is copied, so the card may have those bytes again. A frame without a whole
header or of more than 1514 bytes is dropped, and counted as runts or giants."
  (if (not (bytevector? bytes)) (%raise-type 'interface-receive! 1 "a byte vector" bytes))
  (if (not (and (exact-integer? start) (exact-integer? end) (<= 0 start) (<= start end) (<= end (bytevector-length bytes))))
      (%raise 'range 'interface-receive! "these are no start and end in so many bytes:" start end (bytevector-length bytes)))
  (let ((length (- end start)))
    (set! frames-in (+ frames-in 1))
    (set! bytes-in (+ bytes-in length))
    (cond ((< length shortest-frame) (interface-count! 'runts 1))
          ((> length longest-frame) (interface-count! 'giants 1))
          (else
           (if (not (deliver sockets bytes start end (bytevector-u16-ref bytes (+ start 12) 'big) (kind-of-address bytes start)))
               (set! unwanted (+ unwanted 1)))))))

;; For whom is it?
(define (kind-of-address bytes start)
  (let ((first (bytevector-u16-ref bytes start)))
    (cond ((and (eq? first own-0) (eq? own-2 (bytevector-u16-ref bytes (+ start 2))) (eq? own-4 (bytevector-u16-ref bytes (+ start 4)))) 'own)
          ((and (eq? first #xFFFF) (eq? #xFFFF (bytevector-u16-ref bytes (+ start 2))) (eq? #xFFFF (bytevector-u16-ref bytes (+ start 4)))) 'all)
          ((odd? (bytevector-u8-ref bytes start)) 'many)
          (else 'other))))

;; Has anybody wanted it?
(define (deliver sockets bytes start end type kind)
  (let loop ((l sockets) (wanted? #f))
    (if (pair? l)
        (let ((s (car l)))
          (if (and (or (eq? type (socket-field s :type)) (not (socket-field s :type)))
                   (or (eq? kind 'own) (eq? kind 'all) (socket-field s :promiscuous?)
                       (and (eq? kind 'many) (is-member? bytes start (socket-field s :multicast)))))
              (begin
                (put! s bytes start end 0)
                (loop (cdr l) #t))
              (loop (cdr l) wanted?)))
        wanted?)))

(define (is-member? bytes start addresses)
  (and (pair? addresses)
       (or (same-address? bytes start (car addresses))
           (is-member? bytes start (cdr addresses)))))

(define (same-address? bytes start address)
  (let loop ((i 0))
    (or (= i 6)
        (and (eqv? (bytevector-u8-ref bytes (+ start i)) (bytevector-u8-ref address i))
             (loop (+ i 1))))))

;; Into its ring.
(define (put! s bytes start end sent)
  (let* ((i (socket-field s :in-next)) (next (next-slot i (socket-field s :in-slots))))
    (if (eq? next (socket-field s :in-first))
        (begin
          (set! dropped (+ dropped 1))
          (socket-field-set! s :in-dropped (count-up (socket-field s :in-dropped))))
        (let ((ring (socket-field s :in)) (at (* i slot-bytes)))
          (bytevector-u16-set! ring at (- end start))
          (bytevector-u8-set! ring (+ at 2) sent)
          (bytevector-u64-set! ring (+ at 8) (current-jiffy))
          (bytevector-copy! ring (+ at slot-header) bytes start end)
          (socket-field-set! s :in-next next)))
    (if (socket-field s :in-waits?)
        (begin
          (socket-field-set! s :in-waits? #f)
          (%nudge (socket-field s :owner))))))

;; --- frames that go -----------------------------------------------------------------------------------------------------------

;; So many of one socket are sent before the next one has its turn.
(define frames-in-turn 16)

;; Takes some frames out of each ring; are there more, and has the card room?
(define (serve-sockets transmit!)
  (let loop ((l sockets) (more? #f))
    (cond (full? #f)
          ((pair? l)
           (let ((left? (serve-socket (car l) transmit! frames-in-turn)))
             (loop (cdr l) (or left? more?))))
          (else more?))))

(define (serve-socket s transmit! n)
  (let ((i (socket-field s :out-first)))
    (cond ((eq? i (socket-field s :out-next)) #f)
          ((eq? n 0) #t)
          ((send-one s i transmit!)
           (socket-field-set! s :out-first (next-slot i (socket-field s :out-slots)))
           (if (socket-field s :out-waits?)
               (begin
                 (socket-field-set! s :out-waits? #f)
                 (%nudge (socket-field s :owner))))
           (serve-socket s transmit! (- n 1)))
          (else #f))))

;; #f if there is no room for it.
(define (send-one s i transmit!)
  (let* ((ring (socket-field s :out)) (start (slot-frame i)) (end (+ start (bytevector-u16-ref ring (- start slot-header)))))
    (cond ((not has-link?)
           (socket-field-set! s :out-dropped (count-up (socket-field s :out-dropped)))
           (interface-count! 'no-link 1)
           #t)
          ((hand-over transmit! ring start end)
           (set! frames-out (+ frames-out 1))
           (set! bytes-out (+ bytes-out (- end start)))
           (if wants-sent? (show-sent s ring start end))
           #t)
          (else #f))))

;; The card may find room between its answer and our note of it.
(define (hand-over transmit! ring start end)
  (let ((before times-ready))
    (or (transmit! ring start end)
        (begin
          (%preemption-off)
          (if (eq? before times-ready) (set! full? #t))
          (%preemption-on)
          #f))))

(define (show-sent from bytes start end)
  (let ((type (bytevector-u16-ref bytes (+ start 12) 'big)))
    (for-each (lambda (s)
                (if (and (socket-field s :sent?) (not (eq? s from)) (or (not (socket-field s :type)) (eqv? type (socket-field s :type))))
                    (put! s bytes start end 1)))
              sockets)))

;; --- the sockets ---------------------------------------------------------------------------------------------------------------

;; The list has changed, or an owner has ended.
(define (look-at-sockets! control!)
  (if (find (lambda (s) (not (process-alive? (socket-field s :owner)))) (all-sockets interface))
      (change-sockets! interface
                       (lambda (l) (filter (lambda (s) (process-alive? (socket-field s :owner))) l))))
  (let ((now (all-sockets interface)) (before sockets))
    (set! sockets now)
    (set! wants-sent? (and (find (lambda (s) (socket-field s :sent?)) now) #t))
    (for-each (lambda (s) (if (not (memq s before)) (welcome! s))) now)
    (control! 'filter
              (and (find (lambda (s) (socket-field s :promiscuous?)) now) #t)
              (apply append (map (lambda (s) (socket-field s :multicast)) now)))))

;; Its owner is nudged at this process's end, and this process told of the owner's.
(define (welcome! s)
  (let ((owner (socket-field s :owner)))
    (if (not (memq owner watched))
        (begin
          (set! watched (cons owner watched))
          (%watch-by-nudge (self) owner)
          (monitor owner)))
    (socket-field-set! s :known? #t)
    (%nudge owner)))

;; --- the loop ------------------------------------------------------------------------------------------------------------------

(define (run-interface name address transmit! control!)
  "(run-interface name address transmit! control!)
Let this process be the interface called NAME, a string, with the ADDRESS, 6 bytes, and serve its sockets; does not return. (TRANSMIT! frame start end) is to hand those bytes of
the byte vector FRAME to the card, which has to have copied them when it returns, and to pad them to 60; it answers #t, or #f when the card has no room: then the driver
calls interface-transmit-ready! when there is some, and TRANSMIT! is called again with the same frame. (CONTROL! 'filter promiscuous? addresses) says
what the card should let through: everything, or what is for it, for all, and for the multicast ADDRESSES; messages that are not the sockets' are handed over
by (CONTROL! 'message m). An error if a living process
has an interface of this name. A process that takes over a name of one that has ended has its sockets too."
  (if (not (string? name)) (%raise-type 'run-interface 1 "a string" name))
  (if (not (and (bytevector? address) (= 6 (bytevector-length address)))) (%raise-type 'run-interface 2 "an address, 6 bytes" address))
  (%check-procedure 'run-interface 3 transmit!)
  (%check-procedure 'run-interface 4 control!)
  (if interface (%raise 'range 'run-interface "this process has an interface already:" (interface-field interface :name)))
  (let* ((i (new-registered name)) (process (interface-field i :process)))
    (if (and process (process-alive? process) (not (eq? process (self))))
        (%raise 'range 'run-interface "there is an interface of this name:" name))
    (interface-field-set! i :process (self))
    (interface-field-set! i :address (share address))
    (interface-field-set! i :link? has-link?)
    (interface-field-set! i :times (+ 1 (interface-field i :times)))
    (set! own-0 (bytevector-u16-ref address 0))
    (set! own-2 (bytevector-u16-ref address 2))
    (set! own-4 (bytevector-u16-ref address 4))
    (set! interface i)
    (look-at-sockets! control!)
    (loop transmit! control!)))

;; Whoever puts a frame into a ring after we say that we are idle sends a message; what came before that is seen.
(define (loop transmit! control!)
  (interface-field-set! interface :idle? #t)
  (if (not (serve-sockets transmit!))
      (handle! (receive-message) control!))
  (loop transmit! control!))

(define (handle! m control!)
  (cond ((eq? m 'look) #t)
        ((eq? m 'sockets) (look-at-sockets! control!))
        ((not (vector? m)) (control! 'message m))
        ((and (= 4 (vector-length m)) (eq? 'down (vector-ref m 0)))
         (%unwatch-by-nudge (self) (vector-ref m 2))
         (set! watched (filter (lambda (p) (not (eq? p (vector-ref m 2)))) watched))
         (look-at-sockets! control!))
        ;; #(interface-statistics FROM NUMBER)
        ((and (= 3 (vector-length m)) (eq? 'interface-statistics (vector-ref m 0)))
         (guard (c (#t #f))
           (send (vector-ref m 1) (vector 'interface-statistics (vector-ref m 2) (statistics)))))
        (else (control! 'message m))))
