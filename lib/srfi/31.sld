;;; SRFI 31: rec, an expression with a name for itself.
(define-library (srfi 31)
  (export rec)
  (import (scheme base))
  (begin
    (define-syntax rec
      (syntax-rules ()
        ((_ (name . formals) . body) (letrec ((name (lambda formals . body))) name))
        ((_ name expression) (letrec ((name expression)) name))))))
