;;; Libraries in one file: exports, renaming, import sets, macros across libraries, state.
(define-library (shapes area)
  (export square-area (rename circle area-of-circle) unless-zero)
  (import (scheme base))
  (begin
    (define (square-area s) (* s s))
    (define (circle r) (* 3 r r))
    (define-syntax unless-zero
      (syntax-rules () ((_ x e) (if (hidden-zero? x) 'zero e))))
    (define (hidden-zero? x) (= x 0))))
(define-library (counter)
  (export next! (rename get-count count))
  (import (scheme base))
  (begin
    (define n 0)
    (define (next!) (set! n (+ n 1)) n)
    (define (get-count) n)))
(define-library (uses both)
  (export total)
  (import (scheme base) (prefix (counter) counter:) (only (shapes area) square-area))
  (cond-expand
    (r7rs (begin (define (total) (counter:next!) (square-area (counter:count)))))
    (else (begin (define (total) 'wrong)))))
(import (scheme base) (scheme write)
        (shapes area)
        (rename (counter) (next! bump!))
        (uses both))
(define (show x) (write x) (newline))
(show (square-area 5))
(show (area-of-circle 2))
(show (unless-zero 0 (/ 1 0)))
(show (unless-zero 2 (/ 10 2)))
(bump!)
(bump!)
(show (count))
(show (total))
(show (count))
(define (hidden-zero? x) #t)
(show (unless-zero 7 'fine))

;; => 25
;; => 12
;; => zero
;; => 5
;; => 2
;; => 9
;; => 3
;; => fine
