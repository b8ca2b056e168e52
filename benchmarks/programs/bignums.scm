;;; Numbers of hundreds of digits: decimals of pi one by one, a factorial, and its digits as text.
(import (scheme base) (scheme write) (scheme process-context))

;; The first n decimals of pi as one number, by a spigot that works on exact integers.
(define (pi-digits n)
  (let loop ((q 1) (r 0) (t 1) (k 1) (m 3) (x 3) (left n) (digits 0))
    (cond ((= left 0) digits)
          ((< (+ (* 4 q) (- r t)) (* m t))
           (loop (* 10 q) (* 10 (- r (* m t))) t k
                 (- (quotient (* 10 (+ (* 3 q) r)) t) (* 10 m))
                 x (- left 1) (+ (* 10 digits) m)))
          (else
           (loop (* q k) (* (+ (* 2 q) r) x) (* t x) (+ k 1)
                 (quotient (+ (* q (+ (* 7 k) 2)) (* r x)) (* t x))
                 (+ x 2) left digits)))))

(define (factorial n)
  (if (= n 0) 1 (* n (factorial (- n 1)))))

(define (digit-sum n)
  (let ((text (number->string n)))
    (let loop ((i 0) (sum 0))
      (if (= i (string-length text))
          sum
          (loop (+ i 1)
                (+ sum (- (char->integer (string-ref text i)) 48)))))))

(let ((result (list (modulo (pi-digits 2000) 1000000)
                    (digit-sum (factorial 3000))
                    (digit-sum (expt 7 5000)))))
  (display "bignums: ")
  (write result)
  (newline)
  (exit (equal? result '(275900 37602 19390))))
