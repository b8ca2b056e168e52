;;; Small things: exit, time, old names, characters and numbers that the core leaves to Scheme.

(define exact->inexact
  (lambda (x)
    "(exact->inexact x)\nThe same as inexact."
    (inexact x)))
(define inexact->exact
  (lambda (x)
    "(inexact->exact x)\nThe same as exact."
    (exact x)))

(define (rationalize x tolerance)
  "(rationalize x tolerance)\nThe simplest rational that differs from X by no more than TOLERANCE."
  (define (simplest low high)  ; 0 < low <= high
    (let ((whole (floor low)))
      (cond ((= whole low) whole)
            ((< whole (floor high)) (+ whole 1))
            (else (+ whole (/ 1 (simplest (/ 1 (- high whole)) (/ 1 (- low whole)))))))))
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

;; Complex numbers are not there yet; these are the parts of real ones.
(define (%check-number who x)
  (if (not (number? x)) (%raise-type who 1 "a number" x)))

(define (real-part z)
  "(real-part z)\nThe real part of Z."
  (%check-number 'real-part z)
  z)
(define (imag-part z)
  "(imag-part z)\nThe imaginary part of Z: 0, for all numbers are real here."
  (%check-number 'imag-part z)
  0)
(define (magnitude z)
  "(magnitude z)\nThe absolute value of Z."
  (abs z))
(define (angle z)
  "(angle z)\nThe angle of Z in the complex plane: 0 or pi."
  (%check-number 'angle z)
  (if (negative? z) (* 4 (atan 1)) 0))
(define (make-rectangular x y)
  "(make-rectangular x y)\nThe number X + Yi; Y must be exact 0, for complex numbers are not there yet."
  (if (eqv? y 0)
      x
      (%raise 'implementation 'make-rectangular "complex numbers are not there yet:" x y)))
(define (make-polar magnitude angle)
  "(make-polar magnitude angle)
The number with MAGNITUDE and ANGLE, which must be exact 0, for complex numbers are not there yet."
  (if (eqv? angle 0)
      magnitude
      (%raise 'implementation 'make-polar "complex numbers are not there yet:" magnitude angle)))

;; --- time ---------------------------------------------------------------------------------------------

(define (current-second)
  "(current-second)
Seconds since the beginning of 1970, an inexact number; 0 when the machine does not know the time."
  (inexact (/ (%wall-clock-us) 1000000)))

(define (%time thunk)
  (let* ((start (current-jiffy))
         (result (thunk))
         (end (current-jiffy))
         (port (current-error-port)))
    (fresh-line port)
    (write-string ";; " port)
    (display (inexact (/ (round (* 100000 (/ (- end start) (jiffies-per-second)))) 100)) port)
    (write-string " ms" port)
    (newline port)
    result))

(define (runtime)
  "(runtime)\nSeconds since the system started, an inexact number."
  (inexact (/ (current-jiffy) (jiffies-per-second))))

;; --- leaving --------------------------------------------------------------------------------------------

(define (%exit-status x)
  (cond ((eq? x #t) 0)
        ((eq? x #f) 1)
        ((exact-integer? x) (modulo x 256))
        (else 1)))

(define emergency-exit
  (case-lambda
    (()
     "(emergency-exit [object])
Stop at once with the status that OBJECT means, without leaving dynamic-winds."
     (%exit 0))
    ((x) (%exit (%exit-status x)))))

(define exit
  (case-lambda
    (()
     "(exit [object])
Leave all dynamic-winds, close the files and stop.  The status is 0 for #t or no OBJECT, 1 for #f, or OBJECT, an
exact integer."
     (exit #t))
    ((x)
     (%rewind '())
     (%close-files)
     (%exit (%exit-status x)))))

;; The arguments as the program sees them: its own name first.  Set by the main entry.
(define %program-arguments '())

(define (command-line)
  "(command-line)\nThe list of the program's name and its arguments, strings."
  (list-copy %program-arguments))

(define (get-environment-variables)
  "(get-environment-variables)\nThe environment variables and their values: an association list of strings."
  (let loop ((i 0) (variables '()))
    (let ((setting (%setting i)))
      (if setting
          (let ((end (or (string-index setting #\=) (string-length setting))))
            (loop (+ i 1)
                  (cons (cons (substring setting 0 end)
                              (substring setting (min (+ end 1) (string-length setting))))
                        variables)))
          (reverse variables)))))

(define (get-environment-variable name)
  "(get-environment-variable name)\nThe value of the environment variable NAME, a string, or #f."
  (if (not (string? name)) (%raise-type 'get-environment-variable 1 "a string" name))
  (let ((found (assoc name (get-environment-variables))))
    (and found (cdr found))))

(define (void . ignored)
  "(void x ...)\nNothing of interest: the unspecified value."
  (if #f #f))

(define (identity x)
  "(identity x)\nX."
  x)

(define (compose . procedures)
  "(compose procedure ...)
The procedure that calls the last PROCEDURE with its arguments, the one before with the result, and so on."
  (if (null? procedures)
      identity
      (let ((f (car procedures)) (rest (cdr procedures)))
        (if (null? rest)
            f
            (let ((g (apply compose rest)))
              (lambda arguments (%apply-values f (apply g arguments))))))))

(define (constantly x)
  "(constantly x)\nA procedure that returns X whatever it is called with."
  (lambda ignored x))

(define (gensym . prefix)
  "(gensym [prefix])\nA symbol that is equal to no other."
  (%gensym (if (pair? prefix) (car prefix) "g")))

(define (generate-symbol)
  "(generate-symbol)\nA symbol that is equal to no other."
  (%gensym "g"))

(define %random-state #f)

(define (random n)
  "(random n)\nA number from 0 up to but not N: an exact integer for an exact N, otherwise a flonum."
  (%random n))
