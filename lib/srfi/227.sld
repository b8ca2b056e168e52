;;; SRFI 227: optional arguments.
(define-library (srfi 227)
  (export opt-lambda opt*-lambda let-optionals let-optionals* define-optionals define-optionals*)
  (import (scheme base) (only (ringlet internal) %raise))
  (include "227.scm"))
