;;; From an SRE, an S-expression, to a tree of few kinds of nodes:
;;;
;;;   character, char-set           one character
;;;   (seq node ...)  (alt node ...)
;;;   (repeat from to greedy? node) `to` is #f for any number
;;;   (group n node)
;;;   (assert kind)                 see regexp-compile.scm
;;;   (look ahead? wanted? node)
;;;
;;; Case and the ASCII context are settled here: what is left are sets.

(define-record-type pattern-context
  (make-context nocase? ascii? capture?)
  context?
  (nocase? context-nocase?)
  (ascii? context-ascii?)
  (capture? context-capture?))

(define default-context (make-context #f #f #t))

(define (with-nocase cx on?) (make-context on? (context-ascii? cx) (context-capture? cx)))
(define (with-ascii cx on?) (make-context (context-nocase? cx) on? (context-capture? cx)))
(define (without-capture cx) (make-context (context-nocase? cx) (context-ascii? cx) #f))

;; What a parse counts: the submatches, and the alist of their names.
(define-record-type parse-state
  (make-parse-state n-groups names)
  parse-state?
  (n-groups state-n-groups set-state-n-groups!)
  (names state-names set-state-names!))

(define (bad-sre sre)
  (error "regexp: this is not an SRE:" sre))

;; --- case ------------------------------------------------------------------------------------------

;; From a folded character to all characters that fold to it, for those with any other; made when first used.
(define case-classes #f)

(define (all-case-classes)
  (or case-classes
      (let ((table (make-eqv-hash-table)))
        (char-set-for-each
         (lambda (c)
           (let ((folded (char-foldcase c)))
             (hash-table-set! table folded (cons c (hash-table-ref table folded (lambda () '()))))))
         (force cased-set))
        (set! case-classes table)
        table)))

;; The characters that differ from `c` in case only, and `c`.
(define (case-variants c ascii?)
  (cond ((and ascii? (char<? c #\x80)) (list c (char-upcase c) (char-downcase c)))
        (ascii? (list c))
        (else (cons c (hash-table-ref (all-case-classes) (char-foldcase c) (lambda () '()))))))

;; There are some 4000 characters with a case: of a larger set only these are visited.
(define cased-set (delay (char-set-union char-set:lower-case char-set:upper-case char-set:title-case)))

;; A set with all case variants of its characters.
(define (fold-set set cx)
  (if (context-nocase? cx)
      (let ((cased (cond ((context-ascii? cx) (char-set-intersection set char-set:ascii))
                         ((< (char-set-size set) 1000) set)
                         (else (char-set-intersection set (force cased-set))))))
        (char-set-union
         set
         (list->char-set
          (char-set-fold (lambda (c all) (append (case-variants c (context-ascii? cx)) all)) '() cased))))
      set))

;; --- sets of characters ----------------------------------------------------------------------------

(define line-ends (char-set #\newline #\return))
(define underscore (char-set #\_))
(define ascii-control (ucs-range->char-set 0 32))
(define ascii-whitespace (char-set #\space #\tab #\newline #\x0c #\return))

;; Sets that are joined from others are joined once, when first used.
(define alphanumeric-set (delay (char-set-union char-set:alphabetic char-set:digit)))
(define graphic-set (delay (char-set-union (force alphanumeric-set) char-set:punctuation char-set:symbol)))
(define printing-set (delay (char-set-union (force graphic-set) char-set:whitespace)))
(define control-set (char-set-of-categories 'C))
(define word-set (delay (char-set-union (force alphanumeric-set) underscore)))
(define ascii-word-set (delay (char-set-intersection (force word-set) char-set:ascii)))

(define (universe cx) (if (context-ascii? cx) char-set:ascii char-set:full))

;; The set with a name, or #f.
(define (named-set name cx)
  (let ((set (case name
               ((any) char-set:full)
               ((nonl) (char-set-complement line-ends))
               ((ascii) char-set:ascii)
               ((lower-case lower) (fold-set char-set:lower-case cx))
               ((upper-case upper) (fold-set char-set:upper-case cx))
               ((title-case title) char-set:title-case)
               ((alphabetic alpha letter) char-set:alphabetic)
               ((numeric num digit) char-set:digit)
               ((alphanumeric alphanum alnum) (force alphanumeric-set))
               ((punctuation punct) char-set:punctuation)
               ((symbol) char-set:symbol)
               ((graphic graph) (force graphic-set))
               ((whitespace white space) (if (context-ascii? cx) ascii-whitespace char-set:whitespace))
               ((printing print) (force printing-set))
               ((control cntrl) (if (context-ascii? cx) ascii-control control-set))
               ((hex-digit xdigit) char-set:hex-digit)
               (else #f))))
    (and set (if (context-ascii? cx) (char-set-intersection set char-set:ascii) set))))

;; The set that a node is, or #f.
(define (node->set node)
  (cond ((char-set? node) node)
        ((char? node) (char-set node))
        (else #f)))

;; The sets that SREs must be.
(define (parse-sets sres cx state)
  (map (lambda (sre) (or (node->set (parse sre cx state)) (error "regexp: this is no set of characters:" sre)))
       sres))

(define (ranges->set specifications)
  (let loop ((chars (range-chars specifications)) (set char-set:empty))
    (cond ((null? chars) set)
          ((null? (cdr chars)) (bad-sre (cons '/ specifications)))
          (else
           (loop (cddr chars)
                 (char-set-union set (ucs-range->char-set (char->integer (car chars))
                                                          (+ (char->integer (cadr chars)) 1))))))))

(define (range-chars specifications)
  (append-map (lambda (x)
                (cond ((string? x) (string->list x))
                      ((char? x) (list x))
                      (else (bad-sre (cons '/ specifications)))))
              specifications))

;; --- patterns --------------------------------------------------------------------------------------

(define (parse-sre sre)
  (let* ((state (make-parse-state 0 '())) (tree (parse sre default-context state)))
    (values tree (state-n-groups state) (reverse (state-names state)))))

(define (parse sre cx state)
  (cond ((and (string? sre) (not (= (string-length sre) 1)))
         (cons 'seq (map (lambda (c) (parse-char c cx)) (string->list sre))))
        ((char? sre) (parse-char sre cx))
        ((string? sre) (parse-char (string-ref sre 0) cx))
        ((char-set? sre) (fold-set sre cx))
        ((regexp? sre) (parse (regexp-source sre) cx state))
        ((symbol? sre) (or (named-set sre cx) (parse-symbol sre cx state)))
        ((and (pair? sre) (list? sre)) (parse-form sre cx state))
        (else (bad-sre sre))))

(define (parse-char c cx)
  (if (context-nocase? cx)
      (let ((variants (case-variants c (context-ascii? cx))))
        (if (every (lambda (v) (char=? v c)) variants) c (list->char-set variants)))
      c))

(define (parse-all sres cx state)
  (map (lambda (sre) (parse sre cx state)) sres))

(define (parse-seq sres cx state)
  (if (and (pair? sres) (null? (cdr sres)))
      (parse (car sres) cx state)
      (cons 'seq (parse-all sres cx state))))

;; A word boundary is one of the words of its context.
(define (word-assertion kind cx)
  (list 'assert (if (context-ascii? cx) (cdr (assq kind '((bow . ascii-bow) (eow . ascii-eow) (nwb . ascii-nwb)))) kind)))

(define (parse-symbol sre cx state)
  (case sre
    ((bos eos bol eol) (list 'assert sre))
    ((bow eow nwb) (word-assertion sre cx))
    ((bog eog) (if (context-ascii? cx) '(seq) '(assert grapheme-boundary)))
    ((grapheme)
     (if (context-ascii? cx)
         char-set:ascii
         `(seq ,char-set:full
               (repeat 0 #f #t (seq (assert no-grapheme-boundary) ,char-set:full))
               (assert grapheme-boundary))))
    ((word) (parse-word+ '(any) cx state))
    (else (bad-sre sre))))

(define (parse-form sre cx state)
  (let ((rest (cdr sre)))
    (define (seq) (parse-seq rest cx state))
    (define (repeat from to greedy?) (list 'repeat from to greedy? (seq)))
    (case (if (string? (car sre)) 'char-set (car sre))
      ((: seq) (seq))
      ((or |\||) (parse-alternatives rest cx state))
      ((char-set) (fold-set (string->char-set (only-string sre)) cx))
      ((/ char-range) (fold-set (ranges->set rest) cx))
      ((and &) (apply char-set-intersection (universe cx) (parse-sets rest cx state)))
      ((- difference)
       (if (null? rest) (bad-sre sre))
       (apply char-set-difference (parse-sets rest cx state)))
      ((~ complement) (apply char-set-difference (universe cx) (parse-sets rest cx state)))
      ((* zero-or-more) (repeat 0 #f #t))
      ((+ one-or-more) (repeat 1 #f #t))
      ((? optional) (repeat 0 1 #t))
      ((*? non-greedy-zero-or-more) (repeat 0 #f #f))
      ((?? non-greedy-optional) (repeat 0 1 #f))
      ((= exactly) (parse-counted sre 1 cx state #t))
      ((>= at-least) (parse-counted sre 0 cx state #t))
      ((** repeated) (parse-counted sre 2 cx state #t))
      ((**? non-greedy-repeated) (parse-counted sre 2 cx state #f))
      (($ submatch) (parse-group #f rest cx state))
      ((-> submatch-named)
       (if (not (and (pair? rest) (symbol? (car rest)))) (bad-sre sre))
       (parse-group (car rest) (cdr rest) cx state))
      ((w/case) (parse-seq rest (with-nocase cx #f) state))
      ((w/nocase) (parse-seq rest (with-nocase cx #t) state))
      ((w/ascii) (parse-seq rest (with-ascii cx #t) state))
      ((w/unicode) (parse-seq rest (with-ascii cx #f) state))
      ((w/nocapture) (parse-seq rest (without-capture cx) state))
      ((word) (list 'seq (word-assertion 'bow cx) (seq) (word-assertion 'eow cx)))
      ((word+) (parse-word+ rest cx state))
      ((look-ahead) (list 'look #t #t (seq)))
      ((neg-look-ahead) (list 'look #t #f (seq)))
      ((look-behind) (list 'look #f #t (seq)))
      ((neg-look-behind) (list 'look #f #f (seq)))
      ((backref) (error "regexp: references back to submatches are not supported:" sre))
      (else (bad-sre sre)))))

;; `n-bounds` is 1 for exactly so many, 0 for at least so many, 2 for from and to.
(define (parse-counted sre n-bounds cx state greedy?)
  (define (count? x) (and (exact-integer? x) (>= x 0)))
  (let ((rest (cdr sre)))
    (if (not (and (pair? rest) (count? (car rest)))) (bad-sre sre))
    (if (= n-bounds 2)
        (begin
          (if (not (and (pair? (cdr rest)) (or (not (cadr rest)) (and (count? (cadr rest)) (<= (car rest) (cadr rest))))))
              (bad-sre sre))
          (list 'repeat (car rest) (cadr rest) greedy? (parse-seq (cddr rest) cx state)))
        (list 'repeat (car rest) (and (= n-bounds 1) (car rest)) greedy? (parse-seq (cdr rest) cx state)))))

(define (parse-group name sres cx state)
  (if (context-capture? cx)
      (let ((n (+ (state-n-groups state) 1)))
        (set-state-n-groups! state n)
        (if name (set-state-names! state (cons (cons name n) (state-names state))))
        (list 'group n (parse-seq sres cx state)))
      (parse-seq sres cx state)))

(define (parse-word+ sres cx state)
  (list 'seq
        (word-assertion 'bow cx)
        (list 'repeat 1 #f #t
              (char-set-intersection (force (if (context-ascii? cx) ascii-word-set word-set))
                                     (apply char-set-union (parse-sets sres cx state))))
        (word-assertion 'eow cx)))

;; Alternatives that are all sets are one set.
(define (parse-alternatives sres cx state)
  (let* ((nodes (parse-all sres cx state)) (sets (map node->set nodes)))
    (if (and (pair? sets) (every (lambda (set) set) sets))
        (apply char-set-union sets)
        (cons 'alt nodes))))

;; The string of ("text") or (char-set "text").
(define (only-string sre)
  (let ((strings (if (string? (car sre)) sre (cdr sre))))
    (if (not (and (pair? strings) (null? (cdr strings)) (string? (car strings)))) (bad-sre sre))
    (car strings)))
