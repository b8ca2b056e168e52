;;; Hash tables, with the names of SRFI 69 and 125, over the tables of the core.
;;;
;;; Kinds: 0 eq?, 1 eqv?, 2 equal?, 3 string=?.

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

(define (%table-kind-for same?)
  (cond ((eq? same? eq?) 0)
        ((or (eq? same? eqv?) (eq? same? =)) 1)
        ((eq? same? equal?) 2)
        ((eq? same? string=?) 3)
        (else (%raise 'type 'make-hash-table
                      "argument 1 should be eq?, eqv?, equal? or string=?, but is" same?))))

(define make-hash-table
  (case-lambda
    (()
     "(make-hash-table [same? hash ...])
A new hash table whose keys are compared by SAME?: eq?, eqv?, equal? (the default) or string=?.  The hash
function is the system's own."
     (%make-table 2))
    ((same? . ignored) (%make-table (if (procedure? same?) (%table-kind-for same?) 2)))))

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
  "(hash-table-delete! table key ...)\nRemove the entries of the KEYs from TABLE."
  (let loop ((l keys))
    (if (pair? l)
        (begin (%table-delete! table (car l)) (loop (cdr l))))))

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
     (%table-set! table key (update (hash-table-ref table key))))
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
(define (hash-table-count table)
  "(hash-table-count table)\nThe number of entries of TABLE."
  (%table-count table))
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
Call PROCEDURE with key, value and its last result (INIT at first) for each entry of TABLE."
  (if (procedure? table)
      (%table-fold init table f)
      (%table-fold table f init)))

(define (hash-table-keys table)
  "(hash-table-keys table)\nThe list of the keys of TABLE."
  (%table-fold table (lambda (k v l) (cons k l)) '()))
(define (hash-table-values table)
  "(hash-table-values table)\nThe list of the values of TABLE."
  (%table-fold table (lambda (k v l) (cons v l)) '()))
(define (hash-table->alist table)
  "(hash-table->alist table)\nThe list of the pairs (key . value) of TABLE."
  (%table-fold table (lambda (k v l) (cons (cons k v) l)) '()))

(define (hash-table-walk table f)
  "(hash-table-walk table procedure)
Call PROCEDURE with key and value of each entry of TABLE, which it may change."
  (let* ((entries (%table-entries table)) (n (vector-length entries)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (f (vector-ref entries i) (vector-ref entries (+ i 1)))
            (loop (+ i 2)))))))

(define (hash-table-for-each f table)
  "(hash-table-for-each procedure table)\nCall PROCEDURE with key and value of each entry of TABLE."
  (if (procedure? f)
      (hash-table-walk table f)
      (hash-table-walk f table)))

(define (hash-table-map! f table)
  "(hash-table-map! procedure table)\nReplace each value of TABLE by PROCEDURE's result for key and value."
  (hash-table-walk table (lambda (k v) (%table-set! table k (f k v)))))

(define (hash-table-prune! drop? table)
  "(hash-table-prune! drop? table)\nRemove the entries of TABLE whose key and value DROP? accepts."
  (hash-table-walk table (lambda (k v) (if (drop? k v) (%table-delete! table k)))))

(define (alist->hash-table alist . options)
  "(alist->hash-table alist [same?])
A new hash table of the pairs (key . value) of ALIST; the first pair of a key counts."
  (let ((table (apply make-hash-table options)))
    (for-each (lambda (entry)
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
  (hash-table-walk other
                   (lambda (k v)
                     (if (not (hash-table-contains? table k)) (%table-set! table k v))))
  table)
