(define included-more 18)
