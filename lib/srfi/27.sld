;;; (srfi 27): sources of random numbers.
(define-library (srfi 27)
  (export random-integer random-real default-random-source make-random-source random-source?
          random-source-state-ref random-source-state-set! random-source-randomize!
          random-source-pseudo-randomize! random-source-make-integers random-source-make-reals)
  (import (scheme base) (scheme case-lambda) (scheme time)
          (only (ringlet) bytevector-u64-ref bytevector-u64-set!)
          (only (ringlet internal) %random %random-seed! %random-state %wall-clock-us %raise-type))
  (include "27.scm"))
