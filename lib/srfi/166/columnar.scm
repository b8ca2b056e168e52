;;; The body of (srfi 166 columnar).

;; --- paragraphs ----------------------------------------------------------------------------------------

(define (split-words text separator?)
  (let ((n (string-length text)))
    (let loop ((i 0) (start 0) (words '()))
      (cond ((= i n) (reverse (if (> i start) (cons (substring text start i) words) words)))
            ((separator? (string-ref text i))
             (loop (+ i 1) (+ i 1) (if (> i start) (cons (substring text start i) words) words)))
            (else (loop (+ i 1) start words))))))

;; Break `words` into lines so that the sum of the squares of what the lines but the last lack to `width` is least.
;; best[i] is that sum for the words from i on, next[i] where the line after that of i begins.
(define (break-lines words width measure)
  (let* ((words (list->vector words)) (n (vector-length words))
         (widths (vector-map measure words))
         (best (make-vector (+ n 1) 0)) (next (make-vector (+ n 1) n)))
    (let word ((i (- n 1)))
      (if (>= i 0)
          (let line ((j (+ i 1)) (length (vector-ref widths i)) (least #f))
            (let* ((room (- width length))
                   (cost (+ (if (= j n) 0 (* room room)) (vector-ref best j)))
                   (better? (or (not least) (<= cost least))))
              (if better? (vector-set! next i j))
              (if (and (< j n) (<= (+ length 1 (vector-ref widths j)) width))
                  (line (+ j 1) (+ length 1 (vector-ref widths j)) (if better? cost least))
                  (begin
                    (vector-set! best i (if better? cost least))
                    (word (- i 1))))))))
    (let loop ((i 0) (lines '()))
      (if (= i n)
          (reverse lines)
          (let ((j (vector-ref next i)))
            (loop j (cons (vector->list words i j) lines)))))))

(define (line-of words) (joined displayed words " "))

;; The words that the formats write, as a format made of their lines.
(define (in-lines formats make)
  (call-with-output
   (each-in-list formats)
   (lambda (text)
     (fn (width string-width word-separator?)
       (make (break-lines (split-words text word-separator?) width string-width) width)))))

(define (wrapped . formats)
  "(wrapped format ...)\nThe words of the FORMATs in lines of the state's width, as even as can be."
  (in-lines formats
            (lambda (lines width)
              (if (null? lines) nl (joined/suffix line-of lines nl)))))

(define (wrapped/list words)
  "(wrapped/list words)\nThe strings of the list WORDS in lines of the state's width."
  (if (not (list? words)) (%raise-type 'wrapped/list 1 "a list of strings" words))
  (fn (width string-width)
    (joined/suffix line-of (break-lines words width string-width) nl)))

(define (wrapped/char . formats)
  "(wrapped/char format ...)\nThe lines of the FORMATs, broken after any character at the state's width."
  (call-with-output
   (each-in-list formats)
   (lambda (text)
     (fn (width)
       (joined/suffix
        (lambda (line)
          (let ((n (string-length line)) (width (max 1 width)))
            (let loop ((i 0) (parts '()))
              (if (<= (- n i) width)
                  (joined displayed (reverse (cons (substring line i n) parts)) nl)
                  (loop (+ i width) (cons (substring line i (+ i width)) parts))))))
        (split-lines text)
        nl)))))

(define (justified . formats)
  "(justified format ...)
Like wrapped, with more spaces between words so that all lines but the last are as wide as the state's width."
  (in-lines formats
            (lambda (lines width)
              (let loop ((l lines) (formats '()))
                (cond ((null? l) (if (null? formats) nl (each-in-list (reverse formats))))
                      ((null? (cdr l)) (loop '() (cons (each (line-of (car l)) nl) formats)))
                      (else (loop (cdr l) (cons (each (spread (car l) width) nl) formats))))))))

;; The words in one line of `width`; the first gaps get one space more where it does not come out even.
(define (spread words width)
  (fn (string-width)
    (let* ((gaps (- (length words) 1))
           (spaces (max gaps (- width (apply + (map string-width words))))))
      (if (= gaps 0)
          (car words)
          (let loop ((l (cdr words)) (gaps gaps) (spaces spaces) (formats (list (car words))))
            (if (null? l)
                (each-in-list (reverse formats))
                (let ((n (quotient (+ spaces gaps -1) gaps)))
                  (loop (cdr l) (- gaps 1) (- spaces n)
                        (cons (car l) (cons (make-string n #\space) formats))))))))))

;; --- columns -------------------------------------------------------------------------------------------

;; The lines of `text`; a new line at its end ends the last.
(define (split-lines text)
  (let ((n (string-length text)))
    (let loop ((i 0) (start 0) (lines '()))
      (cond ((= i n) (reverse (if (> i start) (cons (substring text start i) lines) lines)))
            ((char=? (string-ref text i) #\newline)
             (loop (+ i 1) (+ i 1) (cons (substring text start i) lines)))
            (else (loop (+ i 1) start lines))))))

(define (show-columns . columns)
  "(show-columns (list line-format format) ...)
Lines made of the first, second ... lines of all FORMATs, each passed through its procedure LINE-FORMAT."
  (collect-lines (map cadr columns)
                 (lambda (texts)
                   (line-up (map car columns) (map split-lines texts)))))

;; Call `make` with the strings that `formats` write.
(define (collect-lines formats make)
  (let loop ((l formats) (texts '()))
    (if (null? l)
        (make (reverse texts))
        (call-with-output (car l) (lambda (text) (loop (cdr l) (cons text texts)))))))

;; The same for the columns with formats; of those without end as many lines as the others have.
(define (collect-columns columns formats make)
  (let ((endless? (lambda (column) (vector-ref column 4))))
    (collect-lines
     (map (lambda (column format) (if (endless? column) nothing format)) columns formats)
     (lambda (texts)
       (let ((n (apply max 0 (map (lambda (text) (length (split-lines text))) texts))))
         (collect-lines
          (map (lambda (column format text) (if (endless? column) (first-lines n format) (displayed text)))
               columns formats texts)
          make))))))

;; The first `n` lines of `format`, which is not run any further.
(define (first-lines n format)
  (let ((lines 0))
    (define (count string)
      (string-for-each (lambda (c) (if (char=? c #\newline) (set! lines (+ lines 1)))) string))
    (if (= n 0)
        nothing
        (fn ((before output))
          (lambda (state)
            (call-with-current-continuation
             (lambda (return)
               ((with ((output (lambda (string)
                                 (lambda (state)
                                   ((before string) state)
                                   (count string)
                                   (if (>= lines n) (return #f))))))
                  format)
                state))))))))

(define (line-up line-formats columns)
  (let loop ((columns columns) (lines '()))
    (if (let all-null? ((l columns)) (or (null? l) (and (null? (car l)) (all-null? (cdr l)))))
        (each-in-list (reverse lines))
        (loop (map (lambda (column) (if (pair? column) (cdr column) '())) columns)
              (cons (each (each-in-list
                           (map (lambda (format column) (format (if (pair? column) (car column) "")))
                                line-formats columns))
                          nl)
                    lines)))))

;; A column is a vector: format or #f for what is repeated, its text or lines, width (a number, a fraction of the width
;; or #f), alignment, whether it has no end.  An argument is a string (repeated), a width or alignment of the
;; next column, or a format.
(define (parse-columns who arguments)
  (let loop ((l arguments) (width #f) (align 'left) (endless? #f) (columns '()))
    (cond ((null? l) (reverse columns))
          ((string? (car l)) (loop (cdr l) #f 'left #f (cons (vector #f (car l) #f 'left #f) columns)))
          ((memq (car l) '(left right center)) (loop (cdr l) width (car l) endless? columns))
          ((eq? (car l) 'infinite) (loop (cdr l) width align #t columns))
          ((real? (car l)) (loop (cdr l) (car l) align endless? columns))
          ((procedure? (car l))
           (loop (cdr l) #f 'left #f (cons (vector (car l) #f width align endless?) columns)))
          (else (%raise 'type who "a column should be a string, a width, an alignment or a format, but is" (car l))))))

(define (column-line align n last?)
  (case align
    ((right) (lambda (x) (padded n x)))
    ((center) (lambda (x) (padded/both n x)))
    (else (if last? displayed (lambda (x) (padded/right n x))))))

;; All columns side by side, `widths` for those that are no strings.
(define (show-aligned columns texts widths pad)
  (line-up
   (let loop ((l columns) (widths widths))
     (cond ((null? l) '())
           ((vector-ref (car l) 0)
            (cons (column-line (vector-ref (car l) 3) (car widths) (and (null? (cdr l)) (eqv? pad #\space)))
                  (loop (cdr l) (cdr widths))))
           (else (cons (lambda (x) (vector-ref (car l) 1)) (loop (cdr l) widths)))))
   (let loop ((l columns) (texts texts))
     (cond ((null? l) '())
           ((vector-ref (car l) 0) (cons (split-lines (car texts)) (loop (cdr l) (cdr texts))))
           (else (cons '() (loop (cdr l) texts)))))))

(define (with-formats columns)
  (let loop ((l columns))
    (cond ((null? l) '())
          ((vector-ref (car l) 0) (cons (car l) (loop (cdr l))))
          (else (loop (cdr l))))))

;; The widths that are given; the others get equal parts of what is left.
(define (share-width columns total string-width)
  (let* ((given (lambda (column)
                  (let ((w (vector-ref column 2)))
                    (cond ((not w) #f)
                          ((and (< 0 w 1)) (exact (round (* w total))))
                          (else w)))))
         (used (apply + (map (lambda (column)
                               (if (vector-ref column 0) (or (given column) 0) (string-width (vector-ref column 1))))
                             columns)))
         (free (length (filter-free columns)))
         (part (if (> free 0) (max 1 (quotient (- total used) free)) 0)))
    (map (lambda (column) (or (given column) part)) (with-formats columns))))

(define (filter-free columns)
  (let loop ((l (with-formats columns)))
    (cond ((null? l) '())
          ((vector-ref (car l) 2) (loop (cdr l)))
          (else (cons (car l) (loop (cdr l)))))))

(define (columnar . arguments)
  "(columnar column ...)
The formats among the arguments side by side in the state's width.  Before a format may come its width, a number or a
fraction of the width, left, right or center, and infinite if it does not end; a string is repeated on every line."
  (let ((columns (parse-columns 'columnar arguments)))
    (fn (width string-width pad-char)
      (let ((widths (share-width columns width string-width)))
        (collect-columns (with-formats columns)
                         (map (lambda (column n) (fitting n (vector-ref column 0))) (with-formats columns) widths)
                         (lambda (texts) (show-aligned columns texts widths pad-char)))))))

;; `format` with the width `n`, which a format of its own may lower.
(define (fitting n format)
  (with ((width n)) format))

(define (tabular . arguments)
  "(tabular column ...)\nLike columnar, but columns without a width are as wide as their longest line."
  (let ((columns (parse-columns 'tabular arguments)))
    (fn (string-width pad-char)
      (collect-columns
       (with-formats columns)
       (map (lambda (column) (vector-ref column 0)) (with-formats columns))
       (lambda (texts)
         (show-aligned columns texts
                       (map (lambda (column text)
                              (or (vector-ref column 2) (apply max 0 (map string-width (split-lines text)))))
                            (with-formats columns) texts)
                       pad-char))))))

(define (from-file name)
  "(from-file name)\nThe lines of the file NAME."
  (if (not (string? name)) (%raise-type 'from-file 1 "a string" name))
  (call-with-input-file name
    (lambda (port)
      (let loop ((lines '()))
        (let ((line (read-line port)))
          (if (eof-object? line)
              (joined/suffix displayed (reverse lines) nl)
              (loop (cons line lines))))))))

(define line-numbers
  (case-lambda
    (()
     "(line-numbers [start])\nThe numbers from START (1) on, one a line, without an end: for a column beside others."
     (line-numbers 1))
    ((start) (joined/range displayed start #f nl))))
