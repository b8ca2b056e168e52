;;; SRFI 227: optional arguments.  Formals are (x ... (y default) ... . rest); the arguments come in a list.

(define (too-many who arguments)
  (%raise 'arity who "too many arguments, the last ones are" arguments))
(define (too-few who)
  (%raise 'arity who "an argument is missing"))

;; (bind who sequential? formals list bound body): take the arguments in `list` apart.  Without `sequential?` defaults
;; do not see the names to their left: these are temporaries until all have their values.
(define-syntax bind
  (syntax-rules ()
    ((_ who s? () l ((x t) ...) body)
     (if (null? l) (let ((x t) ...) . body) (too-many 'who l)))
    ((_ who #t ((x default) . more) l bound body)
     (let* ((given? (pair? l)) (x (if given? (car l) default)) (rest (if given? (cdr l) '())))
       (bind who #t more rest bound body)))
    ((_ who #f ((x default) . more) l (b ...) body)
     (let* ((given? (pair? l)) (t (if given? (car l) default)) (rest (if given? (cdr l) '())))
       (bind who #f more rest (b ... (x t)) body)))
    ((_ who #t (x . more) l bound body)
     (let* ((x (if (pair? l) (car l) (too-few 'who))) (rest (cdr l)))
       (bind who #t more rest bound body)))
    ((_ who #f (x . more) l (b ...) body)
     (let* ((t (if (pair? l) (car l) (too-few 'who))) (rest (cdr l)))
       (bind who #f more rest (b ... (x t)) body)))
    ((_ who s? rest l ((x t) ...) body)
     (let ((x t) ... (rest l)) . body))))

(define-syntax opt-lambda
  (syntax-rules ()
    ((_ formals . body) (lambda arguments (bind opt-lambda #f formals arguments () body)))))

(define-syntax opt*-lambda
  (syntax-rules ()
    ((_ formals . body) (lambda arguments (bind opt*-lambda #t formals arguments () body)))))

(define-syntax let-optionals
  (syntax-rules ()
    ((_ list formals . body) (let ((l list)) (bind let-optionals #f formals l () body)))))

(define-syntax let-optionals*
  (syntax-rules ()
    ((_ list formals . body) (let ((l list)) (bind let-optionals* #t formals l () body)))))

(define-syntax define-optionals
  (syntax-rules ()
    ((_ (name . formals) . body)
     (define (name . arguments) (bind name #f formals arguments () body)))))

(define-syntax define-optionals*
  (syntax-rules ()
    ((_ (name . formals) . body)
     (define (name . arguments) (bind name #t formals arguments () body)))))
