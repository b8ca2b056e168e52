;;; SRFI 124: ephemerons.
(define-library (srfi 124)
  (export make-ephemeron ephemeron? ephemeron-broken? ephemeron-key (rename ephemeron-value ephemeron-datum)
          reference-barrier)
  (import (ringlet)))
