;;; What the tests of drivers have in the place of (ringlet interface): the driver's two procedures can be called, and what it says is kept.

(define transmit #f)
(define control #f)
(define serve #f)
(define frames '())
(define link 'unknown)
(define counts '())
(define times-ready 0)

(define (run-interface name address transmit! control!) (set! transmit transmit!) (set! control control!) address)
(define (serve-interrupts serve!) (set! serve serve!))
(define (interface-receive! bytes start end) (set! frames (cons (bytevector-copy bytes start end) frames)))
(define (interface-link! up?) (set! link up?))
(define (interface-count! name n)
  (let ((entry (assq name counts)))
    (if entry (set-cdr! entry (+ n (cdr entry))) (set! counts (cons (cons name n) counts)))))
(define (interface-transmit-ready!) (set! times-ready (+ times-ready 1)))
(define (count-of name) (cond ((assq name counts) => cdr) (else 0)))

;; --- frames --------------------------------------------------------------------------------------------------------

(define (frame-of length seed)
  (let ((frame (make-bytevector length)))
    (do ((i 0 (+ i 1))) ((= i length) frame)
      (bytevector-u8-set! frame i (modulo (+ seed (* i 7) (quotient i 256)) 256)))))

(define (heard) (let ((all (reverse frames))) (set! frames '()) all))
