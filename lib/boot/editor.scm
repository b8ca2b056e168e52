;;; The line editor: text of one or more lines, edited with the keys of a terminal.
;;;
;;; It reads bytes of the console and writes ANSI sequences, so it is the same on a serial line, on the machine's own
;;; screen and keyboard, and hosted.  A string and an index are all of its text; an edit makes a new string.  The
;;; screen is drawn again when no more input waits, so pasted text costs one drawing.
;;;
;;;   EDIT-1  Nothing is ever written in the last column, so where a terminal wraps does not matter.
;;;   EDIT-2  `row` is the row of the cursor below the first row drawn.  A drawing takes the place of the one before; what
;;;           others write meanwhile the core puts above it (CONSOLE-1).

(define-record-type editor
  (%make-editor prompt text point row completions? lines? history-index new-text undo last-command goal)
  %editor?
  (prompt %prompt %set-prompt!)
  (text %text-of %set-text!)
  (point %point %set-point!)
  (row %row %set-row!)
  (completions? %completions?)                 ; does Tab complete names?
  (lines? %lines?)                             ; does Enter go on while parentheses are open?
  (history-index %history-index %set-history-index!)  ; 0: the new text
  (new-text %new-text %set-new-text!)
  (undo %undo-list %set-undo!)
  (last-command %last-command %set-last!)      ; kill, type or #f
  (goal %goal %set-goal!))                     ; column for Up and Down

;; --- input: keys -------------------------------------------------------------------------------------
;; Bytes read and not yet used; they stay from one line to the next.

(define %key-buffer (make-bytevector 512 0))
(set! %key-buffer %key-buffer)  ; each process has its own
(define %key-start 0)
(define %key-end 0)

(define (%keys-waiting?) (< %key-start %key-end))

(define (%next-byte)
  (if (%keys-waiting?)
      (let ((b (bytevector-u8-ref %key-buffer %key-start)))
        (set! %key-start (+ %key-start 1))
        b)
      (let ((n (%console-read %key-buffer)))
        (if (eof-object? n)
            n
            (begin
              (set! %key-start 0)
              (set! %key-end n)
              (%next-byte))))))

