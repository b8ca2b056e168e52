;;; The frames of the last error: looking at one, moving, evaluating with its variables.
;;;
;;; A frame is a vector (errors.scm); its variables are vectors #(name kind value), or #(name kind) when a variable has no
;;; value at that point, in the order of their binding: the parameters, the local ones, then those of procedures around
;;; it.  The frames were copied when the error was raised, so they show what was so then.

(define %last-frames '())
(define %frame-number 0)      ; the frame that is being looked at

(define (%frame-of who n)
  (if (and (exact-integer? n) (>= n 0) (< n (length %last-frames)))
      (list-ref %last-frames n)
      (%raise-type who 1
                   (if (null? %last-frames)
                       "a frame of the last error, but there is none"
                       (string-append "the number of a frame of the last error, below "
                                      (number->string (length %last-frames))))
                   n)))

(define (frame-arguments n)
  "(frame-arguments n)
The list of the arguments of frame N of the last error, or #f when they are not known."
  (%frame-arguments (%frame-of 'frame-arguments n)))

(define (frame-variables n)
  "(frame-variables n)
The variables of frame N of the last error with their values, an association list; the innermost come first.  Those
without a value at that point are left out."
  (%visible-variables (%frame-of 'frame-variables n)))


;; Definitions typed at the prompt, the newest first: the source that step steps through.
(define %recent-definitions '())
(define %definitions-kept 100)

(define (%note-definition! form)
  (if (and (pair? form) (eq? (car form) 'define))
      (let ((forms (cons form %recent-definitions)))
        (set! %recent-definitions
              (if (> (length forms) %definitions-kept) (list-head forms %definitions-kept) forms)))))

(define %variable-kinds '#("argument" "arguments" "local" "captured" "local"))

(define (%captured? variable) (= (vector-ref variable 1) 3))
(define (%valued? variable) (= (vector-length variable) 3))

;; An association list, the innermost variables first.
(define (%visible-variables frame)
  (let ((variables (filter %valued? (%frame-variables frame))))
    (map (lambda (v) (cons (vector-ref v 0) (vector-ref v 2)))
         (append (reverse (remove %captured? variables)) (filter %captured? variables)))))

(define (%select-frame n)
  (cond ((null? %last-frames)
         (%say "There is no frame to look at: there was no error, or it left none.\n"))
        ((and (exact-integer? n) (>= n 0) (< n (length %last-frames)))
         (set! %frame-number n)
         (%show-frame n (list-ref %last-frames n)))
        (else
         (%say "There is no such frame: they are numbered 0, where the error was, to "
               (number->string (- (length %last-frames) 1)) "; ,b lists them.\n"))))

(define (%show-frame n frame)
  (%say (%frame-line n frame (= (+ n 1) (length %last-frames)) 100) "\n")
  (%show-source (%frame-file frame) (%frame-position frame) (current-output-port))
  (let* ((variables (%frame-variables frame))
         (width (fold-left (lambda (width v) (max width (string-length (%bounded (vector-ref v 0) 40)))) 0 variables)))
    (if (null? variables) (%say "      no variables\n"))
    (for-each
     (lambda (v)
       (%say "      " (string-pad-right (%bounded (vector-ref v 0) 40) width) "  "
             (string-pad-right (vector-ref %variable-kinds (vector-ref v 1)) 9) "  "
             (cond ((%valued? v) (%bounded (vector-ref v 2) 300))
                   ((= (vector-ref v 1) 4) "(not kept: nothing uses it)")
                   (else "(no value yet)"))
             "\n"))
     variables)))

;; Assignments change a copy: the frame is gone.  An error leaves the frames as they are.
(define (%evaluate-in-frame text)
  (cond ((string=? (string-trim-both text) "")
         (%say ",e EXPR evaluates EXPR with the variables of the frame that ,f shows.\n"))
        ((null? %last-frames) (%select-frame 0))
        (else
         (guard (c (#t (%fresh-line console-port) (%say "error: " (%condition-text c 400) "\n")))
           (let* ((variables (%distinct (%visible-variables (list-ref %last-frames %frame-number))))
                  (form (list 'lambda (map car variables) (read (open-input-string text)))))
             (%print-result (apply (%evaluate form (interaction-environment) #f "input") (map cdr variables)) 79))))))

;; The first entry of each name.
(define (%distinct variables)
  (let loop ((l variables) (seen '()))
    (cond ((null? l) (reverse seen))
          ((assq (caar l) seen) (loop (cdr l) seen))
          (else (loop (cdr l) (cons (car l) seen))))))

;; --- tools in libraries of their own, loaded when they are first asked for -----------------------------------

(define (%tool library name)
  (%cell-ref (cdr (assq name (%library-exports (%find-library library))))))

(define-syntax trace
  (syntax-rules ()
    ((_) ((%tool '(ringlet trace) 'show-traced)))
    ((_ name ...) (begin ((%tool '(ringlet trace) 'trace-binding!) 'name (%cell name)) ...))))

(define-syntax untrace
  (syntax-rules ()
    ((_) ((%tool '(ringlet trace) 'untrace-all!)))
    ((_ name ...) (begin ((%tool '(ringlet trace) 'untrace-binding!) 'name (%cell name)) ...))))

(define-syntax step
  (syntax-rules ()
    ((_ expression) ((%tool '(ringlet step) 'step-form) 'expression))))

(define disassemble
  (case-lambda
    ((procedure)
     "(disassemble procedure [nested?])
Show the instructions of PROCEDURE; with NESTED? true also those of the procedures written inside it."
     (disassemble procedure #f))
    ((procedure nested?)
     (if (not (procedure? procedure)) (%raise-type 'disassemble 1 "a procedure" procedure))
     (if (%procedure-code procedure)
         ((%tool '(ringlet disassemble) 'show-code) (%procedure-code procedure) nested? (current-output-port))
         (%say (%without-code procedure) "\n")))))

(define (%without-code procedure)
  (let ((name (%bounded (procedure-name procedure) 60)))
    (case (%object-kind procedure)
      ((continuation) "A continuation has no instructions: to call it is to return from where it was taken.")
      ((parameter) (string-append "A parameter" (if (procedure-name procedure) (string-append ", " name ",") "")
                                  " has no instructions: to call it is to look up its value."))
      (else (string-append name " is a primitive: machine code, compiled from C.")))))

(define expand
  (case-lambda
    ((form)
     "(expand form [environment])
What FORM, a datum, means when all macros in it are expanded: core Scheme.  Variables that macros inserted have a number
after their name."
     (expand form (interaction-environment)))
    ((form environment)
     (%check-environment 'expand 2 environment)
     (if (%definition-of-syntax? form environment)
         form
         ((%tool '(ringlet expand) 'tree->form)
          ((%tool '(ringlet expand) 'expansion-tree) form environment #f #f))))))

(define expand-once
  (case-lambda
    ((form)
     "(expand-once form [environment])
FORM, a datum, after one step of the macro at its head; FORM itself when no macro is there."
     (expand-once form (interaction-environment)))
    ((form environment)
     (%check-environment 'expand-once 2 environment)
     (%expand-once form environment))))

;; The forms that only mean something to the driver of the top level, or that would take effect.
(define (%definition-of-syntax? form environment)
  (and (pair? form)
       (receive (special-name expanded) (%expand-head form environment #f #f)
         (memq special-name '(define-syntax import define-library define-record-type)))))
