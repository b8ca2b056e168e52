;;; SRFI 61: cond with clauses (generator guard => receiver).
(define-library (srfi 61)
  (export cond else =>)
  (import (except (scheme base) cond) (rename (only (scheme base) cond) (cond plain-cond)))
  (begin
    (define-syntax cond
      (syntax-rules (else =>)
        ((_ (else . body)) (plain-cond (else . body)))
        ((_ (generator guard => receiver) . more)
         (call-with-values (lambda () generator)
           (lambda results
             (if (apply guard results)
                 (apply receiver results)
                 (cond-rest . more)))))
        ((_ clause) (plain-cond clause))
        ((_ clause . more) (plain-cond clause (else (cond . more))))))

    (define-syntax cond-rest
      (syntax-rules ()
        ((_) (if #f #f))
        ((_ . more) (cond . more))))))
