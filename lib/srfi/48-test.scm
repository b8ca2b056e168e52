;;; Tests of (srfi 48) and (srfi 28).
(import (scheme base) (srfi 48) (chibi test))

(test-begin "srfi 48")

(test-group "objects"
  (test "Hello, World!" (format "Hello, ~a" "World!"))
  (test "Error, list is too short: (one \"two\" 3)\n"
        (format "Error, list is too short: ~s~%" '(one "two" 3)))
  (test "test me" (format "test ~a" 'me))
  (test "a \"a\" #\\a a" (format #f "~A ~S ~s ~c" "a" "a" #\a #\a))
  (test "(#0=(1) #0#)" (format "~w" (let ((x (list 1))) (list x x))))
  (test "#0=(1 . #0#)" (format "~s" (let ((x (list 1))) (set-cdr! x x) x)))
  (test "(define (f x) x)\n" (format "~y" '(define (f x) x)))
  (test "#d32 20 40 100000" (format #f "#d~d ~x ~o ~b" 32 32 32 32))
  (test "-ff a" (format "~x ~d" -255 'a))
  (test "a b" (format "~? ~a" "~a" '(a) 'b))
  (test "a b" (format "~k~_~a" "~a" '(a) 'b)))

(test-group "lines and spaces"
  (test "\n" (format "~%"))
  (test "~ \t" (format "~~ ~t"))
  (test "a\nb\n" (format "a~&b~&~&"))
  (test "\n" (format "~a~a~&" "\n" ""))
  (test "" (format ""))
  (test #t (string? (format "~h"))))

(test-group "fixed"
  (test "   32.00" (format "~8,2F" 32))
  (test " 0.333" (format "~6,3F" 1/3))
  (test "  12" (format "~4F" 12))
  (test "  12.346" (format "~8,3F" 12.3456))
  (test "123.346" (format "~6,3F" 123.3456))
  (test "123.346" (format "~4,3f" 123.3456))
  (test "     foo" (format "~8,3F" "foo"))
  (test "1.50 -0.25 3" (format "~,2F ~,2F ~,0F" 1.5 -1/4 3.2))
  (test "0.5 12.5" (format "~F ~F" 1/2 12.5))
  (test "+inf.0" (format "~,2F" +inf.0)))

(test-group "destinations"
  (define (text f) (let ((port (open-output-string))) (f port) (get-output-string port)))
  (test "1" (format #f "~a" 1))
  (test "1" (text (lambda (port) (format port "~a" 1))))
  (test "1" (text (lambda (port) (parameterize ((current-output-port port)) (format #t "~a" 1))))))

(test-group "errors"
  (test-error (format "~a"))
  (test-error (format "~a" 1 2))
  (test-error (format "~q" 1))
  (test-error (format "~"))
  (test-error (format "~8,3x" 1))
  (test-error (format "~c" 1))
  (test-error (format "~F" 'a))
  (test-error (format "~?" 1 2))
  (test-error (format #f))
  (test-error (format 1 "a"))
  (test-error (format #f 'a)))

(test-end)
