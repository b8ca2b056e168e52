;; What several processes change together: cells, vectors, byte vectors, hash tables.
;; memory: 64M
;; args: 2000
;; stress-args: 60
;; => cells count right #t
;; => waiting late 42 1
;; => woken by many (1 1 1 1 1)
;; => vector #(0 "abc" 0 (1 2) 0) (0 "abc" (1 2))
;; => overlap #(0 0 1 2 3 4 5 6 7 8)
;; => bytes (7 7 255) 255
;; => table 20 (0 1 4 9 16) none #t #f 19
;; => table of all #t
;; => updates count right #t
;; => killed in the middle #t
;; => private (type type type type type type type type type)
;; => bad (type type range range type range)
;; => cycles through three processes go #t
;; => weak #t (1 2) #f 7 type
;; => gone #f
;; => many weak #t #t
;; => not shared (type type type type)
(import (scheme base) (scheme write) (scheme process-context)
        (only (ringlet) spawn-process self send receive-message kill share shared? monitor sleep condition-type make-shared-cell
              shared-cell-ref shared-cell-set! shared-cell-update! shared-cell-compare-and-swap! shared-cell-wait make-shared-vector
              make-shared-bytevector make-shared-hash-table shared-hash-table-ref shared-hash-table-set! shared-hash-table-update!
              shared-hash-table-delete! shared-hash-table-size shared-hash-table->alist make-weak-shared-cell weak-shared-cell-ref collect-garbage collect-shared
              shared-statistics current-thread iota))

(define n (string->number (list-ref (command-line) 1)))
(define (line name . parts)
  (display name)
  (for-each (lambda (x) (display " ") (write x)) parts)
  (newline))
