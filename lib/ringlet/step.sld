;;; (ringlet step): evaluate an expression call by call.
;;;
;;; The expression is expanded (see (ringlet expand)) and the tree is evaluated here, so every call in it can be shown before
;;; it happens and its value after.  A procedure defined at the prompt or in a file that can still be read is evaluated from
;;; its source in the same way; all others are called as they are.  What is stepped through are ordinary procedures:
;;; they may be passed to others, escape and be called again.
(define-library (ringlet step)
  (export step-form)
  (import (scheme base) (scheme write) (scheme file) (ringlet) (ringlet internal) (ringlet expand))
  (begin
    (define stepping? #f)      ; stop at calls
    (define depth 0)
    (define leave #f)          ; the continuation of q
    ;; (procedure . the one evaluated from its source, or #f); for one that was made here its name.
    (define from-source '())

    (define bars-shown 10)

    ;; Of a call or value: what leaves room for bars and an answer on a line.
    (define (width) (max 20 (- (min 100 (%console-columns)) 35)))

    (define (say . parts)
      (%fresh-line console-port)
      (for-each (lambda (part) (write-string part console-port)) parts))

    (define (bars)
      (if (<= depth bars-shown)
          (apply string-append (make-list depth "| "))
          (string-append (apply string-append (make-list bars-shown "| ")) "[" (number->string depth) "] ")))

    ;; --- evaluating a tree -----------------------------------------------------------------------------------------
    ;; An environment is a list of pairs (variable . value); a value that is not there yet is `unassigned`.

    (define unassigned (list 'unassigned))

    (define (extend env variables values)
      (append (map cons variables values) env))

    (define (local-value variable env)
      (let ((value (cdr (assq variable env))))
        (if (eq? value unassigned)
            (%raise 'unbound #f "this variable was used before its definition was reached:" (vector-ref variable 0))
            value)))

    (define (global-value cell)
      (if (not (%cell-bound? cell))
          (%raise 'unbound #f "this name has no definition:" (%cell-name cell)))
      (%cell-ref cell))

    (define (assign! target value env)
      (if (%cell? target)
          (begin
            (global-value target)
            (%cell-set! target value))
          (set-cdr! (assq target env) value)))

    (define (evaluate tree env)
      (case (car tree)
        ((quote) (cadr tree))
        ((local) (local-value (cadr tree) env))
        ((global) (global-value (cadr tree)))
        ((set!) (assign! (cadr tree) (evaluate (caddr tree) env) env))
        ((if) (evaluate (if (evaluate (cadr tree) env) (caddr tree) (list-ref tree 3)) env))
        ((begin)
         (let loop ((l (cdr tree)))
           (if (null? (cdr l))
               (evaluate (car l) env)
               (begin (evaluate (car l) env) (loop (cdr l))))))
        ((lambda) (make-procedure (cadr tree) (cddr tree) env))
        ((call) (evaluate-call (cddr tree) env))
        (else (evaluate-binding tree env))))

    (define (evaluate-binding tree env)
      (let loop ((variables (cadr tree)) (l (cddr tree)) (inner '()))
        (cond ((pair? variables)
               (loop (cdr variables) (cdr l) (cons (car l) inner)))
              ((eq? (car tree) 'let)
               (evaluate (car l)
                         (extend env (cadr tree)
                                 (map (lambda (init) (evaluate init env)) (reverse inner)))))
              (else
               (let ((env (extend env (cadr tree) (map (lambda (v) unassigned) (cadr tree)))))
                 (for-each (lambda (variable init) (set-cdr! (assq variable env) (evaluate init env)))
                           (cadr tree) (reverse inner))
                 (evaluate (car l) env))))))

    ;; The environment for a call with `arguments`, or #f when they do not fit the parameters.
    (define (bind formals arguments env)
      (cond ((pair? formals)
             (and (pair? arguments)
                  (let ((rest (bind (cdr formals) (cdr arguments) env)))
                    (and rest (cons (cons (car formals) (car arguments)) rest)))))
            ((null? formals) (and (null? arguments) env))
            (else (cons (cons formals arguments) env))))

    (define (make-procedure name clauses env)
      (let ((stepped
             (identity  ; so that the compiler gives it no name
              (lambda arguments
                (let loop ((l clauses))
                  (if (null? l)
                      (%raise 'arity name (string-append "takes other numbers of arguments, but was given "
                                                         (number->string (length arguments))))
                      (let ((inner (bind (caar l) arguments env)))
                        (if inner
                            (evaluate (cadr (car l)) inner)
                            (loop (cdr l))))))))))
        (set! from-source (cons (cons stepped name) from-source))
        stepped))

    ;; --- calls -----------------------------------------------------------------------------------------------------------

    (define (evaluate-call parts env)
      (let ((values (map (lambda (part) (evaluate part env)) parts)))
        (if (and stepping? (not (hidden-operator? (car parts))))
            (show-call (car values) (cdr values) env)
            (apply (from-source-if-known (car values)) (cdr values)))))

    ;; What macros call is no concern of who reads the program.
    (define (hidden-operator? tree)
      (and (eq? (car tree) 'global)
           (%hidden-name? (symbol->string (%cell-name (cadr tree))))))

    (define (call-text procedure arguments)
      (let* ((known (assq procedure from-source))
             (name (or (and known (symbol? (cdr known)) (cdr known)) (procedure-name-or-itself procedure)))
             (text (%call-text (or name 'lambda) arguments 40)))
        (if (> (string-length text) (width)) (string-append (substring text 0 (- (width) 4)) "...)") text)))

    (define (procedure-name-or-itself x)
      (if (procedure? x) (procedure-name x) x))

    (define (show-call procedure arguments env)
      (case (ask (string-append (bars) (call-text procedure arguments)) env)
        ((over) (finish (without-stepping (lambda () (apply procedure arguments)))))
        ((continue)
         (set! stepping? #f)
         (apply (from-source-if-known procedure) arguments))
        (else
         (let ((level depth))
           (finish
            (dynamic-wind
             (lambda () (set! depth (+ level 1)))
             (lambda () (%values->list (apply (from-source-if-known procedure) arguments)))
             (lambda () (set! depth level))))))))

    (define (without-stepping thunk)
      (let ((before stepping?))
        (dynamic-wind
         (lambda () (set! stepping? #f))
         (lambda () (%values->list (thunk)))
         (lambda () (set! stepping? before)))))

    (define (finish results)
      (if stepping?
          (say (bars) "=> "
               (if (null? results)
                   "no value"
                   (string-join (map (lambda (x) (%bounded x (width))) (%some-elements results 8)) " "))
               "\n"))
      (apply values results))

    ;; --- the source of a procedure --------------------------------------------------------------------------------------

    (define (from-source-if-known procedure)
      (if (or (not stepping?) (not (procedure? procedure)) (not (%procedure-code procedure)))
          procedure
          (let ((known (assq procedure from-source)))
            (cond ((not known)
                   (let ((evaluated (evaluated-from-source procedure)))
                     (set! from-source (cons (cons procedure evaluated) from-source))
                     (or evaluated procedure)))
                  ((procedure? (cdr known)) (cdr known))
                  (else procedure)))))

    ;; Only what a variable of the prompt holds, so that its names mean what they mean there.
    (define (evaluated-from-source procedure)
      (let* ((name (procedure-name procedure))
             (file (cadr (%code-facts (%procedure-code procedure))))
             (binding (and (symbol? name) (%binding-of (interaction-environment) name)))
             (form (and (%cell? binding)
                        (%cell-bound? binding)
                        (eq? (%cell-ref binding) procedure)
                        (string? file)
                        (not (%library-file? file))
                        (find-definition name (if (string=? file "input") %recent-definitions (forms-of file))))))
        (and form
             (let ((tree (guard (c (#t #f)) (expansion-tree form (interaction-environment) #f file))))
               (and tree (eq? (car tree) 'define) (eq? (car (caddr tree)) 'lambda)
                    (evaluate (caddr tree) '()))))))

    (define (find-definition name forms)
      (find (lambda (form)
              (and (pair? form) (eq? (car form) 'define) (pair? (cdr form))
                   (or (eq? (cadr form) name)
                       (and (pair? (cadr form)) (eq? (caadr form) name)))))
            forms))

    (define (forms-of file)
      (guard (c (#t '()))
        (if (file-exists? file) (%read-all-forms file #f) '())))

    ;; --- asking ------------------------------------------------------------------------------------------------------------

    (define help-text
      "   Enter  do this call, stepping through what it does
   o      over: do this call without stopping inside
   c      continue to the end without stopping
   v      the variables here
   q      quit: give up the evaluation\n")

    ;; A line typed behind `text`; #f: Control-C.
    (define (answer text)
      (let ((text (string-append text "   ")))
        (%fresh-line console-port)
        (if (%console-interactive?)
            (%edit text #f #f)
            (begin
              (write-string text console-port)
              (read-line console-port)))))

    (define (ask text env)
      (let* ((line (answer text))
             (word (cond ((string? line) (string-trim line)) (line "c") (else "q"))))
        (cond ((string=? word "") 'next)
              ((member word '("n" "next" "s" "step")) 'next)
              ((member word '("o" "over")) 'over)
              ((member word '("c" "continue")) 'continue)
              ((member word '("q" "quit")) (leave #f))
              ((member word '("v" "variables")) (show-variables env) (ask text env))
              (else (say help-text) (ask text env)))))

    (define (show-variables env)
      (if (null? env) (say "   no local variables\n"))
      (for-each (lambda (entry)
                  (say "   " (symbol->string (vector-ref (car entry) 0)) " = "
                       (if (eq? (cdr entry) unassigned) "(no value yet)" (%bounded (cdr entry) (width))) "\n"))
                env))

    (define (step-form form)
      "(step-form form)\nWhat (step FORM) does: evaluate it call by call, asking for commands on the console."
      (if (%definition? form)
          (begin
            (say ";; a definition has no calls to step through: it is made, and (step (name ...)) steps through a use\n")
            (%evaluate form (interaction-environment) #f "input"))
          (let ((tree (expansion-tree form (interaction-environment) #f "input")))
            (if (not (%console-interactive?)) (read-line console-port))
            (say ";; Enter: next   o: over   c: continue   v: variables   q: quit\n")
            (let ((results
                   (call-with-current-continuation
                    (lambda (k)
                      (dynamic-wind
                       (lambda () (set! leave k) (set! stepping? #t) (set! depth 0))
                       (lambda () (%values->list (evaluate tree '())))
                       (lambda () (set! stepping? #f) (set! from-source '())))))))
              (if results
                  (apply values results)
                  (say ";; given up\n"))))))))
