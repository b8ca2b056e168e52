;;; (srfi 69): basic hash tables.  All but the names below is the core library's.
(define-library (srfi 69)
  (export make-hash-table hash-table? alist->hash-table
          hash-table-equivalence-function hash-table-hash-function
          hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete! hash-table-exists?
          hash-table-update! hash-table-update!/default
          hash-table-size hash-table-keys hash-table-values hash-table-walk hash-table-fold
          hash-table->alist hash-table-copy hash-table-merge!
          hash string-hash string-ci-hash hash-by-identity)
  (import (scheme base) (scheme case-lambda) (ringlet) (ringlet internal) (only (srfi 128) default-hash))
  (begin
    (define hash
      (case-lambda
        ((x)
         "(hash x [bound])\nAn exact integer from 0 up to BOUND (2^29), the same for objects that are equal by equal?."
         (default-hash x))
        ((x bound) (%bounded-hash (default-hash x) bound))))

    ;; Objects move and have no other number: of those whose contents may change only the kind counts.
    (define (identity-hash x)
      (cond ((pair? x) 1)
            ((string? x) 2)
            ((vector? x) 3)
            ((bytevector? x) 4)
            (else (equal-hash x))))

    (define hash-by-identity
      (case-lambda
        ((x)
         "(hash-by-identity x [bound])
An exact integer, the same whenever it is asked for the same object.  It tells objects of one kind apart only if they
cannot be changed; tables of eq? do without it."
         (identity-hash x))
        ((x bound) (%bounded-hash (identity-hash x) bound))))

    (define (hash-table-equivalence-function table)
      "(hash-table-equivalence-function table)\nThe equality by which TABLE compares keys."
      (case (%checked-table-kind 'hash-table-equivalence-function table)
        ((0) eq?)
        ((1) eqv?)
        ((2) equal?)
        ((3) string=?)
        (else (vector-ref (%custom-procedures table) 4))))

    (define (hash-table-hash-function table)
      "(hash-table-hash-function table)\nA hash function that fits the equality of TABLE; its own if it was given one."
      (case (%checked-table-kind 'hash-table-hash-function table)
        ((0 1) hash-by-identity)
        ((2) hash)
        ((3) string-hash)
        (else (vector-ref (%custom-procedures table) 3))))))
