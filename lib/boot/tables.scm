;;; Hash tables, with the names of SRFI 69 and 125, over the tables of the core.
;;;
;;; Kinds: 0 eq?, 1 eqv?, 2 equal?, 3 string=?; 4 is any other, with procedures of the program.

(define (make-equal-hash-table . ignored)
  "(make-equal-hash-table)\nA new hash table whose keys are compared by equal?."
  (%make-table 2))
(define (make-strong-eqv-hash-table . ignored)
  "(make-strong-eqv-hash-table)\nA new hash table whose keys are compared by eqv?."
  (%make-table 1))
(define (make-eqv-hash-table . ignored)
  "(make-eqv-hash-table)\nA new hash table whose keys are compared by eqv?."
  (%make-table 1))
(define (make-eq-hash-table . ignored)
  "(make-eq-hash-table)\nA new hash table whose keys are compared by eq?."
  (%make-table 0))
(define (make-string-hash-table . ignored)
  "(make-string-hash-table)\nA new hash table whose keys are strings."
  (%make-table 3))
(define (make-weak-eq-hash-table . ignored)
  "(make-weak-eq-hash-table)
A new hash table whose keys are compared by eq? and not kept: when nothing but the table refers to a key, not even its
value does, the entry is gone after a collection."
  (%make-table 8))
(define (make-weak-eqv-hash-table . ignored)
  "(make-weak-eqv-hash-table)\nAs make-weak-eq-hash-table, but keys are compared by eqv?."
  (%make-table 9))

