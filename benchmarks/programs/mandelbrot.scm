;;; The Mandelbrot set on a small grid: a loop over inexact numbers.
(import (scheme base) (scheme write) (scheme process-context))

;; How many steps from 0 until z*z + c has left the circle of radius 2, at most `most`.
(define (steps cr ci most)
  (let loop ((zr 0.0) (zi 0.0) (n 0))
    (let ((rr (* zr zr))
          (ii (* zi zi)))
      (if (or (= n most) (> (+ rr ii) 4.0))
          n
          (loop (+ (- rr ii) cr)
                (+ (* 2.0 zr zi) ci)
                (+ n 1))))))

(define (count-steps width height most)
  (let rows ((y 0) (sum 0))
    (if (= y height)
        sum
        (let ((ci (- (/ (* 2.0 y) height) 1.0)))
          (let columns ((x 0) (sum sum))
            (if (= x width)
                (rows (+ y 1) sum)
                (let ((cr (- (/ (* 3.0 x) width) 2.0)))
                  (columns (+ x 1) (+ sum (steps cr ci most))))))))))

(let ((result (count-steps 200 120 500)))
  (display "mandelbrot: ")
  (display result)
  (newline)
  (exit (= result 3178363)))
