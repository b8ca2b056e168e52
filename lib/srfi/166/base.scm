;;; The body of (srfi 166 base), without numbers.
;;;
;;; A formatter is a procedure of a state, in which it finds and changes the values of state variables and so where and
;;; how to write.  Anything that is no procedure stands for the formatter that displays it.

(define-record-type state
  (make-state slots more)
  state?
  (slots slots)                ; the values of the variables below, by index
  (more more set-more!))       ; those of other variables: an alist

(define-record-type state-variable
  (%make-state-variable name index default)
  state-variable?
  (name state-variable-name)
  (index state-variable-index)    ; #f: kept in the alist
  (default state-variable-default))

(define (make-state-variable name default . ignored)
  "(make-state-variable name default)\nA new state variable for `with` and `fn`, DEFAULT unless it is set."
  (%make-state-variable name #f default))

(define defaults '())
(define (standard name default)
  (let ((variable (%make-state-variable name (length defaults) default)))
    (set! defaults (cons default defaults))
    variable))

(define (state-ref state variable)
  (if (not (state-variable? variable)) (%raise-type 'fn 1 "a state variable" variable))
  (let ((index (state-variable-index variable)))
    (if index
        (vector-ref (slots state) index)
        (let ((entry (assq variable (more state))))
          (if entry (cdr entry) (state-variable-default variable))))))

(define (state-set! state variable value)
  (if (not (state-variable? variable)) (%raise-type 'with 1 "a state variable" variable))
  (let ((index (state-variable-index variable)))
    (if index
        (vector-set! (slots state) index value)
        ;; Never changed in place: a copied state has the same list.
        (set-more! state (cons (cons variable value) (more state))))))

(define (copy-state state)
  (make-state (vector-copy (slots state)) (more state)))

;; --- output --------------------------------------------------------------------------------------------

;; Write `string` to the state's port, and know where that leads.
(define (write-tracking string state)
  (let* ((v (slots state)) (n (string-length string)) (measure (vector-ref v 5)))
    (write-string string (vector-ref v 0))
    (let loop ((i 0) (start 0))
      (cond ((= i n)
             (let ((width (if (eq? measure string-length) (- n start) (measure (substring string start n)))))
               (vector-set! v 2 (if (= start 0) (+ (vector-ref v 2) width) width))))
            ((char=? (string-ref string i) #\newline)
             (vector-set! v 1 (+ (vector-ref v 1) 1))
             (vector-set! v 2 0)
             (loop (+ i 1) (+ i 1)))
            (else (loop (+ i 1) start))))))

(define (output-default string)
  "(output-default string)\nThe formatter that writes STRING to the port; what the variable `output` is at first."
  (lambda (state) (write-tracking string state)))

(define (emit string state)
  (let ((output (vector-ref (slots state) 3)))
    (if (eq? output output-default)
        (write-tracking string state)
        ((output string) state))))

(define (run format state)
  (cond ((procedure? format) (format state))
        ((string? format) (emit format state))
        ((char? format) (emit (string format) state))
        (else (((vector-ref (slots state) 4) format) state))))

(define (run-all formats state)
  (let loop ((l formats))
    (if (pair? l)
        (begin (run (car l) state) (loop (cdr l))))))

;; The variables that the procedures above know by number come first, in their order.
(define port (standard 'port #f))
(define row (standard 'row 0))
(define col (standard 'col 0))
(define output (standard 'output output-default))
(define writer (standard 'writer (lambda (x) (written-default x))))
(define string-width (standard 'string-width string-length))
(define width (standard 'width 79))
(define pad-char (standard 'pad-char #\space))
(define ellipsis (standard 'ellipsis ""))
(define radix (standard 'radix 10))
(define precision (standard 'precision #f))
(define decimal-sep (standard 'decimal-sep #f))
(define decimal-align (standard 'decimal-align #f))
(define sign-rule (standard 'sign-rule #f))
(define comma-sep (standard 'comma-sep #f))
(define comma-rule (standard 'comma-rule #f))
(define word-separator? (standard 'word-separator? char-whitespace?))
(define ambiguous-is-wide? (standard 'ambiguous-is-wide? #f))
(define pretty-environment (standard 'pretty-environment #f))

(define (new-state to)
  (let ((state (make-state (list->vector (reverse defaults)) '())))
    (state-set! state port to)
    state))

(define (show destination . formats)
  "(show destination format ...)
Write the FORMATs to the port DESTINATION (#t: the current one), or with #f return what they write as a string."
  (cond ((not destination)
         (let ((to (open-output-string)))
           (run-all formats (new-state to))
           (get-output-string to)))
        ((or (eq? destination #t) (output-port? destination))
         (run-all formats (new-state (if (eq? destination #t) (current-output-port) destination))))
        (else (%raise-type 'show 1 "a boolean or an output port" destination))))

;; What `formats` write from here on, as a string; the state stays as it was.
(define (captured formats state)
  (let ((to (open-output-string)) (state (copy-state state)))
    (state-set! state port to)
    (state-set! state output output-default)
    (run-all formats state)
    (get-output-string to)))

;; --- state ---------------------------------------------------------------------------------------------

(define-syntax fn
  (syntax-rules ()
    ((_ (clause ...) body ...) (fn-bindings (clause ...) () body ...))))

;; Turn the names into (name variable) one after the other; they are bound all at once.
(define-syntax fn-bindings
  (syntax-rules ()
    ((_ () ((name variable) ...) body ... format)
     (lambda (state)
       (run (let ((name (state-ref state variable)) ...) body ... format) state)))
    ((_ ((name variable) clause ...) (done ...) . body)
     (fn-bindings (clause ...) (done ... (name variable)) . body))
    ((_ (name clause ...) (done ...) . body)
     (fn-bindings (clause ...) (done ... (name name)) . body))))

(define-syntax with
  (syntax-rules ()
    ((_ ((variable value) ...) format ...)
     (run-with (list (cons variable value) ...) (list format ...)))))

(define (run-with settings formats)
  (lambda (state)
    (let ((before (map (lambda (setting) (state-ref state (car setting))) settings)))
      (for-each (lambda (setting) (state-set! state (car setting) (cdr setting))) settings)
      (run-all formats state)
      (for-each (lambda (setting value) (state-set! state (car setting) value)) settings before))))

(define-syntax with!
  (syntax-rules ()
    ((_ (variable value) ...)
     (lambda (state) (state-set! state variable value) ...))))

(define (forked . formats)
  "(forked format ...)\nThe FORMATs, after which all state variables are again what they were before."
  (lambda (state) (run-all formats (copy-state state))))

(define (call-with-output format mapper)
  "(call-with-output format mapper)\nThe format that MAPPER returns for the string that FORMAT writes."
  (lambda (state) (run (mapper (captured (list format) state)) state)))

;; --- objects -------------------------------------------------------------------------------------------

(define (displayed x)
  "(displayed x)\nX if it is a format; strings and characters as they are, other objects as `written` has them."
  (if (procedure? x) x (lambda (state) (run x state))))

(define (written x)
  "(written x)\nX as `write` writes it, but with the state's radix and precision; labels only for cycles."
  (lambda (state) (((state-ref state writer) x) state)))

(define (written-default x)
  (lambda (state)
    (if (plain-numbers? state)
        (emit (whole-text x) state)
        (let ((text (if (or (pair? x) (vector? x)) (whole-text x) "")))
          ;; Labels cannot be kept while walking, and without them a cycle has no end.
          (if (labelled? text) (emit text state) (write-tree x state))))))

(define (plain-numbers? state)
  (and (eqv? (state-ref state radix) 10) (not (state-ref state precision))))

(define (whole-text x)
  (let ((to (open-output-string)))
    (write x to)
    (get-output-string to)))

(define (labelled? text)
  (let ((n (string-length text)))
    (let loop ((i 0))
      (and (< (+ i 1) n)
           (or (and (char=? (string-ref text i) #\#) (char-numeric? (string-ref text (+ i 1))))
               (loop (+ i 1)))))))

(define (written-shared x)
  "(written-shared x)\nX as `write-shared` writes it, with labels for all that is shared."
  (lambda (state)
    (let ((to (open-output-string)))
      (write-shared x to)
      (emit (get-output-string to) state))))

(define (written-simply x)
  "(written-simply x)
X as `write-simple` writes it, without labels: a cycle does not end, but may be cut off by trimmed/lazy."
  (lambda (state) (write-tree x state)))

(define (write-tree x state)
  (cond ((pair? x)
         (let ((prefix (and (symbol? (car x)) (pair? (cdr x)) (null? (cddr x))
                            (assq (car x)
                                  '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@"))))))
           (if prefix
               (begin (emit (cdr prefix) state) (write-tree (cadr x) state))
               (begin
                 (emit "(" state)
                 (write-tree (car x) state)
                 (let loop ((l (cdr x)))
                   (cond ((pair? l)
                          (emit " " state)
                          (write-tree (car l) state)
                          (loop (cdr l)))
                         ((not (null? l))
                          (emit " . " state)
                          (write-tree l state))))
                 (emit ")" state)))))
        ((vector? x)
         (emit "#(" state)
         (let ((n (vector-length x)))
           (let loop ((i 0))
             (if (< i n)
                 (begin
                   (if (> i 0) (emit " " state))
                   (write-tree (vector-ref x i) state)
                   (loop (+ i 1))))))
         (emit ")" state))
        ((and (number? x) (not (plain-numbers? state)))
         (emit (radix-prefix (state-ref state radix)) state)
         ((numeric x) state))
        (else (emit (whole-text x) state))))

(define (radix-prefix radix)
  (case radix
    ((2) "#b")
    ((8) "#o")
    ((10) "")
    ((16) "#x")
    (else (string-append "#" (number->string radix) "r"))))

(define escaped
  (case-lambda
    ((string)
     "(escaped string [quote [escape [rename]]])
STRING with the character ESCAPE (backslash) before each QUOTE (double quote) and ESCAPE; with #f a QUOTE is doubled.
RENAME may return another character for one, which is then written after ESCAPE."
     (escaped string #\" #\\ (lambda (c) #f)))
    ((string quote) (escaped string quote #\\ (lambda (c) #f)))
    ((string quote escape) (escaped string quote escape (lambda (c) #f)))
    ((string quote escape rename)
     (if (not (string? string)) (%raise-type 'escaped 1 "a string" string))
     (lambda (state)
       (let ((to (open-output-string)) (escape (or escape quote)) (escape? (lambda (c) (eqv? c escape))))
         (string-for-each
          (lambda (c)
            (let ((other (rename c)))
              (if (or other (eqv? c quote) (escape? c)) (write-char escape to))
              (write-char (or other c) to)))
          string)
         (emit (get-output-string to) state))))))

(define maybe-escaped
  (case-lambda
    ((string special?)
     "(maybe-escaped string special? [quote [escape [rename]]])
STRING, between QUOTEs and escaped if it has a character that SPECIAL? accepts or that would be escaped."
     (maybe-escaped string special? #\" #\\ (lambda (c) #f)))
    ((string special? quote) (maybe-escaped string special? quote #\\ (lambda (c) #f)))
    ((string special? quote escape) (maybe-escaped string special? quote escape (lambda (c) #f)))
    ((string special? quote escape rename)
     (if (not (string? string)) (%raise-type 'maybe-escaped 1 "a string" string))
     (let ((n (string-length string)))
       (let loop ((i 0))
         (if (= i n)
             (displayed string)
             (let ((c (string-ref string i)))
               (if (or (eqv? c quote) (eqv? c escape) (rename c) (special? c))
                   (each quote (escaped string quote escape rename) quote)
                   (loop (+ i 1))))))))))

;; --- sequences -----------------------------------------------------------------------------------------

(define (nl state)
  "(nl)\nThe format of a new line."
  (emit "\n" state))
(define (fl state)
  "(fl)\nThe format of a new line unless it is the beginning of one."
  (if (not (eqv? (state-ref state col) 0)) (emit "\n" state)))
(define (nothing state)
  "(nothing)\nThe format that writes nothing."
  #f)

(define (pad n state)
  (if (> n 0) (emit (make-string n (state-ref state pad-char)) state)))

(define (space-to column)
  "(space-to column)\nSpaces up to COLUMN."
  (%check-index 'space-to 1 column)
  (lambda (state) (pad (- column (state-ref state col)) state)))

(define tab-to
  (case-lambda
    (()
     "(tab-to [n])\nSpaces up to the next column that is a multiple of N (8)."
     (tab-to 8))
    ((n)
     (if (not (and (exact-integer? n) (> n 0))) (%raise-type 'tab-to 1 "a positive exact integer" n))
     (lambda (state) (pad (modulo (- (state-ref state col)) n) state)))))

(define (each . formats)
  "(each format ...)\nThe FORMATs one after the other."
  (lambda (state) (run-all formats state)))
(define (each-in-list formats)
  "(each-in-list formats)\nThe formats in the list FORMATS one after the other."
  (if (not (list? formats)) (%raise-type 'each-in-list 1 "a list" formats))
  (lambda (state) (run-all formats state)))

;; The formats that `f` makes of the elements of `list`, with `last` for the last and `dot` for what the list ends in.
(define (join who f last dot list separator)
  (lambda (state)
    (let loop ((l list) (first? #t))
      (cond ((pair? l)
             (if (not first?) (run separator state))
             (run ((if (null? (cdr l)) last f) (car l)) state)
             (loop (cdr l) #f))
            ((not (null? l))
             (if (not dot) (%raise-type who 2 "a list" list))
             (if (not first?) (run separator state))
             (run (dot l) state))))))

(define joined
  (case-lambda
    ((f list)
     "(joined procedure list [separator])
The formats PROCEDURE returns for the elements of LIST, with SEPARATOR (\"\") between them."
     (joined f list ""))
    ((f list separator) (join 'joined f f #f list separator))))
(define joined/prefix
  (case-lambda
    ((f list)
     "(joined/prefix procedure list [separator])\nLike joined, with SEPARATOR before each."
     (joined f list))
    ((f list separator) (joined (lambda (x) (each separator (f x))) list))))
(define joined/suffix
  (case-lambda
    ((f list)
     "(joined/suffix procedure list [separator])\nLike joined, with SEPARATOR after each."
     (joined f list))
    ((f list separator) (joined (lambda (x) (each (f x) separator)) list))))
(define joined/last
  (case-lambda
    ((f last list)
     "(joined/last procedure last list [separator])
Like joined, but the procedure LAST makes the format of the last element."
     (joined/last f last list ""))
    ((f last list separator) (join 'joined/last f last #f list separator))))
(define joined/dot
  (case-lambda
    ((f dot list)
     "(joined/dot procedure dot list [separator])
Like joined, but the procedure DOT makes the format of what LIST ends in, if not ()."
     (joined/dot f dot list ""))
    ((f dot list separator) (join 'joined/dot f f dot list separator))))
(define joined/range
  (case-lambda
    ((f start)
     "(joined/range procedure start [end [separator]])
Like joined for the integers from START up to END; without END (#f) it does not stop."
     (joined/range f start #f ""))
    ((f start end) (joined/range f start end ""))
    ((f start end separator)
     (lambda (state)
       (let loop ((i start))
         (if (or (not end) (< i end))
             (begin
               (if (> i start) (run separator state))
               (run (f i) state)
               (loop (+ i 1)))))))))

;; --- width ---------------------------------------------------------------------------------------------

;; A format of the string that `formats` write: (edit string its-width state).
(define (edited formats edit)
  (lambda (state)
    (let ((text (captured formats state)))
      (edit text ((state-ref state string-width) text) state))))

(define (padded n . formats)
  "(padded width format ...)\nThe FORMATs with spaces before them up to WIDTH characters."
  (%check-index 'padded 1 n)
  (edited formats (lambda (text width state) (pad (- n width) state) (emit text state))))
(define (padded/right n . formats)
  "(padded/right width format ...)\nThe FORMATs with spaces after them up to WIDTH characters."
  (%check-index 'padded/right 1 n)
  (edited formats (lambda (text width state) (emit text state) (pad (- n width) state))))
(define (padded/both n . formats)
  "(padded/both width format ...)\nThe FORMATs with spaces before and after them up to WIDTH characters."
  (%check-index 'padded/both 1 n)
  (edited formats
          (lambda (text width state)
            (let ((left (quotient (max 0 (- n width)) 2)))
              (pad left state)
              (emit text state)
              (pad (- n width left) state)))))

(define (trim who n formats cut)
  (%check-index who 1 n)
  (edited formats
          (lambda (text width state)
            (if (<= width n)
                (emit text state)
                (cut text (state-ref state ellipsis) state)))))

(define (trimmed n . formats)
  "(trimmed width format ...)\nThe last WIDTH characters of the FORMATs, after the state's ellipsis if that is all."
  (trim 'trimmed n formats
        (lambda (text ellipsis state)
          (let ((keep (max 0 (- n (string-length ellipsis)))) (length (string-length text)))
            (emit ellipsis state)
            (emit (substring text (max 0 (- length keep)) length) state)))))
(define (trimmed/right n . formats)
  "(trimmed/right width format ...)
The first WIDTH characters of the FORMATs, with the state's ellipsis if there are more."
  (trim 'trimmed/right n formats
        (lambda (text ellipsis state)
          (emit (substring text 0 (min (string-length text) (max 0 (- n (string-length ellipsis))))) state)
          (emit ellipsis state))))
(define (trimmed/both n . formats)
  "(trimmed/both width format ...)
The WIDTH characters in the middle of the FORMATs, with the state's ellipsis on both sides if there are more."
  (trim 'trimmed/both n formats
        (lambda (text ellipsis state)
          (let* ((keep (max 0 (- n (* 2 (string-length ellipsis)))))
                 (start (quotient (max 0 (- (string-length text) keep)) 2)))
            (emit ellipsis state)
            (emit (substring text start (min (string-length text) (+ start keep))) state)
            (emit ellipsis state)))))

(define (trimmed/lazy n . formats)
  "(trimmed/lazy width format ...)\nThe first WIDTH characters of the FORMATs, which are not run any further."
  (%check-index 'trimmed/lazy 1 n)
  (lambda (state)
    (let ((before (state-ref state output)) (left n) (inner (copy-state state)))
      (call-with-current-continuation
       (lambda (return)
         (state-set! inner output
                     (lambda (string)
                       (lambda (ignored)
                         (let ((length (string-length string)))
                           ((before (if (<= length left) string (substring string 0 left))) state)
                           (set! left (- left length))
                           (state-set! inner col (state-ref state col))
                           (state-set! inner row (state-ref state row))
                           (if (<= left 0) (return #f))))))
         (if (> n 0) (run-all formats inner)))))))

(define (fitted n . formats)
  "(fitted width format ...)\nThe FORMATs in exactly WIDTH characters: padded or trimmed."
  (padded n (apply trimmed n formats)))
(define (fitted/right n . formats)
  "(fitted/right width format ...)\nThe FORMATs in exactly WIDTH characters: padded/right or trimmed/right."
  (padded/right n (apply trimmed/right n formats)))
(define (fitted/both n . formats)
  "(fitted/both width format ...)\nThe FORMATs in exactly WIDTH characters: padded/both or trimmed/both."
  (padded/both n (apply trimmed/both n formats)))

(define (with-case convert formats)
  (lambda (state)
    (let ((before (state-ref state output)))
      (state-set! state output (lambda (string) (before (convert string))))
      (run-all formats state)
      (state-set! state output before))))
(define (upcased . formats)
  "(upcased format ...)\nThe FORMATs in upper case."
  (with-case string-upcase formats))
(define (downcased . formats)
  "(downcased format ...)\nThe FORMATs in lower case."
  (with-case string-downcase formats))
