;;; Forty and more mistakes that beginners make, and what is said of each.
(import (scheme base) (scheme write) (scheme read) (scheme eval) (scheme repl) (only (ringlet) condition->string))

(define (explain text)
  (guard (c (#t (condition->string c)))
    (eval (read (open-input-string text)) (interaction-environment))))

(for-each (lambda (text)
            (write-string text)
            (newline)
            (write-string "    ")
            (display (explain text))
            (newline))
          '("(car '())"
            "(vector-ref (vector 1 2 3) 3)"
            "(vector-ref '(1 2 3) 0)"
            "(+ 1 \"2\")"
            "(- 'a 1)"
            "(> 1 'a)"
            "(zero? 'a)"
            "(1 2 3)"
            "(\"hello\" 1)"
            "((lambda (x) x))"
            "(string->symbol)"
            "(substring \"abc\")"
            "(square 1 2)"
            "((case-lambda ((a) a) ((a b . c) a)))"
            "(hash-table-ref (make-equal-hash-table) 'key)"
            "(string-append \"a\" 'b)"
            "(string-ref \"abc\" 10)"
            "(substring \"hello\" 2 10)"
            "(list-ref '(1 2) 5)"
            "(length '(1 . 2))"
            "(symbol->string \"a\")"
            "(apply + 1 2)"
            "(map car 5)"
            "(for-each display)"
            "(let loop ((i 0)) (loop))"
            "(string-set! (make-string 2) 0 \"x\")"
            "(raise 'oops)"
            "(error \"message:\" 1 \"two\" 'three)"
            "(assert (= 1 2))"
            "(call-with-values (lambda () (values 1 2)) (lambda (a) a))"
            "(with-exception-handler 5 6)"
            "(parameterize ((5 1)) 2)"
            "(letrec ((a b) (b 1)) a)"
            "(let ((l (list 1 2))) (set-cdr! (cdr l) l) (vector-ref l 0))"
            "(vector-ref (iota 1000) 0)"
            "(if)"
            "(if 1 2 3 4)"
            "(quote)"
            "(let ((x 1) (y)) x)"
            "(let (x 1) x)"
            "(let ((x 1)))"
            "(let* ((x 1) x) x)"
            "(let ((x 1) (x 2)) x)"
            "(define)"
            "(define x 1 2)"
            "(lambda x)"
            "(lambda (1) x)"
            "(cond)"
            "(cond 1)"
            "(cond (else 1) (#t 2))"
            "(case 1 (1 2))"
            "(case 1 ((1)))"
            "(case 1 (else 1) ((2) 3))"
            "(set! 5 3)"
            "(set! car 3)"
            "(else 1)"
            "(define-syntax m (lambda (x) x))"
            "(define-record-type point (make-point x heigth) point? (x point-x) (height point-height))"
            "(define-record-type)"
            "(strign-append \"a\")"
            "(lenght '())"
            "(environmen? 1)"
            "(defien (f x) x)"
            "(import (only (scheme base) vector-reff))"
            "(import (onyl (scheme base) car))"
            "(import scheme)"
            "(define-library (a b) (exprot x) (begin (define x 1)))"
            "(define-library (a b) (export squaer) (import (scheme base)) (begin (define squares 1)))"
            "(read (open-input-string \"(1 2\"))"
            "()"))

