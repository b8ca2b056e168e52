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
    ((f . vectors)
     (let ((n (%shortest-vector 'vector-map 2 vectors)))
       (let loop ((i 0) (results '()))
         (if (< i n)
             (loop (+ i 1) (cons (apply f (%vector-elements vectors i)) results))
             (%reverse->vector results n)))))))

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
    ((f . vectors)
     (let ((n (%shortest-vector 'vector-for-each 2 vectors)))
       (let loop ((i 0))
         (if (< i n)
             (begin (apply f (%vector-elements vectors i)) (loop (+ i 1)))))))))

(define vector-map!
  (case-lambda
    ((f vector)
     "(vector-map! procedure vector ...)
Replace each element of the first VECTOR by PROCEDURE's result for the elements of all."
     (let ((n (%length-of 'vector-map! 2 vector)))
       (let loop ((i 0))
         (if (< i n)
             (begin (vector-set! vector i (f (vector-ref vector i))) (loop (+ i 1)))))))
    ((f . vectors)
     (let ((n (%shortest-vector 'vector-map! 2 vectors)))
       (let loop ((i 0))
         (if (< i n)
             (begin (vector-set! (car vectors) i (apply f (%vector-elements vectors i)))
                    (loop (+ i 1)))))))))

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
    ((accept? . vectors)
     (let ((n (%shortest-vector 'vector-index 2 vectors)))
       (let loop ((i 0))
         (cond ((= i n) #f)
               ((apply accept? (%vector-elements vectors i)) i)
               (else (loop (+ i 1)))))))))

(define vector-fold
  (case-lambda
    ((f init vector)
     "(vector-fold procedure init vector ...)
(PROCEDURE ... (PROCEDURE (PROCEDURE INIT first) second) ... last); the shortest VECTOR ends it."
     (let ((n (%length-of 'vector-fold 3 vector)))
       (let loop ((i 0) (acc init))
         (if (< i n) (loop (+ i 1) (f acc (vector-ref vector i))) acc))))
    ((f init . vectors)
     (let ((n (%shortest-vector 'vector-fold 3 vectors)))
       (let loop ((i 0) (acc init))
         (if (< i n) (loop (+ i 1) (apply f acc (%vector-elements vectors i))) acc))))))

(define vector-count
  (case-lambda
    ((accept? vector)
     "(vector-count accept? vector ...)\nFor how many elements of the VECTORs is the answer of ACCEPT? not #f?"
     (let ((length (%length-of 'vector-count 2 vector)))
       (let loop ((i 0) (n 0))
         (if (< i length)
             (loop (+ i 1) (if (accept? (vector-ref vector i)) (+ n 1) n))
             n))))
    ((accept? . vectors)
     (let ((length (%shortest-vector 'vector-count 2 vectors)))
       (let loop ((i 0) (n 0))
         (if (< i length)
             (loop (+ i 1) (if (apply accept? (%vector-elements vectors i)) (+ n 1) n))
             n))))))

;; --- characters -------------------------------------------------------------------------------

;; In the order of enum unicode_category of src/text/unicode.h.
(define %categories
  '#(Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co))

(define (char-general-category char)
  "(char-general-category char)
The general category of CHAR in Unicode, a symbol: Lu, Ll, Nd, Zs and so on; Cn if no character has the number."
  (vector-ref %categories (%char-category char)))

;; --- strings ----------------------------------------------------------------------------------

(define string-map
  (case-lambda
    ((f string)
     "(string-map procedure string ...)
The string of PROCEDURE's results, characters, for the characters of the STRINGs."
     (list->string (%map1 f (string->list string))))
    ((f . strings)
     (list->string (apply map f (%map1 string->list strings))))))

(define string-for-each
  (case-lambda
    ((f string)
     "(string-for-each procedure string ...)
Call PROCEDURE for the characters of the STRINGs, from the first on."
     (let ((n (string-length string)))
       (let loop ((i 0))
         (if (< i n)
             (begin (f (string-ref string i)) (loop (+ i 1)))))))
    ((f . strings)
     (let ((n (apply min (map string-length strings))))
       (let loop ((i 0))
         (if (< i n)
             (begin (apply f (%map1 (lambda (s) (string-ref s i)) strings))
                    (loop (+ i 1)))))))))

(define (string-count string accept?)
  "(string-count string accept?)
How many characters of STRING does ACCEPT? (a procedure or a character) accept?"
  (let ((accept? (%char-test accept?)))
    (let loop ((i 0) (n 0))
      (if (< i (string-length string))
          (loop (+ i 1) (if (accept? (string-ref string i)) (+ n 1) n))
          n))))

(define (%char-test x)
  (if (char? x) (lambda (c) (char=? c x)) x))

(define string-index
  (case-lambda
    ((string accept?)
     "(string-index string accept? [start])
The index of the first character of STRING that ACCEPT? (a procedure or a character) accepts, or #f."
     (string-index string accept? 0))
    ((string accept? start)
     (let ((accept? (%char-test accept?)) (n (string-length string)))
       (let loop ((i start))
         (cond ((>= i n) #f)
               ((accept? (string-ref string i)) i)
               (else (loop (+ i 1)))))))))

(define (string-rindex string accept?)
  "(string-rindex string accept?)
The index of the last character of STRING that ACCEPT? (a procedure or a character) accepts, or #f."
  (let ((accept? (%char-test accept?)))
    (let loop ((i (- (string-length string) 1)))
      (cond ((< i 0) #f)
            ((accept? (string-ref string i)) i)
            (else (loop (- i 1)))))))

(define (string-contains string pattern)
  "(string-contains string pattern)\nThe index at which PATTERN first occurs in STRING, or #f."
  (string-search-forward pattern string 0))

(define (string-prefix? prefix string)
  "(string-prefix? prefix string)\nDoes STRING begin with PREFIX?"
  (let ((n (string-length prefix)))
    (and (<= n (string-length string))
         (string=? prefix (substring string 0 n)))))

(define (string-suffix? suffix string)
  "(string-suffix? suffix string)\nDoes STRING end with SUFFIX?"
  (let ((n (string-length suffix)) (length (string-length string)))
    (and (<= n length)
         (string=? suffix (substring string (- length n) length)))))

(define (string-null? string)
  "(string-null? string)\nIs STRING empty?"
  (= (string-length string) 0))

(define string-join
  (case-lambda
    ((strings)
     "(string-join strings [separator])
The STRINGS, a list, in one string with SEPARATOR (one space) between them."
     (string-join strings " "))
    ((strings separator)
     (let ((port (open-output-string)))
       (let loop ((l strings))
         (if (pair? l)
             (begin
               (if (not (eq? l strings)) (%write-string port separator 0 (string-length separator)))
               (%write-string port (car l) 0 (string-length (car l)))
               (loop (cdr l)))))
       (get-output-string port)))))

(define string-split
  (case-lambda
    ((string)
     "(string-split string [separator])
The list of the parts of STRING between SEPARATORs, a character or a procedure.  Without SEPARATOR the words
between white space."
     (remove string-null? (string-split string char-whitespace?)))
    ((string separator)
     (let ((separator? (%char-test separator)) (n (string-length string)))
       (let loop ((i 0) (start 0))
         (cond ((= i n) (list (substring string start n)))
               ((separator? (string-ref string i))
                (let ((part (substring string start i)))
                  (cons part (loop (+ i 1) (+ i 1)))))
               (else (loop (+ i 1) start))))))))

(define (%trim-start string)
  (let loop ((i 0))
    (if (and (< i (string-length string)) (char-whitespace? (string-ref string i)))
        (loop (+ i 1))
        i)))

(define (%trim-end string start)
  (let loop ((i (string-length string)))
    (if (and (> i start) (char-whitespace? (string-ref string (- i 1))))
        (loop (- i 1))
        i)))

(define (string-trim string)
  "(string-trim string)\nSTRING without white space at its beginning and end."
  (let ((start (%trim-start string)))
    (substring string start (%trim-end string start))))

(define (string-trim-left string)
  "(string-trim-left string)\nSTRING without white space at its beginning."
  (substring string (%trim-start string) (string-length string)))

(define (string-trim-right string)
  "(string-trim-right string)\nSTRING without white space at its end."
  (substring string 0 (%trim-end string 0)))

(define (%padding n char)
  (make-string (max n 0) char))

(define string-pad-left
  (case-lambda
    ((string n)
     "(string-pad-left string n [char])
STRING in N characters: filled with CHAR (space) on its left, or its last N characters."
     (string-pad-left string n #\space))
    ((string n char)
     (let ((length (string-length string)))
       (if (> length n)
           (substring string (- length n) length)
           (string-append (%padding (- n length) char) string))))))

(define string-pad-right
  (case-lambda
    ((string n)
     "(string-pad-right string n [char])
STRING in N characters: filled with CHAR (space) on its right, or its first N characters."
     (string-pad-right string n #\space))
    ((string n char)
     (let ((length (string-length string)))
       (if (> length n)
           (substring string 0 n)
           (string-append string (%padding (- n length) char)))))))

(define (string-reverse string)
  "(string-reverse string)\nThe characters of STRING from the last to the first."
  (list->string (reverse (string->list string))))

(define (string-concatenate strings)
  "(string-concatenate strings)\nThe STRINGS, a list, in one string."
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
