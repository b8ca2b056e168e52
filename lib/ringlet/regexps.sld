;;; Regular expressions: (srfi 115), (scheme regex) and (chibi regexp) export what is here.
(define-library (ringlet regexps)
  (export regexp regexp? valid-sre? rx regexp->sre char-set->sre
          regexp-matches regexp-matches? regexp-search regexp-replace regexp-replace-all
          regexp-fold regexp-extract regexp-split regexp-partition
          regexp-match? regexp-match-count regexp-match-submatch regexp-match-submatch-start
          regexp-match-submatch-end regexp-match->list)
  (import (scheme base) (scheme case-lambda) (scheme char) (scheme cxr) (scheme lazy)
          (only (ringlet) every append-map string-search-forward string-concatenate make-eqv-hash-table hash-table-ref
                hash-table-set!)
          (only (ringlet internal) %string-end %raise-type %raise-range)
          (ringlet char-sets) (ringlet graphemes))
  (include "regexp-parse.scm" "regexp-compile.scm" "regexp-run.scm" "regexps.scm"))
