;;; Nothing: what starting a system costs.
(define (run size) size)
