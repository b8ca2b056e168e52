;;; (scheme division): the name of (srfi 141) in R7RS-large.
(define-library (scheme division)
  (export floor/ floor-quotient floor-remainder truncate/ truncate-quotient truncate-remainder
          ceiling/ ceiling-quotient ceiling-remainder round/ round-quotient round-remainder
          euclidean/ euclidean-quotient euclidean-remainder balanced/ balanced-quotient balanced-remainder)
  (import (srfi 141)))
