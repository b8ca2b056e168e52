;;; Procedures as values: composing, currying, folding, mapping, counters that keep state.
(import (scheme base) (scheme write) (scheme process-context))

(define (compose . procedures)
  (if (null? procedures)
      (lambda (x) x)
      (let ((first (car procedures))
            (rest (apply compose (cdr procedures))))
        (lambda (x) (first (rest x))))))

(define (curry f a)
  (lambda (b) (f a b)))

(define (fold f initial list)
  (if (null? list)
      initial
      (fold f (f (car list) initial) (cdr list))))

(define (filter keep? list)
  (cond ((null? list) '())
        ((keep? (car list)) (cons (car list) (filter keep? (cdr list))))
        (else (filter keep? (cdr list)))))

(define (iota n)
  (let loop ((i (- n 1)) (list '()))
    (if (< i 0)
        list
        (loop (- i 1) (cons i list)))))

(define (make-counter)
  (let ((count 0))
    (lambda (amount)
      (set! count (+ count amount))
      count)))

(define (add a b) (+ a b))
(define (multiply a b) (* a b))

(define (run times)
  (let ((numbers (iota 100))
        (counter (make-counter))
        (f (compose (curry add 1) (curry multiply 3) (curry add -2) (lambda (x) (quotient x 2)))))
    (let loop ((i 0))
      (if (= i times)
          (counter 0)
          (let* ((mapped (map f numbers))
                 (kept (filter (lambda (x) (> x i)) mapped))
                 (pairs (map (lambda (a b) (- a b)) mapped numbers)))
            (for-each (lambda (x) (counter (if (odd? x) 1 -1))) kept)
            (counter (fold (lambda (x sum) (+ sum x)) 0 pairs))
            (vector-for-each (lambda (x) (counter (remainder x 3)))
                             (vector-map (lambda (x) (+ x i)) #(1 2 3 4 5 6 7 8)))
            (loop (+ i 1)))))))

(let ((result (run 30000)))
  (display "closures: ")
  (display result)
  (newline)
  (exit (= result 57239856)))
