;;; The body of (ringlet strings).
;;;
;;; `accept?` is a predicate, a character or a char-set, as everywhere in (ringlet).  Ranges are checked first; a string
;;; that has grown shorter meanwhile is no concern, strings have a fixed length.

(%define-ranged (string-every accept? string) (string 2) (start end 3)
  "(string-every accept? string [start end])
ACCEPT?'s answer for the last character of STRING, or #f as soon as it answers #f; #t for no characters."
  (let ((accept? (%char-test 'string-every 1 accept?)))
    (or (= start end)
        (let loop ((i start))
          (if (= (+ i 1) end)
              (accept? (string-ref string i))
              (and (accept? (string-ref string i)) (loop (+ i 1))))))))

(%define-ranged (string-any accept? string) (string 2) (start end 3)
  "(string-any accept? string [start end])\nThe first answer of ACCEPT? for a character of STRING that is not #f, or #f."
  (let ((accept? (%char-test 'string-any 1 accept?)))
    (and (< start end)
         (let loop ((i start))
           (if (= (+ i 1) end)
               (accept? (string-ref string i))
               (or (accept? (string-ref string i)) (loop (+ i 1))))))))

(define (check-count who position n most)
  (if (not (and (exact-integer? n) (<= 0 n most)))
      (%raise-range who position (string-append "a number from 0 to " (number->string most)) n)))

(define (check-length who position n)
  (if (not (and (exact-integer? n) (>= n 0))) (%raise-type who position "an exact integer, not negative" n)))

(define (string-tabulate f n)
  "(string-tabulate procedure n)\nThe string of PROCEDURE's results, characters, for 0, 1, ... N - 1."
  (check-length 'string-tabulate 2 n)
  (let loop ((i 0) (chars '()))
    (if (< i n)
        (loop (+ i 1) (cons (f i) chars))
        (list->string (reverse chars)))))

(define (nothing seed) "")

;; What an unfolded string begins or ends with, which may be a character.
(define (end->string who position x)
  (%parts->string who position (list x)))

(define string-unfold
  (case-lambda
    ((stop? f next seed)
     "(string-unfold stop? procedure next seed [base [make-final]])
The string of BASE, PROCEDURE's results, characters or strings, for SEED, (NEXT SEED) and so on until STOP? holds for
one, and MAKE-FINAL's result for that one."
     (string-unfold stop? f next seed "" nothing))
    ((stop? f next seed base) (string-unfold stop? f next seed base nothing))
    ((stop? f next seed base make-final)
     (let loop ((seed seed) (parts '()))
       (if (stop? seed)
           (string-append (end->string 'string-unfold 5 base)
                          (%parts->string 'string-unfold 2 (reverse parts))
                          (end->string 'string-unfold 6 (make-final seed)))
           (let ((part (f seed))) (loop (next seed) (cons part parts))))))))

(define string-unfold-right
  (case-lambda
    ((stop? f next seed)
     "(string-unfold-right stop? procedure next seed [base [make-final]])
Like string-unfold, from the right to the left: MAKE-FINAL's result first, then the last of the others, BASE at the end."
     (string-unfold-right stop? f next seed "" nothing))
    ((stop? f next seed base) (string-unfold-right stop? f next seed base nothing))
    ((stop? f next seed base make-final)
     (let loop ((seed seed) (parts '()))
       (if (stop? seed)
           (string-append (end->string 'string-unfold-right 6 (make-final seed))
                          (%parts->string 'string-unfold-right 2 parts)
                          (end->string 'string-unfold-right 5 base))
           (let ((part (f seed))) (loop (next seed) (cons part parts))))))))

(define (reverse-list->string chars)
  "(reverse-list->string chars)\nThe string of the list CHARS from its last to its first."
  (list->string (reverse chars)))

;; --- parts -----------------------------------------------------------------------------------------

(define (string-take string n)
  "(string-take string n)\nThe first N characters of STRING."
  (check-count 'string-take 2 n (string-length string))
  (substring string 0 n))

(define (string-drop string n)
  "(string-drop string n)\nSTRING without its first N characters."
  (check-count 'string-drop 2 n (string-length string))
  (substring string n (string-length string)))

(define (string-take-right string n)
  "(string-take-right string n)\nThe last N characters of STRING."
  (check-count 'string-take-right 2 n (string-length string))
  (substring string (- (string-length string) n) (string-length string)))

(define (string-drop-right string n)
  "(string-drop-right string n)\nSTRING without its last N characters."
  (check-count 'string-drop-right 2 n (string-length string))
  (substring string 0 (- (string-length string) n)))

;; Where the characters that are accepted end, from the start on; and where they begin, before the end.
(define (span-end who string accept? start end)
  (or (%string-index string (%complement (%char-test who 2 accept?)) start end) end))
(define (span-start who string accept? start end)
  (let ((i (%string-index-right string (%complement (%char-test who 2 accept?)) start end)))
    (if i (+ i 1) start)))

(%define-ranged (string-take-while string accept?) (string 1) (start end 3)
  "(string-take-while string accept? [start end])\nThe characters at the beginning of STRING that ACCEPT? accepts."
  (substring string start (span-end 'string-take-while string accept? start end)))

(%define-ranged (string-take-while-right string accept?) (string 1) (start end 3)
  "(string-take-while-right string accept? [start end])\nThe characters at the end of STRING that ACCEPT? accepts."
  (substring string (span-start 'string-take-while-right string accept? start end) end))

(%define-ranged (string-drop-while string accept?) (string 1) (start end 3)
  "(string-drop-while string accept? [start end])\nSTRING without the characters at its beginning that ACCEPT? accepts."
  (substring string (span-end 'string-drop-while string accept? start end) end))

(%define-ranged (string-drop-while-right string accept?) (string 1) (start end 3)
  "(string-drop-while-right string accept? [start end])\nSTRING without the characters at its end that ACCEPT? accepts."
  (substring string start (span-start 'string-drop-while-right string accept? start end)))

(%define-ranged (string-span string accept?) (string 1) (start end 3)
  "(string-span string accept? [start end])
Two values: the characters at the beginning of STRING that ACCEPT? accepts, and the rest."
  (let ((i (span-end 'string-span string accept? start end)))
    (values (substring string start i) (substring string i end))))

(%define-ranged (string-break string accept?) (string 1) (start end 3)
  "(string-break string accept? [start end])
Two values: STRING up to the first character that ACCEPT? accepts, and the rest."
  (let ((i (or (%string-index string (%char-test 'string-break 2 accept?) start end) end)))
    (values (substring string start i) (substring string i end))))

(define string-replace
  (case-lambda
    ((string new start end)
     "(string-replace string new start end [new-start new-end])
STRING with the characters of NEW in the place of those from START up to END."
     (string-replace string new start end 0 #f))
    ((string new start end new-start) (string-replace string new start end new-start #f))
    ((string new start end new-start new-end)
     (let ((end (%string-end 'string-replace string 1 start end 3))
           (new-end (%string-end 'string-replace new 2 new-start new-end 5)))
       (string-append (substring string 0 start)
                      (%part new new-start new-end)
                      (substring string end (string-length string)))))))

;; --- comparing and searching -----------------------------------------------------------------------

(%define-ranged-twice (string-prefix-length a b) (start-a end-a start-b end-b)
  "(string-prefix-length a b [start-a end-a start-b end-b])\nHow many characters A and B have in common at their beginning."
  (let loop ((i start-a) (j start-b))
    (if (and (< i end-a) (< j end-b) (eq? (string-ref a i) (string-ref b j)))
        (loop (+ i 1) (+ j 1))
        (- i start-a))))

(%define-ranged-twice (string-suffix-length a b) (start-a end-a start-b end-b)
  "(string-suffix-length a b [start-a end-a start-b end-b])\nHow many characters A and B have in common at their end."
  (let loop ((i end-a) (j end-b))
    (if (and (> i start-a) (> j start-b) (eq? (string-ref a (- i 1)) (string-ref b (- j 1))))
        (loop (- i 1) (- j 1))
        (- end-a i))))

(%define-ranged-twice (string-contains-right string pattern) (start end pattern-start pattern-end)
  "(string-contains-right string pattern [start end pattern-start pattern-end])
The index at which PATTERN last occurs in STRING, or #f."
  (let loop ((i (- end (- pattern-end pattern-start))))
    (cond ((< i start) #f)
          ((%same-part? pattern pattern-start pattern-end string i) i)
          (else (loop (- i 1))))))

;; --- joining ---------------------------------------------------------------------------------------

(define string-concatenate-reverse
  (case-lambda
    ((strings)
     "(string-concatenate-reverse strings [final [end]])
The STRINGS, a list, from the last to the first, and behind them FINAL, up to END."
     (string-concatenate-reverse strings "" #f))
    ((strings final) (string-concatenate-reverse strings final #f))
    ((strings final end)
     (%check-strings 'string-concatenate-reverse 1 strings)
     (let ((end (%string-end 'string-concatenate-reverse final 2 0 end 2)))
       (string-concatenate (reverse (cons (%part final 0 end) strings)))))))

(define (check-procedure who x)
  (if (not (procedure? x)) (%raise-type who 1 "a procedure" x)))

(%define-ranged (string-fold f init string) (string 3) (start end 4)
  "(string-fold procedure init string [start end])
(PROCEDURE char result) for each character of STRING from the first on, beginning with INIT as result."
  (check-procedure 'string-fold f)
  (let loop ((i start) (acc init))
    (if (< i end) (loop (+ i 1) (f (string-ref string i) acc)) acc)))

(%define-ranged (string-fold-right f init string) (string 3) (start end 4)
  "(string-fold-right procedure init string [start end])
(PROCEDURE char result) for each character of STRING from the last on, beginning with INIT as result."
  (check-procedure 'string-fold-right f)
  (let loop ((i end) (acc init))
    (if (> i start) (loop (- i 1) (f (string-ref string (- i 1)) acc)) acc)))

(define (kept-chars string keep? start end)
  (let loop ((i (- end 1)) (chars '()))
    (if (< i start)
        (list->string chars)
        (let ((c (string-ref string i)))
          (loop (- i 1) (if (keep? c) (cons c chars) chars))))))

(%define-ranged (string-filter accept? string) (string 2) (start end 3)
  "(string-filter accept? string [start end])\nThe characters of STRING that ACCEPT? accepts."
  (kept-chars string (%char-test 'string-filter 1 accept?) start end))

(%define-ranged (string-remove accept? string) (string 2) (start end 3)
  "(string-remove accept? string [start end])\nThe characters of STRING that ACCEPT? refuses."
  (kept-chars string (%complement (%char-test 'string-remove 1 accept?)) start end))

;; --- repeating and cutting ---------------------------------------------------------------------------

(%define-ranged (string-replicate string from to) (string 1) (start end 4)
  "(string-replicate string from to [start end])
The characters FROM up to TO of STRING repeated without end in both directions."
  (let ((size (- end start)))
    (if (not (exact-integer? from)) (%raise-type 'string-replicate 2 "an exact integer" from))
    (if (not (and (exact-integer? to) (<= from to)))
        (%raise-type 'string-replicate 3 "an exact integer, not below argument 2" to))
    (if (and (= size 0) (< from to)) (%raise-type 'string-replicate 1 "a string that is not empty" string))
    (let ((result (make-string (- to from))))
      (let loop ((at 0) (i (if (= size 0) 0 (floor-remainder from size))))
        (if (< at (- to from))
            (let ((n (min (- size i) (- to from at))))
              (string-copy! result at string (+ start i) (+ start i n))
              (loop (+ at n) 0))))
      result)))

(define (string-segment string n)
  "(string-segment string n)\nThe list of the parts of STRING, N characters each; the last may be shorter."
  (if (not (and (exact-integer? n) (> n 0))) (%raise-type 'string-segment 2 "an exact integer above 0" n))
  (let ((length (string-length string)))
    (let loop ((i 0) (parts '()))
      (if (< i length)
          (loop (+ i n) (cons (substring string i (min length (+ i n))) parts))
          (reverse parts)))))
