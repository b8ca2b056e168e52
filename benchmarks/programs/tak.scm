;;; Takeuchi's function: calls with three arguments, four of them at every step.
(import (scheme base) (scheme write) (scheme process-context))

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))
      z))

(define (repeat n)
  (let loop ((i 1) (sum 0))
    (if (> i n)
        sum
        (loop (+ i 1) (+ sum (tak 18 12 6))))))

(let ((result (repeat 600)))
  (display "tak: ")
  (display result)
  (newline)
  (exit (= result 4200)))
