;;; (scheme box): SRFI 111 under its name of R7RS-large.
(define-library (scheme box)
  (export box box? unbox set-box!)
  (import (srfi 111)))
