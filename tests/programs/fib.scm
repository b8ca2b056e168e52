;;; Doubly recursive Fibonacci numbers, and iterative ones that become big.
(import (scheme base) (scheme write))
(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (fib-iter n)
  (let loop ((a 0) (b 1) (n n))
    (if (= n 0) a (loop b (+ a b) (- n 1)))))
(display (fib 22)) (newline)
(display (fib-iter 100)) (newline)
(display (map fib '(0 1 2 3 4 5 6 7 8 9 10))) (newline)

;; => 17711
;; => 354224848179261915075
;; => (0 1 1 2 3 5 8 13 21 34 55)
