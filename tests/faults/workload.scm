;;; Work of all kinds, each part guarded, for tests/page-faults.py: allocations of pages fail while it runs.
;;; A part prints its result, or `memory` when it got that condition; anything else it gets is printed as `wrong`.
(import (scheme base) (scheme write) (scheme read) (scheme eval) (scheme lazy) (only (srfi 1) filter) (ringlet)
        (only (ringlet internal) %verify-heap))

(define (attempt name expected thunk)
  (let ((got (guard (c ((and (condition? c) (memq (condition-type c) '(memory stack))) 'memory) (#t (list 'wrong (if (condition? c) (condition->string c) c))))
               (thunk))))
    (display name)
    (display (cond ((eq? got 'memory) " memory") ((equal? got expected) " right") (else " wrong ")))
    (unless (or (eq? got 'memory) (equal? got expected)) (write got))
    (newline)))

(define (count-up n) (let loop ((i n) (l '())) (if (= i 0) l (loop (- i 1) (cons i l)))))
(define (deep-left n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons l i)))))
(define (left-depth l) (let loop ((l l) (n 0)) (if (pair? l) (loop (car l) (+ n 1)) n)))
(define (sum-by-recursion l) (if (null? l) 0 (+ (car l) (sum-by-recursion (cdr l)))))
(define-record-type <point> (make-point x y) point? (x point-x set-point-x!) (y point-y))

(define (parts)
  (attempt "list" 750030000 (lambda () (apply + (map (lambda (x) (+ x x -5000)) (count-up 30000)))))
  (attempt "left" 20000 (lambda () (left-depth (deep-left 20000))))
  (attempt "recursion" 200010000 (lambda () (sum-by-recursion (count-up 20000))))
  (attempt "vectors" 4950
    (lambda ()
      (let ((v (make-vector 100)))
        (do ((i 0 (+ i 1))) ((= i 100)) (vector-set! v i (make-vector (* 20 i) i)))
        (do ((i 1 (+ i 1)) (sum 0 (+ sum (vector-ref (vector-ref v i) (- (* 20 i) 1))))) ((= i 100) sum)))))
  (attempt "large" 20000
    (lambda ()
      (let ((v (make-vector 20000 '())))
        (do ((i 0 (+ i 1))) ((= i 20000)) (vector-set! v i (list i)))
        (length (vector->list v)))))
  (attempt "strings" 20000
    (lambda () (string-length (apply string-append (map (lambda (i) (make-string 10 #\x)) (count-up 2000))))))
  (attempt "port" 8894
    (lambda () (let ((p (open-output-string))) (write (count-up 2000) p) (string-length (get-output-string p)))))
  (attempt "bignum" 2568
    (lambda () (string-length (number->string (let loop ((i 1000) (n 1)) (if (= i 0) n (loop (- i 1) (* n i))))))))
  (attempt "table" 5000
    (lambda ()
      (let ((h (make-equal-hash-table)) (k (make-eqv-hash-table)))
        (do ((i 0 (+ i 1))) ((= i 5000)) (hash-table-set! h (list i) i) (hash-table-set! k (list i) i))
        (let loop ((i 0) (n 0))
          (if (= i 5000) n (loop (+ i 1) (if (eqv? i (hash-table-ref/default h (list i) #f)) (+ n 1) n)))))))
  (attempt "continuations" 500
    (lambda ()
      (let loop ((i 0) (ks '()))
        (if (= i 500)
            (length ks)
            (loop (+ i 1) (cons (call-with-current-continuation (lambda (k) k)) ks))))))
  (attempt "closures" 10000
    (lambda () (let ((fs (map (lambda (i) (lambda () 1)) (count-up 10000)))) (apply + (map (lambda (f) (f)) fs)))))
  (attempt "records" 3000
    (lambda ()
      (let ((ps (map (lambda (i) (make-point i i)) (count-up 3000))))
        (for-each (lambda (p) (set-point-x! p (list p))) ps)
        (length (filter (lambda (p) (eq? p (car (point-x p)))) ps)))))
  (attempt "eval" 5050
    (lambda ()
      (eval '(let-syntax ((add (syntax-rules () ((_ a b ...) (+ a b ...)))))
               (let loop ((i 0) (s 0)) (if (> i 100) s (loop (+ i 1) (add s i)))))
            (environment '(scheme base)))))
  (attempt "read" 1000
    (lambda () (length (read (open-input-string (string-append "(" (apply string-append (map (lambda (i) "(a b) ") (count-up 1000))) ")"))))))
  (attempt "symbols" 1000
    (lambda () (length (map (lambda (i) (string->symbol (string-append "name-" (number->string i)))) (count-up 1000)))))
  (attempt "promises" 5000
    (lambda () (force (let loop ((i 0)) (delay-force (if (= i 5000) (delay i) (loop (+ i 1)))))))))

(parts)
(parts)
(display (%verify-heap))
(newline)
