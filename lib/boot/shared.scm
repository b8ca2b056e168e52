;;; What all processes may change: cells and hash tables of the commons.
;;;
;;; Whatever they hold is shared.  No process can leave them half changed, wherever it is interrupted or killed: each change is one
;;; store into one cell.

(define-record-type shared-cell
  (%no-shared-cell content waiting n-waiting prune-at)
  shared-cell?
  (content %cell-content)
  (waiting %cell-waiting)
  (n-waiting %cell-n-waiting)
  (prune-at %cell-prune-at))

(define (%check-cell who x)
  (if (not (shared-cell? x)) (%raise-type who 1 "a shared cell" x)))

(define (make-shared-cell value)
  "(make-shared-cell value)
A cell that every process may read and change; VALUE, and all that it will hold, has to be shared: see share."
  (%make-shared-cell shared-cell value))

(define (shared-cell-ref cell)
  "(shared-cell-ref cell)\nWhat the shared CELL holds."
  (%check-cell 'shared-cell-ref cell)
  (%cell-content cell))

(define (shared-cell-set! cell value)
  "(shared-cell-set! cell value)\nLet the shared CELL hold VALUE, which has to be shared. Who waits for a change goes on."
  (%check-cell 'shared-cell-set! cell)
  (%shared-cell-set! cell value))

(define (shared-cell-compare-and-swap! cell old new)
  "(shared-cell-compare-and-swap! cell old new)
Let the shared CELL hold NEW if it holds OLD (by eq?); whether it did. Nobody can come between."
  (%check-cell 'shared-cell-compare-and-swap! cell)
  (%shared-cell-swap! cell old new))

(define (shared-cell-update! cell procedure)
  "(shared-cell-update! cell procedure)
Let the shared CELL hold (PROCEDURE old), which has to be shared, and return that. PROCEDURE is called again if somebody else changes
the cell meanwhile."
  (%check-cell 'shared-cell-update! cell)
  (%check-procedure 'shared-cell-update! 2 procedure)
  (let loop ()
    (let* ((old (%cell-content cell)) (new (procedure old)))
      (if (%shared-cell-swap! cell old new) new (loop)))))

(define shared-cell-wait
  (case-lambda
    ((cell old)
     "(shared-cell-wait cell old [timeout [default]])
Wait until the shared CELL holds something else than OLD (by eq?), and return that; DEFAULT, at first #f, after TIMEOUT seconds."
     (shared-cell-wait cell old #f #f))
    ((cell old timeout) (shared-cell-wait cell old timeout #f))
    ((cell old timeout default)
     (%check-cell 'shared-cell-wait cell)
     (%shared-cell-wait cell old (%deadline 'shared-cell-wait 3 timeout) default))))

(define (shared-statistics)
  "(shared-statistics)
Figures of what is shared by all processes, an association list: bytes-held in pages, bytes-live as the last collection found them,
bytes-allocated so far, collections so far, and bytes-charged, what of it this process is charged for. A collection goes by steps: steps so
far, and for how many microseconds they stopped whoever ran, step-total-us and the longest, step-longest-us."
  (map cons '(bytes-held bytes-live bytes-allocated collections bytes-charged steps step-total-us step-longest-us)
       (%commons-figures)))

;; What it refers to is numbers to the collector (gc/commons_weak.c).
(define-record-type weak-shared-cell
  (%no-weak-shared-cell place tag next)
  weak-shared-cell?
  (place %weak-place)
  (tag %weak-tag)
  (next %weak-next))

(define (make-weak-shared-cell object)
  "(make-weak-shared-cell object)
A cell that every process may refer to, and that does not keep OBJECT, which has to be shared: when nobody refers to that otherwise, it goes."
  (%make-weak-shared-cell weak-shared-cell object))

(define (weak-shared-cell-ref cell)
  "(weak-shared-cell-ref cell)\nWhat the weak CELL refers to, or #f if that is gone."
  (if (not (weak-shared-cell? cell)) (%raise-type 'weak-shared-cell-ref 1 "a weak shared cell" cell))
  (%weak-shared-cell-ref cell))

;; --- hash tables ---------------------------------------------------------------------------------------------
;;
;; A cell holds the root of a hash array mapped trie (Bagwell, "Ideal hash trees", 2001) that nobody changes: a change makes the nodes on
;; the path anew.  A node is a vector of 16; an element is #f, a node, or a leaf: a list of pairs of key and value.

(define-record-type shared-hash-table (%make-shared-table root) shared-hash-table? (root %table-root))

(define %trie-bits 4)
(define %trie-width 16)
(define %leaf-most 4)
(define %trie-depth-most 6)

(define (make-shared-hash-table)
  "(make-shared-hash-table)
A hash table that every process may read and change. Keys are compared by equal?; keys and values have to be shared."
  (share (%make-shared-table (make-shared-cell (share (cons 0 #f))))))

(define (%check-shared-table who x)
  (if (not (shared-hash-table? x)) (%raise-type who 1 "a shared hash table" x)))

(define (%check-shared who argument x)
  (if (not (shared? x))
      (%raise 'type who
              (string-append "argument " (number->string argument) " belongs to this process alone; share it first:") x)))

(define (%digit hash depth)
  (bitwise-and (arithmetic-shift hash (- (* %trie-bits depth))) (- %trie-width 1)))

(define (%find-pair trie hash depth key)
  (cond ((vector? trie) (%find-pair (vector-ref trie (%digit hash depth)) hash (+ depth 1) key))
        ((pair? trie) (assoc key trie))
        (else #f)))

(define (%with-element trie i x)
  (let ((v (vector-copy trie)))
    (vector-set! v i x)
    (share v)))

(define (%leaf-without leaf key)
  (cond ((null? leaf) '())
        ((equal? (caar leaf) key) (cdr leaf))
        (else (cons (car leaf) (%leaf-without (cdr leaf) key)))))

;; The trie with this pair of key and value, which has no other one of that key then.
(define (%trie-with trie hash depth pair)
  (cond ((vector? trie)
         (let ((i (%digit hash depth)))
           (%with-element trie i (%trie-with (vector-ref trie i) hash (+ depth 1) pair))))
        ((not trie) (share (list pair)))
        (else
         (let ((leaf (cons pair (%leaf-without trie (car pair)))))
           (if (and (> (length leaf) %leaf-most) (< depth %trie-depth-most))
               (let loop ((l leaf) (node (share (make-vector %trie-width #f))))
                 (if (null? l) node (loop (cdr l) (%trie-with node (equal-hash (caar l)) depth (car l)))))
               (share leaf))))))

(define (%trie-without trie hash depth key)
  (cond ((vector? trie)
         (let ((i (%digit hash depth)))
           (%with-element trie i (%trie-without (vector-ref trie i) hash (+ depth 1) key))))
        (else
         (let ((leaf (%leaf-without trie key)))
           (and (pair? leaf) (share leaf))))))

(define (%table-pair who table key)
  (%check-shared-table who table)
  (%find-pair (cdr (%cell-content (%table-root table))) (equal-hash key) 0 key))

(define shared-hash-table-ref
  (case-lambda
    ((table key)
     "(shared-hash-table-ref table key [default])\nWhat KEY has in the shared TABLE, or DEFAULT; an error if there is neither."
     (let ((pair (%table-pair 'shared-hash-table-ref table key)))
       (if pair (cdr pair) (%raise 'range 'shared-hash-table-ref "the table has no such key:" key))))
    ((table key default)
     (let ((pair (%table-pair 'shared-hash-table-ref table key)))
       (if pair (cdr pair) default)))))

(define (shared-hash-table-set! table key value)
  "(shared-hash-table-set! table key value)\nLet KEY have VALUE in the shared TABLE; both have to be shared."
  (%check-shared-table 'shared-hash-table-set! table)
  (%check-shared 'shared-hash-table-set! 2 key)
  (%check-shared 'shared-hash-table-set! 3 value)
  (let ((pair (share (cons key value))) (hash (equal-hash key)))
    (shared-cell-update! (%table-root table)
                         (lambda (root) (%root-with root hash pair (%find-pair (cdr root) hash 0 key))))
    (if #f #f)))

;; `old` is the pair that the key had before, or #f.
(define (%root-with root hash pair old)
  (share (cons (if old (car root) (+ (car root) 1)) (%trie-with (cdr root) hash 0 pair))))

(define (shared-hash-table-update! table key procedure default)
  "(shared-hash-table-update! table key procedure default)
Let KEY have (PROCEDURE value) in the shared TABLE, value being what it has, or DEFAULT; returns that. Nobody can come between: PROCEDURE is called
again if somebody changes the table meanwhile."
  (%check-shared-table 'shared-hash-table-update! table)
  (%check-shared 'shared-hash-table-update! 2 key)
  (%check-procedure 'shared-hash-table-update! 3 procedure)
  (let ((cell (%table-root table)) (hash (equal-hash key)))
    (let loop ()
      (let* ((root (%cell-content cell))
             (pair (%find-pair (cdr root) hash 0 key))
             (value (procedure (if pair (cdr pair) default))))
        (%check-shared 'shared-hash-table-update! 3 value)
        (if (%shared-cell-swap! cell root (%root-with root hash (share (cons key value)) pair))
            value
            (loop))))))

(define (shared-hash-table-delete! table key)
  "(shared-hash-table-delete! table key)\nTake KEY out of the shared TABLE; whether it was there."
  (%check-shared-table 'shared-hash-table-delete! table)
  (let ((cell (%table-root table)) (hash (equal-hash key)))
    (let loop ()
      (let ((root (%cell-content cell)))
        (cond ((not (%find-pair (cdr root) hash 0 key)) #f)
              ((%shared-cell-swap! cell root (share (cons (- (car root) 1) (%trie-without (cdr root) hash 0 key)))) #t)
              (else (loop)))))))

(define (shared-hash-table-size table)
  "(shared-hash-table-size table)\nHow many keys the shared TABLE has."
  (%check-shared-table 'shared-hash-table-size table)
  (car (%cell-content (%table-root table))))

(define (shared-hash-table->alist table)
  "(shared-hash-table->alist table)\nPairs of the keys and values of the shared TABLE, all of one moment, in no order."
  (%check-shared-table 'shared-hash-table->alist table)
  (let loop ((trie (cdr (%cell-content (%table-root table)))) (found '()))
    (cond ((pair? trie) (append trie found))
          ((vector? trie)
           (let each ((i 0) (found found))
             (if (= i %trie-width) found (each (+ i 1) (loop (vector-ref trie i) found)))))
          (else found))))
