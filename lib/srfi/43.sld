;;; SRFI 43: vectors, where the procedures that walk over them pass the index, too.
(define-library (srfi 43)
  (export
   make-vector vector vector-unfold vector-unfold-right vector-copy vector-reverse-copy vector-append
   vector-concatenate vector? vector-empty? vector= vector-ref vector-length
   vector-fold vector-fold-right vector-map vector-map! vector-for-each vector-count
   vector-index vector-index-right vector-skip vector-skip-right vector-binary-search vector-any vector-every
   vector-set! vector-swap! vector-fill! vector-reverse! vector-copy! vector-reverse-copy!
   vector->list reverse-vector->list list->vector reverse-list->vector)
  (import (except (scheme base) vector-copy vector-map vector-for-each)
          (prefix (only (scheme base) vector-copy) part:)
          (scheme case-lambda)
          (only (srfi 133)
                vector-unfold vector-unfold-right vector-reverse-copy vector-concatenate vector-empty? vector=
                vector-index vector-index-right vector-skip vector-skip-right vector-binary-search vector-any
                vector-every vector-swap! vector-reverse! vector-reverse-copy! reverse-vector->list
                reverse-list->vector)
          (only (ringlet internal) %raise-range %check-index %length-of %shortest-vector %vector-elements))
  (include "43.scm"))
