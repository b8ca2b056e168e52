(import (scheme base) (scheme process-context) (prefix (srfi 98) env:) (srfi 112) (chibi test))

(test-begin "srfi 112")

(test "Ringlet" (implementation-name))
(test #t (and (memv #\. (string->list (implementation-version))) #t))
(test #t (and (member (cpu-architecture) '("x86-64" "i686")) #t))
(test #f (machine-name))
(test #t (and (member (os-name) '("Linux" "Ringlet")) #t))
(test #t (let ((version (os-version))) (or (not version) (string? version))))

(test-group "srfi 98"
  (test (get-environment-variables) (env:get-environment-variables))
  (test #t (eq? get-environment-variable env:get-environment-variable))
  (test #f (env:get-environment-variable "no-such-variable-as-this"))
  (test #t (let loop ((l (env:get-environment-variables)))
             (or (null? l)
                 (and (string? (caar l)) (equal? (env:get-environment-variable (caar l)) (cdar l)) (loop (cdr l))))))
  (test-error (env:get-environment-variable 'home)))

(test-end)
