;;; SRFI 130: strings by cursors.  A cursor is an index here, so most procedures are those of (srfi 152).
(define-library (srfi 130)
  (export string-cursor? string-cursor-start string-cursor-end string-cursor-next string-cursor-prev
          string-cursor-forward string-cursor-back
          string-cursor=? string-cursor<? string-cursor>? string-cursor<=? string-cursor>=?
          string-cursor-diff string-cursor->index string-index->cursor
          string-null? string-every string-any
          string-tabulate string-unfold string-unfold-right
          (rename string->list string->list/cursors) (rename string->vector string->vector/cursors)
          reverse-list->string string-join
          (rename string-ref string-ref/cursor) (rename substring substring/cursors)
          (rename string-copy string-copy/cursors)
          string-take string-drop string-take-right string-drop-right string-pad string-pad-right
          string-trim string-trim-right string-trim-both
          string-prefix-length string-suffix-length string-prefix? string-suffix?
          (rename index string-index) (rename index-right string-index-right)
          (rename skip string-skip) (rename skip-right string-skip-right)
          string-contains string-contains-right
          string-reverse string-concatenate string-concatenate-reverse string-fold string-fold-right
          string-for-each-cursor string-replicate string-count string-replace string-split string-filter string-remove)
  (import (scheme base) (scheme case-lambda) (ringlet) (ringlet strings)
          (only (ringlet internal) %string-end %raise-range %define-ranged))
  (include "130.scm"))
