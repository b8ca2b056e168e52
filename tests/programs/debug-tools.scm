;;; trace, expand and disassemble in a program.
(import (scheme base) (scheme write) (ringlet))
(define (show x) (write x) (newline))

(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
(define (both) (values 1 2))
(define number 5)
(define circle (list 1 2))
(set-cdr! (cdr circle) circle)
(define (first l) (car l))
(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
(define (leave k) (k 'left))

(trace fact)
(show (fact 2))
(trace fact)
(trace car when number there-is-no-such-name)
(let ((local car)) (trace local))
(trace first both leave)
(show (first circle))
(show (call-with-values both list))
(show (call/cc leave))
(show (guard (c (#t (condition-type c))) (fact 'a)))
(show (fact 0))
(trace)
(untrace fact)
(untrace fact)
(untrace)
(show (fact 3))
(trace deep)
(deep 14)
(untrace deep)

(define-syntax my-or (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(define here (interaction-environment))
(show (expand '(when (null? x) (display "none") 'done)))
(show (expand '(let ((t 1)) (or #f (cond ((assv t '((1 . 2))) => cdr) (else t)))) here))
(show (expand '(do ((i 0 (+ i 1)) (l '() (cons i l))) ((= i 3) l) (display i))))
(show (expand '(define (f . x) (case-lambda ((a) a) ((a . b) (set! x a))))))
(show (expand '(let ((car 1)) (my-car car))))
(show (expand '(define-syntax m (syntax-rules ()))))
(show (expand-once '(when a b c)))
(show (expand-once '(case-it a b)))
(show (expand-once '(let*-values (((a b) (f)) (c (g))) c)))
(show (guard (c (#t (condition->string c))) (expand '(if))))

(define (count-down n . more)
  (let loop ((i n))
    (if (> i 0) (loop (- i 1)) (lambda (x) (vector i x more number)))))
(define (without-file text)
  (let ((end (string-search-forward "\n" text 0)))
    (substring text (+ end 1) (string-length text))))
(display (without-file (with-output-to-string (lambda () (disassemble count-down)))))
(disassemble car)
(disassemble (make-parameter 1))
(show (guard (c (#t (condition->string c))) (disassemble 'car)))

;; => ;; fact is traced
;; => (fact 2)
;; => | (fact 1)
;; => | | (fact 0)
;; => | | => 1
;; => | => 1
;; => => 2
;; => 2
;; => ;; fact is traced already; (untrace fact) ends it
;; => ;; car is the system's own, and calls of it are not to be intercepted.  Trace one of yours:
;; => ;;   (define (my-car . arguments) (apply car arguments))
;; => ;; when is syntax, not a procedure: (expand-once '(when ...)) shows what a use of it means
;; => ;; number is an exact integer number: only procedures can be traced
;; => ;; there-is-no-such-name has no definition yet
;; => ;; local is a local variable here: only global procedures can be traced
;; => ;; first is traced
;; => ;; both is traced
;; => ;; leave is traced
;; => (first #0=(1 2 . #0#))
;; => => 1
;; => 1
;; => (both)
;; => => 1 2  (2 values)
;; => (1 2)
;; => (leave #<procedure continuation>)
;; => left
;; => (fact a)
;; => type
;; => (fact 0)
;; => => 1
;; => 1
;; => ;; traced: fact first both leave
;; => ;; fact is no longer traced
;; => ;; fact is not traced
;; => ;; nothing is traced
;; => 6
;; => ;; deep is traced
;; => (deep 14)
;; => | (deep 13)
;; => | | (deep 12)
;; => | | | (deep 11)
;; => | | | | (deep 10)
;; => | | | | | (deep 9)
;; => | | | | | | (deep 8)
;; => | | | | | | | (deep 7)
;; => | | | | | | | | (deep 6)
;; => | | | | | | | | | (deep 5)
;; => | | | | | | | | | | (deep 4)
;; => | | | | | | | | | | | (deep 3)
;; => | | | | | | | | | | | | (deep 2)
;; => | | | | | | | | | | | | [13] (deep 1)
;; => | | | | | | | | | | | | [14] (deep 0)
;; => | | | | | | | | | | | | [14] => 0
;; => | | | | | | | | | | | | [13] => 1
;; => | | | | | | | | | | | | => 2
;; => | | | | | | | | | | | => 3
;; => | | | | | | | | | | => 4
;; => | | | | | | | | | => 5
;; => | | | | | | | | => 6
;; => | | | | | | | => 7
;; => | | | | | | => 8
;; => | | | | | => 9
;; => | | | | => 10
;; => | | | => 11
;; => | | => 12
;; => | => 13
;; => => 14
;; => ;; deep is no longer traced
;; => (if (null? x) (begin (display "none") 'done))
;; => (let ((t 1)) (let ((t.1 #f)) (if t.1 t.1 (let ((t.2 (assv t '((1 . 2))))) (if t.2 (cdr t.2) t)))))
;; => (letrec* ((loop.1 (lambda (i l) (if (= i 3) (begin (if #f #f) l) (begin (display i) (loop.1 (+ i 1) (cons i l))))))) (loop.1 0 '()))
;; => (define f (lambda x (case-lambda ((a) a) ((a . b) (set! x a)))))
;; => (let ((car 1)) (my-car car))
;; => (define-syntax m (syntax-rules ()))
;; => (if a (begin b c))
;; => (case-it a b)
;; => (%apply-values (lambda (a b) (let*-values ((c (g))) c)) (f))
;; => "if: this form has too few parts: (if) -- it is written (if test then [else])"
;; =>      0  ENTER_REST    1, 6
;; =>      3  MOVE          r2(i), r0(n)
;; => >    6  GTI_F         r2(i), 0, -> 18                       ; 49:9
;; =>     11  ADDI          r2, r2(i), -1                         ; 49:23
;; =>     15  LOOP          -> 6
;; => >   18  CLOSURE       r3, code of a lambda, 2, r2(i), r1(more)
;; =>     24  RET           r3
;; => car is a primitive: machine code, compiled from C.
;; => A parameter has no instructions: to call it is to look up its value.
;; => "disassemble: argument 1 should be a procedure, but is car"
