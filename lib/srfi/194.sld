;;; (srfi 194): generators of random data.
(define-library (srfi 194)
  (export clamp-real-number current-random-source with-random-source make-random-source-generator
          make-random-integer-generator make-random-u1-generator make-random-u8-generator make-random-s8-generator
          make-random-u16-generator make-random-s16-generator make-random-u32-generator make-random-s32-generator
          make-random-u64-generator make-random-s64-generator make-random-boolean-generator
          make-random-char-generator make-random-string-generator make-random-real-generator
          make-random-rectangular-generator make-random-polar-generator
          make-bernoulli-generator make-binomial-generator make-categorical-generator make-normal-generator
          make-exponential-generator make-geometric-generator make-poisson-generator make-zipf-generator
          make-sphere-generator make-ellipsoid-generator make-ball-generator gsampling)
  (import (scheme base) (scheme case-lambda) (scheme complex) (scheme inexact) (srfi 27)
          (only (ringlet) fllog1+ flexp-1 flloggamma) (only (ringlet internal) %raise-type))
  (include "194.scm"))
