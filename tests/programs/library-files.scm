;;; A library in a file of its own, a file that is loaded and one that is included.
;; files: library-files-helper.sld library-files-body.scm library-files-loaded.scm
(import (scheme base) (scheme write) (scheme load) (scheme eval) (scheme repl)
        (prefix (library-files-helper) helper:))
(define (show x) (write x) (newline))
(show (helper:twice 21))
(show (helper:from-included-file))
(include "library-files-loaded.scm")
(show loaded)
(load "library-files-loaded.scm")
(show (eval 'loaded (interaction-environment)))
(show (guard (e ((error-object? e) 'no-such-library)) (eval '(import (no such library)) (interaction-environment))))
(show (guard (e ((error-object? e) 'no-such-name))
        (eval '(import (only (library-files-helper) nothing)) (interaction-environment))))
(show (guard (e ((file-error? e) 'no-such-file)) (load "no-such-file.scm")))
(show (eval '(twice 4) (environment '(library-files-helper))))

;; => 42
;; => included
;; => yes
;; => yes
;; => no-such-library
;; => no-such-name
;; => no-such-file
;; => 8
