;; A storm of processes that fail in every way and are killed at random: nothing is lost.
;; files: storm-helper.sld
;; memory: 64M
;; args: 40 1000
;; stress-args: 10 60
;; => every end was told #t
;; => one process is left #t
;; => every page came back #t
(import (scheme base) (scheme write) (scheme process-context) (only (ringlet) self processes) (storm-helper))

(define n-at-once (string->number (list-ref (command-line) 1)))
(define n-ends (string->number (list-ref (command-line) 2)))
(storm n-at-once n-ends #f)
(define before (pages))
(define told (storm n-at-once n-ends #f))
(display "every end was told ") (write (= (car told) (cadr told))) (newline)
(display "one process is left ") (write (equal? (processes) (list (self)))) (newline)
(display "every page came back ") (write (= before (pages))) (newline)
