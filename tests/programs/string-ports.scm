;;; String and bytevector ports, reading and writing.
(import (scheme base) (scheme write) (scheme read))
(define (show x) (write x) (newline))
(define in (open-input-string "(a b . c) 42 \"str\" #\\x #(1 2) 'q tail"))
(let loop ((x (read in)))
  (if (not (eof-object? x)) (begin (show x) (loop (read in)))))
(define lines (open-input-string "one\ntwo\n\nlast"))
(let loop ((l (read-line lines)))
  (if (eof-object? l) (show 'end) (begin (show l) (loop (read-line lines)))))
(define p (open-input-string "abcdef"))
(show (list (peek-char p) (read-char p) (read-char p) (read-string 3 p) (read-string 10 p) (read-char p)))
(define out (open-output-string))
(write 'sym out) (write-char #\space out) (write "s" out) (display "s" out) (write-string "xyz" out 1 2) (newline out)
(show (get-output-string out))
(define bin (open-input-bytevector (bytevector 1 2 3 4 5)))
(show (list (read-u8 bin) (peek-u8 bin) (read-bytevector 2 bin) (u8-ready? bin) (read-bytevector 10 bin) (read-u8 bin)))
(define bout (open-output-bytevector))
(write-u8 1 bout) (write-bytevector (bytevector 2 3 4) bout 1)
(show (get-output-bytevector bout))
(show (list (input-port? in) (output-port? in) (textual-port? in) (binary-port? bin) (port? out)))
(close-port in)
(show (input-port-open? in))
(show (guard (e (#t 'closed)) (read-char in)))
(show (eof-object? (eof-object)))
(show (call-with-port (open-input-string "123 456") (lambda (p) (list (read p) (read p)))))
(show (read (open-input-string "#;(hidden) shown ; comment")))
(show (read (open-input-string "#| block #| nested |# |# visible")))
(show (guard (e ((read-error? e) 'read-error)) (read (open-input-string "(1 2"))))
(show (guard (e ((read-error? e) 'read-error)) (read (open-input-string ")"))))

;; => (a b . c)
;; => 42
;; => "str"
;; => #\x
;; => #(1 2)
;; => 'q
;; => tail
;; => "one"
;; => "two"
;; => ""
;; => "last"
;; => end
;; => (#\a #\a #\b "cde" "f" #<eof>)
;; => "sym \"s\"sy\n"
;; => (1 2 #u8(2 3) #t #u8(4 5) #<eof>)
;; => #u8(1 3 4)
;; => (#t #f #t #t #t)
;; => #f
;; => closed
;; => #t
;; => (123 456)
;; => shown
;; => visible
;; => read-error
;; => read-error
