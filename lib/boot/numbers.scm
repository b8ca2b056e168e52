;;; Numbers: what C leaves to Scheme -- computing with complex numbers, flonums in other radices, rationalize.
;;;
;;; A primitive that is given complex numbers, or whose result is one, calls %complex in its place, with its own name and
;;; its arguments, which are all numbers.  Branch cuts and signed zeros are those of C99.  Where a real argument lies on a
;;; cut, R7RS 6.2.6 decides: the value is that of the formula there, so (asin 2) is (asin 2.0-0.0i).

(define %pi (* 4 (atan 1)))

(define (%complex who z . more)
  (case who
    ((+ - * /)
     (cond ((null? more) (%complex-inverse who z))
           ((null? (cdr more)) (%complex-arithmetic who z (car more)))
           (else (fold-left (case who ((+) +) ((-) -) ((*) *) (else /)) z more))))
    ((exact) (make-rectangular (exact (real-part z)) (exact (imag-part z))))
    ((inexact) (make-rectangular (inexact (real-part z)) (inexact (imag-part z))))
    ((sqrt) (%complex-sqrt z))
    ((expt) (%complex-expt z (car more)))
    ((log) (if (null? more) (%complex-log z) (/ (log z) (log (car more)))))
    ((number->string) (%number->string z (car more)))
    (else
     (let ((x (inexact (real-part z))) (y (inexact (imag-part z))))
       (case who
         ((exp) (%complex-exp x y))
         ((sin) (make-rectangular (* (sin x) (flcosh y)) (* (cos x) (flsinh y))))
         ((cos) (make-rectangular (* (cos x) (flcosh y)) (- (* (sin x) (flsinh y)))))
         ((tan) (%complex-tan x y))
         ((asin) (%complex-asin x (%beside-cut z x y)))
         ((acos) (%complex-acos x (%beside-cut z x y)))
         ((atan) (%complex-atan (if (and (eqv? (real-part z) 0) (negative? y)) -0.0 x) y)))))))

;; --- arithmetic ------------------------------------------------------------------------------------------
;; The imaginary part of a real number is an exact 0: it leaves the sign of a zero as it is.

