;;; Strings, vectors and bytevectors: the procedures that call procedures, joining and splitting.

;; --- vectors ----------------------------------------------------------------------------------

;; The length of `vector`, argument number `argument` of `who`.
(define (%length-of who argument vector)
  (if (vector? vector) (vector-length vector) (%raise-type who argument "a vector" vector)))

;; The length of the shortest of `vectors`, the first of which is argument number `argument` of `who`.
(define (%shortest-vector who argument vectors)
  (let loop ((l (cdr vectors)) (i (+ argument 1)) (n (%length-of who argument (car vectors))))
    (if (pair? l)
        (loop (cdr l) (+ i 1) (min n (%length-of who i (car l))))
        n)))

;; The list of the elements at `i` of `vectors`.
(define (%vector-elements vectors i)
  (if (null? vectors)
      '()
      (cons (vector-ref (car vectors) i) (%vector-elements (cdr vectors) i))))

(define vector-map
  (case-lambda
    ((f vector)
     "(vector-map procedure vector ...)\nThe vector of PROCEDURE's results for the elements of the VECTORs."
     (let ((n (%length-of 'vector-map 2 vector)))
       (let loop ((i 0) (results '()))
         (if (< i n)
             (loop (+ i 1) (cons (f (vector-ref vector i)) results))
             (%reverse->vector results n)))))
    ((f vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-map 2 vectors)))
         (let loop ((i 0) (results '()))
           (if (< i n)
               (loop (+ i 1) (cons (apply f (%vector-elements vectors i)) results))
               (%reverse->vector results n))))))))

(define (%reverse->vector list n)
  (let ((vector (make-vector n #f)))
    (let loop ((i (- n 1)) (l list))
      (if (< i 0)
          vector
          (begin (vector-set! vector i (car l)) (loop (- i 1) (cdr l)))))))

(define vector-for-each
  (case-lambda
    ((f vector)
     "(vector-for-each procedure vector ...)
Call PROCEDURE for the elements of the VECTORs, from the first on."
     (let ((n (%length-of 'vector-for-each 2 vector)))
       (let loop ((i 0))
         (if (< i n)
             (begin (f (vector-ref vector i)) (loop (+ i 1)))))))
    ((f vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-for-each 2 vectors)))
         (let loop ((i 0))
           (if (< i n)
               (begin (apply f (%vector-elements vectors i)) (loop (+ i 1))))))))))

(define vector-map!
  (case-lambda
    ((f vector)
     "(vector-map! procedure vector ...)
Replace each element of the first VECTOR by PROCEDURE's result for the elements of all."
     (let ((n (%length-of 'vector-map! 2 vector)))
       (let loop ((i 0))
         (if (< i n)
             (begin (vector-set! vector i (f (vector-ref vector i))) (loop (+ i 1)))))))
    ((f vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-map! 2 vectors)))
         (let loop ((i 0))
           (if (< i n)
               (begin (vector-set! (car vectors) i (apply f (%vector-elements vectors i)))
                      (loop (+ i 1))))))))))

(define (vector-tabulate f n)
  "(vector-tabulate procedure n)\nThe vector of PROCEDURE's results for 0, 1, ... N - 1."
  (list->vector (list-tabulate n f)))

(define vector-index
  (case-lambda
    ((accept? vector)
     "(vector-index accept? vector ...)\nThe index of the first elements of the VECTORs that ACCEPT? accepts, or #f."
     (let ((n (%length-of 'vector-index 2 vector)))
       (let loop ((i 0))
         (cond ((= i n) #f)
               ((accept? (vector-ref vector i)) i)
               (else (loop (+ i 1)))))))
    ((accept? vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-index 2 vectors)))
         (let loop ((i 0))
           (cond ((= i n) #f)
                 ((apply accept? (%vector-elements vectors i)) i)
                 (else (loop (+ i 1))))))))))

(define vector-fold
  (case-lambda
    ((f init vector)
     "(vector-fold procedure init vector ...)
(PROCEDURE ... (PROCEDURE (PROCEDURE INIT first) second) ... last); the shortest VECTOR ends it."
     (let ((n (%length-of 'vector-fold 3 vector)))
       (let loop ((i 0) (acc init))
         (if (< i n) (loop (+ i 1) (f acc (vector-ref vector i))) acc))))
    ((f init vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-fold 3 vectors)))
         (let loop ((i 0) (acc init))
           (if (< i n) (loop (+ i 1) (apply f acc (%vector-elements vectors i))) acc)))))))

(define vector-count
  (case-lambda
    ((accept? vector)
     "(vector-count accept? vector ...)\nFor how many elements of the VECTORs is the answer of ACCEPT? not #f?"
     (let ((length (%length-of 'vector-count 2 vector)))
       (let loop ((i 0) (n 0))
         (if (< i length)
             (loop (+ i 1) (if (accept? (vector-ref vector i)) (+ n 1) n))
             n))))
    ((accept? vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((length (%shortest-vector 'vector-count 2 vectors)))
         (let loop ((i 0) (n 0))
           (if (< i length)
               (loop (+ i 1) (if (apply accept? (%vector-elements vectors i)) (+ n 1) n))
               n)))))))

;; --- characters -------------------------------------------------------------------------------

;; In the order of enum unicode_category of src/text/unicode.h.
(define %categories
  '#(Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co))

(define (char-general-category char)
  "(char-general-category char)
The general category of CHAR in Unicode, a symbol: Lu, Ll, Nd, Zs and so on; Cn if no character has the number."
  (vector-ref %categories (%char-category char)))

;; --- strings ----------------------------------------------------------------------------------

;; Check that `string`, argument `position`, is one, and that start and end, from argument `next` on, are a range of it.
;; Without an end (#f) it is the string's own.  Answers the end.
(define (%string-end who string position start end next)
  (if (not (string? string)) (%raise-type who position "a string" string))
  (let* ((length (string-length string)) (stop (or end length)))
    (define (check where x low high)
      (if (not (and (exact-integer? x) (<= low x high)))
          (%raise-range who where
                        (string-append "an index from " (number->string low) " to " (number->string high))
                        x)))
    (check (+ next 1) stop 0 length)
    (check next start 0 stop)
    stop))

;; A procedure whose last arguments are an optional range of its argument `string`, which is number `position`; the
;; range begins with number `next`.
(define-syntax %define-ranged
  (syntax-rules ()
    ((_ (name required ...) (string position) (start end next) documentation body ...)
     (define name
       (case-lambda
         ((required ...) documentation (name required ... 0 #f))
         ((required ... start) (name required ... start #f))
         ((required ... start end)
          (let ((end (%string-end 'name string position start end next)))
            body ...)))))))

;; The same for two strings, arguments 1 and 2, and their ranges.
(define-syntax %define-ranged-twice
  (syntax-rules ()
    ((_ (name a b) (start-a end-a start-b end-b) documentation body ...)
     (define name
       (case-lambda
         ((a b) documentation (name a b 0 #f 0 #f))
         ((a b start-a) (name a b start-a #f 0 #f))
         ((a b start-a end-a) (name a b start-a end-a 0 #f))
         ((a b start-a end-a start-b) (name a b start-a end-a start-b #f))
         ((a b start-a end-a start-b end-b)
          (let ((end-a (%string-end 'name a 1 start-a end-a 3))
                (end-b (%string-end 'name b 2 start-b end-b 5)))
            body ...)))))))

(define string-map
  (case-lambda
    ((f string)
     "(string-map procedure string ...)
The string of PROCEDURE's results, characters or strings, for the characters of the STRINGs."
     (let ((n (string-length string)))
       (let loop ((i 0) (results '()))
         (if (< i n)
             (loop (+ i 1) (cons (f (string-ref string i)) results))
             (%parts->string 'string-map 1 (reverse results))))))
    ((f string-1 . more)
     (%parts->string 'string-map 1 (apply map f (%map1 string->list (cons string-1 more)))))))

;; The string of a list of characters and strings, the results of a procedure, argument `position` of `who`.
(define (%parts->string who position parts)
  (let loop ((l parts))
    (cond ((null? l) (list->string parts))
          ((char? (car l)) (loop (cdr l)))
          (else
           (string-concatenate
            (%map1 (lambda (part)
                     (cond ((string? part) part)
                           ((char? part) (string part))
                           (else (%raise-type who position "a procedure that returns characters or strings" part))))
                   parts))))))

(define string-for-each
  (case-lambda
    ((f string)
     "(string-for-each procedure string ...)
Call PROCEDURE for the characters of the STRINGs, from the first on."
     (let ((n (string-length string)))
       (let loop ((i 0))
         (if (< i n)
             (begin (f (string-ref string i)) (loop (+ i 1)))))))
    ((f string-1 . more)
     (let ((strings (cons string-1 more)))
       (let ((n (apply min (map string-length strings))))
         (let loop ((i 0))
           (if (< i n)
               (begin (apply f (%map1 (lambda (s) (string-ref s i)) strings))
                      (loop (+ i 1))))))))))

;; What makes a predicate of a set of characters, once there are any: (ringlet char-sets) says.
(define %char-set-test #f)
(define (%set-char-set-test! procedure) (set! %char-set-test procedure))

;; A predicate for argument `position`, a predicate, a character or a set of characters.
(define (%char-test who position x)
  (or (%criterion->test x)
      (%raise-type who position "a predicate, a character or a char-set" x)))

(define (%criterion->test x)
  (cond ((procedure? x) x)
        ((char? x) (lambda (c) (eq? c x)))
        (else (and %char-set-test (%char-set-test x)))))

;; The first index of `string` from `i` up to `end` whose character is accepted, or #f; and the last one.
(define (%string-index string accept? i end)
  (let loop ((i i))
    (cond ((>= i end) #f)
          ((accept? (string-ref string i)) i)
          (else (loop (+ i 1))))))

(define (%string-index-right string accept? start end)
  (let loop ((i (- end 1)))
    (cond ((< i start) #f)
          ((accept? (string-ref string i)) i)
          (else (loop (- i 1))))))

(define (%complement accept?) (lambda (c) (not (accept? c))))

(%define-ranged (string-index string accept?) (string 1) (start end 3)
  "(string-index string accept? [start end])
The index of the first character of STRING that ACCEPT? (a predicate, a character or a char-set) accepts, or #f."
  (%string-index string (%char-test 'string-index 2 accept?) start end))

(%define-ranged (string-index-right string accept?) (string 1) (start end 3)
  "(string-index-right string accept? [start end])
The index of the last character of STRING that ACCEPT? (a predicate, a character or a char-set) accepts, or #f."
  (%string-index-right string (%char-test 'string-index-right 2 accept?) start end))

(define string-rindex string-index-right)

(%define-ranged (string-skip string accept?) (string 1) (start end 3)
  "(string-skip string accept? [start end])
The index of the first character of STRING that ACCEPT? (a predicate, a character or a char-set) refuses, or #f."
  (%string-index string (%complement (%char-test 'string-skip 2 accept?)) start end))

(%define-ranged (string-skip-right string accept?) (string 1) (start end 3)
  "(string-skip-right string accept? [start end])
The index of the last character of STRING that ACCEPT? (a predicate, a character or a char-set) refuses, or #f."
  (%string-index-right string (%complement (%char-test 'string-skip-right 2 accept?)) start end))

(%define-ranged (string-count string accept?) (string 1) (start end 3)
  "(string-count string accept? [start end])
How many characters of STRING ACCEPT? (a predicate, a character or a char-set) accepts."
  (let ((accept? (%char-test 'string-count 2 accept?)))
    (let loop ((i start) (n 0))
      (if (< i end)
          (loop (+ i 1) (if (accept? (string-ref string i)) (+ n 1) n))
          n))))

(%define-ranged-twice (string-contains string pattern) (start end pattern-start pattern-end)
  "(string-contains string pattern [start end pattern-start pattern-end])
The index at which PATTERN first occurs in STRING, or #f."
  (string-search-forward (%part pattern pattern-start pattern-end) string start end))

;; The substring, or the string itself if it is all of it.
(define (%part string start end)
  (if (and (= start 0) (= end (string-length string)))
      string
      (substring string start end)))

;; Are the characters of `a` from `i` up to `end` those of `b` from `j` on?
(define (%same-part? a i end b j)
  (let loop ((i i) (j j))
    (or (= i end)
        (and (eq? (string-ref a i) (string-ref b j))
             (loop (+ i 1) (+ j 1))))))

(%define-ranged-twice (string-prefix? prefix string) (prefix-start prefix-end start end)
  "(string-prefix? prefix string [prefix-start prefix-end start end])\nDoes STRING begin with PREFIX?"
  (and (<= (- prefix-end prefix-start) (- end start))
       (%same-part? prefix prefix-start prefix-end string start)))

(%define-ranged-twice (string-suffix? suffix string) (suffix-start suffix-end start end)
  "(string-suffix? suffix string [suffix-start suffix-end start end])\nDoes STRING end with SUFFIX?"
  (let ((n (- suffix-end suffix-start)))
    (and (<= n (- end start))
         (%same-part? suffix suffix-start suffix-end string (- end n)))))

(define (string-null? string)
  "(string-null? string)\nIs STRING empty?"
  (= (string-length string) 0))

(define (%check-strings who position strings)
  (let loop ((l strings))
    (if (pair? l)
        (begin
          (if (not (string? (car l))) (%raise-type who position "a list of strings" strings))
          (loop (cdr l)))
        (%end-of-list who position l strings))))

(define (%check-grammar who position grammar)
  (if (not (memq grammar '(infix strict-infix prefix suffix)))
      (%raise-type who position "one of infix, strict-infix, prefix and suffix" grammar)))

(define string-join
  (case-lambda
    ((strings)
     "(string-join strings [separator [grammar]])
The STRINGS, a list, in one string with SEPARATOR (one space) between them.  With GRAMMAR prefix or suffix it is
before or behind each of them; strict-infix makes an empty list an error."
     (string-join strings " " 'infix))
    ((strings separator) (string-join strings separator 'infix))
    ((strings separator grammar)
     (%check-strings 'string-join 1 strings)
     (if (not (string? separator)) (%raise-type 'string-join 2 "a string" separator))
     (%check-grammar 'string-join 3 grammar)
     (if (and (null? strings) (eq? grammar 'strict-infix))
         (%raise-type 'string-join 1 "a list that is not empty" strings))
     (let ((port (open-output-string)))
       (define (put string) (%write-string port string 0 (string-length string)))
       (let loop ((l strings))
         (if (pair? l)
             (begin
               (if (or (eq? grammar 'prefix) (not (or (eq? l strings) (eq? grammar 'suffix)))) (put separator))
               (put (car l))
               (if (eq? grammar 'suffix) (put separator))
               (loop (cdr l)))))
       (get-output-string port)))))

(define string-split
  (case-lambda
    ((string)
     "(string-split string [separator [grammar [limit [start end]]]])
The list of the parts of STRING between SEPARATORs: a string, or a predicate, character or char-set for one character.
Without SEPARATOR the words between white space.  An empty STRING has no parts.  With GRAMMAR prefix or suffix an
empty first or last part is left out; strict-infix makes an empty STRING an error.  With LIMIT, a number, at most so
many separators count."
     (remove string-null? (string-split string char-whitespace?)))
    ((string separator) (string-split string separator 'infix #f 0 #f))
    ((string separator grammar) (string-split string separator grammar #f 0 #f))
    ((string separator grammar limit) (string-split string separator grammar limit 0 #f))
    ((string separator grammar limit start) (string-split string separator grammar limit start #f))
    ((string separator grammar limit start end)
     (let ((end (%string-end 'string-split string 1 start end 5))
           (find-next (%separator-search 'string-split string separator)))
       (%check-grammar 'string-split 3 grammar)
       (if limit (%check-index 'string-split 4 limit))
       (if (= start end)
           (if (eq? grammar 'strict-infix) (%raise-type 'string-split 1 "a string that is not empty" string) '())
           (let ((parts (%split-parts string find-next (or limit -1) start end)))
             (if (and (eq? grammar 'prefix) (string-null? (car parts))) (cdr parts)
                 (if (and (eq? grammar 'suffix) (string-null? (last parts))) (list-head parts (- (length parts) 1))
                     parts))))))))

;; A procedure from a start and an end to where the next separator begins (or #f), and where it ends.
(define (%separator-search who string separator)
  (cond ((not (string? separator))
         (let ((separator? (or (%criterion->test separator)
                               (%raise-type who 2 "a string, a predicate, a character or a char-set" separator))))
           (lambda (start end)
             (let ((i (%string-index string separator? start end))) (values i (if i (+ i 1) end))))))
        ((string-null? separator)  ; between any two characters
         (lambda (start end)
           (if (< (+ start 1) end) (values (+ start 1) (+ start 1)) (values #f end))))
        (else
         (lambda (start end)
           (let ((i (string-search-forward separator string start end)))
             (values i (if i (+ i (string-length separator)) end)))))))

(define (%split-parts string find-next limit start end)
  (let loop ((start start) (limit limit) (parts '()))
    (receive (i next) (if (= limit 0) (values #f end) (find-next start end))
      (if i
          (loop next (- limit 1) (cons (substring string start i) parts))
          (reverse (cons (substring string start end) parts))))))

;; Where what is left of a range begins, and ends, when the accepted characters at its ends are taken off.
(define (%trim-start string accept? start end)
  (or (%string-index string (%complement accept?) start end) end))
(define (%trim-end string accept? start end)
  (let ((i (%string-index-right string (%complement accept?) start end)))
    (if i (+ i 1) start)))

(define-syntax %define-trimmer
  (syntax-rules ()
    ((_ name (string accept? start end) documentation result)
     (define name
       (case-lambda
         ((string) documentation (name string char-whitespace? 0 #f))
         ((string accept?) (name string accept? 0 #f))
         ((string accept? start) (name string accept? start #f))
         ((string accept? start end)
          (let ((end (%string-end 'name string 1 start end 3))
                (accept? (%char-test 'name 2 accept?)))
            result)))))))

(%define-trimmer string-trim (string accept? start end)
  "(string-trim string [accept? [start end]])
STRING without the characters at its beginning that ACCEPT? (white space; a predicate, a character or a char-set)
accepts."
  (substring string (%trim-start string accept? start end) end))

(%define-trimmer string-trim-right (string accept? start end)
  "(string-trim-right string [accept? [start end]])
STRING without the characters at its end that ACCEPT? (white space; a predicate, a character or a char-set) accepts."
  (substring string start (%trim-end string accept? start end)))

(%define-trimmer string-trim-both (string accept? start end)
  "(string-trim-both string [accept? [start end]])
STRING without the characters at its beginning and end that ACCEPT? (white space; a predicate, a character or a
char-set) accepts."
  (let ((start (%trim-start string accept? start end)))
    (substring string start (%trim-end string accept? start end))))

(define-syntax %define-padder
  (syntax-rules ()
    ((_ name (string n char start end size) documentation result)
     (define name
       (case-lambda
         ((string n) documentation (name string n #\space 0 #f))
         ((string n char) (name string n char 0 #f))
         ((string n char start) (name string n char start #f))
         ((string n char start end)
          (let* ((end (%string-end 'name string 1 start end 4)) (size (- end start)))
            (%check-index 'name 2 n)
            result)))))))

(%define-padder string-pad (string n char start end size)
  "(string-pad string n [char [start end]])
STRING in N characters: filled with CHAR (space) on its left, or its last N characters."
  (if (>= size n)
      (substring string (- end n) end)
      (string-append (make-string (- n size) char) (%part string start end))))

(define string-pad-left string-pad)

(%define-padder string-pad-right (string n char start end size)
  "(string-pad-right string n [char [start end]])
STRING in N characters: filled with CHAR (space) on its right, or its first N characters."
  (if (>= size n)
      (substring string start (+ start n))
      (string-append (%part string start end) (make-string (- n size) char))))

(%define-ranged (string-reverse string) (string 1) (start end 2)
  "(string-reverse string [start end])\nThe characters of STRING from the last to the first."
  (list->string (reverse (string->list string start end))))

(define (string-concatenate strings)
  "(string-concatenate strings)\nThe STRINGS, a list, in one string."
  (%check-strings 'string-concatenate 1 strings)
  (string-join strings ""))

(define (string-replace-all string pattern replacement)
  "(string-replace-all string pattern replacement)
STRING with REPLACEMENT in the place of each occurrence of PATTERN, which is not empty."
  (let ((n (string-length pattern)))
    (if (= n 0) (%raise-type 'string-replace-all 2 "a string that is not empty" pattern))
    (let loop ((start 0) (parts '()))
      (let ((i (string-search-forward pattern string start)))
        (if i
            (loop (+ i n) (cons replacement (cons (substring string start i) parts)))
            (string-concatenate
             (reverse (cons (substring string start (string-length string)) parts))))))))

(define (symbol-append . symbols)
  "(symbol-append symbol ...)\nThe symbol whose name is those of the SYMBOLs, one after the other."
  (string->symbol (apply string-append (map symbol->string symbols))))
