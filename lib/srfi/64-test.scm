;;; Tests of (srfi 64), by (chibi test); the names of the tested library begin with `t:`.
(import (scheme base) (scheme write) (chibi test)
        (rename (prefix (srfi 64) t:) (t:test-begin begin-group) (t:test-end end-group)))

;; The kinds of result of the tests that `thunk` runs, with a runner of its own.
(define (kinds-with runner thunk)
  (let ((kinds '()))
    (t:test-runner-on-test-end!
     runner (lambda (runner) (set! kinds (cons (t:test-result-kind runner) kinds))))
    (t:test-with-runner runner (thunk))
    (reverse kinds)))
(define-syntax kinds-of
  (syntax-rules () ((_ body ...) (kinds-with (t:test-runner-null) (lambda () body ...)))))
(define (printed thunk)
  (let ((port (open-output-string)))
    (parameterize ((current-output-port port)) (thunk))
    (get-output-string port)))

(test-begin "srfi 64")

(test-group "tests"
  (test '(pass fail fail) (kinds-of (t:test-assert 1) (t:test-assert "n" #f) (t:test-assert (car 1))))
  (test '(pass fail) (kinds-of (t:test-eqv 1.5 1.5) (t:test-eqv "n" "a" (string #\a))))
  (test '(pass fail) (kinds-of (t:test-eq 'a 'a) (t:test-eq "n" "a" (string #\a))))
  (test '(pass fail) (kinds-of (t:test-equal "a" (string #\a)) (t:test-equal "n" 1 1.0)))
  (test '(pass fail pass) (kinds-of (t:test-approximate 1 1.05 0.1) (t:test-approximate "n" 1 1.2 0.1)
                                    (t:test-approximate 1 0.95 0.1)))
  (test '(pass pass pass fail fail pass pass fail)
        (kinds-of (t:test-error (car 1)) (t:test-error #t (car 1)) (t:test-error "n" #t (raise 'x))
                  (t:test-error (car '(1))) (t:test-error #t (+ 1))
                  (t:test-error symbol? (raise 'x)) (t:test-error 'type (car 1)) (t:test-error 'range (car 1))))
  (test 7 (t:test-read-eval-string "(+ 3 4)"))
  (test-error (t:test-read-eval-string "(+ 3 4) 5")))

(test-group "skipping and expected failures"
  (test '(skip skip fail) (kinds-of (t:test-skip 2) (t:test-assert #f) (t:test-assert #t) (t:test-assert #f)))
  (test '(pass skip pass)
        (kinds-of (t:test-skip "b") (t:test-assert "a" 1) (t:test-assert "b" 1) (t:test-assert "c" 1)))
  (test '(xfail xpass pass) (kinds-of (t:test-expect-fail 2) (t:test-assert #f) (t:test-assert #t) (t:test-assert #t)))
  (test '(pass skip skip pass)
        (kinds-of (t:test-skip (t:test-match-nth 2 2))
                  (t:test-assert 1) (t:test-assert 1) (t:test-assert 1) (t:test-assert 1)))
  (test '(skip pass skip)
        (kinds-of (t:test-skip (t:test-match-any "a" (t:test-match-nth 3)))
                  (t:test-assert "a" 1) (t:test-assert "b" 1) (t:test-assert "c" 1)))
  (test '(pass skip pass)
        (kinds-of (t:test-skip (t:test-match-all "a" (t:test-match-nth 2)))
                  (t:test-assert "a" 1) (t:test-assert "a" 1) (t:test-assert "b" 1)))
  (test '(skip pass)
        (kinds-of (begin-group "outer")
                  (begin-group "g")
                  (t:test-skip (t:test-match-name "a"))
                  (t:test-assert "a" 1)
                  (end-group "g")
                  (t:test-assert "a" 1)
                  (end-group)))
  (test '(pass)
        (kinds-of (t:test-skip "group") (t:test-group "group" (t:test-assert 1)) (t:test-assert 1)))
  (test '(skip pass)
        (kinds-of (t:test-apply "b" (lambda () (t:test-assert "a" 1) (t:test-assert "b" 1)))))
  (test-error (kinds-of (t:test-skip 'symbol))))

(test-group "runners"
  (define runner (t:test-runner-null))
  (test '(#t #f) (list (t:test-runner? runner) (t:test-runner? 1)))
  (test #f (t:test-runner-current))
  (test-error (t:test-runner-get))
  (test #t (t:test-runner? (t:test-runner-create)))
  (t:test-apply runner
    (lambda ()
      (begin-group "a" 5)
      (begin-group "b")
      (test '("a" "b") (t:test-runner-group-path runner))
      (test '("b" "a") (t:test-runner-group-stack runner))
      (test #f (t:test-result-kind))
      (t:test-assert "one" 1)
      (test "one" (t:test-runner-test-name runner))
      (test #t (t:test-passed?))
      (test 1 (t:test-result-ref runner 'actual-value))
      (test 'no (t:test-result-ref runner 'expected-value 'no))
      (t:test-result-set! runner 'note 'x)
      (test 'x (t:test-result-ref runner 'note))
      (t:test-result-remove runner 'note)
      (test #f (t:test-result-ref runner 'note))
      (t:test-eqv 2 (+ 1 2))
      (test '(2 3) (list (t:test-result-ref runner 'expected-value) (t:test-result-ref runner 'actual-value)))
      (test #f (t:test-passed? runner))
      (t:test-skip 1)
      (t:test-assert 1)
      (t:test-expect-fail 2)
      (t:test-assert 1)
      (t:test-assert #f)
      (end-group "b")
      (end-group "a")))
  (test '(1 1 1 1 1)
        (map (lambda (count) (count runner))
             (list t:test-runner-pass-count t:test-runner-fail-count t:test-runner-xpass-count
                   t:test-runner-xfail-count t:test-runner-skip-count)))
  (test 'xfail (cdr (assq 'result-kind (t:test-result-alist runner))))
  (t:test-result-clear runner)
  (test '() (t:test-result-alist runner))
  (t:test-runner-aux-value! runner 'aux)
  (test 'aux (t:test-runner-aux-value runner))
  (t:test-runner-reset runner)
  (test 0 (t:test-runner-pass-count runner)))

(test-group "events"
  (define log '())
  (define (note name) (lambda (runner . more) (set! log (cons (cons name more) log))))
  (define runner (t:test-runner-null))
  (t:test-runner-on-test-begin! runner (note 'test-begin))
  (t:test-runner-on-test-end! runner (note 'test-end))
  (t:test-runner-on-group-begin! runner (note 'group-begin))
  (t:test-runner-on-group-end! runner (note 'group-end))
  (t:test-runner-on-bad-count! runner (note 'bad-count))
  (t:test-runner-on-bad-end-name! runner (note 'bad-end-name))
  (t:test-runner-on-final! runner (note 'final))
  (t:test-with-runner runner
    (begin-group "g" 2)
    (t:test-assert 1)
    (end-group "h"))
  (test '((group-begin "g" 2) (test-begin) (test-end) (bad-end-name "g" "h") (bad-count 1 2) (group-end) (final))
        (reverse log))
  (let ((cleaned '()))
    (t:test-with-runner (t:test-runner-null)
      (t:test-group-with-cleanup "g"
        (t:test-assert 1)
        (set! cleaned (cons 'body cleaned))
        (set! cleaned (cons 'cleanup cleaned))))
    (test '(cleanup body) cleaned)))

(test-group "the simple runner"
  (test "FAIL g: (car '(1)) should raise an error but gave 1
FAIL g: \"n\": expected 1 but got 2
FAIL g: (car 1) raised car: argument 1 should be a pair, but is 1
XPASS g: 1 passed but should fail
1 failed as expected
1 passed unexpectedly
1 skipped
1 passed, 4 failed
"
        (printed (lambda ()
                   (begin-group "g")
                   (t:test-assert 1)
                   (t:test-error (car '(1)))
                   (t:test-eqv "n" 1 2)
                   (t:test-assert (car 1))
                   (t:test-skip 1)
                   (t:test-assert #f)
                   (t:test-expect-fail 2)
                   (t:test-assert 1)
                   (t:test-assert #f)
                   (end-group "g"))))
  (test #f (t:test-runner-current))
  (test "FAIL g: the group should have 2 tests but had 1
1 passed, 1 failed
"
        (printed (lambda () (begin-group "g" 2) (t:test-assert 1) (end-group))))
  (test-error (printed (lambda () (begin-group "g") (end-group "h"))))
  (test "made by a factory"
        (printed (lambda ()
                   (parameterize ((t:test-runner-current #f)
                                  (t:test-runner-factory
                                   (lambda ()
                                     (let ((runner (t:test-runner-null)))
                                       (t:test-runner-on-final! runner (lambda (r) (display "made by a factory")))
                                       runner))))
                     (t:test-group "g" (t:test-assert 1)))))))

(test-end)
