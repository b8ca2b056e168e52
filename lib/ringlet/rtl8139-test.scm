;;; Tests of the driver (ringlet rtl8139) with a simulated card: what QEMU's card cannot be brought to do. The
;;; driver's file is included, so that the names of (ringlet device) and (ringlet interface) in it are those of this
;;; program.
(import (scheme base) (chibi test)
        (except (ringlet network-card) serve-interrupts)
        (only (ringlet) bitwise-and bitwise-ior bitwise-xor arithmetic-shift bit-set? iota
              bytevector-u16-ref bytevector-u32-ref bytevector-u16-set!
              bytevector-fill! make-mutex with-mutex thread-yield!))

;; --- the card ------------------------------------------------------------------------------------------------------

(define registers (make-bytevector 256 0))
(define ring-bytes (make-bytevector (+ 32768 4096) 0))
(define slot-bytes (make-bytevector 8192 0))
(define write-at 0)
(define sent '())
(define holds-frames? #f)   ; does the card take its time to send?
(define answers? #t)
(define on-line? #t)

(define (get offset width)
  (let loop ((i (- width 1)) (n 0))
    (if (< i 0) n (loop (- i 1) (+ (* 256 n) (bytevector-u8-ref registers (+ offset i)))))))
(define (put! offset width value)
  (let loop ((i 0) (n value))
    (if (< i width)
        (begin (bytevector-u8-set! registers (+ offset i) (modulo n 256)) (loop (+ i 1) (quotient n 256))))))
(define (set-bits! offset bits) (put! offset 2 (bitwise-ior bits (get offset 2))))
(define (ring-size) (* 8192 (expt 2 (bitwise-and 3 (arithmetic-shift (get #x44 4) -11)))))
(define (read-at) (modulo (+ 16 (get #x38 2)) (ring-size)))

(define (port-ref ports offset width)
  (if (not answers?)
      (- (expt 256 width) 1)
      (case offset
        ((#x37) (bitwise-ior (get #x37 1) (if (= (read-at) write-at) 1 0)))
        ((#x58) (if on-line? #xD0 #xD4))
        (else (get offset width)))))

(define (port-set! ports offset width value)
  (case offset
    ((#x37)
     (cond ((bit-set? 4 value)
            (put! #x37 1 0)
            (put! #x3C 4 0)
            (put! #x38 2 #xFFF0)
            (set! next-slot 0)
            (set! write-at 0))
           (else
            (if (and (bit-set? 3 value) (not (bit-set? 3 (get #x37 1)))) (begin (set! write-at 0) (put! #x38 2 #xFFF0)))
            (put! #x37 1 value))))
    ((#x3E) (put! #x3E 2 (bitwise-and (get #x3E 2) (bitwise-xor #xFFFF value))))
    ((#x44) (put! #x44 4 value) (set! write-at 0) (put! #x38 2 #xFFF0))
    ((#x10 #x14 #x18 #x1C)
     (put! offset 4 value)
     (if (not holds-frames?) (send-one! #x8000)))
    (else (put! offset width value))))

(define (port-set-address! ports offset region at) (put! offset 4 at))

;; Descriptors are sent in turn.
(define next-slot 0)
(define (send-one! status)
  (let* ((offset (+ #x10 (* 4 next-slot))) (length (bitwise-and #x1FFF (get offset 4))) (at (get (+ offset #x10) 4)))
    (set! sent (cons (bytevector-copy slot-bytes at (+ at length)) sent))
    (put! offset 4 (+ status #x2000 length))
    (set! next-slot (modulo (+ next-slot 1) 4))
    (set-bits! #x3E (if (bit-set? 15 status) #x0004 #x0008))))

(define (card-put-frame! status length frame)
  (bytevector-u16-set! ring-bytes write-at status)
  (bytevector-u16-set! ring-bytes (+ write-at 2) length)
  (bytevector-copy! ring-bytes (+ write-at 4) frame)
  (set! write-at (modulo (* 4 (quotient (+ write-at length 4 3) 4)) (ring-size)))
  (set-bits! #x3E 1))

;; What comes over the cable: #f when there was no room.
(define (card-hears! frame)
  (let ((room (modulo (- (read-at) write-at) (ring-size))) (length (bytevector-length frame)))
    (cond ((not (bit-set? 3 (get #x37 1))) #f)
          ((and (> room 0) (>= (+ length 8) room))
           (set-bits! #x3E #x10)
           (put! #x4C 4 (+ 1 (get #x4C 4)))
           #f)
          (else (card-put-frame! 1 (+ length 4) frame) #t))))

;; --- the interface -------------------------------------------------------------------------------------------------

(include "simulated-interface.scm")
(define acknowledged 0)
(define waits-in-vain? #f)
(define (dma-region-bytes region) region)
(define (interrupt-wait interrupt timeout) (not waits-in-vain?))
(define (interrupt-acknowledge! interrupt) (set! acknowledged (+ acknowledged 1)))

(include "rtl8139.scm")

;; --- the tests -----------------------------------------------------------------------------------------------------

(define (begin-driver)
  (bytevector-copy! registers 0 (bytevector #x52 #x54 0 #x12 #x34 #x56))
  (set! counts '())
  (set! sent '())
  (rtl8139-driver "eth0" 'ports 'interrupt ring-bytes slot-bytes))

(test-begin "rtl8139")

(test-group "the hash of the filter"
  ;; Computed with zlib's crc32, its bits in the other order.
  (test 63 (multicast-hash (make-bytevector 6 255)))
  (test 31 (multicast-hash (bytevector 1 0 #x5E 0 0 1)))
  (test 62 (multicast-hash (bytevector #x33 #x33 0 0 0 1)))
  (test 43 (multicast-hash (bytevector 1 0 #x5E #x7F #xFF #xFA)))
  (test (bytevector 0 0 0 #x80 0 8 0 0)
        (multicast-filter (list (bytevector 1 0 #x5E 0 0 1) (bytevector 1 0 #x5E #x7F #xFF #xFA))))
  (test (make-bytevector 8 0) (multicast-filter '())))

(test-group "beginning"
  (test (bytevector #x52 #x54 0 #x12 #x34 #x56) (begin-driver))
  (test #t link)
  (test #xF68E (get #x44 4))
  (test #x0C (get #x37 1))
  (test '(0 2048 4096 6144) (map (lambda (o) (get o 4)) '(#x20 #x24 #x28 #x2C))))

(test-group "receiving every size, round the ring many times"
  (do ((length 60 (+ length 1))) ((> length 1518))
    (let ((frame (frame-of length length)))
      (if (not (card-hears! frame)) (test-error (list 'no-room length)))
      (serve)
      (if (not (equal? (list frame) (heard))) (test length 'lost-or-changed))))
  (test 0 (count-of 'receiver-restarts))
  (test #t (= (read-at) write-at)))

(test-group "many at once"
  (let ((all (map (lambda (n) (frame-of 200 n)) (iota 40))))
    (for-each card-hears! all)
    (serve)
    (test #t (equal? all (heard)))))

(test-group "the ring is full"
  (let loop ((n 0))
    (if (card-hears! (frame-of 1514 n)) (loop (+ n 1)) (test 21 n)))
  (card-hears! (frame-of 1514 99))
  (serve)
  (test 21 (length (heard)))
  (test 1 (count-of 'ring-overflows))
  (test 2 (count-of 'missed))
  (test 0 (get #x4C 4))
  (test 0 (get #x3E 2))
  (card-hears! (frame-of 100 1))
  (serve)
  (test (list (frame-of 100 1)) (heard)))

(test-group "what makes no sense in the ring"
  (card-hears! (frame-of 100 1))
  (card-put-frame! #x1FFF 500 (frame-of 100 2))
  (card-hears! (frame-of 100 3))
  (serve)
  (test (list (frame-of 100 1)) (heard))
  (test 1 (count-of 'receiver-restarts))
  (card-hears! (frame-of 100 4))
  (serve)
  (test (list (frame-of 100 4)) (heard))
  ;; A length of nothing, one that is not done, and one that is too long.
  (card-put-frame! 1 3 (frame-of 100 5))
  (serve)
  (test 2 (count-of 'receiver-restarts))
  (card-put-frame! 1 #xFFF0 (frame-of 100 5))
  (serve)
  (test 3 (count-of 'receiver-restarts))
  (test '() (heard))
  (card-put-frame! 1 3004 (frame-of 3000 6))
  (card-hears! (frame-of 100 7))
  (serve)
  (test (list (frame-of 100 7)) (heard))
  (test 1 (count-of 'too-long))
  (test 3 (count-of 'receiver-restarts)))

(test-group "sending"
  (test #t (transmit (frame-of 1514 1) 0 1514))
  (test #t (transmit (frame-of 100 2) 10 30))
  (let ((second (car sent)))
    (test 60 (bytevector-length second))
    (test (bytevector-copy (frame-of 100 2) 10 30) (bytevector-copy second 0 20))
    (test (make-bytevector 40 0) (bytevector-copy second 20)))
  (test (frame-of 1514 1) (cadr sent))
  (do ((n 0 (+ n 1))) ((= n 50)) (if (not (transmit (frame-of 60 n) 0 60)) (test n 'refused)))
  (test (frame-of 60 49) (car sent)))

(test-group "all four descriptors wait"
  (begin-driver)
  (set! holds-frames? #t)
  (test '(#t #t #t #t #f #f) (map (lambda (n) (transmit (frame-of 60 n) 0 60)) '(0 1 2 3 4 5)))
  (test 4 (bitwise-and 4 (get #x3C 2)))
  (send-one! #x8000)
  (serve)
  (test 1 times-ready)
  (test 0 (bitwise-and 4 (get #x3C 2)))
  (test #t (transmit (frame-of 60 4) 0 60))
  (test #f (transmit (frame-of 60 5) 0 60))
  ;; Aborted, and too late: told of, and the next ones go.
  (send-one! #x40000000)
  (serve)
  (test 1 (bitwise-and 1 (get #x40 4)))
  (send-one! #x4000)
  (test #t (transmit (frame-of 60 5) 0 60))
  (test 2 (count-of 'transmit-errors))
  (test 1 (count-of 'transmit-underruns))
  (set! waits-in-vain? #t)
  (let loop () (if (transmit (frame-of 60 6) 0 60) (loop)))
  (test-error (serve))
  (set! waits-in-vain? #f)
  (set! holds-frames? #f))

(test-group "the cable and the filter"
  (begin-driver)
  (set! on-line? #f)
  (set-bits! #x3E #x20)
  (serve)
  (test #f link)
  (set! on-line? #t)
  (set-bits! #x3E #x20)
  (serve)
  (test #t link)
  (card-hears! (frame-of 100 1))
  (control 'filter #t '())
  (test (list (frame-of 100 1)) (heard))
  (test #xF68F (get #x44 4))
  (test (make-bytevector 8 255) (bytevector-copy registers 8 16))
  (card-hears! (frame-of 100 2))
  (serve)
  (test (list (frame-of 100 2)) (heard))
  (control 'filter #f (list (bytevector 1 0 #x5E 0 0 1)))
  (test #xF68E (get #x44 4))
  (test (multicast-filter (list (bytevector 1 0 #x5E 0 0 1))) (bytevector-copy registers 8 16)))

(test-group "a card that fails"
  (set-bits! #x3E #x8000)
  (test-error (serve))
  (set! answers? #f)
  (test-error (serve))
  (test-error (begin-driver))
  (set! answers? #t)
  (put! 0 4 0)
  (put! 4 2 0)
  (test-error (rtl8139-driver "eth0" 'ports 'interrupt ring-bytes slot-bytes)))

(test-end)
