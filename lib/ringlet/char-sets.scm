;;; The body of (ringlet char-sets): sets of characters as sorted bounds.
;;;
;;; The bounds of a set are a vector of code points in increasing order: the first character inside, the first outside
;;; again, the first inside, and so on; their number is even.  So a character is inside when an odd number of bounds is
;;; not above it.  Surrogates are no characters and in no set.  Sets never change.
;;;
;;; The standard sets hold a procedure in the place of their bounds until one of them is asked for, so that importing
;;; the library costs nothing.  `%latin` is #f or a byte vector that answers for the first 256 characters.

(define-record-type character-set
  (make-set %bounds %latin)
  char-set?
  (%bounds set-bounds set-set-bounds!)
  (%latin set-latin set-set-latin!))

(define limit #x110000)

(define (bounds->char-set bounds)
  "(bounds->char-set bounds)\nThe set with BOUNDS, a vector as char-set-bounds answers it."
  (make-set bounds #f))

(define (bounds-of who position cs)
  (if (not (char-set? cs)) (%raise-type who position "a char-set" cs))
  (let ((bounds (set-bounds cs)))
    (if (vector? bounds)
        bounds
        (let ((bounds (bounds)))
          (set-set-bounds! cs bounds)
          bounds))))

(define (char-set-bounds cs)
  "(char-set-bounds char-set)
The bounds of the ranges of CHAR-SET, a vector of code points that must not be changed: the first character inside, the
first outside again, and so on."
  (bounds-of 'char-set-bounds 1 cs))

(define (check-char who position x)
  (if (not (char? x)) (%raise-type who position "a character" x)))

(define (check-chars who position list)
  (let loop ((l list))
    (cond ((pair? l)
           (if (not (char? (car l))) (%raise-type who position "a list of characters" list))
           (loop (cdr l)))
          ((not (null? l)) (%raise-type who position "a list of characters" list)))))

;; --- bounds ----------------------------------------------------------------------------------------

(define (reversed->bounds reversed)
  (list->vector (reverse reversed)))

;; The bounds of what `inside?` says of being in `a` and in `b`; it says #f of being in neither.
(define (combine a b inside?)
  (let ((n (vector-length a)) (m (vector-length b)))
    (let loop ((i 0) (j 0) (in? #f) (bounds '()))
      (if (and (= i n) (= j m))
          (reversed->bounds bounds)
          (let* ((x (if (< i n) (vector-ref a i) limit))
                 (y (if (< j m) (vector-ref b j) limit))
                 (at (if (< x y) x y))
                 (i (if (and (= x at) (< i n)) (+ i 1) i))
                 (j (if (and (= y at) (< j m)) (+ j 1) j))
                 (now? (inside? (odd? i) (odd? j))))
            (loop i j now? (if (eq? now? in?) bounds (cons at bounds))))))))

(define (either? a b) (or a b))
(define (both? a b) (and a b))
(define (first-only? a b) (and a (not b)))
(define (one-only? a b) (not (eq? a b)))

(define no-bounds (vector))
(define full-bounds (vector 0 #xd800 #xe000 limit))

;; The bounds of a list of characters in any order.
(define (chars->bounds chars)
  (let loop ((codes (list-sort < (map char->integer chars))) (bounds '()))
    (cond ((null? codes) (reversed->bounds bounds))
          ((and (pair? bounds) (<= (car codes) (car bounds)))
           (loop (cdr codes)
                 (if (= (car codes) (car bounds)) (cons (+ (car codes) 1) (cdr bounds)) bounds)))
          (else (loop (cdr codes) (cons (+ (car codes) 1) (cons (car codes) bounds)))))))

;; How many bounds are not above `code`: odd inside of the set.
(define (bounds-below bounds code)
  (let loop ((low 0) (high (vector-length bounds)))
    (if (= low high)
        low
        (let ((middle (quotient (+ low high) 2)))
          (if (<= (vector-ref bounds middle) code)
              (loop (+ middle 1) high)
              (loop low middle))))))

(define (make-latin bounds)
  (let ((latin (make-bytevector 256 0)))
    (let loop ((i 0))
      (if (and (< i (vector-length bounds)) (< (vector-ref bounds i) 256))
          (let ((end (min 256 (vector-ref bounds (+ i 1)))))
            (do ((code (vector-ref bounds i) (+ code 1)))
                ((= code end))
              (bytevector-u8-set! latin code 1))
            (loop (+ i 2)))))
    latin))

(define (char-set-contains? cs char)
  "(char-set-contains? char-set char)\nIs CHAR in CHAR-SET?"
  (if (not (char? char)) (check-char 'char-set-contains? 2 char))
  (let ((code (char->integer char)))
    (if (< code 256)
        (= 1 (bytevector-u8-ref (char-set-latin cs) code))
        (odd? (bounds-below (bounds-of 'char-set-contains? 1 cs) code)))))

(define (char-set-latin cs)
  "(char-set-latin char-set)\nA byte vector with 1 for each of the first 256 characters that is in CHAR-SET; it must not be changed."
  (if (not (char-set? cs)) (bounds-of 'char-set-contains? 1 cs))
  (or (set-latin cs)
      (let ((latin (make-latin (bounds-of 'char-set-contains? 1 cs))))
        (set-set-latin! cs latin)
        latin)))

;; --- visiting --------------------------------------------------------------------------------------

;; (f char acc) for the characters in increasing order, until one answers with the object `stop`.
(define (fold-bounds f init bounds stop)
  (let ranges ((i 0) (acc init))
    (if (= i (vector-length bounds))
        acc
        (let ((end (vector-ref bounds (+ i 1))))
          (let loop ((code (vector-ref bounds i)) (acc acc))
            (cond ((eq? acc stop) acc)
                  ((< code end) (loop (+ code 1) (f (integer->char code) acc)))
                  (else (ranges (+ i 2) acc))))))))

(define never (list 'never))

(define (char-set-fold f init cs)
  "(char-set-fold procedure init char-set)
(PROCEDURE char result) for each character of CHAR-SET in increasing order, beginning with INIT as result."
  (fold-bounds f init (bounds-of 'char-set-fold 3 cs) never))

(define (char-set-for-each f cs)
  "(char-set-for-each procedure char-set)\nCall PROCEDURE for each character of CHAR-SET, in increasing order."
  (fold-bounds (lambda (c acc) (f c) acc) #f (bounds-of 'char-set-for-each 2 cs) never))

(define (char-set->list cs)
  "(char-set->list char-set)\nThe list of the characters of CHAR-SET in increasing order."
  (reverse (fold-bounds cons '() (bounds-of 'char-set->list 1 cs) never)))

(define (char-set->string cs)
  "(char-set->string char-set)\nThe characters of CHAR-SET in increasing order, as a string."
  (list->string (char-set->list cs)))

(define (bounds-size bounds)
  (let loop ((i 0) (n 0))
    (if (= i (vector-length bounds))
        n
        (loop (+ i 2) (+ n (- (vector-ref bounds (+ i 1)) (vector-ref bounds i)))))))

(define (char-set-size cs)
  "(char-set-size char-set)\nHow many characters CHAR-SET has."
  (bounds-size (bounds-of 'char-set-size 1 cs)))

(define (char-set-count accept? cs)
  "(char-set-count accept? char-set)\nHow many characters of CHAR-SET ACCEPT? accepts."
  (fold-bounds (lambda (c n) (if (accept? c) (+ n 1) n)) 0 (bounds-of 'char-set-count 2 cs) never))

(define (char-set-every accept? cs)
  "(char-set-every accept? char-set)
The last of ACCEPT?'s answers for the characters of CHAR-SET, or #f as soon as it answers #f; #t for the empty set."
  (fold-bounds (lambda (c answer) (accept? c)) #t (bounds-of 'char-set-every 2 cs) #f))

(define (char-set-any accept? cs)
  "(char-set-any accept? char-set)\nThe first answer of ACCEPT? for a character of CHAR-SET that is not #f, or #f."
  (let ((bounds (bounds-of 'char-set-any 2 cs)))
    (let ranges ((i 0))
      (and (< i (vector-length bounds))
           (let ((end (vector-ref bounds (+ i 1))))
             (let loop ((code (vector-ref bounds i)))
               (if (< code end)
                   (or (accept? (integer->char code)) (loop (+ code 1)))
                   (ranges (+ i 2)))))))))

;; A cursor is the code point of its character; the one behind the last is `limit`.
(define (cursor-from bounds code)
  (let ((i (bounds-below bounds code)))
    (cond ((odd? i) code)
          ((< i (vector-length bounds)) (vector-ref bounds i))
          (else limit))))

(define (check-cursor who position cursor)
  (if (not (and (exact-integer? cursor) (<= 0 cursor limit)))
      (%raise-type who position "a cursor" cursor)))

(define (char-set-cursor cs)
  "(char-set-cursor char-set)\nA cursor at the first character of CHAR-SET."
  (cursor-from (bounds-of 'char-set-cursor 1 cs) 0))

(define (char-set-ref cs cursor)
  "(char-set-ref char-set cursor)\nThe character of CHAR-SET at CURSOR, which is not at its end."
  (bounds-of 'char-set-ref 1 cs)
  (check-cursor 'char-set-ref 2 cursor)
  (if (= cursor limit) (%raise-type 'char-set-ref 2 "a cursor that is not at the end" cursor))
  (integer->char cursor))

(define (char-set-cursor-next cs cursor)
  "(char-set-cursor-next char-set cursor)\nThe cursor at the character of CHAR-SET after the one at CURSOR."
  (check-cursor 'char-set-cursor-next 2 cursor)
  (if (= cursor limit) (%raise-type 'char-set-cursor-next 2 "a cursor that is not at the end" cursor))
  (cursor-from (bounds-of 'char-set-cursor-next 1 cs) (+ cursor 1)))

(define (end-of-char-set? cursor)
  "(end-of-char-set? cursor)\nIs CURSOR behind the last character of its set?"
  (check-cursor 'end-of-char-set? 1 cursor)
  (= cursor limit))

;; --- comparing -------------------------------------------------------------------------------------

;; Does `related?` hold for the bounds of each neighbours of the list?
(define (all-related? who related? sets)
  (or (null? sets)
      (let loop ((a (bounds-of who 1 (car sets))) (l (cdr sets)) (position 2) (answer #t))
        (if (null? l)
            answer
            (let ((b (bounds-of who position (car l))))
              (loop b (cdr l) (+ position 1) (and answer (related? a b))))))))

(define (char-set= . sets)
  "(char-set= char-set ...)\nHave the CHAR-SETs the same characters?"
  (all-related? 'char-set= equal? sets))

(define (char-set<= . sets)
  "(char-set<= char-set ...)\nIs each CHAR-SET a subset of the next one?"
  (all-related? 'char-set<= (lambda (a b) (= 0 (vector-length (combine a b first-only?)))) sets))

(define char-set-hash
  (case-lambda
    ((cs)
     "(char-set-hash char-set [bound])
A number from 0 to BOUND - 1 (without BOUND, or if it is 0, below 2^24), the same for equal sets."
     (char-set-hash cs 0))
    ((cs bound)
     (let ((bounds (bounds-of 'char-set-hash 1 cs)))
       (if (not (and (exact-integer? bound) (>= bound 0)))
           (%raise-type 'char-set-hash 2 "an exact integer, not negative" bound))
       (let loop ((i 0) (hash 17))
         (cond ((< i (vector-length bounds))
                (loop (+ i 1) (remainder (+ (* hash 31) (vector-ref bounds i)) 16777213)))
               ((= bound 0) hash)
               (else (modulo hash bound))))))))

;; --- making ----------------------------------------------------------------------------------------

(define (base-bounds who position base)
  (if (null? base) no-bounds (bounds-of who position (car base))))

(define (bounds-and-chars bounds chars)
  (bounds->char-set (combine bounds (chars->bounds chars) either?)))

(define (char-set . chars)
  "(char-set char ...)\nThe set of the CHARs."
  (check-chars 'char-set 1 chars)
  (bounds->char-set (chars->bounds chars)))

(define (list->char-set chars . base)
  "(list->char-set chars [base])\nThe set of the characters in the list CHARS, and of those of BASE."
  (check-chars 'list->char-set 1 chars)
  (bounds-and-chars (base-bounds 'list->char-set 2 base) chars))

(define (string->char-set string . base)
  "(string->char-set string [base])\nThe set of the characters of STRING, and of those of BASE."
  (bounds-and-chars (base-bounds 'string->char-set 2 base) (string->list string)))

(define (char-set-filter accept? cs . base)
  "(char-set-filter accept? char-set [base])\nThe set of the characters of CHAR-SET that ACCEPT? accepts, and of those of BASE."
  (bounds-and-chars (base-bounds 'char-set-filter 3 base)
                    (fold-bounds (lambda (c chars) (if (accept? c) (cons c chars) chars))
                                 '()
                                 (bounds-of 'char-set-filter 2 cs)
                                 never)))

(define (char-set-map f cs)
  "(char-set-map procedure char-set)\nThe set of PROCEDURE's results, characters, for those of CHAR-SET."
  (list->char-set (fold-bounds (lambda (c chars) (cons (f c) chars)) '() (bounds-of 'char-set-map 2 cs) never)))

(define (char-set-unfold stop? char-of next seed . base)
  "(char-set-unfold stop? char-of next seed [base])
The set of (CHAR-OF seed) for SEED, (NEXT SEED) and so on until STOP? holds for one, and of the characters of BASE."
  (let loop ((seed seed) (chars '()))
    (if (stop? seed)
        (begin
          (check-chars 'char-set-unfold 2 chars)
          (bounds-and-chars (base-bounds 'char-set-unfold 5 base) chars))
        (loop (next seed) (cons (char-of seed) chars)))))

(define (ucs-range->char-set from to . rest)
  "(ucs-range->char-set from to [error? [base]])
The set of the characters with code points from FROM up to TO, and of those of BASE.  Numbers without a character are
left out, or are an error if ERROR? is true."
  (define (check-code position x)
    (if (not (and (exact-integer? x) (<= 0 x limit)))
        (%raise-type 'ucs-range->char-set position "a code point" x)))
  (check-code 1 from)
  (check-code 2 to)
  (let* ((range (if (< from to) (vector from to) no-bounds))
         (characters (combine range full-bounds both?)))
    (if (and (pair? rest) (car rest) (not (= (bounds-size range) (bounds-size characters))))
        (%raise-type 'ucs-range->char-set 2 "the end of a range without surrogates" to))
    (bounds->char-set
     (combine characters
              (base-bounds 'ucs-range->char-set 4 (if (pair? rest) (cdr rest) '()))
              either?))))

(define (->char-set x)
  "(->char-set x)\nThe set of the characters of X: a character, a string, or a set, which is returned as it is."
  (cond ((char-set? x) x)
        ((string? x) (string->char-set x))
        ((char? x) (char-set x))
        (else (%raise-type '->char-set 1 "a character, a string or a char-set" x))))

(define (char-set-copy cs)
  "(char-set-copy char-set)\nA set with the characters of CHAR-SET."
  (bounds->char-set (bounds-of 'char-set-copy 1 cs)))

(define (char-set-adjoin cs . chars)
  "(char-set-adjoin char-set char ...)\nCHAR-SET and the CHARs."
  (check-chars 'char-set-adjoin 2 chars)
  (bounds-and-chars (bounds-of 'char-set-adjoin 1 cs) chars))

(define (char-set-delete cs . chars)
  "(char-set-delete char-set char ...)\nCHAR-SET without the CHARs."
  (check-chars 'char-set-delete 2 chars)
  (bounds->char-set (combine (bounds-of 'char-set-delete 1 cs) (chars->bounds chars) first-only?)))

;; --- algebra ---------------------------------------------------------------------------------------

(define (combine-all who inside? first position rest)
  (let loop ((bounds first) (l rest) (position position))
    (if (pair? l)
        (loop (combine bounds (bounds-of who position (car l)) inside?) (cdr l) (+ position 1))
        bounds)))

(define (char-set-complement cs)
  "(char-set-complement char-set)\nThe characters that are not in CHAR-SET."
  (bounds->char-set (combine full-bounds (bounds-of 'char-set-complement 1 cs) first-only?)))

(define (char-set-union . sets)
  "(char-set-union char-set ...)\nThe characters in any of the CHAR-SETs."
  (bounds->char-set (combine-all 'char-set-union either? no-bounds 1 sets)))

(define (char-set-intersection . sets)
  "(char-set-intersection char-set ...)\nThe characters in all of the CHAR-SETs; of none: all characters."
  (bounds->char-set (combine-all 'char-set-intersection both? full-bounds 1 sets)))

(define (char-set-difference cs . sets)
  "(char-set-difference char-set other ...)\nThe characters of CHAR-SET that are in none of the OTHERs."
  (bounds->char-set
   (combine-all 'char-set-difference first-only? (bounds-of 'char-set-difference 1 cs) 2 sets)))

(define (char-set-xor . sets)
  "(char-set-xor char-set ...)\nThe characters in an odd number of the CHAR-SETs."
  (bounds->char-set (combine-all 'char-set-xor one-only? no-bounds 1 sets)))

(define (char-set-diff+intersection cs . sets)
  "(char-set-diff+intersection char-set other ...)
Two values: the characters of CHAR-SET that are in none of the OTHERs, and those that are in any."
  (let* ((who 'char-set-diff+intersection)
         (bounds (bounds-of who 1 cs))
         (others (combine-all who either? no-bounds 2 sets)))
    (values (bounds->char-set (combine bounds others first-only?))
            (bounds->char-set (combine bounds others both?)))))

;; --- the standard sets -----------------------------------------------------------------------------

;; The bits of enum unicode_class of src/text/unicode.h.
(define alphabetic-class 1)
(define upper-class 2)
(define lower-class 4)

(define (lazy bounds) (make-set bounds #f))

;; A bit for each of the categories, symbols like Lu or only their first letter.
(define (category-bits categories)
  (define (named? name category)
    (let ((a (symbol->string name)) (b (symbol->string category)))
      (or (string=? a b)
          (and (= (string-length a) 1) (char=? (string-ref a 0) (string-ref b 0))))))
  (let loop ((i 0) (bit 1) (bits 0))
    (if (= i (vector-length %categories))
        bits
        (loop (+ i 1) (* bit 2)
              (let any ((l categories))
                (cond ((null? l) bits)
                      ((named? (car l) (vector-ref %categories i)) (+ bits bit))
                      (else (any (cdr l)))))))))

(define (char-set-of-categories . categories)
  "(char-set-of-categories category ...)
The set of the characters of one of the general CATEGORIES, symbols like Lu, or L for all that begin so.  It is found
when it is first used."
  (lazy (lambda () (%char-bounds (category-bits categories) 0))))

(define (char-set-of-class class)
  (lazy (lambda () (%char-bounds 0 class))))

(define (lazy-union . sets)
  (lazy (lambda () (char-set-bounds (apply char-set-union sets)))))

(define char-set:empty (bounds->char-set no-bounds))
(define char-set:full (bounds->char-set full-bounds))
(define char-set:ascii (bounds->char-set (vector 0 128)))
(define char-set:hex-digit (bounds->char-set (vector 48 58 65 71 97 103)))
(define char-set:lower-case (char-set-of-class lower-class))
(define char-set:upper-case (char-set-of-class upper-class))
(define char-set:alphabetic (char-set-of-class alphabetic-class))
(define char-set:title-case (char-set-of-categories 'Lt))
(define char-set:letter (char-set-of-categories 'L))
(define char-set:digit (char-set-of-categories 'Nd))
(define char-set:letter+digit (char-set-of-categories 'L 'Nd))
(define char-set:punctuation (char-set-of-categories 'P))
(define char-set:symbol (char-set-of-categories 'S))
(define char-set:iso-control (char-set-of-categories 'Cc))
(define char-set:graphic (char-set-of-categories 'L 'M 'N 'P 'S))
;; The five controls from tab to carriage return are white space, too.
(define char-set:whitespace (lazy-union (char-set-of-categories 'Z) (bounds->char-set (vector 9 14))))
(define char-set:blank (lazy-union (char-set-of-categories 'Zs) (bounds->char-set (vector 9 10))))
(define char-set:printing (lazy-union char-set:graphic char-set:whitespace))

;; From now on the procedures on strings take a set of characters for a predicate.
(define (set->test cs)
  (let ((latin (char-set-latin cs)) (bounds (char-set-bounds cs)))
    (lambda (char)
      (let ((code (char->integer char)))
        (if (< code 256)
            (= 1 (bytevector-u8-ref latin code))
            (odd? (bounds-below bounds code)))))))

(%set-char-set-test! (lambda (x) (and (char-set? x) (set->test x))))
