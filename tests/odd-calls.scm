;;; Calls and forms that nobody writes, made from a seed: odd-calls.py runs this and watches.
;;;
;;;   odd-calls.scm calls SEED FROM TO     call the exported procedures with 0 to 4 odd values
;;;   odd-calls.scm forms SEED FROM TO     evaluate every keyword with 0 to 4 odd operands
;;;
;;; The number of each call and its text stand on a line before it is made, so whoever watches knows what did not end.
;;; A call must answer or raise; a condition that names an internal procedure is told on a line that begins with ?.

(import (ringlet) (ringlet internal))

;; --- chance: any part of a run can be repeated alone -------------------------------------------------------

(define state 1)

(define (seed! seed n)
  (set! state (modulo (+ (* 7919 seed) (* 104729 (+ n 1))) 2147483647))
  (below 2)
  (below 2))

(define (below n)
  (set! state (modulo (+ 12345 (* 48271 (+ state 1))) 2147483647))
  (modulo (quotient state 64) n))

(define (pick vector)
  (vector-ref vector (below (vector-length vector))))

;; --- odd values: each an expression, evaluated anew for every call ---------------------------------------

(define-record-type thing (make-thing part) thing? (part thing-part))

(define (circular)
  (let ((l (list 1 2 3)))
    (set-cdr! (cddr l) l)
    l))

(define (closed port)
  (close-port port)
  port)

