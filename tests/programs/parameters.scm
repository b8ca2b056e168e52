;;; Parameters: converters, nesting, escaping, continuations.
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define p (make-parameter 10))
(define q (make-parameter 5 (lambda (x) (* x 2))))
(show (list (p) (q)))
(show (parameterize ((p 1) (q 7)) (list (p) (q))))
(show (list (p) (q)))
(define (get) (p))
(show (parameterize ((p 'a)) (list (get) (parameterize ((p 'b)) (get)) (get))))
(show (call/cc (lambda (k) (parameterize ((p 'inside)) (k (p))))))
(show (p))
(define k #f)
(define count 0)
(show (parameterize ((p 'kept)) (call/cc (lambda (c) (set! k c))) (p)))
(set! count (+ count 1))
(if (< count 3) (k #f))
(show (guard (e (#t (list e (p)))) (parameterize ((p 'deep)) (raise (p)))))
(define radix (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "invalid radix" x)))))
(define (f n) (number->string n (radix)))
(show (f 12))
(show (parameterize ((radix 2)) (f 12)))
(show (guard (e (#t 'invalid)) (parameterize ((radix 0)) (f 12))))
(define out (open-output-string))
(parameterize ((current-output-port out)) (display "captured"))
(show (get-output-string out))

;; => (10 10)
;; => (1 14)
;; => (10 10)
;; => (a b a)
;; => inside
;; => 10
;; => kept
;; => kept
;; => (deep 10)
;; => "12"
;; => "1100"
;; => invalid
;; => "captured"
