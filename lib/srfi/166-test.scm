;;; Tests of (srfi 166).
(import (scheme base) (scheme char) (scheme file) (srfi 166) (chibi test))

(define-syntax shows
  (syntax-rules () ((_ text format ...) (test text (show #f format ...)))))
(define (ring x) (let ((l (list x))) (set-cdr! l l) l))

(test-begin "srfi 166")

(test-group "show"
  (shows "" )
  (shows "hi" "hi")
  (shows "abc" "a" #\b "c")
  (shows "1(1 \"a\" #\\b c)" 1 '(1 "a" #\b c))
  (test "ab" (let ((port (open-output-string))) (show port "a" "b") (get-output-string port)))
  (test "ab" (let ((port (open-output-string)))
               (parameterize ((current-output-port port)) (show #t "a" "b"))
               (get-output-string port)))
  (test-error (show 'x "a"))
  (test-error (show #f car)))

(test-group "objects"
  (shows "\"hi \\\"bob\\\"\"" (written "hi \"bob\""))
  (shows "(1 2 . 3)" (written '(1 2 . 3)))
  (shows "#(1 #\\a)" (written #(1 #\a)))
  (shows "hi" (displayed "hi"))
  (shows "\n" (displayed nl))
  (shows "#0=(1 . #0#)" (written (ring 1)))
  (shows "((1) (1))" (let ((x (list 1))) (written (list x x))))
  (shows "(#0=(1) #0#)" (let ((x (list 1))) (written-shared (list x x))))
  (shows "((1) #(a \"b\") quote c)" (written-simply '((1) #(a "b") quote c)))
  (shows "(1 1 1 1 1" (trimmed/lazy 10 (written-simply (ring 1))))
  (shows "(1 1 1 1 1 " (trimmed/lazy 11 (written-simply (ring 1))))
  (shows "<a>" (with ((writer (lambda (x) (each "<" (symbol->string x) ">")))) 'a)))

(test-group "escaping"
  (shows "hi, bob!" (escaped "hi, bob!"))
  (shows "hi, \\\"bob!\\\"" (escaped "hi, \"bob!\""))
  (shows "a\\\\b" (escaped "a\\b"))
  (shows "hi, \\'bob\\'" (escaped "hi, 'bob'" #\'))
  (shows "hi, ''bob''" (escaped "hi, 'bob'" #\' #\'))
  (shows "hi, ''bob''" (escaped "hi, 'bob'" #\' #f))
  (shows "a\\nb" (escaped "a\nb" #\" #\\ (lambda (c) (and (char=? c #\newline) #\n))))
  (shows "bob" (maybe-escaped "bob" char-whitespace?))
  (shows "\"hi, bob!\"" (maybe-escaped "hi, bob!" char-whitespace?))
  (shows "\"foo\\\"bar\"" (maybe-escaped "foo\"bar" char-whitespace?))
  (shows "'hi, ''bob'''" (maybe-escaped "hi, 'bob'" (lambda (c) #f) #\' #f))
  (shows "\\" (maybe-escaped "\\" (lambda (c) #f) #\' #f))
  (test-error (escaped 1)))

(test-group "spaces and lines"
  (shows "a    b" "a" (space-to 5) "b")
  (shows "ab" "a" (space-to 0) "b")
  (shows "abc     def" "abc" (tab-to) "def")
  (shows "abc  def" "abc" (tab-to 5) "def")
  (shows "abcdef" "abc" (tab-to 3) "def")
  (shows "abc\ndef\n" "abc" nl "def" nl)
  (shows "abc\ndef\n" "abc" fl "def" fl fl)
  (shows "a\nb  c" "a\nb" (space-to 3) "c")
  (shows "ab" "a" nothing "b")
  (test-error (space-to -1))
  (test-error (tab-to 0)))

(test-group "sequences"
  (shows "a1" (each "a" 1))
  (shows "a1" (each-in-list '("a" 1)))
  (test-error (each-in-list 1))
  (shows "1 2 3" (joined each '(1 2 3) " "))
  (shows "123" (joined each '(1 2 3)))
  (shows "" (joined each '() ","))
  (shows ":abc:123" (joined/prefix (lambda (x) (trimmed/right 3 x)) '("abcdef" "123456") ":"))
  (shows "abc\n123\n" (joined/suffix (lambda (x) (trimmed/right 3 x)) '("abcdef" "123456") nl))
  (shows "lions, tigers, and bears"
         (joined/last each (lambda (x) (each "and " x)) '(lions tigers bears) ", "))
  (shows "lions, or bears" (joined/dot each (lambda (x) (each "or " x)) '(lions . bears) ", "))
  (shows "a, b" (joined/dot each (lambda (x) (each "or " x)) '(a b) ", "))
  (shows "0-1-2" (joined/range displayed 0 3 "-"))
  (shows "" (joined/range displayed 3 3 "-"))
  (shows "5 6 7 8" (trimmed/lazy 7 (joined/range displayed 5 #f " ")))
  (test-error (show #f (joined each '(1 . 2)))))

(test-group "padding and trimming"
  (shows "  abc" (padded 5 "abc"))
  (shows "abc  " (padded/right 5 "abc"))
  (shows " abc  " (padded/both 6 "abc"))
  (shows "abcdefghi" (padded 5 "abcdefghi"))
  (shows "--1" (with ((pad-char #\-)) (padded 3 1)))
  (shows "cde" (trimmed 3 "abcde"))
  (shows "abc" (trimmed/right 3 "abcde"))
  (shows "bcd" (trimmed/both 3 "abcde"))
  (shows "bcdef" (trimmed/both 5 "abcdefgh"))
  (shows "ab" (trimmed/right 3 "ab"))
  (shows "abc|abc" (trimmed/lazy 3 "abcde") "|" (trimmed/lazy 3 "abc\nde"))
  (shows "abc" (trimmed/lazy 10 (trimmed/lazy 3 "abcdefghijklmnop")))
  (shows "abc" (trimmed/lazy 3 (trimmed/lazy 10 "abcdefghijklmnop")))
  (shows "" (trimmed/lazy 0 "abc"))
  (shows "abc 3" (trimmed/lazy 3 "abcdef") (fn (col) (each " " col)))
  (shows "abcde ab... ...ef ...d... abcdefg"
         (with ((ellipsis "..."))
           (trimmed/right 5 "abcde") " " (trimmed/right 5 "abcdef") " " (trimmed 5 "abcdef") " "
           (trimmed/both 7 "abcdefgh") " " (trimmed/both 7 "abcdefg")))
  (shows "...|..." (with ((ellipsis "...")) (trimmed/right 2 "abcdef") "|" (trimmed 2 "abcdef")))
  (shows "  abc|abc  | abc |abcde|defgh|bcdef"
         (fitted 5 "abc") "|" (fitted/right 5 "abc") "|" (fitted/both 5 "abc") "|" (fitted/right 5 "abcdefgh") "|"
         (fitted 5 "abcdefgh") "|" (fitted/both 5 "abcdefgh"))
  (shows "ABC abc" (upcased "aBc") " " (downcased "AbC"))
  (shows "  AB" (padded 4 (upcased "ab")))
  (test-error (padded "a" 5))
  (test-error (trimmed -1 "a")))

(test-group "numbers as objects"
  (shows "-1 0 3.14159" -1 " " 0 " " 3.14159)
  (shows "#xdead1234" (with ((radix 16)) #xDEAD) 1234)
  (shows "(#x11 #b101)" "(" (with ((radix 16)) #x11) " " (with ((radix 2)) 5) ")")
  (shows "(#x11 . #(#x22 a))" (with ((radix 16)) '(#x11 . #(#x22 a))))
  (shows "3.14 3.00 1.10 0.00 -15" (with ((precision 2)) 3.14159 " " 3. " " 1.099 " " 1e-17)
         (with ((precision 0)) " " -14.99995999999362))
  (shows "299792458" (with ((comma-rule 3)) 299792458))
  (shows "11.75" (with ((precision 2)) (/ 47 4)))
  (shows "#0=(1.5 . #0#)" (with ((precision 1)) (written (ring 1.5)))))

(test-group "numeric"
  (shows "57005" (numeric #xDEAD))
  (shows "de.ad 0.dead" (with ((radix 16)) (with ((precision 2)) (numeric #xDEAD/100)) " "
                          (with ((precision 4)) (numeric #xDEAD/10000))))
  (shows "1g zzz" (numeric 33 17) " " (numeric (- (* 36 36 36) 1) 36))
  (shows "3/4 11/10" (numeric 3/4) " " (numeric 3/2 2))
  (shows "1001.01 1001.0 0.0 10.0" (numeric 9.25 2) " " (numeric 9.0 2) " " (numeric 0.0 2) " " (numeric 3.0 3))
  (shows "0.1" (numeric (inexact 1/3) 3))
  (shows "1.1250 1.125 1.12 1.1 1"
         (joined (lambda (p) (numeric 9/8 10 p)) '(4 3 2 1 0) " "))
  (shows "1.1230 1.123 1.13 1.2 1"
         (joined (lambda (p) (numeric (inexact 91/64) 4 p)) '(4 3 2 1 0) " "))
  (shows "333.333333333333333333333333333333" (with ((precision 30)) (numeric 1000/3)))
  (shows "0.666666666666666666666666666667" (with ((precision 30)) (numeric 2/3)))
  (shows "0.00 -0.01 1.00" (joined (lambda (x) (numeric x 10 2)) '(.004 -.012 .997) " "))
  (shows "   3.14159|-3141.59|31415.9|  -3"
         (with ((decimal-align 5)) (joined numeric '(3.14159 -3141.59 31415.9 -3) "|")))
  (shows "+inf.0 -inf.0 +nan.0" (joined numeric '(+inf.0 -inf.0 +nan.0) " "))
  (shows "+1 +0.0 -0.0" (with ((sign-rule #t)) (joined numeric '(1 0.0 -0.0) " ")))
  (shows "+1 (1) -1" (numeric 1 10 #f #t) " " (with ((sign-rule '("(" . ")"))) (numeric -1)) " " (numeric -1))
  (shows "1,234,567 567 1,23,45,67 12,34,567 -29,97,92,458"
         (numeric 1234567 10 #f #f 3) " " (numeric 567 10 #f #f 3) " " (numeric 1234567 10 #f #f 2) " "
         (numeric 1234567 10 #f #f '(3 2)) " " (with ((comma-rule '(3 2))) (numeric -299792458)))
  (shows "1|234|567 1*234" (numeric 1234567 10 #f #f 3 #\|) " " (with ((comma-sep #\*)) (numeric 1234 10 #f #f 3)))
  (shows "100,000.00" (with ((comma-rule 3) (precision 2)) (numeric 100000)))
  (shows "299.792.458,0" (with ((comma-rule 3) (decimal-sep #\,)) (numeric 299792458.0)))
  (shows "1_5 1,5 1,5 1%5" (with ((decimal-sep #\_)) (numeric 1.5)) " " (with ((comma-sep #\.)) (numeric 1.5)) " "
         (numeric 1.5 10 #f #f #f #\.) " " (numeric 1.5 10 #f #f #f #\. #\%))
  (shows "1,234,567 1,2345" (numeric/comma 1234567) " " (numeric/comma 12345 4))
  (shows "608 608 B 3.9Ki 4kB 1.2M 123k 12.3k -1.2k 0"
         (numeric/si 608) " " (numeric/si 608 1000 " ") "B " (numeric/si 3986) " " (numeric/si 3986 1000) "B "
         (numeric/si 1.23e6 1000) " " (numeric/si 1.23e5 1000) " " (numeric/si 1.23e4 1000) " "
         (numeric/si -1230 1000) " " (numeric/si 0))
  (shows "123m 12.3m 1.2m 123µ 1.2 µm" (numeric/si 0.123 1000) " " (numeric/si 1.23e-2 1000) " "
         (numeric/si 1.23e-3 1000) " " (numeric/si 1.23e-4 1000) " " (numeric/si 1.23e-6 1000 " ") "m")
  (shows "1.23 1.00 #.## # ###" (numeric/fitted 4 1.2345 10 2) " " (numeric/fitted 4 1 10 2) " "
         (numeric/fitted 4 12.345 10 2) " " (numeric/fitted 1 12.345 10 0) " " (numeric/fitted 3 12345))
  (test-error (numeric "1"))
  (test-error (show #f (numeric 1 1)))
  (test-error (show #f (numeric 1 10 -1)))
  (test-error (show #f (numeric 1000 10 #f #f 0))))

(test-group "state"
  (define level (make-state-variable 'level 0))
  (define (nested format) (fn ((n level)) (with ((level (+ n 1))) format)))
  (shows "0 2 0" (fn (level) (displayed level)) " " (nested (nested (fn ((n level)) (displayed n)))) " "
         (fn (level) (displayed level)))
  (shows "10 7 7"
         (fn (radix) (displayed radix)) " " (with! (radix 7)) (fn (radix) (displayed (number->string radix))) " 7")
  (shows "abc3" "abc" (fn (col) (displayed col)))
  (shows "1 5" (forked (with! (level 5)) "1") " " (each (with! (level 5)) (fn (level) (displayed level))))
  (shows "0" (forked (with! (level 5))) (fn (level) (displayed level)))
  (shows "cba" (call-with-output "abc" (lambda (s) (list->string (reverse (string->list s))))))
  (shows "(a)(b)" (with ((output (lambda (string) (output-default (string-append "(" string ")"))))) "a" "b"))
  (shows "a2" (with ((string-width (lambda (s) (* 2 (string-length s))))) "a" (fn (col) (displayed col))))
  (shows "a\nb1" "a\nb" (fn (row) (displayed row)))
  (test-error (show #f (with ((1 2)) "a")))
  (test-error (show #f (fn ((x 1)) "a"))))

(test-group "pretty"
  (shows "(foo bar)\n" (pretty '(foo bar)))
  (shows "(define (fold kons knil ls)
  (let lp ((ls ls) (acc knil))
    (if (null? ls)
        acc
        (lp (cdr ls)
            (kons (car ls) acc)))))
"
         (with ((width 36))
           (pretty '(define (fold kons knil ls)
                      (let lp ((ls ls) (acc knil))
                        (if (null? ls) acc (lp (cdr ls) (kons (car ls) acc))))))))
  (shows "#0=(1 . #0#)\n" (pretty (ring 1)))
  (shows "(#0=(1) #0#)\n((1) (1))\n" (let ((x (list 1))) (each (pretty-shared (list x x)) (pretty-simply (list x x))))))

(test-group "columns"
  (shows "hello\nworld\n" (with ((width 8)) (wrapped "hello world")))
  (shows "\n" (wrapped "    "))
  (shows "a\nbb\n" (with ((width 2)) (wrapped/list '("a" "bb"))))
  (shows "abc\ndef\ng\nxy\n" (with ((width 3)) (wrapped/char "abcdefg\nxy")))
  (shows "The  quick\nbrown  fox\njumped\nover   the\nlazy dog\n"
         (with ((width 10)) (justified "The quick brown fox jumped over the lazy dog")))
  (shows "aaaa bb\ncc dddd\n"
         (with ((width 8) (word-separator? (lambda (c) (char=? c #\-)))) (wrapped "aaaa-bb-cc-dddd")))
  (shows "abc123\ndef456\n" (show-columns (list displayed "abc\ndef\n") (list displayed "123\n456")))
  (shows "abc  1\ndef   \n"
         (show-columns (list (lambda (x) (padded/right 5 x)) "abc\ndef") (list (lambda (x) (padded 1 x)) "1")))
  (shows "a   | 123\nbc  | 45\ndef | 6\n" (tabular (each "a\nbc\ndef\n") " | " (each "123\n45\n6\n")))
  (shows "- Item: some words\n        here\n"
         (with ((width 20)) (columnar 7 (each "- Item:") " " (wrapped "some words here"))))
  (shows "    1 a\n    2 b\n" (columnar 5 'right 'infinite (line-numbers) " " (each "a\nb")))
  (shows "  a   |b\n" (with ((width 11)) (columnar 1/2 'center (each "a") "|" (each "b"))))
  (test-error (columnar 'middle (each "a")))
  (test-error (show #f (from-file "/no/such/file"))))

(test-group "color"
  (shows "\x1b;[31mred\x1b;[0m 3" (as-red "red") " " (fn (col) (displayed (- col 1))))
  (shows "\x1b;[31mred\x1b;[34mblue\x1b;[31mred\x1b;[0m" (as-red "red" (as-blue "blue") "red"))
  (shows "\x1b;[1mb\x1b;[4mu\x1b;[1m\x1b;[0m" (as-bold "b" (as-underline "u")))
  (shows "\x1b;[38;2;1;2;3mx\x1b;[0m" (as-true-color 1 2 3 "x"))
  (shows "\x1b;[48;5;196mx\x1b;[0m" (on-color 5 0 0 "x")))

(test-end)
