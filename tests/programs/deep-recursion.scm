;;; Recursion a million deep, through user procedures and the library's.
;; args: 1000000
;; stress-args: 20000
;; memory: 256M
(import (scheme base) (scheme write) (scheme process-context))
(define depth (string->number (cadr (command-line))))
(define (show x) (write x) (newline))
(define (show-is x y) (show (equal? x y)))
(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(show-is (count depth) depth)
(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
(define l (build depth))
(show-is (length l) depth)
(show-is (car (map (lambda (x) (* x 2)) l)) (* 2 depth))
(define triangle (/ (* depth (+ depth 1)) 2))
(show-is (let add ((l l) (sum 0)) (if (null? l) sum (add (cdr l) (+ sum (car l))))) triangle)
(define (sum l) (if (null? l) 0 (+ (car l) (sum (cdr l)))))
(show-is (sum l) triangle)
(define (nest n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (list l)))))
(define deep (nest depth))
(show-is (let loop ((l deep) (n 0)) (if (null? l) n (loop (car l) (+ n 1)))) depth)
(show (equal? deep deep))
(define deep2 (nest depth))
(show (equal? deep deep2))
(define k #f)
(define tries 0)
(define shallow (quotient depth 10))
(show (- (let down ((n shallow)) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1))))) shallow))
(set! tries (+ tries 1))
(if (< tries 3) (k tries))

;; => #t
;; => #t
;; => #t
;; => #t
;; => #t
;; => #t
;; => #t
;; => #t
;; => 0
;; => 1
