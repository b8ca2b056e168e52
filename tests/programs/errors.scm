;;; Bad input: each gives a condition, and the program goes on.
(import (scheme base) (scheme write) (scheme read) (scheme eval) (scheme char))
(define-syntax try
  (syntax-rules ()
    ((_ e) (begin
             (write (guard (c ((error-object? c) 'condition) (#t (list 'other c))) e))
             (newline)))))
(try (car 5))
(try (cdr '()))
(try (vector-ref (vector 1 2 3) 3))
(try (vector-ref (vector 1 2 3) -1))
(try (vector-ref (vector 1 2 3) 1.0))
(try (vector-ref '(1) 0))
(try (string-ref "abc" 3))
(try (+ 1 'a))
(try (- "1"))
(try (* 2 #t))
(try (< 1 'x))
(try (/ 1 0))
(try (quotient 1 0))
(try (modulo 10 0))
(try ((lambda (x) x)))
(try ((lambda (x) x) 1 2))
(try (car))
(try (cons 1))
(try (5 5))
(try ("str"))
(try (eval 'no-such-name-here (environment '(scheme base))))
(try (eval '(if) (environment '(scheme base))))
(try (eval '(let ((x)) x) (environment '(scheme base))))
(try (eval '(lambda) (environment '(scheme base))))
(try (environment '(no such library)))
(try (symbol->string "s"))
(try (string->symbol 'a))
(try (string-append "a" 5))
(try (substring "hello" 3 2))
(try (substring "hello" 0 9))
(try (list-tail '(1 2) 3))
(try (list-ref '(1 2) 2))
(try (length '(1 . 2)))
(try (length 5))
(try (reverse '(1 . 2)))
(try (apply car '(1 2)))
(try (apply + 1))
(try (integer->char -1))
(try (char->integer 65))
(try (char-upcase "a"))
(try (make-vector -1))
(try (make-string 'x))
(try (exact (/ 0. 0.)))
(try (list->string '(1 2)))
(try (string->number 55))
(try (bytevector-u8-set! (bytevector 1) 0 256))
(try (bytevector-u8-ref (bytevector 1) 1))
(try (letrec ((a b) (b 1)) a))
(try (raise 'a-symbol))
(try (read (open-input-string "#<what>")))
(try (read (open-input-string "\"never closed")))
(try (with-exception-handler 5 (lambda () 1)))
(try (dynamic-wind 1 2 3))
(try (for-each car '(1)))
(try (map (lambda (x) (vector-ref x 0)) '(1)))
(write 'alive) (newline)

;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => (other a-symbol)
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => condition
;; => alive
