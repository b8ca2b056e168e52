;;; Errors of macros stand where the program's own form does, and name its macro; endless macros end.
(import (scheme base) (scheme write) (scheme eval) (scheme repl) (only (ringlet) condition-position condition->string condition-type))
(define-syntax pair-of (syntax-rules () ((_ (a b)) (cons a b)) ((_ x) (syntax-error "a pair was wanted, not" x))))
(define-syntax all-pairs (syntax-rules () ((_ x ...) (list (pair-of x) ...))))
(define-syntax same (syntax-rules () ((_ x) x)))
(define (refused text)
  (guard (e (#t (display (condition-type e)) (display " ") (display (condition->string e)) (newline)))
    (eval (read-form text) (interaction-environment))
    (display "nothing wrong")
    (newline)))
(define (read-form text) (eval `(read (open-input-string ,text)) (interaction-environment)))
(refused "(define-syntax endless (syntax-rules () ((_) (endless))))")
(refused "(endless)")
(refused "(list 1 (endless))")
(refused "(let () (endless) 1)")
(refused "(begin (define-syntax ping (syntax-rules () ((_ x) (pong x)))) (define-syntax pong (syntax-rules () ((_ x) (ping x)))))")
(refused "(ping 5)")
(refused "(define-syntax count-down (syntax-rules () ((_ () done) done) ((_ (x . rest) done) (count-down rest done))))")
(define many (let loop ((n 50000) (l '())) (if (= n 0) l (loop (- n 1) (cons n l)))))
(display (eval `(count-down ,many 'counted) (interaction-environment)))
(newline)
(same (same (all-pairs (1 2) (3 4))))
(display
  (same (all-pairs (1 2)
          5)))

;; status: 1
;; memory: 64M
;; => nothing wrong
;; => syntax endless: this macro use never ends: it was expanded 100000 times and is still one: (endless)
;; => syntax endless: this macro use never ends: it was expanded 100000 times and is still one: (endless)
;; => syntax endless: this macro use never ends: it was expanded 100000 times and is still one: (endless)
;; => nothing wrong
;; => syntax ping: this macro use never ends: it was expanded 100000 times and is still one: (ping 5)
;; => nothing wrong
;; => counted
;; => macro-errors.scm:24:9: error: pair-of: a pair was wanted, not 5
;; =>    24 |   (same (all-pairs (1 2)
;; =>       |         ^
