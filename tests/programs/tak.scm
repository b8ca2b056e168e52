;;; Takeuchi's function, with numbers, with lists, and passing continuations.
(import (scheme base) (scheme write))
(define (tak x y z)
  (if (not (< y x)) z (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))
(define (listn n) (if (= n 0) '() (cons n (listn (- n 1)))))
(define (shorter? a b)
  (and (not (null? b)) (or (null? a) (shorter? (cdr a) (cdr b)))))
(define (takl x y z)
  (if (not (shorter? y x)) z (takl (takl (cdr x) y z) (takl (cdr y) z x) (takl (cdr z) x y))))
(define (cpstak x y z)
  (define (tak x y z k)
    (if (not (< y x))
        (k z)
        (tak (- x 1) y z
             (lambda (v1) (tak (- y 1) z x
                               (lambda (v2) (tak (- z 1) x y (lambda (v3) (tak v1 v2 v3 k)))))))))
  (tak x y z (lambda (a) a)))
(display (tak 12 8 4)) (newline)
(display (length (takl (listn 10) (listn 7) (listn 3)))) (newline)
(display (cpstak 12 8 4)) (newline)

;; => 5
;; => 7
;; => 5
