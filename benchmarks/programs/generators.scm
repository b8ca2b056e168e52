;;; Generators by re-entrant continuations: do two trees have the same leaves in the same order?
(import (scheme base) (scheme write) (scheme process-context))

;; A procedure that answers the leaves of `tree` one by one, then #f.
(define (leaf-generator tree)
  (define return #f)
  (define (resume)
    (walk tree)
    (return #f))
  (define (walk tree)
    (if (pair? tree)
        (begin (walk (car tree))
               (walk (cdr tree)))
        (call-with-current-continuation
         (lambda (here)
           (set! resume (lambda () (here #f)))
           (return tree)))))
  (lambda ()
    (call-with-current-continuation
     (lambda (k)
       (set! return k)
       (resume)))))

(define (left-tree from to)
  (let loop ((i from) (tree from))
    (if (= i to) tree (loop (+ i 1) (cons tree (+ i 1))))))

(define (even-tree from to)
  (if (= from to)
      from
      (let ((middle (quotient (+ from to) 2)))
        (cons (even-tree from middle) (even-tree (+ middle 1) to)))))

(define (count-same a b)
  (let ((next-a (leaf-generator a))
        (next-b (leaf-generator b)))
    (let loop ((n 0))
      (let ((x (next-a))
            (y (next-b)))
        (cond ((not (eqv? x y)) (- n))
              ((not x) n)
              (else (loop (+ n 1))))))))

(define (run times)
  (let ((a (left-tree 1 100))
        (b (even-tree 1 100)))
    (let loop ((i 0) (sum 0))
      (if (= i times)
          sum
          (loop (+ i 1) (+ sum (count-same a b)))))))

(let ((result (run 300)))
  (display "generators: ")
  (display result)
  (newline)
  (exit (= result 30000)))
