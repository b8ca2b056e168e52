;;; Records: constructors, predicates, accessors, modifiers, errors, printing apart.
(import (scheme base) (scheme write))
(define (show x) (write x) (newline))
(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))
(define-record-type <circle> (make-circle center radius) circle? (center circle-center) (radius circle-radius))
(define p (make-point 3 4))
(show (list (point? p) (point? 5) (circle? p) (point-x p) (point-y p)))
(set-point-x! p 10)
(show (point-x p))
(define c (make-circle p 2))
(show (point-x (circle-center c)))
(show (guard (e ((error-object? e) 'wrong-type)) (point-x c)))
(show (guard (e ((error-object? e) 'wrong-type)) (set-point-x! 5 1)))
(define-record-type node (make-node value) node? (value node-value) (next node-next set-node-next!))
(define n (make-node 1))
(set-node-next! n (make-node 2))
(show (node-value (node-next n)))
(show (list (vector? p) (pair? p) (procedure? p) (symbol? p)))
(show (eq? p (circle-center c)))
(show (equal? (make-point 1 2) (make-point 1 2)))
(define l (map (lambda (i) (make-point i (* i i))) '(1 2 3)))
(show (map point-y l))

;; => (#t #f #f 3 4)
;; => 10
;; => 10
;; => wrong-type
;; => wrong-type
;; => 2
;; => (#f #f #f #f)
;; => #t
;; => #f
;; => (1 4 9)
