;;; Import every library of the system, each into an environment of its own; all of their procedures are documented, but
;;; for parameters, what define-record-type makes, and the bodies that the libraries of numeric vectors share.
(import (ringlet) (only (ringlet internal) %procedure-parameters %parameter?))

(define n-passed 0)
(define n-failed 0)

(define (fail! . parts)
  (set! n-failed (+ n-failed 1))
  (display "FAIL ")
  (for-each display parts)
  (newline))

(define (of-record? name procedure)
  (let ((parameters (%procedure-parameters procedure)))
    (or (and (pair? parameters) (eq? (car parameters) 'record))
        (string-prefix? "make-" (symbol->string name)))))

(define (undocumented environment names)
  (filter (lambda (name)
            (let ((value (guard (condition (#t #f)) (eval name environment))))
              (and (procedure? value)
                   (not (%parameter? value))
                   (not (procedure-documentation value))
                   (not (of-record? name value)))))
          names))

(for-each
 (lambda (name)
   (guard (condition (#t (fail! name ": " (condition->string condition))))
     (let* ((environment (environment name))
            (bare (undocumented environment (library-exports name))))
       (if (pair? bare)
           (fail! name ": no documentation of " bare)
           (set! n-passed (+ n-passed 1))))))
 (filter (lambda (name) (not (member name '((ringlet internal) (ringlet numeric-vectors))))) (libraries)))

(display n-passed) (display " passed, ")
(display n-failed) (display " failed")
(newline)
(exit (= n-failed 0))
