;;; An error that nobody handles ends the program with status 1.
;; status: 1
(import (scheme base) (scheme write))
(display "before")
(newline)
(vector-ref (vector 1 2 3) 7)
(display "never")
