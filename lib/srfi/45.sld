;;; SRFI 45: promises that end in other promises.
(define-library (srfi 45)
  (export delay force (rename delay-force lazy) (rename make-promise eager))
  (import (scheme lazy)))
