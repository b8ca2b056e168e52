;;; SRFI 129: title case.
(define-library (srfi 129)
  (export char-title-case? char-titlecase string-titlecase)
  (import (scheme base) (scheme char) (only (ringlet) char-general-category)
          (only (ringlet internal) %raise-type))
  (include "129.scm"))
