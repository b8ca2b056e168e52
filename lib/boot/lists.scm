;;; Lists: the procedures that call procedures, and what stands on them.
;;;
;;; The loops over one list come first and have no apply in them.  map and its like gather their results in a list that
;;; is reversed into a new one at the end: a continuation captured in the procedure may be entered again without changing
;;; a result already returned.  A list that ends in something else than () is reported, not ignored.

;; What a loop over a list does when it has met something else than a pair at its end.
(define (%end-of-list who argument rest list)
  (if (not (null? rest)) (%raise-type who argument "a list" list)))

(define (%map1 f list)
  (let loop ((l list) (results '()))
    (if (pair? l)
        (loop (cdr l) (cons (f (car l)) results))
        (begin
          (if (not (null? l)) (%raise-type 'map 2 "a list" list))
          (reverse results)))))

(define (%map2 f list-1 list-2)
  (let loop ((a list-1) (b list-2) (results '()))
    (if (and (pair? a) (pair? b))
        (loop (cdr a) (cdr b) (cons (f (car a) (car b)) results))
        (reverse results))))

;; Do all of `lists` have a first element?
(define (%all-pairs? lists)
  (or (null? lists)
      (and (pair? (car lists)) (%all-pairs? (cdr lists)))))

(define (%cars lists) (if (null? lists) '() (cons (car (car lists)) (%cars (cdr lists)))))
(define (%cdrs lists) (if (null? lists) '() (cons (cdr (car lists)) (%cdrs (cdr lists)))))

(define map
  (case-lambda
    ((f list)
     "(map procedure list ...)
The list of PROCEDURE's results for the elements of the LISTs, from the first to the last of the shortest."
     (%map1 f list))
    ((f list-1 list-2) (%map2 f list-1 list-2))
    ((f . lists)
     (let loop ((lists lists) (results '()))
       (if (%all-pairs? lists)
           (loop (%cdrs lists) (cons (apply f (%cars lists)) results))
           (reverse results))))))

(define for-each
  (case-lambda
    ((f list)
     "(for-each procedure list ...)
Call PROCEDURE for the elements of the LISTs, from the first to the last of the shortest."
     (let loop ((l list))
       (if (pair? l)
           (begin (f (car l)) (loop (cdr l)))
           (%end-of-list 'for-each 2 l list))))
    ((f list-1 list-2)
     (let loop ((a list-1) (b list-2))
       (if (and (pair? a) (pair? b))
           (begin (f (car a) (car b)) (loop (cdr a) (cdr b))))))
    ((f . lists)
     (let loop ((lists lists))
       (if (%all-pairs? lists)
           (begin (apply f (%cars lists)) (loop (%cdrs lists))))))))

(define (append-map f . lists)
  "(append-map procedure list ...)\nThe lists that PROCEDURE returns for the elements of the LISTs, appended."
  (concatenate (apply map f lists)))

(define (filter-map f . lists)
  "(filter-map procedure list ...)\nThe list of PROCEDURE's results that are not #f."
  (filter (lambda (x) x) (apply map f lists)))

(define (filter keep? list)
  "(filter keep? list)\nThe elements of LIST that KEEP? accepts, in order."
  (let loop ((l list) (kept '()))
    (if (pair? l)
        (loop (cdr l) (if (keep? (car l)) (cons (car l) kept) kept))
        (begin (%end-of-list 'filter 2 l list) (reverse kept)))))

(define (remove drop? list)
  "(remove drop? list)\nThe elements of LIST that DROP? does not accept, in order."
  (filter (lambda (x) (not (drop? x))) list))

(define (partition keep? list)
  "(partition keep? list)\nTwo values: the elements of LIST that KEEP? accepts, and the others."
  (let loop ((l list) (in '()) (out '()))
    (cond ((pair? l)
           (if (keep? (car l))
               (loop (cdr l) (cons (car l) in) out)
               (loop (cdr l) in (cons (car l) out))))
          (else (%end-of-list 'partition 2 l list)
                (values (reverse in) (reverse out))))))

(define fold-left
  (case-lambda
    ((f init list)
     "(fold-left procedure init list ...)
(PROCEDURE ... (PROCEDURE (PROCEDURE INIT first) second) ... last); INIT when a LIST is empty."
     (let loop ((acc init) (l list))
       (if (pair? l)
           (loop (f acc (car l)) (cdr l))
           (begin (%end-of-list 'fold-left 3 l list) acc))))
    ((f init . lists)
     (let loop ((acc init) (lists lists))
       (if (%all-pairs? lists)
           (loop (apply f acc (%cars lists)) (%cdrs lists))
           acc)))))

(define fold-right
  (case-lambda
    ((f init list)
     "(fold-right procedure init list ...)
(PROCEDURE first (PROCEDURE second ... (PROCEDURE last INIT))); INIT when a LIST is empty."
     (let loop ((l list))
       (if (pair? l)
           (f (car l) (loop (cdr l)))
           (begin (%end-of-list 'fold-right 3 l list) init))))
    ((f init . lists)
     (let loop ((lists lists))
       (if (%all-pairs? lists)
           (apply f (append (%cars lists) (list (loop (%cdrs lists)))))
           init)))))

(define fold
  (case-lambda
    ((f init list)
     "(fold procedure init list ...)
Like fold-left, but PROCEDURE gets the element first and what it returned before last."
     (let loop ((acc init) (l list))
       (if (pair? l)
           (loop (f (car l) acc) (cdr l))
           (begin (%end-of-list 'fold 3 l list) acc))))
    ((f init . lists)
     (let loop ((acc init) (lists lists))
       (if (%all-pairs? lists)
           (loop (apply f (append (%cars lists) (list acc))) (%cdrs lists))
           acc)))))

(define (reduce f init list)
  "(reduce procedure init list)\nFold LIST from its first element on; INIT only when it is empty."
  (if (pair? list)
      (fold f (car list) (cdr list))
      (begin (%end-of-list 'reduce 3 list list) init)))

(define reduce-left
  (lambda (f init list)
    "(reduce-left procedure init list)\nLike reduce, but PROCEDURE gets what it returned before first."
    (if (pair? list)
        (fold-left f (car list) (cdr list))
        (begin (%end-of-list 'reduce-left 3 list list) init))))

(define member
  (case-lambda
    ((x list)
     "(member x list [same?])
The part of LIST that begins with the first element equal to X (by equal? or SAME?), or #f."
     (if (or (symbol? x) (char? x) (boolean? x) (null? x))
         (memq x list)
         (let loop ((l list))
           (if (pair? l)
               (if (equal? x (car l)) l (loop (cdr l)))
               (begin (%end-of-list 'member 2 l list) #f)))))
    ((x list same?)
     (let loop ((l list))
       (if (pair? l)
           (if (same? x (car l)) l (loop (cdr l)))
           (begin (%end-of-list 'member 2 l list) #f))))))

(define assoc
  (case-lambda
    ((x alist)
     "(assoc x alist [same?])\nThe first pair of ALIST whose car is equal to X (by equal? or SAME?), or #f."
     (assoc x alist equal?))
    ((x alist same?)
     (let loop ((l alist))
       (if (pair? l)
           (let ((entry (car l)))
             (if (not (pair? entry)) (%raise-type 'assoc 2 "a list of pairs" alist))
             (if (same? x (car entry)) entry (loop (cdr l))))
           (begin (%end-of-list 'assoc 2 l alist) #f))))))

(define delete
  (case-lambda
    ((x list)
     "(delete x list [same?])\nLIST without the elements equal to X (by equal? or SAME?)."
     (delete x list equal?))
    ((x list same?) (filter (lambda (y) (not (same? x y))) list))))

(define delete-duplicates
  (case-lambda
    ((list)
     "(delete-duplicates list [same?])
LIST without the elements equal to an earlier one (by equal? or SAME?).  With equal? the time is linear."
     (let ((seen (%make-table 2)))
       (let loop ((l list) (kept '()))
         (cond ((null? l) (reverse kept))
               ((%table-ref seen (car l) #f) (loop (cdr l) kept))
               (else (%table-set! seen (car l) #t)
                     (loop (cdr l) (cons (car l) kept)))))))
    ((list same?)
     (let loop ((l list) (kept '()))
       (cond ((null? l) (reverse kept))
             ((member (car l) kept (lambda (x y) (same? y x))) (loop (cdr l) kept))
             (else (loop (cdr l) (cons (car l) kept))))))))

(define (find accept? list)
  "(find accept? list)\nThe first element of LIST that ACCEPT? accepts, or #f."
  (let ((tail (find-tail accept? list)))
    (if tail (car tail) #f)))

(define (find-tail accept? list)
  "(find-tail accept? list)\nThe part of LIST that begins with the first element that ACCEPT? accepts, or #f."
  (let loop ((l list))
    (if (pair? l)
        (if (accept? (car l)) l (loop (cdr l)))
        (begin (%end-of-list 'find-tail 2 l list) #f))))

(define any
  (case-lambda
    ((accept? list)
     "(any accept? list ...)
The first result of ACCEPT? for the elements of the LISTs that is not #f; #f when there is none."
     (let loop ((l list))
       (and (pair? l)
            (if (null? (cdr l))
                (accept? (car l))
                (or (accept? (car l)) (loop (cdr l)))))))
    ((accept? . lists)
     (let loop ((lists lists))
       (and (%all-pairs? lists)
            (or (apply accept? (%cars lists)) (loop (%cdrs lists))))))))

(define every
  (case-lambda
    ((accept? list)
     "(every accept? list ...)
#f when ACCEPT? answers #f for some elements of the LISTs, otherwise its last result; #t for empty lists."
     (or (null? list)
         (let loop ((l list))
           (if (null? (cdr l))
               (accept? (car l))
               (and (accept? (car l)) (loop (cdr l)))))))
    ((accept? . lists)
     (let loop ((lists lists) (result #t))
       (if (%all-pairs? lists)
           (let ((result (apply accept? (%cars lists))))
             (and result (loop (%cdrs lists) result)))
           result)))))

(define (count accept? list)
  "(count accept? list)\nHow many elements of LIST does ACCEPT? accept?"
  (let loop ((l list) (n 0))
    (if (pair? l)
        (loop (cdr l) (if (accept? (car l)) (+ n 1) n))
        (begin (%end-of-list 'count 2 l list) n))))

(define (list-index accept? list)
  "(list-index accept? list)\nThe index of the first element of LIST that ACCEPT? accepts, or #f."
  (let loop ((l list) (i 0))
    (if (pair? l)
        (if (accept? (car l)) i (loop (cdr l) (+ i 1)))
        (begin (%end-of-list 'list-index 2 l list) #f))))

(define iota
  (case-lambda
    ((n)
     "(iota n [start [step]])
The list of N numbers from START (0) on, each STEP (1) more than the one before."
     (iota n 0 1))
    ((n start) (iota n start 1))
    ((n start step)
     (%check-index 'iota 1 n)
     (let loop ((i (- n 1)) (result '()))
       (if (< i 0)
           result
           (loop (- i 1) (cons (+ start (* i step)) result)))))))

(define (list-tabulate n f)
  "(list-tabulate n procedure)\nThe list of PROCEDURE's results for 0, 1, ... N - 1."
  (%check-index 'list-tabulate 1 n)
  (let loop ((i (- n 1)) (result '()))
    (if (< i 0)
        result
        (loop (- i 1) (cons (f i) result)))))

(define (list-head list k)
  "(list-head list k)\nThe first K elements of LIST, which must have that many."
  (%check-index 'list-head 2 k)
  (let loop ((l list) (n k) (taken '()))
    (cond ((= n 0) (reverse taken))
          ((pair? l) (loop (cdr l) (- n 1) (cons (car l) taken)))
          (else (%raise-range 'list-head 2 "at most the length of the list" k)))))

(define (take list k)
  "(take list k)\nThe first K elements of LIST."
  (list-head list k))
(define (drop list k)
  "(drop list k)\nLIST without its first K elements."
  (list-tail list k))

(define (take-while keep? list)
  "(take-while keep? list)\nThe elements of LIST before the first that KEEP? does not accept."
  (let loop ((l list) (kept '()))
    (if (and (pair? l) (keep? (car l)))
        (loop (cdr l) (cons (car l) kept))
        (reverse kept))))

(define (drop-while drop? list)
  "(drop-while drop? list)\nLIST from the first element on that DROP? does not accept."
  (let loop ((l list))
    (if (and (pair? l) (drop? (car l)))
        (loop (cdr l))
        l)))

(define (last list)
  "(last list)\nThe last element of LIST, which must not be empty."
  (if (pair? list)
      (car (last-pair list))
      (%raise-type 'last 1 "a list that is not empty" list)))

(define (list-set! list k x)
  "(list-set! list k x)\nMake X the element of LIST at index K."
  (let ((tail (list-tail list k)))
    (if (pair? tail)
        (set-car! tail x)
        (%raise-range 'list-set! 2 "less than the length of the list" k))))

(define (reverse! list)
  "(reverse! list)\nLIST reversed, made of its own pairs."
  (let loop ((l list) (result '()))
    (if (pair? l)
        (let ((next (cdr l)))
          (set-cdr! l result)
          (loop next l))
        result)))

(define (append-reverse list tail)
  "(append-reverse list tail)\n(append (reverse list) tail)."
  (if (pair? list)
      (append-reverse (cdr list) (cons (car list) tail))
      tail))

(define (concatenate lists)
  "(concatenate lists)\nThe LISTS, a list of lists, appended."
  (let loop ((l lists))
    (cond ((null? l) '())
          ((null? (cdr l)) (car l))
          (else (append (car l) (loop (cdr l)))))))

(define (first l)
  "(first list)\nThe first element of LIST."
  (car l))
(define (second l)
  "(second list)\nThe second element of LIST."
  (cadr l))
(define (third l)
  "(third list)\nThe third element of LIST."
  (caddr l))

(define (assq-ref alist key)
  "(assq-ref alist key)\nThe cdr of the first pair of ALIST whose car is KEY, or #f."
  (let ((entry (assq key alist)))
    (and entry (cdr entry))))

(define (vector-binary-search vector key compare)
  "(vector-binary-search vector key compare)
The index of an element for which (COMPARE element KEY) is 0, or #f; VECTOR is sorted."
  (let loop ((low 0) (high (vector-length vector)))
    (if (>= low high)
        #f
        (let* ((middle (quotient (+ low high) 2))
               (order (compare (vector-ref vector middle) key)))
          (cond ((= order 0) middle)
                ((< order 0) (loop (+ middle 1) high))
                (else (loop low middle)))))))

;; --- sorting ------------------------------------------------------------------------------------
;; Stable merge sort.  A list is sorted by relinking the pairs of a fresh copy: no allocation beyond the copy.

;; Merge two sorted lists that are not empty, by relinking; elements of `a` come first among equals.
(define (%merge! a b less?)
  (let ((head (if (less? (car b) (car a)) b a)))
    (let loop ((last head)
               (a (if (eq? head a) (cdr a) a))
               (b (if (eq? head a) b (cdr b))))
      (cond ((null? a) (set-cdr! last b))
            ((null? b) (set-cdr! last a))
            ((less? (car b) (car a))
             (set-cdr! last b)
             (loop b a (cdr b)))
            (else
             (set-cdr! last a)
             (loop a (cdr a) b))))
    head))

;; Sort the first `n` pairs of `list` (n > 0) by relinking them.
(define (%sort-pairs! list n less?)
  (cond ((= n 1) (set-cdr! list '()) list)
        ((= n 2)
         (let ((next (cdr list)))
           (set-cdr! next '())
           (if (less? (car next) (car list))
               (begin (set-cdr! next list) (set-cdr! list '()) next)
               list)))
        (else
         (let* ((half (quotient n 2))
                (rest (list-tail list half)))
           (let ((b (%sort-pairs! rest (- n half) less?)))
             (%merge! (%sort-pairs! list half less?) b less?))))))

(define (list-sort less? list)
  "(list-sort less? list)
A new list of the elements of LIST in order; those of which neither is LESS? keep theirs."
  (%check-procedure 'list-sort 1 less?)
  (if (not (list? list)) (%raise-type 'list-sort 2 "a list" list))
  (if (null? list) '() (%sort-pairs! (list-copy list) (length list) less?)))

(define (vector-sort less? vector)
  "(vector-sort less? vector)
A new vector of the elements of VECTOR in order; those of which neither is LESS? keep theirs."
  (list->vector (list-sort less? (vector->list vector))))

(define (sort! sequence less?)
  "(sort! sequence less?)
Sort SEQUENCE, a list or vector; use the result, for a list may begin elsewhere afterwards."
  (if (vector? sequence)
      (begin
        (let loop ((l (list-sort less? (vector->list sequence))) (i 0))
          (if (pair? l)
              (begin (vector-set! sequence i (car l)) (loop (cdr l) (+ i 1)))))
        sequence)
      (list-sort less? sequence)))

(define (sort sequence less?)
  "(sort sequence less?)
The elements of SEQUENCE, a list or vector, in order, in a new one; those of which neither is LESS? keep theirs."
  (cond ((procedure? sequence) (sort less? sequence))
        ((vector? sequence) (vector-sort less? sequence))
        (else (list-sort less? sequence))))

(define (list-merge less? a b)
  "(list-merge less? list-1 list-2)\nThe elements of two sorted lists in one sorted list."
  (cond ((null? a) b)
        ((null? b) a)
        (else (%merge! (list-copy a) (list-copy b) less?))))
