;;; What the two sides of an Ethernet socket share: a vector for each interface and one for each socket, in the commons, with rings of frames.
;;;
;;; They are vectors and not records, because two processes that have each imported a library have each their own record types.
;;; A ring has one process that writes and one that reads, and each changes its own index only, after the frame is there or taken.  So
;;; nothing is locked, and whoever is killed anywhere leaves a ring that can be used.  Each frame has a slot for the longest one: it
;;; is in one piece, copied in and out by one call.

;; --- fields -------------------------------------------------------------------------------------------------------------

;; (define-fields ref set! (name index) ...): (ref v name), with the index known to the compiler.
(define-syntax define-fields
  (syntax-rules ()
    ((_ ref set (name index) ...)
     (begin
       (define-syntax ref (syntax-rules (name ...) ((_ v name) (vector-ref v index)) ...))
       (define-syntax set (syntax-rules (name ...) ((_ v name x) (vector-set! v index x)) ...))))))

(define-fields interface-field interface-field-set!
  (:name 0)
  (:process 1)        ; of the driver, or #f
  (:address 2)        ; 6 bytes
  (:link? 3)
  (:idle? 4)          ; the driver has looked at all rings, and is to be told by a message that there is more
  (:sockets 5)        ; a shared cell with a list of sockets
  (:times 6))         ; how often a driver began

(define-fields socket-field socket-field-set!
  (:owner 0)
  (:type 1)           ; an EtherType, or #f: all
  (:promiscuous? 2)
  (:multicast 3)      ; a list of addresses
  (:sent? 4)          ; it wants copies of what others send
  (:known? 5)         ; a driver knows of it
  (:in 6)             ; received frames: slots in a byte vector,
  (:in-slots 7)       ;   how many,
  (:in-next 8)        ;   the one that the driver fills next,
  (:in-first 9)       ;   and the one that is taken next
  (:in-waits? 10)     ; somebody waits for a frame
  (:in-dropped 11)    ; frames there was no room for
  (:out 12)           ; the same for frames to be sent
  (:out-slots 13)
  (:out-next 14)
  (:out-first 15)
  (:out-waits? 16)    ; somebody waits for room
  (:out-dropped 17)  ; frames that were not sent, because there was no link
  (:interface 18)
  (:times 19)        ; how often a driver had begun when its owner last looked; #f: it is closed
  (:in-taken 20)     ; frames ever taken, and put into the ring to be sent, by the owner
  (:out-put 21))

(define longest-frame 1514)
(define shortest-frame 14)

;; Before each frame stand its length, 2 bytes, whether it was sent by another socket, 1, and at 8 the time, 8 bytes.
(define slot-bytes 1536)
(define slot-header 16)

(define (next-slot i slots)
  "(next-slot i slots)\nThe slot behind I in a ring of SLOTS."
  (if (= (+ i 1) slots) 0 (+ i 1)))

;; A count in the commons, which holds small numbers only, begins anew before it is too large for a machine of 32 bits.
(define (count-up n)
  "(count-up n)\nThe number after N in a counter that comes round."
  (if (eq? n #xFFFFFFF) 0 (+ n 1)))

(define (slot-frame i)
  "(slot-frame i)\nWhere the frame in slot I begins."
  (+ slot-header (* i slot-bytes)))

;; One slot is always free, so a ring that is full and one that is empty differ.
(define (make-shared-socket interface type promiscuous? multicast sent? queue send-queue)
  (let ((s (make-shared-vector 22 0)))
    (socket-field-set! s :interface interface)
    (socket-field-set! s :times (interface-field interface :times))
    (socket-field-set! s :owner (self))
    (socket-field-set! s :type type)
    (socket-field-set! s :promiscuous? promiscuous?)
    (socket-field-set! s :multicast (share multicast))
    (socket-field-set! s :sent? sent?)
    (socket-field-set! s :known? #f)
    (socket-field-set! s :in-slots (+ queue 1))
    (socket-field-set! s :in (make-shared-bytevector (* slot-bytes (+ queue 1))))
    (socket-field-set! s :in-waits? #f)
    (socket-field-set! s :out-slots (+ send-queue 1))
    (socket-field-set! s :out (make-shared-bytevector (* slot-bytes (+ send-queue 1))))
    (socket-field-set! s :out-waits? #f)
    s))

;; --- the interfaces -----------------------------------------------------------------------------------------------------

;; A list, in one cell for all processes, which only grows.
(define (registry)
  (%registry (make-shared-cell '())))

(define (registered-interfaces)
  "(registered-interfaces)\nThe shared vectors of all interfaces."
  (shared-cell-ref (registry)))

(define (find-registered name)
  "(find-registered name)\nThe shared vector of the interface called NAME, or #f."
  (find (lambda (i) (equal? name (interface-field i :name))) (registered-interfaces)))

;; The interface of this name, made if there is none.
(define (new-registered name)
  "(new-registered name)\nThe shared vector of the interface called NAME, made if there is none."
  (let ((new (make-shared-vector 7 #f)) (cell (registry)))
    (interface-field-set! new :name (share name))
    (interface-field-set! new :address (share (make-bytevector 6 0)))
    (interface-field-set! new :times 0)
    (interface-field-set! new :sockets (make-shared-cell '()))
    (let try ()
      (or (find-registered name)
          (let ((before (shared-cell-ref cell)))
            (if (shared-cell-compare-and-swap! cell before (share (append before (list new))))
                new
                (try)))))))

(define (all-sockets interface)
  "(all-sockets interface)\nThe shared vectors of the sockets of INTERFACE."
  (shared-cell-ref (interface-field interface :sockets)))

;; `change` makes a new list of the old one.
(define (change-sockets! interface change)
  "(change-sockets! interface change)\nLet the list of sockets of INTERFACE become what CHANGE returns for it."
  (let ((cell (interface-field interface :sockets)))
    (let try ()
      (let ((before (shared-cell-ref cell)))
        (if (not (shared-cell-compare-and-swap! cell before (share (change before))))
            (try))))))
