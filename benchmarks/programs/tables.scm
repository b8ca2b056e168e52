;;; Hash tables with numbers, strings and symbols as keys: counting words, remembering results.
(import (scheme base) (scheme write) (scheme process-context))
(cond-expand
  (guile (import (srfi srfi-69)))
  (else (import (ringlet))))

(define words
  (list->vector
   (map (lambda (i) (string-append "word" (number->string i)))
        '(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25))))

(define (count-words n)
  (let ((table (make-hash-table equal?)))
    (let loop ((i 0) (x 1))
      (when (< i n)
        (let ((word (vector-ref words (modulo x 25))))
          (hash-table-set! table word (+ 1 (hash-table-ref/default table word 0)))
          (loop (+ i 1) (modulo (+ (* x 421) 1663) 7875)))))
    (let loop ((i 0) (best 0))
      (if (= i 25)
          best
          (loop (+ i 1) (max best (hash-table-ref/default table (vector-ref words i) 0)))))))

;; The longest way down to 1 by halving or tripling, for starts below n; lengths are remembered.
(define (longest-way n)
  (let ((known (make-hash-table eqv?)))
    (define (way x)
      (or (hash-table-ref/default known x #f)
          (let ((length (if (= x 1)
                            1
                            (+ 1 (way (if (even? x) (quotient x 2) (+ (* 3 x) 1)))))))
            (hash-table-set! known x length)
            length)))
    (let loop ((i 1) (best 0))
      (if (= i n)
          (+ best (hash-table-size known))
          (loop (+ i 1) (max best (way i)))))))

(define (symbols-and-deletion n)
  (let ((table (make-hash-table eq?))
        (names '#(alpha beta gamma delta epsilon zeta eta theta iota kappa)))
    (let loop ((i 0) (sum 0))
      (if (= i n)
          (+ sum (hash-table-size table))
          (let ((name (vector-ref names (modulo (* i 7) 10))))
            (if (hash-table-exists? table name)
                (let ((then (hash-table-ref/default table name 0)))
                  (hash-table-delete! table name)
                  (loop (+ i 1) (+ sum (- i then))))
                (begin
                  (hash-table-set! table name i)
                  (loop (+ i 1) sum))))))))

(let ((result (list (count-words 600000)
                    (longest-way 150000)
                    (symbols-and-deletion 600000))))
  (display "tables: ")
  (write result)
  (newline)
  (exit (equal? result '(24000 326058 3000000))))
