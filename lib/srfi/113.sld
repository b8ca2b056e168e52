;;; (srfi 113): sets and bags.
(define-library (srfi 113)
  (export
          set set-unfold set? set-contains? set-empty? set-disjoint? set-member set-element-comparator set-size
          set-adjoin set-adjoin! set-replace set-replace! set-delete set-delete! set-delete-all set-delete-all!
          set-search! set-find set-count set-any? set-every? set-map set-for-each set-fold set-filter
          set-filter! set-remove set-remove! set-partition set-partition! set-copy set->list list->set
          list->set! set=? set<? set>? set<=? set>=? set-union set-intersection set-difference set-xor
          set-union! set-intersection! set-difference! set-xor! bag bag-unfold bag? list->bag
          (rename set-contains? bag-contains?) (rename set-empty? bag-empty?)
          (rename set-disjoint? bag-disjoint?) (rename set-member bag-member)
          (rename set-element-comparator bag-element-comparator) (rename set-size bag-size)
          (rename set-adjoin bag-adjoin) (rename set-adjoin! bag-adjoin!) (rename set-replace bag-replace)
          (rename set-replace! bag-replace!) (rename set-delete bag-delete) (rename set-delete! bag-delete!)
          (rename set-delete-all bag-delete-all) (rename set-delete-all! bag-delete-all!)
          (rename set-search! bag-search!) (rename set-find bag-find) (rename set-count bag-count)
          (rename set-any? bag-any?) (rename set-every? bag-every?) (rename set-map bag-map)
          (rename set-for-each bag-for-each) (rename set-fold bag-fold) (rename set-filter bag-filter)
          (rename set-filter! bag-filter!) (rename set-remove bag-remove) (rename set-remove! bag-remove!)
          (rename set-partition bag-partition) (rename set-partition! bag-partition!) (rename set-copy bag-copy)
          (rename set->list bag->list) (rename list->set! list->bag!) (rename set=? bag=?) (rename set<? bag<?)
          (rename set>? bag>?) (rename set<=? bag<=?) (rename set>=? bag>=?) (rename set-union bag-union)
          (rename set-intersection bag-intersection) (rename set-difference bag-difference)
          (rename set-xor bag-xor) (rename set-union! bag-union!) (rename set-intersection! bag-intersection!)
          (rename set-difference! bag-difference!) (rename set-xor! bag-xor!)
          bag-sum bag-sum! bag-product bag-product! bag-unique-size bag-element-count bag-for-each-unique
          bag-fold-unique bag-increment! bag-decrement! bag->set set->bag set->bag! bag->alist alist->bag
          set-comparator bag-comparator)
  (import (scheme base) (srfi 128) (only (srfi 125) make-hash-table hash-table-empty-copy hash-table-values)
          (only (ringlet) equal-hash)
          (only (ringlet internal) %raise %raise-type %check-index %table-ref %table-set! %table-delete! %table-count))
  (include "113.scm"))
