;;; Cyclic data: printed with labels, compared, read back, refused where a list must end.
(import (scheme base) (scheme write) (scheme read) (scheme cxr))
(define (show x) (write x) (newline))
(define a (list 1 2 3))
(set-cdr! (cddr a) a)
(show a)
(define b (list 1 2 3))
(set-cdr! (cddr b) b)
(show (equal? a b))
(define c (list 1 2 3 1 2 3))
(set-cdr! (list-tail c 5) c)
(show (equal? a c))
(define v (vector 1 #f))
(vector-set! v 1 v)
(show v)
(define shared (list 'x))
(show (list shared shared))
(write-shared (list shared shared)) (newline)
(define r (read (open-input-string "#0=(a b . #0#)")))
(show (eq? r (cddr r)))
(show (car (cddr r)))
(show (list? a))
(show (guard (e ((error-object? e) 'not-a-list)) (length a)))
(define d (read (open-input-string "(#1=(p) #1# #1#)")))
(show (eq? (car d) (caddr d)))
(write-simple (list shared shared)) (newline)

;; => #0=(1 2 3 . #0#)
;; => #t
;; => #t
;; => #0=#(1 #0#)
;; => ((x) (x))
;; => (#0=(x) #0#)
;; => #t
;; => a
;; => #f
;; => not-a-list
;; => #t
;; => ((x) (x))
