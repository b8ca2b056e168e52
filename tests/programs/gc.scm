;;; Much garbage, long lists, structures that are kept and changed meanwhile.
;; memory: 64M
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define (make-tree depth) (if (= depth 0) '() (cons (make-tree (- depth 1)) (make-tree (- depth 1)))))
(define (tree-size t) (if (null? t) 1 (+ (tree-size (car t)) (tree-size (cdr t)))))
(define kept (make-tree 14))
(do ((i 0 (+ i 1))) ((= i 20)) (make-tree 12))
(show (tree-size kept))
(define v (make-vector 1000 '()))
(do ((i 0 (+ i 1))) ((= i 100000))
  (vector-set! v (modulo i 1000) (list i (number->string i))))
(show (let loop ((i 0) (sum 0)) (if (= i 1000) sum (loop (+ i 1) (+ sum (car (vector-ref v i)))))))
(show (vector-ref v 7))
(define (churn n acc) (if (= n 0) (length acc) (churn (- n 1) (if (= 0 (modulo n 100)) (list n) (cons (make-string 10 #\x) acc)))))
(show (churn 100000 '()))
(define closures (let loop ((i 0) (l '())) (if (= i 10000) l (loop (+ i 1) (cons (lambda () i) l)))))
(show (apply + (map (lambda (f) (f)) closures)))
(define big (make-vector 200000 1))
(show (let loop ((i 0) (s 0)) (if (= i 200000) s (loop (+ i 1) (+ s (vector-ref big i))))))
(define s (make-string 100000 #\a))
(string-set! s 99999 #\b)
(show (string-ref s 99999))

;; => 16384
;; => 99499500
;; => (99007 "99007")
;; => 100
;; => 49995000
;; => 200000
;; => #\b
