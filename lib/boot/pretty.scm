;;; Pretty printing: data in lines of a given width.
;;;
;;; What fits goes on one line as %write prints it.  Only trees are broken into lines: data with labels (cyclic or
;;; shared) and data whose text is very long are written flat and cut off, so this ends for every object.

(define %pretty-limit 6000)

;; Lists that begin with these are indented by two, after so many parts on the first line.
(define %pretty-forms
  '((define . 1) (lambda . 1) (let . 1) (let* . 1) (letrec . 1) (letrec* . 1) (let-values . 1) (define-syntax . 1)
    (when . 1) (unless . 1) (do . 2) (case . 1) (define-record-type . 1) (parameterize . 1) (guard . 1)
    (syntax-rules . 1) (define-library . 1) (begin . 0)))

(define (%pretty-text x)
  (%write-to-string x 1 %pretty-limit))

(define (%spaces n port)
  (write-string (make-string n #\space) port))

;; Write `x` from column `indent` on; `closing` parentheses will follow it.
(define (%pretty x indent closing width port)
  (let ((text (%pretty-text x)))
    (cond ((or (<= (+ indent (string-length text) closing) width)
               (not (or (pair? x) (vector? x))))
           (write-string text port))
          ((vector? x)
           (write-string "#(" port)
           (%pretty-column (vector->list x) (+ indent 2) closing width port)
           (write-string ")" port))
          ((and (memq (car x) '(quote quasiquote unquote unquote-splicing))
                (pair? (cdr x)) (null? (cddr x)))
           (let ((prefix (cdr (assq (car x) '((quote . "'") (quasiquote . "`") (unquote . ",")
                                              (unquote-splicing . ",@"))))))
             (write-string prefix port)
             (%pretty (cadr x) (+ indent (string-length prefix)) closing width port)))
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
                           (<= (+ column 1 (string-length (%pretty-text (cadr l))) 1 closing) width))
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

(define pretty-print
  (case-lambda
    ((x)
     "(pretty-print x [port])
Write X on PORT in lines of at most 78 characters, if it can be, and end the line."
     (pretty-print x (current-output-port)))
    ((x port)
     (if (< (string-length (%pretty-text x)) %pretty-limit)
         (%pretty-print x 78 port)
         (write x port))
     (newline port))))

(define pp
  (case-lambda
    ((x) "(pp x [port])\nThe same as pretty-print." (pretty-print x))
    ((x port) (pretty-print x port))))
