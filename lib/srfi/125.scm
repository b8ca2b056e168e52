;;; The body of (srfi 125).
;;;
;;; %table-entries makes a vector of keys and values by turns, so whoever walks over it may change the table.

(define (hash-table comparator . entries)
  "(hash-table comparator key value ...)\nA new hash table with these entries; of equal keys the last counts."
  (let ((table (make-hash-table comparator)))
    (apply hash-table-set! table entries)
    table))

(define (hash-table-unfold stop? mapper successor seed . options)
  "(hash-table-unfold stop? mapper successor seed comparator ...)
A new hash table with the key and value that MAPPER returns for SEED, (SUCCESSOR SEED) and so on until STOP? accepts
one."
  (let ((table (apply make-hash-table options)))
    (let loop ((seed seed))
      (if (stop? seed)
          table
          (call-with-values
           (lambda () (mapper seed))
           (lambda (key value)
             (%table-set! table key value)
             (loop (successor seed))))))))

(define (hash-table=? value-comparator a b)
  "(hash-table=? value-comparator table-1 table-2)
Have the two tables the same keys, and values that VALUE-COMPARATOR (or an equality) finds equal?"
  (let ((same? (if (procedure? value-comparator)
                   value-comparator
                   (comparator-equality-predicate value-comparator))))
    (and (= (%table-count a) (%table-count b))
         (let* ((entries (%table-entries a)) (n (vector-length entries)))
           (let loop ((i 0))
             (or (= i n)
                 (let ((other (%table-ref b (vector-ref entries i) %no-entry)))
                   (and (not (eq? other %no-entry))
                        (same? (vector-ref entries (+ i 1)) other)
                        (loop (+ i 2))))))))))

(define (hash-table-mutable? table)
  "(hash-table-mutable? table)\n#t: all hash tables can be changed."
  (%check-table 'hash-table-mutable? 1 table)
  #t)

(define (hash-table-pop! table)
  "(hash-table-pop! table)\nTake the last entry out of TABLE, which must have one, and return its key and value."
  (let* ((key (%table-last table)) (value (%table-ref table key #f)))
    (%table-delete! table key)
    (values key value)))

(define (hash-table-entries table)
  "(hash-table-entries table)\nTwo values: the list of the keys of TABLE, and that of their values in the same order."
  (values (hash-table-keys table) (hash-table-values table)))

(define (hash-table-find accept? table fail)
  "(hash-table-find procedure table fail)
The first result of PROCEDURE for key and value of an entry that is not #f, otherwise that of calling FAIL."
  (if (procedure? accept?)
      (let* ((entries (%table-entries table)) (n (vector-length entries)))
        (let loop ((i 0))
          (if (= i n)
              (fail)
              (or (accept? (vector-ref entries i) (vector-ref entries (+ i 1)))
                  (loop (+ i 2))))))
      (hash-table-find table accept? fail)))

(define (hash-table-map f comparator table)
  "(hash-table-map procedure comparator table)
A new hash table of COMPARATOR with the keys of TABLE and PROCEDURE's results for their values."
  (%check-procedure 'hash-table-map 1 f)
  (%check-table 'hash-table-map 3 table)
  (let ((result (make-hash-table comparator)))
    (hash-table-walk table (lambda (key value) (%table-set! result key (f value))))
    result))

(define (hash-table-map->list f table)
  "(hash-table-map->list procedure table)\nThe list of PROCEDURE's results for key and value of each entry of TABLE."
  (%check-procedure 'hash-table-map->list 1 f)
  (%check-table 'hash-table-map->list 2 table)
  (%table-fold table (lambda (key value results) (cons (f key value) results)) '()))

(define (hash-table-empty-copy table . ignored)
  "(hash-table-empty-copy table)\nA new hash table without entries that compares keys as TABLE does."
  (let ((kind (%checked-table-kind 'hash-table-empty-copy table)))
    (if (< kind 4)
        (%make-table (+ kind (%table-weakness table)))
        (%make-custom-table (%custom-procedures table) (%table-weakness table)))))

;; --- tables as sets ------------------------------------------------------------------------------------

(define (hash-table-union! table other)
  "(hash-table-union! table other)
Add the entries of OTHER whose keys TABLE does not have to TABLE, and return it."
  (hash-table-merge! table other))

(define (has-key? table key)
  (not (eq? (%table-ref table key %no-entry) %no-entry)))

(define (hash-table-intersection! table other)
  "(hash-table-intersection! table other)
Remove the entries whose keys OTHER does not have from TABLE, and return it."
  (%check-table 'hash-table-intersection! 1 table)
  (%check-table 'hash-table-intersection! 2 other)
  (hash-table-walk table (lambda (key value) (if (not (has-key? other key)) (%table-delete! table key))))
  table)

(define (hash-table-difference! table other)
  "(hash-table-difference! table other)
Remove the entries whose keys OTHER has from TABLE, and return it."
  (%check-table 'hash-table-difference! 1 table)
  (%check-table 'hash-table-difference! 2 other)
  (hash-table-walk table (lambda (key value) (if (has-key? other key) (%table-delete! table key))))
  table)

(define (hash-table-xor! table other)
  "(hash-table-xor! table other)
Remove the entries whose keys OTHER has from TABLE, add those that only OTHER has, and return TABLE."
  (%check-table 'hash-table-xor! 1 table)
  (%check-table 'hash-table-xor! 2 other)
  (hash-table-walk other
                   (lambda (key value)
                     (if (has-key? table key)
                         (%table-delete! table key)
                         (%table-set! table key value))))
  table)
