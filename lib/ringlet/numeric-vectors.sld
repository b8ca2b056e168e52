;;; Numeric vectors of any kind: what the libraries of (srfi 160) are made of.
(define-library (ringlet numeric-vectors)
  (export numeric-element? numeric->list list->numeric
          numeric-unfold numeric-unfold-right numeric-unfold! numeric-unfold-right! numeric-copy numeric-reverse-copy
          numeric-append numeric-concatenate numeric-append-subvectors numeric-take numeric-take-right numeric-drop
          numeric-drop-right numeric-segment numeric-take-while numeric-drop-while numeric-take-while-right
          numeric-drop-while-right numeric-fold numeric-fold-right numeric-map numeric-map! numeric-for-each
          numeric-count numeric-cumulate numeric-index numeric-skip numeric-any numeric-index-right numeric-skip-right
          numeric-every numeric-partition numeric-filter numeric-remove numeric-empty? numeric-comparator
          numeric-swap! numeric-fill! numeric-reverse! numeric-copy! numeric-reverse-copy! numeric=
          reverse-numeric->list reverse-list->numeric numeric->vector vector->numeric make-numeric-generator
          write-numeric)
  (import (scheme base) (scheme complex) (scheme cxr) (scheme write) (only (srfi 128) make-comparator number-hash)
          (only (ringlet) append-map every receive string-index)
          (only (ringlet internal) %raise-type %raise-range %numbers-kind %numbers-name %element? %numbers-length
                %make-numbers %numbers-ref %numbers-set! %numbers-fill! %numbers-copy!))
  (include "numeric-vectors.scm"))
