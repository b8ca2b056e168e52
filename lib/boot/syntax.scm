;;; Derived syntax: everything the expander does not know by itself, as syntax-rules.
;;;
;;; The clauses of cond and case are taken off one by one with a dotted pattern, so that an expansion is linear in
;;; the number of clauses.  Names that start with % are not exported.

(define-syntax %unspecified
  (syntax-rules ()
    ((_) (if #f #f))))

(define-syntax when
  (syntax-rules ()
    ((_ test e1 e2 ...) (if test (begin e1 e2 ...)))))

(define-syntax unless
  (syntax-rules ()
    ((_ test e1 e2 ...) (if test (if #f #f) (begin e1 e2 ...)))))

(define-syntax let*
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((x e)) . body) (let ((x e)) . body))
    ((_ ((x e) next ...) . body) (let ((x e)) (let* (next ...) . body)))
    ((_ (binding . rest) . body) (syntax-error "a binding is (name value), not" binding))))

(define-syntax cond
  (syntax-rules (else =>)
    ((_ (else e1 e2 ...)) (begin e1 e2 ...))
    ((_ (else . body) . rest)
     (syntax-error "else has no body, or is not the last clause:" (else . body)))
    ((_ (test => receiver) . rest)
     (let ((t test)) (if t (receiver t) (%cond-rest . rest))))
    ((_ (test) . rest) (let ((t test)) (if t t (%cond-rest . rest))))
    ((_ (test e1 e2 ...)) (if test (begin e1 e2 ...)))
    ((_ (test e1 e2 ...) . rest) (if test (begin e1 e2 ...) (cond . rest)))
    ((_) (syntax-error "there is no clause"))
    ((_ clause . rest) (syntax-error "a clause is (test expression ...), not" clause))))

(define-syntax %cond-rest
  (syntax-rules ()
    ((_) (if #f #f))
    ((_ . rest) (cond . rest))))

(define-syntax case
  (syntax-rules ()
    ((_ key clause . rest) (let ((k key)) (%case k clause . rest)))))

(define-syntax %case
  (syntax-rules (else)
    ((_ k) (if #f #f))
    ((_ k (else . body)) (%case-body k . body))
    ((_ k (else . body) . rest) (syntax-error "else must be the last clause:" (else . body)))
    ((_ k ((datum) . body) . rest)
     (if (eqv? k 'datum) (%case-body k . body) (%case k . rest)))
    ((_ k ((datum ...) . body) . rest)
     (if (or (eqv? k 'datum) ...) (%case-body k . body) (%case k . rest)))
    ((_ k clause . rest) (syntax-error "a clause is ((datum ...) expression ...), not" clause))))

(define-syntax %case-body
  (syntax-rules (=>)
    ((_ k => receiver) (receiver k))
    ((_ k e1 e2 ...) (begin e1 e2 ...))
    ((_ k . body) (syntax-error "a clause has no expression, or => without its receiver:" body))))

(define-syntax do
  (syntax-rules ()
    ((_ ((var init . step) ...) (test e ...) body ...)
     (let loop ((var init) ...)
       (if test
           (begin (if #f #f) e ...)
           (begin body ... (loop (%do-step var . step) ...)))))))

(define-syntax %do-step
  (syntax-rules ()
    ((_ var) var)
    ((_ var step) step)))

;; Multiple values travel as one object, so a receiver needs no producer thunk.
(define-syntax receive
  (syntax-rules ()
    ((_ formals e . body) (%apply-values (lambda formals . body) e))))

(define-syntax let*-values
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((formals e)) . body) (%apply-values (lambda formals . body) e))
    ((_ ((formals e) next ...) . body) (%apply-values (lambda formals (let*-values (next ...) . body)) e))))

(define-syntax let-values
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((formals e)) . body) (%apply-values (lambda formals . body) e))
    ((_ bindings . body) (%let-values bindings () body))))

;; Receives into temporaries, all of them, then binds the names to these at once.
(define-syntax %let-values
  (syntax-rules ()
    ((_ () bound body) (let bound . body))
    ((_ ((formals e) . rest) bound body) (%let-values-1 formals () e rest bound body))))

(define-syntax %let-values-1
  (syntax-rules ()
    ((_ () temps e rest bound body)
     (%apply-values (lambda temps (%let-values rest bound body)) e))
    ((_ (x . more) (temp ...) e rest (b ...) body)
     (%let-values-1 more (temp ... t) e rest (b ... (x t)) body))
    ((_ x (temp ...) e rest (b ...) body)
     (%apply-values (lambda (temp ... . t) (%let-values rest (b ... (x t)) body)) e))))

;; The first name holds the list of the values still to be taken.
(define-syntax define-values
  (syntax-rules ()
    ((_ () e) (define %no-values (%check-values (%values->list e) 0 #f)))
    ((_ (x) e) (define x (%apply-values (lambda (v) v) e)))
    ((_ (x y ...) e)
     (begin (define x (%check-values (%values->list e) (length '(x y ...)) #f))
            (%define-next x y ...)))
    ((_ (x . more) e) (%define-values-rest x () more e))
    ((_ x e) (define x (%values->list e)))))

(define-syntax %define-values-rest
  (syntax-rules ()
    ((_ x (y ...) (z . more) e) (%define-values-rest x (y ... z) more e))
    ((_ x (y ...) z e)
     (begin (define x (%check-values (%values->list e) (length '(x y ...)) #t))
            (%define-next-rest x z y ...)))))

(define-syntax %define-next
  (syntax-rules ()
    ((_ x y) (define y (let ((last (car (cdr x)))) (set! x (car x)) last)))
    ((_ x y . more)
     (begin (define y (let ((v (car (cdr x)))) (set-cdr! x (cdr (cdr x))) v))
            (%define-next x . more)))))

(define-syntax %define-next-rest
  (syntax-rules ()
    ((_ x z) (define z (let ((tail (cdr x))) (set! x (car x)) tail)))
    ((_ x z y . more)
     (begin (define y (let ((v (car (cdr x)))) (set-cdr! x (cdr (cdr x))) v))
            (%define-next-rest x z . more)))))

(define-syntax parameterize
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((parameter value) ...) . body)
     (%parameterize (list (cons parameter value) ...) (lambda () . body)))))

(define-syntax guard
  (syntax-rules ()
    ((_ (var clause ...) . body)
     (%call-with-guard (lambda () . body)
                       (lambda (var reraise) (%guard-clauses reraise clause ...))))))

(define-syntax %guard-clauses
  (syntax-rules (else =>)
    ((_ reraise) (reraise))
    ((_ reraise (else e1 e2 ...)) (begin e1 e2 ...))
    ((_ reraise (test => receiver) . rest)
     (let ((t test)) (if t (receiver t) (%guard-clauses reraise . rest))))
    ((_ reraise (test) . rest) (let ((t test)) (if t t (%guard-clauses reraise . rest))))
    ((_ reraise (test e1 e2 ...) . rest)
     (if test (begin e1 e2 ...) (%guard-clauses reraise . rest)))))

(define-syntax delay
  (syntax-rules ()
    ((_ e) (%delay #t (lambda () e)))))

(define-syntax delay-force
  (syntax-rules ()
    ((_ e) (%delay #f (lambda () e)))))

(define-syntax cons-stream
  (syntax-rules ()
    ((_ a b) (cons a (delay b)))))

(define-syntax assert
  (syntax-rules ()
    ((_ e) (if e #t (%assertion-failed 'e)))))

(define-syntax fluid-let
  (syntax-rules ()
    ((_ ((x e) ...) . body) (%fluid-let () ((x e) ...) body))))

(define-syntax %fluid-let
  (syntax-rules ()
    ((_ ((x e new old) ...) () body)
     (let ((new e) ...)
       (let ((old #f) ...)
         (dynamic-wind
          (lambda () (set! old x) ... (set! x new) ...)
          (lambda () . body)
          (lambda () (set! new x) ... (set! x old) ...)))))
    ((_ (done ...) ((x e) . rest) body)
     (%fluid-let (done ... (x e new old)) rest body))))

(define-syntax and-let*
  (syntax-rules ()
    ((_ ()) #t)
    ((_ () . body) (let () . body))
    ((_ ((x e))) (let ((x e)) x))
    ((_ ((x e) . rest) . body) (let ((x e)) (if x (and-let* rest . body) #f)))
    ((_ ((e))) e)
    ((_ ((e) . rest) . body) (if e (and-let* rest . body) #f))
    ((_ (x)) x)
    ((_ (x . rest) . body) (if x (and-let* rest . body) #f))))

(define-syntax time
  (syntax-rules ()
    ((_ e) (%time (lambda () e)))))
