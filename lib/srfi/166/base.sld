;;; (srfi 166 base): combinator formatting.
(define-library (srfi 166 base)
  (export show displayed written written-shared written-simply escaped maybe-escaped
          numeric numeric/comma numeric/si numeric/fitted
          nl fl space-to tab-to nothing each each-in-list
          joined joined/prefix joined/suffix joined/last joined/dot joined/range
          padded padded/right padded/both trimmed trimmed/right trimmed/both trimmed/lazy
          fitted fitted/right fitted/both upcased downcased
          fn with with! forked call-with-output make-state-variable
          port row col width output writer string-width pad-char ellipsis radix precision decimal-sep decimal-align
          sign-rule comma-sep comma-rule word-separator? ambiguous-is-wide? pretty-environment output-default)
  (import (scheme base) (scheme case-lambda) (scheme char) (scheme complex) (scheme inexact) (scheme write)
          (only (ringlet internal) %raise %raise-type %check-index %write-to-string))
  (include "base.scm" "numeric.scm"))
