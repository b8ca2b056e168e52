;;; SRFI 8: receive.
(define-library (srfi 8)
  (export receive)
  (import (only (ringlet) receive)))