;; => (car '())
;; =>     car: argument 1 should be a pair, but is ()
;; => (vector-ref (vector 1 2 3) 3)
;; =>     vector-ref: index 3 is out of range for a vector of length 3
;; => (vector-ref '(1 2 3) 0)
;; =>     vector-ref: argument 1 should be a vector, but is (1 2 3)
;; => (+ 1 "2")
;; =>     +: argument 2 should be a number, but is "2"
;; => (- 'a 1)
;; =>     -: argument 1 should be a number, but is a
;; => (> 1 'a)
;; =>     >: argument 2 should be a real number, but is a
;; => (zero? 'a)
;; =>     zero?: argument 1 should be a number, but is a
;; => (1 2 3)
;; =>     only a procedure can be called, not 1 -- a list of values is written (list 1 2) or '(1 2)
;; => ("hello" 1)
;; =>     only a procedure can be called, not "hello" -- are there parentheses too many?
;; => ((lambda (x) x))
;; =>     a procedure takes 1 argument (x), but was given 0
;; => (string->symbol)
;; =>     (string->symbol): takes 1 argument, as in (string->symbol string), but was given 0
;; => (substring "abc")
;; =>     (substring "abc"): takes 2 to 3 arguments, as in (substring string start [end]), but was given 1
;; => (square 1 2)
;; =>     (square 1 2): takes 1 argument, as in (square number), but was given 2
;; => ((case-lambda ((a) a) ((a b . c) a)))
;; =>     a procedure takes other arguments: (a) or (a b . c), but was given 0
;; => (hash-table-ref (make-equal-hash-table) 'key)
;; =>     hash-table-ref: there is no entry for the key key
;; => (string-append "a" 'b)
;; =>     string-append: argument 2 should be a string, but is b
;; => (string-ref "abc" 10)
;; =>     string-ref: index 10 is out of range for a string of length 3
;; => (substring "hello" 2 10)
;; =>     substring: argument 3 should be between 0 and 5, but is 10
;; => (list-ref '(1 2) 5)
;; =>     list-ref: index 5 is out of range for a list of length 2
;; => (length '(1 . 2))
;; =>     length: argument 1 should be a list, but is (1 . 2)
;; => (symbol->string "a")
;; =>     symbol->string: argument 1 should be a symbol, but is "a"
;; => (apply + 1 2)
;; =>     apply: argument 3 should be a proper list, but is 2
;; => (map car 5)
;; =>     map: argument 2 should be a list, but is 5
;; => (for-each display)
;; =>     (for-each #<procedure display>): takes other arguments, as in (for-each procedure list ...), but was given 1
;; => (let loop ((i 0)) (loop))
;; =>     (loop): takes 1 argument (i), but was given 0
;; => (string-set! (make-string 2) 0 "x")
;; =>     string-set!: argument 3 should be a character, but is "x"
;; => (raise 'oops)
;; =>     uncaught object: oops
;; => (error "message:" 1 "two" 'three)
;; =>     message: 1 "two" three
;; => (assert (= 1 2))
;; =>     assertion failed: (= 1 2)
;; => (call-with-values (lambda () (values 1 2)) (lambda (a) a))
;; =>     a procedure takes 1 argument (a), but was given 2
;; => (with-exception-handler 5 6)
;; =>     with-exception-handler: argument 1 should be a procedure, but is 5
;; => (parameterize ((5 1)) 2)
;; =>     parameterize: only a parameter can be given a value, not 5
;; => (letrec ((a b) (b 1)) a)
;; =>     this variable was used before its definition was reached: b
;; => (let ((l (list 1 2))) (set-cdr! (cdr l) l) (vector-ref l 0))
;; =>     vector-ref: argument 1 should be a vector, but is #0=(1 2 . #0#)
;; => (vector-ref (iota 1000) 0)
;; =>     vector-ref: argument 1 should be a vector, but is (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 4...
;; => (if)
;; =>     if: this form has too few parts: (if) -- it is written (if test then [else])
;; => (if 1 2 3 4)
;; =>     if: this form has too many parts: (if 1 2 3 4) -- it is written (if test then [else])
;; => (quote)
;; =>     quote: this form has too few parts: (quote) -- it is written (quote datum) or 'datum
;; => (let ((x 1) (y)) x)
;; =>     let: a binding is (name value), not (y) -- it is written (let ((name value) ...) body ...) or (let loop ((name value) ...) body ...)
;; => (let (x 1) x)
;; =>     let: a binding is (name value), not x -- it is written (let ((name value) ...) body ...) or (let loop ((name value) ...) body ...)
;; => (let ((x 1)))
;; =>     let: this form has too few parts: (let ((x 1))) -- it is written (let ((name value) ...) body ...) or (let loop ((name value) ...) body ...)
;; => (let* ((x 1) x) x)
;; =>     let*: a binding is (name value), not x -- it is written (let* ((name value) ...) body ...)
;; => (let ((x 1) (x 2)) x)
;; =>     let: this name is bound twice in one place: x
;; => (define)
;; =>     define: this form has too few parts: (define) -- it is written (define name expression) or (define (name . formals) body ...)
;; => (define x 1 2)
;; =>     define: this form has too many parts: (define x 1 2) -- it is written (define name expression) or (define (name . formals) body ...)
;; => (lambda x)
;; =>     lambda: this form has too few parts: (lambda x) -- it is written (lambda formals body ...)
;; => (lambda (1) x)
;; =>     lambda: only a name can be bound, not 1 -- it is written (lambda formals body ...)
;; => (cond)
;; =>     cond: there is no clause -- it is written (cond (test body ...) ... (else body ...))
;; => (cond 1)
;; =>     cond: a clause is (test expression ...), not 1 -- it is written (cond (test body ...) ... (else body ...))
;; => (cond (else 1) (#t 2))
;; =>     cond: else has no body, or is not the last clause: (else 1) -- it is written (cond (test body ...) ... (else body ...))
;; => (case 1 (1 2))
;; =>     case: a clause is ((datum ...) expression ...), not (1 2) -- it is written (case key ((datum ...) body ...) ... (else body ...))
;; => (case 1 ((1)))
;; =>     case: a clause has no expression, or => without its receiver: () -- it is written (case key ((datum ...) body ...) ... (else body ...))
;; => (case 1 (else 1) ((2) 3))
;; =>     case: else must be the last clause: (else 1) -- it is written (case key ((datum ...) body ...) ... (else body ...))
;; => (set! 5 3)
;; =>     set!: only a name can be assigned, not 5 -- it is written (set! name expression)
;; => (set! car 3)
;; =>     set!: a library's variable cannot be assigned; define makes one of your own: car
;; => (else 1)
;; =>     else: this form has no meaning here: (else 1)
;; => (define-syntax m (lambda (x) x))
;; =>     define-syntax: a macro is defined by (syntax-rules ...) or the name of another, not by (lambda (x) x) -- it is written (define-syntax name (syntax-rules ...))
;; => (define-record-type point (make-point x heigth) point? (x point-x) (height point-height))
;; =>     define-record-type: the constructor names a field that is none of the type's: heigth (x height) -- did you mean height?
;; => (define-record-type)
;; =>     define-record-type: this form has too few parts: (define-record-type) -- it is written (define-record-type name (make field ...) test? (field get [set!]) ...)
;; => (strign-append "a")
;; =>     this name has no definition: strign-append -- did you mean string-append?
;; => (lenght '())
;; =>     this name has no definition: lenght -- did you mean length?
;; => (environmen? 1)
;; =>     this name has no definition: environmen? -- did you mean environment?
;; => (defien (f x) x)
;; =>     this name has no definition: defien -- did you mean define?
;; => (import (only (scheme base) vector-reff))
;; =>     import: (scheme base) does not export vector-reff -- did you mean vector-ref?
;; => (import (onyl (scheme base) car))
;; =>     import: this is not the name of a library: (onyl (scheme base) car) -- did you mean only?
;; => (import scheme)
;; =>     import: this is not an import set: scheme -- libraries are named by lists: (import (scheme base) (srfi 1))
;; => (define-library (a b) (exprot x) (begin (define x 1)))
;; =>     define-library: this is not a declaration: (exprot x) -- did you mean export?
;; => (define-library (a b) (export squaer) (import (scheme base)) (begin (define squares 1)))
;; =>     export: (a b) does not define squaer -- did you mean squares?
;; => (read (open-input-string "(1 2"))
;; =>     read: the input ends inside a list that started at line 1, column 1
;; => ()
;; =>     an empty list is not an expression (write '() for the value): ()
