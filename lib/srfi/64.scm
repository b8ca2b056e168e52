;;; The body of (srfi 64).
;;;
;;; A runner keeps counts, the groups that are open, and specifiers: predicates of the runner that say which tests to
;;; skip, or expect to fail, or (in test-apply) run only.  A group remembers what the specifiers were when it began.

(define-record-type test-runner
  (make-runner pass fail xpass xfail skip total name groups skips expected only aux properties
               on-test-begin on-test-end on-group-begin on-group-end on-bad-count on-bad-end-name on-final)
  test-runner?
  (pass test-runner-pass-count set-pass!)
  (fail test-runner-fail-count set-fail!)
  (xpass test-runner-xpass-count set-xpass!)
  (xfail test-runner-xfail-count set-xfail!)
  (skip test-runner-skip-count set-skip!)
  (total total set-total!)              ; tests run or skipped
  (name test-runner-test-name set-name!)
  (groups groups set-groups!)           ; innermost first
  (skips skips set-skips!)              ; lists of predicates
  (expected expected set-expected!)
  (only only set-only!)                 ; the same, or #f: all tests run
  (aux test-runner-aux-value test-runner-aux-value!)
  (properties test-result-alist set-properties!)
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (on-final test-runner-on-final test-runner-on-final!))

(define-record-type group
  (make-group name count total skips expected)
  group?
  (name group-name)
  (count group-count)        ; what test-begin was told, or #f
  (total group-total)        ; the runner's when the group began
  (skips group-skips)
  (expected group-expected))

