;;; Hash tables: every kind of key, updating, walking, growing and shrinking.
(import (scheme base) (scheme write) (ringlet))
(define t (make-equal-hash-table))
(hash-table-set! t '(1 2) 'list)
(hash-table-set! t "text" 'string)
(hash-table-set! t 1.5 'flonum)
(hash-table-set! t #\a 'char)
(hash-table-set! t (expt 10 30) 'big)
(write (map (lambda (k) (hash-table-ref/default t k 'none))
            (list (list 1 2) (string-append "te" "xt") (+ 1 0.5) #\a (* (expt 10 15) (expt 10 15)) 'other)))
(newline)
(write (hash-table-size t)) (newline)
(define words '(the cat the dog a cat the end))
(define counts (make-hash-table eq?))
(for-each (lambda (w) (hash-table-update!/default counts w (lambda (n) (+ n 1)) 0)) words)
(write (sort (hash-table->alist counts)
             (lambda (a b) (string<? (symbol->string (car a)) (symbol->string (car b))))))
(newline)
(hash-table-delete! counts 'the)
(write (hash-table-contains? counts 'the)) (newline)
(write (hash-table-ref counts 'the (lambda () 'gone))) (newline)
(write (hash-table-ref counts 'cat (lambda () 'gone) (lambda (n) (* n 100)))) (newline)
(write (guard (e ((error-object? e) 'raised)) (hash-table-ref counts 'nobody))) (newline)
(define big (make-hash-table))
(do ((i 0 (+ i 1))) ((= i 20000)) (hash-table-set! big i (* i i)))
(write (hash-table-size big)) (newline)
(write (let loop ((i 0) (ok #t))
         (if (= i 20000) ok (loop (+ i 1) (and ok (= (hash-table-ref/default big i #f) (* i i)))))))
(newline)
(do ((i 0 (+ i 2))) ((>= i 20000)) (hash-table-delete! big i))
(write (hash-table-size big)) (newline)
(write (hash-table-fold big (lambda (k v sum) (+ sum k)) 0)) (newline)
(define eq-table (make-eq-hash-table))
(define keys (map list (iota 1000)))
(for-each (lambda (k) (hash-table-set! eq-table k (car k))) keys)
(write (every (lambda (k) (eqv? (hash-table-ref/default eq-table k #f) (car k))) keys)) (newline)
(write (hash-table-ref/default eq-table (list 5) 'not-there)) (newline)
(write (hash-table-ref/default (alist->hash-table '((a . 1) (b . 2) (a . 3))) 'a #f)) (newline)
(define copy (hash-table-copy counts))
(hash-table-clear! counts)
(write (list (hash-table-size counts) (hash-table-ref/default copy 'dog #f))) (newline)

;; => (list string flonum char big none)
;; => 5
;; => ((a . 1) (cat . 2) (dog . 1) (end . 1) (the . 3))
;; => #f
;; => gone
;; => 200
;; => raised
;; => 20000
;; => #t
;; => 10000
;; => 100000000
;; => #t
;; => not-there
;; => 1
;; => (0 1)
