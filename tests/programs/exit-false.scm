;;; (exit #f) means failure.
;; status: 1
(import (scheme base) (scheme write) (scheme process-context))
(display "leaving") (newline)
(exit #f)

;; => leaving
