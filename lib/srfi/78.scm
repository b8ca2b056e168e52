;;; SRFI 78: checks that count and report themselves.

(define mode 'report)
(define n-correct 0)
(define failures '())  ; (expression got expected), the last one first

(define (check-set-mode! new)
  "(check-set-mode! mode)\nSay what is written: MODE is off, summary, report-failed or report."
  (if (not (memq new '(off summary report-failed report)))
      (%raise-type 'check-set-mode! 1 "off, summary, report-failed or report" new))
  (set! mode new))

(define (check-reset!)
  "(check-reset!)\nForget all checks."
  (set! n-correct 0)
  (set! failures '()))

(define (write-check expression got)
  (newline)
  (write expression)
  (display " => ")
  (write got)
  (display " ; "))

(define (write-failure failure)
  (write-check (car failure) (cadr failure))
  (display "*** failed ***")
  (newline)
  (display "; expected result: ")
  (write (list-ref failure 2))
  (newline))

(define (run-check expression thunk same? expected)
  (if (not (eq? mode 'off))
      (let ((got (thunk)))
        (if (same? got expected)
            (begin
              (set! n-correct (+ n-correct 1))
              (if (eq? mode 'report)
                  (begin
                    (write-check expression got)
                    (display "correct")
                    (newline))))
            (let ((failure (list expression got expected)))
              (set! failures (cons failure failures))
              (if (not (eq? mode 'summary)) (write-failure failure)))))))

(define (check-report)
  "(check-report)\nWrite how many checks were correct and failed, and the first that failed."
  (if (not (eq? mode 'off))
      (begin
        (newline)
        (display "; *** checks *** : ")
        (display n-correct)
        (display " correct, ")
        (display (length failures))
        (display " failed.")
        (if (pair? failures)
            (begin
              (display " First failed example:")
              (newline)
              (write-failure (list-ref failures (- (length failures) 1))))
            (newline)))))

(define (check-passed? n)
  "(check-passed? n)\nHave N checks been correct and none failed?"
  (and (= n n-correct) (null? failures)))

(define-syntax check
  (syntax-rules (=>)
    ((_ expression => expected) (check expression (=> equal?) expected))
    ((_ expression (=> same?) expected)
     (run-check 'expression (lambda () expression) same? expected))))
