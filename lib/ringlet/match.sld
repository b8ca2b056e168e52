;;; Pattern matching: (ringlet match), and the same as (chibi match).
(define-library (ringlet match)
  (export match match-lambda match-lambda* match-let match-let* match-letrec)
  (import (scheme base)
          (only (ringlet internal) %raise %bounded %record? %record-ref %record-set! %rtd-fields %rtd-name))
  (include "match.scm"))
