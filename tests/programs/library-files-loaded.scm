(define loaded (quote yes))
