;;; The body of (srfi 146).
;;;
;;; A mapping is a comparator and a tree balanced by size: of two subtrees none has more than three times the nodes of
;;; the other, unless they have one together.  Trees are never changed, so old mappings stay what they were and share
;;; most of their nodes with new ones; the names with ! mean the same procedures.

(define-record-type node
  (make-node key value size left right)
  node?
  (key key)
  (value value)
  (size node-size)
  (left left)     ; a node or #f, like right
  (right right))

(define-record-type mapping
  (make-mapping comparator tree)
  mapping?
  (comparator comparator-of)
  (tree tree))

;; --- trees ---------------------------------------------------------------------------------------------

(define (size t) (if t (node-size t) 0))
(define (join k v l r) (make-node k v (+ 1 (size l) (size r)) l r))

;; The tree of `k` between `l` and `r`, one of which had a node added or taken out.
(define (balance k v l r)
  (let ((n (size l)) (m (size r)))
    (cond ((<= (+ n m) 1) (join k v l r))
          ((> m (* 3 n)) (rotate-left k v l r))
          ((> n (* 3 m)) (rotate-right k v l r))
          (else (join k v l r)))))

(define (rotate-left k v l r)
  (let ((inner (left r)) (outer (right r)))
    (if (< (size inner) (* 2 (size outer)))
        (join (key r) (value r) (join k v l inner) outer)
        (join (key inner) (value inner)
              (join k v l (left inner))
              (join (key r) (value r) (right inner) outer)))))

(define (rotate-right k v l r)
  (let ((outer (left l)) (inner (right l)))
    (if (< (size inner) (* 2 (size outer)))
        (join (key l) (value l) outer (join k v inner r))
        (join (key inner) (value inner)
              (join (key l) (value l) outer (left inner))
              (join k v (right inner) r)))))

;; The same for trees of any sizes, in time proportional to the difference of their heights.
(define (link k v l r)
  (cond ((not l) (add-first k v r))
        ((not r) (add-last k v l))
        ((< (* 3 (size l)) (size r)) (balance (key r) (value r) (link k v l (left r)) (right r)))
        ((< (* 3 (size r)) (size l)) (balance (key l) (value l) (left l) (link k v (right l) r)))
        (else (join k v l r))))

