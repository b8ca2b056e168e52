;;; Tail calls: a million of each kind in constant space.
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define (loop n) (if (= n 0) 'done (loop (- n 1))))
(show (loop 1000000))
(define (my-even? n) (if (= n 0) #t (my-odd? (- n 1))))
(define (my-odd? n) (if (= n 0) #f (my-even? (- n 1))))
(show (my-even? 1000000))
(show (let loop ((i 0)) (cond ((= i 1000000) i) (else (loop (+ i 1))))))
(show (do ((i 0 (+ i 1)) (sum 0 (+ sum i))) ((= i 1000000) sum)))
(define (by-apply n) (if (= n 0) 'applied (apply by-apply (list (- n 1)))))
(show (by-apply 1000000))
(define (by-and n) (and #t (or #f (if (= n 0) 'and-or (by-and (- n 1))))))
(show (by-and 1000000))
(define (by-case n) (case n ((0) 'case) (else (when #t (unless #f (by-case (- n 1)))))))
(show (by-case 1000000))
(define (by-values n) (call-with-values (lambda () (values n 1)) (lambda (a b) (if (= a 0) 'values (by-values (- a b))))))
(show (by-values 1000000))
(define (by-callcc n) (call/cc (lambda (k) (if (= n 0) 'callcc (by-callcc (- n 1))))))
(show (by-callcc 1000000))
(define (cps n k) (if (= n 0) (k 'cps) (cps (- n 1) (lambda (x) (k x)))))
(show (cps 100000 (lambda (x) x)))

;; => done
;; => #t
;; => 1000000
;; => 499999500000
;; => applied
;; => and-or
;; => case
;; => values
;; => callcc
;; => cps
