;;; (srfi 141): whole division, rounded in six ways.
(define-library (srfi 141)
  (export floor/ floor-quotient floor-remainder truncate/ truncate-quotient truncate-remainder
          ceiling/ ceiling-quotient ceiling-remainder round/ round-quotient round-remainder
          euclidean/ euclidean-quotient euclidean-remainder balanced/ balanced-quotient balanced-remainder)
  (import (scheme base) (only (ringlet internal) %raise %raise-type))
  (begin
    (define (check who n d)
      (if (not (integer? n)) (%raise-type who 1 "an integer" n))
      (if (not (integer? d)) (%raise-type who 2 "an integer" d))
      (if (zero? d) (%raise 'divide who "division by zero")))

    ;; Each way answers quotient and remainder, from those of floor/: `r` has the sign of `d`.
    (define (up q r d)
      (if (zero? r) (values q r) (values (+ q 1) (- r d))))

    (define (ceiling-both n d)
      (let-values (((q r) (floor/ n d)))
        (up q r d)))

    (define (round-both n d)
      (let-values (((q r) (floor/ n d)))
        (let ((twice (abs (* 2 r))) (all (abs d)))
          (if (or (> twice all) (and (= twice all) (odd? q))) (up q r d) (values q r)))))

    (define (euclidean-both n d)
      (if (positive? d) (floor/ n d) (ceiling-both n d)))

    (define (balanced-both n d)
      (let-values (((q r) (euclidean-both n d)))
        (cond ((< (* 2 r) (abs d)) (values q r))
              ((positive? d) (values (+ q 1) (- r d)))
              (else (values (- q 1) (+ r d))))))

    (define-syntax define-division
      (syntax-rules ()
        ((_ both (name doc) (quotient-name quotient-doc) (remainder-name remainder-doc))
         (begin
           (define (name n d) doc (check 'name n d) (both n d))
           (define (quotient-name n d)
             quotient-doc
             (check 'quotient-name n d)
             (let-values (((q r) (both n d))) q))
           (define (remainder-name n d)
             remainder-doc
             (check 'remainder-name n d)
             (let-values (((q r) (both n d))) r))))))

    (define-division ceiling-both
      (ceiling/ "(ceiling/ n d)\nTwo values: (ceiling-quotient N D) and (ceiling-remainder N D).")
      (ceiling-quotient "(ceiling-quotient n d)\nThe integer N divided by D, towards plus infinity.")
      (ceiling-remainder "(ceiling-remainder n d)\nWhat ceiling-quotient leaves; 0, or its sign is not that of D."))
    (define-division round-both
      (round/ "(round/ n d)\nTwo values: (round-quotient N D) and (round-remainder N D).")
      (round-quotient "(round-quotient n d)\nThe integer nearest to N divided by D, the even one of two.")
      (round-remainder "(round-remainder n d)\nWhat round-quotient leaves, at most half of D without the signs."))
    (define-division euclidean-both
      (euclidean/ "(euclidean/ n d)\nTwo values: (euclidean-quotient N D) and (euclidean-remainder N D).")
      (euclidean-quotient "(euclidean-quotient n d)\nThe integer N divided by D so that the remainder is not negative.")
      (euclidean-remainder "(euclidean-remainder n d)\nWhat euclidean-quotient leaves, from 0 to below D without sign."))
    (define-division balanced-both
      (balanced/ "(balanced/ n d)\nTwo values: (balanced-quotient N D) and (balanced-remainder N D).")
      (balanced-quotient "(balanced-quotient n d)\nThe integer N divided by D so that the remainder is around 0.")
      (balanced-remainder
       "(balanced-remainder n d)\nWhat balanced-quotient leaves: from -D/2 up to but not D/2, for D without sign."))))
