;;; (srfi 162): ready comparators, and the least and greatest by a comparator.
(define-library (srfi 162)
  (export comparator-max comparator-min comparator-max-in-list comparator-min-in-list
          default-comparator boolean-comparator real-comparator char-comparator char-ci-comparator
          string-comparator string-ci-comparator pair-comparator list-comparator vector-comparator
          eq-comparator eqv-comparator equal-comparator)
  (import (scheme base) (scheme char) (srfi 128) (only (ringlet internal) %raise-type))
  (begin
    (define (best who better? list)
      (if (not (pair? list)) (%raise-type who 2 "a list that is not empty" list))
      (let loop ((best (car list)) (l (cdr list)))
        (if (pair? l)
            (loop (if (better? (car l) best) (car l) best) (cdr l))
            best)))

    (define (comparator-max-in-list comparator list)
      "(comparator-max-in-list comparator list)\nThe greatest element of LIST, the first of several."
      (let ((less? (comparator-ordering-predicate comparator)))
        (best 'comparator-max-in-list (lambda (a b) (less? b a)) list)))
    (define (comparator-min-in-list comparator list)
      "(comparator-min-in-list comparator list)\nThe least element of LIST, the first of several."
      (best 'comparator-min-in-list (comparator-ordering-predicate comparator) list))
    (define (comparator-max comparator x . more)
      "(comparator-max comparator x ...)\nThe greatest X, the first of several."
      (comparator-max-in-list comparator (cons x more)))
    (define (comparator-min comparator x . more)
      "(comparator-min comparator x ...)\nThe least X, the first of several."
      (comparator-min-in-list comparator (cons x more)))

    (define default-comparator (make-default-comparator))
    (define boolean-comparator
      (make-comparator boolean? boolean=? (lambda (a b) (and (not a) b)) boolean-hash))
    (define real-comparator (make-comparator real? = < number-hash))
    (define char-comparator (make-comparator char? char=? char<? char-hash))
    (define char-ci-comparator (make-comparator char? char-ci=? char-ci<? char-ci-hash))
    (define string-comparator (make-comparator string? string=? string<? string-hash))
    (define string-ci-comparator (make-comparator string? string-ci=? string-ci<? string-ci-hash))
    (define pair-comparator (make-pair-comparator default-comparator default-comparator))
    (define list-comparator (make-list-comparator default-comparator list? null? car cdr))
    (define vector-comparator (make-vector-comparator default-comparator vector? vector-length vector-ref))
    (define eq-comparator (make-eq-comparator))
    (define eqv-comparator (make-eqv-comparator))
    (define equal-comparator (make-equal-comparator))))
