;;; SRFI 46: syntax-rules, with an ellipsis of one's own and patterns after it.
(define-library (srfi 46)
  (export syntax-rules ... _)
  (import (scheme base)))