(define (%complex-inverse who z)
  (case who
    ((-) (make-rectangular (- (real-part z)) (- (imag-part z))))
    ((/) (%complex-arithmetic '/ 1 z))
    (else z)))

(define (%complex-arithmetic who a b)
  (let ((ar (real-part a)) (ai (imag-part a)) (br (real-part b)) (bi (imag-part b)))
    (case who
      ((+) (make-rectangular (+ ar br) (cond ((real? a) bi) ((real? b) ai) (else (+ ai bi)))))
      ((-) (make-rectangular (- ar br) (cond ((real? a) (- bi)) ((real? b) ai) (else (- ai bi)))))
      ((*) (cond ((real? a) (make-rectangular (* a br) (* a bi)))
                 ((real? b) (make-rectangular (* ar b) (* ai b)))
                 (else (make-rectangular (- (* ar br) (* ai bi)) (+ (* ar bi) (* ai br))))))
      ;; By Smith's method, which avoids the square of the divisor.
      ((/) (cond ((real? b) (make-rectangular (/ ar b) (/ ai b)))
                 ((<= (abs br) (abs bi))
                  (let* ((t (/ br bi)) (d (* bi (+ 1 (* t t)))))
                    (if (real? a)
                        (make-rectangular (/ (* a t) d) (/ (- a) d))
                        (make-rectangular (/ (+ (* ar t) ai) d) (/ (- (* ai t) ar) d)))))
                 (else
                  (let* ((t (/ bi br)) (d (* br (+ 1 (* t t)))))
                    (if (real? a)
                        (make-rectangular (/ a d) (/ (- (* a t)) d))
                        (make-rectangular (/ (+ ar (* ai t)) d) (/ (- ai (* ar t)) d))))))))))

;; --- magnitude, angle, roots, powers ---------------------------------------------------------------------

(define (magnitude z)
  "(magnitude z)\nHow far Z is from 0: its absolute value if it is real.  Exact if Z is and has an exact one."
  (if (or (real? z) (not (number? z)))
      (if (number? z) (abs z) (%raise-type 'magnitude 1 "a number" z))
      (let ((x (real-part z)) (y (imag-part z)))
        (if (exact? x)
            (sqrt (+ (* x x) (* y y)))
            (flhypot x y)))))

(define (angle z)
  "(angle z)\nThe direction of Z from 0, in radians from the positive real axis: from -pi to pi."
  (cond ((not (number? z)) (%raise-type 'angle 1 "a number" z))
        ((not (real? z)) (atan (imag-part z) (real-part z)))
        ((exact? z) (if (negative? z) %pi 0))
        (else (atan 0.0 z))))

(define (%finite-flonum? x)
  (= (- x x) 0))

(define (%copy-sign x y)
  (if (eqv? (abs y) y) (abs x) (- (abs x))))

(define (%complex-sqrt z)
  (cond ((real? z) (make-rectangular (if (exact? z) 0 0.0) (sqrt (- z))))
        ((exact? z) (or (%exact-complex-sqrt z) (%flonum-complex-sqrt (inexact (real-part z)) (inexact (imag-part z)))))
        (else (%flonum-complex-sqrt (real-part z) (imag-part z)))))

(define (%exact-complex-sqrt z)
  (let* ((m (magnitude z))
         (x (and (exact? m) (sqrt (/ (+ m (real-part z)) 2)))))
    (and x (exact? x) (not (eqv? x 0))
         (make-rectangular x (/ (imag-part z) (* 2 x))))))

(define (%flonum-complex-sqrt x y)
  (cond ((= (abs y) +inf.0) (make-rectangular +inf.0 y))
        ((and (= x 0) (= y 0)) (make-rectangular 0.0 y))
        ((= x +inf.0) (make-rectangular x (if (= y y) (%copy-sign 0.0 y) y)))
        ((= x -inf.0) (make-rectangular (if (= y y) 0.0 y) (%copy-sign x y)))
        ;; So scaled that neither the sum overflows nor digits are lost below the smallest normal flonum.
        ((> (max (abs x) (abs y)) 1e307) (* 2.0 (%flonum-complex-sqrt (/ x 4.0) (/ y 4.0))))
        ((< (max (abs x) (abs y)) 1e-290)
         (* 9.094947017729282e-13 (%flonum-complex-sqrt (* x 1.2089258196146292e24) (* y 1.2089258196146292e24))))
        (else
         (let ((t (sqrt (* 0.5 (+ (abs x) (flhypot x y))))))
           (if (negative? x)
               (make-rectangular (/ (abs y) (* 2.0 t)) (%copy-sign t y))
               (make-rectangular t (/ y (* 2.0 t))))))))

(define (%complex-expt z w)
  (cond ((and (exact-integer? w) (inexact? z) (> (abs w) 1000))  ; where products in between could overflow
         (make-polar (expt (magnitude z) w) (* w (angle z))))
        ((exact-integer? w)
         (if (negative? w) (/ 1 (%complex-power z (- w))) (%complex-power z w)))
        ((and (real? w) (integer? w)) (inexact (expt z (exact w))))
        ((= z 0)
         (if (positive? (real-part w))
             (if (and (exact? z) (exact? w)) 0 0.0)
             (%raise 'divide 'expt "division by zero: a power that is not positive of" z)))
        ((and (exact-rational? w) (exact? z) (= (denominator w) 2) (exact? (sqrt z)))
         (expt (sqrt z) (numerator w)))
        ((and (real? z) (real? w)) (make-polar (expt (- z) w) (* %pi w)))
        (else (exp (* w (log z))))))

(define (%complex-power z n)
  (let loop ((z z) (n n) (result 1))
    (cond ((= n 0) result)
          ((odd? n) (loop (if (= n 1) z (* z z)) (quotient n 2) (if (eqv? result 1) z (* result z))))
          (else (loop (* z z) (quotient n 2) result)))))

;; --- transcendental functions ----------------------------------------------------------------------------

(define (%complex-exp x y)
  (let ((m (exp x)))
    (cond ((= y 0) (make-rectangular m y))
          ((and (= m +inf.0) (< x +inf.0))
           (let ((m (exp (/ x 2.0)))) (make-rectangular (* m (cos y) m) (* m (sin y) m))))
          ((and (= m 0) (not (%finite-flonum? y))) (make-rectangular 0.0 0.0))
          (else (make-polar m y)))))

(define (%complex-log z)
  (if (real? z)
      (make-rectangular (log (- z)) %pi)
      (let ((x (real-part z)) (y (imag-part z)))
        (make-rectangular (if (exact? x) (/ (log (+ (* x x) (* y y))) 2) (%log-magnitude (abs x) (abs y)))
                          (atan y x)))))

;; The logarithm of the distance of (x, y) from 0, also where that is near 1 or overflows.
(define (%log-magnitude x y)
  (let ((most (if (< x y) y x)) (least (if (< x y) x y)))
    (cond ((and (< 0.5 most 1.5)) (* 0.5 (fllog1+ (+ (* (- most 1.0) (+ most 1.0)) (* least least)))))
          ((< 1e307 most +inf.0) (+ (log 2.0) (%log-magnitude (/ x 2.0) (/ y 2.0))))
          (else (log (flhypot x y))))))

;; After Kahan, "Branch cuts for complex elementary functions": the tangent from that of x and the sine of y.
(define (%complex-tan x y)
  (if (> (abs y) 20.0)
      (make-rectangular (if (%finite-flonum? x)
                            (* 4.0 (sin x) (cos x) (exp (* -2.0 (abs y))))
                            (%copy-sign 0.0 x))
                        (%copy-sign 1.0 y))
      (let* ((t (tan x)) (s (flsinh y)) (b (+ 1.0 (* t t))) (d (+ 1.0 (* b s s))))
        (make-rectangular (/ t d) (/ (* b (flcosh y) s) d)))))

;; The imaginary part on the side of the cuts of asin and acos on which z is.
(define (%beside-cut z x y)
  (cond ((not (real? z)) y) ((positive? x) -0.0) (else 0.0)))

;; Square roots of 1+z and 1-z, then Kahan's formulas.
(define (%complex-asin x y)
  (let* ((p (sqrt (make-rectangular (+ 1.0 x) y)))
         (m (sqrt (make-rectangular (- 1.0 x) (- y)))))
    (make-rectangular (atan x (real-part (* p m)))
                      (flasinh (%imag-of-product m p)))))

(define (%complex-acos x y)
  (let* ((p (sqrt (make-rectangular (+ 1.0 x) y)))
         (m (sqrt (make-rectangular (- 1.0 x) (- y)))))
    (make-rectangular (* 2.0 (atan (real-part m) (real-part p)))
                      (flasinh (%imag-of-product p m)))))

;; The imaginary part of conjugate(a) * b.
(define (%imag-of-product a b)
  (- (* (real-part a) (imag-part b)) (* (imag-part a) (real-part b))))

(define (%complex-atan x y)
  (let* ((h (flhypot x y)) (a (abs y))
         (from-pole (flhypot x (- a 1.0))))
    (if (> h 1e17)
        (make-rectangular (%copy-sign (/ %pi 2.0) x) (if (= h +inf.0) (%copy-sign 0.0 y) (/ (/ y h) h)))
        (make-rectangular (* 0.5 (atan (* 2.0 x) (- (* (- 1.0 a) (+ 1.0 a)) (* x x))))
                          (%copy-sign (if (< from-pole 1e-100)
                                          (* 0.5 (- (log 2.0) (log from-pole)))
                                          (* 0.25 (fllog1+ (/ (* 4.0 a) (* from-pole from-pole)))))
                                      y)))))

;; --- text ------------------------------------------------------------------------------------------------

;; An inexact number in a radix other than 10.
(define (%number->string z radix)
  (if (real? z)
      (%flonum->string z radix)
      (let ((imaginary (%flonum->string (imag-part z) radix)))
        (string-append (%flonum->string (real-part z) radix)
                       (if (memv (string-ref imaginary 0) '(#\+ #\-)) "" "+")
                       imaginary "i"))))

(define (%flonum->string x radix)
  (cond ((not (%finite-flonum? x)) (number->string x))
        ((not (eqv? (abs x) x)) (string-append "-" (%flonum->string (- x) radix)))
        ((= x 0) "0.0")
        (else (call-with-values (lambda () (%flonum-digits (exact x) radix))
                                (lambda (digits point) (%place-point digits point radix))))))

;; The fewest digits that identify the flonum v > 0 among its neighbours, a list, and where the point is among them.
;; After Steele and White: digits are produced until what is left is less than half the gap to a neighbour.
(define (%flonum-digits v radix)
  (let* ((length (- (integer-length (numerator v)) (integer-length (denominator v))))
         (top (if (< v (expt 2 length)) (- length 1) length))    ; 2^top <= v < 2^(top+1)
         (gap (expt 2 (max -1074 (- top 52))))
         (above (/ gap 2))
         (below (if (and (= v (expt 2 top)) (> top -1022)) (/ gap 4) above))
         (even (even? (/ v gap)))
         (least (lambda (rest limit) (if even (<= rest limit) (< rest limit)))))
    (let scale ((point (exact (floor (/ (* top (log 2)) (log radix))))))
      (let ((unit (expt radix point)))
        (if (least unit (+ v above))
            (scale (+ point 1))
            (let loop ((rest (* (/ v unit) radix)) (above (* (/ above unit) radix)) (below (* (/ below unit) radix))
                       (digits '()))
              (let* ((digit (floor rest)) (rest (- rest digit))
                     (low (least rest below)) (high (least (- 1 above) rest)))
                (if (or low high)
                    (values (reverse (cons (if (and high (or (not low) (> rest 1/2))) (+ digit 1) digit) digits)) point)
                    (loop (* rest radix) (* above radix) (* below radix) (cons digit digits))))))))))

(define (%place-point digits point radix)
  (let* ((text (apply string-append (map (lambda (digit) (number->string digit radix)) digits)))
         (n (string-length text)))
    (cond ((<= point 0) (string-append "0." (make-string (- point) #\0) text))
          ((>= point n) (string-append text (make-string (- point n) #\0) ".0"))
          (else (string-append (substring text 0 point) "." (substring text point n))))))

;; --- fractions -------------------------------------------------------------------------------------------

(define (rationalize x tolerance)
  "(rationalize x tolerance)\nThe simplest rational that differs from X by no more than TOLERANCE."
  (define (simplest low high)  ; 0 < low <= high
    (let ((whole (floor low)))
      (cond ((= whole low) whole)
            ((< whole (floor high)) (+ whole 1))
            (else (+ whole (/ 1 (simplest (/ 1 (- high whole)) (/ 1 (- low whole)))))))))
  (if (not (real? x)) (%raise-type 'rationalize 1 "a real number" x))
  (if (not (real? tolerance)) (%raise-type 'rationalize 2 "a real number" tolerance))
  (let* ((tolerance (abs tolerance)) (low (- x tolerance)) (high (+ x tolerance)))
    (cond ((not (= x x)) x)
          ((not (= tolerance tolerance)) tolerance)
          ((= tolerance (/ 1. 0.)) (if (= (abs x) tolerance) (- tolerance tolerance) 0.))
          ((= (abs x) (/ 1. 0.)) x)
          ((= low high) x)
          ((positive? low) (simplest low high))
          ((negative? high) (- (simplest (- high) (- low))))
          ((and (exact? x) (exact? tolerance)) 0)
          (else 0.))))

