;;; Lists of the standard kind: append, reverse, map, member, assoc, assq, list-tail, apply.
(import (scheme base) (scheme write) (scheme process-context))

(define (iota n)
  (let loop ((i (- n 1)) (list '()))
    (if (< i 0)
        list
        (loop (- i 1) (cons i list)))))

(define (merge-lists a b)
  (cond ((null? a) b)
        ((null? b) a)
        ((< (car b) (car a)) (cons (car b) (merge-lists a (cdr b))))
        (else (cons (car a) (merge-lists (cdr a) b)))))

(define (merge-sort list)
  (if (or (null? list) (null? (cdr list)))
      list
      (let loop ((rest list) (odd '()) (even '()))
        (if (null? rest)
            (merge-lists (merge-sort odd) (merge-sort even))
            (loop (cdr rest) (cons (car rest) even) odd)))))

(define (unique list)
  (let loop ((list list) (seen '()))
    (cond ((null? list) (reverse seen))
          ((member (car list) seen) (loop (cdr list) seen))
          (else (loop (cdr list) (cons (car list) seen))))))

(define colours
  '((red . 1) (orange . 2) (yellow . 3) (green . 4) (blue . 5) (indigo . 6) (violet . 7)))

(define points
  (map (lambda (i) (list (list i (* i i)) i)) (iota 20)))

(define (run times)
  (let ((numbers (map (lambda (i) (modulo (* i 7919) 101)) (iota 200))))
    (let loop ((i 0) (sum 0))
      (if (= i times)
          sum
          (let* ((sorted (merge-sort numbers))
                 (few (unique (list-tail sorted 150)))
                 (doubled (append few (map (lambda (x) (* 2 x)) few) (reverse few)))
                 (n (modulo i 20)))
            (loop (+ i 1)
                  (+ sum
                     (apply + doubled)
                     (cdr (assq 'indigo colours))
                     (cdr (assv 'yellow colours))
                     (cadr (assoc (list n (* n n)) points))
                     (length (memv 50 sorted)))))))))

(let ((result (run 7500)))
  (display "lists: ")
  (display result)
  (newline)
  (exit (= result 66896250)))
