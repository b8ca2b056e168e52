;; Escape attempts: a process that was given an environment tries to get at what it was not given.
;; What an attempt answers shows which of the rules of docs/authority.md holds it back.
;; input: what a person types
(import (scheme base) (scheme write) (scheme eval) (scheme process-context)
        (only (scheme file) file-exists?)
        (only (ringlet) spawn-process environment-with self send kill receive-message receive-message-if monitor
              process-exit-reason condition-type condition->string))

(define me (self))

;; Evaluate `form` in a process that is given `e` and, to answer with, one procedure.
(define (ask e form . options)
  (define (answer form)
    (send me
          (guard (c ((error-object? c) (list (condition-type c) (condition->string c)))
                    (#t (list 'raised c)))
            (list 'got (eval form)))))
  (apply spawn-process (list 'answer (list 'quote form)) 'monitor #t 'environment (environment-with e 'answer answer) options)
  (let ((first (receive-message)))
    (if (pair? first)
        (begin (receive-message) first)
        (list 'ended (vector-ref first 3)))))

(define (show name answer)
  (display name)
  (for-each (lambda (part) (display " | ") (display part)) answer)
  (newline))

(define-syntax try
  (syntax-rules () ((_ name e form) (show name (ask e 'form)))))

(define base (environment '(scheme base)))
(define evaluator (environment '(scheme base) '(scheme eval) '(scheme repl) '(scheme read)))

;; --- what was given works ---------------------------------------------------------------------------------------
(try "given" base (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) (string-append "i" (number->string i)))))
(try "definitions" evaluator (begin (define x 1) (define-values (y z) (values 2 3)) (set! x 4) (+ x y z)))
(try "imported" base (begin (import (prefix (scheme base) b:)) (b:car '(1))))
;; => given | got | i10
;; => definitions | got | 9
;; => imported | got | 1

;; --- importing ---------------------------------------------------------------------------------------------------
;; A library is importable where it was granted, under whatever import set, and in whatever form it is named.
(try "internals" base (import (ringlet internal)))
(try "internals, one of them" base (import (only (ringlet internal) %set-root!)))
(try "internals, renamed" base (import (prefix (except (ringlet internal) %set-root!) internal:)))
(try "everything" base (import (ringlet)))
(try "files" base (import (scheme file)))
(try "no name" base (import "ringlet/internal"))
(try "no list" base (import (ringlet . internal)))
(try "no list either" base (import #(ringlet internal)))
;; => internals | authority | import: this library was not granted to this process: (ringlet internal)
;; => internals, one of them | authority | import: this library was not granted to this process: (ringlet internal)
;; => internals, renamed | authority | import: this library was not granted to this process: (ringlet internal)
;; => everything | authority | import: this library was not granted to this process: (ringlet)
;; => files | authority | import: this library was not granted to this process: (scheme file)
;; => no name | syntax | import: this is not an import set: "ringlet/internal" -- libraries are named by lists: (import (scheme base) (srfi 1))
;; => no list | syntax | import: this is not an import set: (ringlet . internal) -- libraries are named by lists: (import (scheme base) (srfi 1))
;; => no list either | syntax | import: this is not an import set: #(ringlet internal) -- libraries are named by lists: (import (scheme base) (srfi 1))

;; A part of a library is granted as a library that exports that part.
(define partly (environment '(scheme base) '(only (ringlet) kill send) '(rename (only (scheme write) write) (write w))))
(try "the part" partly (begin (import (ringlet)) (procedure? kill)))
(try "by its own name" partly (begin (import (scheme write)) (procedure? write)))
(try "the rest" partly (begin (import (ringlet)) processes))
(try "the rest, by name" partly (import (only (ringlet) processes)))
(try "the rest, by prefix" partly (begin (import (prefix (ringlet) r:)) r:processes))
(try "the rest, excepted" partly (import (except (ringlet) processes)))
;; => the part | got | #t
;; => by its own name | got | #t
;; => the rest | unbound | this name has no definition: processes -- it is in the library (ringlet)
;; => the rest, by name | authority | import: this name of (ringlet) was not granted to this process: processes
;; => the rest, by prefix | unbound | this name has no definition: r:processes
;; => the rest, excepted | authority | import: this name of (ringlet) was not granted to this process: processes

;; What a granted library of the system imports is loaded, but not granted with it.
(define with-srfi-1 (environment '(scheme base) '(srfi 1)))
(try "a library's library" with-srfi-1 (begin (import (srfi 1)) (import (ringlet internal))))
(try "a library in the archive" (environment '(scheme base) '(srfi 130)) (begin (import (srfi 130)) (import (ringlet strings))))
(try "unseen" with-srfi-1
     (cond-expand ((library (ringlet internal)) 'there) ((library (srfi 2)) 'there) ((library (srfi 1)) 'granted) (else 'none)))
(try "unseen, as a feature" with-srfi-1 (cond-expand (srfi-2 'there) (srfi-1 'granted) (else 'none)))
(try "not in the list" (environment '(scheme base) '(only (ringlet) libraries)) (libraries))
(try "its exports" (environment '(scheme base) '(only (ringlet) libraries library-exports)) (library-exports '(scheme file)))
;; => a library's library | authority | import: this library was not granted to this process: (ringlet internal)
;; => a library in the archive | authority | import: this library was not granted to this process: (ringlet strings)
;; => unseen | got | granted
;; => unseen, as a feature | got | granted
;; => not in the list | got | ((ringlet) (scheme base))
;; => its exports | authority | import: this library was not granted to this process: (scheme file)

;; --- libraries of its own ----------------------------------------------------------------------------------------
;; A process may define libraries.  They import what it may import; names of the system's libraries it may not use, since others
;; of the system's that are loaded later would take the wrong one.
(try "its own" base
     (begin (define-library (mine) (export f) (import (scheme base)) (begin (define (f) 'mine))) (import (mine)) (f)))
(try "its own imports" base (define-library (mine) (export f) (import (scheme base) (ringlet internal)) (begin (define f 1))))
(try "a granted one replaced" with-srfi-1 (define-library (srfi 1) (export f) (import (scheme base)) (begin (define f 1))))
(try "a loaded one replaced" with-srfi-1 (define-library (srfi 8) (export f) (import (scheme base)) (begin (define f 1))))
(try "internals replaced" base (define-library (ringlet internal) (export f) (import (scheme base)) (begin (define f 1))))
(try "internals exported" base
     (define-library (mine) (export %set-root!) (import (scheme base))))
;; => its own | got | mine
;; => its own imports | authority | import: this library was not granted to this process: (ringlet internal)
;; => a granted one replaced | authority | define-library: a restricted process cannot replace the library (srfi 1)
;; => a loaded one replaced | authority | define-library: a restricted process cannot replace the library (srfi 8)
;; => internals replaced | authority | define-library: a restricted process cannot replace the library (ringlet internal)
;; => internals exported | syntax | export: (mine) does not define %set-root!

;; --- files ---------------------------------------------------------------------------------------------------------
;; include is syntax of (scheme base); reading a file needs load or open-input-file.  import reads no file at all.
(try "include" base (include "escapes.scm"))
(try "include inside" base (let () (include-ci "escapes.scm") 1))
(try "declarations" base (define-library (mine) (include-library-declarations "escapes.scm")))
(try "a library's file" (environment '(scheme base) '(only (ringlet) library-search-path-add!))
     (begin (library-search-path-add! "tests/programs") (import (library-files-helper))))
(try "included where granted" (environment '(scheme base) '(scheme eval) '(only (scheme file) open-input-file))
     (guard (c ((file-error? c) 'looked-for)) (eval '(include "no-such-file.scm"))))
;; => include | authority | include: files were not granted to this process: "escapes.scm"
;; => include inside | authority | include: files were not granted to this process: "escapes.scm"
;; => declarations | authority | include: files were not granted to this process: "escapes.scm"
;; => a library's file | authority | import: this library was not granted to this process: (library-files-helper)
;; => included where granted | got | looked-for

;; --- evaluating ------------------------------------------------------------------------------------------------------
(try "environment" evaluator (environment '(ringlet internal)))
(try "environment of all" (environment '(scheme base) '(scheme eval) '(only (ringlet) scheme-report-environment))
     (eval 'kill (scheme-report-environment 7)))
(try "import evaluated" evaluator (eval '(import (ringlet internal)) (interaction-environment)))
(try "import into another" evaluator (eval '(import (ringlet internal)) (environment '(scheme base))))
(try "a name evaluated" evaluator (eval 'kill (interaction-environment)))
(try "a name made" evaluator (eval (string->symbol "%set-root!")))
(try "read and evaluated" evaluator (read (open-input-string "#.(processes)")))
(try "read from what is printed" evaluator (read (open-input-string "#<process 1>")))
(try "defined in another" evaluator (eval '(define car cdr) (environment '(scheme base))))
;; => environment | authority | import: this library was not granted to this process: (ringlet internal)
;; => environment of all | unbound | this name has no definition: kill -- it is in the library (ringlet)
;; => import evaluated | authority | import: this library was not granted to this process: (ringlet internal)
;; => import into another | authority | import: this library was not granted to this process: (ringlet internal)
;; => a name evaluated | unbound | this name has no definition: kill -- it is in the library (ringlet)
;; => a name made | unbound | this name has no definition: %set-root! -- it is in the library (ringlet internal)
;; => read and evaluated | read | read: unknown syntax after #: "#."
;; => read from what is printed | read | read: unknown syntax after #: "#<process"
;; => defined in another | immutable | define: nothing can be defined in this environment: car

;; --- macros ------------------------------------------------------------------------------------------------------------
;; A library's macro names internals in its expansion, by reference and not by name; no macro of the process's own is handed them.
(try "named in a template" base (let-syntax ((m (syntax-rules () ((_) (%set-root! 'MAIN car))))) (m)))
(try "handed to a macro" base
     (let-syntax ((steal (syntax-rules () ((_ . x) 'x)))) (guard (c (#t => steal)) (raise 1))))
(try "a core form replaced" base
     (let-syntax ((lambda (syntax-rules () ((_ . x) 'stolen))) (if (syntax-rules () ((_ . x) 'stolen))))
       (guard (c (#f 'no) (else c)) (raise 'unharmed))))
(try "an expansion evaluated" (environment '(scheme base) '(scheme eval) '(only (ringlet) expand-once))
     (eval (expand-once '(parameterize ((p 1)) 2) (environment '(scheme base)))))
(try "a syntax error's parts" evaluator
     (guard (c (#t (let symbols? ((x (error-object-irritants c)))
                     (if (pair? x) (and (symbols? (car x)) (symbols? (cdr x))) (or (null? x) (symbol? x) (number? x))))))
       (eval '(guard (c (1 . 2)) 3))))
(try "a tool's expansion" (environment '(scheme base) '(scheme eval) '(only (ringlet) trace expand-once))
     (eval (list (list (car (car (expand-once '(trace) (environment '(only (ringlet) trace))))) ''(ringlet internal) ''%set-root!))))
;; => named in a template | unbound | this name has no definition: %set-root! -- it is in the library (ringlet internal)
;; => handed to a macro | got | (t)
;; => a core form replaced | got | unharmed
;; => an expansion evaluated | unbound | this name has no definition: %parameterize -- it is in the library (ringlet internal)
;; => a syntax error's parts | got | #t
;; => a tool's expansion | unbound | this name has no definition: %tool -- it is in the library (ringlet internal)

;; --- the library's objects ------------------------------------------------------------------------------------------------
;; They are frozen; and what a process defines is its own.
(try "set!" base (set! car cdr))
(try "defined anew" base (begin (define (car x) 'mine) (list (car '(1)) (caar '((1))))))
(show "which is its own" (list 'got (car '(1))))
(try "a symbol's name" base (string-set! (symbol->string 'car) 0 #\x))
(try "a parameter" base (begin (current-output-port (open-output-string)) 1))
(display "which is its own too")
(newline)
(try "a constant of the library" (environment '(scheme base) '(only (ringlet) libraries))
     (begin (set-car! (car (libraries)) 'scheme) (set-cdr! (car (libraries)) '(file)) (import (scheme file))))
;; => set! | immutable | set!: a library's variable cannot be assigned; define makes one of your own: car
;; => defined anew | got | (mine 1)
;; => which is its own | got | 1
;; => a symbol's name | immutable | string-set!: argument 1 is a constant, which cannot be changed: "car"
;; => a parameter | got | 1
;; => which is its own too
;; => a constant of the library | authority | import: this library was not granted to this process: (scheme file)

;; --- what others hold ---------------------------------------------------------------------------------------------------------
;; There is no way from a number or a printed text to a process.  What a person types is for the foreground only.
(try "processes" base (processes))
(try "a number to kill" partly (kill 1))
(try "a printed process to kill" partly (kill '|#<process 1>|))
(try "the console" base (read-line))
(try "the console, as what is written to" base (read-line (current-output-port)))
(try "arguments" (environment '(scheme base) '(scheme process-context)) (command-line))
(try "the system's end" (environment '(scheme base) '(scheme process-context)) (exit 3))
(try "the system's end at once" (environment '(scheme base) '(scheme process-context)) (emergency-exit 4))
;; => processes | unbound | this name has no definition: processes -- it is in the library (ringlet)
;; => a number to kill | process | kill: there is no process with this number or name: 1
;; => a printed process to kill | process | kill: there is no process with this number or name: |#<process 1>|
;; => the console | console | the console's input belongs to what runs in the foreground
;; => the console, as what is written to | console | the console's input belongs to what runs in the foreground
;; => arguments | got | ()
;; => the system's end | ended | 3
;; => the system's end at once | ended | 4

;; --- a record's parts --------------------------------------------------------------------------------------------------------
(define-record-type purse (make-purse coins) purse? (coins purse-coins))
(define (with-purse e) (environment-with e 'purse (make-purse 10)))
(try "another type of that name" (with-purse base)
     (begin (define-record-type purse* (make-purse coins) purse? (coins purse-coins)) (purse-coins purse)))
(try "an error's object" (with-purse base)
     (guard (c (#t (map (lambda (x) (eq? x purse)) (error-object-irritants c)))) (vector-ref purse 0)))
;; => another type of that name | type | purse-coins: argument 1 should be a record of type purse*, but is #<purse coins: 10>
;; => an error's object | got | (#t)

;; --- descendants ------------------------------------------------------------------------------------------------------------
(define parent (environment '(scheme base) '(scheme eval)
                            '(only (ringlet) spawn-process receive-message self send environment-with condition->string)))
(define-syntax grandchild
  (syntax-rules ()
    ((_ name option ... form)
     (try name parent
          (let ((me (self)))
            (define (answer) (send me (guard (c (#t (condition->string c))) (eval 'form))))
            (spawn-process answer option ...)
            (receive-message))))))
(grandchild "a child" (list (car '(1)) (procedure? self)))
(grandchild "its import" (import (scheme file)))
(grandchild "with less" 'environment (environment '(only (scheme base) car)) (import (scheme eval)))
(grandchild "with the rest of what it has" 'environment (environment '(only (scheme base) car)) (import (only (scheme base) cdr)))
(grandchild "with more" 'environment (environment '(scheme file)) #t)
(grandchild "with its own" 'environment (environment-with (environment) 'x 5) x)
(grandchild "with a larger quota" 'quota 10000000000 #t)
(grandchild "with a higher priority" 'priority 'high #t)
;; => a child | got | (1 #t)
;; => its import | got | import: this library was not granted to this process: (scheme file)
;; => with less | got | import: this library was not granted to this process: (scheme eval)
;; => with the rest of what it has | got | import: this name of (scheme base) was not granted to this process: cdr
;; => with more | authority | import: this library was not granted to this process: (scheme file)
;; => with its own | got | 5
;; => with a larger quota | authority | spawn-process: this quota is larger than that of this process, which is restricted: 10000000000
;; => with a higher priority | authority | spawn-process: this priority is higher than that of this process, which is restricted: high

;; A limit of time is not got round by a child; `ask` gives the parent one.
(define (limited name form . options)
  (show name (apply ask (environment '(scheme base) '(only (ringlet) spawn-process process-info self send receive-message))
                    form options)))
(limited "with a larger share" '(begin (spawn-process (lambda () 1) 'share 51) #t) 'share 50)
(limited "with a longer time" '(begin (spawn-process (lambda () 1) 'time 3) #t) 'time 2)
(define limits-of-a-child
  '(let ((me (self)))
     (spawn-process (lambda ()
                      (let ((figures (process-info (self))))
                        (send me (list (cdr (assq 'share figures)) (cdr (assq 'ticks-most figures)))))))
     (receive-message)))
(limited "with neither" limits-of-a-child 'share 50 'time 2)
(limited "with a share above the usual one" limits-of-a-child 'share 200)
;; => with a larger share | authority | spawn-process: this share is larger than that of this process, which is restricted: 51
;; => with a longer time | authority | spawn-process: this time, in ticks, is larger than that of this process, which is restricted: 300
;; => with neither | got | (50 200)
;; => with a share above the usual one | got | (100 #f)

;; --- handing on --------------------------------------------------------------------------------------------------------------
;; What one may do goes with a procedure or an environment that one sends; without that it does not.
(define (exists? name) (file-exists? name))
(try "a procedure given" (environment-with base 'exists? exists?) (exists? "no-such-file"))
(try "an environment given" (environment-with evaluator 'e (environment '(scheme file))) (eval '(file-exists? "no-such-file") e))
(try "its procedures are no grant" (environment-with base 'exists? exists?) (import (scheme file)))
(try "it is no grant" (environment-with evaluator 'e (environment '(scheme file))) (environment '(scheme file)))
;; => a procedure given | got | #f
;; => an environment given | got | #f
;; => its procedures are no grant | authority | import: this library was not granted to this process: (scheme file)
;; => it is no grant | authority | import: this library was not granted to this process: (scheme file)
