;;; Lists: the procedures that call procedures, and what stands on them.
;;;
;;; The loops over one list come first and have no apply in them.  map and its like gather their results in a list that
;;; is reversed into a new one at the end: a continuation captured in the procedure may be entered again without changing
;;; a result already returned.  A list that ends in something else than () is reported, not ignored.

;; What a loop over a list does when it has met something else than a pair at its end.
(define (%end-of-list who argument rest list)
  (if (not (null? rest)) (%raise-type who argument "a list" list)))

;; The same for a loop over two lists, which the shorter one has ended; `argument` is the position of the first.
(define (%end-of-two who argument rest-1 list-1 rest-2 list-2)
  (if (not (pair? rest-1)) (%end-of-list who argument rest-1 list-1))
  (if (not (pair? rest-2)) (%end-of-list who (+ argument 1) rest-2 list-2)))

;; And over any number of them.
(define (%end-of-all who argument rests lists)
  (if (pair? rests)
      (begin
        (if (not (pair? (car rests))) (%end-of-list who argument (car rests) (car lists)))
        (%end-of-all who (+ argument 1) (cdr rests) (cdr lists)))))

;; The results of `f` for the elements of one, two or more lists, in the name of `who`.
(define (%mapped who f list)
  (let loop ((l list) (results '()))
    (if (pair? l)
        (loop (cdr l) (cons (f (car l)) results))
        (begin (%end-of-list who 2 l list) (reverse results)))))

(define (%map1 f list) (%mapped 'map f list))

(define (%mapped-2 who f list-1 list-2)
  (let loop ((a list-1) (b list-2) (results '()))
    (if (and (pair? a) (pair? b))
        (loop (cdr a) (cdr b) (cons (f (car a) (car b)) results))
        (begin (%end-of-two who 2 a list-1 b list-2) (reverse results)))))

(define (%mapped-all who f lists)
  (let loop ((l lists) (results '()))
    (if (%all-pairs? l)
        (loop (%cdrs l) (cons (apply f (%cars l)) results))
        (begin (%end-of-all who 2 l lists) (reverse results)))))

;; Do all of `lists` have a first element?
(define (%all-pairs? lists)
  (or (null? lists)
      (and (pair? (car lists)) (%all-pairs? (cdr lists)))))

(define (%cars lists) (if (null? lists) '() (cons (car (car lists)) (%cars (cdr lists)))))
(define (%cdrs lists) (if (null? lists) '() (cons (cdr (car lists)) (%cdrs (cdr lists)))))

;; The first elements, and `x` after them.
(define (%cars-and lists x) (if (null? lists) (list x) (cons (car (car lists)) (%cars-and (cdr lists) x))))

(define map
  (case-lambda
    ((f list)
     "(map procedure list ...)
The list of PROCEDURE's results for the elements of the LISTs, from the first to the last of the shortest."
     (%mapped 'map f list))
    ((f list-1 list-2) (%mapped-2 'map f list-1 list-2))
    ((f list-1 . more) (%mapped-all 'map f (cons list-1 more)))))

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
           (begin (f (car a) (car b)) (loop (cdr a) (cdr b)))
           (%end-of-two 'for-each 2 a list-1 b list-2))))
    ((f list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists))
         (if (%all-pairs? l)
             (begin (apply f (%cars l)) (loop (%cdrs l)))
             (%end-of-all 'for-each 2 l lists)))))))

(define append-map
  (case-lambda
    ((f list)
     "(append-map procedure list ...)
The lists that PROCEDURE returns for the elements of the LISTs, appended."
     (%concatenate 'append-map (%mapped 'append-map f list)))
    ((f list-1 . more) (%concatenate 'append-map (%mapped-all 'append-map f (cons list-1 more))))))

(define filter-map
  (case-lambda
    ((f list)
     "(filter-map procedure list ...)\nThe list of PROCEDURE's results that are not #f."
     (let loop ((l list) (results '()))
       (if (pair? l)
           (let ((result (f (car l))))
             (loop (cdr l) (if result (cons result results) results)))
           (begin (%end-of-list 'filter-map 2 l list) (reverse results)))))
    ((f list-1 . more) (filter (lambda (x) x) (%mapped-all 'filter-map f (cons list-1 more))))))

(define (filter keep? list)
  "(filter keep? list)\nThe elements of LIST that KEEP? accepts, in order."
  (let loop ((l list) (kept '()))
    (if (pair? l)
        (loop (cdr l) (if (keep? (car l)) (cons (car l) kept) kept))
        (begin (%end-of-list 'filter 2 l list) (reverse kept)))))

(define (remove drop? list)
  "(remove drop? list)\nThe elements of LIST that DROP? does not accept, in order."
  (let loop ((l list) (kept '()))
    (if (pair? l)
        (loop (cdr l) (if (drop? (car l)) kept (cons (car l) kept)))
        (begin (%end-of-list 'remove 2 l list) (reverse kept)))))

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
    ((f init list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((acc init) (l lists))
         (if (%all-pairs? l)
             (loop (apply f acc (%cars l)) (%cdrs l))
             (begin (%end-of-all 'fold-left 3 l lists) acc)))))))

(define fold-right
  (case-lambda
    ((f init list)
     "(fold-right procedure init list ...)
(PROCEDURE first (PROCEDURE second ... (PROCEDURE last INIT))); INIT when a LIST is empty."
     (let loop ((l list))
       (if (pair? l)
           (f (car l) (loop (cdr l)))
           (begin (%end-of-list 'fold-right 3 l list) init))))
    ((f init list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists))
         (if (%all-pairs? l)
             (apply f (%cars-and l (loop (%cdrs l))))
             (begin (%end-of-all 'fold-right 3 l lists) init)))))))

(define fold
  (case-lambda
    ((f init list)
     "(fold procedure init list ...)
Like fold-left, but PROCEDURE gets the element first and what it returned before last."
     (let loop ((acc init) (l list))
       (if (pair? l)
           (loop (f (car l) acc) (cdr l))
           (begin (%end-of-list 'fold 3 l list) acc))))
    ((f init list-1 list-2)
     (let loop ((acc init) (a list-1) (b list-2))
       (if (and (pair? a) (pair? b))
           (loop (f (car a) (car b) acc) (cdr a) (cdr b))
           (begin (%end-of-two 'fold 3 a list-1 b list-2) acc))))
    ((f init list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((acc init) (l lists))
         (if (%all-pairs? l)
             (loop (apply f (%cars-and l acc)) (%cdrs l))
             (begin (%end-of-all 'fold 3 l lists) acc)))))))

(define (reduce f init list)
  "(reduce procedure init list)\nFold LIST from its first element on; INIT only when it is empty."
  (if (pair? list)
      (let loop ((acc (car list)) (l (cdr list)))
        (if (pair? l)
            (loop (f (car l) acc) (cdr l))
            (begin (%end-of-list 'reduce 3 l list) acc)))
      (begin (%end-of-list 'reduce 3 list list) init)))

(define (reduce-left f init list)
  "(reduce-left procedure init list)\nLike reduce, but PROCEDURE gets what it returned before first."
  (if (pair? list)
      (let loop ((acc (car list)) (l (cdr list)))
        (if (pair? l)
            (loop (f acc (car l)) (cdr l))
            (begin (%end-of-list 'reduce-left 3 l list) acc)))
      (begin (%end-of-list 'reduce-left 3 list list) init)))

(define (reduce-right f init list)
  "(reduce-right procedure init list)
(PROCEDURE first (PROCEDURE second ... last)); INIT only when LIST is empty."
  (if (pair? list)
      (let loop ((first (car list)) (l (cdr list)))
        (if (pair? l)
            (f first (loop (car l) (cdr l)))
            (begin (%end-of-list 'reduce-right 3 l list) first)))
      (begin (%end-of-list 'reduce-right 3 list list) init)))

(define member
  (case-lambda
    ((x list)
     "(member x list [same?])
The part of LIST that begins with the first element equal to X (by equal? or SAME?), or #f."
     (if (and (list? list) (or (symbol? x) (char? x) (boolean? x) (null? x)))
         (memq x list)
         ;; `behind` is a pair that was passed, at half the speed: to meet it again is to go in a circle.
         (let loop ((l list) (behind list) (step? #f))
           (cond ((not (pair? l)) (%end-of-list 'member 2 l list) #f)
                 ((equal? x (car l)) l)
                 (else
                  (let ((next (cdr l)) (behind (if step? (cdr behind) behind)))
                    (if (and (eq? next behind) (pair? next)) (%raise-type 'member 2 "a list" list))
                    (loop next behind (not step?))))))))
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
     (let loop ((l list) (kept '()))
       (if (pair? l)
           (loop (cdr l) (if (equal? x (car l)) kept (cons (car l) kept)))
           (begin (%end-of-list 'delete 2 l list) (reverse kept)))))
    ((x list same?)
     (let loop ((l list) (kept '()))
       (if (pair? l)
           (loop (cdr l) (if (same? x (car l)) kept (cons (car l) kept)))
           (begin (%end-of-list 'delete 2 l list) (reverse kept)))))))

(define delete-duplicates
  (case-lambda
    ((list)
     "(delete-duplicates list [same?])
LIST without the elements equal to an earlier one (by equal? or SAME?).  The time is linear if SAME? is eq?, eqv? or
equal?."
     (delete-duplicates list equal?))
    ((list same?)
     (if (and (%table-kind-if-any same?) (%more-than? list 8))
         (%delete-known-duplicates list (%make-table (%table-kind-if-any same?)))
         (let loop ((l list) (kept '()))
           (if (pair? l)
               (let ((x (car l)))
                 (loop (cdr l)
                       (if (%has-same? kept same? x) kept (cons x kept))))
               (begin (%end-of-list 'delete-duplicates 1 l list) (reverse kept))))))))

(define (%delete-known-duplicates list seen)
  (let loop ((l list) (kept '()))
    (cond ((not (pair? l)) (%end-of-list 'delete-duplicates 1 l list) (reverse kept))
          ((%table-ref seen (car l) #f) (loop (cdr l) kept))
          (else (%table-set! seen (car l) #t)
                (loop (cdr l) (cons (car l) kept))))))

;; The kind of table whose keys are compared by `same?`, or #f.
(define (%table-kind-if-any same?)
  (cond ((eq? same? equal?) 2)
        ((eq? same? eqv?) 1)
        ((eq? same? eq?) 0)
        (else #f)))

;; Does (same? y x) hold for some y in `list`?
(define (%has-same? list same? x)
  (cond ((eq? same? equal?) (member x list))
        ((eq? same? eqv?) (memv x list))
        ((eq? same? eq?) (memq x list))
        (else
         (let loop ((l list))
           (and (pair? l)
                (or (same? (car l) x) (loop (cdr l))))))))

;; Has `list` more than `n` pairs?
(define (%more-than? list n)
  (and (pair? list)
       (or (= n 0) (%more-than? (cdr list) (- n 1)))))

(define (find accept? list)
  "(find accept? list)\nThe first element of LIST that ACCEPT? accepts, or #f."
  (let loop ((l list))
    (if (pair? l)
        (let ((x (car l)))
          (if (accept? x) x (loop (cdr l))))
        (begin (%end-of-list 'find 2 l list) #f))))

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
     (if (pair? list)
         (let loop ((x (car list)) (l (cdr list)))
           (if (pair? l)
               (or (accept? x) (loop (car l) (cdr l)))
               (begin (%end-of-list 'any 2 l list) (accept? x))))
         (begin (%end-of-list 'any 2 list list) #f)))
    ((accept? list-1 list-2)
     (let loop ((a list-1) (b list-2))
       (if (and (pair? a) (pair? b))
           (or (accept? (car a) (car b)) (loop (cdr a) (cdr b)))
           (begin (%end-of-two 'any 2 a list-1 b list-2) #f))))
    ((accept? list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists))
         (if (%all-pairs? l)
             (or (apply accept? (%cars l)) (loop (%cdrs l)))
             (begin (%end-of-all 'any 2 l lists) #f)))))))

(define every
  (case-lambda
    ((accept? list)
     "(every accept? list ...)
#f when ACCEPT? answers #f for some elements of the LISTs, otherwise its last result; #t for empty lists."
     (if (pair? list)
         (let loop ((x (car list)) (l (cdr list)))
           (if (pair? l)
               (and (accept? x) (loop (car l) (cdr l)))
               (begin (%end-of-list 'every 2 l list) (accept? x))))
         (begin (%end-of-list 'every 2 list list) #t)))
    ((accept? list-1 list-2)
     (let loop ((a list-1) (b list-2) (result #t))
       (if (and (pair? a) (pair? b))
           (let ((result (accept? (car a) (car b))))
             (and result (loop (cdr a) (cdr b) result)))
           (begin (%end-of-two 'every 2 a list-1 b list-2) result))))
    ((accept? list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists) (result #t))
         (if (%all-pairs? l)
             (let ((result (apply accept? (%cars l))))
               (and result (loop (%cdrs l) result)))
             (begin (%end-of-all 'every 2 l lists) result)))))))

(define count
  (case-lambda
    ((accept? list)
     "(count accept? list ...)\nFor how many elements of the LISTs is the answer of ACCEPT? not #f?"
     (let loop ((l list) (n 0))
       (if (pair? l)
           (loop (cdr l) (if (accept? (car l)) (+ n 1) n))
           (begin (%end-of-list 'count 2 l list) n))))
    ((accept? list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists) (n 0))
         (if (%all-pairs? l)
             (loop (%cdrs l) (if (apply accept? (%cars l)) (+ n 1) n))
             (begin (%end-of-all 'count 2 l lists) n)))))))

(define list-index
  (case-lambda
    ((accept? list)
     "(list-index accept? list ...)\nThe index of the first elements of the LISTs that ACCEPT? accepts, or #f."
     (let loop ((l list) (i 0))
       (if (pair? l)
           (if (accept? (car l)) i (loop (cdr l) (+ i 1)))
           (begin (%end-of-list 'list-index 2 l list) #f))))
    ((accept? list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists) (i 0))
         (if (%all-pairs? l)
             (if (apply accept? (%cars l)) i (loop (%cdrs l) (+ i 1)))
             (begin (%end-of-all 'list-index 2 l lists) #f)))))))

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

(define (take-while keep? list)
  "(take-while keep? list)\nThe elements of LIST before the first that KEEP? does not accept."
  (let loop ((l list) (kept '()))
    (cond ((not (pair? l)) (%end-of-list 'take-while 2 l list) (reverse kept))
          ((keep? (car l)) (loop (cdr l) (cons (car l) kept)))
          (else (reverse kept)))))

(define (drop-while drop? list)
  "(drop-while drop? list)\nLIST from the first element on that DROP? does not accept."
  (let loop ((l list))
    (cond ((not (pair? l)) (%end-of-list 'drop-while 2 l list) l)
          ((drop? (car l)) (loop (cdr l)))
          (else l))))

(define (last list)
  "(last list)\nThe last element of LIST, which must not be empty."
  (if (pair? list)
      (car (last-pair list))
      (%raise-type 'last 1 "a list that is not empty" list)))

(define (concatenate lists)
  "(concatenate lists)\nThe LISTS, a list of lists, appended."
  (if (not (list? lists)) (%raise-type 'concatenate 1 "a list of lists" lists))
  (%concatenate 'concatenate lists))

(define (%concatenate who lists)
  (if (null? lists)
      '()
      (let loop ((l (cdr (reverse lists))) (result (last lists)))
        (cond ((null? l) result)
              ((list? (car l)) (loop (cdr l) (append (car l) result)))
              ((eq? who 'concatenate) (%raise-type who 1 "a list of lists" lists))
              (else (%raise 'type who "argument 1 should return lists, but returned" (car l)))))))

;; Element `k` of `list`, in the name of `who`.
(define (%nth who list k)
  (let loop ((l list) (i k))
    (cond ((not (pair? l))
           (%raise-type who 1 (string-append "a list of at least " (number->string (+ k 1))
                                             (if (= k 0) " element" " elements"))
                        list))
          ((= i 0) (car l))
          (else (loop (cdr l) (- i 1))))))

(define (first list)
  "(first list)\nThe first element of LIST."
  (%nth 'first list 0))
(define (second list)
  "(second list)\nThe second element of LIST."
  (%nth 'second list 1))
(define (third list)
  "(third list)\nThe third element of LIST."
  (%nth 'third list 2))

(define (assq-ref alist key)
  "(assq-ref alist key)\nThe cdr of the first pair of ALIST whose car is KEY, or #f."
  (let ((entry (assq key alist)))
    (and entry (cdr entry))))

(define (vector-binary-search vector key compare)
  "(vector-binary-search vector key compare)
The index of an element for which (COMPARE element KEY) is 0, or #f; VECTOR is sorted."
  (let loop ((low 0) (high (%length-of 'vector-binary-search 1 vector)))
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

(define vector-sort
  (case-lambda
    ((less? vector)
     "(vector-sort less? vector [start [end]])
A new vector of the elements of VECTOR from START up to END in order; those of which neither is LESS? keep theirs."
     (if (procedure? vector)
         (vector-sort vector less?)
         (list->vector (list-sort less? (vector->list vector)))))
    ((less? vector start) (list->vector (list-sort less? (vector->list vector start))))
    ((less? vector start end) (list->vector (list-sort less? (vector->list vector start end))))))

;; Make the elements of `list` those of `vector` from `start` on.
(define (%fill-vector! vector start list)
  (let loop ((l list) (i start))
    (if (pair? l)
        (begin (vector-set! vector i (car l)) (loop (cdr l) (+ i 1))))))

(define (%check-sequence who argument x)
  (if (not (or (list? x) (vector? x) (string? x))) (%raise-type who argument "a list, vector or string" x)))

(define sort!
  (case-lambda
    ((sequence less?)
     "(sort! sequence less? [key])
Put the elements of SEQUENCE, a list, vector or string, in order, and return it.  The rest as in sort."
     (if (procedure? sequence)
         (sort! less? sequence)
         (begin
           (%check-sequence 'sort! 1 sequence)
           (cond ((vector? sequence)
                  (%fill-vector! sequence 0 (list-sort less? (vector->list sequence))))
                 ((string? sequence) (string-copy! sequence 0 (sort sequence less?)))
                 (else
                  (let loop ((to sequence) (from (list-sort less? sequence)))
                    (if (pair? to)
                        (begin (set-car! to (car from)) (loop (cdr to) (cdr from)))))))
           sequence)))
    ((sequence less? key)
     (let ((sorted (sort sequence less? key)))
       (cond ((vector? sequence) (vector-copy! sequence 0 sorted))
             ((string? sequence) (string-copy! sequence 0 sorted))
             (else
              (let loop ((to sequence) (from sorted))
                (if (pair? to)
                    (begin (set-car! to (car from)) (loop (cdr to) (cdr from)))))))
       sequence))))

(define sort
  (case-lambda
    ((sequence less?)
     "(sort sequence less? [key])
The elements of SEQUENCE, a list, vector or string, in order, in a new one; those of which neither is LESS? keep
theirs.  With KEY what it returns is compared; it is called once for each element."
     (cond ((procedure? sequence) (sort less? sequence))
           ((vector? sequence) (vector-sort less? sequence))
           ((string? sequence) (list->string (list-sort less? (string->list sequence))))
           (else
            (%check-sequence 'sort 1 sequence)
            (list-sort less? sequence))))
    ((sequence less? key)
     (%check-sequence 'sort 1 sequence)
     (cond ((vector? sequence) (list->vector (sort (vector->list sequence) less? key)))
           ((string? sequence) (list->string (sort (string->list sequence) less? key)))
           (else
            (map cdr (list-sort (lambda (a b) (less? (car a) (car b)))
                                (map (lambda (x) (cons (key x) x)) sequence))))))))

(define (list-merge less? a b)
  "(list-merge less? list-1 list-2)
The elements of two sorted lists in one sorted list; those of LIST-1 come first among equals."
  (%check-procedure 'list-merge 1 less?)
  (if (not (list? a)) (%raise-type 'list-merge 2 "a list" a))
  (if (not (list? b)) (%raise-type 'list-merge 3 "a list" b))
  (cond ((null? a) b)
        ((null? b) a)
        (else (%merge! (list-copy a) (list-copy b) less?))))