(define %control-keys
  '#(#f home left cancel delete-or-end end right #f backspace tab enter kill-line redraw enter next #f
     previous #f search #f transpose kill-start #f kill-word-back #f yank #f #f #f #f #f undo))

;; The next key: a character to insert, a symbol, or eof.
(define (%next-key)
  (let ((b (%next-byte)))
    (cond ((eof-object? b) b)
          ((= b 27) (%escape-key (%next-byte)))
          ((= b 127) 'backspace)
          ((< b 32) (or (vector-ref %control-keys b) 'unknown))
          ((< b 128) (integer->char b))
          (else (%utf8-key b)))))

(define (%utf8-key b)
  (let ((n (cond ((>= b 240) 3) ((>= b 224) 2) ((>= b 192) 1) (else 0))))
    (let loop ((n n) (bytes (list b)))
      (if (= n 0)
          (let ((text (guard (c (#t "?")) (utf8->string (apply bytevector (reverse bytes))))))
            (if (= (string-length text) 1) (string-ref text 0) 'unknown))
          (let ((next (%next-byte)))
            (if (eof-object? next)
                next
                (loop (- n 1) (cons next bytes))))))))

(define (%escape-key b)
  (cond ((eof-object? b) b)
        ((= b 91) (%bracket-key '() 0))   ; ESC [
        ((= b 79) (%letter-key (%next-byte) '()))  ; ESC O
        ((= b 98) 'word-left)
        ((= b 102) 'word-right)
        ((= b 100) 'kill-word)
        ((or (= b 127) (= b 8)) 'kill-word-back)
        ((or (= b 13) (= b 10)) 'newline)
        ((= b 60) 'oldest)
        ((= b 62) 'newest)
        ((= b 27) (%escape-key (%next-byte)))
        (else 'unknown)))

;; Numbers separated by semicolons, then a letter or ~.
(define (%bracket-key numbers n)
  (let ((b (%next-byte)))
    (cond ((eof-object? b) b)
          ((and (>= b 48) (<= b 57)) (%bracket-key numbers (+ (* 10 (modulo n 1000)) (- b 48))))
          ((= b 59) (%bracket-key (cons n numbers) 0))
          ((= b 126)
           (case (if (null? numbers) n (car (reverse numbers)))
             ((1 7) 'home) ((3) 'delete) ((4 8) 'end) ((5) 'oldest) ((6) 'newest)
             ((200) 'paste) (else 'unknown)))
          (else (%letter-key b (reverse (cons n numbers)))))))

(define (%letter-key b numbers)
  (if (eof-object? b)
      b
      (let ((control? (and (pair? numbers) (pair? (cdr numbers)) (memv (cadr numbers) '(3 5 7)))))
        (case b
          ((65) 'up) ((66) 'down)
          ((67) (if control? 'word-right 'right))
          ((68) (if control? 'word-left 'left))
          ((72) 'home) ((70) 'end)
          (else 'unknown)))))

;; --- output -----------------------------------------------------------------------------------------------

(define (%console-say . strings)
  (let ((text (apply string-append strings)))
    (%console-write text 0 (string-length text))))

(define (%ansi-up n)
  (if (> n 0) (string-append "\x1b;[" (number->string n) "A") ""))
(define (%ansi-column n)
  (string-append "\x1b;[" (number->string (+ n 1)) "G"))

(define %window-rows 20)

;; Where index `i` is on the screen: row and column, both from 0.
(define (%locate text i prefix width)
  (let loop ((j 0) (row 0) (column prefix))
    (cond ((= j i) (values row column))
          ((char=? (string-ref text j) #\newline) (loop (+ j 1) (+ row 1) prefix))
          ((>= column (- width 1)) (loop (+ j 1) (+ row 1) 1))
          (else (loop (+ j 1) row (+ column 1))))))

(define %class-colours
  '#("" "\x1b;[32m" "\x1b;[90m" "\x1b;[32m" "" ""))

;; The indices of a pair of parentheses to show, or -1 and -1: the one before the cursor, or the one at it.
(define (%matching-pair classes point)
  (define (class-at i)
    (if (and (>= i 0) (< i (bytevector-length classes))) (bytevector-u8-ref classes i) 0))
  (cond ((= (class-at (- point 1)) 5)
         (let ((open (%enclosing-open classes (- point 1))))
           (if open (values open (- point 1)) (values -1 -1))))
        ((= (class-at point) 4)
         (let ((close (%matching-close classes point)))
           (if close (values point close) (values -1 -1))))
        (else (values -1 -1))))

(define (%draw ed match?)
  (let* ((text (%text-of ed)) (prompt (%prompt ed)) (n (string-length text))
         (prefix (string-length prompt))
         (width (max 20 (%console-columns)))
         (out (open-output-string)))
    (define (put s) (write-string s out))
    (receive (point-row point-column) (%locate text (%point ed) prefix width)
      (receive (classes end) (%scan text)
        (receive (open close) (if match? (%matching-pair classes (%point ed)) (values -1 -1))
          (let* ((top (max 0 (- point-row (- %window-rows 1))))
                 (bottom (+ top %window-rows)))
            (if (= top 0)
                (begin (put "\x1b;[1;36m") (put prompt) (put "\x1b;[m")))
            (let loop ((i 0) (row 0) (column prefix) (class 0))
              (define (new-row j start)
                (cond ((= (+ row 1) top) (put (make-string start #\space)))
                      ((and (>= row top) (< (+ row 1) bottom))
                       (put "\r\n")
                       (put (make-string start #\space))))
                (loop j (+ row 1) start class))
              (cond ((or (= i n) (>= row bottom))
                     (if (not (= class 0)) (put "\x1b;[m"))
                     (let ((last-row (if (>= row bottom) (- bottom 1) row)))
                       (put (%ansi-up (- last-row point-row)))
                       (put (%ansi-column point-column))))
                    ((char=? (string-ref text i) #\newline) (new-row (+ i 1) prefix))
                    ((>= column (- width 1)) (new-row i 0))
                    ((< row top) (loop (+ i 1) row (+ column 1) class))
                    (else
                     (let ((next (bytevector-u8-ref classes i)))
                       (cond ((or (= i open) (= i close))
                              (put "\x1b;[1;7m")
                              (write-char (string-ref text i) out)
                              (put "\x1b;[m")
                              (loop (+ i 1) row (+ column 1) 0))
                             (else
                              (if (not (string=? (vector-ref %class-colours class)
                                                 (vector-ref %class-colours next)))
                                  (begin (put "\x1b;[m") (put (vector-ref %class-colours next))))
                              (write-char (string-ref text i) out)
                              (loop (+ i 1) row (+ column 1) next)))))))
            (%console-draw (get-output-string out) (%row ed) (- point-row top))
            (%set-row! ed (- point-row top))))))))

;; --- editing ---------------------------------------------------------------------------------------------------

(define (%remember! ed)
  (let ((l (%undo-list ed)))
    (%set-undo! ed (cons (cons (%text-of ed) (%point ed))
                         (if (> (length l) 100) (list-head l 100) l)))))

;; Replace the text from `start` to `end`; the cursor comes to stand after what was put in.
(define (%replace! ed start end string)
  (let ((text (%text-of ed)))
    (%set-text! ed (string-append (substring text 0 start) string
                                  (substring text end (string-length text))))
    (%set-point! ed (+ start (string-length string)))))

(define (%insert! ed string)
  (%replace! ed (%point ed) (%point ed) string))

(define (%set-all! ed text)
  (%set-text! ed text)
  (%set-point! ed (string-length text)))

(define %killed "")

(define (%kill! ed start end)
  (if (< start end)
      (let ((piece (substring (%text-of ed) start end)))
        (%remember! ed)
        (set! %killed
              (cond ((not (eq? (%last-command ed) 'kill)) piece)
                    ((< start (%point ed)) (string-append piece %killed))
                    (else (string-append %killed piece))))
        (%replace! ed start end ""))))

(define (%word-left text i)
  (let skip ((i i))
    (if (and (> i 0) (%delimiter? (string-ref text (- i 1))))
        (skip (- i 1))
        (let loop ((i i))
          (if (and (> i 0) (not (%delimiter? (string-ref text (- i 1)))))
              (loop (- i 1))
              i)))))

(define (%word-right text i)
  (let ((n (string-length text)))
    (let skip ((i i))
      (if (and (< i n) (%delimiter? (string-ref text i)))
          (skip (+ i 1))
          (let loop ((i i))
            (if (and (< i n) (not (%delimiter? (string-ref text i))))
                (loop (+ i 1))
                i))))))

;; Up and Down in the text itself; #f when there is no such line.
(define (%move-line! ed direction)
  (let* ((text (%text-of ed)) (point (%point ed))
         (start (%line-start text point))
         (goal (or (%goal ed) (- point start)))
         (target (if (< direction 0)
                     (if (= start 0) #f (%line-start text (- start 1)))
                     (let ((end (%line-end text point)))
                       (if (= end (string-length text)) #f (+ end 1))))))
    (if target
        (begin
          (%set-point! ed (min (+ target goal) (%line-end text target)))
          (%set-goal! ed goal)
          #t)
        #f)))

(define (%new-line! ed)
  (%insert! ed "\n")
  (if (and (%lines? ed) (not (%keys-waiting?)))
      (%insert! ed (make-string (%indentation (%text-of ed) (%point ed)) #\space))))

;; --- history ----------------------------------------------------------------------------------------------------------
;; The latest entry first.

(define %history '())
(define %history-limit 500)

(define (%history-add! text)
  (if (and (not (string=? (string-trim-both text) ""))
           (not (and (pair? %history) (string=? (car %history) text))))
      (begin
        (set! %history (cons text %history))
        (if (> (length %history) %history-limit)
            (set! %history (list-head %history %history-limit))))))

(define (%history-move! ed index)
  (if (and (>= index 0) (<= index (length %history)))
      (begin
        (if (= (%history-index ed) 0) (%set-new-text! ed (%text-of ed)))
        (%set-history-index! ed index)
        (%set-all! ed (if (= index 0) (%new-text ed) (list-ref %history (- index 1)))))))

;; Control-R: what is typed is looked for in the history; any other key takes the entry found.
(define (%search! ed)
  (let ((prompt (%prompt ed)) (text (%text-of ed)) (point (%point ed)))
    (define (finish key)
      (%set-prompt! ed prompt)
      key)
    (define (find wanted index)
      (let loop ((l (if (< index (length %history)) (list-tail %history index) '())) (index index))
        (cond ((null? l) #f)
              ((string-search-forward wanted (car l) 0) index)
              (else (loop (cdr l) (+ index 1))))))
    (let loop ((wanted "") (index -1))
      (%set-prompt! ed (string-append "search \"" wanted "\": "))
      (if (not (%keys-waiting?)) (%draw ed #f))
      (let ((key (%next-key)))
        (define (look wanted from)
          (let ((found (if (string=? wanted "") #f (find wanted from))))
            (if found
                (begin
                  (%set-text! ed (list-ref %history found))
                  (%set-point! ed (string-search-forward wanted (%text-of ed) 0))))
            (loop wanted (or found index))))
        (cond ((char? key) (look (string-append wanted (string key)) (max index 0)))
              ((eq? key 'search) (look wanted (+ index 1)))
              ((eq? key 'backspace)
               (look (substring wanted 0 (max 0 (- (string-length wanted) 1))) 0))
              ((memq key '(cancel unknown))
               (%set-text! ed text)
               (%set-point! ed point)
               (finish 'none))
              (else (finish key)))))))

;; --- completion ------------------------------------------------------------------------------------------------

(define (%names-with-prefix prefix)
  (list-sort string<?
             (%fold-environment (interaction-environment)
                                (lambda (name binding names)
                                  (let ((name (symbol->string name)))
                                    (if (and (string-prefix? prefix name)
                                             (or (string-prefix? "%" prefix) (not (%hidden-name? name))))
                                        (cons name names)
                                        names)))
                                '())))

(define (%common-prefix a b)
  (let loop ((i 0))
    (if (and (< i (string-length a)) (< i (string-length b))
             (char=? (string-ref a i) (string-ref b i)))
        (loop (+ i 1))
        (substring a 0 i))))

(define (%complete! ed)
  (let* ((text (%text-of ed)) (point (%point ed))
         (start (let loop ((i point))
                  (if (and (> i 0) (not (%delimiter? (string-ref text (- i 1))))) (loop (- i 1)) i)))
         (prefix (substring text start point)))
    (if (string=? prefix "")
        (%indent-line! ed)
        (let ((names (%names-with-prefix prefix)))
          (cond ((null? names))
                ((null? (cdr names)) (%replace! ed start point (car names)))
                (else
                 (let ((common (fold-left %common-prefix (car names) (cdr names))))
                   (if (> (string-length common) (string-length prefix))
                       (%replace! ed start point common)
                       (%show-names ed names)))))))))

(define (%indent-line! ed)
  (let* ((text (%text-of ed)) (start (%line-start text (%point ed)))
         (first (let loop ((i start))
                  (if (and (< i (string-length text)) (char=? (string-ref text i) #\space))
                      (loop (+ i 1))
                      i)))
         (point (%point ed))
         (n (%indentation text start)))
    (%replace! ed start first (make-string n #\space))
    (if (> point first)
        (%set-point! ed (+ point (- n (- first start)))))))

;; The names below the text, in columns; then the text again below these.
(define (%show-names ed names)
  (let* ((shown (if (> (length names) 60) (list-head names 60) names))
         (widest (fold-left (lambda (n name) (max n (string-length name))) 0 shown))
         (per-row (max 1 (quotient (- (max 20 (%console-columns)) 1) (+ widest 2))))
         (point (%point ed)))
    (%set-point! ed (string-length (%text-of ed)))
    (%draw ed #f)
    (let loop ((l shown) (i 0) (row ""))
      (cond ((null? l) (if (> i 0) (%console-say "\r\n" row)))
            ((= i per-row) (%console-say "\r\n" row) (loop l 0 ""))
            (else (loop (cdr l) (+ i 1)
                        (string-append row (string-pad-right (car l) (+ widest 2)))))))
    (if (> (length names) 60)
        (%console-say "\r\n... and " (number->string (- (length names) 60)) " more"))
    (%console-say "\r\n")
    (%set-row! ed 0)
    (%set-point! ed point)))

;; --- the loop --------------------------------------------------------------------------------------------------

;; Let a person edit a text.  The result: a string, or eof after Control-D on an empty line or the end of input, or
;; #f after Control-C.
(define (%edit prompt completions? lines?)
  (let ((ed (%make-editor prompt "" 0 0 completions? lines? 0 "" '() #f #f)))
    (%draw ed #f)
    (let loop ((key (%next-key)))
      (let ((result (%do-key ed key)))
        (cond ((eq? result 'continue)
               (if (not (%keys-waiting?)) (%draw ed #t))
               (loop (%next-key)))
              ((symbol? result) (loop result))
              (else result))))))

(define (%leave ed result)
  (%set-point! ed (string-length (%text-of ed)))
  (%draw ed #f)
  (%console-say "\r\n")
  result)

(define (%enter ed)
  (let ((text (%text-of ed)))
    (if (and (%lines? ed) (not (%complete? text)))
        (begin
          (%remember! ed)
          (%new-line! ed)
          'continue)
        (%leave ed text))))

;; Characters that wait are inserted together.
(define (%type! ed c)
  (if (not (eq? (%last-command ed) 'type)) (%remember! ed))
  (let loop ((l (list c)))
    (let ((b (and (%keys-waiting?) (bytevector-u8-ref %key-buffer %key-start))))
      (if (and b (>= b 32) (< b 127))
          (begin
            (set! %key-start (+ %key-start 1))
            (loop (cons (integer->char b) l)))
          (%insert! ed (list->string (reverse l)))))))

;; Do what a key means.  The result: continue, another key to do, or what %edit returns.
(define (%do-key ed key)
  (if (char? key)
      (begin
        (%type! ed key)
        (%set-last! ed 'type)
        (%set-goal! ed #f)
        'continue)
      (let ((result (if (eof-object? key) (%leave ed key) (%do-command ed key))))
        (%set-last! ed (if (memq key '(kill-line kill-start kill-word kill-word-back)) 'kill #f))
        (if (not (memq key '(up down previous next))) (%set-goal! ed #f))
        result)))

(define (%do-command ed key)
  (let* ((text (%text-of ed)) (point (%point ed)) (n (string-length text)))
    (case key
      ((enter) (%enter ed))
      ((newline) (%remember! ed) (%new-line! ed) 'continue)
      ((cancel)
       (%set-point! ed n)
       (%draw ed #f)
       (%console-say "^C\r\n")
       #f)
      ((delete-or-end)
       (if (= n 0)
           (%leave ed (eof-object))
           (%do-command ed 'delete)))
      ((search) (%search! ed))
      (else (%edit-command ed key text point n) 'continue))))

(define (%edit-command ed key text point n)
  (case key
    ((left) (if (> point 0) (%set-point! ed (- point 1))))
    ((right) (if (< point n) (%set-point! ed (+ point 1))))
    ((home) (%set-point! ed (%line-start text point)))
    ((end) (%set-point! ed (%line-end text point)))
    ((word-left) (%set-point! ed (%word-left text point)))
    ((word-right) (%set-point! ed (%word-right text point)))
    ((backspace)
     (if (> point 0)
         (begin (%remember! ed) (%replace! ed (- point 1) point ""))))
    ((delete)
     (if (< point n)
         (begin (%remember! ed) (%replace! ed point (+ point 1) ""))))
    ((kill-line)
     (let ((end (%line-end text point)))
       (%kill! ed point (if (and (= end point) (< end n)) (+ end 1) end))))
    ((kill-start) (%kill! ed (%line-start text point) point))
    ((kill-word) (%kill! ed point (%word-right text point)))
    ((kill-word-back) (%kill! ed (%word-left text point) point))
    ((yank) (%remember! ed) (%insert! ed %killed))
    ((undo)
     (if (pair? (%undo-list ed))
         (let ((state (car (%undo-list ed))))
           (%set-undo! ed (cdr (%undo-list ed)))
           (%set-text! ed (car state))
           (%set-point! ed (cdr state)))))
    ((transpose)
     (if (and (> point 0) (> n 1))
         (let ((i (if (= point n) (- point 2) (- point 1))))
           (%remember! ed)
           (%replace! ed i (+ i 2) (string (string-ref text (+ i 1)) (string-ref text i))))))
    ((up) (if (not (%move-line! ed -1)) (%history-move! ed (+ (%history-index ed) 1))))
    ((down) (if (not (%move-line! ed 1)) (%history-move! ed (- (%history-index ed) 1))))
    ((previous) (%history-move! ed (+ (%history-index ed) 1)))
    ((next) (%history-move! ed (- (%history-index ed) 1)))
    ((oldest) (%history-move! ed (length %history)))
    ((newest) (%history-move! ed 0))
    ((redraw)
     (%console-say "\x1b;[2J\x1b;[H")
     (%set-row! ed 0))
    ((tab)
     (%remember! ed)
     (if (%completions? ed) (%complete! ed) (%insert! ed " ")))))
