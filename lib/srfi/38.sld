;;; SRFI 38: data with parts in common, written with labels.
(define-library (srfi 38)
  (export (rename write-shared write-with-shared-structure) (rename write-shared write/ss)
          (rename read read-with-shared-structure) (rename read read/ss))
  (import (scheme read) (scheme write)))
