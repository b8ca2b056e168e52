;;; Tests of more small libraries: SRFI 45 61 78 219 227.
(import (except (scheme base) cond define) (except (scheme lazy) delay force)
        (srfi 45) (srfi 61) (srfi 78) (srfi 219) (srfi 227) (chibi test) (scheme write))

(test-begin "small srfis, syntax")

(test-group "srfi 45"
  (define n 0)
  (define p (delay (begin (set! n (+ n 1)) n)))
  (test '(1 1) (let* ((a (force p)) (b (force p))) (list a b)))
  (test 5 (force (eager 5)))
  (define (loop n) (if (= n 0) (eager 'done) (lazy (loop (- n 1)))))
  (test 'done (force (loop 100000))))

(test-group "srfi 61"
  (test 'small (cond ((> 1 2) 'big) (else 'small)))
  (test 6 (cond ((values 1 2 3) (lambda l (= (length l) 3)) => +) (else 'no)))
  (test 'no (cond ((values 1 2) (lambda l (= (length l) 3)) => +) (else 'no)))
  (test 2 (cond ((values 1 2) (lambda l #f) => +) ((assv 'b '((a 1) (b 2))) => cadr) (else 'no)))
  (test 5 (cond (#f 1) (5)))
  (test 3 (cond (#f) ((values 1 2) (lambda l #t) => +))))

(test-group "srfi 219"
  (define ((add a) b) (+ a b))
  (define (plain x) (* 2 x))
  (define y 7)
  (test '(3 4 7) (list ((add 1) 2) (plain 2) y)))

(test-group "srfi 227"
  (define-optionals (f a (b 10) (c 20)) (list a b c))
  (define-optionals* (g a (b (* 2 a)) (c (+ a b)) . rest) (list a b c rest))
  (define b 'outer)
  (test '((1 10 20) (1 2 20) (1 2 3)) (list (f 1) (f 1 2) (f 1 2 3)))
  (test-error (f))
  (test-error (f 1 2 3 4))
  (test '((1 2 3 ()) (1 5 6 ()) (1 5 7 (8 9))) (list (g 1) (g 1 5) (g 1 5 7 8 9)))
  (test '((1 outer) (1 2)) (let ((h (opt-lambda (b (c b)) (list b c))) (b 'outer)) (list (list 1 ((opt-lambda (a (c b)) c) 1)) (h 1 2))))
  (test '(1 outer) (let ((b 'outer)) ((opt-lambda (a (b b)) (list a b)) 1)))
  (test '(1 1) ((opt*-lambda (a (c a)) (list a c)) 1))
  (test '(1 5 (2 3)) (let-optionals '(1) (a (b 5)) (define c '(2 3)) (list a b c)))
  (test '(1 2 (3)) (let-optionals* '(1) (a (b (+ a 1)) (c (list (+ b 1)))) (list a b c)))
  (test '(1 (2)) (let-optionals '(1 2) ((a 0) . r) (list a r))))

(test-group "srfi 78"
  (define (output-of thunk)
    (let ((port (open-output-string)))
      (parameterize ((current-output-port port)) (thunk))
      (get-output-string port)))
  (check-set-mode! 'off)
  (test "" (output-of (lambda () (check (car '()) => 1))))
  (check-set-mode! 'report)
  (test "\n(+ 1 2) => 3 ; correct\n" (output-of (lambda () (check (+ 1 2) => 3))))
  (test #t (check-passed? 1))
  (test "\n(+ 1 2) => 3 ; *** failed ***\n; expected result: 4\n" (output-of (lambda () (check (+ 1 2) => 4))))
  (test #f (check-passed? 1))
  (check-set-mode! 'summary)
  (test "" (output-of (lambda () (check 1 (=> <) 2))))
  (test "\n; *** checks *** : 2 correct, 1 failed. First failed example:\n\n(+ 1 2) => 3 ; *** failed ***\n; expected result: 4\n"
        (output-of check-report))
  (check-reset!)
  (test "\n; *** checks *** : 0 correct, 0 failed.\n" (output-of check-report))
  (test-error (check-set-mode! 'loud)))

(test-end)
