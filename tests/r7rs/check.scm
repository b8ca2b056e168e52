;;; Checks for conformance programs, in portable R7RS: include it, check, and end with (check-end).
;;;
;;;   (section "6.1" "Equivalence predicates")   what the checks that follow belong to
;;;   (check EXPRESSION => VALUE)                equal, and of the same exactness; NaNs are equal here
;;;   (check-near EXPRESSION => VALUE)           within 1e-12 of it
;;;   (check-one-of EXPRESSION => VALUE ...)     where the report leaves a choice
;;;   (check-error EXPRESSION)                   raises an object
;;;   (written OBJECT) (displayed OBJECT)        as strings
;;;
;;; A failed check prints what it was.  The last lines count: one for each section, then the sum.

(define check-sections '())             ; vectors of number, title, passed, failed; newest first

(define (section number title)
  (set! check-sections (cons (vector number title 0 0) check-sections)))

(define (check-count! index)
  (let ((current (car check-sections)))
    (vector-set! current index (+ 1 (vector-ref current index)))))

(define (check-same? a b)
  (cond ((and (number? a) (number? b))
         (or (eqv? a b) (and (not (= a a)) (not (= b b)))))
        ((and (pair? a) (pair? b))
         (and (check-same? (car a) (car b)) (check-same? (cdr a) (cdr b))))
        (else (equal? a b))))

(define (check-failed form what got)
  (check-count! 3)
  (display "FAIL ") (write form) (display " ") (display what) (display " ") (write got)
  (newline))

(define (check-outcome form test thunk)
  (let ((got (call-with-current-continuation
              (lambda (escape)
                (with-exception-handler
                 (lambda (raised)
                   (escape
                    (list 'raised (if (error-object? raised) (error-object-message raised) raised))))
                 (lambda () (list 'value (thunk))))))))
    (if (and (eq? (car got) 'value) (test (cadr got)))
        (check-count! 2)
        (check-failed form "gave" got))))

(define-syntax check
  (syntax-rules (=>)
    ((_ expression => value)
     (check-outcome 'expression (lambda (got) (check-same? got value)) (lambda () expression)))))

(define-syntax check-one-of
  (syntax-rules (=>)
    ((_ expression => value ...)
     (check-outcome 'expression (lambda (got) (or (check-same? got value) ...)) (lambda () expression)))))

(define-syntax check-near
  (syntax-rules (=>)
    ((_ expression => value)
     (check-outcome 'expression (lambda (got) (check-near? got value)) (lambda () expression)))))

(define (check-near? got value)
  (and (number? got) (inexact? got)
       (<= (abs (- got value)) (* 1e-12 (max 1.0 (abs value))))))

(define-syntax check-error
  (syntax-rules ()
    ((_ expression)
     (let ((got (call-with-current-continuation
                 (lambda (escape)
                   (with-exception-handler
                    (lambda (raised) (escape check-sections))
                    (lambda () (list expression)))))))
       (if (eq? got check-sections)
           (check-count! 2)
           (check-failed 'expression "raised nothing, gave" got))))))

(define (check-text writer object)
  (let ((port (open-output-string)))
    (writer object port)
    (get-output-string port)))
(define (written object) (check-text write object))
(define (displayed object) (check-text display object))

(define (check-line section)
  (display (vector-ref section 2)) (display " passed, ")
  (display (vector-ref section 3)) (display " failed")
  (newline))

(define (check-end)
  (let ((total (vector #f #f 0 0)))
    (for-each (lambda (section)
                (display "section ") (display (vector-ref section 0)) (display " ")
                (display (vector-ref section 1)) (display ": ")
                (check-line section)
                (vector-set! total 2 (+ (vector-ref total 2) (vector-ref section 2)))
                (vector-set! total 3 (+ (vector-ref total 3) (vector-ref section 3))))
              (reverse check-sections))
    (check-line total)))
