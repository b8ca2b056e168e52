;;; The body of (chibi test).
;;;
;;; A test is two thunks, for what is expected and for what is tested, and an alist that describes it: name, source,
;;; and whether it is an assertion or an error is expected.  The applier runs the thunks and tells the handler how it
;;; went, which counts and prints; programs may replace either.  Only failures are printed, and at the end the sums.

(define n-passed 0)
(define n-failed 0)

;; The groups begun and not ended, innermost first; each a list of its name and pairs (property . value).
(define groups '())

(define (group-increment! group property)
  (let ((entry (assq property (cdr group))))
    (if entry
        (set-cdr! entry (+ (cdr entry) 1))
        (set-cdr! group (cons (cons property 1) (cdr group))))))

(define (current-test-group)
  "(current-test-group)
The innermost group: a list of its name and pairs (property . value) like (count . 3) and (FAIL . 1), or #f."
  (and (pair? groups) (car groups)))

(define (test-failure-count)
  "(test-failure-count)\nHow many tests have failed."
  n-failed)

;; --- comparing -----------------------------------------------------------------------------------------

(define current-test-epsilon (make-parameter 1e-5))

(define (approximately=? a b)
  (cond ((and (nan? a) (nan? b)) #t)
        ((= a b) #t)
        ((or (infinite? a) (infinite? b)) #f)
        (else (<= (abs (- a b)) (* (current-test-epsilon) (max 1e-300 (abs a) (abs b)))))))

(define (test-same? expected got)
  (cond ((and (number? expected) (number? got))
         (if (and (real? expected) (real? got) (inexact? expected) (inexact? got))
             (approximately=? expected got)
             (eqv? expected got)))
        ((and (pair? expected) (pair? got))
         (and (test-same? (car expected) (car got)) (test-same? (cdr expected) (cdr got))))
        ((and (vector? expected) (vector? got))
         (test-same? (vector->list expected) (vector->list got)))
        (else (equal? expected got))))

(define current-test-comparator (make-parameter test-same?))

;; --- running -------------------------------------------------------------------------------------------

;; Call `thunk`; then `good` with its value, or `bad` with what it raised.
(define (attempt thunk good bad)
  ((call-with-current-continuation
    (lambda (escape)
      (with-exception-handler
       (lambda (raised) (escape (lambda () (bad raised))))
       (lambda () (let ((value (thunk))) (lambda () (good value)))))))))

(define (property info key)
  (let ((entry (assq key info)))
    (and entry (cdr entry))))

(define (default-applier expected expression info)
  (define (finish status . more)
    ((current-test-handler) status expected expression (append more info)))
  (define (compare wanted got)
    (finish (cond ((property info 'expect-error) 'FAIL)
                  ((property info 'assertion) (if got 'PASS 'FAIL))
                  (else (if ((current-test-comparator) wanted got) 'PASS 'FAIL)))
            (cons 'result got) (cons 'expected wanted)))
  (attempt (lambda () (cons (expected) (expression)))
           ;; The comparator is the program's, and may raise as well.
           (lambda (both)
             (attempt (lambda () (compare (car both) (cdr both)))
                      (lambda (status) status)
                      (lambda (raised) (finish 'ERROR (cons 'exception raised)))))
           (lambda (raised)
             (finish (if (property info 'expect-error) 'PASS 'ERROR) (cons 'exception raised)))))

(define (default-skipper expected expression info)
  ((current-test-handler) 'SKIP expected expression info))

(define (default-handler status expected expression info)
  (if (pair? groups)
      (begin
        (if (not (eq? status 'SKIP)) (group-increment! (car groups) 'count))
        (group-increment! (car groups) status)))
  (case status
    ((PASS) (set! n-passed (+ n-passed 1)))
    ((FAIL ERROR) (set! n-failed (+ n-failed 1))))
  (if (or (current-test-verbosity) (memq status '(FAIL ERROR))) (print-result status info))
  status)

(define current-test-verbosity (make-parameter #f))
(define current-test-filters (make-parameter '()))
(define current-test-applier (make-parameter default-applier))
(define current-test-skipper (make-parameter default-skipper))
(define current-test-handler (make-parameter default-handler))

(define (test-run expected expression info)
  "(test-run expected expression info)
Run a test: two thunks and an alist, which may have a name, (assertion . #t), (expect-error . #t)."
  (let loop ((filters (current-test-filters)))
    (cond ((null? filters) ((current-test-applier) expected expression info))
          (((car filters) info) (loop (cdr filters)))
          (else ((current-test-skipper) expected expression info)))))

;; --- reporting -----------------------------------------------------------------------------------------

(define (raised-text raised)
  (if (error-object? raised)
      (condition->string raised)
      (let ((port (open-output-string)))
        (write raised port)
        (get-output-string port))))

(define (print-result status info)
  (display (case status ((PASS) "ok   ") ((SKIP) "skip ") (else "FAIL ")))
  (for-each (lambda (group) (display (car group)) (display ": ")) (reverse groups))
  (write (or (property info 'name) (property info 'source)))
  (case status
    ((ERROR)
     (display " raised ")
     (display (raised-text (property info 'exception))))
    ((FAIL)
     (cond ((property info 'expect-error)
            (display " should raise an error but gave "))
           ((property info 'assertion) (display " gave "))
           (else
            (display ": expected ")
            (write (property info 'expected))
            (display " but got ")))
     (write (property info 'result))))
  (newline))

(define (default-group-reporter group)
  (if (null? (cdr groups))
      (begin
        (display n-passed) (display " passed, ")
        (display n-failed) (display " failed")
        (newline))))

(define current-test-group-reporter (make-parameter default-group-reporter))

;; --- tests ---------------------------------------------------------------------------------------------

(define-syntax test-syntax-error
  (syntax-rules () ((_ who message form ...) (syntax-error message form ...))))

(define-syntax test-propagate-info
  (syntax-rules ()
    ((_ name expected expression info) (test-vars () name expected expression info))))

(define-syntax test-vars
  (syntax-rules ()
    ((_ variables label expected expression ((key . value) ...))
     (test-run (lambda () expected) (lambda () expression)
               (cons (cons 'name label) '((source . expression) (key . value) ...))))))

(define-syntax test
  (syntax-rules ()
    ((_ expected expression) (test-vars () #f expected expression ()))
    ((_ name expected expression) (test-vars () name expected expression ()))
    ((_ form ...)
     (syntax-error "test needs the expected value and an expression, and perhaps a name before them:" form ...))))

(define-syntax test-equal
  (syntax-rules ()
    ((_ same? expected expression) (test-equal same? #f expected expression))
    ((_ same? name expected expression)
     (parameterize ((current-test-comparator same?)) (test name expected expression)))))

(define-syntax test-assert
  (syntax-rules ()
    ((_ expression) (test-assert #f expression))
    ((_ name expression) (test-vars () name #t expression ((assertion . #t))))))

(define-syntax test-not
  (syntax-rules ()
    ((_ expression) (test-assert (not expression)))
    ((_ name expression) (test-assert name (not expression)))))

(define-syntax test-error
  (syntax-rules ()
    ((_ expression) (test-error #f expression))
    ((_ name expression) (test-vars () name #f expression ((expect-error . #t))))))

(define-syntax test-values
  (syntax-rules ()
    ((_ expected expression) (test-values #f expected expression))
    ((_ name expected expression)
     (test name (call-with-values (lambda () expected) list) (call-with-values (lambda () expression) list)))))

;; --- groups --------------------------------------------------------------------------------------------

(define-syntax test-group
  (syntax-rules ()
    ((_ name body ...) (run-group name (lambda () body ... #f)))))

(define (run-group name thunk)
  (test-begin name)
  (let ((inside groups))
    (attempt thunk
             (lambda (value) value)
             (lambda (raised)
               (set! groups inside)
               ((current-test-handler) 'ERROR #f #f
                                       (list '(name . "outside of tests") (cons 'exception raised)))))
    (test-end name)))

(define (test-begin . name)
  "(test-begin [name])\nBegin a group of tests."
  (set! groups (cons (list (if (pair? name) (car name) "")) groups)))

(define (test-end . name)
  "(test-end [name])\nEnd the group of tests; the end of the outermost one prints the line `N passed, N failed`."
  (if (pair? groups)
      (let ((group (car groups)))
        ((current-test-group-reporter) group)
        (set! groups (cdr groups)))))

(define (test-exit . ignored)
  "(test-exit)\nLeave with status 0 if no test has failed, otherwise 1."
  (exit (= n-failed 0)))
