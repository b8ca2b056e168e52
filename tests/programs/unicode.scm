;;; Unicode: strings of all widths, case, order, UTF-8 and back.
(import (scheme base) (scheme write) (scheme char))
(define (show x) (write x) (newline))
(define s "Grüße, Ωμέγα, 日本, 𝄞")
(display s) (newline)
(show (string-length s))
(show (char->integer (string-ref s 2)))
(show (char->integer (string-ref s (- (string-length s) 1))))
(show (bytevector-length (string->utf8 s)))
(show (string=? s (utf8->string (string->utf8 s))))
(display (string-upcase "straße ωμέγα")) (newline)
(display (string-downcase "ÄÖÜ ΩΜΈΓΑ")) (newline)
(show (map char-upcase '(#\a #\z)))
(show (list (char-alphabetic? #\λ) (char-numeric? #\5) (char-whitespace? #\space) (char-upper-case? #\Λ)))
(define t (make-string 3 #\a))
(string-set! t 1 #\λ)
(display t) (newline)
(string-set! t 2 (integer->char #x1D11E))
(display t) (newline)
(show (string-length t))
(show (string<? "abc" "abλ"))
(show (symbol->string (string->symbol "λ")))
(define λ 42)
(show λ)
(show (string->list "aλb"))
(show (list->string (list #\x #\x3bb #\y)))
(show (utf8->string (bytevector 206 187)))
(show (string->utf8 "λ"))
(show (string-foldcase "AbC"))
(show (char-foldcase #\A))
(show (digit-value #\7))
(show #\x41)
(show (map (lambda (c) (char->integer c)) (list #\newline #\tab #\nul #\delete #\escape)))

;; => Grüße, Ωμέγα, 日本, 𝄞
;; => 19
;; => 252
;; => 119070
;; => 33
;; => #t
;; => STRASSE ΩΜΈΓΑ
;; => äöü ωμέγα
;; => (#\A #\Z)
;; => (#t #t #t #t)
;; => aλa
;; => aλ𝄞
;; => 3
;; => #t
;; => "λ"
;; => 42
;; => (#\a #\λ #\b)
;; => "xλy"
;; => "λ"
;; => #u8(206 187)
;; => "abc"
;; => #\a
;; => 7
;; => #\A
;; => (10 9 0 127 27)
