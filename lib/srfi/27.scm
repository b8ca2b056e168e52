;;; The body of (srfi 27).  A source is the state of a generator xoshiro256**, 32 bytes; see prim_random.c.

(define-record-type random-source
  (make-source state)
  random-source?
  (state source-state))

;; The one that `random` of (ringlet) uses.
(define default-random-source (make-source %random-state))

(define (check-source who source)
  (if (not (random-source? source)) (%raise-type who 1 "a random source" source)))

(define (make-random-source)
  "(make-random-source)\nA new source of random numbers; all new ones give the same numbers."
  (let ((state (make-bytevector 32 0)))
    (%random-seed! state 0)
    (make-source state)))

;; --- numbers ---------------------------------------------------------------------------------------------

(define (random-source-make-integers source)
  "(random-source-make-integers source)
A procedure of N that gives an exact integer from 0 up to but not N, all equally likely; SOURCE moves on."
  (check-source 'random-source-make-integers source)
  (let ((state (source-state source)))
    (lambda (n)
      (if (not (and (exact-integer? n) (> n 0))) (%raise-type 'random-integer 1 "an exact integer above 0" n))
      (%random state n))))

;; A flonum between 0 and 1, neither of them.
(define (real-below-1 state)
  (let ((x (%random state 1.0)))
    (if (= x 0.0) (real-below-1 state) x)))

(define random-source-make-reals
  (case-lambda
    ((source)
     "(random-source-make-reals source [unit])
A procedure that gives real numbers between 0 and 1, neither of them: flonums with 53 bits, or multiples of the exact
UNIT; an inexact UNIT makes flonums at least as fine."
     (check-source 'random-source-make-reals source)
     (let ((state (source-state source)))
       (lambda () (real-below-1 state))))
    ((source unit)
     (check-source 'random-source-make-reals source)
     (if (not (and (real? unit) (< 0 unit 1))) (%raise-type 'random-source-make-reals 2 "between 0 and 1" unit))
     (let ((state (source-state source)) (n (- (floor (/ 1 (exact unit))) 1)))
       (cond ((exact? unit) (lambda () (* unit (+ 1 (if (> n 0) (%random state n) 0)))))
             ((>= unit 2.220446049250313e-16) (lambda () (real-below-1 state)))
             (else
              (lambda ()
                (let loop ()
                  (let ((x (inexact (* (exact unit) (+ 1 (%random state n))))))
                    (if (< 0.0 x 1.0) x (loop)))))))))))

(define random-integer
  (let ((draw (random-source-make-integers default-random-source)))
    (lambda (n)
      "(random-integer n)\nAn exact integer from 0 up to but not N, from the default source, all equally likely."
      (draw n))))
(define random-real
  (let ((draw (random-source-make-reals default-random-source)))
    (lambda ()
      "(random-real)\nA number between 0 and 1, neither of them, from the default source."
      (draw))))

;; --- states ------------------------------------------------------------------------------------------------

(define (random-source-state-ref source)
  "(random-source-state-ref source)\nThe state of SOURCE, a list that can be written and read."
  (check-source 'random-source-state-ref source)
  (let ((state (source-state source)))
    (cons 'xoshiro256** (map (lambda (k) (bytevector-u64-ref state k)) '(0 8 16 24)))))

(define (state? x)
  (and (list? x) (= (length x) 5) (eq? (car x) 'xoshiro256**)
       (let loop ((l (cdr x)) (largest 0))
         (if (null? l)
             (> largest 0)
             (and (exact-integer? (car l)) (<= 0 (car l) #xffffffffffffffff) (loop (cdr l) (max largest (car l))))))))

(define (random-source-state-set! source state)
  "(random-source-state-set! source state)\nMake STATE, from random-source-state-ref, the state of SOURCE."
  (check-source 'random-source-state-set! source)
  (if (not (state? state)) (%raise-type 'random-source-state-set! 2 "the state of a random source" state))
  (for-each (lambda (k word) (bytevector-u64-set! (source-state source) k word)) '(0 8 16 24) (cdr state)))

(define (random-source-randomize! source)
  "(random-source-randomize! source)\nChange the state of SOURCE to another in every run, by the clock.  Not for secrets."
  (check-source 'random-source-randomize! source)
  (let ((state (source-state source)))
    (%random-seed! state (+ (* (+ (* (%wall-clock-us) (expt 2 64)) (current-jiffy)) (expt 2 64))
                            (%random state (expt 2 64))))))

(define (random-source-pseudo-randomize! source i j)
  "(random-source-pseudo-randomize! source i j)
Change the state of SOURCE to the first one of the source with the numbers I and J, exact integers, not negative."
  (check-source 'random-source-pseudo-randomize! source)
  (for-each (lambda (argument n)
              (if (not (and (exact-integer? n) (>= n 0)))
                  (%raise-type 'random-source-pseudo-randomize! argument "an exact integer, not negative" n)))
            '(2 3) (list i j))
  ;; Cantor's numbering of pairs, from 1.
  (%random-seed! (source-state source) (+ (quotient (* (+ i j) (+ i j 1)) 2) j 1)))
