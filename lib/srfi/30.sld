;;; SRFI 30: #| comments |#, which the reader knows.
(define-library (srfi 30))
