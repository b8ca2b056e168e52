;;; R7RS 6.13.1: files that cannot be made.  On the PC there are no directories to be missing.
;; only: host
(import (scheme base) (scheme write) (scheme file))
(include "check.scm")

(section "6.13.1" "Files that cannot be made")
(define name "no/such/directory/file")
(define (kind thunk) (guard (e ((file-error? e) 'file)) (thunk)))
(check (kind (lambda () (open-output-file name))) => 'file)
(check (kind (lambda () (open-binary-output-file name))) => 'file)
(check (kind (lambda () (with-output-to-file name newline))) => 'file)
(check (kind (lambda () (call-with-output-file name newline))) => 'file)

(check-end)
