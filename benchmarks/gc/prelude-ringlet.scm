;;; What the programs of benchmarks/gc use beyond the common core of the three systems, for Ringlet.
;;;
;;; Used by: benchmarks/gc_systems.py, which puts it before each program, and finish.scm after it.
(import (scheme base) (scheme char) (scheme write) (scheme process-context) (scheme time)
        (only (ringlet) collect-garbage heap-statistics make-strong-eqv-hash-table make-eq-hash-table make-string-hash-table
              hash-table-ref/default hash-table-set! hash-table-delete! hash-table-size)
        (only (ringlet internal) %collections %statistics))

(define clock-us current-jiffy)
(define (collect-all) (collect-garbage))
(define (used-bytes) (cdr (assq 'bytes-used (%statistics))))
(define (held-bytes) (cdr (assq 'bytes-held (%statistics))))
(define collection-count %collections)

(define make-eq-table make-eq-hash-table)
(define make-eqv-table make-strong-eqv-hash-table)
(define make-string-table make-string-hash-table)
(define eq-table-ref hash-table-ref/default)
(define eq-table-set! hash-table-set!)
(define eq-table-delete! hash-table-delete!)
(define eqv-table-ref hash-table-ref/default)
(define eqv-table-set! hash-table-set!)
(define eqv-table-delete! hash-table-delete!)
(define string-table-ref hash-table-ref/default)
(define string-table-set! hash-table-set!)
(define string-table-delete! hash-table-delete!)
(define table-count hash-table-size)

;; The names that benchmarks/gc.py knows.
(define (collector-figures)
  (let ((figures (heap-statistics)))
    (define (figure name) (cdr (assq name figures)))
    (list (cons 'collections (%collections))
          (cons 'full-collections (figure 'fallbacks))
          (cons 'pause-longest-us (figure 'pause-longest-us))
          (cons 'pause-most-us (figure 'pause-99.9-us))
          (cons 'pause-total-us (figure 'pause-total-us)))))
