
;;; The end of every program of benchmarks/gc.
(define (main arguments)
  (let ((size (string->number (car arguments))))
    (set! probing (and (pair? (cdr arguments)) (string=? (cadr arguments) "live")))
    (let* ((start (clock-us))
           (result (run size)))
      (report "run-us" (- (clock-us) start))
      (report "result" result)
      (when probing (report "live-bytes" live-most))
      (for-each (lambda (figure) (report (car figure) (cdr figure))) (collector-figures))
      (exit (if (equal? result 'wrong) 1 0)))))

(main (cdr (command-line)))
