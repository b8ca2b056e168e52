;;; Evaluation at top level: eval, load, include, and environments.

;; Evaluate one form.  `positions` is the reader's vector for it or #f, or a pair of that and the position of what is
;; not in it; `file` is its file's name or #f.
(define (%evaluate form environment positions file)
  (%process form environment positions file %call))

(define (%call procedure)
  (procedure))

;; Compile one form and call `take` with the procedure that runs it, in turn for all the forms that it may stand for.
(define (%process form environment positions file take)
  (if (pair? form)
      (let ((bare (and (symbol? (car form)) (%bare-keyword (car form) environment))))
        (if bare
            (%process-special bare form environment positions file take)
            (receive (special-name expanded) (%expand-head form environment positions file)
              (if (memq special-name '(begin import define-library include include-ci cond-expand))
                  (%process-special special-name expanded environment
                                    (if (eq? form expanded) positions (%positions-with form positions file))
                                    file take)
                  (take (%compile-form form environment positions file))))))
      (take (%compile form environment positions file))))

;; import and define-library are understood where nothing is bound yet.
(define (%bare-keyword name environment)
  (and (memq name '(import define-library))
       (not (%binding-of environment name))
       name))

;; The compiler asks what include and cond-expand mean inside of a form, and begins again with all answers so far.
(define (%compile-form form environment positions file)
  (let loop ((answers '()))
    (let ((compiled (%compile form environment positions file answers)))
      (if (vector? compiled)
          (loop (append answers (list (%answer-to-compiler compiled file))))
          compiled))))

(define (%answer-to-compiler request file)
  (let ((keyword (vector-ref request 0)) (operands (vector-ref request 1)))
    (parameterize ((%form-position (cons file (vector-ref request 2))))
      (if (eq? keyword 'cond-expand)
          (%first-feature operands)
          (append-map (lambda (name) (%read-all-forms (%relative-name name file) (eq? keyword 'include-ci)))
                      operands)))))

(define (%process-special name form environment positions file take)
  (if (not (list? form)) (%syntax-error "this form is not a list:" form))
  (case name
    ((begin) (%process-all (cdr form) environment positions file take))
    ((import)
     (parameterize ((%form-position (%position-of form positions file)))
       (%import-into! environment (cdr (%syntax->datum form)))))
    ((define-library)
     (parameterize ((%form-position (%position-of form positions file)))
       (%define-library (%syntax->datum form) positions file)))
    ((include) (%include (cdr form) #f environment file take))
    ((include-ci) (%include (cdr form) #t environment file take))
    (else (%process-all (%cond-expand-clause (cdr form)) environment positions file take))))

;; The reader's vector holds pairs and their positions in turn.
(define (%position-of form positions file)
  (let* ((vector (if (pair? positions) (car positions) positions))
         (n (if (vector? vector) (vector-length vector) 0)))
    (let loop ((i 0))
      (cond ((>= (+ i 1) n) (and (pair? positions) (cons file (cdr positions))))
            ((eq? (vector-ref vector i) form) (cons file (vector-ref vector (+ i 1))))
            (else (loop (+ i 2)))))))

;; What a macro made of `form` stands where `form` does.
(define (%positions-with form positions file)
  (let ((position (%position-of form positions file)))
    (if position
        (cons (if (pair? positions) (car positions) positions) (cdr position))
        positions)))

(define (%process-all forms environment positions file take)
  (if (pair? forms)
      (let loop ((l forms))
        (if (and (pair? (car l)) (eq? (cdr (car l)) forms))  ; written with a label
            (%syntax-error "this form contains itself:" (car l)))
        (if (pair? (cdr l))
            (begin
              (%process (car l) environment positions file take)
              (loop (cdr l)))
            (%process (car l) environment positions file take)))
      (if #f #f)))

;; --- files -----------------------------------------------------------------------------------------

(define (%directory-of file)
  (let ((slash (and (string? file) (string-rindex file #\/))))
    (if slash (substring file 0 slash) "")))

;; A name as it stands in `file`: relative to that file's directory.
(define (%relative-name name file)
  (if (not (string? name)) (%syntax-error "include: this is not the name of a file:" name))
  (if (or (string-prefix? "/" name) (string=? (%directory-of file) ""))
      name
      (string-append (%directory-of file) "/" name)))

(define (%include names fold-case? environment file take)
  (if (null? names) (%syntax-error "include: this form names no file:" '(include)))
  (for-each
   (lambda (name)
     (let* ((name (%relative-name name file))
            (port (%open-source name)))
       (if fold-case? (%port-fold-case! port #t))
       (%process-forms port name environment take)))
   names))

(define (%read-all-forms name fold-case?)
  (let ((port (%open-source name)))
    (if fold-case? (%port-fold-case! port #t))
    (let loop ((forms '()))
      (receive (form . positions) (%read port #f #t)
        (if (eof-object? form)
            (reverse forms)
            (loop (cons form forms)))))))

;; Read and evaluate form by form.
(define (%load-forms port file environment)
  (%process-forms port file environment %call))

(define (%process-forms port file environment take)
  (parameterize ((%current-file file))
    (let loop ()
      (receive (form . positions) (%read port #f #t)
        (if (not (eof-object? form))
            (begin
              (%process form environment (if (pair? positions) (car positions) #f) file take)
              (loop)))))))

(define load
  (case-lambda
    ((name)
     "(load name [environment])
Read the file NAME and evaluate its forms in ENVIRONMENT (the interaction environment)."
     (load name (interaction-environment)))
    ((name environment)
     (let ((name (%relative-name name (%current-file))))
       (%load-forms (open-input-file name) name environment)))))

;; --- environments -------------------------------------------------------------------------------------

(define (scheme-report-environment version)
  "(scheme-report-environment version)\nAn environment with the bindings of R5RS (VERSION 5) or R7RS (7)."
  (if (memv version '(5 7))
      (environment (if (= version 5) '(scheme r5rs) '(ringlet)))
      (%raise-type 'scheme-report-environment 1 "5 or 7" version)))

(define (null-environment version)
  "(null-environment version)\nAn environment with the syntax of R5RS."
  (if (memv version '(5 7))
      (environment '(only (scheme r5rs)
                          quote quasiquote lambda if set! define begin let let* letrec and or cond case do delay
                          define-syntax let-syntax letrec-syntax syntax-rules))
      (%raise-type 'null-environment 1 "5 or 7" version)))

(define (%check-environment who argument x)
  (if (not (environment? x)) (%raise-type who argument "an environment" x)))

(define eval
  (case-lambda
    ((expression)
     "(eval expression [environment])
Evaluate EXPRESSION, a datum, in ENVIRONMENT (the interaction environment)."
     (eval expression (interaction-environment)))
    ((expression environment)
     (%check-environment 'eval 2 environment)
     (%evaluate expression environment #f #f))))
