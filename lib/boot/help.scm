;;; help, apropos, describe: what there is and how it is used.

;; Core forms and macros have no place for a docstring of their own.
(define %syntax-help
  '((quote "(quote datum)   'datum\nDATUM itself, not evaluated.")
    (quasiquote "(quasiquote template)   `template
TEMPLATE with the values of ,expression and ,@expression put in.")
    (lambda "(lambda formals body ...)
A procedure.  A string first in a body of several forms is its documentation.")
    (case-lambda "(case-lambda (formals body ...) ...)
A procedure that chooses a clause by the number of its arguments.")
    (if "(if test then [else])\nThe value of THEN when TEST is not #f, otherwise that of ELSE.")
    (set! "(set! name expression)\nMake the value of EXPRESSION that of the variable NAME.")
    (define "(define name expression)   (define (name . formals) body ...)\nDefine a variable or procedure.")
    (define-values "(define-values formals expression)
Define several variables as the values of EXPRESSION.")
    (define-record-type "(define-record-type name (make field ...) test? (field get [set!]) ...)
Define a type of records with its procedures.")
    (define-syntax "(define-syntax name (syntax-rules ...))\nDefine a macro.")
    (let-syntax "(let-syntax ((name rules) ...) body ...)\nMacros for BODY.")
    (letrec-syntax "(letrec-syntax ((name rules) ...) body ...)\nMacros for BODY that may use each other.")
    (syntax-rules "(syntax-rules (literal ...) (pattern template) ...)
The rules of a macro; ... after a part of a pattern matches any number of it.")
    (syntax-error "(syntax-error message form ...)
As a template of a macro: report MESSAGE where the macro is used.")
    (begin "(begin expression ...)\nEvaluate in order; the value is that of the last one.")
    (let "(let ((name value) ...) body ...)   (let loop ((name value) ...) body ...)
Local variables; with a name before them, BODY is a procedure of that name.")
    (let* "(let* ((name value) ...) body ...)\nLocal variables, each visible in the values after it.")
    (letrec "(letrec ((name value) ...) body ...)
Local variables visible in all values: for procedures that call each other.")
    (letrec* "(letrec* ((name value) ...) body ...)\nLike letrec, evaluated in order.")
    (let-values "(let-values ((formals expression) ...) body ...)\nLocal variables from multiple values.")
    (let*-values "(let*-values ((formals expression) ...) body ...)\nLike let-values, one after the other.")
    (receive "(receive formals expression body ...)\nLocal variables from the values of EXPRESSION.")
    (and "(and expression ...)\n#f as soon as a value is #f, otherwise the last value.")
    (or "(or expression ...)\nThe first value that is not #f.")
    (cond "(cond (test body ...) ... (else body ...))
The BODY of the first TEST that holds; (test => procedure) calls PROCEDURE with it.")
    (case "(case key ((datum ...) body ...) ... (else body ...))
The BODY of the clause that has a DATUM eqv? to KEY.")
    (when "(when test body ...)\nEvaluate BODY if TEST holds.")
    (unless "(unless test body ...)\nEvaluate BODY if TEST does not hold.")
    (do "(do ((name init [step]) ...) (test result ...) body ...)
A loop: until TEST holds, BODY and then the STEPs.")
    (delay "(delay expression)\nA promise to evaluate EXPRESSION when it is forced.")
    (delay-force "(delay-force expression)
A promise to force the promise that EXPRESSION will give, in constant space.")
    (cons-stream "(cons-stream a b)\nA pair of A and a promise of B.")
    (parameterize "(parameterize ((parameter value) ...) body ...)
Evaluate BODY with other values of the parameters.")
    (fluid-let "(fluid-let ((name value) ...) body ...)
Evaluate BODY with other values of existing variables.")
    (guard "(guard (name clause ...) body ...)
Evaluate BODY; what it raises is bound to NAME and given to the clauses, which are those of cond.")
    (assert "(assert expression)\nRaise a condition unless EXPRESSION holds.")
    (bg "(bg expression ...)
Evaluate in the background, in a process of its own, which is returned; what it yields is shown.  See background.")
    (time "(time expression)
The values of EXPRESSION; reports how long it took, how much it allocated and how many collections there were.")
    (trace "(trace name ...)   (trace)
Show every call of the global procedures NAME ... and what it returns, until untrace; without a NAME, which are traced.")
    (untrace "(untrace name ...)   (untrace)\nNo longer trace these procedures; without a NAME, any.")
    (step "(step expression)
Evaluate EXPRESSION call by call: Enter does the next one, o without stopping inside, c all that is left, v shows the
variables, q gives up.")
    (and-let* "(and-let* ((name value) ...) body ...)\nLocal variables as long as their values are not #f.")
    (import "(import import-set ...)
Make the names of libraries visible: (scheme base), (only (ringlet) sort), ...")
    (define-library "(define-library name declaration ...)
Define a library: (export name ...) (import set ...) (begin body ...) (include file ...)")
    (include "(include file ...)\nThe forms of files, as if they stood here.")
    (include-ci "(include-ci file ...)\nLike include, with upper and lower case letters the same.")
    (cond-expand "(cond-expand (requirement body ...) ...)
The BODY of the first REQUIREMENT that this system meets.")
    (help "(help name)\nShow how NAME is used.  (help) alone tells how to begin.")))

(define-syntax help
  (syntax-rules ()
    ((_) (%help-start))
    ((_ name) (%help 'name))))

(define (%say . parts)
  (for-each (lambda (part) (write-string part)) parts))

(define (%help-start)
  (%say "Ringlet is a Scheme (R7RS).  Type an expression and press Enter.\n\n"
        "  (help car)          how car is used\n"
        "  (apropos \"vector\")  names that contain \"vector\"\n"
        "  (describe x)        what the value of x is\n"
        "  (load \"file.scm\")   run a program\n"
        "  (exit)              stop\n\n"
        "Keys: arrows, Home, End; Up and Down for earlier input, Control-R searches it;\n"
        "Tab completes names; Control-C stops what runs; Control-D on an empty line leaves.\n"
        "After an error: ,b shows the backtrace, ,f N a frame and its variables, ,r tries again.\n"
        "To understand a program: trace, step, time, expand, disassemble; (help trace) and so on.\n"))

(define (%help topic)
  (cond ((string? topic) (apropos topic))
        ((and (pair? topic) (eq? (car topic) 'quote) (pair? (cdr topic))) (%help (cadr topic)))
        ((symbol? topic) (%help-name topic))
        ((pair? topic) (describe topic))
        (else (describe topic))))

(define (%help-name name)
  (let ((binding (%binding-of (interaction-environment) name))
        (entry (assq name %syntax-help)))
    (cond ((not binding)
           (if entry
               (%say (cadr entry) "\n")
               (let ((near (%near-names name (interaction-environment) 5)))
                 (%say "There is nothing called " (symbol->string name) " here"
                       (%where-exported name)
                       (if (pair? near) (string-append "; did you mean " (%alternatives near) "?") ".")
                       "\n"))))
          ((not (%cell? binding))
           (if entry
               (%say (cadr entry) "\n")
               (%say (symbol->string name) " is a macro.\n")))
          (else
           (let ((value (%cell-ref binding)))
             (if (procedure? value)
                 (%say (%procedure-help name value) "\n")
                 (describe value)))))))

;; In which libraries that could be imported is it?
(define (%where-exported name)
  (let ((libraries (%archived-with name)))
    (if (pair? libraries)
        (string-append "; " (string-join (map %text libraries) " and ") (if (null? (cdr libraries)) " has it" " have it"))
        "")))

(define (procedure-documentation procedure)
  "(procedure-documentation procedure)
The documentation of PROCEDURE, a string whose first line is its signature, or #f."
  (let ((doc (%procedure-doc procedure)))
    (and (string? doc) doc)))

(define (%procedure-help name procedure)
  (let ((doc (%procedure-doc procedure)))
    (if (and (string? doc) (> (string-length doc) 0))
        (if (char=? (string-ref doc 0) #\()
            doc
            (string-append (%signature name procedure) "\n" doc))
        (string-append (%signature name procedure) "\nA procedure without documentation."))))

(define (%signature name procedure)
  (let ((parameters (%procedure-parameters procedure)))
    (if (or (pair? parameters) (null? parameters) (symbol? parameters))
        (%bounded (cons name parameters) 200)
        (%bounded name 60))))

(define (apropos-list text)
  "(apropos-list text)\nThe sorted list of the names, symbols, that contain TEXT, a string or symbol."
  (let ((text (if (symbol? text) (symbol->string text) text)))
    (map string->symbol
         (list-sort string<?
                    (%fold-environment (interaction-environment)
                                       (lambda (name binding names)
                                         (let ((name (symbol->string name)))
                                           (if (and (string-search-forward text name 0)
                                                    (not (%hidden-name? name)))
                                               (cons name names)
                                               names)))
                                       '())))))

(define (apropos text)
  "(apropos text)\nShow the names that contain TEXT, with the first line of what help says."
  (let ((names (apropos-list text)))
    (if (null? names)
        (%say "No name contains " (%bounded text 60) ".\n")
        (for-each
         (lambda (name)
           (%say "  " (%first-line (%name-help name)) "\n"))
         names))))

(define (%first-line text)
  (let ((end (string-index text #\newline)))
    (if end (substring text 0 end) text)))

(define (%name-help name)
  (let ((binding (%binding-of (interaction-environment) name))
        (entry (assq name %syntax-help)))
    (cond ((not (%cell? binding)) (if entry (cadr entry) (symbol->string name)))
          ((procedure? (%cell-ref binding)) (%procedure-help name (%cell-ref binding)))
          (else (symbol->string name)))))

(define (%kind-of x)
  (cond ((pair? x) (if (list? x)
                       (string-append "a list of " (%plural (length x) "element"))
                       "a pair"))
        ((null? x) "the empty list")
        ((boolean? x) "a boolean")
        ((symbol? x) "a symbol")
        ((string? x) (string-append "a string of " (%plural (string-length x) "character")))
        ((char? x) (string-append "a character, U+"
                                  (string-pad-left (string-upcase (number->string (char->integer x) 16)) 4 #\0)))
        ((number? x)
         (string-append (if (exact? x) "an exact " "an inexact ")
                        (cond ((integer? x) "integer") ((rational? x) "rational") ((real? x) "real")
                              (else "complex"))
                        " number"))
        ((vector? x) (string-append "a vector of " (%plural (vector-length x) "element")))
        ((bytevector? x) (string-append "a bytevector of " (%plural (bytevector-length x) "byte")))
        ((procedure? x) "a procedure")
        ((hash-table? x)
         (if (= (%table-count x) 1)
             "a hash table of 1 entry"
             (string-append "a hash table of " (number->string (%table-count x)) " entries")))
        ((condition? x) (string-append "a condition of type " (%bounded (%condition-ref x 0) 40)))
        ((eof-object? x) "the eof object")
        ((port? x) "a port")
        ((environment? x) "an environment")
        ((promise? x) "a promise")
        ((record? x) "a record")
        (else "an object")))

(define (%plural n what)
  (string-append (number->string n) " " what (if (= n 1) "" "s")))

(define (describe x)
  "(describe x)\nShow what X is."
  (%say (%bounded x 200) " is " (%kind-of x) ".\n")
  (cond ((procedure? x)
         (%say (%procedure-help (procedure-name x) x) "\n"))
        ((condition? x)
         (%say (%condition-text x 400) "\n"))))
