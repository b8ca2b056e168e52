;;; SRFI 34: exceptions.
(define-library (srfi 34)
  (export with-exception-handler guard raise else =>)
  (import (scheme base)))
