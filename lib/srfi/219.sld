;;; SRFI 219: define for procedures that return procedures.
(define-library (srfi 219)
  (export define)
  (import (except (scheme base) define) (rename (only (scheme base) define) (define plain-define)))
  (begin
    (define-syntax define
      (syntax-rules ()
        ((_ ((head . outer) . formals) . body) (define (head . outer) (lambda formals . body)))
        ((_ head . body) (plain-define head . body))))))
