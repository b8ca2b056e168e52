;;; Pattern matching, as macros.
;;;
;;; A pattern becomes nested tests.  (match-pattern v place pattern bound success failure) expands to code that tests
;;; the variable `v` against `pattern`:
;;;   place     (getter setter): expressions; with one more argument the second stores into where `v` came from
;;;   bound     the variables that patterns to the left have bound; one that comes again is compared
;;;   success   (macro argument ...): goes on as (macro bound argument ...) inside the scope of the variables
;;;   failure   an expression, the call of a local procedure
;;; Failure and success are calls in tail position of where their procedures are bound, so the compiler makes jumps of
;;; them: matching makes no closure, and conses only for the lists that an ellipsis collects.
;;;
;;; In these rules ... is matched literally; their own ellipsis is :::.

;; --- what runs -----------------------------------------------------------------------------------
;; The first two do not return, but they are not called last: the procedure that matched belongs into the backtrace.

(define (no-match who value)
  (%raise 'range who "no pattern matches" value))

(define (no-match-for who pattern value)
  (%raise 'range who (string-append "the pattern " (%bounded pattern 100) " does not match") value))

;; The number of pairs in a row from `x` on, or -1 when they go round.
(define (pairs-of x)
  (let loop ((slow x) (fast x) (n 0))
    (cond ((not (pair? fast)) n)
          ((not (pair? (cdr fast))) (+ n 1))
          (else
           (let ((slow (cdr slow)) (fast (cddr fast)))
             (if (eq? slow fast)
                 (if (pair? fast) -1 (+ n 2))
                 (loop slow fast (+ n 2))))))))

;; The first `n` elements of `list`.
(define (segment list n)
  (if (= n 0) '() (cons (car list) (segment (cdr list) (- n 1)))))

;; The number of the field `name` of the record type `type`.
(define (field-index type name)
  (let ((fields (%rtd-fields type)))
    (let loop ((i 0))
      (cond ((= i (vector-length fields))
             (%raise 'range 'match (string-append "the record type " (%bounded (%rtd-name type) 60) " has no field") name))
            ((eq? (vector-ref fields i) name) i)
            (else (loop (+ i 1)))))))

;; --- the forms -----------------------------------------------------------------------------------

(define-syntax match
  (syntax-rules ()
    ((_ e) (syntax-error "there is no clause after" e))
    ((_ e clause ...) (let ((v e)) (match-clauses match v clause ...)))))

(define-syntax match-lambda
  (syntax-rules ()
    ((_ clause ...) (lambda (v) (match-clauses match-lambda v clause ...)))))

(define-syntax match-lambda*
  (syntax-rules ()
    ((_ clause ...) (lambda v (match-clauses match-lambda* v clause ...)))))

(define-syntax match-clauses
  (syntax-rules (=>)
    ((_ who v) (begin (no-match 'who v) #f))
    ((_ who v (pattern (=> next) . body) . more)
     (let ((fail (lambda () (match-clauses who v . more))))
       (match-pattern v (v (set! v)) pattern () (match-body (let ((next (lambda () (fail)))) . body)) (fail))))
    ((_ who v (pattern) . more) (syntax-error "this clause has no body:" (pattern)))
    ((_ who v (pattern . body) . more)
     (let ((fail (lambda () (match-clauses who v . more))))
       (match-pattern v (v (set! v)) pattern () (match-body (let () . body)) (fail))))
    ((_ who v other . more) (syntax-error "a clause is (pattern body ...), not" other))))

(define-syntax match-body
  (syntax-rules ()
    ((_ bound e) e)))

(define-syntax match-let
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((pattern e) . more) . body) (match-let-values () ((pattern e) . more) body))
    ((_ loop ((pattern e) ...) . body) (match-named-let loop () ((pattern e) ...) body))))

;; All the values first, then the patterns.
(define-syntax match-let-values
  (syntax-rules ()
    ((_ ((pattern v e) ...) () body) (let ((v e) ...) (match-each match-let ((pattern v) ...) body)))
    ((_ (done ...) ((pattern e) . more) body)
     (match-let-values (done ... (pattern v e)) more body))))

(define-syntax match-named-let
  (syntax-rules ()
    ((_ loop ((pattern v e) ...) () body)
     (let loop ((v e) ...) (match-each match-let ((pattern v) ...) body)))
    ((_ loop (done ...) ((pattern e) . more) body)
     (match-named-let loop (done ... (pattern v e)) more body))))

(define-syntax match-each
  (syntax-rules ()
    ((_ who () body) (let () . body))
    ((_ who ((pattern v) . more) body)
     (let ((fail (lambda () (no-match-for 'who 'pattern v) #f)))
       (match-pattern v (v (set! v)) pattern () (match-body (match-each who more body)) (fail))))))

(define-syntax match-let*
  (syntax-rules ()
    ((_ () . body) (let () . body))
    ((_ ((pattern e) . more) . body)
     (let ((v e)) (match-each match-let* ((pattern v)) ((match-let* more . body)))))))

(define-syntax match-letrec
  (syntax-rules ()
    ((_ bindings . body) (match-definitions bindings () body))))

;; Gathers the variables of each pattern, then defines them all.
(define-syntax match-definitions
  (syntax-rules ()
    ((_ () (((x ...) pattern e) ...) body)
     (let ()
       (define-values (x ...)
         (let ((v e)) (match-each match-letrec ((pattern v)) ((values x ...)))))
       ...
       (let () . body)))
    ((_ ((pattern e) . more) done body)
     (match-variables pattern (match-definition pattern e more done body) () ()))))

(define-syntax match-definition
  (syntax-rules ()
    ((_ ((x t) ...) pattern e more (done ...) body)
     (match-definitions more (done ... ((x ...) pattern e)) body))))

;; --- patterns ------------------------------------------------------------------------------------

(define-syntax succeed
  (syntax-rules ()
    ((_ (macro . arguments) bound) (macro bound . arguments))))

;; As `success`: test another variable.
(define-syntax match-then
  (syntax-rules ()
    ((_ bound v place pattern success failure) (match-pattern v place pattern bound success failure))))

(define-syntax match-pattern
  (syntax-rules ::: (_ else quote quasiquote ? = and or not $ @ struct object get! set!
                       ... ___ ..1 __1 **1 ..= =.. ..* *.. ***)
    ((_ v place () b s f) (if (null? v) (succeed s b) f))
    ((_ v place _ b s f) (succeed s b))
    ((_ v place else b s f) (succeed s b))
    ((_ v place (quote datum) b s f) (if (equal? v 'datum) (succeed s b) f))
    ((_ v place (quasiquote template) b s f) (match-template v place template b s f))
    ((_ v place (? accept? . patterns) b s f)
     (if (accept? v) (match-pattern v place (and . patterns) b s f) f))
    ((_ v place (= procedure pattern) b s f)
     (let ((w (procedure v))) (match-pattern w (w (set! w)) pattern b s f)))
    ((_ v place (and) b s f) (succeed s b))
    ((_ v place (and pattern . more) b s f)
     (match-pattern v place pattern b (match-then v place (and . more) s f) f))
    ((_ v place (or) b s f) f)
    ((_ v place (or pattern) b s f) (match-pattern v place pattern b s f))
    ((_ v place (or pattern . more) b s f)
     (match-variables pattern (match-or v place (pattern . more) b s f) b ()))
    ((_ v place (not pattern) b s f)
     (let ((go-on (lambda () (succeed s b))))
       (match-pattern v place pattern b (match-body f) (go-on))))
    ((_ v place ($ type pattern :::) b s f) (if (%record? v type) (match-fields b v type 0 (pattern :::) s f) f))
    ((_ v place (struct type pattern :::) b s f) (match-pattern v place ($ type pattern :::) b s f))
    ((_ v place (@ type (field pattern) :::) b s f)
     (if (%record? v type) (match-named-fields b v type ((field pattern) :::) s f) f))
    ((_ v place (object type (field pattern) :::) b s f) (match-pattern v place (@ type (field pattern) :::) b s f))
    ((_ v (getter setter) (get! x) b s f) (let ((x (lambda () getter))) (succeed s (x . b))))
    ((_ v (getter (setter :::)) (set! x) b s f)
     (let ((x (lambda (new) (setter ::: new)))) (succeed s (x . b))))
    ((_ v place (p ... . more) b s f) (match-repeated v p 0 #f more more b s f))
    ((_ v place (p ___ . more) b s f) (match-repeated v p 0 #f more more b s f))
    ((_ v place (p ..1 . more) b s f) (match-repeated v p 1 #f more more b s f))
    ((_ v place (p __1 . more) b s f) (match-repeated v p 1 #f more more b s f))
    ((_ v place (p **1 . more) b s f) (match-repeated v p 1 #f more more b s f))
    ((_ v place (p ..= n . more) b s f) (match-repeated v p n n more more b s f))
    ((_ v place (p =.. n . more) b s f) (match-repeated v p n n more more b s f))
    ((_ v place (p ..* low high . more) b s f) (match-repeated v p low high more more b s f))
    ((_ v place (p *.. low high . more) b s f) (match-repeated v p low high more more b s f))
    ((_ v place (p *** q) b s f) (match-variables p (match-search v p q b s f) b ()))
    ((_ v place (_ . more) b s f)
     (if (pair? v)
         (let ((d (cdr v))) (match-pattern d ((cdr v) (set-cdr! v)) more b s f))
         f))
    ((_ v place (p . more) b s f)
     (if (pair? v)
         (let ((a (car v)))
           (match-pattern a ((car v) (set-car! v)) p b (match-cdr v more s f) f))
         f))
    ((_ v place #(p :::) b s f) (if (vector? v) (match-vector v (p :::) b s f) f))
    ((_ v place x b s f)
     (identifier-case x b
       (if (equal? v x) (succeed s b) f)
       (let ((x v)) (succeed s (x . b)))
       (if (equal? v x) (succeed s b) f)))))

(define-syntax match-cdr
  (syntax-rules ()
    ((_ b v () s f) (if (null? (cdr v)) (succeed s b) f))
    ((_ b v pattern s f) (let ((d (cdr v))) (match-pattern d ((cdr v) (set-cdr! v)) pattern b s f)))))

;; The first form if `x` is one of the variables in the list, the second if it is another identifier, the third if it
;; is none: a pattern that is an identifier matches anything.  Where the variables are bound, only what means them does.
(define-syntax identifier-case
  (syntax-rules ()
    ((_ x (variable ...) known new datum)
     (let-syntax ((choose (syntax-rules (variable ...)
                            ((_ variable any k n d) k) ...
                            ((_ any x k n d) n)
                            ((_ any other k n d) d))))
       (choose x some known new datum)))))

;; --- alternatives --------------------------------------------------------------------------------
;; All alternatives go on in the same place, with the variables of the first.

(define-syntax match-or
  (syntax-rules ()
    ((_ ((x t) ...) v place patterns b s f)
     (let ((go-on (lambda (x ...) (match-or-success s (x ...) b))))
       (match-alternatives v place patterns b (match-body (go-on x ...)) f)))))

(define-syntax match-or-success
  (syntax-rules ()
    ((_ s (x ...) (y ...)) (succeed s (x ... y ...)))))

(define-syntax match-alternatives
  (syntax-rules ()
    ((_ v place (pattern) b s f) (match-pattern v place pattern b s f))
    ((_ v place (pattern . more) b s f)
     (let ((fail (lambda () (match-alternatives v place more b s f))))
       (match-pattern v place pattern b s (fail))))))

;; --- records -------------------------------------------------------------------------------------

(define-syntax match-fields
  (syntax-rules ()
    ((_ b v type i () s f) (succeed s b))
    ((_ b v type i (pattern . more) s f)
     (let ((w (%record-ref v type i 'match)))
       (match-pattern w ((%record-ref v type i) (%record-set! v type i)) pattern b
                      (match-fields v type (+ i 1) more s f) f)))))

(define-syntax match-named-fields
  (syntax-rules ()
    ((_ b v type () s f) (succeed s b))
    ((_ b v type ((field pattern) . more) s f)
     (let* ((i (field-index type 'field)) (w (%record-ref v type i 'match)))
       (match-pattern w ((%record-ref v type i) (%record-set! v type i)) pattern b
                      (match-named-fields v type more s f) f)))))

;; --- vectors -------------------------------------------------------------------------------------

(define-syntax match-vector
  (syntax-rules ()
    ((_ v patterns b s f)
     (if-ellipsis patterns
       (let ((l (vector->list v))) (match-pattern l (l (set! l)) patterns b s f))
       (if (= (vector-length v) (count-of patterns))
           (match-elements b v 0 patterns s f)
           f)))))

(define-syntax match-elements
  (syntax-rules ()
    ((_ b v i () s f) (succeed s b))
    ((_ b v i (pattern . more) s f)
     (let ((w (vector-ref v i)))
       (match-pattern w ((vector-ref v i) (vector-set! v i)) pattern b
                      (match-elements v (+ i 1) more s f) f)))))

(define-syntax count-of
  (syntax-rules ()
    ((_ (x . more)) (+ 1 (count-of more)))
    ((_ other) 0)))

;; Has the list of patterns an ellipsis, or something like it?
(define-syntax if-ellipsis
  (syntax-rules ::: (... ___ ..1 __1 **1 ..= =.. ..* *..)
    ((_ (... . more) yes no) yes)
    ((_ (___ . more) yes no) yes)
    ((_ (..1 . more) yes no) yes)
    ((_ (__1 . more) yes no) yes)
    ((_ (**1 . more) yes no) yes)
    ((_ (..= . more) yes no) yes)
    ((_ (=.. . more) yes no) yes)
    ((_ (..* . more) yes no) yes)
    ((_ (*.. . more) yes no) yes)
    ((_ (x . more) yes no) (if-ellipsis more yes no))
    ((_ other yes no) no)))

;; --- repetition ----------------------------------------------------------------------------------
;; `p` from `low` to `high` times (#f: any number), then `more`, which has as many elements as `counted`.

(define-syntax match-repeated
  (syntax-rules (_)
    ((_ v _ 0 #f () () b s f) (if (list? v) (succeed s b) f))
    ((_ v p 0 #f () () b s f)
     (if (list? v)
         (identifier-case p b
           (match-variables p (match-all v p b s f) b ())
           (let ((p v)) (succeed s (p . b)))
           (match-variables p (match-all v p b s f) b ()))
         f))
    ((_ v p low high more counted b s f)
     (if-ellipsis counted
       (syntax-error "a list can have one ellipsis, not two:" p counted)
       (let ((n (- (pairs-of v) (count-of counted))))
         (if (and (>= n low) (if high (<= n high) #t))
             (match-variables p (match-some v n p more b s f) b ())
             f))))))

;; The variables of each round are gathered in lists, x in t.
(define-syntax match-all
  (syntax-rules ()
    ((_ ((x t) ...) v p (y ...) s f)
     (let loop ((l v) (t '()) ...)
       (if (pair? l)
           (let ((w (car l)))
             (match-pattern w ((car l) (set-car! l)) p (y ...) (match-body (loop (cdr l) (cons x t) ...)) f))
           (let ((x (reverse t)) ...)
             (succeed s (x ... y ...))))))))

(define-syntax match-some
  (syntax-rules ()
    ((_ ((x t) ...) v count p more (y ...) s f)
     (let loop ((l v) (n count) (t '()) ...)
       (if (> n 0)
           (let ((w (car l)))
             (match-pattern w ((car l) (set-car! l)) p (y ...)
                            (match-body (loop (cdr l) (- n 1) (cons x t) ...)) f))
           (let ((x (reverse t)) ...)
             (match-pattern l (l (set! l)) more (x ... y ...) s f)))))))

;; `q` somewhere in the tree `v`; `p` matches the first elements of all lists on the way to it.  Here failure has to
;; come back to where the search goes on.
(define-syntax match-search
  (syntax-rules ()
    ((_ ((x t) ...) v p q (y ...) s f)
     (let search ((w v) (give-up (lambda () f)) (t '()) ...)
       (let ((below
              (lambda ()
                (if (pair? w)
                    (let ((a (car w)))
                      (match-pattern a ((car w) (set-car! w)) p (y ...)
                                     (match-body
                                      (let scan ((l (cdr w)))
                                        (if (pair? l)
                                            (search (car l) (lambda () (scan (cdr l))) (cons x t) ...)
                                            (give-up))))
                                     (give-up)))
                    (give-up)))))
         (match-pattern w (w (set! w)) q (y ...) (match-found ((x t) ...) s) (below)))))))

(define-syntax match-found
  (syntax-rules ()
    ((_ (z ...) ((x t) ...) s)
     (let ((x (reverse t)) ...)
       (succeed s (x ... z ...))))))

;; --- quasiquote ----------------------------------------------------------------------------------

(define-syntax match-template
  (syntax-rules ::: (unquote unquote-splicing ... ___)
    ((_ v place (unquote pattern) b s f) (match-pattern v place pattern b s f))
    ((_ v place ((unquote-splicing pattern)) b s f) (match-pattern v place pattern b s f))
    ((_ v place ((unquote-splicing pattern) . more) b s f)
     (let ((n (- (pairs-of v) (count-of more))))
       (if (>= n 0)
           (let ((part (segment v n)) (l (list-tail v n)))
             (match-pattern part (part (set! part)) pattern b (match-template-then l (l (set! l)) more s f) f))
           f)))
    ((_ v place ((unquote pattern) ...) b s f) (match-repeated v pattern 0 #f () () b s f))
    ((_ v place ((unquote pattern) ___) b s f) (match-repeated v pattern 0 #f () () b s f))
    ((_ v place ((unquote pattern) ... . more) b s f)
     (match-repeated v pattern 0 #f (quasiquote more) more b s f))
    ((_ v place ((unquote pattern) ___ . more) b s f)
     (match-repeated v pattern 0 #f (quasiquote more) more b s f))
    ((_ v place (x . more) b s f)
     (if (pair? v)
         (let ((a (car v)))
           (match-template a ((car v) (set-car! v)) x b (match-template-cdr v more s f) f))
         f))
    ((_ v place #(x :::) b s f)
     (if (vector? v)
         (let ((l (vector->list v))) (match-template l (l (set! l)) (x :::) b s f))
         f))
    ((_ v place datum b s f) (match-pattern v place 'datum b s f))))

(define-syntax match-template-then
  (syntax-rules ()
    ((_ b v place template s f) (match-template v place template b s f))))

(define-syntax match-template-cdr
  (syntax-rules ()
    ((_ b v template s f)
     (let ((d (cdr v))) (match-template d ((cdr v) (set-cdr! v)) template b s f)))))

;; --- the variables of a pattern ------------------------------------------------------------------

;; (match-variables pattern (macro argument ...) bound found) goes on as (macro ((x t) ...) argument ...): the variables
;; of `pattern` that are not in `bound`, each with a name for a temporary, after those in `found`.
(define-syntax match-variables
  (syntax-rules ::: (_ else quote quasiquote ? = and or not $ @ struct object get! set!
                       ... ___ ..1 __1 **1 ..= =.. ..* *.. ***)
    ((_ () k b found) (continue k found))
    ((_ _ k b found) (continue k found))
    ((_ else k b found) (continue k found))
    ((_ (quote datum) k b found) (continue k found))
    ((_ (quasiquote template) k b found) (match-template-variables template k b found))
    ((_ (? accept? . patterns) k b found) (match-variables-of patterns k b found))
    ((_ (= procedure pattern) k b found) (match-variables pattern k b found))
    ((_ (and . patterns) k b found) (match-variables-of patterns k b found))
    ((_ (or) k b found) (continue k found))
    ((_ (or pattern . more) k b found) (match-variables pattern k b found))
    ((_ (not pattern) k b found) (continue k found))
    ((_ ($ type . patterns) k b found) (match-variables-of patterns k b found))
    ((_ (struct type . patterns) k b found) (match-variables-of patterns k b found))
    ((_ (@ type (field pattern) :::) k b found) (match-variables-of (pattern :::) k b found))
    ((_ (object type (field pattern) :::) k b found) (match-variables-of (pattern :::) k b found))
    ((_ (get! x) k b found) (match-variables x k b found))
    ((_ (set! x) k b found) (match-variables x k b found))
    ((_ (p ... . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p ___ . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p ..1 . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p __1 . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p **1 . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p ..= n . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p =.. n . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p ..* low high . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p *.. low high . more) k b found) (match-variables-of (p more) k b found))
    ((_ (p *** q) k b found) (match-variables-of (p q) k b found))
    ((_ (p . more) k b found) (match-variables-of (p more) k b found))
    ((_ #(p :::) k b found) (match-variables (p :::) k b found))
    ((_ x k (y :::) ((z t) :::))
     (identifier-case x (y ::: z :::)
       (continue k ((z t) :::))
       (continue k ((z t) ::: (x new)))
       (continue k ((z t) :::))))))

(define-syntax continue
  (syntax-rules ()
    ((_ (macro . arguments) found) (macro found . arguments))))

(define-syntax match-variables-of
  (syntax-rules ()
    ((_ () k b found) (continue k found))
    ((_ (pattern . more) k b found) (match-variables pattern (match-more-variables more k b) b found))))

(define-syntax match-more-variables
  (syntax-rules ()
    ((_ found patterns k b) (match-variables-of patterns k b found))))

(define-syntax match-template-variables
  (syntax-rules ::: (unquote unquote-splicing)
    ((_ (unquote pattern) k b found) (match-variables pattern k b found))
    ((_ ((unquote-splicing pattern) . more) k b found) (match-variables-of (pattern (quasiquote more)) k b found))
    ((_ (x . more) k b found) (match-variables-of ((quasiquote x) (quasiquote more)) k b found))
    ((_ #(x :::) k b found) (match-template-variables (x :::) k b found))
    ((_ datum k b found) (continue k found))))
