;;; The body of (srfi 128).  The type itself and some hash functions are in the core library, for its hash tables.

;; --- hash functions ------------------------------------------------------------------------------------

(define-syntax hash-bound
  (syntax-rules () ((_) 536870912)))
(define-syntax hash-salt
  (syntax-rules () ((_) 16064047)))

(define (boolean-hash x)
  "(boolean-hash boolean)\nAn exact integer for BOOLEAN."
  (if (not (boolean? x)) (%raise-type 'boolean-hash 1 "a boolean" x))
  (equal-hash x))
(define (char-hash x)
  "(char-hash char)\nAn exact integer, the same for characters equal by char=?."
  (if (not (char? x)) (%raise-type 'char-hash 1 "a character" x))
  (equal-hash x))
(define (char-ci-hash x)
  "(char-ci-hash char)\nAn exact integer, the same for characters equal by char-ci=?."
  (if (not (char? x)) (%raise-type 'char-ci-hash 1 "a character" x))
  (equal-hash (char-foldcase x)))
(define (symbol-hash x)
  "(symbol-hash symbol)\nAn exact integer for SYMBOL."
  (if (not (symbol? x)) (%raise-type 'symbol-hash 1 "a symbol" x))
  (equal-hash x))

;; Two hashes in one, small enough not to leave the fixnums of any machine on the way.
(define (join-hashes a b)
  (modulo (+ (* 31 (modulo a 8388593)) (modulo b 134217689)) 268435399))

;; The elements after the first few of a long object do not count; a hash need not be better than that.
(define most-elements 64)

(define (hash-elements length ref hash x)
  (let* ((n (length x)) (m (min n most-elements)))
    (let loop ((i 0) (result (+ n 1)))
      (if (< i m)
          (loop (+ i 1) (join-hashes result (hash (ref x i))))
          result))))

;; --- constructors --------------------------------------------------------------------------------------

(define (make-pair-comparator car-comparator cdr-comparator)
  "(make-pair-comparator car-comparator cdr-comparator)
A comparator of pairs by car, then by cdr.  It has an order and a hash function if both arguments have."
  (let ((car-ok? (comparator-type-test-predicate car-comparator))
        (cdr-ok? (comparator-type-test-predicate cdr-comparator))
        (car=? (comparator-equality-predicate car-comparator))
        (cdr=? (comparator-equality-predicate cdr-comparator))
        (car<? (comparator-ordering-predicate car-comparator))
        (cdr<? (comparator-ordering-predicate cdr-comparator))
        (car-hash (comparator-hash-function car-comparator))
        (cdr-hash (comparator-hash-function cdr-comparator)))
    (make-comparator
     (lambda (x) (and (pair? x) (car-ok? (car x)) (cdr-ok? (cdr x))))
     (lambda (a b) (and (car=? (car a) (car b)) (cdr=? (cdr a) (cdr b))))
     (and (comparator-ordered? car-comparator) (comparator-ordered? cdr-comparator)
          (lambda (a b)
            (if (car=? (car a) (car b))
                (cdr<? (cdr a) (cdr b))
                (car<? (car a) (car b)))))
     (and (comparator-hashable? car-comparator) (comparator-hashable? cdr-comparator)
          (lambda (x) (join-hashes (car-hash (car x)) (cdr-hash (cdr x))))))))

(define (make-list-comparator element-comparator type-test empty? head tail)
  "(make-list-comparator element-comparator type-test empty? head tail)
A comparator of what is like a list, element by element; the beginning of a longer one is less."
  (let ((ok? (comparator-type-test-predicate element-comparator))
        (same? (comparator-equality-predicate element-comparator))
        (less? (comparator-ordering-predicate element-comparator))
        (hash (comparator-hash-function element-comparator)))
    (make-comparator
     (lambda (x)
       (and (type-test x)
            (let loop ((x x))
              (or (empty? x) (and (ok? (head x)) (loop (tail x)))))))
     (lambda (a b)
       (let loop ((a a) (b b))
         (cond ((empty? a) (empty? b))
               ((empty? b) #f)
               (else (and (same? (head a) (head b)) (loop (tail a) (tail b)))))))
     (and (comparator-ordered? element-comparator)
          (lambda (a b)
            (let loop ((a a) (b b))
              (cond ((empty? b) #f)
                    ((empty? a) #t)
                    ((same? (head a) (head b)) (loop (tail a) (tail b)))
                    (else (less? (head a) (head b)))))))
     (and (comparator-hashable? element-comparator)
          (lambda (x)
            (let loop ((x x) (n 0) (result 1))
              (if (or (empty? x) (= n most-elements))
                  result
                  (loop (tail x) (+ n 1) (join-hashes result (hash (head x)))))))))))

(define (make-vector-comparator element-comparator type-test length ref)
  "(make-vector-comparator element-comparator type-test length ref)
A comparator of what is like a vector: shorter ones are less, those of one length are compared element by element."
  (let ((ok? (comparator-type-test-predicate element-comparator))
        (same? (comparator-equality-predicate element-comparator))
        (less? (comparator-ordering-predicate element-comparator))
        (hash (comparator-hash-function element-comparator)))
    (make-comparator
     (lambda (x)
       (and (type-test x)
            (let ((n (length x)))
              (let loop ((i 0))
                (or (= i n) (and (ok? (ref x i)) (loop (+ i 1))))))))
     (lambda (a b)
       (let ((n (length a)))
         (and (= n (length b))
              (let loop ((i 0))
                (or (= i n) (and (same? (ref a i) (ref b i)) (loop (+ i 1))))))))
     (and (comparator-ordered? element-comparator)
          (lambda (a b)
            (let ((n (length a)) (m (length b)))
              (cond ((< n m) #t)
                    ((> n m) #f)
                    (else
                     (let loop ((i 0))
                       (cond ((= i n) #f)
                             ((same? (ref a i) (ref b i)) (loop (+ i 1)))
                             (else (less? (ref a i) (ref b i))))))))))
     (and (comparator-hashable? element-comparator)
          (lambda (x) (hash-elements length ref hash x))))))

;; --- the default comparator ----------------------------------------------------------------------------
;; The basic types in the order of their ranks, then the registered ones in theirs.

(define registered '())

(define (comparator-register-default! comparator)
  "(comparator-register-default! comparator)
Let default comparators use COMPARATOR for what its type test accepts, which may not be of a basic type."
  (if (not (comparator? comparator)) (%raise-type 'comparator-register-default! 1 "a comparator" comparator))
  (for-each (lambda (x)
              (if (comparator-test-type comparator x)
                  (%raise 'type 'comparator-register-default!
                          "this comparator accepts an object of a basic type:" comparator x)))
            '(() (1) #t #\a "a" a 1 #(1) #u8(1)))
  (set! registered (append registered (list comparator))))

;; The first registered comparator for `x`, or #f.
(define (registered-for x)
  (let loop ((l registered))
    (cond ((null? l) #f)
          ((comparator-test-type (car l) x) (car l))
          (else (loop (cdr l))))))

(define (rank x)
  (cond ((null? x) 0)
        ((pair? x) 1)
        ((boolean? x) 2)
        ((char? x) 3)
        ((string? x) 4)
        ((symbol? x) 5)
        ((number? x) 6)
        ((vector? x) 7)
        ((bytevector? x) 8)
        (else
         (let loop ((l registered) (rank 9))
           (cond ((null? l) (%raise 'type '<? "there is no default order for an object of this type:" x))
                 ((comparator-test-type (car l) x) rank)
                 (else (loop (cdr l) (+ rank 1))))))))

;; Less than, equal to or greater than 0, as `a` is to `b`.  One walk gives all three answers, for to ask twice at every
;; level of nesting would double the time with each.
(define (default-order a b)
  (if (and (fixnum? a) (fixnum? b))
      (- a b)
      (let ((rank-a (rank a)) (rank-b (rank b)))
        (if (= rank-a rank-b)
            (order-by-rank rank-a a b)
            (- rank-a rank-b)))))

(define (fixnum? x) (and (exact-integer? x) (< -100000000 x 100000000)))

(define (order-by less? a b)
  (cond ((less? a b) -1) ((less? b a) 1) (else 0)))

(define (order-by-rank rank a b)
  (case rank
    ((0) 0)
    ((1) (order-pairs a b))
    ((2) (cond ((eq? a b) 0) (a 1) (else -1)))
    ((3) (order-by char<? a b))
    ((4) (order-by string<? a b))
    ((5) (if (eq? a b) 0 (order-by string<? (symbol->string a) (symbol->string b))))
    ((6) (order-numbers a b))
    ((7) (order-vectors vector-length vector-ref a b))
    ((8) (order-vectors bytevector-length bytevector-u8-ref a b))
    (else (let ((comparator (registered-for a)))
            (cond (((comparator-equality-predicate comparator) a b) 0)
                  (((comparator-ordering-predicate comparator) a b) -1)
                  (else 1))))))

(define (order-pairs a b)
  (let loop ((a a) (b b))
    (if (and (pair? a) (pair? b))
        (let ((order (default-order (car a) (car b))))
          (if (= order 0) (loop (cdr a) (cdr b)) order))
        (default-order a b))))

(define (order-numbers a b)
  (if (and (real? a) (real? b))
      (order-by < a b)
      (let ((order (order-by < (real-part a) (real-part b))))
        (if (= order 0) (order-by < (imag-part a) (imag-part b)) order))))

(define (order-vectors length ref a b)
  (let ((n (length a)))
    (if (= n (length b))
        (let loop ((i 0))
          (if (= i n)
              0
              (let ((order (default-order (ref a i) (ref b i))))
                (if (= order 0) (loop (+ i 1)) order))))
        (- n (length b)))))

(define (default<? a b) (< (default-order a b) 0))

(define (default=? a b)
  (cond ((pair? a) (and (pair? b) (default=? (car a) (car b)) (default=? (cdr a) (cdr b))))
        ((number? a) (and (number? b) (= a b)))
        ((string? a) (and (string? b) (string=? a b)))
        ((vector? a)
         (and (vector? b)
              (let ((n (vector-length a)))
                (and (= n (vector-length b))
                     (let loop ((i 0))
                       (or (= i n)
                           (and (default=? (vector-ref a i) (vector-ref b i)) (loop (+ i 1)))))))))
        ((bytevector? a) (equal? a b))
        ((eqv? a b) #t)
        ((or (null? a) (symbol? a) (char? a) (boolean? a)) #f)
        (else
         (let ((comparator (registered-for a)))
           (and comparator
                (comparator-test-type comparator b)
                ((comparator-equality-predicate comparator) a b))))))

(define (default-hash x . ignored)
  "(default-hash x)
An exact integer, the same for objects equal by the default comparator.  Only the first few elements of what is long or
deep count."
  (hash-to-depth x 5))

(define (hash-to-depth x depth)
  (cond ((number? x) (number-hash x))
        ((string? x) (string-hash x))
        ((pair? x)
         (if (= depth 0)
             1
             (let loop ((x x) (n 0) (result 1))
               (cond ((= n most-elements) result)
                     ((pair? x) (loop (cdr x) (+ n 1) (join-hashes result (hash-to-depth (car x) (- depth 1)))))
                     ((null? x) result)
                     (else (join-hashes result (hash-to-depth x (- depth 1))))))))
        ((vector? x)
         (if (= depth 0)
             2
             (hash-elements vector-length vector-ref (lambda (y) (hash-to-depth y (- depth 1))) x)))
        ((or (symbol? x) (char? x) (boolean? x) (null? x) (bytevector? x)) (equal-hash x))
        (else
         (let ((comparator (registered-for x)))
           (if comparator
               ((comparator-hash-function comparator) x)
               (equal-hash x))))))

(define default-comparator (make-comparator #t default=? default<? default-hash))
(define eq-comparator (make-comparator #t eq? default<? default-hash))
(define eqv-comparator (make-comparator #t eqv? default<? default-hash))
(define equal-comparator (make-comparator #t equal? default<? default-hash))

(define (make-default-comparator)
  "(make-default-comparator)
The comparator of numbers by =, strings, symbols, characters, booleans, lists, vectors, byte vectors and what is
registered."
  default-comparator)
(define (make-eq-comparator)
  "(make-eq-comparator)\nThe comparator of all objects by eq?."
  eq-comparator)
(define (make-eqv-comparator)
  "(make-eqv-comparator)\nThe comparator of all objects by eqv?."
  eqv-comparator)
(define (make-equal-comparator)
  "(make-equal-comparator)\nThe comparator of all objects by equal?."
  equal-comparator)

;; --- using them ----------------------------------------------------------------------------------------

(define (comparator-test-type comparator x)
  "(comparator-test-type comparator x)\nDoes the type test of COMPARATOR accept X?"
  ((comparator-type-test-predicate comparator) x))
(define (comparator-check-type comparator x)
  "(comparator-check-type comparator x)\n#t; an error if the type test of COMPARATOR does not accept X."
  (or (comparator-test-type comparator x)
      (%raise 'type 'comparator-check-type "this object is not of the comparator's type:" x)))
(define (comparator-hash comparator x)
  "(comparator-hash comparator x)\nThe result of COMPARATOR's hash function for X."
  ((comparator-hash-function comparator) x))

;; Does `holds?` hold between each of the objects and the next?
(define (chain? holds? a b rest)
  (and (holds? a b)
       (or (null? rest) (chain? holds? b (car rest) (cdr rest)))))

(define (=? comparator a b . rest)
  "(=? comparator x-1 x-2 x ...)\nAre all the X equal by COMPARATOR?"
  (chain? (comparator-equality-predicate comparator) a b rest))
(define (<? comparator a b . rest)
  "(<? comparator x-1 x-2 x ...)\nIs each X less than the next by COMPARATOR?"
  (chain? (comparator-ordering-predicate comparator) a b rest))
(define (>? comparator a b . rest)
  "(>? comparator x-1 x-2 x ...)\nIs each X greater than the next by COMPARATOR?"
  (let ((less? (comparator-ordering-predicate comparator)))
    (chain? (lambda (a b) (less? b a)) a b rest)))
(define (<=? comparator a b . rest)
  "(<=? comparator x-1 x-2 x ...)\nIs no X greater than the next by COMPARATOR?"
  (let ((less? (comparator-ordering-predicate comparator)))
    (chain? (lambda (a b) (not (less? b a))) a b rest)))
(define (>=? comparator a b . rest)
  "(>=? comparator x-1 x-2 x ...)\nIs no X less than the next by COMPARATOR?"
  (let ((less? (comparator-ordering-predicate comparator)))
    (chain? (lambda (a b) (not (less? a b))) a b rest)))

(define-syntax comparator-if<=>
  (syntax-rules ()
    ((_ a b less equal greater)
     (comparator-if<=> default-comparator a b less equal greater))
    ((_ comparator a b less equal greater)
     (let ((c comparator) (x a) (y b))
       (cond ((<? c x y) less)
             ((=? c x y) equal)
             (else greater))))))
