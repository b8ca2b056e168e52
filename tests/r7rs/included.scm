(define included-constant 17)
(define (included-procedure x) (* x included-constant))