(define-syntax types-of-errors
  (syntax-rules () ((_ e ...) (list (guard (c (#t (condition-type c))) e 'none) ...))))
(define (repeat n thunk) (if (> n 0) (begin (thunk) (repeat (- n 1) thunk))))
(define (run-all thunk k)
  (repeat k (lambda () (spawn-process thunk 'monitor #t)))
  (repeat k receive-message))

(define cell (make-shared-cell 0))
(run-all (lambda () (repeat n (lambda () (shared-cell-update! cell (lambda (x) (+ x 1)))))) 5)
(line "cells count right" (= (shared-cell-ref cell) (* 5 n)))

(let ((c (make-shared-cell 1)) (me (self)))
  (define late (shared-cell-wait c 1 0.01 'late))
  (spawn-process (lambda () (sleep 0.02) (shared-cell-set! c 42)))
  (line "waiting" late (shared-cell-wait c 1) (begin (shared-cell-set! c 1) (shared-cell-wait c 0)))
  (repeat 5 (lambda () (spawn-process (lambda () (send me 'ready) (shared-cell-wait c 1) (send me 1)))))
  (repeat 5 receive-message)
  (repeat 40 (lambda () (let ((p (spawn-process (lambda () (shared-cell-wait c 1 0.001) (shared-cell-wait c 1))))) (sleep 0.002) (kill p))))
  (shared-cell-set! c 2)
  (line "woken by many" (map (lambda (i) (receive-message)) (iota 5))))

(let ((v (make-shared-vector 5 0)))
  (vector-set! v 1 (share (string #\a #\b #\c)))
  (spawn-process (lambda () (vector-set! v 3 (share (list 1 2)))) 'monitor #t)
  (receive-message)
  (line "vector" v (list (vector-ref v 0) (vector-ref v 1) (vector-ref v 3))))
(let ((v (make-shared-vector 10 0)))
  (vector-copy! v 0 #(0 1 2 3 4 5 6 7 8 9))
  (vector-copy! v 1 v 0 9)
  (line "overlap" v))
(let ((b (make-shared-bytevector 100000 7)))
  (spawn-process (lambda () (bytevector-u8-set! b 99999 255)) 'monitor #t)
  (receive-message)
  (line "bytes" (list (bytevector-u8-ref b 0) (bytevector-u8-ref b 99998) (bytevector-u8-ref b 99999))
        (bytevector-u8-ref (bytevector-copy b 99999) 0)))

(let ((t (make-shared-hash-table)))
  (for-each (lambda (i) (shared-hash-table-set! t i (* i i))) (iota 20))
  (line "table" (shared-hash-table-size t) (map (lambda (i) (shared-hash-table-ref t i)) (iota 5))
        (shared-hash-table-ref t "x" 'none) (shared-hash-table-delete! t 7) (shared-hash-table-delete! t 7)
        (shared-hash-table-size t)))
(define t (make-shared-hash-table))
(define (fill from) (let loop ((i from)) (if (< i n) (begin (shared-hash-table-set! t (share (number->string i)) i) (loop (+ i 3))))))
(for-each (lambda (from) (spawn-process (lambda () (fill from)) 'monitor #t)) '(0 1 2))
(repeat 3 receive-message)
(line "table of all"
      (and (= n (shared-hash-table-size t) (length (shared-hash-table->alist t)))
           (let loop ((i 0)) (or (= i n) (and (eqv? i (shared-hash-table-ref t (number->string i))) (loop (+ i 1)))))))
(run-all (lambda () (repeat n (lambda () (shared-hash-table-update! t 'count (lambda (x) (+ x 1)) 0)))) 3)
(line "updates count right" (= (shared-hash-table-ref t 'count) (* 3 n)))
(define keys (shared-hash-table-size t))
(repeat 20
        (lambda ()
          (let ((p (spawn-process (lambda () (let loop ((i 0)) (shared-hash-table-set! t (modulo i 50) i) (loop (+ i 1)))))))
            (sleep 0.003)
            (kill p))))
(line "killed in the middle" (= (shared-hash-table-size t) (length (shared-hash-table->alist t))))

(define private (list 1))
(define v (make-shared-vector 3))
(line "private"
      (types-of-errors (shared-cell-set! cell private) (make-shared-cell private) (shared-cell-compare-and-swap! cell (shared-cell-ref cell) private)
                       (vector-set! v 0 private) (vector-fill! v private) (vector-copy! v 0 (vector 1 private)) (make-shared-vector 3 private)
                       (shared-hash-table-set! t private 1) (shared-hash-table-set! t 1 private)))
(line "bad"
      (types-of-errors (shared-cell-ref 1) (shared-cell-wait cell (shared-cell-ref cell) -1) (make-shared-vector -1) (make-shared-bytevector 100000000)
                       (make-shared-bytevector 1 256) (shared-hash-table-ref t 'no-such-key)))

;; Three processes tie cells to a ring, and end or forget.
(define (live) (collect-garbage) (collect-shared) (cdr (assq 'bytes-live (shared-statistics))))
(define (tie a b c) (shared-cell-set! a b) (shared-cell-set! b c) (shared-cell-set! c a))
(define (make-rings)
  (repeat 50
          (lambda ()
            (let* ((me (self)) (a (make-shared-cell 0))
                   (p (spawn-process (lambda () (let ((b (make-shared-cell a))) (send me b) (receive-message))) 'monitor #t))
                   (b (receive-message))
                   (q (spawn-process (lambda () (let ((c (make-shared-cell b))) (send me c) (receive-message))) 'monitor #t))
                   (c (receive-message)))
              (tie a b c)
              (send p 'end)
              (send q 'end)
              (receive-message)
              (receive-message)))))
(make-rings)
(define before (live))
(make-rings)
(line "cycles through three processes go" (< (abs (- (live) before)) 2000))
(define held (share (list 1 2)))
(define weak (make-weak-shared-cell held))
(define weak-in-cell (make-shared-cell weak))
(define lost (make-weak-shared-cell (share (list 3 4))))
(live)
(line "weak" (eq? (weak-shared-cell-ref weak) held) (weak-shared-cell-ref (shared-cell-ref weak-in-cell)) (weak-shared-cell-ref lost)
      (weak-shared-cell-ref (make-weak-shared-cell 7))
      (car (types-of-errors (weak-shared-cell-ref cell))))
(set! held #f)
(live)
(line "gone" (weak-shared-cell-ref weak))
;; Every second one is kept, by another process.
(define keeper
  (spawn-process (lambda () (let loop ((l '())) (let ((m (receive-message))) (if m (loop (cons m l)) (receive-message)))))))
(define weaks
  (let loop ((i 0) (l '()))
    (if (= i n)
        l
        (let ((x (share (vector i))))
          (if (even? i) (send keeper x))
          (loop (+ i 1) (cons (make-weak-shared-cell x) l))))))
(send keeper #f)
(sleep 0.05)
(live)
(define (kept l) (if (null? l) '() (let ((x (weak-shared-cell-ref (car l)))) (if x (cons x (kept (cdr l))) (kept (cdr l))))))
(line "many weak" (= (length (kept weaks)) (quotient n 2)) (begin (kill keeper) (live) (null? (kept weaks))))
(set! weaks #f)
(line "not shared"
      (types-of-errors (share (current-output-port)) (call/cc share) (share (current-thread)) (share (let ((n 0)) (lambda () (set! n 1) n)))))
