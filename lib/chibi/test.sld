;;; (chibi test): tests that count and report themselves.
(define-library (chibi test)
  (export test test-equal test-assert test-not test-error test-values test-group test-begin test-end test-exit
          test-run test-vars test-propagate-info test-syntax-error
          current-test-group current-test-filters current-test-verbosity
          current-test-applier current-test-skipper current-test-handler current-test-group-reporter
          current-test-epsilon current-test-comparator test-failure-count)
  (import (scheme base) (scheme write) (scheme process-context) (scheme inexact) (only (ringlet) condition->string))
  (include "test.scm"))
