;;; (chibi show pretty): (srfi 166 pretty).
(define-library (chibi show pretty)
  (export pretty pretty-shared pretty-simply pretty-with-color)
  (import (srfi 166 pretty)))