;; The sum of the weaknesses (see %make-table) that the symbols in `options` ask for.
(define (%weakness-of options)
  (let loop ((options options) (keys 0) (values 0))
    (cond ((not (pair? options)) (+ keys values))
          ((memq (car options) '(weak-keys ephemeral-keys)) (loop (cdr options) 8 values))
          ((memq (car options) '(weak-values ephemeral-values)) (loop (cdr options) keys 16))
          (else (loop (cdr options) keys values)))))

;; How `table` compares keys (see %make-table), for the procedure `who`, whose first argument it is.
(define (%checked-table-kind who table)
  (if (not (hash-table? table)) (%raise-type who 1 "a hash table" table))
  (%table-kind table))

;; --- comparators and hash functions -----------------------------------------------------------------

(define-record-type comparator
  (%make-comparator type-test same? less? hash)
  comparator?
  (type-test comparator-type-test-predicate)
  (same? comparator-equality-predicate)
  (less? %comparator-less)
  (hash %comparator-hash))

(define (%check-comparator who x)
  (if (not (comparator? x)) (%raise-type who 1 "a comparator" x)))

(define (comparator-ordered? comparator)
  "(comparator-ordered? comparator)\nHas COMPARATOR an ordering predicate?"
  (%check-comparator 'comparator-ordered? comparator)
  (and (%comparator-less comparator) #t))
(define (comparator-hashable? comparator)
  "(comparator-hashable? comparator)\nHas COMPARATOR a hash function?"
  (%check-comparator 'comparator-hashable? comparator)
  (and (%comparator-hash comparator) #t))

(define (comparator-ordering-predicate comparator)
  "(comparator-ordering-predicate comparator)
The ordering predicate of COMPARATOR; one that raises an error if it has none."
  (%check-comparator 'comparator-ordering-predicate comparator)
  (or (%comparator-less comparator)
      (lambda (a b) (%raise 'type '<? "this comparator has no ordering predicate:" comparator))))
(define (comparator-hash-function comparator)
  "(comparator-hash-function comparator)
The hash function of COMPARATOR; one that raises an error if it has none."
  (%check-comparator 'comparator-hash-function comparator)
  (or (%comparator-hash comparator)
      (lambda (x) (%raise 'type 'comparator-hash "this comparator has no hash function:" comparator))))

(define (make-comparator type-test same? less? hash)
  "(make-comparator type-test same? less? hash)
A comparator of the objects that TYPE-TEST accepts (#t: all).  SAME? #t means: when neither is LESS?.  LESS? or HASH may
be #f, then it cannot be used for what needs them."
  (if (not (eq? type-test #t)) (%check-procedure 'make-comparator 1 type-test))
  (if (not (eq? same? #t)) (%check-procedure 'make-comparator 2 same?))
  (if less? (%check-procedure 'make-comparator 3 less?))
  (if hash (%check-procedure 'make-comparator 4 hash))
  (if (and (eq? same? #t) (not less?))
      (%raise 'type 'make-comparator "argument 2 is #t, so argument 3 should be a procedure, but is" less?))
  (%make-comparator (if (eq? type-test #t) (lambda (x) #t) type-test)
                    (if (eq? same? #t) (lambda (a b) (not (or (less? a b) (less? b a)))) same?)
                    less?
                    hash))

(define (%bounded-hash hash bound)
  (if (not (and (exact-integer? bound) (> bound 0)))
      (%raise-type 'hash 2 "a positive exact integer" bound))
  (modulo hash bound))

(define string-ci-hash
  (case-lambda
    ((string)
     "(string-ci-hash string [bound])
An exact integer from 0 up to BOUND (2^29), the same for strings that are equal by string-ci=?."
     (string-hash (string-foldcase string)))
    ((string bound) (string-hash (string-foldcase string) bound))))

(define (number-hash x . ignored)
  "(number-hash number)\nAn exact integer that is not negative, the same for numbers that are equal by =."
  (if (not (number? x)) (%raise-type 'number-hash 1 "a number" x))
  (equal-hash (if (and (inexact? x) (= x x) (= (- x x) 0)) (exact x) x)))

(define (%char-ci-hash c) (equal-hash (char-foldcase c)))

;; --- making ------------------------------------------------------------------------------------------

;; The kind of table whose keys are compared by `same?`, or #f.
(define (%table-kind-for same?)
  (cond ((or (eq? same? eq?) (eq? same? symbol=?) (eq? same? boolean=?)) 0)
        ((or (eq? same? eqv?) (eq? same? char=?)) 1)
        ((eq? same? equal?) 2)
        ((eq? same? string=?) 3)
        (else #f)))

;; The hash function for equalities that have one but no kind of table.
(define (%hash-for same?)
  (cond ((eq? same? =) number-hash)
        ((eq? same? string-ci=?) string-ci-hash)
        ((eq? same? char-ci=?) %char-ci-hash)
        (else (%raise 'type 'make-hash-table
                      "a hash function is needed as argument 2 for keys that are compared by" same?))))

(define make-hash-table
  (case-lambda
    (()
     "(make-hash-table [same? [hash ...]])
A new hash table whose keys are compared by SAME? (equal?), or a comparator instead of both.  HASH is needed when SAME?
is not eq?, eqv?, equal?, = or an equality of strings, symbols or characters.  With the symbol weak-keys among the
arguments it does not keep its keys, with weak-values its values: entries are gone when nothing else refers to these.
All other arguments are ignored."
     (%make-table 2))
    ((same? . rest)
     (let* ((weakness (%weakness-of (cons same? rest)))
            (comparator (and (comparator? same?) same?))
            (same? (if comparator (comparator-equality-predicate comparator) same?))
            (kind (%table-kind-for same?)))
       (cond (kind (%make-table (+ kind weakness)))
             ((procedure? same?)
              (%make-hashed-table same?
                                  (cond (comparator
                                         (or (%comparator-hash comparator)
                                             (%raise 'type 'make-hash-table
                                                     "this comparator has no hash function:" comparator)))
                                        ((and (pair? rest) (procedure? (car rest))) (car rest))
                                        (else (%hash-for same?)))
                                  weakness))
             ;; A capacity, or a mark of weakness.
             ((or (exact-integer? same?) (symbol? same?)) (%make-table (+ 2 weakness)))
             (else (%raise-type 'make-hash-table 1 "an equality or a comparator" same?)))))))

;; --- tables with other equalities --------------------------------------------------------------------
;; The core keeps the entries under the hashes it is given; what it cannot do, because it calls no procedures, is here
;; and called in the place of %table-ref, %table-set! and %table-delete!.

(define (%make-hashed-table same? hash weakness)
  (%make-custom-table (vector %custom-ref %custom-set! %custom-delete! hash same?) weakness))

;; The entry of `key`, which has `hash`, or #f.
(define (%custom-entry table key hash)
  (let ((same? (vector-ref (%custom-procedures table) 4)))
    (let loop ((entry (%custom-find table hash #f)))
      (if (not entry)
          #f
          (let ((other (%custom-key table entry)))
            (if (and (not (default-object? other)) (same? other key))
                entry
                (loop (%custom-find table hash entry))))))))

(define (%custom-hash table key)
  ((vector-ref (%custom-procedures table) 3) key))

(define (%custom-ref table key default)
  (let ((entry (%custom-entry table key (%custom-hash table key))))
    (if entry
        (let ((value (%custom-value table entry)))
          (if (default-object? value) default value))
        default)))

(define (%custom-set! table key value)
  (let* ((hash (%custom-hash table key)) (entry (%custom-entry table key hash)))
    (if entry
        (%custom-set-value! table entry value)
        (%custom-add! table hash key value))))

(define (%custom-delete! table key)
  (let ((entry (%custom-entry table key (%custom-hash table key))))
    (if entry (%custom-remove! table entry))
    (and entry #t)))

;; What walks a table checks its arguments itself, so that an error names it.
(define (%check-table who argument x)
  (if (not (hash-table? x)) (%raise-type who argument "a hash table" x)))

;; --- entries -------------------------------------------------------------------------------------------

(define hash-table-ref
  (case-lambda
    ((table key)
     "(hash-table-ref table key [fail [succeed]])
The value of KEY in TABLE, given to SUCCEED if there is one; without an entry FAIL is called, or an error
raised."
     (let ((value (%table-ref table key %no-entry)))
       (if (eq? value %no-entry)
           (%raise 'range 'hash-table-ref "there is no entry for the key" key)
           value)))
    ((table key fail)
     (let ((value (%table-ref table key %no-entry)))
       (if (eq? value %no-entry)
           (if fail
               (fail)
               (%raise 'range 'hash-table-ref "there is no entry for the key" key))
           value)))
    ((table key fail succeed)
     (let ((value (%table-ref table key %no-entry)))
       (if (eq? value %no-entry)
           (if fail
               (fail)
               (%raise 'range 'hash-table-ref "there is no entry for the key" key))
           (succeed value))))))

(define %no-entry (list 'no-entry))

(define (hash-table-ref/default table key default)
  "(hash-table-ref/default table key default)\nThe value of KEY in TABLE, or DEFAULT."
  (%table-ref table key default))

(define hash-table-set!
  (case-lambda
    ((table key value)
     "(hash-table-set! table key value ...)\nMake VALUE the value of KEY in TABLE, and so on."
     (%table-set! table key value))
    ((table . entries)
     (let loop ((l entries))
       (if (pair? l)
           (begin
             (if (null? (cdr l))
                 (%raise 'arity 'hash-table-set! "a key has no value:" (car l)))
             (%table-set! table (car l) (cadr l))
             (loop (cddr l))))))))

(define (hash-table-delete! table . keys)
  "(hash-table-delete! table key ...)\nRemove the entries of the KEYs from TABLE, and return how many there were."
  (let loop ((l keys) (n 0))
    (if (pair? l)
        (loop (cdr l) (if (%table-delete! table (car l)) (+ n 1) n))
        n)))

(define (hash-table-contains? table key)
  "(hash-table-contains? table key)\nHas TABLE an entry for KEY?"
  (not (eq? (%table-ref table key %no-entry) %no-entry)))
(define (hash-table-exists? table key)
  "(hash-table-exists? table key)\nHas TABLE an entry for KEY?"
  (hash-table-contains? table key))

(define hash-table-update!
  (case-lambda
    ((table key update)
     "(hash-table-update! table key update [fail [succeed]])
Replace the value of KEY in TABLE by UPDATE's result for it; without an entry start from FAIL's result."
     (%table-set! table key
                  (update (hash-table-ref table key
                                          (lambda ()
                                            (%raise 'range 'hash-table-update! "there is no entry for the key" key))))))
    ((table key update fail)
     (%table-set! table key (update (hash-table-ref table key fail))))
    ((table key update fail succeed)
     (%table-set! table key (update (hash-table-ref table key fail succeed))))))

(define (hash-table-update!/default table key update default)
  "(hash-table-update!/default table key update default)
Replace the value of KEY in TABLE, or DEFAULT, by UPDATE's result for it."
  (%table-set! table key (update (%table-ref table key default))))

(define (hash-table-intern! table key fail)
  "(hash-table-intern! table key fail)\nThe value of KEY in TABLE; without an entry FAIL's result becomes it."
  (let ((value (%table-ref table key %no-entry)))
    (if (eq? value %no-entry)
        (let ((value (fail)))
          (%table-set! table key value)
          value)
        value)))

(define (hash-table-size table)
  "(hash-table-size table)\nThe number of entries of TABLE."
  (%table-count table))
(define hash-table-count
  (case-lambda
    ((table)
     "(hash-table-count [accept?] table)
The number of entries of TABLE, or of those whose key and value ACCEPT? accepts."
     (%table-count table))
    ((accept? table)
     (if (procedure? accept?)
         (%table-fold table (lambda (k v n) (if (accept? k v) (+ n 1) n)) 0)
         (hash-table-count table accept?)))))
(define (hash-table-empty? table)
  "(hash-table-empty? table)\nHas TABLE no entries?"
  (= (%table-count table) 0))

;; (f key value result) from the last entry to the first.
(define (%table-fold table f result)
  (let ((entries (%table-entries table)))
    (let loop ((i (- (vector-length entries) 2)) (result result))
      (if (< i 0)
          result
          (loop (- i 2)
                (f (vector-ref entries i) (vector-ref entries (+ i 1)) result))))))

(define (hash-table-fold table f init)
  "(hash-table-fold table procedure init)
Call PROCEDURE with key, value and its last result (INIT at first) for each entry of TABLE.  The order may also be
(hash-table-fold procedure init table)."
  (if (procedure? table)
      (begin
        (%check-table 'hash-table-fold 3 init)
        (%table-fold init table f))
      (begin
        (%check-table 'hash-table-fold 1 table)
        (%check-procedure 'hash-table-fold 2 f)
        (%table-fold table f init))))

(define (hash-table-keys table)
  "(hash-table-keys table)\nThe list of the keys of TABLE."
  (%check-table 'hash-table-keys 1 table)
  (%table-fold table (lambda (k v l) (cons k l)) '()))
(define (hash-table-values table)
  "(hash-table-values table)\nThe list of the values of TABLE."
  (%check-table 'hash-table-values 1 table)
  (%table-fold table (lambda (k v l) (cons v l)) '()))
(define (hash-table->alist table)
  "(hash-table->alist table)\nThe list of the pairs (key . value) of TABLE."
  (%table-fold table (lambda (k v l) (cons (cons k v) l)) '()))

(define (hash-table-walk table f)
  "(hash-table-walk table procedure)
Call PROCEDURE with key and value of each entry of TABLE, which it may change."
  (%check-table 'hash-table-walk 1 table)
  (%check-procedure 'hash-table-walk 2 f)
  (let* ((entries (%table-entries table)) (n (vector-length entries)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (f (vector-ref entries i) (vector-ref entries (+ i 1)))
            (loop (+ i 2)))))))

(define (hash-table-for-each f table)
  "(hash-table-for-each procedure table)\nCall PROCEDURE with key and value of each entry of TABLE."
  (cond ((procedure? f)
         (%check-table 'hash-table-for-each 2 table)
         (hash-table-walk table f))
        (else
         (%check-table 'hash-table-for-each 1 f)
         (%check-procedure 'hash-table-for-each 2 table)
         (hash-table-walk f table))))

(define (hash-table-map! f table)
  "(hash-table-map! procedure table)\nReplace each value of TABLE by PROCEDURE's result for key and value."
  (%check-procedure 'hash-table-map! 1 f)
  (%check-table 'hash-table-map! 2 table)
  (hash-table-walk table (lambda (k v) (%table-set! table k (f k v)))))

(define (hash-table-prune! drop? table)
  "(hash-table-prune! drop? table)\nRemove the entries of TABLE whose key and value DROP? accepts."
  (%check-procedure 'hash-table-prune! 1 drop?)
  (%check-table 'hash-table-prune! 2 table)
  (hash-table-walk table (lambda (k v) (if (drop? k v) (%table-delete! table k)))))

(define (alist->hash-table alist . options)
  "(alist->hash-table alist [same? [hash ...]])
A new hash table of the pairs (key . value) of ALIST; the first pair of a key counts.  The rest as in make-hash-table."
  (let ((table (apply make-hash-table options)))
    (for-each (lambda (entry)
                (if (not (pair? entry)) (%raise-type 'alist->hash-table 1 "a list of pairs" alist))
                (if (not (hash-table-contains? table (car entry)))
                    (%table-set! table (car entry) (cdr entry))))
              alist)
    table))

(define (hash-table-copy table . ignored)
  "(hash-table-copy table)\nA new hash table with the entries of TABLE."
  (%table-copy table))

(define (hash-table-clear! table)
  "(hash-table-clear! table)\nRemove all entries of TABLE."
  (%table-clear! table))

(define (hash-table-merge! table other)
  "(hash-table-merge! table other)
Add the entries of OTHER whose keys TABLE does not have to TABLE, and return it."
  (%check-table 'hash-table-merge! 1 table)
  (%check-table 'hash-table-merge! 2 other)
  (hash-table-walk other
                   (lambda (k v)
                     (if (not (hash-table-contains? table k)) (%table-set! table k v))))
  table)
