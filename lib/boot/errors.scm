;;; Errors in words: conditions, source positions, backtraces, and what happens to what nobody handles.
;;;
;;; Nothing here may fail on any object: everything is printed by %write-to-string, which is bounded and safe for
;;; cyclic data, and no list is walked that might not end.

;; The prompt and the script runner say what to do with what nobody handles: a procedure (condition frames) that
;; does not return.  Made once all libraries are there: the environment of the prompt.
(define %last-resort #f)
(define %interaction-environment #f)

;; --- names that are near -------------------------------------------------------------------------

;; The number of insertions, deletions, replacements and swaps that turn string `a` into `b`, or more than `limit`.
(define (%edit-distance a b limit)
  (let ((n (string-length a)) (m (string-length b)))
    (if (> (abs (- n m)) limit)
        (+ limit 1)
        (let loop ((i 0) (before #f) (row (list->vector (iota (+ m 1)))))
          (if (= i n)
              (vector-ref row m)
              (let ((next (make-vector (+ m 1) (+ i 1))) (c (string-ref a i)))
                (let fill ((j 0) (best (+ i 1)))
                  (if (= j m)
                      (if (> best limit) (+ limit 1) (loop (+ i 1) row next))
                      (let* ((d (string-ref b j))
                             (cost (min (+ (vector-ref row (+ j 1)) 1)
                                        (+ (vector-ref next j) 1)
                                        (+ (vector-ref row j) (if (char=? c d) 0 1))))
                             (cost (if (and before (> j 0)
                                            (char=? c (string-ref b (- j 1)))
                                            (char=? d (string-ref a (- i 1))))
                                       (min cost (+ (vector-ref before (- j 1)) 1))
                                       cost)))
                        (vector-set! next (+ j 1) cost)
                        (fill (+ j 1) (min best cost)))))))))))

(define (%hidden-name? string)
  (and (> (string-length string) 1) (char=? (string-ref string 0) #\%)))

;; The difference that is still taken for a misspelling.
(define (%edit-limit name)
  (let ((n (string-length name)))
    (cond ((< n 3) 0) ((< n 6) 1) ((< n 10) 2) (else 3))))

;; Twice the distance, and one more if the last character differs: fld is fold rather than fl+.
(define (%unlikeness name other limit)
  (let ((n (string-length name)) (m (string-length other)))
    (if (or (%hidden-name? other) (= n 0) (= m 0))
        (+ 2 (* 2 limit))
        (+ (* 2 (%edit-distance name other limit))
           (if (char=? (string-ref name (- n 1)) (string-ref other (- m 1))) 0 1)))))

;; At most `k` of the symbols `candidates` that are most like `symbol`.
(define (%nearest symbol candidates k)
  (let* ((name (symbol->string symbol))
         (limit (%edit-limit name))
         (most (+ 1 (* 2 limit))))
    (let loop ((l candidates) (found '()))
      (if (pair? l)
          (let* ((other (symbol->string (car l)))
                 (d (%unlikeness name other limit)))
            (loop (cdr l)
                  (if (and (<= 2 d most) (not (any (lambda (entry) (string=? (cadr entry) other)) found)))
                      (cons (list d other) found)
                      found)))
          (let* ((best (fold-left (lambda (best entry) (min best (car entry))) most found))
                 (names (list-sort string<?
                                   (filter-map (lambda (entry) (and (= (car entry) best) (cadr entry))) found))))
            (map string->symbol (if (> (length names) k) (list-head names k) names)))))))

(define (%near-names symbol environment k)
  (%nearest symbol
            (%fold-environment environment (lambda (name binding names) (cons name names)) '())
            k))

(define (%fold-environment environment f init)
  (let loop ((l (%environment-all environment)) (result init))
    (if (pair? l)
        (loop (cdr l) (f (car (car l)) (cdr (car l)) result))
        result)))

;; " -- did you mean foo?", or "" when no symbol of `candidates` is near.
(define (%misspelling-hint symbol candidates)
  (let ((near (if (symbol? symbol) (%nearest symbol candidates 3) '())))
    (if (pair? near)
        (%suggestion near)
        "")))

;; With one question mark at the end, be it that of a name.
(define (%suggestion names)
  (let* ((asks? (lambda (name) (string-suffix? "?" (symbol->string name))))
         (names (append (remove asks? names) (filter asks? names))))
    (string-append " -- did you mean " (%alternatives names)
                   (if (any asks? names) "" "?"))))

;; "foo, bar or baz" for a list of symbols.
(define (%alternatives symbols)
  (cond ((null? (cdr symbols)) (symbol->string (car symbols)))
        ((null? (cddr symbols))
         (string-append (symbol->string (car symbols)) " or " (symbol->string (cadr symbols))))
        (else (string-append (symbol->string (car symbols)) ", " (%alternatives (cdr symbols))))))

;; --- conditions ------------------------------------------------------------------------------------

(define (%bounded x limit)
  (%write-to-string x 1 limit))

;; The elements of a list that might be anything, at most `n`.
(define (%some-elements list n)
  (if (and (pair? list) (> n 0))
      (cons (car list) (%some-elements (cdr list) (- n 1)))
      (if (pair? list) '(...) '())))

(define (%call-text who arguments limit)
  (string-append
   "("
   (string-join (cons (%write-to-string who 0 60)
                      (map (lambda (x) (if (eq? x '...) "..." (%bounded x 40)))
                           (%some-elements arguments 8)))
                " ")
   ")"))

;; One or more lines, without a newline at the end.
(define (%condition-text c limit)
  (if (condition? c)
      (let* ((inner (%condition-ref c 1))
             (who (if (symbol? inner) (%public-name inner) inner))
             (message (%condition-ref c 2))
             ;; The form of a helper is not what was written.
             (irritants (if (and (not (eq? inner who)) (equal? message "no rule of this macro fits"))
                            '()
                            (%condition-ref c 3)))
             (arguments (%condition-ref c 6)))
        (string-append
         (cond ((and who (or (pair? arguments) (null? arguments)))
                (string-append (%call-text who arguments limit) ": "))
               (who (string-append (%write-to-string who 0 60) ": "))
               ((eq? (%condition-ref c 0) 'arity) "a procedure ")
               (else ""))
         (if (string? message)
             (if (> (string-length message) limit)
                 (string-append (substring message 0 limit) "...")
                 message)
             (%bounded message limit))
         (apply string-append
                (map (lambda (x) (string-append " " (if (eq? x '...) "..." (%bounded x (quotient limit 3)))))
                     (%some-elements irritants 12)))
         (%hint c)))
      (string-append "uncaught object: " (%bounded c limit))))

(define (condition->string c)
  "(condition->string condition)
The text that an error message shows for CONDITION, or for any object that was raised."
  (%condition-text c 400))

;; What to add to a condition's text.  Part 5 may hold a hint of who raised it.
(define (%hint c)
  (let ((type (%condition-ref c 0)) (who (%condition-ref c 1)) (irritants (%condition-ref c 3)))
    (cond ((string? (%condition-ref c 5)) (%condition-ref c 5))
          ((not %interaction-environment) "")
          ((and (eq? type 'unbound) (pair? irritants) (symbol? (car irritants)))
           (%unbound-hint (car irritants)))
          ((and (eq? who 'define-record-type) (pair? irritants) (pair? (cdr irritants)))
           (%misspelling-hint (car irritants) (cadr irritants)))
          ((and (eq? type 'syntax) (symbol? who) (not (equal? (%condition-ref c 2) %bound-twice)))
           (%usage-hint (%public-name who)))
          ((and (eq? type 'not-procedure) (pair? irritants)) (%call-hint (car irritants)))
          (else ""))))

;; The form is well made but for this.
(define %bound-twice "this name is bound twice in one place:")

;; How the form is written that was not well made.
(define (%usage-hint name)
  (let ((entry (assq name %syntax-help)))
    (if entry
        (let* ((line (%first-line (cadr entry)))
               (end (string-search-forward "   " line 0)))
          (string-append " -- it is written "
                         (if end
                             (string-append (substring line 0 end) " or "
                                            (substring line (+ end 3) (string-length line)))
                             line)))
        "")))

;; Parentheses too many, or a list that is not quoted.
(define (%call-hint callee)
  (cond ((number? callee) " -- a list of values is written (list 1 2) or '(1 2)")
        ((or (string? callee) (boolean? callee) (null? callee) (pair? callee) (eq? callee (if #f #f)))
         " -- are there parentheses too many?")
        (else "")))

;; The keyword that a person wrote for a helper of its macro: case for %case-body.
(define (%public-name name)
  (let ((text (symbol->string name)))
    (if (%hidden-name? text)
        (let loop ((text (substring text 1 (string-length text))))
          (let ((dash (string-rindex text #\-)))
            (cond ((assq (string->symbol text) %syntax-help) (string->symbol text))
                  (dash (loop (substring text 0 dash)))
                  (else name))))
        name)))

;; A program that imports little may lack a name that a library has; otherwise the name may be misspelt.
(define (%unbound-hint name)
  (let ((libraries (append (%libraries-with name) (%archived-with name))))
    (if (pair? libraries)
        (string-append " -- it is in the library " (%bounded (%best-library libraries) 100))
        (let ((near (%near-names name %interaction-environment 3)))
          (if (pair? near) (%suggestion near) "")))))

(define (%best-library names)
  (or (find (lambda (name) (and (eq? (car name) 'scheme) (not (equal? name '(scheme r5rs))))) names)
      (car names)))

;; --- backtraces --------------------------------------------------------------------------------------
;; A frame is a vector: procedure name or #f, file or #f, position (line << 10 | column), arguments or #f, variables
;; (see debug.scm).

(define (%position-line position) (quotient position 1024))
(define (%position-column position) (remainder position 1024))

(define (%place-text file position)
  (string-append
   (if (string? file) file "?")
   (if (and (exact-integer? position) (> position 0))
       (string-append ":" (number->string (%position-line position))
                      (if (> (%position-column position) 0)
                          (string-append ":" (number->string (%position-column position)))
                          ""))
       "")))

(define (%frame-name frame) (vector-ref frame 0))
(define (%frame-file frame) (vector-ref frame 1))
(define (%frame-position frame) (vector-ref frame 2))
(define (%frame-arguments frame) (vector-ref frame 3))
(define (%frame-variables frame) (vector-ref frame 4))

;; The procedures that lie between an error and the code that is to blame, and between that and the prompt.
(define %inner-names
  '(raise raise-continuable error %signal %signal-of %note-position! %raise %raise-type %raise-range %end-of-list
    %check-index %check-procedure
    %assertion-failed %unhandled %report-error %current-frames %syntax-error))
(define %outer-names '(%run-form %run-program %main %prompt-loop %thread-main))

;; The frames of continuation `k` that are the user's concern, innermost first.  When nothing of the user's ran, as when
;; the system works on an import, there are none.
(define (%user-frames k)
  (let ((frames (%known-frames k)))
    (if (every (lambda (frame) (%system-file? (%frame-file frame))) frames)
        '()
        frames)))

(define (%known-frames k)
  (let skip ((frames (%backtrace k)))
    (if (and (pair? frames) (memq (%frame-name (car frames)) %inner-names))
        (skip (cdr frames))
        (let loop ((frames frames))
          (cond ((null? frames) '())
                ((memq (%frame-name (car frames)) %outer-names) '())
                ((%inner-frame? (car frames)) (loop (cdr frames)))
                (else (cons (car frames) (loop (cdr frames)))))))))

;; Of the library's own procedures only those are shown that a person can know.
(define (%inner-frame? frame)
  (let ((name (%frame-name frame)) (file (%frame-file frame)))
    (cond ((not (symbol? name)) (or (not file) (%system-file? file)))
          ((%hidden-name? (symbol->string name)) #t)
          ((and (string? file) (string-prefix? "lib/ringlet/" file)) #t)
          ((%library-file? file)
           (not (and %interaction-environment (%binding-of %interaction-environment name))))
          (else #f))))

(define (%library-file? file)
  (and (string? file)
       (or (string-prefix? "boot/" file) (string-prefix? "lib/boot/" file))))

;; The libraries that come with the system, too.
(define (%system-file? file)
  (and (string? file)
       (or (%library-file? file)
           (any (lambda (prefix) (string-prefix? prefix file))
                '("lib/ringlet/" "lib/srfi/" "lib/scheme/" "lib/chibi/")))))

;; Where it happened, (file . position): the innermost frame outside of the library, or #f.
(define (%error-position c frames)
  (let ((position (and (condition? c) (%condition-ref c 4))))
    (if (and (pair? position) (exact-integer? (cdr position)) (> (cdr position) 0))
        position
        (let loop ((l frames))
          (cond ((null? l) #f)
                ((and (string? (%frame-file (car l)))
                      (not (%system-file? (%frame-file (car l)))))
                 (cons (%frame-file (car l)) (%frame-position (car l))))
                (else (loop (cdr l))))))))

(define (%error-place c frames)
  (let ((place (%error-position c frames)))
    (and place (%place-text (car place) (cdr place)))))

;; Without a name: a form of the top level when nothing called it, otherwise a lambda.
(define (%frame-call frame outermost?)
  (let ((name (%frame-name frame)) (arguments (%frame-arguments frame)))
    (cond ((and name (or (pair? arguments) (null? arguments)))
           (%call-text name arguments 40))
          (name (%write-to-string name 0 60))
          (outermost? "(top level)")
          (else "(a procedure)"))))

;; "   3  (f 1 2)  file.scm:3:4" in at most `width` characters, if the call can be cut.
(define (%frame-line n frame outermost? width)
  (let* ((place (if (%frame-file frame)
                    (string-append "  " (%place-text (%frame-file frame) (%frame-position frame)))
                    ""))
         (call (%frame-call frame outermost?))
         (room (max 20 (- width (string-length place) 6))))
    (string-append
     (string-pad-left (number->string n) 4)
     "  "
     (if (> (string-length call) room)
         (string-append (substring call 0 (- room 3)) "...")
         call)
     place)))

(define (%show-frames frames limit port)
  (let ((width (if (%console-interactive?) (- (max 40 (%console-columns)) 1) 100)))
    (let loop ((l frames) (i 0))
      (cond ((null? l))
            ((= i limit)
             (write-string "      ... and " port)
             (write-string (number->string (length l)) port)
             (write-string " more\n" port))
            (else
             (write-string (%frame-line i (car l) (null? (cdr l)) width) port)
             (newline port)
             (loop (cdr l) (+ i 1)))))))

(define (%report-condition c frames port limit)
  (let ((place (%error-place c frames)))
    (%fresh-line port)
    (if place
        (begin (write-string place port) (write-string ": " port)))
    (write-string "error: " port)
    (write-string (%condition-text c 400) port)
    (newline port)
    (%show-error-source c frames port)
    (%show-frames frames limit port)))

;; The line of a file that is at hand, and a mark under the column:
;;     3 | (car x)
;;       | ^
(define (%show-source file position port)
  (let ((line (and (string? file)
                   (exact-integer? position)
                   (> (%position-line position) 0)
                   (%source-line file (%position-line position))))
        (column (- (%position-column position) 1)))
    (if (and line (<= 0 column (string-length line)) (< column 160))
        (let* ((number (string-pad-left (number->string (%position-line position)) 5))
               (width (string-length number)))
          (write-string
           (string-append number " | " (if (> (string-length line) 200) (substring line 0 200) line) "\n"
                          (make-string width #\space) " | "
                          (string-map (lambda (c) (if (char=? c #\tab) c #\space)) (substring line 0 column)) "^\n")
           port)))))

;; #f when the file cannot be read, or is no file: what is typed has a name without one.
(define (%source-line file n)
  (guard (c (#t #f))
    (and (not (member file '("input" "-e")))
         (file-exists? file)
         (let ((port (%open-input-text (%file-contents file) file)))
           (let loop ((i 1))
             (let ((line (read-line port)))
               (cond ((eof-object? line) #f)
                     ((= i n) line)
                     (else (loop (+ i 1))))))))))

(define (%show-error-source c frames port)
  (let ((place (%error-position c frames)))
    (if place (%show-source (car place) (cdr place) port))))

;; --- what nobody handles --------------------------------------------------------------------------------
(define (%unhandled object)
  (%call/cc
   (lambda (k)
     (cond (%last-resort (%last-resort object (if (%out-of-memory? object) '() (%user-frames k))))
           ((%first-process?)
            (set! %last-resort (lambda (object frames) (%exit 1)))
            (%report-condition object (%backtrace k) console-port 20)
            (%exit 1))
           ;; An error in here ends it as well.
           (else
            (set! %last-resort (lambda (object frames) (%exit 1)))
            (%process-failed object (if (%out-of-memory? object) '() (%user-frames k))))))))

;; When memory is gone nothing is looked into on the spot; it comes back once the stack is left.
(define (%out-of-memory? object)
  (and (condition? object) (eq? (%condition-ref object 0) 'memory)))

;; Errors found by C arrive here, in the place of the instruction that failed.
(%set-root! 'RAISE_HANDLER raise)