(define (frozen-library) (%table-ref %libraries '(scheme base) #f))

(define escape #f)
(define itself #f)

(define-syntax odd
  (syntax-rules () ((_ expression ...) (vector (cons 'expression (lambda () expression)) ...))))

(define odd-values
  (odd '() '(1 . 2) (list 1 2 3) (list 'a "b" #\c) '((a . 1) (b . 2)) (circular) (list (circular)) 0 1 2 3 -1 10
       1000000000 -1000000000 (expt 2 62) (expt 2 100) (- (expt 2 100)) 1.5 -0.0 1e300 +nan.0 +inf.0 1/2 1+2i
       "" "abc" (make-string 3 #\x3bb) (make-string 5000 #\a) #\a #\x3bb #\null 'symbol (string->symbol "") #t #f
       (vector) (vector 1 2 3) '#(1 2) (make-vector 2000 'x) (bytevector) (bytevector 1 2 255) car (lambda l l)
       (lambda () 1) (lambda (x) x) (lambda (x y) (< x y)) values vector-ref escape itself
       (open-input-string "(a b) c\nd") (closed (open-input-string "a")) (open-output-string)
       (closed (open-output-string)) (open-input-bytevector (bytevector 1 2 3)) (open-output-bytevector)
       (eof-object) (if #f #f) (make-thing 1) thing (make-equal-hash-table) (delay 1) (make-promise 2)
       (make-parameter 1) (environment '(scheme base)) (interaction-environment) '(scheme base)
       (call/cc (lambda (k) (with-exception-handler k (lambda () (car 1)))))
       ;; what belongs to the system, which nothing may change
       (frozen-library) (%library-exports (frozen-library)) (%library-environment (frozen-library))
       (%record-type (frozen-library)) (%rtd-fields (%record-type (frozen-library))) (symbol->string 'car)
       (procedure-documentation map) map current-output-port))

;; Those that end the program or wait by what they are for, and those that change what all later calls see.
(define left-out
  '(exit emergency-exit exit-process raise-syntax-error test-exit sleep thread-sleep! receive-message
    receive-message-if))

;; The parts of the system's own are not for programs.
(define (is-public? library)
  (or (not (eq? (car library) 'ringlet)) (null? (cdr library)) (memq (cadr library) '(match))))

;; (library name . binding) for each binding that a library exports, under the first name it is met by.
(define all-bindings
  (let ((seen (make-eqv-hash-table)))
    (reverse
     (fold (lambda (library found)
             (fold (lambda (export found)
                     (if (or (not (cdr export)) (memq (car export) left-out) (hash-table-ref/default seen (cdr export) #f))
                         found
                         (begin
                           (hash-table-set! seen (cdr export) #t)
                           (cons (cons library export) found))))
                   found
                   (%library-exports (%find-library library))))
           '()
           (filter is-public? (cons '(ringlet) (libraries)))))))

(define (entry-name entry) (cadr entry))
(define (entry-binding entry) (cddr entry))

(define (is-procedure? entry)
  (let ((binding (entry-binding entry)))
    (and (%cell? binding) (%cell-bound? binding) (procedure? (%cell-ref binding)))))

(define procedures (list->vector (filter is-procedure? all-bindings)))
(define keywords (list->vector (remove (lambda (entry) (%cell? (entry-binding entry))) all-bindings)))

;; --- saying ---------------------------------------------------------------------------------------------

;; Kept apart from the current ports, which a call may close.
(define (say . parts)
  (for-each (lambda (part) (%console-write (if (string? part) part (%bounded part 300)))) parts))

(define (look-at c)
  (if (condition? c)
      (let ((text (%condition-text c 200)))
        (if (or (string-prefix? "%" text) (string-prefix? "(%" text)) (say "\n? " text "\n")))))

(define (attempt thunk)
  (call/cc
   (lambda (k)
     (set! escape k)
     (with-exception-handler
      (lambda (c)
        (look-at c)
        (k #f))
      thunk))))

;; --- calls ----------------------------------------------------------------------------------------------

(define (call-number n)
  (let* ((entry (vector-ref procedures (modulo n (vector-length procedures))))
         (procedure (%cell-ref (entry-binding entry)))
         (arguments (let loop ((i (modulo (quotient n (vector-length procedures)) 5)) (l '()))
                      (if (= i 0) l (loop (- i 1) (cons (pick odd-values) l))))))
    (say "\n" n " " (cons (entry-name entry) (map car arguments)) "\n")
    (set! itself procedure)
    (attempt
     (lambda ()
       (receive results (apply procedure (map (lambda (argument) ((cdr argument))) arguments))
         (for-each (lambda (x) (%bounded x 200)) results))))))

;; --- forms ----------------------------------------------------------------------------------------------

(define (odd-operands)
  (vector '() '(x) '(x . y) '(1 . 2) '((x 1)) '((x 1) (y 2)) '((x 1) . y) '(((x y) (values 1 2))) '(x ...) '(_ x ...)
          '((_ x) x) '(() 1) '(else 1) '(x => car) '(lambda (x) x) '(begin) '(define x 1) '(if) '#(x ...) '#() '...
          '_ 'else '=> 'if 'define 'lambda 'quote ''x '`(,x ,@y) 'x 'unbound-name 0 -1 1.5 "string" #\a #t #f
          (circular) (list 'x (circular)) '(#t (x)) '((#t) 1) '(scheme base) '(only (scheme base) car) '(export x)
          '((((((((((((x)))))))))))) (bytevector 1 2) car '(syntax-rules () ((_ x ...) (x ...))) '(x y z) '((x y) z)
          (if #f #f)))

(define (operands count)
  (if (= count 0)
      (pick (vector '() '() '() '() '() '() 'x 1))
      (cons (pick (odd-operands)) (operands (- count 1)))))

(define (form-number n)
  (let* ((entry (vector-ref keywords (modulo n (vector-length keywords))))
         (place (%make-environment 'odd))
         (form (cons (entry-name entry) (operands (modulo (quotient n (vector-length keywords)) 5))))
         (form (pick (vector form form form (list 'let '() form) (list 'lambda '() form 1) (list 'begin form 1)))))
    (say "\n" n " " form "\n")
    (%import-into! place '((ringlet)))
    (%environment-import! place (entry-name entry) (entry-binding entry))
    (attempt (lambda () (%bounded (eval form place) 200)))))

;; --- the start ------------------------------------------------------------------------------------------

(let* ((words (cdr (command-line)))
       (one (if (string=? (car words) "calls") call-number form-number))
       (seed (string->number (cadr words))))
  (say (if (eq? one call-number) (vector-length procedures) (vector-length keywords)) " names\n")
  (let loop ((n (string->number (caddr words))))
    (if (< n (string->number (cadddr words)))
        (begin
          (seed! seed n)
          (one n)
          (loop (+ n 1))))))
(say "done\n")
(emergency-exit 0)
