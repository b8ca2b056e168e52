(define (from-included-file) 'included)
