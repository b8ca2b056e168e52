;;; (srfi 146): mappings, ordered and never changed.
(define-library (srfi 146)
  (export
          mapping mapping-unfold mapping? mapping-contains? mapping-empty? mapping-disjoint? mapping-ref
          mapping-ref/default mapping-key-comparator mapping-adjoin mapping-set mapping-replace mapping-delete
          mapping-delete-all mapping-intern mapping-update mapping-update/default mapping-pop mapping-search
          mapping-size mapping-find mapping-count mapping-any? mapping-every? mapping-keys mapping-values
          mapping-entries mapping-map mapping-map->list mapping-for-each mapping-fold mapping-filter
          mapping-remove mapping-partition mapping-copy mapping->alist alist->mapping alist->mapping! mapping=?
          mapping<? mapping>? mapping<=? mapping>=? mapping-union mapping-intersection mapping-difference
          mapping-xor make-mapping-comparator mapping-comparator mapping-min-key mapping-max-key
          mapping-min-value mapping-max-value mapping-key-predecessor mapping-key-successor mapping-range=
          mapping-range< mapping-range> mapping-range<= mapping-range>= mapping-split mapping-catenate
          mapping-map/monotone mapping-fold/reverse comparator?
          (rename mapping-adjoin mapping-adjoin!) (rename mapping-set mapping-set!)
          (rename mapping-replace mapping-replace!) (rename mapping-delete mapping-delete!)
          (rename mapping-delete-all mapping-delete-all!) (rename mapping-intern mapping-intern!)
          (rename mapping-update mapping-update!) (rename mapping-pop mapping-pop!)
          (rename mapping-search mapping-search!) (rename mapping-filter mapping-filter!)
          (rename mapping-remove mapping-remove!) (rename mapping-partition mapping-partition!)
          (rename mapping-union mapping-union!) (rename mapping-intersection mapping-intersection!)
          (rename mapping-difference mapping-difference!) (rename mapping-xor mapping-xor!)
          (rename mapping-range= mapping-range=!) (rename mapping-range< mapping-range<!)
          (rename mapping-range> mapping-range>!) (rename mapping-range<= mapping-range<=!)
          (rename mapping-range>= mapping-range>=!) (rename mapping-catenate mapping-catenate!)
          (rename mapping-map/monotone mapping-map/monotone!)
          (rename mapping-update/default mapping-update!/default) (rename mapping mapping/ordered)
          (rename mapping-unfold mapping-unfold/ordered) (rename alist->mapping alist->mapping/ordered)
          (rename alist->mapping! alist->mapping/ordered!))
  (import (scheme base) (scheme case-lambda) (srfi 128) (only (ringlet internal) %raise %raise-type))
  (include "146.scm"))
