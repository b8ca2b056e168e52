;;; Tests of (ringlet pretty).
(import (scheme base) (scheme read) (scheme write) (ringlet pretty) (chibi test))

(define (read-from text) (read (open-input-string text)))
(define-record-type point (make-point x y) point? (x point-x) (y point-y))

(test-begin "pretty")

(define-syntax prints
  (syntax-rules () ((_ text x width ...) (test text (pretty-string x width ...)))))

(test-group "what fits"
  (prints "1" 1)
  (prints "\"a\\nb\"" "a\nb")
  (prints "(a \"b\" #\\c 1.5 . d)" '(a "b" #\c 1.5 . d))
  (prints "('a `(b ,c ,@d))" '('a `(b ,c ,@d)))
  (prints "#(1 2)" #(1 2))
  (prints "#u8(1 2)" (bytevector 1 2))
  (prints "()" '()))

(test-group "code"
  (prints "(define (fold kons knil ls)
  (let lp ((ls ls) (acc knil))
    (if (null? ls)
        acc
        (lp (cdr ls)
            (kons (car ls) acc)))))"
          '(define (fold kons knil ls)
             (let lp ((ls ls) (acc knil)) (if (null? ls) acc (lp (cdr ls) (kons (car ls) acc)))))
          36)
  (prints "(call-with-input-file name
  (lambda (port)
    (let loop ((forms '()))
      (cond ((eof-object? (peek-char port)) (reverse forms))
            (else (loop (cons (read port) forms)))))))"
          '(call-with-input-file name
             (lambda (port)
               (let loop ((forms '()))
                 (cond ((eof-object? (peek-char port)) (reverse forms)) (else (loop (cons (read port) forms)))))))
          60)
  (prints "(case-lambda
  ((x) (f x 1))
  ((x y) (g x y)))"
          '(case-lambda ((x) (f x 1)) ((x y) (g x y))) 20)
  (prints "(do ((i 0 (+ i 1))) ((= i 10))
  (display i))"
          '(do ((i 0 (+ i 1))) ((= i 10)) (display i)) 32)
  (prints "'(aaaa bbbb
  cccc)" ''(aaaa bbbb cccc) 12))

(test-group "data"
  (prints "((self . aquanet)\n (type . paper))" '((self . aquanet) (type . paper)) 20)
  (prints "(0 1 2 3 4\n 5 6 7 8 9\n 10 11)" '(0 1 2 3 4 5 6 7 8 9 10 11) 11)
  (prints "#(0 1 2 3\n  4 5 6 7\n  8 9)" #(0 1 2 3 4 5 6 7 8 9) 10)
  (prints "(abcdefgh abcdefgh\n          . z)" '(abcdefgh abcdefgh . z) 20)
  (prints "((1 2 3) (1 2 3))" (let ((x (list 1 2 3))) (list x x)))
  (let ((long (make-string 100 #\a)))
    (prints (string-append "(\"" long "\"\n 1)") (list long 1) 40))
  (test #t (> (string-length (pretty-string (list 1 (make-point 1 2) 3) 5)) 5))
  (prints "#0=(1 . #0#)" (let ((x (list 1))) (set-cdr! x x) x))
  (prints "#0=#(1 #0#)" (let ((x (vector 1 2))) (vector-set! x 1 x) x) 3)
  (prints "#0=(a b c #(d #0#))" (let ((x (list 'a 'b 'c (vector 'd 0)))) (vector-set! (list-ref x 3) 1 x) x) 5))

;; All of a long object is written, and read back it is the same.
(test-group "size"
  (define big (let loop ((n 10)) (if (= n 0) '(leaf "of" #\a tree) (list 'node (loop (- n 1)) (loop (- n 1))))))
  (test #t (equal? big (read-from (pretty-string big))))
  (test #t (equal? big (read-from (pretty-string big 10))))
  (test 20001 (length (read-from (pretty-string (make-list 20001 'x))))))

(test-group "ports"
  (define (text f) (let ((port (open-output-string))) (f port) (get-output-string port)))
  (test "(1 2)\n" (text (lambda (port) (pretty-print '(1 2) port))))
  (test "(1 2)\n" (text (lambda (port) (pp '(1 2) port))))
  (test "(1\n 2)\n" (text (lambda (port) (pp '(1 2) port 3))))
  (test "(1 2)\n" (text (lambda (port) (parameterize ((current-output-port port)) (pp '(1 2))))))
  (test-error (pretty-string 1 -1))
  (test-error (pretty-print 1 'port))
  (test-error (pp 1 (current-output-port) "10")))

(test-end)
