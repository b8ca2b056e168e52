;;; The body of (chibi test).

(define n-passed 0)
(define n-failed 0)
(define groups '())

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

(define (test-failure-count)
  "(test-failure-count)\nHow many tests have failed."
  n-failed)

(define (pass!) (set! n-passed (+ n-passed 1)))

(define (fail! name . parts)
  (set! n-failed (+ n-failed 1))
  (display "FAIL ")
  (for-each (lambda (group) (display group) (display ": ")) (reverse groups))
  (write name)
  (for-each (lambda (part) (if (string? part) (display part) (write (car part)))) parts)
  (newline))

;; Call `thunk`; then `good` with its value, or `bad` with what it raised.
(define (attempt thunk good bad)
  ((call-with-current-continuation
    (lambda (escape)
      (with-exception-handler
       (lambda (raised) (escape (lambda () (bad raised))))
       (lambda () (let ((value (thunk))) (lambda () (good value)))))))))

(define (raised-text raised)
  (if (error-object? raised)
      (condition->string raised)
      (let ((port (open-output-string)))
        (write raised port)
        (get-output-string port))))

(define (run-test name expected thunk same?)
  (attempt (lambda () (cons (expected) (thunk)))
           (lambda (both)
             (if (same? (car both) (cdr both))
                 (pass!)
                 (fail! name ": expected " (list (car both)) " but got " (list (cdr both)))))
           (lambda (raised) (fail! name " raised " (raised-text raised)))))

(define (run-assertion name thunk want)
  (attempt thunk
           (lambda (value)
             (if (eq? want (and value #t)) (pass!) (fail! name " gave " (list value))))
           (lambda (raised) (fail! name " raised " (raised-text raised)))))

(define (run-error-test name thunk)
  (attempt thunk
           (lambda (value) (fail! name " should raise an error but gave " (list value)))
           (lambda (raised) (pass!))))

(define-syntax test
  (syntax-rules ()
    ((_ expected expression) (test 'expression expected expression))
    ((_ name expected expression)
     (run-test name (lambda () expected) (lambda () expression)
               (lambda (a b) ((current-test-comparator) a b))))))

(define-syntax test-equal
  (syntax-rules ()
    ((_ same? expected expression) (test-equal same? 'expression expected expression))
    ((_ same? name expected expression)
     (run-test name (lambda () expected) (lambda () expression) same?))))

(define-syntax test-assert
  (syntax-rules ()
    ((_ expression) (test-assert 'expression expression))
    ((_ name expression) (run-assertion name (lambda () expression) #t))))

(define-syntax test-not
  (syntax-rules ()
    ((_ expression) (test-not 'expression expression))
    ((_ name expression) (run-assertion name (lambda () expression) #f))))

(define-syntax test-error
  (syntax-rules ()
    ((_ expression) (test-error 'expression expression))
    ((_ name expression) (run-error-test name (lambda () expression)))))

(define-syntax test-values
  (syntax-rules ()
    ((_ expected expression) (test-values 'expression expected expression))
    ((_ name expected expression)
     (test name (call-with-values (lambda () expected) list) (call-with-values (lambda () expression) list)))))

(define-syntax test-group
  (syntax-rules ()
    ((_ name body ...)
     (begin (test-begin name) body ... (test-end name)))))

(define (test-begin . name)
  "(test-begin [name])\nBegin a group of tests."
  (set! groups (cons (if (pair? name) (car name) "") groups)))

(define (test-end . name)
  "(test-end [name])\nEnd the group of tests; the end of the outermost one prints the line `N passed, N failed`."
  (if (pair? groups) (set! groups (cdr groups)))
  (if (null? groups)
      (begin
        (display n-passed) (display " passed, ")
        (display n-failed) (display " failed")
        (newline))))

(define (test-exit)
  "(test-exit)\nLeave with status 0 if no test has failed, otherwise 1."
  (exit (= n-failed 0)))
