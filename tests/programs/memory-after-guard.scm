;; What a caught exhaustion of memory held comes back, also where it was held by abandoned frames.
;; memory: 8M
;; => #t
;; => #t
;; => #t
;; => 100000
(define (fill) (let loop ((l '())) (loop (cons 0 l))))
(define (sink n) (+ 1 (sink n)))
(define (caught thunk) (guard (e (#t (condition? e))) (thunk)))
(display (caught fill)) (newline)
(display (caught fill)) (newline)
(display (caught (lambda () (sink 1)))) (newline)
(display (length (iota 100000))) (newline)
