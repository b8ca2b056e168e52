;;; (ringlet match) under the name that portable programs import.
(define-library (chibi match)
  (export match match-lambda match-lambda* match-let match-let* match-letrec)
  (import (ringlet match)))
