;;; The procedures on regular expressions and their matches.

(define-record-type compiled-regexp
  (make-regexp sre %program %n-groups %names)
  regexp?
  (sre regexp-source)
  (%program regexp-program)
  (%n-groups regexp-n-groups)
  (%names regexp-names))        ; alist of symbols to numbers of submatches

(define-record-type regexp-match
  (make-match %regexp string slots)
  regexp-match?
  (%regexp match-regexp)
  (string match-string)
  (slots match-slots))          ; start and end of match 0, of submatch 1, and so on

(define (regexp re)
  "(regexp re)
The regular expression that RE, an SRE, describes; RE itself if it is a regular expression.  Whatever is used more than
once should be one: procedures that are given an SRE do this each time."
  (if (regexp? re)
      re
      (let-values (((tree n-groups names) (parse-sre re)))
        (make-regexp re (tree->program tree #t #t) n-groups names))))

(define-syntax rx
  (syntax-rules ()
    ((_ sre ...) (regexp `(: sre ...)))))

(define (valid-sre? x)
  "(valid-sre? x)\nIs X a regular expression or an SRE that describes one?"
  (or (regexp? x)
      (guard (condition ((error-object? condition) #f))
        (regexp x)
        #t)))

(define (regexp->sre re)
  "(regexp->sre re)\nAn SRE that describes RE."
  (regexp-source (regexp re)))

(define (char-set->sre set)
  "(char-set->sre char-set)\nAn SRE for the characters of CHAR-SET, without a char-set in it."
  (let ((bounds (char-set-bounds set)))
    (let loop ((i (- (vector-length bounds) 2)) (chars '()))
      (if (< i 0)
          (list '/ (list->string chars))
          (loop (- i 2)
                (cons (integer->char (vector-ref bounds i))
                      (cons (integer->char (- (vector-ref bounds (+ i 1)) 1)) chars)))))))

;; --- matching --------------------------------------------------------------------------------------

(define (find-match re string from start end anchored? whole?)
  (let ((slots (run (regexp-program re) string 1 from start end anchored? (* 2 (+ (regexp-n-groups re) 1)) whole?)))
    (and slots (make-match re string slots))))

(define-syntax define-matcher
  (syntax-rules ()
    ((_ name (re string start end) documentation result)
     (define name
       (case-lambda
         ((re string) documentation (name re string 0 #f))
         ((re string start) (name re string start #f))
         ((re string start end)
          (let ((end (%string-end 'name string 2 start end 3)) (re (regexp re)))
            result)))))))

(define-matcher regexp-matches (re string start end)
  "(regexp-matches re string [start end])\nThe match of RE with all of STRING from START up to END, or #f."
  (find-match re string start start end #t #t))

(define-matcher regexp-matches? (re string start end)
  "(regexp-matches? re string [start end])\nDoes RE match all of STRING from START up to END?"
  (run (regexp-program re) string 1 start start end #t #f #t))

(define-matcher regexp-search (re string start end)
  "(regexp-search re string [start end])\nThe first match of RE with a part of STRING from START up to END, or #f."
  (find-match re string start start end #f #f))

;; --- matches ---------------------------------------------------------------------------------------

(define (check-match who match)
  (if (not (regexp-match? match)) (%raise-type who 1 "a match of a regular expression" match)))

(define (regexp-match-count match)
  "(regexp-match-count match)\nHow many submatches there are, whether they matched or not."
  (check-match 'regexp-match-count match)
  (- (quotient (vector-length (match-slots match)) 2) 1))

;; The number of a submatch given by number or name; of several with the name the first that matched.
(define (field-number who match field)
  (check-match who match)
  (cond ((and (exact-integer? field) (<= 0 field (regexp-match-count match))) field)
        ((exact-integer? field)
         (%raise-range who 2 (string-append "the number of a submatch, 0 to "
                                            (number->string (regexp-match-count match)))
                       field))
        (else
         (let loop ((names (regexp-names (match-regexp match))) (number #f))
           (cond ((null? names)
                  (or number (%raise-type who 2 "the name or number of a submatch" field)))
                 ((not (eq? (caar names) field)) (loop (cdr names) number))
                 ((vector-ref (match-slots match) (* 2 (cdar names))) (cdar names))
                 (else (loop (cdr names) (or number (cdar names)))))))))

(define (slot who match field k)
  (vector-ref (match-slots match) (+ k (* 2 (field-number who match field)))))

(define (submatch match n)
  (let ((start (vector-ref (match-slots match) (* 2 n))) (end (vector-ref (match-slots match) (+ 1 (* 2 n)))))
    (and start end (substring (match-string match) start end))))

(define (regexp-match-submatch match field)
  "(regexp-match-submatch match field)
The string that submatch FIELD matched, a number or a name, or #f if it did not; 0 is the whole match."
  (submatch match (field-number 'regexp-match-submatch match field)))

(define (regexp-match-submatch-start match field)
  "(regexp-match-submatch-start match field)\nThe index where submatch FIELD begins, or #f if it did not match."
  (slot 'regexp-match-submatch-start match field 0))

(define (regexp-match-submatch-end match field)
  "(regexp-match-submatch-end match field)\nThe index where submatch FIELD ends, or #f if it did not match."
  (slot 'regexp-match-submatch-end match field 1))

(define (regexp-match->list match)
  "(regexp-match->list match)\nThe list of the strings of the whole match and of each submatch, #f for one that did not match."
  (let loop ((n (regexp-match-count match)) (strings '()))
    (if (< n 0)
        strings
        (loop (- n 1) (cons (submatch match n) strings)))))

(define (match-start match) (vector-ref (match-slots match) 0))
(define (match-end match) (vector-ref (match-slots match) 1))
(define (empty-match? match) (= (match-start match) (match-end match)))

;; --- all matches -----------------------------------------------------------------------------------

;; (f from match acc) for each match in turn: `from` is where the one before ended.  An empty match there is none.
(define (fold-matches f init re string start end)
  (let loop ((i start) (from start) (acc init))
    (let ((match (and (<= i end) (find-match re string i start end #f #f))))
      (cond ((not match) (values from acc))
            ((not (empty-match? match))
             (loop (match-end match) (match-end match) (f from match acc)))
            ((and (= (match-start match) from) (> from start))
             (loop (+ (match-end match) 1) from acc))
            (else
             (loop (+ (match-end match) 1) (match-end match) (f from match acc)))))))

(define (ignore-match i match string acc) acc)

(define regexp-fold
  (case-lambda
    ((re f init string)
     "(regexp-fold re procedure init string [finish [start [end]]])
(PROCEDURE from match string result) for each match of RE in STRING, where FROM is the index at which the match before
ended, beginning with INIT as result; at the end (FINISH from #f string result)."
     (regexp-fold re f init string ignore-match 0 #f))
    ((re f init string finish) (regexp-fold re f init string finish 0 #f))
    ((re f init string finish start) (regexp-fold re f init string finish start #f))
    ((re f init string finish start end)
     (let ((end (%string-end 'regexp-fold string 4 start end 6)))
       (let-values (((from acc) (fold-matches (lambda (from match acc) (f from match string acc))
                                              init (regexp re) string start end)))
         (finish from #f string acc))))))

(define-matcher regexp-extract (re string start end)
  "(regexp-extract re string [start end])\nThe list of the parts of STRING that RE matches, but for empty ones."
  (let-values (((from parts)
                (fold-matches (lambda (from match parts)
                                (if (empty-match? match) parts (cons (submatch match 0) parts)))
                              '() re string start end)))
    (reverse parts)))

;; The parts between matches that are not empty, and if `matches?` these, too; the last part is left to the caller.
(define (parts-reversed re string start end matches?)
  (let-values (((from state)
                (fold-matches
                 (lambda (from match state)
                   (if (empty-match? match)
                       state
                       (let ((parts (cons (substring string (car state) (match-start match)) (cdr state))))
                         (cons (match-end match) (if matches? (cons (submatch match 0) parts) parts)))))
                 (list start) re string start end)))
    state))

(define-matcher regexp-split (re string start end)
  "(regexp-split re string [start end])
The list of the parts of STRING between the matches of RE that are not empty: one more than there are of these."
  (let ((state (parts-reversed re string start end #f)))
    (reverse (cons (substring string (car state) end) (cdr state)))))

(define-matcher regexp-partition (re string start end)
  "(regexp-partition re string [start end])
The list of the parts of STRING between the matches of RE and of these matches, which are not empty, in turn."
  (let ((state (parts-reversed re string start end #t)))
    (reverse (if (and (= (car state) end) (pair? (cdr state)))
                 (cdr state)
                 (cons (substring string (car state) end) (cdr state))))))

;; --- replacing -------------------------------------------------------------------------------------

;; The string that `new` stands for at a match.
(define (replacement who new match start end)
  (let loop ((new new))
    (cond ((string? new) new)
          ((or (null? new) (pair? new)) (string-concatenate (map loop new)))
          ((procedure? new) (new match))
          ((eq? new 'pre) (substring (match-string match) start (match-start match)))
          ((eq? new 'post) (substring (match-string match) (match-end match) end))
          (else (or (submatch match (field-number who match new)) "")))))

(define regexp-replace
  (case-lambda
    ((re string new)
     "(regexp-replace re string new [start [end [n]]])
STRING from START up to END with NEW in the place of match N (0, the first) of RE.  NEW is a string, the number or name
of a submatch, pre or post for what is before or behind the match, a procedure of the match, or a list of such."
     (regexp-replace re string new 0 #f 0))
    ((re string new start) (regexp-replace re string new start #f 0))
    ((re string new start end) (regexp-replace re string new start end 0))
    ((re string new start end n)
     (let ((end (%string-end 'regexp-replace string 2 start end 4)) (re (regexp re)))
       (let loop ((i start) (n n))
         (let ((match (and (<= i end) (find-match re string i start end #f #f))))
           (cond ((not match) (substring string start end))
                 ((> n 0) (loop (if (empty-match? match) (+ (match-end match) 1) (match-end match)) (- n 1)))
                 (else
                  (string-append (substring string start (match-start match))
                                 (replacement 'regexp-replace new match start end)
                                 (substring string (match-end match) end))))))))))

(define regexp-replace-all
  (case-lambda
    ((re string new)
     "(regexp-replace-all re string new [start end])
STRING from START up to END with NEW, as for regexp-replace, in the place of each match of RE."
     (regexp-replace-all re string new 0 #f))
    ((re string new start) (regexp-replace-all re string new start #f))
    ((re string new start end)
     (let ((end (%string-end 'regexp-replace-all string 2 start end 4)))
       (let-values (((from parts)
                     (fold-matches (lambda (from match parts)
                                     (cons (replacement 'regexp-replace-all new match start end)
                                           (cons (substring string from (match-start match)) parts)))
                                   '() (regexp re) string start end)))
         (string-concatenate (reverse (cons (substring string from end) parts))))))))
