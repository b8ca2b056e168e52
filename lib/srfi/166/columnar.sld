;;; (srfi 166 columnar): paragraphs and columns.
(define-library (srfi 166 columnar)
  (export columnar tabular wrapped wrapped/list wrapped/char justified from-file line-numbers show-columns)
  (import (scheme base) (scheme case-lambda) (scheme file) (srfi 166 base)
          (only (ringlet internal) %check-index %raise %raise-type))
  (include "columnar.scm"))
