;;; Complex numbers: reading, printing, arithmetic that Scheme does in the place of an instruction, elementary functions.
(import (scheme base) (scheme write) (scheme read) (scheme inexact) (scheme complex))
(define (show x) (write x) (newline))
(show '(1+2i -1/2-i +i 1.5-2i 1+0i +inf.0-nan.0i 1@0 #e1.5+2i #xa+bi))
(show (list (+ 1+2i 3-2i) (- 1+2i 1/2) (* 1+2i 3-4i 1/2) (/ 1+2i 3+4i) (- +i) (/ +2i) (+ 1+2i 0.5)))
(show (list (sqrt -4) (sqrt 3+4i) (sqrt -2.25) (expt +i 1001) (expt 1+i -3) (magnitude 3+4i) (angle -1)))
(show (list (= 1+i 1.0+1.0i) (eqv? 1+i 1+i) (zero? +i) (real? 1+0.0i) (exact? 1/2+i) (equal? '(+i) (list (sqrt -1)))))

;; Sums of powers in a loop, with parts that become bignums; the compiler makes instructions of these.
(define (horner coefficients z)
  (let loop ((l coefficients) (sum 0))
    (if (null? l) sum (loop (cdr l) (+ (* sum z) (car l))))))
(show (horner '(1 2 3 4 5 6 7 8 9 10) 1/2+3i))
(show (let loop ((i 0) (z 1+i)) (if (= i 12) (modulo (real-part z) 1000003) (loop (+ i 1) (* z z)))))
(show (modulo (real-part (expt 3+2i 5000)) 1000000007))

;; Deep recursion whose pending operations are complex, and an operation left and entered again.
(define (deep n) (if (= n 0) 0 (+ (deep (- n 1)) +i)))
(show (deep 10000))
(let ((again #f) (times 0))
  (show (+ 1+i (call/cc (lambda (k) (set! again k) 1)) (* 2 +i)))
  (set! times (+ times 1))
  (if (< times 3) (again (* times +i))))

;; Points that do not escape, as in Mandelbrot's set.
(define (stays? c)
  (let loop ((z 0.0) (n 30))
    (cond ((> (magnitude z) 2) #f) ((= n 0) #t) (else (loop (+ (* z z) c) (- n 1))))))
(let rows ((y -1.0))
  (if (<= y 1.0)
      (begin
        (let columns ((x -2.0))
          (if (<= x 0.6)
              (begin (write-char (if (stays? (make-rectangular x y)) #\* #\.)) (columns (+ x 0.1)))))
        (newline)
        (rows (+ y 0.5)))))

(define (complaint thunk)
  (call/cc (lambda (k)
             (with-exception-handler (lambda (e) (k (cons (error-object-message e) (error-object-irritants e)))) thunk))))
(show (complaint (lambda () (+ 1+i 'x))))
(show (complaint (lambda () (max 1 2+i))))
(show (complaint (lambda () (/ 1+i 0))))
(show (complaint (lambda () (exact-integer-sqrt +i))))

;; => (1+2i -1/2-i +i 1.5-2.0i 1 +inf.0+nan.0i 1 3/2+2i 10+11i)
;; => (4 1/2+2i 11/2+i 11/25+2/25i -i -1/2i 1.5+2.0i)
;; => (+2i 2+i 0.0+1.5i +i -1/4-1/4i 5 3.141592653589793)
;; => (#t #t #f #f #t #t)
;; => 9560161/512-3104409/256i
;; => 926935
;; => 756888833
;; => +10000i
;; => 2+3i
;; => 1+4i
;; => 1+5i
;; => ....................*.....
;; => ...............*********..
;; => ***********************...
;; => ...............*********..
;; => ....................*.....
;; => ("argument 2 should be a number, but is" x)
;; => ("argument 2 should be a real number, but is" 2+i)
;; => ("division by zero of" 1+i)
;; => ("argument 1 should be an exact integer that is not negative, but is" +i)
