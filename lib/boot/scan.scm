;;; Looking at program text: what each character belongs to, matching parentheses, indentation.
;;;
;;; %scan gives a bytevector with a class for each character; the editor colours, matches and indents by it.

(define %class-code 0)
(define %class-string 1)
(define %class-comment 2)
(define %class-char 3)
(define %class-open 4)
(define %class-close 5)

;; Two values: the classes, and what is open at the end: (depth . state) with state code, string, comment or bars.
(define (%scan text)
  (let* ((n (string-length text)) (classes (make-bytevector n 0)))
    (define (class! i class) (bytevector-u8-set! classes i class))
    (define (at i) (if (< i n) (string-ref text i) #\nul))

    (define (code i depth)
      (if (>= i n)
          (values classes (cons depth 'code))
          (let ((c (string-ref text i)))
            (cond ((char=? c #\() (class! i 4) (code (+ i 1) (+ depth 1)))
                  ((char=? c #\)) (class! i 5) (code (+ i 1) (- depth 1)))
                  ((char=? c #\") (class! i 1) (inside-string (+ i 1) depth))
                  ((char=? c #\;) (line-comment i depth))
                  ((char=? c #\|) (bars (+ i 1) depth))
                  ((char=? c #\#)
                   (cond ((char=? (at (+ i 1)) #\|)
                          (class! i 2) (class! (+ i 1) 2)
                          (block-comment (+ i 2) depth 1))
                         ((and (char=? (at (+ i 1)) #\\) (< (+ i 2) n))
                          (class! i 3) (class! (+ i 1) 3) (class! (+ i 2) 3)
                          (character (+ i 3) depth))
                         (else (code (+ i 1) depth))))
                  (else (code (+ i 1) depth))))))
    (define (inside-string i depth)
      (if (>= i n)
          (values classes (cons depth 'string))
          (let ((c (string-ref text i)))
            (class! i 1)
            (cond ((char=? c #\") (code (+ i 1) depth))
                  ((and (char=? c #\\) (< (+ i 1) n))
                   (class! (+ i 1) 1)
                   (inside-string (+ i 2) depth))
                  (else (inside-string (+ i 1) depth))))))
    (define (line-comment i depth)
      (if (or (>= i n) (char=? (string-ref text i) #\newline))
          (code i depth)
          (begin (class! i 2) (line-comment (+ i 1) depth))))
    (define (block-comment i depth level)
      (cond ((>= i n) (values classes (cons depth 'comment)))
            ((and (char=? (string-ref text i) #\|) (char=? (at (+ i 1)) #\#))
             (class! i 2) (class! (+ i 1) 2)
             (if (= level 1) (code (+ i 2) depth) (block-comment (+ i 2) depth (- level 1))))
            ((and (char=? (string-ref text i) #\#) (char=? (at (+ i 1)) #\|))
             (class! i 2) (class! (+ i 1) 2)
             (block-comment (+ i 2) depth (+ level 1)))
            (else (class! i 2) (block-comment (+ i 1) depth level))))
    (define (bars i depth)
      (cond ((>= i n) (values classes (cons depth 'bars)))
            ((char=? (string-ref text i) #\|) (code (+ i 1) depth))
            ((and (char=? (string-ref text i) #\\) (< (+ i 1) n)) (bars (+ i 2) depth))
            (else (bars (+ i 1) depth))))
    (define (character i depth)
      (if (and (< i n)
               (let ((c (string-ref text i))) (or (char-alphabetic? c) (char-numeric? c))))
          (begin (class! i 3) (character (+ i 1) depth))
          (code i depth)))
    (code 0 0)))

;; Is every parenthesis, string and comment in `text` closed?
(define (%complete? text)
  (receive (classes end) (%scan text)
    (and (<= (car end) 0)
         (eq? (cdr end) 'code))))

;; The index of the open parenthesis that encloses index `i`, or #f.
(define (%enclosing-open classes i)
  (let loop ((i (- i 1)) (depth 0))
    (if (< i 0)
        #f
        (let ((class (bytevector-u8-ref classes i)))
          (cond ((= class 5) (loop (- i 1) (+ depth 1)))
                ((= class 4) (if (= depth 0) i (loop (- i 1) (- depth 1))))
                (else (loop (- i 1) depth)))))))

;; The index of the parenthesis that closes the one at index `i`, or #f.
(define (%matching-close classes i)
  (let ((n (bytevector-length classes)))
    (let loop ((i (+ i 1)) (depth 0))
      (if (>= i n)
          #f
          (let ((class (bytevector-u8-ref classes i)))
            (cond ((= class 4) (loop (+ i 1) (+ depth 1)))
                  ((= class 5) (if (= depth 0) i (loop (+ i 1) (- depth 1))))
                  (else (loop (+ i 1) depth))))))))

(define (%line-start text i)
  (let loop ((i i))
    (if (or (= i 0) (char=? (string-ref text (- i 1)) #\newline))
        i
        (loop (- i 1)))))

(define (%line-end text i)
  (let ((n (string-length text)))
    (let loop ((i i))
      (if (or (= i n) (char=? (string-ref text i) #\newline))
          i
          (loop (+ i 1))))))

(define (%delimiter? c)
  (or (char-whitespace? c) (memv c '(#\( #\) #\" #\; #\' #\` #\,))))

(define %indented-forms
  '("define" "lambda" "let" "let*" "letrec" "letrec*" "let-values" "let*-values" "define-syntax" "syntax-rules"
    "when" "unless" "do" "case" "cond-expand" "begin" "guard" "parameterize" "define-record-type" "case-lambda"
    "define-library" "dynamic-wind" "call/cc" "receive" "with-exception-handler" "call-with-values" "let-syntax"
    "letrec-syntax" "fluid-let" "define-values" "delay"))

;; How many spaces a line that begins at index `i` should begin with.
(define (%indentation text i)
  (receive (classes end) (%scan (substring text 0 i))
    (let ((open (%enclosing-open classes i)))
      (if (or (not open) (not (eq? (cdr end) 'code)))
          0
          (let* ((column (- open (%line-start text open)))
                 (name-end (let loop ((j (+ open 1)))
                             (if (and (< j i) (not (%delimiter? (string-ref text j)))) (loop (+ j 1)) j)))
                 (name (substring text (+ open 1) name-end))
                 (argument (let loop ((j name-end))
                             (if (and (< j i) (char=? (string-ref text j) #\space)) (loop (+ j 1)) j))))
            (cond ((or (string=? name "") (string->number name)) (+ column 1))
                  ((member name %indented-forms) (+ column 2))
                  ((and (< argument i) (not (char=? (string-ref text argument) #\newline)))
                   (+ column (- argument open)))
                  (else (+ column 2))))))))
