;;; What the programs of benchmarks/gc use beyond the common core of the three systems, for Guile 3.
;;;
;;; Used by: benchmarks/gc_systems.py, which puts it before each program, and finish.scm after it.
(define-module (bench program))
(import (scheme base) (scheme char) (scheme write) (scheme process-context)
        (only (guile) get-internal-real-time gc gc-stats make-hash-table hashq-ref hashq-set! hashq-remove!
              hashv-ref hashv-set! hashv-remove! hash-ref hash-set! hash-remove! hash-count const))

;; get-internal-real-time counts nanoseconds.
(define (clock-us) (quotient (get-internal-real-time) 1000))
(define (collect-all) (gc))
(define (used-bytes) (let ((figures (gc-stats))) (- (cdr (assq 'heap-size figures)) (cdr (assq 'heap-free-size figures)))))
(define (held-bytes) (cdr (assq 'heap-size (gc-stats))))
(define (collection-count) (cdr (assq 'gc-times (gc-stats))))

(define (make-eq-table) (make-hash-table))
(define (make-eqv-table) (make-hash-table))
(define (make-string-table) (make-hash-table))
(define eq-table-ref hashq-ref)
(define eq-table-set! hashq-set!)
(define eq-table-delete! hashq-remove!)
(define eqv-table-ref hashv-ref)
(define eqv-table-set! hashv-set!)
(define eqv-table-delete! hashv-remove!)
(define string-table-ref hash-ref)
(define string-table-set! hash-set!)
(define string-table-delete! hash-remove!)
(define (table-count table) (hash-count (const #t) table))

(define (collector-figures) (list (cons 'collections (cdr (assq 'gc-times (gc-stats))))))
