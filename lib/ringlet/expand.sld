;;; (ringlet expand): what a form means, as core Scheme and as a tree.
(define-library (ringlet expand)
  (export expansion-tree tree->form)
  (import (scheme base) (ringlet) (ringlet internal))
  (begin
    (define (expansion-tree form environment positions file)
      "(expansion-tree form environment positions file)
FORM after macro expansion, as src/compile/expand_tree.c describes it; POSITIONS and FILE may be #f."
      (let loop ((answers '()))
        (let ((tree (%expand-tree form environment positions answers)))
          (if (vector? tree)
              (loop (append answers (list (%answer-to-compiler tree file))))
              tree))))

    (define (inserted? variable) (vector-ref variable 1))
    (define (variable-name variable) (vector-ref variable 0))

    ;; --- names: a variable that a macro inserted, or that hides a global name meant inside, gets a number --------------

    (define (global-names tree)
      (let ((names '()))
        (let walk ((tree tree))
          (if (pair? tree)
              (case (car tree)
                ((global) (set! names (cons (%cell-name (cadr tree)) names)))
                ((quote local) #f)
                ((lambda) (for-each (lambda (clause) (walk (cadr clause))) (cddr tree)))
                (else (for-each (lambda (part) (if (and (pair? part) (symbol? (car part))) (walk part))) (cdr tree))))))
        names))

    (define (make-namer globals)
      (let ((names '()) (n 0))
        (lambda (variable)
          (cond ((assq variable names) => cdr)
                (else
                 (let* ((own (if (eq? (variable-name variable) '_) 't (variable-name variable)))
                        (name (if (or (inserted? variable) (memq own globals))
                                  (begin
                                    (set! n (+ n 1))
                                    (string->symbol (string-append (symbol->string own) "." (number->string n))))
                                  own)))
                   (set! names (cons (cons variable name) names))
                   name))))))

    ;; --- forms ------------------------------------------------------------------------------------------------------------

    (define (self-evaluating? x)
      (or (number? x) (string? x) (char? x) (boolean? x) (bytevector? x)))

    (define (unspecified-constant? tree)
      (and (eq? (car tree) 'quote) (eq? (cadr tree) (if #f #f))))

    (define (take-first l n)
      (if (= n 0) '() (cons (car l) (take-first (cdr l) (- n 1)))))

    (define (tree->form tree)
      "(tree->form tree)\nAn expansion tree as core Scheme, its variables named apart."
      (let ((name (make-namer (global-names tree))))
        (define (names formals)
          (cond ((pair? formals) (cons (name (car formals)) (names (cdr formals))))
                ((null? formals) '())
                (else (name formals))))
        (define (target x)
          (if (%cell? x) (%cell-name x) (name x)))
        (define (body tree)
          (if (eq? (car tree) 'begin) (map form (cdr tree)) (list (form tree))))
        (define (binding-form keyword tree)
          (let* ((variables (cadr tree)) (n (length variables)))
            (cons* keyword
                   (map (lambda (v init) (list (name v) (form init))) variables (take-first (cddr tree) n))
                   (body (list-ref (cddr tree) n)))))
        (define (form tree)
          (case (car tree)
            ((quote)
             (cond ((self-evaluating? (cadr tree)) (cadr tree))
                   ((unspecified-constant? tree) '(if #f #f))
                   (else (list 'quote (cadr tree)))))
            ((local global) (target (cadr tree)))
            ((set! define) (list (car tree) (target (cadr tree)) (form (caddr tree))))
            ((if)
             (if (unspecified-constant? (list-ref tree 3))
                 (list 'if (form (cadr tree)) (form (caddr tree)))
                 (cons 'if (map form (cdr tree)))))
            ((begin) (cons 'begin (map form (cdr tree))))
            ((call) (map form (cddr tree)))
            ((lambda)
             (let ((clauses (map (lambda (clause) (cons (names (car clause)) (body (cadr clause)))) (cddr tree))))
               (if (null? (cdr clauses))
                   (cons 'lambda (car clauses))
                   (cons 'case-lambda clauses))))
            (else (binding-form (car tree) tree))))
        (form tree)))))
