;;; SRFI 1: lists as sets.
;;;
;;; Each step asks for many elements whether a list has them.  When `same?` is eq?, eqv? or equal? and the list is not
;;; short it is made a hash table first, so the time is linear and not the product of the lengths.

(define short 12)

;; The table of the elements of `list`, or #f when looking at them one by one will do.
(define (table-of list same?)
  (let ((kind (%table-kind-if-any same?)))
    (and kind
         (%more-than? list short)
         (let ((table (%make-table kind)))
           (let loop ((l list))
             (if (pair? l)
                 (begin (%table-set! table (car l) #t) (loop (cdr l)))))
           table))))

;; The procedure that tells whether (same? x y) holds for some y in `list`.
(define (membership list same?)
  (let ((table (table-of list same?)))
    (cond (table (lambda (x) (%table-ref table x #f)))
          ((%table-kind-if-any same?) (lambda (x) (%has-same? list same? x)))
          (else
           (lambda (x)
             (let loop ((l list))
               (and (pair? l)
                    (or (same? x (car l)) (loop (cdr l))))))))))

;; The elements of `list` that are in `other` (that are not, for `wanted` #f), and the others.
(define (divide list other same? wanted)
  (let ((in? (membership other same?)))
    (let loop ((l list) (kept '()))
      (if (pair? l)
          (loop (cdr l) (if (eq? wanted (if (in? (car l)) #t #f)) (cons (car l) kept) kept))
          (reverse kept)))))

(define (check-lists who argument lists)
  (if (pair? lists)
      (begin
        (if (not (list? (car lists))) (%raise-type who argument "a list" (car lists)))
        (check-lists who (+ argument 1) (cdr lists)))))

(define (subset? a b same?)
  (let ((in? (membership b same?)))
    (let loop ((l a))
      (or (null? l)
          (and (in? (car l)) (loop (cdr l)))))))

;; Does `related?` hold between each of `lists` and the next?
(define (chain? related? lists)
  (or (null? lists)
      (null? (cdr lists))
      (and (or (eq? (car lists) (cadr lists)) (related? (car lists) (cadr lists)))
           (chain? related? (cdr lists)))))

(define (lset<= same? . lists)
  "(lset<= same? list ...)\nAre all elements of each of the LISTs in the next one, too?"
  (check-lists 'lset<= 2 lists)
  (chain? (lambda (a b) (subset? a b same?)) lists))

(define (lset= same? . lists)
  "(lset= same? list ...)\nHas each of the LISTs the same elements as the next one, whatever their order and number?"
  (check-lists 'lset= 2 lists)
  (let ((reversed (if (%table-kind-if-any same?) same? (lambda (x y) (same? y x)))))
    (chain? (lambda (a b) (and (subset? a b same?) (subset? b a reversed))) lists)))

;; `result` with those elements of `list` in front that it does not have yet.
(define (adjoin-all result list same?)
  (if (and (%table-kind-if-any same?) (%more-than? list short))
      (adjoin-new result list (%make-table (%table-kind-if-any same?)))
      (let loop ((l list) (result result))
        (if (pair? l)
            (loop (cdr l) (if (%has-same? result same? (car l)) result (cons (car l) result)))
            result))))

(define (adjoin-new result list seen)
  (for-each (lambda (x) (%table-set! seen x #t)) result)
  (let loop ((l list) (result result))
    (cond ((null? l) result)
          ((%table-ref seen (car l) #f) (loop (cdr l) result))
          (else (%table-set! seen (car l) #t)
                (loop (cdr l) (cons (car l) result))))))

(define (lset-adjoin same? list . elements)
  "(lset-adjoin same? list x ...)\nLIST with those Xs in front that it does not have yet."
  (check-lists 'lset-adjoin 2 (cons list '()))
  (adjoin-all list elements same?))

(define (lset-union same? . lists)
  "(lset-union same? list ...)\nThe first LIST with those elements of the others in front that it does not have."
  (check-lists 'lset-union 2 lists)
  (let loop ((result '()) (lists lists))
    (cond ((null? lists) result)
          ((null? result) (loop (car lists) (cdr lists)))
          ((or (null? (car lists)) (eq? (car lists) result)) (loop result (cdr lists)))
          (else (loop (adjoin-all result (car lists) same?) (cdr lists))))))

(define (lset-intersection same? list . others)
  "(lset-intersection same? list other ...)\nThe elements of LIST that are in all OTHERs."
  (check-lists 'lset-intersection 2 (cons list others))
  (let loop ((result list) (others others))
    (cond ((null? others) result)
          ((null? (car others)) '())
          ((eq? (car others) list) (loop result (cdr others)))
          (else (loop (divide result (car others) same? #t) (cdr others))))))

(define (lset-difference same? list . others)
  "(lset-difference same? list other ...)\nThe elements of LIST that are in none of the OTHERs."
  (check-lists 'lset-difference 2 (cons list others))
  (let loop ((result list) (others others))
    (cond ((null? others) result)
          ((null? (car others)) (loop result (cdr others)))
          ((eq? (car others) list) '())
          (else (loop (divide result (car others) same? #f) (cdr others))))))

(define (lset-xor same? . lists)
  "(lset-xor same? list ...)\nThe elements that are in an odd number of the LISTs, in no particular order."
  (check-lists 'lset-xor 2 lists)
  (let ((reversed (if (%table-kind-if-any same?) same? (lambda (x y) (same? y x)))))
    (let loop ((result '()) (lists lists))
      (cond ((null? lists) result)
            ((null? result) (loop (car lists) (cdr lists)))
            ((null? (car lists)) (loop result (cdr lists)))
            (else
             (loop (append (divide (car lists) result reversed #f)
                           (divide result (car lists) same? #f))
                   (cdr lists)))))))

(define (lset-diff+intersection same? list . others)
  "(lset-diff+intersection same? list other ...)
Two values: the elements of LIST that are in none of the OTHERs, and those that are in some of them."
  (check-lists 'lset-diff+intersection 2 (cons list others))
  (let ((in-any? (let ((tests (map (lambda (other) (membership other same?)) others)))
                   (lambda (x) (any (lambda (in?) (in? x)) tests)))))
    (let loop ((l list) (in '()) (out '()))
      (cond ((null? l) (values (reverse out) (reverse in)))
            ((in-any? (car l)) (loop (cdr l) (cons (car l) in) out))
            (else (loop (cdr l) in (cons (car l) out)))))))
