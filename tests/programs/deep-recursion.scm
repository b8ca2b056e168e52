;;; Recursion a million deep, through user procedures and the library's.
;; memory: 256M
;; skip-when: stress-3 stress-4 stress-5
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(show (count 1000000))
(define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
(define l (build 1000000))
(show (length l))
(show (car (map (lambda (x) (* x 2)) l)))
(show (let add ((l l) (sum 0)) (if (null? l) sum (add (cdr l) (+ sum (car l))))))
(define (sum l) (if (null? l) 0 (+ (car l) (sum (cdr l)))))
(show (sum l))
(define deep (let loop ((i 0) (l '())) (if (= i 1000000) l (loop (+ i 1) (list l)))))
(show (let loop ((l deep) (n 0)) (if (null? l) n (loop (car l) (+ n 1)))))
(show (equal? deep deep))
(define deep2 (let loop ((i 0) (l '())) (if (= i 1000000) l (loop (+ i 1) (list l)))))
(show (equal? deep deep2))
(define k #f)
(define tries 0)
(show (let down ((n 100000)) (if (= n 0) (call/cc (lambda (c) (set! k c) 0)) (+ 1 (down (- n 1))))))
(set! tries (+ tries 1))
(if (< tries 3) (k tries))

;; => 1000000
;; => 1000000
;; => 2000000
;; => 500000500000
;; => 500000500000
;; => 1000000
;; => #t
;; => #t
;; => 100000
;; => 100001
