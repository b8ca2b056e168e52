;;; Exceptions: guard, raise, raise-continuable, handlers within handlers.
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(show (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise 'boom)))
(show (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise "boom")))
(show (guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'a 42)))))
(show (guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'b 23)))))
(show (guard (e (#f 'never) (else 'else)) (raise 1)))
(show (guard (outer ((number? outer) (list 'outer outer)))
        (guard (inner ((string? inner) 'inner)) (raise 7))))
(show (with-exception-handler
       (lambda (c) (* c 2))
       (lambda () (+ 1 (raise-continuable 21)))))
(show (call/cc (lambda (k)
                 (with-exception-handler
                  (lambda (e) (k (list 'handled e)))
                  (lambda () (+ 1 (raise 'an-error)))))))
(show (guard (e (#t (list (error-object? e) (error-object-message e) (error-object-irritants e))))
        (error "something bad:" 1 "two" 'three)))
(show (with-exception-handler
       (lambda (e) 10)
       (lambda ()
         (with-exception-handler
          (lambda (e) (+ 1 (raise-continuable e)))
          (lambda () (+ 100 (raise-continuable 'x)))))))
(show (guard (e ((string? e) (string-append "re-" e)))
        (guard (e2 ((number? e2) 'number)) (raise "raised"))))
(show (guard (e (#t 'handler-returned))
        (with-exception-handler (lambda (e) 'ignored) (lambda () (raise 'x)))))
(show (guard (e (#t (list 'again e))) (guard (e (#t (raise (list 'from-clause e)))) (raise 'first))))
(show (let ((n 0))
        (do ((i 0 (+ i 1))) ((= i 1000) n)
          (guard (e (#t (set! n (+ n 1)))) (raise i)))))
(show (guard (e ((error-object? e) 'car-error)) (car 5)))
(show (guard (e ((error-object? e) 'vector-error)) (vector-ref (vector 1 2) 9)))
(show (call-with-values (lambda () (guard (e (#t #f)) (values 1 2))) cons))

;; => (symbol boom)
;; => (string "boom")
;; => 42
;; => (b . 23)
;; => else
;; => (outer 7)
;; => 43
;; => (handled an-error)
;; => (#t "something bad:" (1 "two" three))
;; => 111
;; => "re-raised"
;; => handler-returned
;; => (again (from-clause first))
;; => 1000
;; => car-error
;; => vector-error
;; => (1 . 2)