(define (add-first k v t)
  (if t (balance (key t) (value t) (add-first k v (left t)) (right t)) (join k v #f #f)))
(define (add-last k v t)
  (if t (balance (key t) (value t) (left t) (add-last k v (right t))) (join k v #f #f)))

(define (first-node t) (if (left t) (first-node (left t)) t))
(define (last-node t) (if (right t) (last-node (right t)) t))
(define (without-first t)
  (if (left t)
      (balance (key t) (value t) (without-first (left t)) (right t))
      (right t)))

;; All of `l`, then all of `r`.
(define (append-trees l r)
  (cond ((not l) r)
        ((not r) l)
        (else (let ((first (first-node r))) (link (key first) (value first) l (without-first r))))))

(define (find-node t k less?)
  (let loop ((t t))
    (cond ((not t) #f)
          ((less? k (key t)) (loop (left t)))
          ((less? (key t) k) (loop (right t)))
          (else t))))

(define (insert t k v less?)
  (let loop ((t t))
    (cond ((not t) (join k v #f #f))
          ((less? k (key t)) (balance (key t) (value t) (loop (left t)) (right t)))
          ((less? (key t) k) (balance (key t) (value t) (left t) (loop (right t))))
          (else (make-node k v (node-size t) (left t) (right t))))))

(define (delete t k less?)
  (let loop ((t t))
    (cond ((not t) #f)
          ((less? k (key t)) (balance (key t) (value t) (loop (left t)) (right t)))
          ((less? (key t) k) (balance (key t) (value t) (left t) (loop (right t))))
          (else (append-trees (left t) (right t))))))

;; Three values: the tree of what is less than `k`, the node of `k` or #f, and the tree of what is greater.
(define (split t k less?)
  (cond ((not t) (values #f #f #f))
        ((less? k (key t))
         (let-values (((l node r) (split (left t) k less?)))
           (values l node (link (key t) (value t) r (right t)))))
        ((less? (key t) k)
         (let-values (((l node r) (split (right t) k less?)))
           (values (link (key t) (value t) (left t) l) node r)))
        (else (values (left t) t (right t)))))

(define (fold-tree f result t)
  (if t
      (fold-tree f (f (key t) (value t) (fold-tree f result (left t))) (right t))
      result))
(define (fold-tree/reverse f result t)
  (if t
      (fold-tree/reverse f (f (key t) (value t) (fold-tree/reverse f result (right t))) (left t))
      result))

(define (filter-tree keep? t)
  (and t
       (let* ((l (filter-tree keep? (left t))) (keep (keep? (key t) (value t))) (r (filter-tree keep? (right t))))
         (cond ((not keep) (append-trees l r))
               ((and (eq? l (left t)) (eq? r (right t))) t)
               (else (link (key t) (value t) l r))))))

;; The tree of the nodes of `a` whose keys `b` does not have, if `first?`, and of those whose keys it has, if `both?`;
;; and of the nodes of `b` whose keys `a` does not have, if `second?`.
(define (merge-trees a b less? first? both? second?)
  (cond ((not a) (and second? b))
        ((not b) (and first? a))
        (else
         (let*-values (((below node above) (split b (key a) less?))
                       ((l) (merge-trees (left a) below less? first? both? second?))
                       ((r) (merge-trees (right a) above less? first? both? second?)))
           (if (if node both? first?)
               (link (key a) (value a) l r)
               (append-trees l r))))))

;; --- constructors --------------------------------------------------------------------------------------

(define (check who argument x)
  (if (not (mapping? x)) (%raise-type who argument "a mapping" x)))

(define (check-same who first rest)
  (check who 1 first)
  (let loop ((l rest) (i 2))
    (if (pair? l)
        (begin
          (check who i (car l))
          (if (not (eq? (comparator-of first) (comparator-of (car l))))
              (%raise 'type who "mappings with different comparators cannot be combined:" first (car l)))
          (loop (cdr l) (+ i 1))))))

(define (order-of m) (comparator-ordering-predicate (comparator-of m)))
(define (with-tree m t) (if (eq? t (tree m)) m (make-mapping (comparator-of m) t)))

(define (empty who comparator)
  (if (not (comparator? comparator)) (%raise-type who 1 "a comparator" comparator))
  (if (not (comparator-ordered? comparator)) (%raise 'type who "this comparator has no order:" comparator))
  (make-mapping comparator #f))

;; Give `m` the keys and values of a list; of equal keys the first counts, or the last.
(define (add-entries who m entries first?)
  (let ((less? (order-of m)))
    (let loop ((l entries) (t (tree m)))
      (cond ((null? l) (with-tree m t))
            ((null? (cdr l)) (%raise 'arity who "a key has no value:" (car l)))
            ((and first? (find-node t (car l) less?)) (loop (cddr l) t))
            (else (loop (cddr l) (insert t (car l) (cadr l) less?)))))))

(define (mapping comparator . entries)
  "(mapping comparator key value ...)
A new mapping of these entries; of equal keys the first counts.  The same as mapping/ordered."
  (add-entries 'mapping (empty 'mapping comparator) entries #t))

(define (mapping-unfold stop? mapper successor seed comparator)
  "(mapping-unfold stop? mapper successor seed comparator)
A new mapping of the keys and values that MAPPER returns for SEED, (SUCCESSOR SEED) and so on until STOP? accepts one.
The same as mapping-unfold/ordered."
  (let loop ((seed seed) (m (empty 'mapping-unfold comparator)))
    (if (stop? seed)
        m
        (let-values (((k v) (mapper seed)))
          (loop (successor seed) (mapping-adjoin m k v))))))

(define (alist->mapping comparator alist)
  "(alist->mapping comparator alist)
A new mapping of the pairs of ALIST; of equal keys the first counts.  The same as alist->mapping/ordered."
  (alist->mapping! (empty 'alist->mapping comparator) alist))
(define (alist->mapping! m alist)
  "(alist->mapping! mapping alist)
MAPPING with the pairs of ALIST whose keys it does not have.  The same as alist->mapping/ordered!."
  (check 'alist->mapping! 1 m)
  (let ((less? (order-of m)))
    (let loop ((l alist) (t (tree m)))
      (cond ((null? l) (with-tree m t))
            ((not (and (pair? l) (pair? (car l)))) (%raise-type 'alist->mapping 2 "a list of pairs" alist))
            ((find-node t (car (car l)) less?) (loop (cdr l) t))
            (else (loop (cdr l) (insert t (car (car l)) (cdr (car l)) less?)))))))
(define (mapping-copy m)
  "(mapping-copy mapping)\nMAPPING itself, for it cannot change."
  (check 'mapping-copy 1 m)
  m)

;; --- asking --------------------------------------------------------------------------------------------

(define (mapping-contains? m k)
  "(mapping-contains? mapping key)\nHas MAPPING an entry for KEY?"
  (check 'mapping-contains? 1 m)
  (and (find-node (tree m) k (order-of m)) #t))
(define (mapping-empty? m)
  "(mapping-empty? mapping)\nHas MAPPING no entries?"
  (check 'mapping-empty? 1 m)
  (not (tree m)))
(define (mapping-disjoint? a b)
  "(mapping-disjoint? mapping-1 mapping-2)\nHave the two no key in common?"
  (check-same 'mapping-disjoint? a (list b))
  (not (merge-trees (tree a) (tree b) (order-of a) #f #t #f)))
(define (mapping-key-comparator m)
  "(mapping-key-comparator mapping)\nThe comparator of the keys of MAPPING."
  (check 'mapping-key-comparator 1 m)
  (comparator-of m))

(define mapping-ref
  (case-lambda
    ((m k)
     "(mapping-ref mapping key [failure [success]])
The value of KEY in MAPPING, given to SUCCESS if there is one; without an entry FAILURE is called, or an error raised."
     (mapping-ref m k (lambda () (%raise 'range 'mapping-ref "there is no entry for the key" k))))
    ((m k failure) (mapping-ref m k failure (lambda (v) v)))
    ((m k failure success)
     (check 'mapping-ref 1 m)
     (let ((node (find-node (tree m) k (order-of m))))
       (if node (success (value node)) (failure))))))
(define (mapping-ref/default m k default)
  "(mapping-ref/default mapping key default)\nThe value of KEY in MAPPING, or DEFAULT."
  (check 'mapping-ref/default 1 m)
  (let ((node (find-node (tree m) k (order-of m))))
    (if node (value node) default)))

(define (mapping-size m)
  "(mapping-size mapping)\nThe number of entries of MAPPING."
  (check 'mapping-size 1 m)
  (size (tree m)))

;; --- updating ------------------------------------------------------------------------------------------

(define (mapping-adjoin m . entries)
  "(mapping-adjoin mapping key value ...)\nMAPPING with the entries whose keys it does not have."
  (check 'mapping-adjoin 1 m)
  (add-entries 'mapping-adjoin m entries #t))
(define (mapping-set m . entries)
  "(mapping-set mapping key value ...)\nMAPPING with these entries, in place of those of equal keys."
  (check 'mapping-set 1 m)
  (add-entries 'mapping-set m entries #f))
(define (mapping-replace m k v)
  "(mapping-replace mapping key value)\nMAPPING with VALUE as the value of KEY, if it has that."
  (check 'mapping-replace 1 m)
  (if (find-node (tree m) k (order-of m)) (mapping-set m k v) m))
(define (mapping-delete-all m keys)
  "(mapping-delete-all mapping keys)\nMAPPING without the entries of the list KEYS."
  (check 'mapping-delete-all 1 m)
  (let ((less? (order-of m)))
    (let loop ((l keys) (t (tree m)))
      (cond ((null? l) (with-tree m t))
            ((find-node t (car l) less?) (loop (cdr l) (delete t (car l) less?)))
            (else (loop (cdr l) t))))))
(define (mapping-delete m . keys)
  "(mapping-delete mapping key ...)\nMAPPING without the entries of the KEYs."
  (mapping-delete-all m keys))

(define (mapping-intern m k failure)
  "(mapping-intern mapping key failure)
Two values: MAPPING, with FAILURE's result as the value of KEY if it had none, and that value."
  (check 'mapping-intern 1 m)
  (let ((node (find-node (tree m) k (order-of m))))
    (if node
        (values m (value node))
        (let ((v (failure)))
          (values (mapping-set m k v) v)))))

(define mapping-update
  (case-lambda
    ((m k update)
     "(mapping-update mapping key update [failure [success]])
MAPPING with UPDATE's result for the value of KEY, which is found as mapping-ref does."
     (mapping-set m k (update (mapping-ref m k))))
    ((m k update failure) (mapping-set m k (update (mapping-ref m k failure))))
    ((m k update failure success) (mapping-set m k (update (mapping-ref m k failure success))))))
(define (mapping-update/default m k update default)
  "(mapping-update/default mapping key update default)
MAPPING with UPDATE's result for the value of KEY, or for DEFAULT."
  (mapping-set m k (update (mapping-ref/default m k default))))

(define mapping-pop
  (case-lambda
    ((m)
     "(mapping-pop mapping [failure])
Three values: MAPPING without its first entry, its key and its value.  If it is empty FAILURE is called, or an error
raised."
     (mapping-pop m (lambda () (%raise-type 'mapping-pop 1 "a mapping that is not empty" m))))
    ((m failure)
     (check 'mapping-pop 1 m)
     (if (tree m)
         (let ((first (first-node (tree m))))
           (values (with-tree m (without-first (tree m))) (key first) (value first)))
         (failure)))))

(define (mapping-search m k failure success)
  "(mapping-search mapping key failure success)
If MAPPING has no KEY call FAILURE with procedures (insert value x) and (ignore x), otherwise SUCCESS with key, value
and procedures (update key value x) and (remove x).  They return two values: the new mapping and x."
  (check 'mapping-search 1 m)
  (let* ((less? (order-of m)) (node (find-node (tree m) k less?)))
    (if node
        (success (key node) (value node)
                 (lambda (new-key new-value x)
                   (values (with-tree m (insert (delete (tree m) k less?) new-key new-value less?)) x))
                 (lambda (x) (values (with-tree m (delete (tree m) k less?)) x)))
        (failure (lambda (v x) (values (mapping-set m k v) x))
                 (lambda (x) (values m x))))))

;; --- the whole -----------------------------------------------------------------------------------------

(define (mapping-fold f init m)
  "(mapping-fold procedure init mapping)\nCall PROCEDURE with key, value and its last result, INIT at first, in order."
  (check 'mapping-fold 3 m)
  (fold-tree f init (tree m)))
(define (mapping-fold/reverse f init m)
  "(mapping-fold/reverse procedure init mapping)\nLike mapping-fold, from the last key to the first."
  (check 'mapping-fold/reverse 3 m)
  (fold-tree/reverse f init (tree m)))
(define (mapping-for-each f m)
  "(mapping-for-each procedure mapping)\nCall PROCEDURE with key and value of each entry in order."
  (check 'mapping-for-each 2 m)
  (fold-tree (lambda (k v ignored) (f k v) ignored) #f (tree m)))

;; The first node in order that `accept?` accepts, or #f.
(define (search-tree accept? t)
  (and t
       (or (search-tree accept? (left t))
           (and (accept? (key t) (value t)) t)
           (search-tree accept? (right t)))))

(define (mapping-find accept? m failure)
  "(mapping-find accept? mapping failure)
Two values: the first key and value that ACCEPT? accepts; otherwise FAILURE is called."
  (check 'mapping-find 2 m)
  (let ((node (search-tree accept? (tree m))))
    (if node (values (key node) (value node)) (failure))))
(define (mapping-count accept? m)
  "(mapping-count accept? mapping)\nHow many entries of MAPPING does ACCEPT? accept?"
  (check 'mapping-count 2 m)
  (fold-tree (lambda (k v n) (if (accept? k v) (+ n 1) n)) 0 (tree m)))
(define (mapping-any? accept? m)
  "(mapping-any? accept? mapping)\nDoes ACCEPT? accept an entry of MAPPING?"
  (check 'mapping-any? 2 m)
  (and (search-tree accept? (tree m)) #t))
(define (mapping-every? accept? m)
  "(mapping-every? accept? mapping)\nDoes ACCEPT? accept all entries of MAPPING?"
  (check 'mapping-every? 2 m)
  (not (search-tree (lambda (k v) (not (accept? k v))) (tree m))))

(define (mapping-map->list f m)
  "(mapping-map->list procedure mapping)\nThe list of PROCEDURE's results for key and value, in order."
  (check 'mapping-map->list 2 m)
  (reverse (fold-tree (lambda (k v l) (cons (f k v) l)) '() (tree m))))
(define (mapping-keys m)
  "(mapping-keys mapping)\nThe list of the keys, in order."
  (mapping-map->list (lambda (k v) k) m))
(define (mapping-values m)
  "(mapping-values mapping)\nThe list of the values, in order of their keys."
  (mapping-map->list (lambda (k v) v) m))
(define (mapping-entries m)
  "(mapping-entries mapping)\nTwo values: the lists of the keys and of their values, in order."
  (values (mapping-keys m) (mapping-values m)))
(define (mapping->alist m)
  "(mapping->alist mapping)\nThe list of the pairs (key . value), in order."
  (mapping-map->list cons m))

(define (mapping-map f comparator m)
  "(mapping-map procedure comparator mapping)
A new mapping of the keys and values that PROCEDURE returns for each entry."
  (check 'mapping-map 3 m)
  (fold-tree (lambda (k v result)
               (let-values (((k v) (f k v)))
                 (mapping-set result k v)))
             (empty 'mapping-map comparator) (tree m)))
(define (mapping-map/monotone f comparator m)
  "(mapping-map/monotone procedure comparator mapping)
Like mapping-map, when the new keys are in the order of the old ones; linear."
  (check 'mapping-map/monotone 3 m)
  (make-mapping comparator
                (let loop ((t (tree m)))
                  (and t
                       (let* ((l (loop (left t))))
                         (let-values (((k v) (f (key t) (value t))))
                           (make-node k v (node-size t) l (loop (right t)))))))))

(define (mapping-filter keep? m)
  "(mapping-filter keep? mapping)\nMAPPING without the entries that KEEP? does not accept."
  (check 'mapping-filter 2 m)
  (with-tree m (filter-tree keep? (tree m))))
(define (mapping-remove drop? m)
  "(mapping-remove drop? mapping)\nMAPPING without the entries that DROP? accepts."
  (mapping-filter (lambda (k v) (not (drop? k v))) m))
(define (mapping-partition keep? m)
  "(mapping-partition keep? mapping)\nTwo mappings: of the entries that KEEP? accepts, and of the others."
  (values (mapping-filter keep? m) (mapping-remove keep? m)))

;; --- comparing and combining ---------------------------------------------------------------------------

;; Has `b` all entries of `a`?
(define (part? same? a b)
  (let ((less? (order-of a)))
    (and (<= (size (tree a)) (size (tree b)))
         (not (search-tree (lambda (k v)
                             (let ((node (find-node (tree b) k less?)))
                               (not (and node (same? v (value node))))))
                           (tree a))))))

(define (chain? who holds? comparator first rest)
  (if (not (comparator? comparator)) (%raise-type who 1 "a comparator" comparator))
  (check-same who first rest)
  (let ((same? (comparator-equality-predicate comparator)))
    (let loop ((a first) (rest rest))
      (or (null? rest)
          (and (holds? same? a (car rest)) (loop (car rest) (cdr rest)))))))

(define (equal-mappings? same? a b) (and (part? same? a b) (= (size (tree a)) (size (tree b)))))
(define (proper-part? same? a b) (and (part? same? a b) (< (size (tree a)) (size (tree b)))))

(define (mapping=? comparator m . more)
  "(mapping=? value-comparator mapping-1 mapping-2 ...)\nHave all the same entries?"
  (chain? 'mapping=? equal-mappings? comparator m more))
(define (mapping<? comparator m . more)
  "(mapping<? value-comparator mapping-1 mapping-2 ...)\nAre the entries of each some, but not all, of the next?"
  (chain? 'mapping<? proper-part? comparator m more))
(define (mapping>? comparator m . more)
  "(mapping>? value-comparator mapping-1 mapping-2 ...)\nHas each all entries of the next, and more?"
  (chain? 'mapping>? (lambda (same? a b) (proper-part? same? b a)) comparator m more))
(define (mapping<=? comparator m . more)
  "(mapping<=? value-comparator mapping-1 mapping-2 ...)\nHas each next one all entries?"
  (chain? 'mapping<=? part? comparator m more))
(define (mapping>=? comparator m . more)
  "(mapping>=? value-comparator mapping-1 mapping-2 ...)\nHas each all entries of the next?"
  (chain? 'mapping>=? (lambda (same? a b) (part? same? b a)) comparator m more))

(define (merge-all who m more first? both? second?)
  (check-same who m more)
  (let ((less? (order-of m)))
    (let loop ((t (tree m)) (l more))
      (if (null? l)
          (with-tree m t)
          (loop (merge-trees t (tree (car l)) less? first? both? second?) (cdr l))))))

(define (mapping-union m . more)
  "(mapping-union mapping-1 mapping-2 ...)\nAll entries; of equal keys that of the first mapping that has it."
  (merge-all 'mapping-union m more #t #t #t))
(define (mapping-intersection m . more)
  "(mapping-intersection mapping-1 mapping-2 ...)\nThe entries of the first whose keys all others have."
  (merge-all 'mapping-intersection m more #f #t #f))
(define (mapping-difference m . more)
  "(mapping-difference mapping-1 mapping-2 ...)\nThe entries of the first whose keys no other has."
  (merge-all 'mapping-difference m more #t #f #f))
(define (mapping-xor a b)
  "(mapping-xor mapping-1 mapping-2)\nThe entries whose keys only one has."
  (merge-all 'mapping-xor a (list b) #t #f #t))

;; --- order ---------------------------------------------------------------------------------------------

(define (end-node who m find)
  (check who 1 m)
  (if (tree m) (find (tree m)) (%raise-type who 1 "a mapping that is not empty" m)))
(define (mapping-min-key m)
  "(mapping-min-key mapping)\nThe first key."
  (key (end-node 'mapping-min-key m first-node)))
(define (mapping-max-key m)
  "(mapping-max-key mapping)\nThe last key."
  (key (end-node 'mapping-max-key m last-node)))
(define (mapping-min-value m)
  "(mapping-min-value mapping)\nThe value of the first key."
  (value (end-node 'mapping-min-value m first-node)))
(define (mapping-max-value m)
  "(mapping-max-value mapping)\nThe value of the last key."
  (value (end-node 'mapping-max-value m last-node)))

(define (mapping-key-predecessor m x failure)
  "(mapping-key-predecessor mapping x failure)\nThe last key less than X, or FAILURE's result."
  (check 'mapping-key-predecessor 1 m)
  (let ((less? (order-of m)))
    (let loop ((t (tree m)) (best #f))
      (cond ((not t) (if best (key best) (failure)))
            ((less? (key t) x) (loop (right t) t))
            (else (loop (left t) best))))))
(define (mapping-key-successor m x failure)
  "(mapping-key-successor mapping x failure)\nThe first key greater than X, or FAILURE's result."
  (check 'mapping-key-successor 1 m)
  (let ((less? (order-of m)))
    (let loop ((t (tree m)) (best #f))
      (cond ((not t) (if best (key best) (failure)))
            ((less? x (key t)) (loop (left t) t))
            (else (loop (right t) best))))))

;; (choose below node above) makes the tree of the answer.
(define (range who m x choose)
  (check who 1 m)
  (let-values (((below node above) (split (tree m) x (order-of m))))
    (with-tree m (choose below node above))))
(define (alone node) (and node (join (key node) (value node) #f #f)))
(define (with-last t node) (if node (add-last (key node) (value node) t) t))
(define (with-first t node) (if node (add-first (key node) (value node) t) t))

(define (mapping-range= m x)
  "(mapping-range= mapping x)\nThe entry of MAPPING whose key is equal to X, in a mapping."
  (range 'mapping-range= m x (lambda (below node above) (alone node))))
(define (mapping-range< m x)
  "(mapping-range< mapping x)\nThe entries of MAPPING whose keys are less than X."
  (range 'mapping-range< m x (lambda (below node above) below)))
(define (mapping-range> m x)
  "(mapping-range> mapping x)\nThe entries of MAPPING whose keys are greater than X."
  (range 'mapping-range> m x (lambda (below node above) above)))
(define (mapping-range<= m x)
  "(mapping-range<= mapping x)\nThe entries of MAPPING whose keys are not greater than X."
  (range 'mapping-range<= m x (lambda (below node above) (with-last below node))))
(define (mapping-range>= m x)
  "(mapping-range>= mapping x)\nThe entries of MAPPING whose keys are not less than X."
  (range 'mapping-range>= m x (lambda (below node above) (with-first above node))))
(define (mapping-split m x)
  "(mapping-split mapping x)\nFive mappings: of the keys less than X, not greater, equal, not less, greater."
  (check 'mapping-split 1 m)
  (let-values (((below node above) (split (tree m) x (order-of m))))
    (values (with-tree m below)
            (with-tree m (with-last below node))
            (with-tree m (alone node))
            (with-tree m (with-first above node))
            (with-tree m above))))

(define (mapping-catenate comparator a k v b)
  "(mapping-catenate comparator mapping-1 key value mapping-2)
The entries of MAPPING-1, then KEY, then those of MAPPING-2, in logarithmic time; an error if that is no order."
  (check 'mapping-catenate 2 a)
  (check 'mapping-catenate 5 b)
  (let ((less? (order-of (empty 'mapping-catenate comparator))))
    (if (or (and (tree a) (not (less? (mapping-max-key a) k)))
            (and (tree b) (not (less? k (mapping-min-key b)))))
        (%raise 'range 'mapping-catenate "the keys are not in order around" k))
    (make-mapping comparator (link k v (tree a) (tree b)))))

;; --- comparators ---------------------------------------------------------------------------------------

(define (make-mapping-comparator value-comparator)
  "(make-mapping-comparator value-comparator)
A comparator of mappings of one key comparator: by size, then entry by entry in order, key first."
  (make-comparator
   mapping?
   (lambda (a b) (mapping=? value-comparator a b))
   (and (comparator-ordered? value-comparator)
        (lambda (a b) (entries-less? (order-of a) value-comparator (mapping->alist a) (mapping->alist b))))
   (and (comparator-hashable? value-comparator)
        (lambda (m)
          (let ((key-hash (comparator-hash-function (comparator-of m)))
                (value-hash (comparator-hash-function value-comparator)))
            (mapping-fold (lambda (k v sum)
                            (modulo (+ (* 31 sum) (modulo (key-hash k) 1048573) (modulo (value-hash v) 1048573))
                                    8388593))
                          1 m))))))

(define (entries-less? key<? value-comparator a b)
  (let ((n (length a)) (m (length b)))
    (if (= n m)
        (let loop ((a a) (b b))
          (and (pair? a)
               (let ((x (car a)) (y (car b)))
                 (cond ((key<? (car x) (car y)) #t)
                       ((key<? (car y) (car x)) #f)
                       ((<? value-comparator (cdr x) (cdr y)) #t)
                       ((=? value-comparator (cdr x) (cdr y)) (loop (cdr a) (cdr b)))
                       (else #f)))))
        (< n m))))

(define mapping-comparator (make-mapping-comparator (make-default-comparator)))
(comparator-register-default! mapping-comparator)
