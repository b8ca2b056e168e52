;;; Syntax of R7RS: cond, case, do, named let, when, unless, case-lambda, let forms, quasiquote.
(import (scheme base) (scheme write) (scheme case-lambda))
(define (show x) (write x) (newline))
(define (sign n) (cond ((> n 0) 'positive) ((< n 0) 'negative) (else 'zero)))
(show (map sign '(5 -5 0)))
(show (cond ((assv 'b '((a 1) (b 2))) => cadr) (else #f)))
(show (cond (#f 1)  (2)))
(define (kind x) (case x ((1 2 3) 'small) ((a e i o u) 'vowel) ((#\x) 'char) ((()) 'nil) (else => (lambda (y) (list 'other y)))))
(show (map kind '(2 e #\x () 99)))
(show (case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite)))
(show (do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec) (vector-set! vec i i)))
(show (let loop ((numbers '(3 -2 1 6 -5)) (nonneg '()) (neg '()))
        (cond ((null? numbers) (list nonneg neg))
              ((>= (car numbers) 0) (loop (cdr numbers) (cons (car numbers) nonneg) neg))
              (else (loop (cdr numbers) nonneg (cons (car numbers) neg))))))
(define area
  (case-lambda ((r) (* r r)) ((w h) (* w h)) ((a b . rest) (list a b rest))))
(show (list (area 3) (area 3 4) (area 1 2 3 4)))
(show (let* ((x 1) (y (+ x 1))) (define z (+ x y)) (* z 2)))
(show (letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1))))) (odd? (lambda (n) (if (= n 0) #f (even? (- n 1)))))) (even? 100)))
(show (letrec* ((a 1) (b (+ a 1))) (list a b)))
(show `(1 ,(+ 1 1) ,@(map + '(1 2) '(2 2)) . tail))
(show `#(1 ,@'(2 3) ,(+ 2 2)))
(show `(a `(b ,(c ,(+ 1 2)))))
(show (when (> 1 0) 'a 'b))
(show (unless (< 1 0) 'a 'b))
(show (and 1 2 'c '(f g)))
(show (and))
(show (or #f #f))
(show (or (memq 'b '(a b c)) (/ 3 0)))
(define (mutual n)
  (define (a n) (if (= n 0) 'a (b (- n 1))))
  (define (b n) (if (= n 0) 'b (a (- n 1))))
  (a n))
(show (list (mutual 10) (mutual 11)))
(define x 10)
(define (shadow) (define x 20) (set! x (+ x 1)) x)
(show (list (shadow) x))
(begin (define p 1) (define q 2))
(show (+ p q))
(show (let () (define-record-type r (mk a) r? (a get-a)) (get-a (mk 5))))
(define compose2 (lambda (f g) (lambda args (f (apply g args)))))
(show ((compose2 (lambda (x) (* x x)) +) 1 2 3))
(show (apply max 1 2 '(9 4)))
(show (cond-expand (full-unicode 'unicode) (else 'ascii)))
(show (cond-expand ((and r7rs (library (scheme base)) (not (library (no such)))) 'yes) (else 'no)))

;; => (positive negative zero)
;; => 2
;; => 2
;; => (small vowel char nil (other 99))
;; => composite
;; => #(0 1 2 3 4)
;; => ((6 1 3) (-5 -2))
;; => (9 12 (1 2 (3 4)))
;; => 6
;; => #t
;; => (1 2)
;; => (1 2 3 4 . tail)
;; => #(1 2 3 4)
;; => (a `(b ,(c 3)))
;; => b
;; => b
;; => (f g)
;; => #t
;; => #f
;; => (b c)
;; => (a b)
;; => (21 10)
;; => 3
;; => 5
;; => 36
;; => 9
;; => unicode
;; => yes
