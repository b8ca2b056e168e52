;;; syntax-rules: hygiene, nesting, literals, recursion, local macros.
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define tmp 1)
(define other 2)
(swap! tmp other)
(show (list tmp other))
(define-syntax my-or
  (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
(show (let ((t 5)) (my-or #f t)))
(show (let ((if list)) (my-or #f 3)))
(define-syntax my-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((n v) rest ...) body ...) (let ((n v)) (my-let* (rest ...) body ...)))))
(show (my-let* ((a 1) (b (+ a 1)) (c (* b 2))) (list a b c)))
(define-syntax for
  (syntax-rules (in)
    ((_ x in l body ...) (for-each (lambda (x) body ...) l))))
(for y in '(1 2 3) (write y))
(newline)
(define-syntax my-cond
  (syntax-rules (else)
    ((_) 'nothing)
    ((_ (else e)) e)
    ((_ (c e) r ...) (if c e (my-cond r ...)))))
(show (my-cond (#f 1) (else 2)))
(show (let ((else #f)) (my-cond (#f 1) (else 2) (#t 3))))
(define-syntax flatten
  (syntax-rules () ((_ ((a b ...) ...)) '(a ... (b ... end) ...))))
(show (flatten ((1 2 3) (4) (5 6))))
(define-syntax be-like-begin
  (syntax-rules ()
    ((_ name) (define-syntax name (syntax-rules () ((_ expr (... ...)) (begin expr (... ...))))))))
(be-like-begin sequence)
(show (sequence 1 2 3 4))
(show (let-syntax ((given (syntax-rules () ((_ x) (* x 2))))) (given 21)))
(show (letrec-syntax ((even (syntax-rules () ((_) #t) ((_ x y ...) (odd y ...))))
                      (odd (syntax-rules () ((_) #f) ((_ x y ...) (even y ...)))))
        (even 1 2 3 4)))
(define-syntax last-of
  (syntax-rules () ((_ x ... y) 'y)))
(show (last-of 1 2 3 4))
(define-syntax vec (syntax-rules () ((_ #(a b ...)) (list a '(b ...)))))
(show (vec #(1 2 3)))
(define-syntax tail (syntax-rules () ((_ a . b) 'b)))
(show (tail 1 2 . 3))
(define x 'outer)
(define-syntax get-x (syntax-rules () ((_) x)))
(show (let ((x 'inner)) (get-x)))
(define-syntax while
  (syntax-rules () ((_ c body ...) (let loop () (when c body ... (loop))))))
(define i 0)
(while (< i 3) (write i) (set! i (+ i 1)))
(newline)
(define-syntax define-getter
  (syntax-rules () ((_ name value) (define (name) value))))
(define-getter forty-two 42)
(show (forty-two))
(define-syntax my-ellipsis (syntax-rules ::: () ((_ a :::) (list a ::: '...))))
(show (my-ellipsis 1 2 3))
(show (let ((=> #f)) (cond (#t => 'ok))))

;; => (2 1)
;; => 5
;; => 3
;; => (1 2 4)
;; => 123
;; => 2
;; => 3
;; => (1 4 5 (2 3 end) (end) (6 end))
;; => 4
;; => 42
;; => #t
;; => 4
;; => (1 (2 3))
;; => (2 . 3)
;; => outer
;; => 012
;; => 42
;; => (1 2 3 ...)
;; => ok
