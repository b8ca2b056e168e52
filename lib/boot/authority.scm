;;; Authority: what the programs of a process may import, and the environments that say so.
;;;
;;; An environment made by `environment` holds as its name what it grants: import sets, for each library what of it may be
;;; imported, and bindings besides.  A process that is given one takes it as its %authority; its children get no more.
;;; Whatever a program imports, by whatever way, goes through %view.  What libraries of the system need of each other does not.

(define-record-type %authority-type
  (%make-authority sets grants bindings)
  %authority?
  (sets %authority-sets)
  (grants %authority-grants)     ; (library's name . grant)
  (bindings %authority-bindings))  ; (name . binding), which belong to no library

;; A grant is #t, all that the library of the system exports; or a list of what it may be asked for: names, or, since another
;; process finds a program's own library nowhere, pairs of name and binding.

;; What this process was given; #f: it is not restricted.
(define %authority #f)

(define (%refuse message . irritants)
  (raise (%make-condition 'authority #f message irritants (%form-position) #f)))

;; --- what can be imported ----------------------------------------------------------------------------------------

(define (%system-library? library)
  (or (eq? (%library-id library) 'system) (eq? (%library-state library) 'archived)))

(define (%system-name? name)
  (let ((library (%table-ref %libraries name #f)))
    (or (and library (%system-library? library))
        (and (%archived name) #t))))

;; A library that the process itself has defined, or #f.  None of the system's is one, though it may be loaded.
(define (%own-library name)
  (and (not (%system-name? name)) (%known-library name)))

;; The exports that a program sees in a library, and the grant of all of them.  The name is copied, so that nobody changes
;; it between the question and the answer.
(define (%view name)
  (let ((name (if (list? name) (list-copy name) name)))
    (if (not %authority)
        (let ((library (%find-library name)))
          (values (%library-exports library) (or (%system-library? library) (%library-exports library))))
        (let* ((grant (assoc name (%authority-grants %authority)))
               (own (and (not grant) (%library-name? name) (%own-library name))))
          (cond (own (values (%library-exports own) (%library-exports own)))
                ((not grant) (%refuse "import: this library was not granted to this process:" name))
                ((eq? (cdr grant) #t) (values (%library-exports (%find-library name)) #t))
                ((%bindings? (cdr grant)) (values (cdr grant) (cdr grant)))
                (else
                 (values (filter (lambda (entry) (memq (car entry) (cdr grant)))
                                 (%library-exports (%find-library name)))
                         (cdr grant))))))))

(define (%bindings? grant)
  (and (pair? grant) (pair? (car grant))))

(define (%visible-exports name)
  (receive (exports grant) (%view name) exports))

;; Why `name` is not among the exports of a library.
(define (%withheld? library name)
  (and %authority
       (pair? (cdr (or (assoc library (%authority-grants %authority)) '(#f))))
       (let ((known (%table-ref %libraries library #f)))
         (and known (assq name (%library-exports known)) #t))))

;; Is the library's own binding of `name` among what this process may import?
(define (%granted? name)
  (or (not %authority)
      (let ((binding (%environment-lookup (%primitive-environment) name)))
        (any (lambda (grant)
               (any (lambda (entry) (eq? (cdr entry) binding)) (%visible-exports (car grant))))
             (%authority-grants %authority)))))

(define (%may-import? name)
  (or (assoc name (%authority-grants %authority)) (%own-library name)))

;; include is syntax of (scheme base), which is given to everybody; the files are not.
(define (%check-may-include file)
  (if (not (or (not %authority) (%granted? 'load) (%granted? 'open-input-file)))
      (%refuse "include: files were not granted to this process:" file)))

;; A library of the system that is loaded later would take what it needs from one of the same name.
(define (%check-may-define-library name)
  (if (and %authority (or (assoc name (%authority-grants %authority)) (%system-name? name)))
      (%refuse "define-library: a restricted process cannot replace the library" name)))

;; A child of a restricted process gets no larger quota and no higher priority than that has.
(define (%check-may-spawn quota priority)
  (if %authority
      (let ((figures (%process-figures (self))))
        (if (and (exact-integer? quota) (> quota (vector-ref figures 4)))
            (%refuse "spawn-process: this quota is larger than that of this process, which is restricted:" quota))
        (if (> (cdr priority) (vector-ref figures 7))
            (%refuse "spawn-process: this priority is higher than that of this process, which is restricted:" (car priority))))))

;; The part that a child may have of what figure `i` of a restricted process says of that (0: no limit): what was asked for, if that is
;; no more; where nothing was, as much as `usual`, or as the process itself.
(define (%child-part what i asked usual)
  (let ((own (if %authority (vector-ref (%process-figures (self)) i) 0)))
    (cond ((eqv? own 0) asked)
          ((not asked) (if usual (min own usual) own))
          ((> asked own)
           (%refuse (string-append "spawn-process: this " what " is larger than that of this process, which is restricted:") asked))
          (else asked))))

;; --- environments ----------------------------------------------------------------------------------------------

(define (environment . import-sets)
  "(environment import-set ...)\nA new environment with the bindings of the IMPORT-SETs; nothing can be
defined in it. It can be given to a process, see spawn-process."
  (let* ((bindings (map %import-set import-sets))
         (grants (map %grant-of import-sets bindings)))
    (%filled-environment (%make-authority import-sets (%merge-grants grants) '()) bindings)))

(define (%filled-environment authority bindings)
  (let ((new (%make-environment authority)))
    (for-each (lambda (b) (%import-bindings! new b)) bindings)
    (%environment-fix! new)))

(define (%grant-of set bindings)
  (let ((name (%inner-library-name set)))
    (receive (exports grant) (%view name)
      (cons (list-copy name)
            (if (eq? set name)
                grant
                (let ((chosen (filter (lambda (entry) (any (lambda (b) (eq? (cdr b) (cdr entry))) bindings)) exports)))
                  (if (%bindings? grant) chosen (map car chosen))))))))

;; One grant for each library.
(define (%merge-grants grants)
  (define (name-of x) (if (pair? x) (car x) x))
  (define (merge a b)
    (if (or (eq? a #t) (eq? b #t))
        #t
        (append a (remove (lambda (x) (any (lambda (y) (eq? (name-of x) (name-of y))) a)) b))))
  (fold-right (lambda (grant merged)
                (let ((other (assoc (car grant) merged)))
                  (if other
                      (cons (cons (car grant) (merge (cdr grant) (cdr other))) (delete other merged))
                      (cons grant merged))))
              '()
              grants))

(define (environment-with environment . names-and-values)
  "(environment-with environment name value ...)
An environment like ENVIRONMENT, made by environment, in which each NAME, a symbol, has its VALUE besides. What a procedure can do
is given with it, and nothing else that it uses."
  (let* ((authority (%environment-authority 'environment-with 1 environment))
         (cells (%named-cells names-and-values 2))
         (kept (remove (lambda (entry) (assq (car entry) cells)) (%authority-bindings authority))))
    (%filled-environment (%make-authority (%authority-sets authority) (%authority-grants authority) (append cells kept))
                         (list (%environment-all environment) cells))))

(define (%named-cells names-and-values argument)
  (let ((scratch (%make-environment 'values)))
    (let loop ((l names-and-values) (argument argument))
      (cond ((null? l) '())
            ((not (symbol? (car l))) (%raise-type 'environment-with argument "a symbol, the name of a value" (car l)))
            ((null? (cdr l)) (%raise 'type 'environment-with "this name has no value:" (car l)))
            (else (let ((cell (%environment-define! scratch (car l) (cadr l))))
                    (cons (cons (car l) cell) (loop (cddr l) (+ argument 2)))))))))

(define (%environment-authority who argument x)
  (let ((authority (and (environment? x) (%environment-name x))))
    (if (not (%authority? authority)) (%raise-type who argument "an environment made by environment" x))
    authority))

;; --- processes --------------------------------------------------------------------------------------------------

;; What a process calls that is given no more than `authority`.
(define (%confined authority thunk)
  (lambda ()
    (set! %authority authority)
    (set! %interaction-environment #f)  ; made when it is asked for, as few ask
    (if (procedure? thunk) (thunk) (eval thunk))))

(define (interaction-environment)
  "(interaction-environment)\nThe environment of the prompt; in a process that was given one, a new one with the bindings of that."
  (cond (%interaction-environment)
        (%authority
         (let ((new (%make-environment 'interaction)))
           (%import-into! new (%authority-sets %authority))
           (%import-bindings! new (%authority-bindings %authority))
           (set! %interaction-environment new)
           new))
        (else (%primitive-environment))))
