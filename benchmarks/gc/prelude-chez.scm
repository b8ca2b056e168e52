;;; What the programs of benchmarks/gc use beyond the common core of the three systems, for Chez Scheme.
;;;
;;; Used by: benchmarks/gc_systems.py, which puts it before each program, and finish.scm after it.
(import (rename (chezscheme) (define-record-type define-chez-record)))

;; Sealed records have the fastest accessors.  Every field must have a setter, and be in the constructor's order.
(define-syntax define-record-type
  (syntax-rules ()
    ((_ type (make field ...) is? (name get set) ...)
     (define-chez-record (type make is?) (sealed #t) (fields (mutable name get set) ...)))))

;; The system's clock into memory of C, so that looking at it allocates nothing.  #f: what is linked or preloaded.
(define linked (load-shared-object #f))
(define clock-gettime (foreign-procedure "clock_gettime" (int uptr) int))
(define timespec (foreign-alloc 16))
(define (clock-us)
  (clock-gettime 1 timespec)
  (+ (* 1000000 (foreign-ref 'integer-64 timespec 0)) (quotient (foreign-ref 'integer-64 timespec 8) 1000)))
(define (collect-all) (collect (collect-maximum-generation)))
(define (used-bytes) (bytes-allocated))
(define (held-bytes) (current-memory-bytes))
(define collection-count collections)

(define (make-eq-table) (make-eq-hashtable))
(define (make-eqv-table) (make-eqv-hashtable))
(define (make-string-table) (make-hashtable string-hash string=?))
(define eq-table-ref hashtable-ref)
(define eq-table-set! hashtable-set!)
(define eq-table-delete! hashtable-delete!)
(define eqv-table-ref hashtable-ref)
(define eqv-table-set! hashtable-set!)
(define eqv-table-delete! hashtable-delete!)
(define string-table-ref hashtable-ref)
(define string-table-set! hashtable-set!)
(define string-table-delete! hashtable-delete!)
(define table-count hashtable-size)

(define (truncate-quotient a b) (quotient a b))
(define (collector-figures) (list (cons 'collections (collections))))
