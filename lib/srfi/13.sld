;;; SRFI 13: the strings of older programs.
(define-library (srfi 13)
  (export string? string-null? string-every string-any
          make-string string string-tabulate
          string->list list->string reverse-list->string string-join
          string-length string-ref string-copy substring/shared string-copy!
          string-take string-take-right string-drop string-drop-right string-pad string-pad-right
          string-trim string-trim-right string-trim-both
          string-set! string-fill!
          string-compare string-compare-ci
          string<> string= string< string> string<= string>=
          string-ci<> string-ci= string-ci< string-ci> string-ci<= string-ci>=
          (rename hash string-hash) string-hash-ci
          string-prefix-length string-suffix-length string-prefix-length-ci string-suffix-length-ci
          string-prefix? string-suffix? string-prefix-ci? string-suffix-ci?
          string-index string-index-right string-skip string-skip-right string-count
          string-contains string-contains-ci
          (rename titlecase string-titlecase) (rename upcase string-upcase) (rename downcase string-downcase)
          string-titlecase! string-upcase! string-downcase!
          string-reverse string-reverse!
          string-append string-concatenate (rename string-concatenate string-concatenate/shared)
          (rename string-append string-append/shared)
          string-concatenate-reverse (rename string-concatenate-reverse string-concatenate-reverse/shared)
          (rename map-string string-map) string-map! string-fold string-fold-right string-unfold string-unfold-right
          (rename for-each-char string-for-each) string-for-each-index
          xsubstring string-xcopy!
          string-replace string-tokenize string-filter (rename string-remove string-delete)
          string-parse-start+end string-parse-final-start+end let-string-start+end
          check-substring-spec substring-spec-ok?
          make-kmp-restart-vector kmp-step string-kmp-partial-search)
  (import (scheme base) (scheme case-lambda) (scheme char) (ringlet) (ringlet strings)
          (only (srfi 14) char-set:graphic) (only (srfi 129) char-titlecase)
          (only (ringlet internal) %define-ranged %define-ranged-twice %string-end %part %raise-type %raise-range
                %char-test))
  (include "13.scm"))
