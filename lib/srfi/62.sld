;;; SRFI 62: #;datum comments, which the reader knows.
(define-library (srfi 62))
