;;; (srfi 28): basic format strings; format is that of (srfi 48), which knows more directives.
(define-library (srfi 28)
  (export format)
  (import (srfi 48)))
