;;; Doubly recursive Fibonacci numbers: calls and small integers, nothing else.
(import (scheme base) (scheme write) (scheme process-context))

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(let ((result (fib 36)))
  (display "fib: ")
  (display result)
  (newline)
  (exit (= result 14930352)))
