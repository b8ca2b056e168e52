;;; SRFI 78: lightweight testing, without check-ec.
(define-library (srfi 78)
  (export check check-report check-set-mode! check-reset! check-passed?)
  (import (scheme base) (scheme write) (only (ringlet internal) %raise-type))
  (include "78.scm"))
