;;; (chibi test): tests that count and report themselves.
(define-library (chibi test)
  (export test test-equal test-assert test-not test-error test-values test-group test-begin test-end test-exit
          current-test-epsilon current-test-comparator test-failure-count)
  (import (scheme base) (scheme write) (scheme process-context) (scheme inexact) (only (ringlet) condition->string))
  (include "test.scm"))
