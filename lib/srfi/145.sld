;;; SRFI 145: assumptions.
(define-library (srfi 145)
  (export assume)
  (import (scheme base) (only (ringlet internal) %raise))
  (begin
    (define-syntax assume
      (syntax-rules ()
        ((_ expression object ...)
         (or expression (%raise 'assertion 'assume "this does not hold:" 'expression object ...)))))))
