;;; The body of (srfi 194).  A generator draws from the source that was current when it was made.

(define current-random-source
  (make-parameter default-random-source
                  (lambda (x)
                    (if (not (random-source? x)) (%raise-type 'current-random-source 1 "a random source" x))
                    x)))

(define (with-random-source source thunk)
  "(with-random-source source thunk)\nCall THUNK; generators made meanwhile draw from SOURCE."
  (parameterize ((current-random-source source)) (thunk)))

(define (integers) (random-source-make-integers (current-random-source)))
(define (reals) (random-source-make-reals (current-random-source)))

(define (make-random-source-generator i)
  "(make-random-source-generator i)\nA generator of independent random sources: number (I, 0), (I, 1) and so on."
  (check-count 'make-random-source-generator i)
  (let ((j 0))
    (lambda ()
      (let ((source (make-random-source)))
        (random-source-pseudo-randomize! source i j)
        (set! j (+ j 1))
        source))))

;; --- arguments ----------------------------------------------------------------------------------------------

(define (check-count who n)
  (if (not (and (exact-integer? n) (>= n 0))) (%raise-type who 1 "an exact integer, not negative" n)))

(define (check-bounds who argument low high)
  (if (not (and (real? low) (rational? low))) (%raise-type who argument "a finite real number" low))
  (if (not (and (real? high) (rational? high) (<= low high)))
      (%raise-type who (+ argument 1) "a finite real number, not below the lower bound" high)))

(define (check-probability who argument p)
  (if (not (and (real? p) (<= 0 p 1))) (%raise-type who argument "a probability, from 0 to 1" p)))

(define (check-positive who argument x)
  (if (not (and (real? x) (rational? x) (> x 0))) (%raise-type who argument "a finite real number above 0" x)))

;; --- one value as likely as another ---------------------------------------------------------------------------

(define (make-random-integer-generator low high)
  "(make-random-integer-generator low high)\nA generator of exact integers from LOW up to but not HIGH."
  (if (not (exact-integer? low)) (%raise-type 'make-random-integer-generator 1 "an exact integer" low))
  (if (not (and (exact-integer? high) (< low high)))
      (%raise-type 'make-random-integer-generator 2 "an exact integer above the lower bound" high))
  (let ((draw (integers)) (n (- high low)))
    (lambda () (+ low (draw n)))))

(define (signed bits)
  (make-random-integer-generator (- (expt 2 (- bits 1))) (expt 2 (- bits 1))))
(define (unsigned bits)
  (make-random-integer-generator 0 (expt 2 bits)))

(define (make-random-u1-generator) "(make-random-u1-generator)\nA generator of 0 and 1." (unsigned 1))
(define (make-random-u8-generator) "(make-random-u8-generator)\nA generator of elements of u8vectors." (unsigned 8))
(define (make-random-s8-generator) "(make-random-s8-generator)\nA generator of elements of s8vectors." (signed 8))
(define (make-random-u16-generator) "(make-random-u16-generator)\nA generator of elements of u16vectors." (unsigned 16))
(define (make-random-s16-generator) "(make-random-s16-generator)\nA generator of elements of s16vectors." (signed 16))
(define (make-random-u32-generator) "(make-random-u32-generator)\nA generator of elements of u32vectors." (unsigned 32))
(define (make-random-s32-generator) "(make-random-s32-generator)\nA generator of elements of s32vectors." (signed 32))
(define (make-random-u64-generator) "(make-random-u64-generator)\nA generator of elements of u64vectors." (unsigned 64))
(define (make-random-s64-generator) "(make-random-s64-generator)\nA generator of elements of s64vectors." (signed 64))

(define (clamp-real-number low high x)
  "(clamp-real-number low high x)\nX, but not below LOW and not above HIGH."
  (check-bounds 'clamp-real-number 1 low high)
  (cond ((< x low) low)
        ((> x high) high)
        (else x)))

(define (between draw low high)
  (let ((low (inexact low)) (high (inexact high)))
    (lambda ()
      (let ((x (draw)))
        (max low (min high (+ (* low (- 1.0 x)) (* high x))))))))

(define (make-random-real-generator low high)
  "(make-random-real-generator low high)\nA generator of flonums from LOW to HIGH."
  (check-bounds 'make-random-real-generator 1 low high)
  (between (reals) low high))

(define (make-random-rectangular-generator real-low real-high imaginary-low imaginary-high)
  "(make-random-rectangular-generator real-low real-high imaginary-low imaginary-high)
A generator of inexact complex numbers in a rectangle."
  (check-bounds 'make-random-rectangular-generator 1 real-low real-high)
  (check-bounds 'make-random-rectangular-generator 3 imaginary-low imaginary-high)
  (let* ((draw (reals)) (x (between draw real-low real-high)) (y (between draw imaginary-low imaginary-high)))
    (lambda () (let ((real (x))) (make-rectangular real (y))))))

(define pi (* 4 (atan 1.0)))

(define make-random-polar-generator
  (case-lambda
    ((low high)
     "(make-random-polar-generator [origin] low high [angle-low angle-high])
A generator of inexact complex numbers at a distance from LOW to HIGH from ORIGIN, 0 if not given, in the directions from
ANGLE-LOW to ANGLE-HIGH, or all."
     (make-random-polar-generator 0 low high 0 (* 2 pi)))
    ((origin low high) (make-random-polar-generator origin low high 0 (* 2 pi)))
    ((low high angle-low angle-high) (make-random-polar-generator 0 low high angle-low angle-high))
    ((origin low high angle-low angle-high)
     (if (not (complex? origin)) (%raise-type 'make-random-polar-generator 1 "a number" origin))
     (check-bounds 'make-random-polar-generator 2 low high)
     (check-bounds 'make-random-polar-generator 4 angle-low angle-high)
     ;; The area within a distance grows with its square.
     (let* ((draw (reals)) (area (between draw (square low) (square high))) (angle (between draw angle-low angle-high)))
       (lambda ()
         (let* ((r (sqrt (area))) (a (angle)))
           (+ origin (make-rectangular (* r (cos a)) (* r (sin a))))))))))

(define (make-random-boolean-generator)
  "(make-random-boolean-generator)\nA generator of #t and #f."
  (let ((draw (integers)))
    (lambda () (= 0 (draw 2)))))

(define (check-characters who argument string)
  (if (not (and (string? string) (> (string-length string) 0)))
      (%raise-type who argument "a string that is not empty" string)))

(define (make-random-char-generator string)
  "(make-random-char-generator string)\nA generator of characters of STRING; one that it has twice comes twice as often."
  (check-characters 'make-random-char-generator 1 string)
  (let ((draw (integers)) (n (string-length string)))
    (lambda () (string-ref string (draw n)))))

(define (make-random-string-generator k string)
  "(make-random-string-generator k string)\nA generator of strings of characters of STRING, shorter than K."
  (if (not (and (exact-integer? k) (> k 0)))
      (%raise-type 'make-random-string-generator 1 "an exact integer above 0" k))
  (check-characters 'make-random-string-generator 2 string)
  (let ((draw (integers)) (n (string-length string)))
    (lambda ()
      (let ((new (make-string (draw k))))
        (do ((i 0 (+ i 1)))
            ((= i (string-length new)) new)
          (string-set! new i (string-ref string (draw n))))))))

;; --- one value likelier than another: integers -----------------------------------------------------------------

(define (make-bernoulli-generator p)
  "(make-bernoulli-generator p)\nA generator of 1 with the probability P, otherwise 0."
  (check-probability 'make-bernoulli-generator 1 p)
  (let ((draw (reals)))
    (lambda () (if (< (draw) p) 1 0))))

(define (make-categorical-generator weights)
  "(make-categorical-generator weights)
A generator of indices of the vector WEIGHTS, each as likely as the positive number there, compared with all."
  (if (not (and (vector? weights) (> (vector-length weights) 0)))
      (%raise-type 'make-categorical-generator 1 "a vector that is not empty" weights))
  (vector-for-each (lambda (weight) (check-positive 'make-categorical-generator 1 weight)) weights)
  (let* ((n (vector-length weights)) (sums (make-vector n)) (draw (reals)))
    (do ((i 0 (+ i 1)) (sum 0 (+ sum (vector-ref weights i))))
        ((= i n))
      (vector-set! sums i (+ sum (vector-ref weights i))))
    ;; The first index whose sum is above a number drawn.
    (lambda ()
      (let ((x (* (draw) (vector-ref sums (- n 1)))))
        (let loop ((low 0) (high (- n 1)))
          (if (= low high)
              low
              (let ((middle (quotient (+ low high) 2)))
                (if (< x (vector-ref sums middle)) (loop low middle) (loop (+ middle 1) high)))))))))

(define (whole x) (exact (floor x)))
(define (log-factorial k) (let-values (((log sign) (flloggamma (+ (inexact k) 1.0)))) log))

(define (make-geometric-generator p)
  "(make-geometric-generator p)\nA generator of how many tries of probability P it takes to succeed: 1 or more."
  (check-probability 'make-geometric-generator 1 p)
  (check-positive 'make-geometric-generator 1 p)
  (let ((draw (reals)) (log-fail (fllog1+ (- (inexact p)))))
    (lambda ()
      (if (= p 1) 1 (+ 1 (whole (/ (log (draw)) log-fail)))))))

;; Hoermann's transformed rejection, for distributions of integers with a wide middle (W. Hoermann, "The transformed
;; rejection method for generating Poisson random variables", 1993; "The generation of binomial random variates", 1993).
;; `a`, `b`, `center` and `alpha` are his; `log-density` is that of an integer from 0 to `high`, or any if that is #f.
(define (transformed-rejection draw a b center alpha high log-density)
  (let loop ()
    (let* ((u (- (draw) 0.5)) (v (draw)) (us (- 0.5 (abs u))))
      (if (= us 0.0)
          (loop)
          (let ((k (whole (+ (* (+ (/ (* 2 a) us) b) u) center))))
            (if (and (<= 0 k) (or (not high) (<= k high))
                     (<= (log (/ (* v alpha) (+ (/ a (* us us)) b))) (log-density k)))
                k
                (loop)))))))

(define (make-poisson-generator mean)
  "(make-poisson-generator mean)\nA generator of integers of the Poisson distribution."
  (check-positive 'make-poisson-generator 1 mean)
  (let ((draw (reals)) (mean (inexact mean)))
    (if (< mean 30.0)
        (let ((limit (exp (- mean))))
          (lambda ()
            (let loop ((k 0) (product (draw)))
              (if (> product limit) (loop (+ k 1) (* product (draw))) k))))
        (let ((b (+ 0.931 (* 2.53 (sqrt mean)))) (log-mean (log mean)))
          (lambda ()
            (transformed-rejection
             draw (- (* 0.02483 b) 0.059) b (+ mean 0.43) (+ 1.1239 (/ 1.1328 (- b 3.4))) #f
             (lambda (k) (- (* k log-mean) mean (log-factorial k)))))))))

;; Of n tries of probability p <= 1/2, by adding up the probabilities of 0, 1 ... successes.
(define (small-binomial draw n p)
  (let ((odds (/ p (- 1.0 p))) (none (exp (* n (fllog1+ (- p))))))
    (let retry ()
      (let loop ((k 0) (u (draw)) (probability none))
        (cond ((< u probability) k)
              ((= k n) (retry))
              (else (loop (+ k 1) (- u probability) (* probability odds (/ (- n k) (+ k 1))))))))))

(define (binomial draw n p)
  (if (< (* n p) 10.0)
      (lambda () (small-binomial draw n p))
      (let* ((q (- 1.0 p)) (width (sqrt (* n p q))) (b (+ 1.15 (* 2.53 width)))
             (mode (whole (* (+ n 1) p))) (log-odds (log (/ p q)))
             (at-mode (+ (log-factorial mode) (log-factorial (- n mode)))))
        (lambda ()
          (transformed-rejection
           draw (+ (* 0.0248 b) (* 0.01 p) -0.0873) b (+ (* n p) 0.5) (* (+ 2.83 (/ 5.1 b)) width) n
           ;; Compared with that at the mode.
           (lambda (k)
             (+ (- at-mode (log-factorial k) (log-factorial (- n k))) (* (- k mode) log-odds))))))))

(define (make-binomial-generator n p)
  "(make-binomial-generator n p)\nA generator of how many of N tries of probability P succeed."
  (check-count 'make-binomial-generator n)
  (check-probability 'make-binomial-generator 2 p)
  (let* ((p (inexact p)) (draw (reals)) (fewer (binomial draw n (min p (- 1.0 p)))))
    (cond ((= p 0.0) (lambda () 0))
          ((= p 1.0) (lambda () n))
          ((<= p 0.5) fewer)
          (else (lambda () (- n (fewer)))))))

;; Zipf: rejection-inversion (W. Hoermann, G. Derflinger, "Rejection-inversion to generate variates from monotone
;; discrete distributions", 1996) where the probabilities fall, plain rejection where they rise.
(define (falling-zipf draw n s q)
  (let* ((t (- 1.0 s))
         (weight (lambda (x) (expt (+ x q) (- s))))
         (area (lambda (x) (let ((log (log (+ x q)))) (if (= t 0.0) log (/ (flexp-1 (* t log)) t)))))
         (place (lambda (y) (- (exp (if (= t 0.0) y (/ (fllog1+ (* t y)) t))) q)))
         (first (- (area 1.5) (weight 1.0)))
         (last (area (+ n 0.5)))
         (sure (- 1.0 (place first))))
    (lambda ()
      (let loop ()
        (let* ((u (+ last (* (draw) (- first last))))
               (x (place u))
               (k (max 1 (min n (exact (round x))))))
          (if (or (<= (- k x) sure) (>= u (- (area (+ k 0.5)) (weight (inexact k)))))
              k
              (loop)))))))

(define (rising-zipf draw draw-integer n s q)
  (lambda ()
    (let loop ()
      (let ((k (+ 1 (draw-integer n))))
        (if (<= (draw) (expt (/ (+ k q) (+ n q)) (- s))) k (loop))))))

(define make-zipf-generator
  (case-lambda
    ((n)
     "(make-zipf-generator n [s [q]])
A generator of integers K from 1 to N, each as likely as 1 / (K + Q)^S; S is 1 and Q is 0 if not given."
     (make-zipf-generator n 1.0 0.0))
    ((n s) (make-zipf-generator n s 0.0))
    ((n s q)
     (if (not (and (exact-integer? n) (> n 0))) (%raise-type 'make-zipf-generator 1 "an exact integer above 0" n))
     (if (not (and (real? s) (< -10 s 100))) (%raise-type 'make-zipf-generator 2 "between -10 and 100" s))
     (if (not (and (real? q) (< -1/2 q 200000000))) (%raise-type 'make-zipf-generator 3 "between -0.5 and 2e8" q))
     (let ((s (inexact s)) (q (inexact q)))
       (cond ((= n 1) (lambda () 1))
             ((> s 0.0) (falling-zipf (reals) n s q))
             (else (rising-zipf (reals) (integers) n s q)))))))

;; --- one value likelier than another: real numbers ------------------------------------------------------------------

;; Box and Muller's method.
(define (normal draw)
  (* (sqrt (* -2.0 (log (draw)))) (cos (* 2.0 pi (draw)))))

(define make-normal-generator
  (case-lambda
    (()
     "(make-normal-generator [mean [deviation]])\nA generator of flonums of the normal distribution."
     (make-normal-generator 0.0 1.0))
    ((mean) (make-normal-generator mean 1.0))
    ((mean deviation)
     (check-bounds 'make-normal-generator 1 mean mean)
     (check-positive 'make-normal-generator 2 deviation)
     (let ((draw (reals)))
       (lambda () (+ mean (* deviation (normal draw))))))))

(define (make-exponential-generator mean)
  "(make-exponential-generator mean)\nA generator of flonums of the exponential distribution."
  (check-positive 'make-exponential-generator 1 mean)
  (let ((draw (reals)))
    (lambda () (- (* mean (log (draw)))))))

;; --- points -----------------------------------------------------------------------------------------------------------

;; A vector of the first `n` coordinates of a point on the unit sphere in `dimensions`.
(define (sphere-point draw dimensions n)
  (let* ((v (make-vector dimensions 0.0)))
    (do ((i 0 (+ i 1)))
        ((= i dimensions))
      (vector-set! v i (normal draw)))
    (let ((length (sqrt (sum-of square v))))
      (if (= length 0.0)
          (sphere-point draw dimensions n)
          (vector-map (lambda (x) (/ x length)) (vector-copy v 0 n))))))

(define (sum-of f v)
  (let loop ((i 0) (sum 0.0))
    (if (= i (vector-length v)) sum (loop (+ i 1) (+ sum (f (vector-ref v i)))))))

(define (check-axes who axes)
  (if (not (and (vector? axes) (> (vector-length axes) 0))) (%raise-type who 1 "a vector that is not empty" axes))
  (vector-for-each (lambda (axis) (check-positive who 1 axis)) axes))

(define (make-sphere-generator n)
  "(make-sphere-generator n)\nA generator of points on the unit sphere of N + 1 dimensions, as vectors of flonums."
  (check-count 'make-sphere-generator n)
  (let ((draw (reals)))
    (lambda () (sphere-point draw (+ n 1) (+ n 1)))))

(define (make-ellipsoid-generator axes)
  "(make-ellipsoid-generator axes)
A generator of points on the surface of an ellipsoid, as vectors of flonums; AXES is the vector of its half axes."
  (check-axes 'make-ellipsoid-generator axes)
  (let* ((draw (reals)) (n (vector-length axes)) (least (apply min (vector->list axes))))
    (lambda ()
      ;; A piece of the sphere becomes larger by a factor that is at most 1 / least.
      (let loop ()
        (let ((v (sphere-point draw n n)))
          (if (<= (draw) (* least (sqrt (sum-of square (vector-map / v axes)))))
              (vector-map * v axes)
              (loop)))))))

(define (make-ball-generator dimensions)
  "(make-ball-generator dimensions)
A generator of points within the unit ball of so many dimensions, or within the ellipsoid with a vector of half axes."
  (let ((axes (if (exact-integer? dimensions)
                  (begin
                    (check-positive 'make-ball-generator 1 dimensions)
                    (make-vector dimensions 1.0))
                  dimensions)))
    (check-axes 'make-ball-generator axes)
    ;; The first n coordinates of points on the sphere of n + 2 dimensions fill the ball evenly.
    (let ((draw (reals)) (n (vector-length axes)))
      (lambda () (vector-map * (sphere-point draw (+ n 2) n) axes)))))

;; --- generators of generators --------------------------------------------------------------------------------------------

(define (gsampling . generators)
  "(gsampling generator ...)\nA generator that asks one of the GENERATORS, chosen at random, as long as any has values."
  (let ((draw (integers)) (left (list->vector generators)))
    (define (without k)
      (vector-append (vector-copy left 0 k) (vector-copy left (+ k 1))))
    (lambda ()
      (let loop ()
        (if (= 0 (vector-length left))
            (eof-object)
            (let* ((k (draw (vector-length left))) (x ((vector-ref left k))))
              (if (eof-object? x)
                  (begin
                    (set! left (without k))
                    (loop))
                  x)))))))