(define (ignore . arguments) #f)

(define (test-runner-null)
  "(test-runner-null)\nA new test runner that does nothing with results."
  (make-runner 0 0 0 0 0 0 "" '() '() '() #f #f '() ignore ignore ignore ignore ignore ignore ignore))

(define (test-runner-simple)
  "(test-runner-simple)
A new test runner that prints failures, and at the end the counts; the last line is `N passed, N failed`."
  (let ((runner (test-runner-null)))
    (test-runner-on-test-begin! runner test-on-test-begin-simple)
    (test-runner-on-test-end! runner test-on-test-end-simple)
    (test-runner-on-group-begin! runner test-on-group-begin-simple)
    (test-runner-on-group-end! runner test-on-group-end-simple)
    (test-runner-on-bad-count! runner test-on-bad-count-simple)
    (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
    (test-runner-on-final! runner test-on-final-simple)
    runner))

(define (test-runner-reset runner)
  "(test-runner-reset runner)\nSet the counts, groups and specifiers of RUNNER back to what they were when it was new."
  (for-each (lambda (set!) (set! runner 0)) (list set-pass! set-fail! set-xpass! set-xfail! set-skip! set-total!))
  (for-each (lambda (set!) (set! runner '())) (list set-groups! set-skips! set-expected! set-properties!))
  (set-name! runner "")
  (set-only! runner #f))

(define test-runner-factory (make-parameter test-runner-simple))
(define test-runner-current (make-parameter #f))

;; The runner that the first test or group made because there was none; it goes when its last group ends.
(define made #f)

(define (current-or-new)
  (or (test-runner-current)
      (begin
        (set! made (test-runner-create))
        (test-runner-current made)
        made)))

(define (test-runner-create)
  "(test-runner-create)\nA new test runner, made by what (test-runner-factory) returns."
  ((test-runner-factory)))

(define (test-runner-get)
  "(test-runner-get)\nThe current test runner; an error if there is none."
  (or (test-runner-current)
      (%raise 'user 'test-runner-get "there is no test runner; test-begin makes one")))

(define (test-runner-group-stack runner)
  "(test-runner-group-stack runner)\nThe list of the names of the groups that are open, the innermost first."
  (map group-name (groups runner)))
(define (test-runner-group-path runner)
  "(test-runner-group-path runner)\nThe list of the names of the groups that are open, the outermost first."
  (reverse (test-runner-group-stack runner)))

;; --- results -------------------------------------------------------------------------------------------

(define test-result-ref
  (case-lambda
    ((runner name)
     "(test-result-ref runner name [default])\nThe result property NAME of the last test, or DEFAULT (#f)."
     (test-result-ref runner name #f))
    ((runner name default)
     (let ((entry (assq name (test-result-alist runner))))
       (if entry (cdr entry) default)))))

(define (test-result-set! runner name value)
  "(test-result-set! runner name value)\nMake VALUE the result property NAME of the last test."
  (let ((entry (assq name (test-result-alist runner))))
    (if entry
        (set-cdr! entry value)
        (set-properties! runner (cons (cons name value) (test-result-alist runner))))))

(define (test-result-remove runner name)
  "(test-result-remove runner name)\nTake away the result property NAME of the last test."
  (let loop ((l (test-result-alist runner)) (kept '()))
    (cond ((null? l) (set-properties! runner (reverse kept)))
          ((eq? (car (car l)) name) (loop (cdr l) kept))
          (else (loop (cdr l) (cons (car l) kept))))))

(define (test-result-clear runner)
  "(test-result-clear runner)\nTake away all result properties."
  (set-properties! runner '()))

(define test-result-kind
  (case-lambda
    (()
     "(test-result-kind [runner])\nHow the last test went: pass, fail, xpass, xfail or skip; #f before the first."
     (test-result-kind (test-runner-get)))
    ((runner) (test-result-ref runner 'result-kind))))

(define test-passed?
  (case-lambda
    (()
     "(test-passed? [runner])\nHas the last test passed, expected or not?"
     (test-passed? (test-runner-get)))
    ((runner) (and (memq (test-result-kind runner) '(pass xpass)) #t))))

;; --- specifiers ----------------------------------------------------------------------------------------

(define (test-match-name name)
  "(test-match-name name)\nA specifier of the tests with NAME."
  (lambda (runner) (equal? name (test-runner-test-name runner))))

(define test-match-nth
  (case-lambda
    ((n)
     "(test-match-nth n [count])\nA specifier of the Nth test from here on, counted from 1, and COUNT - 1 (0) more."
     (test-match-nth n 1))
    ((n count)
     (let ((i 0))
       (lambda (runner)
         (set! i (+ i 1))
         (and (>= i n) (< i (+ n count))))))))

;; All specifiers are asked, since they may count.
(define (ask-all specifiers runner)
  (map (lambda (specifier) (specifier runner)) specifiers))

(define (test-match-any . specifiers)
  "(test-match-any specifier ...)\nA specifier of the tests that one of the SPECIFIERs matches."
  (let ((specifiers (map specifier specifiers)))
    (lambda (runner) (and (memq #t (map (lambda (x) (and x #t)) (ask-all specifiers runner))) #t))))

(define (test-match-all . specifiers)
  "(test-match-all specifier ...)\nA specifier of the tests that all of the SPECIFIERs match."
  (let ((specifiers (map specifier specifiers)))
    (lambda (runner) (not (memq #f (ask-all specifiers runner))))))

(define (specifier x)
  (cond ((procedure? x) x)
        ((exact-integer? x) (test-match-nth 1 x))
        ((string? x) (test-match-name x))
        (else (%raise-type 'test-skip 1 "a procedure, a string or a number of tests" x))))

(define (test-skip . specifiers)
  "(test-skip specifier ...)
Skip the tests of the current group that all SPECIFIERs match: a predicate of the runner, a name, or how many."
  (let ((runner (test-runner-get)))
    (set-skips! runner (cons (apply test-match-all specifiers) (skips runner)))))

(define (test-expect-fail . specifiers)
  "(test-expect-fail specifier ...)\nExpect the tests of the current group that all SPECIFIERs match to fail."
  (let ((runner (test-runner-get)))
    (set-expected! runner (cons (apply test-match-all specifiers) (expected runner)))))

(define (any-matches? specifiers runner)
  (memq #t (map (lambda (x) (and x #t)) (ask-all specifiers runner))))

(define (to-skip? runner)
  (let ((skipped? (any-matches? (skips runner) runner))
        (out? (and (only runner) (not (any-matches? (only runner) runner)))))
    (or skipped? out?)))

;; --- groups --------------------------------------------------------------------------------------------

(define test-begin
  (case-lambda
    ((name)
     "(test-begin name [count])\nBegin a group of tests, COUNT of them if that is given."
     (test-begin name #f))
    ((name count)
     (let* ((runner (current-or-new)) (name (if (symbol? name) (symbol->string name) name)))
       (set-name! runner name)
       ((test-runner-on-group-begin runner) runner name count)
       (set-groups! runner (cons (make-group name count (total runner) (skips runner) (expected runner))
                                 (groups runner)))))))

(define (test-end . name)
  "(test-end [name])
End the innermost group of tests, NAME if that is given; what was skipped or expected to fail in it is forgotten."
  (let ((runner (test-runner-get)))
    (if (null? (groups runner)) (%raise 'user 'test-end "no test group has been begun"))
    (let* ((group (car (groups runner)))
           (name (if (and (pair? name) (symbol? (car name))) (symbol->string (car name)) (and (pair? name) (car name))))
           (count (- (total runner) (group-total group))))
      (set-name! runner (group-name group))
      (if (and name (not (equal? name (group-name group))))
          ((test-runner-on-bad-end-name runner) runner (group-name group) name))
      (if (and (group-count group) (not (= count (group-count group))))
          ((test-runner-on-bad-count runner) runner count (group-count group)))
      ((test-runner-on-group-end runner) runner)
      (set-groups! runner (cdr (groups runner)))
      (set-skips! runner (group-skips group))
      (set-expected! runner (group-expected group))
      (if (null? (groups runner))
          (begin
            ((test-runner-on-final runner) runner)
            (set! finished runner)
            (if (eq? runner made) (test-runner-current #f)))))))

;; The runner whose tests ended last, for test-exit.
(define finished #f)

(define-syntax test-group
  (syntax-rules ()
    ((_ name body ...) (run-group name (lambda () body ... #f)))))

(define (run-group name thunk)
  (let ((runner (current-or-new)))
    (set-name! runner name)
    (test-result-clear runner)
    (if (to-skip? runner)
        (count-result! runner 'skip)
        (dynamic-wind
         (lambda () (test-begin name))
         thunk
         (lambda () (test-end name))))))

(define-syntax test-group-with-cleanup
  (syntax-rules ()
    ((_ name body ... cleanup)
     (test-group name
       (dynamic-wind (lambda () #f) (lambda () body ... #f) (lambda () cleanup))))))

(define (count-result! runner kind)
  (set-total! runner (+ (total runner) 1))
  (case kind
    ((pass) (set-pass! runner (+ (test-runner-pass-count runner) 1)))
    ((fail) (set-fail! runner (+ (test-runner-fail-count runner) 1)))
    ((xpass) (set-xpass! runner (+ (test-runner-xpass-count runner) 1)))
    ((xfail) (set-xfail! runner (+ (test-runner-xfail-count runner) 1)))
    (else (set-skip! runner (+ (test-runner-skip-count runner) 1)))))

;; --- tests ---------------------------------------------------------------------------------------------

;; Call `thunk`; then `good` with its value, or `bad` with what it raised.
(define (attempt thunk good bad)
  ((call-with-current-continuation
    (lambda (escape)
      (with-exception-handler
       (lambda (raised) (escape (lambda () (bad raised))))
       (lambda () (let ((value (thunk))) (lambda () (good value)))))))))

;; Run one test: (passed? runner) evaluates it, leaves what it learns in the properties and may raise.
(define (run-test name form passed?)
  (let ((runner (current-or-new)))
    (set-name! runner (if name (if (symbol? name) (symbol->string name) name) ""))
    (test-result-clear runner)
    (test-result-set! runner 'source-form form)
    (let ((skip? (to-skip? runner)) (fails? (any-matches? (expected runner) runner)))
      (cond (skip? (test-result-set! runner 'result-kind 'skip))
            (fails? (test-result-set! runner 'result-kind 'xfail)))
      ((test-runner-on-test-begin runner) runner)
      (if (not skip?)
          (let ((passed? (attempt (lambda () (passed? runner))
                                  (lambda (passed?) passed?)
                                  (lambda (raised)
                                    (test-result-set! runner 'actual-error raised)
                                    #f))))
            (test-result-set! runner 'result-kind
                              (if fails? (if passed? 'xpass 'xfail) (if passed? 'pass 'fail)))))
      (count-result! runner (test-result-kind runner))
      ((test-runner-on-test-end runner) runner))))

(define-syntax test-assert
  (syntax-rules ()
    ((_ expression) (test-assert #f expression))
    ((_ name expression)
     (run-test name 'expression
               (lambda (runner)
                 (let ((value expression))
                   (test-result-set! runner 'actual-value value)
                   value))))))

(define (compare-values runner same? wanted thunk)
  (test-result-set! runner 'expected-value wanted)
  (let ((value (thunk)))
    (test-result-set! runner 'actual-value value)
    (same? wanted value)))

(define-syntax define-comparing-test
  (syntax-rules ()
    ((_ test same?)
     (define-syntax test
       (syntax-rules ()
         ((_ wanted expression) (test #f wanted expression))
         ((_ name wanted expression)
          (run-test name 'expression
                    (lambda (runner) (compare-values runner same? wanted (lambda () expression))))))))))

(define-comparing-test test-eqv eqv?)
(define-comparing-test test-eq eq?)
(define-comparing-test test-equal equal?)

(define-syntax test-approximate
  (syntax-rules ()
    ((_ wanted expression error) (test-approximate #f wanted expression error))
    ((_ name wanted expression error)
     (run-test name 'expression
               (lambda (runner)
                 (compare-values runner (lambda (a b) (<= (- a error) b (+ a error)))
                                 wanted (lambda () expression)))))))

(define-syntax test-error
  (syntax-rules ()
    ((_ expression) (test-error #f #t expression))
    ((_ type expression) (test-error #f type expression))
    ((_ name type expression)
     (run-test name 'expression (lambda (runner) (raises? runner type (lambda () expression)))))))

;; Does `thunk` raise an object of `type`: #t for any, a predicate, or the type of a condition as a symbol?
(define (raises? runner type thunk)
  (test-result-set! runner 'expected-error type)
  (attempt thunk
           (lambda (value)
             (test-result-set! runner 'actual-value value)
             #f)
           (lambda (raised)
             (test-result-set! runner 'actual-error raised)
             (cond ((procedure? type) (type raised))
                   ((symbol? type) (and (error-object? raised) (eq? type (condition-type raised))))
                   (else #t)))))

(define (test-read-eval-string string)
  "(test-read-eval-string string)\nThe value of the expression in STRING, in the environment of the prompt."
  (let* ((port (open-input-string string)) (form (read port)))
    (if (not (eof-object? (read port)))
        (%raise 'read 'test-read-eval-string "there is more than one expression in" string))
    (eval form (interaction-environment))))

;; --- running with a runner -----------------------------------------------------------------------------

(define (test-apply . arguments)
  "(test-apply [runner] specifier ... procedure)
Call PROCEDURE, with RUNNER as the current runner, running only tests that one of the SPECIFIERs matches."
  (let ((first (car arguments)))
    (if (test-runner? first)
        (parameterize ((test-runner-current first)) (apply apply-only first (cdr arguments)))
        (apply apply-only (current-or-new) arguments))))

(define (apply-only runner . arguments)
  (let* ((reversed (reverse arguments))
         (specifiers (map specifier (reverse (cdr reversed))))
         (outer (only runner)))
    (dynamic-wind
     (lambda () (if (pair? specifiers) (set-only! runner specifiers)))
     (car reversed)
     (lambda () (set-only! runner outer)))))

(define-syntax test-with-runner
  (syntax-rules ()
    ((_ runner body ...)
     (parameterize ((test-runner-current runner)) body ...))))

;; --- the simple runner ---------------------------------------------------------------------------------

(define (test-on-test-begin-simple runner)
  "(test-on-test-begin-simple runner)\nDo nothing: what a simple runner does before a test."
  #f)

(define (show . parts)
  (for-each (lambda (part) (if (string? part) (display part) (write (car part)))) parts))

(define (error-text raised)
  (if (error-object? raised)
      (condition->string raised)
      (let ((port (open-output-string)))
        (write raised port)
        (get-output-string port))))

(define (test-on-test-end-simple runner)
  "(test-on-test-end-simple runner)\nPrint one line about the last test of RUNNER if it went otherwise than expected."
  (let ((kind (test-result-kind runner)) (properties (test-result-alist runner)))
    (if (memq kind '(fail xpass))
        (let ((name (test-runner-test-name runner)))
          (show (if (eq? kind 'fail) "FAIL " "XPASS "))
          (for-each (lambda (name) (show name ": ")) (test-runner-group-path runner))
          (show (list (if (equal? name "") (test-result-ref runner 'source-form) name)))
          (cond ((eq? kind 'xpass) (show " passed but should fail"))
                ((assq 'expected-error properties)
                 (if (assq 'actual-error properties)
                     (show " raised another error: " (error-text (test-result-ref runner 'actual-error)))
                     (show " should raise an error but gave " (list (test-result-ref runner 'actual-value)))))
                ((assq 'actual-error properties)
                 (show " raised " (error-text (test-result-ref runner 'actual-error))))
                ((assq 'expected-value properties)
                 (show ": expected " (list (test-result-ref runner 'expected-value))
                       " but got " (list (test-result-ref runner 'actual-value))))
                (else (show " gave " (list (test-result-ref runner 'actual-value)))))
          (newline)))))

(define (test-on-group-begin-simple runner name count)
  "(test-on-group-begin-simple runner name count)\nDo nothing: what a simple runner does before a group."
  #f)
(define (test-on-group-end-simple runner)
  "(test-on-group-end-simple runner)\nDo nothing: what a simple runner does after a group."
  #f)

(define (test-on-bad-count-simple runner actual-count expected-count)
  "(test-on-bad-count-simple runner actual-count expected-count)\nPrint that a group had another number of tests."
  (show "FAIL " (test-runner-test-name runner) ": the group should have " (list expected-count)
        " tests but had " (list actual-count))
  (newline)
  (set-fail! runner (+ (test-runner-fail-count runner) 1)))

(define (test-on-bad-end-name-simple runner begin-name end-name)
  "(test-on-bad-end-name-simple runner begin-name end-name)\nRaise an error: test-end names another group."
  (%raise 'user 'test-end "the innermost group has another name:" begin-name 'not end-name))

(define (test-on-final-simple runner)
  "(test-on-final-simple runner)
Print how many tests were skipped or did as expected of failing ones, if any, and the line `N passed, N failed`."
  (define (line text count)
    (if (> count 0) (begin (show (list count) text) (newline))))
  (line " failed as expected" (test-runner-xfail-count runner))
  (line " passed unexpectedly" (test-runner-xpass-count runner))
  (line " skipped" (test-runner-skip-count runner))
  (show (list (test-runner-pass-count runner)) " passed, "
        (list (+ (test-runner-fail-count runner) (test-runner-xpass-count runner))) " failed")
  (newline))

(define (test-exit)
  "(test-exit)\nLeave with status 0 if no test of the last runner failed or passed unexpectedly, otherwise 1."
  (let ((runner (or (test-runner-current) finished)))
    (exit (or (not runner)
              (= 0 (test-runner-fail-count runner) (test-runner-xpass-count runner))))))
