;;; What (srfi 13), (srfi 130) and (srfi 152) share beyond the procedures of (ringlet) on strings.
(define-library (ringlet strings)
  (export string-every string-any string-tabulate string-unfold string-unfold-right reverse-list->string
          string-take string-drop string-take-right string-drop-right
          string-take-while string-take-while-right string-drop-while string-drop-while-right string-span string-break
          string-replace string-prefix-length string-suffix-length string-contains-right
          string-concatenate-reverse string-fold string-fold-right string-filter string-remove
          string-replicate string-segment)
  (import (scheme base) (scheme case-lambda) (scheme char) (ringlet)
          (only (ringlet internal) %define-ranged %define-ranged-twice %string-end %raise-type %raise-range %char-test
                %string-index %string-index-right %complement %part %parts->string %check-strings %same-part?))
  (include "strings.scm"))
