;;; exit leaves dynamic-winds and gives its status.
;; status: 42
(import (scheme base) (scheme write) (scheme process-context))
(dynamic-wind
 (lambda () (display "in") (newline))
 (lambda () (exit 42))
 (lambda () (display "out") (newline)))
(display "never")

;; => in
;; => out
