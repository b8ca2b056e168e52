;;; SRFI 158: what uses generators up, and accumulators.

;; --- using generators up -------------------------------------------------------------------------

;; The first `k` items, all for -1, the last one first.
(define (items-reversed who generator k)
  (%check-procedure who 1 generator)
  (let loop ((k k) (items '()))
    (if (= k 0)
        items
        (let ((item (generator)))
          (if (eof-object? item) items (loop (- k 1) (cons item items)))))))

(define generator->reverse-list
  (case-lambda
    ((generator)
     "(generator->reverse-list generator [k])\nThe list of the items of GENERATOR, or its first K, the last one first."
     (items-reversed 'generator->reverse-list generator -1))
    ((generator k)
     (%check-index 'generator->reverse-list 2 k)
     (items-reversed 'generator->reverse-list generator k))))

(define generator->list
  (case-lambda
    ((generator)
     "(generator->list generator [k])\nThe list of the items of GENERATOR, or its first K."
     (reverse! (items-reversed 'generator->list generator -1)))
    ((generator k)
     (%check-index 'generator->list 2 k)
     (reverse! (items-reversed 'generator->list generator k)))))

(define generator->vector
  (case-lambda
    ((generator)
     "(generator->vector generator [k])\nThe vector of the items of GENERATOR, or its first K."
     (list->vector (reverse! (items-reversed 'generator->vector generator -1))))
    ((generator k)
     (%check-index 'generator->vector 2 k)
     (list->vector (reverse! (items-reversed 'generator->vector generator k))))))

(define generator->string
  (case-lambda
    ((generator)
     "(generator->string generator [k])\nThe string of the items of GENERATOR, or its first K, which are characters."
     (string-of (items-reversed 'generator->string generator -1)))
    ((generator k)
     (%check-index 'generator->string 2 k)
     (string-of (items-reversed 'generator->string generator k)))))

(define (string-of items)
  (for-each (lambda (item)
              (if (not (char? item)) (%raise-type 'generator->string 1 "a generator of characters" item)))
            items)
  (list->string (reverse! items)))

(define (generator->vector! vector at generator)
  "(generator->vector! vector at generator)
Store items of GENERATOR into VECTOR, from AT to its end; the result is how many."
  (if (not (vector? vector)) (%raise-type 'generator->vector! 1 "a vector" vector))
  (%check-index 'generator->vector! 2 at)
  (if (> at (vector-length vector)) (%raise-range 'generator->vector! 2 "at most the length of the vector" at))
  (%check-procedure 'generator->vector! 3 generator)
  (let loop ((i at))
    (if (< i (vector-length vector))
        (let ((item (generator)))
          (if (eof-object? item)
              (- i at)
              (begin (vector-set! vector i item) (loop (+ i 1)))))
        (- i at))))

(define generator-fold
  (case-lambda
    ((f init generator)
     "(generator-fold procedure init generator ...)
Call PROCEDURE with the items of the GENERATORs and what it returned before, INIT at first; return its last result."
     (%check-procedure 'generator-fold 1 f)
     (%check-procedure 'generator-fold 3 generator)
     (let loop ((acc init))
       (let ((item (generator)))
         (if (eof-object? item) acc (loop (f item acc))))))
    ((f init generator-1 . more)
     (let ((generators (cons generator-1 more)))
       (%check-procedure 'generator-fold 1 f)
       (check-procedures 'generator-fold 3 generators)
       (let loop ((acc init))
         (let ((items (next-items generators)))
           (if items (loop (apply f (append items (list acc)))) acc)))))))

(define generator-for-each
  (case-lambda
    ((f generator)
     "(generator-for-each procedure generator ...)\nCall PROCEDURE with the items of the GENERATORs."
     (check-procedures 'generator-for-each 1 (list f generator))
     (let loop ()
       (let ((item (generator)))
         (if (not (eof-object? item))
             (begin (f item) (loop))))))
    ((f generator-1 . more)
     (let ((generators (cons generator-1 more)))
       (check-procedures 'generator-for-each 1 (cons f generators))
       (let loop ()
         (let ((items (next-items generators)))
           (if items
               (begin (apply f items) (loop)))))))))

(define (generator-map->list f generator . more)
  "(generator-map->list procedure generator ...)\nThe list of PROCEDURE's results for the items of the GENERATORs."
  (check-procedures 'generator-map->list 1 (cons f (cons generator more)))
  (let ((generators (cons generator more)))
    (let loop ((results '()))
      (let ((items (next-items generators)))
        (if items (loop (cons (apply f items) results)) (reverse results))))))

(define (generator-find accept? generator)
  "(generator-find accept? generator)\nThe first item of GENERATOR that ACCEPT? accepts, or #f."
  (check-procedures 'generator-find 1 (list accept? generator))
  (let loop ()
    (let ((item (generator)))
      (cond ((eof-object? item) #f)
            ((accept? item) item)
            (else (loop))))))

(define (generator-count accept? generator)
  "(generator-count accept? generator)\nHow many items of GENERATOR does ACCEPT? accept?"
  (check-procedures 'generator-count 1 (list accept? generator))
  (let loop ((n 0))
    (let ((item (generator)))
      (if (eof-object? item) n (loop (if (accept? item) (+ n 1) n))))))

(define (generator-any accept? generator)
  "(generator-any accept? generator)\nThe first result of ACCEPT? for an item of GENERATOR that is not #f, otherwise #f."
  (check-procedures 'generator-any 1 (list accept? generator))
  (let loop ()
    (let ((item (generator)))
      (if (eof-object? item) #f (or (accept? item) (loop))))))

(define (generator-every accept? generator)
  "(generator-every accept? generator)
#f as soon as ACCEPT? answers #f for an item of GENERATOR, otherwise its last result; #t when there are no items."
  (check-procedures 'generator-every 1 (list accept? generator))
  (let loop ((result #t))
    (let ((item (generator)))
      (if (eof-object? item)
          result
          (let ((result (accept? item)))
            (and result (loop result)))))))

(define (generator-unfold generator unfold . arguments)
  "(generator-unfold generator unfold x ...)
What UNFOLD, a procedure like unfold of SRFI 1 called with the Xs after the seed, makes of the items of GENERATOR."
  (check-procedures 'generator-unfold 1 (list generator unfold))
  (apply unfold eof-object? (lambda (item) item) (lambda (item) (generator)) (generator) arguments))

;; --- accumulators --------------------------------------------------------------------------------
;; An accumulator is a procedure that is called with items, and with an end-of-file object to get the result.

(define (make-accumulator f init finish)
  "(make-accumulator procedure init finish)
An accumulator: its state, INIT at first, becomes (PROCEDURE item state); the result is (FINISH state)."
  (%check-procedure 'make-accumulator 1 f)
  (%check-procedure 'make-accumulator 3 finish)
  (lambda (item)
    (if (eof-object? item)
        (finish init)
        (set! init (f item init)))))

(define (same x) x)

(define (count-accumulator)
  "(count-accumulator)\nAn accumulator that counts its items."
  (make-accumulator (lambda (item n) (+ n 1)) 0 same))

(define (list-accumulator)
  "(list-accumulator)\nAn accumulator whose result is the list of its items."
  (make-accumulator cons '() reverse))

(define (reverse-list-accumulator)
  "(reverse-list-accumulator)\nAn accumulator whose result is the list of its items, the last one first."
  (make-accumulator cons '() same))

(define (vector-accumulator)
  "(vector-accumulator)\nAn accumulator whose result is the vector of its items."
  (make-accumulator cons '() (lambda (items) (list->vector (reverse items)))))

(define (reverse-vector-accumulator)
  "(reverse-vector-accumulator)\nAn accumulator whose result is the vector of its items, the last one first."
  (make-accumulator cons '() list->vector))

(define (string-accumulator)
  "(string-accumulator)\nAn accumulator whose result is the string of its items, characters."
  (make-accumulator (lambda (item items)
                      (if (not (char? item)) (%raise-type 'string-accumulator 1 "a character" item))
                      (cons item items))
                    '()
                    (lambda (items) (list->string (reverse items)))))

(define (bytevector-accumulator)
  "(bytevector-accumulator)\nAn accumulator whose result is the bytevector of its items, bytes."
  (make-accumulator (lambda (item items)
                      (if (not (and (exact-integer? item) (<= 0 item 255)))
                          (%raise-type 'bytevector-accumulator 1 "a byte" item))
                      (cons item items))
                    '()
                    bytes-of))

;; The bytevector of `items`, a list that begins with the last.
(define (bytes-of items)
  (let ((bytes (make-bytevector (length items))))
    (let loop ((i (- (bytevector-length bytes) 1)) (l items))
      (if (pair? l)
          (begin (bytevector-u8-set! bytes i (car l)) (loop (- i 1) (cdr l)))
          bytes))))

;; Items go to the places from `at` on by (set object place item).
(define (storing who object length set at)
  (%check-index who 2 at)
  (if (> at length) (%raise-range who 2 "at most the length" at))
  (lambda (item)
    (cond ((eof-object? item) object)
          ((= at length) (%raise-range who 1 "an item for which there is room" item))
          (else (set object at item) (set! at (+ at 1))))))

(define (vector-accumulator! vector at)
  "(vector-accumulator! vector at)\nAn accumulator that stores its items into VECTOR from AT on; that is its result."
  (if (not (vector? vector)) (%raise-type 'vector-accumulator! 1 "a vector" vector))
  (storing 'vector-accumulator! vector (vector-length vector) vector-set! at))

(define (bytevector-accumulator! bytes at)
  "(bytevector-accumulator! bytes at)\nAn accumulator that stores its items into BYTES from AT on; that is its result."
  (if (not (bytevector? bytes)) (%raise-type 'bytevector-accumulator! 1 "a bytevector" bytes))
  (storing 'bytevector-accumulator! bytes (bytevector-length bytes) bytevector-u8-set! at))

(define (sum-accumulator)
  "(sum-accumulator)\nAn accumulator whose result is the sum of its items."
  (make-accumulator + 0 same))

(define (product-accumulator)
  "(product-accumulator)\nAn accumulator whose result is the product of its items."
  (make-accumulator * 1 same))
