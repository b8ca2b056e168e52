;;; Small things: exit, time, random numbers, what else.

;; --- time ---------------------------------------------------------------------------------------------

(define (current-second)
  "(current-second)
Seconds since the beginning of 1970, an inexact number; 0 when the machine does not know the time."
  (inexact (/ (%wall-clock-us) 1000000)))

(define (%time thunk)
  (let* ((collections (%collections))
         (bytes (%bytes-allocated))
         (start (current-jiffy))
         (result (thunk))
         (us (- (current-jiffy) start))
         (bytes (- (%bytes-allocated) bytes))
         (collections (- (%collections) collections))
         (port (current-error-port)))
    (fresh-line port)
    (write-string (string-append ";; " (number->string (inexact (/ (round (/ us 10)) 100))) " ms, "
                                 (%plural bytes "byte") " allocated, "
                                 (%plural collections "collection") "\n")
                  port)
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

;; The state of the generator that programs share, the same at every start.
(define %random-state (make-bytevector 32 0))
(set! %random-state %random-state)  ; each process has its own
(%random-seed! %random-state 0)

(define (random n)
  "(random n)
A number from 0 up to but not N, all equally likely: an exact integer for an exact N, otherwise a flonum.  The numbers
are the same in every run; random-source-randomize! of (srfi 27) changes that."
  (%random %random-state n))
