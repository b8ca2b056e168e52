;;; Tests of (chibi test): what it counts, checked by handlers and reporters of its own.
(import (scheme base) (chibi test))

(test-begin "chibi test")

;; The statuses that `thunk`'s tests have.
(define (statuses thunk)
  (let ((seen '()))
    (parameterize ((current-test-handler
                    (lambda (status expected expression info)
                      (set! seen (cons status seen))
                      status)))
      (thunk))
    (reverse seen)))
(define-syntax statuses-of
  (syntax-rules () ((_ body ...) (statuses (lambda () body ...)))))
(define (info-of thunk key)
  (let ((seen #f))
    (parameterize ((current-test-handler (lambda (status expected expression info) (set! seen info))))
      (thunk))
    (cdr (assq key seen))))

(test-group "statuses"
  (test '(PASS FAIL ERROR) (statuses-of (test 1 1) (test 1 2) (test 1 (car '()))))
  (test '(PASS FAIL) (statuses-of (test "name" 1 1) (test "name" 1 2)))
  (test '(ERROR) (statuses-of (test (car '()) 1)))
  (test '(PASS PASS FAIL ERROR)
        (statuses-of (test-assert 1) (test-assert "n" #t) (test-assert #f) (test-assert (car 1))))
  (test '(PASS FAIL FAIL ERROR) (statuses-of (test-not #f) (test-not 1) (test-not "n" #t) (test-not (car 1))))
  (test '(PASS PASS FAIL) (statuses-of (test-error (car 1)) (test-error "n" (raise 'x)) (test-error 1)))
  (test '(PASS FAIL) (statuses-of (test-values (values 1 2) (values 1 2)) (test-values "n" (values 1 2) 1)))
  (test '(PASS FAIL ERROR)
        (statuses-of (test-equal = 1 1.0) (test-equal eq? "n" "a" (string #\a)) (test-equal = 1 'a))))

(test-group "comparing"
  (test '(PASS PASS FAIL FAIL PASS)
        (statuses-of (test 1.0 1.0000001) (test '(1 #(1.0)) (list 1 (vector 1.0000001))) (test 1 1.0) (test 1.0 1)
                     (test +nan.0 +nan.0)))
  (test '(FAIL PASS)
        (parameterize ((current-test-epsilon 1e-12))
          (statuses-of (test 1.0 1.0000001) (test 1.0 1.0))))
  (test '(PASS)
        (parameterize ((current-test-comparator (lambda (a b) #t))) (statuses-of (test 1 2)))))

(test-group "what is known of a test"
  (test '(+ 1 2) (info-of (lambda () (test 4 (+ 1 2))) 'source))
  (test "sum" (info-of (lambda () (test "sum" 4 (+ 1 2))) 'name))
  (test 3 (info-of (lambda () (test 4 (+ 1 2))) 'result))
  (test 4 (info-of (lambda () (test 4 (+ 1 2))) 'expected))
  (test 'oops (info-of (lambda () (test 4 (raise 'oops))) 'exception))
  (test 'more (info-of (lambda () (test-propagate-info "x" 1 1 ((note . more)))) 'note))
  (test 'more (info-of (lambda () (test-vars (a b) "x" 1 1 ((note . more)))) 'note)))

(test-group "running"
  (test '(PASS FAIL) (statuses-of (test-run (lambda () 1) (lambda () 1) '((name . "a")))
                                  (test-run (lambda () 1) (lambda () 1) '((expect-error . #t)))))
  (test '(SKIP) (parameterize ((current-test-filters (list (lambda (info) #f)))) (statuses-of (test 1 1))))
  (test 'applied (parameterize ((current-test-applier (lambda (expected expression info) 'applied))) (test 1 2)))
  (test 'skipped
        (parameterize ((current-test-filters (list (lambda (info) #f)))
                       (current-test-skipper (lambda (expected expression info) 'skipped)))
          (test 1 2)))
  (test 0 (test-failure-count)))

(test-group "groups"
  (define reported '())
  (define local 1)
  (parameterize ((current-test-group-reporter (lambda (group) (set! reported (cons group reported)))))
    (test-group "inner"
      (define local 2)
      (test "inner" (car (current-test-group)))
      (test 2 local)))
  (test 1 local)
  (test "inner" (car (car reported)))
  (test 2 (cdr (assq 'PASS (cdr (car reported)))))
  (test '(ERROR PASS)
        (statuses-of (test-group "fails" (test-begin "left open") (car '()))
                     (test 1 1)))
  (test "groups" (car (current-test-group))))

(test-end)
