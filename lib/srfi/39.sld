;;; (srfi 39): parameter objects, which are those of (scheme base).
(define-library (srfi 39)
  (export make-parameter parameterize)
  (import (scheme base)))
