;;; Libraries: define-library, import, and the search for a library's file.
;;;
;;; A library is its environment and its exports, an alist from the name outside to the binding (a cell, macro or
;;; special form), so an importer shares the binding itself.  Libraries are kept by name in one table.

(define-record-type library
  (%make-library name environment exports state id)
  %library?
  (name %library-name)
  (environment %library-environment)
  (exports %library-exports %set-library-exports!)
  (state %library-state %set-library-state!)  ; loading, ready, archived: it came with the system
  (id %library-id %set-library-id!))            ; differs when its sources or those of its imports do, or #f

(define %libraries (%make-table 2))
(set! %libraries %libraries)  ; each process has its own

;; Where the import or define-library stands that is being worked on: (file . position) or #f.
(define %form-position (make-parameter #f))

(define (%syntax-error message . irritants)
  (raise (%make-condition 'syntax #f message irritants (%form-position) #f)))

(define (%syntax-error-with-hint hint message . irritants)
  (raise (%make-condition 'syntax #f message irritants (%form-position) hint)))

;; The file being read, to find included files and to say where; a string or #f.
(define %current-file (make-parameter #f))

;; --- names and bindings ----------------------------------------------------------------------------

(define (%library-name? x)
  (and (pair? x) (list? x)
       (every (lambda (part) (or (symbol? part) (and (exact-integer? part) (>= part 0)))) x)))

;; Syntax that stands for itself; it need not be bound to be exported or imported.
(define %auxiliary-syntax '(else => _ ... unquote unquote-splicing))

(define (%binding-of environment name)
  (let ((binding (%environment-lookup environment name)))
    (and binding
         (not (and (%cell? binding) (%cell-free? binding)))
         binding)))

(define (%import-bindings! environment bindings)
  (for-each (lambda (entry)
              (if (cdr entry)
                  (%environment-import! environment (car entry) (cdr entry))))
            bindings))

;; --- import sets -------------------------------------------------------------------------------------
;; An import set means an alist (name . binding).

(define (%import-set set)
  (if (not (and (pair? set) (list? set)))
      (%syntax-error-with-hint " -- libraries are named by lists: (import (scheme base) (srfi 1))"
                               "import: this is not an import set:" set))
  (if (and (memq (car set) '(only except prefix rename))
           (pair? (cdr set))
           (pair? (cadr set)))
      (%modify-import-set set (%import-set (cadr set)))
      (%visible-exports set)))

(define (%set-member set name bindings)
  (or (assq name bindings)
      (and (%withheld? (%inner-library-name set) name)
           (%refuse (string-append "import: this name of " (%bounded (%inner-library-name set) 100)
                                   " was not granted to this process:")
                    name))
      (%syntax-error-with-hint
       (%misspelling-hint name (map car bindings))
       (string-append "import: " (%bounded (%inner-library-name set) 100) " does not export")
       name)))

(define (%inner-library-name set)
  (if (and (memq (car set) '(only except prefix rename)) (pair? (cdr set)) (pair? (cadr set)))
      (%inner-library-name (cadr set))
      set))

(define (%modify-import-set set bindings)
  (let ((arguments (cddr set)))
    (case (car set)
      ((only) (map (lambda (name) (%set-member set name bindings)) arguments))
      ((except)
       (for-each (lambda (name) (%set-member set name bindings)) arguments)
       (filter (lambda (entry) (not (memq (car entry) arguments))) bindings))
      ((prefix)
       (if (not (and (pair? arguments) (null? (cdr arguments)) (symbol? (car arguments))))
           (%syntax-error "import: prefix needs one name:" set))
       (map (lambda (entry) (cons (symbol-append (car arguments) (car entry)) (cdr entry)))
            bindings))
      (else
       (for-each
        (lambda (pair)
          (if (not (and (list? pair) (= (length pair) 2) (symbol? (cadr pair))))
              (%syntax-error "import: rename needs pairs of names:" set))
          (%set-member set (car pair) bindings))
        arguments)
       (let ((renamed (map (lambda (entry)
                             (let ((pair (assq (car entry) arguments)))
                               (if pair (cons (cadr pair) (cdr entry)) entry)))
                           bindings)))
         (for-each (lambda (pair) (%check-one-binding "import: rename gives two bindings the name" (cadr pair) renamed))
                   arguments)
         renamed)))))

(define (%check-one-binding message name bindings)
  (let ((first (assq name bindings)))
    (for-each (lambda (entry)
                (if (and (eq? (car entry) name) (not (eq? (cdr entry) (cdr first))))
                    (%syntax-error message name)))
              bindings)))

(define (%import-into! environment sets)
  (let ((bindings (map %import-set sets)))  ; all or nothing
    (for-each (lambda (b) (%import-bindings! environment b)) bindings)))

;; --- finding -------------------------------------------------------------------------------------------

(define (%find-library name)
  (if (not (%library-name? name))
      (%syntax-error-with-hint
       (%misspelling-hint (car name) '(only except prefix rename))
       "import: this is not the name of a library:" name))
  (or (%known-library name)
      (begin (%load-library name) (%known-library name))
      (%syntax-error "import: its file does not define the library" name)))

;; The libraries being loaded, innermost first.
(define %loading (make-parameter '()))

(define (%known-library name)
  (let ((library (%table-ref %libraries name #f)))
    (cond ((not library) #f)
          ((not (eq? (%library-state library) 'loading)) library)
          (else
           (%syntax-error
            (string-append "circular import: "
                           (string-join (map (lambda (name) (%bounded name 100))
                                             (append (reverse (%loading)) (list name)))
                                        " imports ")))))))

(define (%near-library-hint name)
  (let* ((text (%bounded name 100))
         (near (fold-left (lambda (near other)
                            (let ((d (%edit-distance text (%bounded other 100) 2)))
                              (if (and (<= d 2) (or (not near) (< d (car near))))
                                  (cons d other)
                                  near)))
                          #f
                          (libraries))))
    (if near (string-append " -- did you mean " (%bounded (cdr near) 100) "?") "")))

;; --- define-library ----------------------------------------------------------------------------------------

(define (%define-library form positions file)
  (if (not (and (pair? (cdr form)) (%library-name? (cadr form))))
      (%syntax-error "define-library: this is not the name of a library:" (if (pair? (cdr form)) (cadr form) form)))
  (if (not (list? form)) (%syntax-error "define-library: this is not a list:" form))
  (let ((name (list-copy (cadr form))))
    (%check-may-define-library name)
    (%make-library! name
                    (lambda (library)
                      (%build-library! library (cddr form) positions file)
                      #t)))
  (if #f #f))

;; Make a library by (build library), which answers whether it could; otherwise nothing has happened.
(define (%make-library! name build)
  (let ((library (%make-library name (%make-environment name) '() 'loading #f))
        (before (%table-ref %libraries name #f))
        (done? #f))
    (if (and before (eq? (%library-state before) 'loading)) (%known-library name))
    (%wind
     (lambda () (%table-set! %libraries name library))
     (lambda ()
       (set! done? (parameterize ((%loading (cons name (%loading)))) (build library)))
       (if done? (%set-library-state! library 'ready)))
     (lambda ()
       (if (not done?)
           (if before
               (%table-set! %libraries name before)
               (%table-delete! %libraries name)))))
    done?))

;; First all exports and imports, then the bodies are compiled in order, then they run in order.
(define (%build-library! library declarations positions file)
  (let ((environment (%library-environment library))
        (exports '()) (imports '()) (bodies '()) (procedures '()))
    (define (body! compile)
      (set! bodies (cons compile bodies)))
    (define (keep procedure)
      (set! procedures (cons procedure procedures)))
    (define (declare! d positions file)
      (if (not (and (pair? d) (list? d)))
          (%syntax-error "define-library: this is not a declaration:" d))
      (case (car d)
        ((export) (set! exports (append-reverse (cdr d) exports)))
        ((import) (set! imports (append-reverse (cdr d) imports)))
        ((begin)
         (body! (lambda () (%process-all (cdr d) environment positions file keep))))
        ((include include-ci)
         (body! (lambda () (%include (cdr d) (eq? (car d) 'include-ci) environment file keep))))
        ((include-library-declarations)
         (for-each
          (lambda (name)
            (let ((name (%relative-name name file)))
              (for-each (lambda (d) (declare! d #f name)) (%read-all-forms name #f))))
          (cdr d)))
        ((cond-expand)
         (for-each (lambda (d) (declare! d positions file)) (%cond-expand-clause (cdr d))))
        (else
         (%syntax-error-with-hint
          (%misspelling-hint (car d) '(export import begin include include-ci include-library-declarations cond-expand))
          "define-library: this is not a declaration:"
          d))))
    (for-each (lambda (d) (declare! d positions file)) declarations)
    (let ((imports (reverse imports)))
      (%import-into! environment imports)
      (for-each (lambda (compile) (compile)) (reverse bodies))
      (%set-library-exports! library (%resolve-exports library (reverse exports)))
      (%finish-compilation! library imports (reverse procedures)))
    (for-each (lambda (procedure) (procedure)) (reverse procedures))))

(define (%resolve-exports library specifications)
  (let ((exports (%exported-bindings library specifications)))
    (for-each (lambda (spec)
                (if (pair? spec) (%check-one-binding "export: two bindings get the name" (caddr spec) exports)))
              specifications)
    exports))

(define (%exported-bindings library specifications)
  (map (lambda (spec)
         (receive (inside outside)
             (cond ((symbol? spec) (values spec spec))
                   ((and (list? spec) (= (length spec) 3) (eq? (car spec) 'rename)
                         (symbol? (cadr spec)) (symbol? (caddr spec)))
                    (values (cadr spec) (caddr spec)))
                   (else (%syntax-error "export: this is not a name or (rename inside outside):" spec)))
           (let ((binding (%binding-of (%library-environment library) inside)))
             (if (not (or binding (memq inside %auxiliary-syntax)))
                 (%syntax-error-with-hint
                  (let ((own (map car (%environment-own (%library-environment library)))))
                    (%misspelling-hint inside own))
                  (string-append "export: " (%bounded (%library-name library) 100) " does not define")
                  inside))
             (cons outside binding))))
       specifications))

;; A library whose bindings are those of `environment` under the same names.
(define (%declare-library! name environment names)
  (let loop ((l names) (exports '()) (missing '()))
    (if (pair? l)
        (let ((binding (%binding-of environment (car l))))
          (if (or binding (memq (car l) %auxiliary-syntax))
              (loop (cdr l) (cons (cons (car l) binding) exports) missing)
              (loop (cdr l) exports (cons (car l) missing))))
        (begin
          (%table-set! %libraries name (%make-library name environment (reverse exports) 'ready 'system))
          (reverse missing)))))

;; --- cond-expand ---------------------------------------------------------------------------------------------

(define %features
  '(r7rs exact-closed exact-complex ieee-float full-unicode ratios regexp-non-greedy regexp-look-around regexp-unicode
    ringlet ringlet-0.1))

(define (features)
  "(features)\nThe list of the feature names that cond-expand knows."
  (append %features
          (map (lambda (name) (symbol-append 'srfi- (string->symbol (number->string (cadr name)))))
               (filter (lambda (name) (and (eq? (car name) 'srfi) (null? (cddr name)))) (libraries)))))

;; srfi-N is a feature when there is a library (srfi N).
(define (%srfi-feature? name)
  (let ((text (symbol->string name)))
    (and (string-prefix? "srfi-" text)
         (let ((n (string->number (substring text 5 (string-length text)))))
           (and (exact-integer? n)
                (>= n 0)
                (%library-available? (list 'srfi n)))))))

(define (%feature? requirement)
  (cond ((symbol? requirement)
         (or (eq? requirement 'else) (and (memq requirement %features) #t) (%srfi-feature? requirement)))
        ((and (pair? requirement) (list? requirement))
         (case (car requirement)
           ((and) (every %feature? (cdr requirement)))
           ((or) (any %feature? (cdr requirement)))
           ((not)
            (if (not (= (length requirement) 2))
                (%syntax-error "cond-expand: not needs one requirement:" requirement))
            (not (%feature? (cadr requirement))))
           ((library)
            (if (not (= (length requirement) 2))
                (%syntax-error "cond-expand: library needs one name:" requirement))
            (if (not (%library-name? (cadr requirement)))
                (%syntax-error "cond-expand: this is not the name of a library:" (cadr requirement)))
            (%library-available? (cadr requirement)))
           (else (%syntax-error "cond-expand: this is not a feature requirement:" requirement))))
        (else (%syntax-error "cond-expand: this is not a feature requirement:" requirement))))

;; The libraries that export `name` by this binding or any.
(define (%libraries-with name)
  (%table-fold %libraries
               (lambda (library-name library found)
                 (if (assq name (%library-exports library)) (cons library-name found) found))
               '()))

;; The number of the first requirement that holds, or #f.
(define (%first-feature requirements)
  (let loop ((l requirements) (i 0))
    (cond ((null? l) #f)
          ((%feature? (%syntax->datum (car l))) i)
          (else (loop (cdr l) (+ i 1))))))

;; The forms of the first clause that holds; none when there is no such clause.
(define (%cond-expand-clause clauses)
  (if (null? clauses) (%syntax-error "cond-expand: this form has no clause:" '(cond-expand)))
  (for-each (lambda (clause)
              (if (not (and (pair? clause) (list? clause)))
                  (%syntax-error "cond-expand: this is not a clause:" clause)))
            clauses)
  (let ((i (%first-feature (map car clauses))))
    (if i (cdr (list-ref clauses i)) '())))
