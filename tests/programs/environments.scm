;; Environments given to processes: what is in them, what they may hold, and what is refused.
(define-library (vault)
  (export make-vault vault-open! with-vault)
  (import (scheme base))
  (begin
    (define-record-type vault (make key content) vault? (key vault-key) (content vault-content))
    (define n-opened 0)
    (define (make-vault key content) (make key content))
    (define (vault-open! vault key)
      (if (not (equal? key (vault-key vault))) (error "this is not the key:" key))
      (set! n-opened (+ n-opened 1))
      (list n-opened (vault-content vault)))
    (define-syntax with-vault
      (syntax-rules () ((_ (name key content) e) (let ((name (make key content))) e))))))

(import (scheme base) (scheme write) (scheme eval) (vault)
        (only (ringlet) spawn-process environment-with interaction-environment self send receive-message condition-type
              condition->string process-exit-reason))

(define me (self))
(define (show name . parts)
  (display name)
  (for-each (lambda (part) (display " ") (write part)) parts)
  (newline))

;; `answer` is in every environment: a procedure is what it can do.
(define (answering e)
  (environment-with e 'answer (lambda (x) (send me x))))
(define (ask e form)
  (let ((p (spawn-process (list 'answer form) 'environment (answering e) 'monitor #t)))
    (let ((answer (receive-message)))
      (if (and (vector? answer) (eq? (vector-ref answer 0) 'down))
          (vector-ref answer 3)
          (begin (receive-message) answer)))))
(define-syntax type-of-error
  (syntax-rules () ((_ e) (guard (c (#t (condition-type c))) e))))

(define base (environment '(scheme base)))

;; --- values -----------------------------------------------------------------------------------------------------
(define counter 10)
(define (count!) (set! counter (+ counter 1)) counter)
(define counting (environment-with base 'count! count! 'limit 3))
(show "values" (ask counting '(list (count!) (count!) limit)))
(show "of its own" counter (ask counting '(count!)))
(show "in place of an import" (ask (environment-with base 'car cdr) '(car '(1 2))))
(show "in place of another" (ask (environment-with counting 'limit 4 'car car) '(list limit (count!) (car '(1)))))
(show "shared structure" (ask (let ((l (list 1))) (environment-with base 'a l 'b (list l))) '(eq? a (car b))))
(show "evaluated here" (eval '(+ limit 1) counting) (type-of-error (eval '(define limit 5) counting)))
;; => values (11 12 3)
;; => of its own 10 11
;; => in place of an import (2)
;; => in place of another (4 11 1)
;; => shared structure #t
;; => evaluated here 4 immutable

;; --- a program's own libraries -------------------------------------------------------------------------------------
;; They go with the environment, as they are here.
(show "a program's library" (ask (environment '(scheme base) '(vault)) '(vault-open! (make-vault 1 'gold) 1)))
(show "its state" (vault-open! (make-vault 1 2) 1) (ask (environment '(scheme base) '(vault)) '(vault-open! (make-vault 1 'gold) 1)))
(show "its syntax" (ask (environment '(scheme base) '(vault)) '(with-vault (v 1 'gold) (vault-open! v 1))))
(show "imported there"
      (ask (environment '(scheme base) '(only (vault) make-vault) '(scheme eval) '(scheme repl))
           '(begin (eval '(import (prefix (vault) v:)) (interaction-environment))
                   (eval '(procedure? v:make-vault) (interaction-environment)))))
(show "a part of it" (ask (environment '(scheme base) '(only (vault) make-vault)) 'vault-open!))
(show "what it hides" (ask (environment '(scheme base) '(vault)) 'vault-content))
(show "parts joined"
      (ask (environment '(scheme base) '(only (vault) make-vault) '(prefix (only (vault) vault-open!) v:) '(scheme eval))
           '(eval '(vault-open! (make-vault 1 2) 1) (environment '(vault)))))
;; => a program's library (1 gold)
;; => its state (1 2) (2 gold)
;; => its syntax (2 gold)
;; => imported there #t
;; => a part of it (error unbound "this name has no definition: vault-open!")
;; => what it hides (error unbound "this name has no definition: vault-content")
;; => parts joined (2 2)

;; --- where it evaluates -----------------------------------------------------------------------------------------------
(define evaluating (environment '(scheme base) '(scheme eval) '(scheme repl)))
(show "an expression" (ask base '(let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i))))
(show "definitions stay"
      (ask evaluating '(begin (eval '(define (f x) (* 2 x))) (eval '(f 4)))))
(show "the same environment" (ask evaluating '(eq? (interaction-environment) (interaction-environment))))
(define (evaluate)
  (send me (list (eval '(begin (define y 2) (+ y 1))) (guard (c (#t (condition-type c))) (eval '(eval 1))))))
(show "a procedure that evaluates"
      (begin (spawn-process evaluate 'environment base) (receive-message)))
(show "without one" (begin (spawn-process (lambda () (send me (eval '(procedure? kill))))) (receive-message)))
;; => an expression 5
;; => definitions stay 8
;; => the same environment #t
;; => a procedure that evaluates (3 unbound)
;; => without one #t

;; --- in turn --------------------------------------------------------------------------------------------------------------
(define (report-and-spawn n)
  (send me (list n (eval 'limit) (guard (c (#t (condition-type c))) (eval '(import (vault))))))
  (if (> n 0) (spawn-process (lambda () (report-and-spawn (- n 1))))))
(spawn-process (lambda () (report-and-spawn 2)) 'environment counting)
(let* ((a (receive-message)) (b (receive-message)) (c (receive-message)))
  (show "descendants" a b c))
;; => descendants (2 3 authority) (1 3 authority) (0 3 authority)

;; --- what is refused ---------------------------------------------------------------------------------------------------------
(define-syntax text-of-error
  (syntax-rules () ((_ e) (guard (c (#t (condition->string c))) e))))
(define (nothing) #f)
(show "no environment" (text-of-error (spawn-process nothing 'environment 5)))
(show "not one to give" (text-of-error (spawn-process nothing 'environment (interaction-environment))))
(show "an expression alone" (text-of-error (spawn-process '(+ 1 2))))
(show "no expression" (text-of-error (spawn-process 5 'environment base)))
(show "no name" (text-of-error (environment-with base "x" 1)))
(show "no value" (text-of-error (environment-with base 'x)))
(show "no environment to add to" (text-of-error (environment-with 5 'x 1)))
(show "no such library" (type-of-error (environment '(no such library))))
(show "no such name" (type-of-error (environment '(only (scheme base) no-such-name))))
(show "what cannot be copied"
      (type-of-error (spawn-process nothing 'environment (environment-with base 'port (open-input-string "x")))))
(show "an error there" (ask base '(vector-ref 1 2)))
;; => no environment "spawn-process: argument 3 should be an environment made by environment, but is 5"
;; => not one to give "spawn-process: argument 3 should be an environment made by environment, but is #<environment interaction>"
;; => an expression alone "spawn-process: argument 1 should be a procedure, but is (+ 1 2)"
;; => no expression "spawn-process: argument 1 should be a procedure, but is 5"
;; => no name "environment-with: argument 2 should be a symbol, the name of a value, but is \"x\""
;; => no value "environment-with: this name has no value: x"
;; => no environment to add to "environment-with: argument 1 should be an environment made by environment, but is 5"
;; => no such library syntax
;; => no such name syntax
;; => what cannot be copied type
;; => an error there (error type "vector-ref: argument 1 should be a vector, but is 1")
