;;; Big integers, rationals, and where exact meets inexact.
(import (scheme base) (scheme write) (scheme inexact))
(define (show x) (write x) (newline))
(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
(show (fact 30))
(show (quotient (fact 50) (fact 48)))
(show (- (expt 2 100) 1))
(show (modulo (- (expt 7 77)) 1000007))
(show (remainder (- (expt 7 77)) 1000007))
(show (gcd (fact 20) (expt 6 30)))
(show (lcm 123456789012345678901 987654321))
(show (string-length (number->string (fact 1000))))
(show (/ 1 3))
(show (+ 1/3 1/6))
(show (* 2/3 3/2))
(show (inexact 1/8))
(show (exact 2.5))
(show (number->string (expt 2 70) 16))
(show (string->number "-123456789012345678901234567890"))
(show (call-with-values (lambda () (exact-integer-sqrt (expt 10 41))) list))
(show (call-with-values (lambda () (floor/ (- (expt 10 20)) 7)) list))
(show (call-with-values (lambda () (truncate/ (- (expt 10 20)) 7)) list))
(show (map (lambda (n) (* n n n)) '(1048576 2097152 -4194304)))
(show (+ 4611686018427387904 -4611686018427387905))
(show (- -536870912 1))
(show (* 65536 65536))
(show (< (expt 10 20) (expt 10 21)))
(show (= (expt 2 64) (* (expt 2 32) (expt 2 32))))
(show (list (floor 7/2) (ceiling 7/2) (round 7/2) (truncate -7/2) (round 5/2)))
(show (list (numerator 6/4) (denominator 6/4)))
(show (sqrt 16))
(show (exact (floor 1e18)))
(show (even? (expt 3 50)))
(show (max 1 2 3))
(define (power-mod b e m) (let loop ((b (modulo b m)) (e e) (r 1)) (if (= e 0) r (loop (modulo (* b b) m) (quotient e 2) (if (odd? e) (modulo (* r b) m) r)))))
(show (power-mod 3 (expt 10 30) 1000000007))

;; => 265252859812191058636308480000000
;; => 2450
;; => 1267650600228229401496703205375
;; => 368560
;; => -631447
;; => 1719926784
;; => 121932631124828532112251181221
;; => 2568
;; => 1/3
;; => 1/2
;; => 1
;; => 0.125
;; => 5/2
;; => "400000000000000000"
;; => -123456789012345678901234567890
;; => (316227766016837933199 562477137586013626399)
;; => (-14285714285714285715 5)
;; => (-14285714285714285714 -2)
;; => (1152921504606846976 9223372036854775808 -73786976294838206464)
;; => -1
;; => -536870913
;; => 4294967296
;; => #t
;; => #t
;; => (3 4 4 -3 2)
;; => (3 2)
;; => 4
;; => 1000000000000000000
;; => #f
;; => 3
;; => 965115194

;; More products in one piece of code than fit between two collections.
(show (string-length (number->string (fact 3000))))
;; => 9131
