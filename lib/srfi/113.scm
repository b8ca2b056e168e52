;;; The body of (srfi 113).
;;;
;;; A set is a bag whose counts are at most 1, so one procedure serves for both and is exported under two names.  The
;;; table of a collection has for each key the pair (element . count): a replaced element may be another than the key.

(define-record-type collection
  (make-collection bag? table comparator)
  collection?
  (bag? is-bag?)
  (table table)
  (comparator comparator-of))

(define (set? x)
  "(set? x)\nIs X a set?"
  (and (collection? x) (not (is-bag? x))))
(define (bag? x)
  "(bag? x)\nIs X a bag?"
  (and (collection? x) (is-bag? x)))

(define (check who argument x)
  (if (not (collection? x)) (%raise-type who argument "a set or bag" x)))

;; Several collections for one operation.
(define (check-same who first rest)
  (check who 1 first)
  (let loop ((l rest) (i 2))
    (if (pair? l)
        (begin
          (check who i (car l))
          (if (not (eq? (comparator-of first) (comparator-of (car l))))
              (%raise 'type who "sets with different comparators cannot be combined:" first (car l)))
          (loop (cdr l) (+ i 1))))))

(define (empty bag? comparator) (make-collection bag? (make-hash-table comparator) comparator))
(define (empty-like c) (make-collection (is-bag? c) (hash-table-empty-copy (table c)) (comparator-of c)))

;; The pairs (element . count), in no order that matters.
(define (entries c) (hash-table-values (table c)))

(define (count-of c x)
  (let ((entry (%table-ref (table c) x #f)))
    (if entry (cdr entry) 0)))

;; Make `n` the count of `x`, at most 1 in a set.
(define (set-count-of! c x n)
  (let ((entry (%table-ref (table c) x #f)) (n (if (is-bag? c) n (min n 1))))
    (cond ((<= n 0) (if entry (%table-delete! (table c) x)))
          (entry (set-cdr! entry n))
          (else (%table-set! (table c) x (cons x n))))))

(define (add! c x n) (set-count-of! c x (+ (count-of c x) n)))

;; (f element count) for each entry, which may change the collection.
(define (for-entries f c)
  (for-each (lambda (entry) (f (car entry) (cdr entry))) (entries c)))

(define (times n thunk)
  (if (> n 0) (begin (thunk) (times (- n 1) thunk))))

;; --- constructors --------------------------------------------------------------------------------------

(define (adjoin-all! c list)
  (for-each (lambda (x) (add! c x 1)) list)
  c)

(define (set comparator . elements)
  "(set comparator element ...)\nA new set of the ELEMENTs."
  (adjoin-all! (empty #f comparator) elements))
(define (bag comparator . elements)
  "(bag comparator element ...)\nA new bag of the ELEMENTs."
  (adjoin-all! (empty #t comparator) elements))

(define (unfold bag? stop? mapper successor seed comparator)
  (if (comparator? stop?)
      (unfold bag? mapper successor seed comparator stop?)
      (let ((c (empty bag? comparator)))
        (let loop ((seed seed))
          (if (stop? seed)
              c
              (begin (add! c (mapper seed) 1) (loop (successor seed))))))))
(define (set-unfold stop? mapper successor seed comparator)
  "(set-unfold stop? mapper successor seed comparator)
A new set of MAPPER's results for SEED, (SUCCESSOR SEED) and so on until STOP? accepts one.  COMPARATOR may come first."
  (unfold #f stop? mapper successor seed comparator))
(define (bag-unfold stop? mapper successor seed comparator)
  "(bag-unfold stop? mapper successor seed comparator)\nThe same as set-unfold for a bag."
  (unfold #t stop? mapper successor seed comparator))

(define (list->set comparator list)
  "(list->set comparator list)\nA new set of the elements of LIST."
  (adjoin-all! (empty #f comparator) list))
(define (list->bag comparator list)
  "(list->bag comparator list)\nA new bag of the elements of LIST."
  (adjoin-all! (empty #t comparator) list))
(define (list->set! set list)
  "(list->set! set list)\nAdd the elements of LIST to SET, or list->bag! to a bag, and return it."
  (check 'list->set! 1 set)
  (adjoin-all! set list))

(define (set-copy set)
  "(set-copy set)\nA new set, or with bag-copy a bag, with the elements of SET."
  (check 'set-copy 1 set)
  (let ((c (empty-like set)))
    (for-entries (lambda (x n) (set-count-of! c x n)) set)
    c))

;; --- asking --------------------------------------------------------------------------------------------

(define (set-contains? set x)
  "(set-contains? set x)\nIs X an element of SET?  The same as bag-contains?."
  (check 'set-contains? 1 set)
  (and (%table-ref (table set) x #f) #t))
(define (set-empty? set)
  "(set-empty? set)\nHas SET no elements?  The same as bag-empty?."
  (check 'set-empty? 1 set)
  (= 0 (%table-count (table set))))
(define (set-disjoint? a b)
  "(set-disjoint? set-1 set-2)\nHave the two sets or bags no element in common?  The same as bag-disjoint?."
  (check-same 'set-disjoint? a (list b))
  (set-every? (lambda (x) (= 0 (count-of b x))) a))
(define (set-member set x default)
  "(set-member set x default)\nThe element of SET that is equal to X, or DEFAULT.  The same as bag-member."
  (check 'set-member 1 set)
  (let ((entry (%table-ref (table set) x #f)))
    (if entry (car entry) default)))
(define (set-element-comparator set)
  "(set-element-comparator set)\nThe comparator of SET.  The same as bag-element-comparator."
  (check 'set-element-comparator 1 set)
  (comparator-of set))
(define (set-size set)
  "(set-size set)\nThe number of elements of SET.  The same as bag-size, which adds all counts."
  (check 'set-size 1 set)
  (if (is-bag? set)
      (fold-entries (lambda (x n sum) (+ n sum)) 0 set)
      (%table-count (table set))))

;; --- changing ------------------------------------------------------------------------------------------

(define (set-adjoin! set . elements)
  "(set-adjoin! set element ...)\nAdd the ELEMENTs to SET, which is returned; bag-adjoin! adds one of each."
  (check 'set-adjoin! 1 set)
  (adjoin-all! set elements))
(define (set-adjoin set . elements)
  "(set-adjoin set element ...)\nA new set of the elements of SET and the ELEMENTs.  The same as bag-adjoin."
  (adjoin-all! (set-copy set) elements))

(define (set-replace! set x)
  "(set-replace! set x)
Put X in the place of the element equal to it, if there is one, and return SET.  The same as bag-replace!."
  (check 'set-replace! 1 set)
  (let ((entry (%table-ref (table set) x #f)))
    (if entry (set-car! entry x))
    set))
(define (set-replace set x)
  "(set-replace set x)\nA new set like SET with X in the place of the element equal to it.  The same as bag-replace."
  (set-replace! (set-copy set) x))

(define (set-delete-all! set list)
  "(set-delete-all! set list)
Take the elements of LIST out of SET, which is returned; bag-delete-all! takes out one of each."
  (check 'set-delete-all! 1 set)
  (for-each (lambda (x) (add! set x -1)) list)
  set)
(define (set-delete-all set list)
  "(set-delete-all set list)\nA new set of the elements of SET without those of LIST.  The same as bag-delete-all."
  (set-delete-all! (set-copy set) list))
(define (set-delete! set . elements)
  "(set-delete! set element ...)\nTake the ELEMENTs out of SET, which is returned; bag-delete! takes out one of each."
  (set-delete-all! set elements))
(define (set-delete set . elements)
  "(set-delete set element ...)\nA new set of the elements of SET without the ELEMENTs.  The same as bag-delete."
  (set-delete-all! (set-copy set) elements))

(define (set-search! set x failure success)
  "(set-search! set x failure success)
If X is not in SET call FAILURE with procedures insert and ignore, otherwise SUCCESS with the element and procedures
update and remove, which do that and return two values: SET and their last argument.  The same as bag-search!."
  (check 'set-search! 1 set)
  (let ((entry (%table-ref (table set) x #f)))
    (if entry
        (let ((old (car entry)))
          (success old
                   (lambda (new result)
                     (add! set old -1)
                     (add! set new 1)
                     (values set result))
                   (lambda (result)
                     (add! set old -1)
                     (values set result))))
        (failure (lambda (result)
                   (add! set x 1)
                   (values set result))
                 (lambda (result) (values set result))))))

;; --- the whole -----------------------------------------------------------------------------------------

(define (fold-entries f result c)
  (let loop ((l (entries c)) (result result))
    (if (pair? l)
        (loop (cdr l) (f (car (car l)) (cdr (car l)) result))
        result)))

(define (set-find accept? set failure)
  "(set-find accept? set failure)
An element of SET that ACCEPT? accepts, or what FAILURE returns.  The same as bag-find."
  (check 'set-find 2 set)
  (let loop ((l (entries set)))
    (cond ((null? l) (failure))
          ((accept? (car (car l))) (car (car l)))
          (else (loop (cdr l))))))
(define (set-count accept? set)
  "(set-count accept? set)\nHow many elements of SET does ACCEPT? accept?  The same as bag-count, which adds counts."
  (check 'set-count 2 set)
  (fold-entries (lambda (x n sum) (if (accept? x) (+ sum n) sum)) 0 set))
(define (set-any? accept? set)
  "(set-any? accept? set)\nDoes ACCEPT? accept an element of SET?  The same as bag-any?."
  (check 'set-any? 2 set)
  (let loop ((l (entries set)))
    (and (pair? l) (or (and (accept? (car (car l))) #t) (loop (cdr l))))))
(define (set-every? accept? set)
  "(set-every? accept? set)\nDoes ACCEPT? accept all elements of SET?  The same as bag-every?."
  (check 'set-every? 2 set)
  (let loop ((l (entries set)))
    (or (null? l) (and (accept? (car (car l))) (loop (cdr l))))))

(define (set-map comparator f set)
  "(set-map comparator procedure set)
A new set of COMPARATOR of PROCEDURE's results for the elements of SET; bag-map makes a bag.  PROCEDURE may come first."
  (check 'set-map 3 set)
  (if (and (procedure? comparator) (comparator? f))
      (set-map f comparator set)
      (let ((c (empty (is-bag? set) comparator)))
        (for-entries (lambda (x n) (add! c (f x) n)) set)
        c)))
(define (set-for-each f set)
  "(set-for-each procedure set)\nCall PROCEDURE for each element of SET; bag-for-each as often as it occurs."
  (check 'set-for-each 2 set)
  (for-entries (lambda (x n) (times n (lambda () (f x)))) set))
(define (set-fold f init set)
  "(set-fold procedure init set)
Call PROCEDURE with each element and its last result, INIT at first; bag-fold as often as the element occurs."
  (check 'set-fold 3 set)
  (fold-entries (lambda (x n result)
                  (let loop ((n n) (result result))
                    (if (= n 0) result (loop (- n 1) (f x result)))))
                init set))
(define (set->list set)
  "(set->list set)\nThe list of the elements of SET; bag->list has each as often as it occurs."
  (check 'set->list 1 set)
  (set-fold cons '() set))

(define (set-filter! keep? set)
  "(set-filter! keep? set)
Take the elements that KEEP? does not accept out of SET, which is returned.  The same as bag-filter!."
  (check 'set-filter! 2 set)
  (for-entries (lambda (x n) (if (not (keep? x)) (%table-delete! (table set) x))) set)
  set)
(define (set-filter keep? set)
  "(set-filter keep? set)\nA new set of the elements of SET that KEEP? accepts.  The same as bag-filter."
  (check 'set-filter 2 set)
  (set-filter! keep? (set-copy set)))
(define (set-remove! drop? set)
  "(set-remove! drop? set)
Take the elements that DROP? accepts out of SET, which is returned.  The same as bag-remove!."
  (set-filter! (lambda (x) (not (drop? x))) set))
(define (set-remove drop? set)
  "(set-remove drop? set)\nA new set of the elements of SET that DROP? does not accept.  The same as bag-remove."
  (set-filter (lambda (x) (not (drop? x))) set))
(define (set-partition keep? set)
  "(set-partition keep? set)
Two new sets: the elements of SET that KEEP? accepts, and the others.  The same as bag-partition."
  (check 'set-partition 2 set)
  (set-partition! keep? (set-copy set)))
(define (set-partition! keep? set)
  "(set-partition! keep? set)\nThe same as set-partition, but the first is SET, changed.  The same as bag-partition!."
  (check 'set-partition! 2 set)
  (let ((others (empty-like set)))
    (for-entries (lambda (x n)
                   (if (not (keep? x))
                       (begin (set-count-of! others x n) (%table-delete! (table set) x))))
                 set)
    (values set others)))

;; --- subsets -------------------------------------------------------------------------------------------

(define (subset? a b)
  (and (<= (%table-count (table a)) (%table-count (table b)))
       (let loop ((l (entries a)))
         (or (null? l)
             (and (<= (cdr (car l)) (count-of b (car (car l)))) (loop (cdr l)))))))
(define (proper? a b) (and (subset? a b) (not (subset? b a))))

(define (chain? who holds? first rest)
  (check-same who first rest)
  (let loop ((a first) (rest rest))
    (or (null? rest)
        (and (holds? a (car rest)) (loop (car rest) (cdr rest))))))

(define (set=? set . sets)
  "(set=? set-1 set-2 ...)\nHave all sets or bags the same elements?  The same as bag=?."
  (chain? 'set=? (lambda (a b) (and (subset? a b) (subset? b a))) set sets))
(define (set<? set . sets)
  "(set<? set-1 set-2 ...)\nIs each a proper subset of the next?  The same as bag<?."
  (chain? 'set<? proper? set sets))
(define (set>? set . sets)
  "(set>? set-1 set-2 ...)\nIs each a proper superset of the next?  The same as bag>?."
  (chain? 'set>? (lambda (a b) (proper? b a)) set sets))
(define (set<=? set . sets)
  "(set<=? set-1 set-2 ...)\nIs each a subset of the next?  The same as bag<=?."
  (chain? 'set<=? subset? set sets))
(define (set>=? set . sets)
  "(set>=? set-1 set-2 ...)\nIs each a superset of the next?  The same as bag>=?."
  (chain? 'set>=? (lambda (a b) (subset? b a)) set sets))

;; --- set theory ----------------------------------------------------------------------------------------

;; Make the count of each element of both (f its-count-in-a its-count-in-b), in `a`.  What only `b` has is looked for
;; first, since the other walk may take out of `a` what `b` has too.
(define (combine! f a b)
  (let* ((b (if (eq? a b) (set-copy b) b))
         (only-b (fold-entries (lambda (x n l) (if (= 0 (count-of a x)) (cons (cons x n) l) l)) '() b)))
    (for-entries (lambda (x n) (set-count-of! a x (f n (count-of b x)))) a)
    (for-each (lambda (entry) (set-count-of! a (car entry) (f 0 (cdr entry)))) only-b)))

(define (combine-all! who f set sets)
  (check-same who set sets)
  (for-each (lambda (other) (combine! f set other)) sets)
  set)

(define (monus a b) (max 0 (- a b)))
(define (distance a b) (abs (- a b)))

(define (set-union! set . sets)
  "(set-union! set-1 set-2 ...)
Add the elements of the others to the first, which is returned; bag-union! takes the largest counts."
  (combine-all! 'set-union! max set sets))
(define (set-union set . sets)
  "(set-union set-1 set-2 ...)\nA new set of the elements of all.  The same as bag-union."
  (combine-all! 'set-union max (set-copy set) sets))
(define (set-intersection! set . sets)
  "(set-intersection! set-1 set-2 ...)
Take what not all have out of the first, which is returned; bag-intersection! takes the smallest counts."
  (combine-all! 'set-intersection! min set sets))
(define (set-intersection set . sets)
  "(set-intersection set-1 set-2 ...)\nA new set of the elements that all have.  The same as bag-intersection."
  (combine-all! 'set-intersection min (set-copy set) sets))
(define (set-difference! set . sets)
  "(set-difference! set-1 set-2 ...)
Take the elements of the others out of the first, which is returned; bag-difference! subtracts counts."
  (combine-all! 'set-difference! monus set sets))
(define (set-difference set . sets)
  "(set-difference set-1 set-2 ...)
A new set of the elements of the first that no other has.  The same as bag-difference."
  (combine-all! 'set-difference monus (set-copy set) sets))
(define (set-xor! a b)
  "(set-xor! set-1 set-2)
Make the first the set of the elements that only one has, and return it.  The same as bag-xor!."
  (combine-all! 'set-xor! distance a (list b)))
(define (set-xor a b)
  "(set-xor set-1 set-2)\nA new set of the elements that only one has; bag-xor takes the differences of counts."
  (combine-all! 'set-xor distance (set-copy a) (list b)))

;; --- bags only -----------------------------------------------------------------------------------------

(define (check-bag who argument x)
  (if (not (bag? x)) (%raise-type who argument "a bag" x)))

(define (bag-sum! bag . bags)
  "(bag-sum! bag-1 bag-2 ...)\nAdd the counts of the others to the first, which is returned."
  (combine-all! 'bag-sum! + bag bags))
(define (bag-sum bag . bags)
  "(bag-sum bag-1 bag-2 ...)\nA new bag with the counts of all added."
  (combine-all! 'bag-sum + (set-copy bag) bags))
(define (bag-product! n bag)
  "(bag-product! n bag)\nMultiply the counts of BAG by N, and return it."
  (%check-index 'bag-product! 1 n)
  (check-bag 'bag-product! 2 bag)
  (for-entries (lambda (x count) (set-count-of! bag x (* n count))) bag)
  bag)
(define (bag-product n bag)
  "(bag-product n bag)\nA new bag with the counts of BAG multiplied by N."
  (check-bag 'bag-product 2 bag)
  (bag-product! n (set-copy bag)))
(define (bag-unique-size bag)
  "(bag-unique-size bag)\nThe number of different elements of BAG."
  (check-bag 'bag-unique-size 1 bag)
  (%table-count (table bag)))
(define (bag-element-count bag x)
  "(bag-element-count bag x)\nHow often X occurs in BAG."
  (check-bag 'bag-element-count 1 bag)
  (count-of bag x))
(define (bag-for-each-unique f bag)
  "(bag-for-each-unique procedure bag)\nCall PROCEDURE with each different element of BAG and how often it occurs."
  (check-bag 'bag-for-each-unique 2 bag)
  (for-entries f bag))
(define (bag-fold-unique f init bag)
  "(bag-fold-unique procedure init bag)
Call PROCEDURE with each different element of BAG, how often it occurs, and its last result, INIT at first."
  (check-bag 'bag-fold-unique 3 bag)
  (fold-entries f init bag))
(define (bag-increment! bag x n)
  "(bag-increment! bag x n)\nAdd N to how often X occurs in BAG, and return it."
  (check-bag 'bag-increment! 1 bag)
  (%check-index 'bag-increment! 3 n)
  (add! bag x n)
  bag)
(define (bag-decrement! bag x n)
  "(bag-decrement! bag x n)\nSubtract N from how often X occurs in BAG, down to 0, and return it."
  (check-bag 'bag-decrement! 1 bag)
  (%check-index 'bag-decrement! 3 n)
  (add! bag x (- n))
  bag)
(define (bag->set bag)
  "(bag->set bag)\nA new set of the different elements of BAG."
  (check-bag 'bag->set 1 bag)
  (convert bag #f))
(define (set->bag set)
  "(set->bag set)\nA new bag of the elements of SET."
  (check 'set->bag 1 set)
  (convert set #t))
(define (convert c bag?)
  (let ((result (make-collection bag? (hash-table-empty-copy (table c)) (comparator-of c))))
    (for-entries (lambda (x n) (set-count-of! result x n)) c)
    result))
(define (set->bag! bag set)
  "(set->bag! bag set)\nAdd the elements of SET to BAG, and return it."
  (check-bag 'set->bag! 1 bag)
  (check-same 'set->bag! bag (list set))
  (for-entries (lambda (x n) (add! bag x n)) set)
  bag)
(define (bag->alist bag)
  "(bag->alist bag)\nThe list of the pairs (element . count) of BAG."
  (check-bag 'bag->alist 1 bag)
  (fold-entries (lambda (x n l) (cons (cons x n) l)) '() bag))
(define (alist->bag comparator alist)
  "(alist->bag comparator alist)\nA new bag of the cars of ALIST, each as often as its cdr says."
  (let ((c (empty #t comparator)))
    (for-each (lambda (entry)
                (%check-index 'alist->bag 2 (cdr entry))
                (add! c (car entry) (cdr entry)))
              alist)
    c))

;; --- comparators ---------------------------------------------------------------------------------------

(define (collection-hash c)
  (let ((hash (if (comparator? (comparator-of c)) (comparator-hash-function (comparator-of c)) equal-hash)))
    (fold-entries (lambda (x n sum) (modulo (+ sum (* n (modulo (hash x) 1048573))) 134217689)) 1 c)))

(define set-comparator (make-comparator set? set=? #f collection-hash))
(define bag-comparator (make-comparator bag? set=? #f collection-hash))
(comparator-register-default! set-comparator)
(comparator-register-default! bag-comparator)
