;;; Pretty printing: data in lines of a given width.
;;;
;;; What fits goes on one line as %write prints it.  Cyclic data cannot be broken into lines, for the labels would be
;;; lost in parts; it is written flat, so this ends for every object.  No text is made that is much longer than a line,
;;; so the time is proportional to the size of the object times the width.

;; How much the prompt shows of a value.
(define %pretty-limit 6000)

;; Lists that begin with these are indented by two, after so many parts on the first line.
(define %pretty-forms
  '((define . 1) (lambda . 1) (let . 1) (let* . 1) (letrec . 1) (letrec* . 1) (let-values . 1) (define-syntax . 1)
    (when . 1) (unless . 1) (do . 2) (case . 1) (define-record-type . 1) (parameterize . 1) (guard . 1)
    (syntax-rules . 1) (define-library . 1) (begin . 0) (case-lambda . 0) (let*-values . 1) (define-values . 1)
    (let-syntax . 1) (letrec-syntax . 1) (dynamic-wind . 0) (with-exception-handler . 0) (call-with-input-file . 1)
    (call-with-output-file . 1) (call-with-port . 1) (receive . 2) (match . 1) (test-group . 1)))

(define (%pretty-text x)
  (%write-to-string x 1 %pretty-limit))

;; The text of `x` if it takes at most `room` characters, otherwise #f.
(define (%text-that-fits x room)
  (and (> room 0)
       (let ((text (%write-to-string x 1 (+ room 1))))
         (and (<= (string-length text) room) text))))

(define (%spaces n port)
  (write-string (make-string n #\space) port))

;; Write `x` from column `indent` on; `closing` parentheses will follow it.
(define (%pretty x indent closing width port)
  (let ((text (%text-that-fits x (- width indent closing))))
    (cond (text (write-string text port))
          ((not (or (pair? x) (vector? x))) (write x port))
          ((vector? x)
           (write-string "#(" port)
           (%pretty-column (vector->list x) (+ indent 2) closing width port)
           (write-string ")" port))
          ((and (memq (car x) '(quote quasiquote unquote unquote-splicing))
                (pair? (cdr x)) (null? (cddr x)))
           (let ((prefix (cdr (assq (car x) '((quote . "'") (quasiquote . "`") (unquote . ",")
                                              (unquote-splicing . ",@"))))))
             (write-string prefix port)
             (if (and (eq? (car x) 'quote) (pair? (cadr x)) (not (eq? (car (cadr x)) 'quote)))
                 (begin
                   (write-string "(" port)
                   (%pretty-column (cadr x) (+ indent 2) closing width port)
                   (write-string ")" port))
                 (%pretty (cadr x) (+ indent (string-length prefix)) closing width port))))
          (else
           (write-string "(" port)
           (let ((form (and (symbol? (car x)) (assq (car x) %pretty-forms))))
             (cond (form (%pretty-form x (+ (cdr form) (if (%named-let? x) 1 0)) indent closing width port))
                   ((and (symbol? (car x)) (pair? (cdr x))
                         (< (string-length (symbol->string (car x))) 14))
                    (let ((name (%pretty-text (car x))))
                      (write-string name port)
                      (write-string " " port)
                      (%pretty-column (cdr x) (+ indent 2 (string-length name)) closing width port)))
                   (else (%pretty-column x (+ indent 1) closing width port))))
           (write-string ")" port)))))

;; The parts of a list one below the other; as many as fit share a line when all are atoms.
(define (%pretty-column parts indent closing width port)
  (let ((fill? (%all-atoms? parts)))
    (let loop ((l parts) (column indent))
      (cond ((pair? l)
             (let* ((last? (null? (cdr l)))
                    (column (if fill? (+ column (string-length (%pretty-text (car l)))) indent)))
               (%pretty (car l) indent (if last? (+ closing 1) 0) width port)
               (cond (last?)
                     ((and fill? (pair? (cdr l))
                           (%text-that-fits (cadr l) (- width column 2 closing)))
                      (write-string " " port)
                      (loop (cdr l) (+ column 1)))
                     (else
                      (newline port)
                      (%spaces indent port)
                      (loop (cdr l) indent)))))
            ((not (null? l))
             (write-string ". " port)
             (%pretty l (+ indent 2) (+ closing 1) width port))))))

(define (%named-let? x)
  (and (eq? (car x) 'let) (pair? (cdr x)) (symbol? (cadr x))))

(define (%all-atoms? l)
  (or (not (pair? l))
      (and (not (pair? (car l))) (not (vector? (car l))) (%all-atoms? (cdr l)))))

(define (%pretty-form x n indent closing width port)
  (write (car x) port)
  (let loop ((l (cdr x)) (n n))
    (cond ((and (> n 0) (pair? l))
           (write-string " " port)
           (%pretty (car l) (+ indent 2 (string-length (%pretty-text (car x)))) 0 width port)
           (loop (cdr l) (- n 1)))
          ((not (null? l))
           (newline port)
           (%spaces (+ indent 2) port)
           (%pretty-column l (+ indent 2) closing width port)))))

;; The labels of shared structure would be lost in parts.
(define (%labelled? text)
  (let ((i (string-search-forward "#0=" text 0)))
    (and i #t)))

(define (%pretty-print x width port)
  (let ((text (%pretty-text x)))
    (if (or (<= (string-length text) width)
            (>= (string-length text) %pretty-limit)
            (%labelled? text))
        (write-string text port)
        (%pretty x 0 0 width port))))

;; Is there a way from `x` through pairs and vectors back to one of them?
(define (%cyclic? x)
  (let ((seen (%make-table 0)))  ; to #t while the walk is inside, then #f
    (let walk ((x x))
      (cond ((not (or (pair? x) (vector? x))) #f)
            ((%table-ref seen x %no-entry)
             => (lambda (inside?)
                  (if (eq? inside? %no-entry)
                      (begin
                        (%table-set! seen x #t)
                        (or (if (pair? x)
                                (or (walk (car x)) (walk (cdr x)))
                                (let loop ((i 0))
                                  (and (< i (vector-length x))
                                       (or (walk (vector-ref x i)) (loop (+ i 1))))))
                            (begin (%table-set! seen x #f) #f)))
                      #t)))
            (else #f)))))

;; Write all of `x` in lines of `width`; the first begins at column `indent`.
(define (%pretty-whole x indent width port)
  (if (%cyclic? x)
      (write x port)
      (%pretty x indent 0 width port)))

(define pretty-print
  (case-lambda
    ((x)
     "(pretty-print x [port [width]])
Write X on PORT in lines of at most WIDTH (78) characters, if it can be, and end the line."
     (pretty-print x (current-output-port)))
    ((x port) (pretty-print x port 78))
    ((x port width)
     (%check-index 'pretty-print 3 width)
     (%pretty-whole x 0 (min width %pretty-limit) port)
     (newline port))))

(define pp
  (case-lambda
    ((x) "(pp x [port [width]])\nThe same as pretty-print." (pretty-print x))
    ((x port) (pretty-print x port))
    ((x port width) (pretty-print x port width))))
