;;; Tests of the small libraries: SRFI 2 6 8 9 11 16 23 26 30 31 34 38 39 46 62 87 111 145.
;;; Nothing comes from (scheme base) that one of them exports.
(import (except (scheme base) open-input-string open-output-string get-output-string define-record-type
                let-values let*-values error with-exception-handler guard make-parameter parameterize case
                syntax-rules ...)
        (srfi 2) (srfi 6) (srfi 8) (srfi 9) (srfi 11) (srfi 16) (srfi 23) (srfi 26) (srfi 30) (srfi 31) (srfi 34)
        (srfi 38) (srfi 39) (srfi 46) (srfi 62) (srfi 87) (srfi 111) (srfi 145) (chibi test)
        (only (ringlet) condition->string))

(test-begin "small srfis")

(test-group "srfi 2"
  (test 1 (and-let* () 1))
  (test #t (and-let* ()))
  (test 2 (and-let* ((x 1) (y (+ x 1))) y))
  (test 2 (and-let* ((x 1) ((> x 0)) (y 2))))
  (test #f (and-let* ((x 1) ((< x 0))) (car '())))
  (test #f (and-let* ((x #f)) (car x)))
  (test 3 (let ((x 3)) (and-let* (x))))
  (test 4 (let ((x 3)) (and-let* (x ((odd? x))) (+ x 1))))
  (test #f (let ((x #f)) (and-let* (x) 1)))
  (test 5 (and-let* ((x 1)) (define y 4) (+ x y))))

(test-group "srfi 6"
  (test #\a (read-char (open-input-string "abc")))
  (test "xy" (let ((p (open-output-string))) (write-string "xy" p) (get-output-string p))))

(test-group "srfi 8 and 11"
  (test '(1 (2 3)) (receive (a . b) (values 1 2 3) (list a b)))
  (test '(1 2) (receive all (values 1 2) all))
  (test '(1 2 3) (let-values (((a b) (values 1 2)) ((c) 3)) (list a b c)))
  (test '(1 2 3) (let*-values (((a b) (values 1 2)) ((c) (+ a b))) (list a b c))))

(test-group "srfi 9"
  (define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))
  (let ((p (make-point 1 2)))
    (set-point-x! p 5)
    (test '(#t #f 5 2) (list (point? p) (point? 5) (point-x p) (point-y p)))
    (test-error (point-x 5))))

(test-group "srfi 16"
  (define f (case-lambda ((a) (list 'one a)) ((a b) (list 'two a b)) ((a . rest) (list 'more a rest))))
  (test '((one 1) (two 1 2) (more 1 (2 3))) (list (f 1) (f 1 2) (f 1 2 3)))
  (test-error (f)))

(test-group "srfi 23 and 34"
  (test '("m" (1 2)) (guard (c (#t (list (error-object-message c) (error-object-irritants c)))) (error "m" 1 2)))
  (test 'other (guard (c ((symbol? c) c) (else 'other)) (raise 5)))
  (test 8 (with-exception-handler (lambda (c) 7) (lambda () (+ 1 (raise-continuable 'c))))))

(test-group "srfi 26"
  (define n 0)
  (define (next!) (set! n (+ n 1)) n)
  (test '(a b) ((cut cons 'a <>) '(b)))
  (test '(1 2 3 4 5) ((cut list 1 <> 3 <> <...>) 2 4 5))
  (test '() ((cut list)))
  (test '(1) ((cut list <...>) 1))
  (test 3 ((cut <> 1 2) +))
  (test 6 ((cut <> 1 <...>) + 2 3))
  (test '(2 3) (let ((f (cut + 1 <>))) (map f '(1 2))))
  (let ((f (cut list (next!) <>))) (test '((1 a) (2 b)) (let* ((x (f 'a)) (y (f 'b))) (list x y))))
  (set! n 0)
  (let ((f (cute list (next!) <>))) (test '((1 a) (1 b)) (let* ((x (f 'a)) (y (f 'b))) (list x y))))
  (test 9 ((cute (begin + -) 10 <>) 1))
  (test '(1 2 3) ((cute list <> 2 <...>) 1 3))
  (test-error ((cut list 1 <>))))

(test-group "srfi 30 and 62"
  (test '(1 2) '(1 #| a #| nested |# comment |# 2))
  (test '(1 3) '(1 #;(2 #;x y) 3)))

(test-group "srfi 31"
  (test 120 ((rec (f n) (if (= n 0) 1 (* n (f (- n 1))))) 5))
  (test '(1 1) (let ((ones (rec l (cons 1 (lambda () l))))) (list (car ones) (car ((cdr ones)))))))

(test-group "srfi 38"
  (test "(#0=(1) #0#)"
        (let ((x (list 1)) (p (open-output-string)))
          (write-with-shared-structure (list x x) p)
          (get-output-string p)))
  (test "#0=(1 . #0#)"
        (let ((x (list 1)) (p (open-output-string)))
          (set-cdr! x x)
          (write/ss x p)
          (get-output-string p)))
  (let ((x (read/ss (open-input-string "#1=(a . #1#)"))))
    (test #t (eq? x (cdr x))))
  (test '(1) (read-with-shared-structure (open-input-string "(1)"))))

(test-group "srfi 39"
  (define p (make-parameter 1 (lambda (x) (* x 2))))
  (test '(2 6 2) (list (p) (parameterize ((p 3)) (p)) (p))))

(test-group "srfi 46"
  (define-syntax but-last (syntax-rules () ((_ x ... y) '(x ...))))
  (define-syntax lister (syntax-rules ::: () ((_ x :::) '(x ::: ...))))
  (test '(1 2) (but-last 1 2 3))
  (test '(1 2 ...) (lister 1 2)))

(test-group "srfi 87"
  (test '(3 odd) (case 3 ((2 4) 'even) ((1 3) => (lambda (x) (list x 'odd))) (else 'none)))
  (test 10 (case 5 ((1) 1) (else => (lambda (x) (* x 2))))))

(test-group "srfi 111"
  (let ((b (box 1)))
    (test #t (box? b))
    (test #f (box? '(1)))
    (test 1 (unbox b))
    (set-box! b 2)
    (test 2 (unbox b))
    (test-error (unbox 5))
    (test-error (set-box! 5 1))))

(test-group "srfi 145"
  (test 1 (assume 1))
  (test 2 (assume (+ 1 1) "sum"))
  (test "assume: this does not hold: (< x 1) \"too big\" 5"
        (let ((x 5)) (guard (c (#t (condition->string c))) (assume (< x 1) "too big" x)))))

(test-end)
