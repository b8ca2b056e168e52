;;; SRFI 254: ephemerons, guardians, and cells that tell when their keys may have moved.
(define-library (srfi 254)
  (export make-ephemeron ephemeron? ephemeron-broken? ephemeron-key ephemeron-value ephemeron-ref reference-barrier
          make-guardian guardian?
          make-transport-cell-guardian transport-cell-guardian? transport-cell? transport-cell-key
          transport-cell-value transport-cell-broken? current-hash)
  (import (scheme base) (ringlet) (only (ringlet internal) %collections %eq-hash %raise %raise-type))
  (include "254.scm"))
