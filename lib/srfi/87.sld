;;; SRFI 87: case with =>.
(define-library (srfi 87)
  (export case else =>)
  (import (scheme base)))
