;;; The body of (srfi 13): what (ringlet) and (ringlet strings) do not have.
;;;
;;; Case-insensitive procedures compare characters folded one by one, so lengths and indices stay what they are.

(define (fold-chars string start end)
  (string-map char-foldcase (%part string start end)))

(define (substring/shared string start . end)
  "(substring/shared string start [end])\nThe characters of STRING from START up to END, perhaps STRING itself."
  (%part string start (%string-end 'substring/shared string 1 start (and (pair? end) (car end)) 2)))

;; --- comparing -------------------------------------------------------------------------------------

(define (compare a b less same more range-a range-b prefix-length)
  (let* ((start-a (car range-a)) (end-a (cdr range-a)) (start-b (car range-b)) (end-b (cdr range-b))
         (n (prefix-length a b start-a end-a start-b end-b))
         (i (+ start-a n)) (j (+ start-b n)))
    (cond ((= i end-a) (if (= j end-b) (same i) (less i)))
          ((= j end-b) (more i))
          (else ((if (char<? (string-ref a i) (string-ref b j)) less more) i)))))

;; The optional ranges of two strings, from a rest list that begins with argument `next`.
(define (two-ranges who a b rest next)
  (define (next-of list) (if (pair? list) (cdr list) '()))
  (define (first-of list) (and (pair? list) (car list)))
  (let* ((start-a (or (first-of rest) 0)) (rest (next-of rest))
         (end-a (%string-end who a 1 start-a (first-of rest) next)) (rest (next-of rest))
         (start-b (or (first-of rest) 0)) (rest (next-of rest))
         (end-b (%string-end who b 2 start-b (first-of rest) (+ next 2))))
    (values (cons start-a end-a) (cons start-b end-b))))

(define (string-compare a b less same more . ranges)
  "(string-compare a b less same more [start-a end-a start-b end-b])
Call LESS, SAME or MORE, as A is less than, the same as or more than B, with the index in A where they begin to differ."
  (let-values (((range-a range-b) (two-ranges 'string-compare a b ranges 6)))
    (compare a b less same more range-a range-b string-prefix-length)))

(define (string-compare-ci a b less same more . ranges)
  "(string-compare-ci a b less same more [start-a end-a start-b end-b])\nLike string-compare, without regard to case."
  (let-values (((range-a range-b) (two-ranges 'string-compare-ci a b ranges 6)))
    (compare (string-map char-foldcase a) (string-map char-foldcase b)
             less same more range-a range-b string-prefix-length)))

(define-syntax define-comparisons
  (syntax-rules ()
    ((_ part (name documentation (a b) test) ...)
     (begin
       (%define-ranged-twice (name a b) (start-a end-a start-b end-b)
         documentation
         (let ((a (part a start-a end-a)) (b (part b start-b end-b))) test))
       ...))))

(define-comparisons %part
  (string= "(string= a b [start-a end-a start-b end-b])\nHave A and B the same characters?" (a b) (string=? a b))
  (string<> "(string<> a b [start-a end-a start-b end-b])\nHave A and B different characters?" (a b) (not (string=? a b)))
  (string< "(string< a b [start-a end-a start-b end-b])\nIs A before B in the order of strings?" (a b) (string<? a b))
  (string> "(string> a b [start-a end-a start-b end-b])\nIs A behind B in the order of strings?" (a b) (string>? a b))
  (string<= "(string<= a b [start-a end-a start-b end-b])\nIs A not behind B in the order of strings?" (a b) (string<=? a b))
  (string>= "(string>= a b [start-a end-a start-b end-b])\nIs A not before B in the order of strings?" (a b) (string>=? a b)))

(define-comparisons fold-chars
  (string-ci= "(string-ci= a b [start-a end-a start-b end-b])\nLike string=, without regard to case." (a b) (string=? a b))
  (string-ci<> "(string-ci<> a b [start-a end-a start-b end-b])\nLike string<>, without regard to case." (a b) (not (string=? a b)))
  (string-ci< "(string-ci< a b [start-a end-a start-b end-b])\nLike string<, without regard to case." (a b) (string<? a b))
  (string-ci> "(string-ci> a b [start-a end-a start-b end-b])\nLike string>, without regard to case." (a b) (string>? a b))
  (string-ci<= "(string-ci<= a b [start-a end-a start-b end-b])\nLike string<=, without regard to case." (a b) (string<=? a b))
  (string-ci>= "(string-ci>= a b [start-a end-a start-b end-b])\nLike string>=, without regard to case." (a b) (string>=? a b))
  (string-prefix-length-ci "(string-prefix-length-ci a b [start-a end-a start-b end-b])\nLike string-prefix-length, without regard to case."
   (a b) (string-prefix-length a b))
  (string-suffix-length-ci "(string-suffix-length-ci a b [start-a end-a start-b end-b])\nLike string-suffix-length, without regard to case."
   (a b) (string-suffix-length a b))
  (string-prefix-ci? "(string-prefix-ci? prefix string [prefix-start prefix-end start end])\nLike string-prefix?, without regard to case."
   (a b) (string-prefix? a b))
  (string-suffix-ci? "(string-suffix-ci? suffix string [suffix-start suffix-end start end])\nLike string-suffix?, without regard to case."
   (a b) (string-suffix? a b)))

(%define-ranged-twice (string-contains-ci string pattern) (start end pattern-start pattern-end)
  "(string-contains-ci string pattern [start end pattern-start pattern-end])\nLike string-contains, without regard to case."
  (let ((i (string-search-forward (fold-chars pattern pattern-start pattern-end) (fold-chars string start end))))
    (and i (+ i start))))

(define (hash-in-bound who hash bound)
  (if (not (or (not bound) (and (exact-integer? bound) (>= bound 0))))
      (%raise-type who 2 "an exact integer, not negative" bound))
  (if (and bound (> bound 0)) (modulo hash bound) hash))

(define hash
  (case-lambda
    ((string)
     "(string-hash string [bound [start end]])\nA number from 0 to BOUND - 1 (2^29 - 1), the same for equal strings."
     (string-hash string))
    ((string bound) (hash string bound 0 #f))
    ((string bound start) (hash string bound start #f))
    ((string bound start end)
     (let ((end (%string-end 'string-hash string 1 start end 3)))
       (hash-in-bound 'string-hash (string-hash (%part string start end)) bound)))))

(define string-hash-ci
  (case-lambda
    ((string)
     "(string-hash-ci string [bound [start end]])\nLike string-hash, the same for strings that string-ci= finds the same."
     (string-hash-ci string #f 0 #f))
    ((string bound) (string-hash-ci string bound 0 #f))
    ((string bound start) (string-hash-ci string bound start #f))
    ((string bound start end)
     (let ((end (%string-end 'string-hash-ci string 1 start end 3)))
       (hash-in-bound 'string-hash-ci (string-hash (fold-chars string start end)) bound)))))

;; --- case ------------------------------------------------------------------------------------------

(%define-ranged (upcase string) (string 1) (start end 2)
  "(string-upcase string [start end])\nThe characters of STRING from START up to END, in upper case."
  (string-upcase (%part string start end)))

(%define-ranged (downcase string) (string 1) (start end 2)
  "(string-downcase string [start end])\nThe characters of STRING from START up to END, in lower case."
  (string-downcase (%part string start end)))

(define (map-range! f string start end)
  (let loop ((i start))
    (if (< i end)
        (begin (string-set! string i (f (string-ref string i))) (loop (+ i 1))))))

(%define-ranged (string-upcase! string) (string 1) (start end 2)
  "(string-upcase! string [start end])\nMake each character of STRING upper case, one for one."
  (map-range! char-upcase string start end))

(%define-ranged (string-downcase! string) (string 1) (start end 2)
  "(string-downcase! string [start end])\nMake each character of STRING lower case, one for one."
  (map-range! char-downcase string start end))

(define (cased? c) (or (char-upper-case? c) (char-lower-case? c) (not (char=? c (char-downcase c)))))

(%define-ranged (string-titlecase! string) (string 1) (start end 2)
  "(string-titlecase! string [start end])\nMake the first of letters in a row title case and the others lower case."
  (let ((inside? #f))
    (map-range! (lambda (c)
                  (cond ((not (cased? c)) (set! inside? #f) c)
                        (inside? (char-downcase c))
                        (else (set! inside? #t) (char-titlecase c))))
                string start end)))

(%define-ranged (titlecase string) (string 1) (start end 2)
  "(string-titlecase string [start end])
The characters of STRING from START up to END, the first of letters in a row in title case, the others in lower case."
  (let ((copy (substring string start end)))
    (string-titlecase! copy)
    copy))

;; --- changing and visiting ---------------------------------------------------------------------------

(%define-ranged (string-reverse! string) (string 1) (start end 2)
  "(string-reverse! string [start end])\nReverse the characters of STRING from START up to END in their place."
  (string-copy! string start (string-reverse string start end)))

(define (range-argument? rest)
  (and (pair? rest) (not (string? (car rest)))))

(define map-string
  (case-lambda
    ((f string)
     "(string-map procedure string [start end])
The string of PROCEDURE's results, characters, for those of STRING; as in R7RS there may also be several strings."
     (string-map f string))
    ((f string . rest)
     (if (range-argument? rest)
         (string-map f (apply substring/shared string rest))
         (apply string-map f string rest)))))

(define for-each-char
  (case-lambda
    ((f string)
     "(string-for-each procedure string [start end])
Call PROCEDURE for the characters of STRING; as in R7RS there may also be several strings."
     (string-for-each f string))
    ((f string . rest)
     (if (range-argument? rest)
         (string-for-each f (apply substring/shared string rest))
         (apply string-for-each f string rest)))))

(%define-ranged (string-map! f string) (string 2) (start end 3)
  "(string-map! procedure string [start end])\nReplace each character of STRING by PROCEDURE's result for it."
  (map-range! f string start end))

(%define-ranged (string-for-each-index f string) (string 2) (start end 3)
  "(string-for-each-index procedure string [start end])\nCall PROCEDURE with each index of STRING, from the first on."
  (let loop ((i start))
    (if (< i end) (begin (f i) (loop (+ i 1))))))

(define xsubstring
  (case-lambda
    ((string from)
     "(xsubstring string from [to [start end]])
The characters FROM up to TO (as many as there are) of STRING repeated without end in both directions."
     (string-replicate string from (+ from (string-length string))))
    ((string from to) (string-replicate string from to))
    ((string from to start) (string-replicate string from to start))
    ((string from to start end) (string-replicate string from to start end))))

(define (string-xcopy! target at string from . rest)
  "(string-xcopy! target at string from [to [start end]])\nCopy what xsubstring would answer into TARGET, from AT on."
  (string-copy! target at (apply xsubstring string from rest)))

(define string-tokenize
  (case-lambda
    ((string)
     "(string-tokenize string [accept? [start end]])
The list of the longest parts of STRING whose characters ACCEPT? (char-set:graphic) accepts."
     (string-tokenize string char-set:graphic 0 #f))
    ((string accept?) (string-tokenize string accept? 0 #f))
    ((string accept? start) (string-tokenize string accept? start #f))
    ((string accept? start end)
     (let ((end (%string-end 'string-tokenize string 1 start end 3))
           (accept? (%char-test 'string-tokenize 2 accept?)))
       (let loop ((start start) (tokens '()))
         (let ((from (string-index string accept? start end)))
           (if from
               (let ((to (or (string-skip string accept? from end) end)))
                 (loop to (cons (substring string from to) tokens)))
               (reverse tokens))))))))

;; --- ranges of a program's own procedures --------------------------------------------------------------

(define (string-parse-start+end who string arguments)
  "(string-parse-start+end who string arguments)
Three values: what is left of the list ARGUMENTS behind an optional range of STRING, and the range's start and end."
  (let* ((start (if (pair? arguments) (car arguments) 0))
         (rest (if (pair? arguments) (cdr arguments) '()))
         (end (%string-end who string 1 start (and (pair? rest) (car rest)) 2)))
    (values (if (pair? rest) (cdr rest) '()) start end)))

(define (string-parse-final-start+end who string arguments)
  "(string-parse-final-start+end who string arguments)
Two values: start and end of the range of STRING that is all of the list ARGUMENTS."
  (let-values (((rest start end) (string-parse-start+end who string arguments)))
    (if (pair? rest) (%raise-type who 3 "at most a start and an end" arguments))
    (values start end)))

(define-syntax let-string-start+end
  (syntax-rules ()
    ((_ (start end) who string arguments body ...)
     (let-values (((start end) (string-parse-final-start+end who string arguments))) body ...))
    ((_ (start end rest) who string arguments body ...)
     (let-values (((rest start end) (string-parse-start+end who string arguments))) body ...))))

(define (check-substring-spec who string start end)
  "(check-substring-spec who string start end)\nRaise an error that names WHO unless START and END are a range of STRING."
  (%string-end who string 1 start end 2))

(define (substring-spec-ok? string start end)
  "(substring-spec-ok? string start end)\nAre START and END a range of STRING?"
  (and (string? string) (exact-integer? start) (exact-integer? end) (<= 0 start end (string-length string))))

;; --- searching piece by piece ------------------------------------------------------------------------------

(define make-kmp-restart-vector
  (case-lambda
    ((pattern)
     "(make-kmp-restart-vector pattern [same? [start end]])
For each index of PATTERN where a search goes on when the character there does not match, or -1 for the next one."
     (make-kmp-restart-vector pattern char=? 0 #f))
    ((pattern same?) (make-kmp-restart-vector pattern same? 0 #f))
    ((pattern same? start) (make-kmp-restart-vector pattern same? start #f))
    ((pattern same? start end)
     (let* ((end (%string-end 'make-kmp-restart-vector pattern 1 start end 3))
            (n (- end start))
            (restarts (make-vector n -1)))
       (define (char i) (string-ref pattern (+ start i)))
       ;; `k` characters before index i are the first of the pattern, too.
       (let loop ((i 1) (k 0))
         (cond ((>= i n))
               ((same? (char i) (char k))
                (vector-set! restarts i (vector-ref restarts k))
                (loop (+ i 1) (+ k 1)))
               (else
                (vector-set! restarts i k)
                (let back ((j (vector-ref restarts k)))
                  (if (and (>= j 0) (not (same? (char i) (char j))))
                      (back (vector-ref restarts j))
                      (loop (+ i 1) (+ j 1)))))))
       restarts))))

(define (kmp-step pattern restarts char i same? start)
  "(kmp-step pattern restarts char i same? start)
How many characters of PATTERN, which begins at START, match when CHAR follows the I that do."
  (let loop ((i i))
    (cond ((= i -1) 0)
          ((same? char (string-ref pattern (+ i start))) (+ i 1))
          (else (loop (vector-ref restarts i))))))

(define string-kmp-partial-search
  (case-lambda
    ((pattern restarts string i)
     "(string-kmp-partial-search pattern restarts string i [same? [pattern-start [start end]]])
Search on for PATTERN in STRING when I characters of it matched before: minus the index behind the match, or how many
characters match at the end of STRING."
     (string-kmp-partial-search pattern restarts string i char=? 0 0 #f))
    ((pattern restarts string i same?) (string-kmp-partial-search pattern restarts string i same? 0 0 #f))
    ((pattern restarts string i same? pattern-start)
     (string-kmp-partial-search pattern restarts string i same? pattern-start 0 #f))
    ((pattern restarts string i same? pattern-start start)
     (string-kmp-partial-search pattern restarts string i same? pattern-start start #f))
    ((pattern restarts string i same? pattern-start start end)
     (let ((end (%string-end 'string-kmp-partial-search string 3 start end 7))
           (n (vector-length restarts)))
       (let loop ((at start) (i i))
         (cond ((= i n) (- at))
               ((= at end) i)
               (else (loop (+ at 1) (kmp-step pattern restarts (string-ref string at) i same? pattern-start)))))))))
