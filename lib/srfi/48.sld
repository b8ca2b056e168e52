;;; (srfi 48): format, by directives in a string.
(define-library (srfi 48)
  (export format)
  (import (scheme base) (scheme char) (scheme complex) (scheme inexact) (scheme write)
          (only (ringlet) pretty-print) (only (ringlet internal) %raise %raise-type))
  (include "48.scm"))
