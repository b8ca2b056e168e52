;;; Tests of the driver (ringlet ne2000) with a simulated card, as in rtl8139-test.scm.
(import (scheme base) (chibi test)
        (except (ringlet network-card) serve-interrupts)
        (only (ringlet) bitwise-and bitwise-ior bitwise-xor arithmetic-shift bit-set?
              bytevector-u16-ref bytevector-u32-ref bytevector-u16-set! bytevector-fill!
              make-mutex with-mutex thread-yield! sleep))

;; --- the card ------------------------------------------------------------------------------------------------------

(define memory (make-bytevector #x8000 0))
(define page-0 (make-bytevector 16 0))
(define page-1-registers (make-bytevector 16 0))
(define command 0)
(define status 0)
(define remote-at 0)
(define remote-left 0)
(define sent '())
(define holds-frames? #f)
(define answers? #t)

(define (word-of bytes low) (+ (bytevector-u8-ref bytes low) (* 256 (bytevector-u8-ref bytes (+ low 1)))))
(define (status-add! bits) (set! status (bitwise-ior status bits)))
(define (registers) (if (= 0 (bitwise-and #x40 command)) page-0 page-1-registers))

(define (port-ref ports offset width)
  (cond ((not answers?) (- (expt 256 width) 1))
        ((= offset 31) (status-add! #x80) 0)
        ((= offset 0) command)
        ((and (= offset 7) (eq? (registers) page-0)) status)
        ((and (= offset 4) (eq? (registers) page-0)) 1)
        ((and (memv offset '(13 14 15)) (eq? (registers) page-0)) 0)
        (else (bytevector-u8-ref (registers) offset))))

(define (port-set! ports offset width value)
  (cond ((= offset 31) #t)
        ((= offset 0)
         (set! command value)
         (if (bit-set? 1 value) (set! status (bitwise-and status #x7F)))
         (if (memv (bitwise-and value #x38) '(8 16))
             (begin (set! remote-at (word-of page-0 8)) (set! remote-left (word-of page-0 10))))
         (if (and (bit-set? 2 value) (not holds-frames?)) (send-it!)))
        ((and (= offset 7) (eq? (registers) page-0)) 
         (set! status (bitwise-and status (bitwise-xor 255 (bitwise-and value #x7F)))))
        (else (bytevector-u8-set! (registers) offset value))))

(define (send-it!)
  (let ((at (- (* 256 (bytevector-u8-ref page-0 4)) 0)) (length (word-of page-0 5)))
    (set! sent (cons (bytevector-copy memory at (+ at length)) sent))
    (set! command (bitwise-and command #xFB))
    (status-add! 2)))

(define (move-one! bytes i store?)
  (if store?
      (bytevector-u8-set! memory remote-at (bytevector-u8-ref bytes i))
      (bytevector-u8-set! bytes i (bytevector-u8-ref memory remote-at)))
  (set! remote-at (+ remote-at 1))
  (if (= remote-at #x8000) (set! remote-at #x4600))
  (set! remote-left (- remote-left 1))
  (if (= remote-left 0) (status-add! #x40)))
(define (move! bytes start end store?)
  (if (not (= remote-left (- end start))) (error "the card was told another length" remote-left start end))
  (do ((i start (+ i 1))) ((= i end)) (move-one! bytes i store?)))
(define (port-read! ports offset width bytes start end) (move! bytes start end #f))
(define (port-write! ports offset width bytes start end) (move! bytes start end #t))

(define (put-byte! at byte)
  (bytevector-u8-set! memory (if (< at #x8000) at (+ #x4600 (- at #x8000))) byte))
(define (card-put-frame! frame-status next length frame)
  (let ((at (* 256 (bytevector-u8-ref page-1-registers 7))))
    (put-byte! at frame-status)
    (put-byte! (+ at 1) next)
    (put-byte! (+ at 2) (modulo length 256))
    (put-byte! (+ at 3) (quotient length 256))
    (do ((i 0 (+ i 1))) ((= i (bytevector-length frame))) (put-byte! (+ at 4 i) (bytevector-u8-ref frame i)))
    (bytevector-u8-set! page-1-registers 7 next)
    (status-add! 1)))
(define (card-hears! frame)
  (let* ((length (+ 4 (bytevector-length frame)))
         (page (bytevector-u8-ref page-1-registers 7)) (n (quotient (+ length 4 255) 256))
         (boundary (bytevector-u8-ref page-0 3)) (room (modulo (- boundary page) 58))
         (next (let ((p (+ page n))) (if (< p #x80) p (- p 58)))))
    (if (<= room n)
        (begin (status-add! #x10) #f)
        (begin (card-put-frame! 1 next length frame) #t))))

;; --- the interface -------------------------------------------------------------------------------------------------

(include "simulated-interface.scm")
(define (interrupt-wait interrupt timeout) #t)
(define (interrupt-acknowledge! interrupt) #t)

(include "ne2000.scm")

;; --- the tests -----------------------------------------------------------------------------------------------------

(define the-address (bytevector #x52 #x54 0 #x12 #x34 #x56))
(define (begin-driver)
  (do ((i 0 (+ i 1))) ((= i 6))
    (bytevector-u8-set! memory (* 2 i) (bytevector-u8-ref the-address i))
    (bytevector-u8-set! memory (+ 1 (* 2 i)) (bytevector-u8-ref the-address i)))
  (set! counts '())
  (set! sent '())
  (ne2000-driver "eth1" 'ports 'interrupt))

(test-begin "ne2000")

(test-group "beginning"
  (test the-address (begin-driver))
  (test #t link)
  (test the-address (bytevector-copy page-1-registers 1 7))
  (test #x3F (bytevector-u8-ref page-0 15))
  (test #x22 command))

(test-group "receiving every size, round the ring many times"
  (do ((length 60 (+ length 1))) ((> length 1518))
    (let ((frame (frame-of length length)))
      (if (not (card-hears! frame)) (test 'room length))
      (serve)
      (if (not (equal? (list frame) (heard))) (test length 'lost-or-changed))))
  (test 0 (count-of 'receiver-restarts)))

(test-group "the ring is full"
  (let loop ((n 0))
    (if (card-hears! (frame-of 60 n)) (loop (+ n 1)) (test 56 n)))
  (serve)
  (test 56 (length (heard)))
  (test 1 (count-of 'ring-overflows))
  (test 0 (bitwise-and #x3F status))
  (card-hears! (frame-of 100 1))
  (serve)
  (test (list (frame-of 100 1)) (heard)))

(test-group "what makes no sense in the ring"
  (for-each (lambda (make!)
              (card-hears! (frame-of 100 1))
              (make! (bytevector-u8-ref page-1-registers 7))
              (serve)
              (test (list (frame-of 100 1)) (heard))
              (card-hears! (frame-of 100 2))
              (serve)
              (test (list (frame-of 100 2)) (heard)))
            (list (lambda (page) (card-put-frame! 1 #x20 104 (frame-of 100 3)))
                  (lambda (page)
                    (card-put-frame! 1 (let ((p (+ page 9))) (if (< p #x80) p (- p 58))) 104 (frame-of 100 3)))
                  (lambda (page) (card-put-frame! 1 #xFF 20000 (frame-of 100 3)))
                  (lambda (page) (card-put-frame! 0 (page-after page) 104 (frame-of 100 3)))
                  (lambda (page) (card-put-frame! 1 (page-after page) 8 (frame-of 100 3)))))
  (test 5 (count-of 'receiver-restarts))
  (let ((page (bytevector-u8-ref page-1-registers 7)))
    (card-put-frame! 1 (+ page 8) 2004 (frame-of 2000 3)))
  (card-hears! (frame-of 100 4))
  (serve)
  (test (list (frame-of 100 4)) (heard))
  (test 1 (count-of 'too-long))
  (test 5 (count-of 'receiver-restarts)))

(test-group "sending"
  (test #t (transmit (frame-of 1513 1) 0 1513))
  (test (list (frame-of 1513 1)) sent)
  (test #f (transmit (frame-of 100 2) 0 100))
  (serve)
  (test 1 times-ready)
  (test #t (transmit (frame-of 100 2) 10 31))
  (test (bytevector-append (bytevector-copy (frame-of 100 2) 10 31) (make-bytevector 39 0)) (car sent))
  (serve)
  (test 1 times-ready))

(test-group "the filter"
  (control 'filter #t '())
  (test #x1C (bytevector-u8-ref page-0 12))
  (test (make-bytevector 8 255) (bytevector-copy page-1-registers 8 16))
  (control 'filter #f (list (bytevector 1 0 #x5E 0 0 1)))
  (test #x0C (bytevector-u8-ref page-0 12))
  (test (multicast-filter (list (bytevector 1 0 #x5E 0 0 1))) (bytevector-copy page-1-registers 8 16))
  (test #x22 command))

(test-group "a card that fails"
  (set! answers? #f)
  (test-error (serve))
  (test-error (begin-driver)))

(test-end)
