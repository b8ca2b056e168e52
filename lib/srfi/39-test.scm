;;; Tests of (srfi 39).
(import (scheme base) (srfi 39) (chibi test))

(test-begin "srfi 39")

(define radix
  (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "no radix:" x)))))
(define (text n) (number->string n (radix)))
(define prompt (make-parameter 123 (lambda (x) (if (string? x) x (number->string x)))))

(test-group "parameterize"
  (test "12" (text 12))
  (test "1100" (parameterize ((radix 2)) (text 12)))
  (test "12" (text 12))
  (test-error (parameterize ((radix 0)) (text 12)))
  (test "123" (prompt))
  (test '("1" "2") (parameterize ((prompt 1)) (list (prompt) (parameterize ((prompt 2)) (prompt)))))
  (test '(1 10) (let ((a (make-parameter 1)) (b (make-parameter 2)))
                  (parameterize ((a 10) (b (a))) (list (b) (a)))))
  (test 'out (let ((p (make-parameter 'out)))
               (call/cc (lambda (k) (parameterize ((p 'in)) (k #f))))
               (p)))
  (test '() (parameterize () '())))

(test-group "setting"
  (radix 16)
  (test "f" (text 15))
  (test-error (radix 17))
  (test "f" (text 15))
  (test '("1111" "17") (parameterize ((radix 2)) (let ((before (text 15))) (radix 8) (list before (text 15)))))
  (test "f" (text 15))
  (prompt 5)
  (test "5" (prompt))
  (test-error (prompt 1 2))
  (test-error (make-parameter 1 2)))

(test-end)
