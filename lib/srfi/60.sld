;;; (srfi 60): integers as bits, under the older names; see (srfi 151).
(define-library (srfi 60)
  (export bitwise-and (rename bitwise-and logand) bitwise-ior (rename bitwise-ior logior)
          bitwise-xor (rename bitwise-xor logxor) bitwise-not (rename bitwise-not lognot)
          bitwise-if (rename bitwise-if bitwise-merge)
          (rename any-bit-set? any-bits-set?) (rename any-bit-set? logtest)
          bit-count (rename bit-count logcount) integer-length
          (rename first-set-bit log2-binary-factors) first-set-bit
          (rename bit-set? logbit?) bit-set? copy-bit
          bit-field (rename bit-field-replace copy-bit-field)
          arithmetic-shift (rename arithmetic-shift ash)
          (rename bit-field-rotate rotate-bit-field) (rename bit-field-reverse reverse-bit-field)
          integer->list list->integer booleans->integer)
  (import (scheme base) (scheme case-lambda) (srfi 151))
  (begin
    (define integer->list
      (case-lambda
        ((k)
         "(integer->list k [n])\nThe N lowest bits of K, or all of them, as a list of booleans, the lowest last."
         (reverse (bits->list k)))
        ((k n) (reverse (bits->list k n)))))

    (define (list->integer list)
      "(list->integer list)\nThe integer whose bits, the lowest last, are 1 where LIST has a true element."
      (list->bits (reverse list)))

    (define (booleans->integer . booleans)
      "(booleans->integer boolean ...)\nThe integer whose bits, the lowest last, are 1 where a BOOLEAN is true."
      (list->integer booleans))))
