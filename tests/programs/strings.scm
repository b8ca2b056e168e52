;;; Building strings: pieces joined, reversed, mapped, in and out of ports.
(import (scheme base) (scheme write) (scheme char))
(define (repeat s n)
  (let loop ((n n) (acc ""))
    (if (= n 0) acc (loop (- n 1) (string-append acc s)))))
(write (repeat "ab" 5)) (newline)
(define big (repeat "0123456789" 1000))
(write (string-length big)) (newline)
(write (substring big 4995 5005)) (newline)
(define (join strings separator)
  (let ((out (open-output-string)))
    (let loop ((l strings) (first? #t))
      (if (pair? l)
          (begin
            (if (not first?) (write-string separator out))
            (write-string (car l) out)
            (loop (cdr l) #f))))
    (get-output-string out)))
(write (join '("alpha" "beta" "gamma") ", ")) (newline)
(define s (make-string 3 #\-))
(string-set! s 1 #\x)
(write s) (newline)
(write (list->string (reverse (string->list "stressed")))) (newline)
(write (string-map char-upcase "abc")) (newline)
(write (string-map (lambda (a b) (if (char<? a b) a b)) "adcz" "bbbb")) (newline)
(write (let ((v '())) (string-for-each (lambda (c) (set! v (cons (char->integer c) v))) "abc") v)) (newline)
(write (list (string<? "abc" "abd") (string=? "a" "a" "a") (string>? "b" "a") (string-ci=? "ABC" "abc"))) (newline)
(define t (string-copy "hello world"))
(string-copy! t 0 "HELLO")
(write t) (newline)
(string-fill! t #\z 6)
(write t) (newline)
(write (map string->number '("10" "-7" "1e3" "#xff" "1/2" "abc"))) (newline)
(write "tab\tquote\"backslash\\newline\n") (newline)

;; => "ababababab"
;; => 10000
;; => "5678901234"
;; => "alpha, beta, gamma"
;; => "-x-"
;; => "desserts"
;; => "ABC"
;; => "abbb"
;; => (99 98 97)
;; => (#t #t #t #t)
;; => "HELLO world"
;; => "HELLO zzzzz"
;; => (10 -7 1000.0 255 1/2 #f)
;; => "tab\tquote\"backslash\\newline\n"
