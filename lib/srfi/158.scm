;;; SRFI 158: generators.  A generator is a procedure without arguments that returns the next item, and an end-of-file
;;; object when there are no more, however often it is called then.

(define end (eof-object))

(define (check-procedures who argument procedures)
  (if (pair? procedures)
      (begin
        (%check-procedure who argument (car procedures))
        (check-procedures who (+ argument 1) (cdr procedures)))))

;; --- making generators ---------------------------------------------------------------------------

(define (list->generator list)
  "(list->generator list)\nA generator of the elements of LIST."
  (if (not (or (pair? list) (null? list))) (%raise-type 'list->generator 1 "a list" list))
  (lambda ()
    (if (pair? list)
        (let ((item (car list)))
          (set! list (cdr list))
          item)
        end)))

(define (generator . items)
  "(generator x ...)\nA generator of the Xs."
  (list->generator items))

(define (circular-generator x . more)
  "(circular-generator x ...)\nA generator of the Xs over and over."
  (let* ((items (cons x more)) (rest items))
    (lambda ()
      (if (null? rest) (set! rest items))
      (let ((item (car rest)))
        (set! rest (cdr rest))
        item))))

;; Numbers from `start` on; `count` is how many, or #f.
(define (number-generator who start step count past)
  (if (not (number? start)) (%raise-type who (if past 1 2) "a number" start))
  (if (not (number? step)) (%raise-type who 3 "a number" step))
  (let ((start (if (exact? step) start (inexact start)))
        (step (if (exact? start) step (inexact step)))
        (i 0))
    (lambda ()
      (let ((n (+ start (* i step))))
        (if (if count (< i count) (or (eq? past #t) (< n past)))
            (begin (set! i (+ i 1)) n)
            end)))))

(define make-iota-generator
  (case-lambda
    ((count)
     "(make-iota-generator count [start [step]])\nA generator of COUNT numbers from START (0) on in steps of STEP (1)."
     (make-iota-generator count 0 1))
    ((count start) (make-iota-generator count start 1))
    ((count start step)
     (if (not (and (number? count) (>= count 0))) (%raise-type 'make-iota-generator 1 "a number, not negative" count))
     (number-generator 'make-iota-generator start step count #f))))

(define make-range-generator
  (case-lambda
    ((start)
     "(make-range-generator start [end [step]])
A generator of the numbers from START on in steps of STEP (1) that are less than END, or without end."
     (number-generator 'make-range-generator start 1 #f #t))
    ((start past) (make-range-generator start past 1))
    ((start past step)
     (if (not (real? past)) (%raise-type 'make-range-generator 2 "a real number" past))
     (number-generator 'make-range-generator start step #f past))))

(define (make-coroutine-generator f)
  "(make-coroutine-generator procedure)
PROCEDURE is called with a procedure yield.  The generator's items are what yield is called with, one at a time:
PROCEDURE is suspended until the next one is wanted."
  (define return #f)
  (define (finish)
    (set! resume (lambda (ignored) (return end)))
    (return end))
  (define resume
    (lambda (ignored)
      (f (lambda (item)
           (call/cc
            (lambda (k)
              (set! resume k)
              (return item)))))
      (finish)))
  (%check-procedure 'make-coroutine-generator 1 f)
  (lambda ()
    (call/cc
     (lambda (k)
       (set! return k)
       (resume #f)))))

;; A generator of (ref object i) for the indices from `start` up to `past`.
(define (indexed who object length ref start past)
  (%check-index who 2 start)
  (%check-index who 3 past)
  (if (> past length) (%raise-range who 3 "at most the length" past))
  (if (> start past) (%raise-range who 2 "at most the end" start))
  (lambda ()
    (if (< start past)
        (let ((item (ref object start)))
          (set! start (+ start 1))
          item)
        end)))

(define vector->generator
  (case-lambda
    ((vector)
     "(vector->generator vector [start [end]])\nA generator of the elements of VECTOR from START up to END."
     (vector->generator vector 0))
    ((vector start)
     (if (not (vector? vector)) (%raise-type 'vector->generator 1 "a vector" vector))
     (vector->generator vector start (vector-length vector)))
    ((vector start end)
     (if (not (vector? vector)) (%raise-type 'vector->generator 1 "a vector" vector))
     (indexed 'vector->generator vector (vector-length vector) vector-ref start end))))

(define reverse-vector->generator
  (case-lambda
    ((vector)
     "(reverse-vector->generator vector [start [end]])\nA generator of the elements of VECTOR from END down to START."
     (reverse-vector->generator vector 0))
    ((vector start)
     (if (not (vector? vector)) (%raise-type 'reverse-vector->generator 1 "a vector" vector))
     (reverse-vector->generator vector start (vector-length vector)))
    ((vector start end)
     (if (not (vector? vector)) (%raise-type 'reverse-vector->generator 1 "a vector" vector))
     (indexed 'reverse-vector->generator vector (vector-length vector)
              (let ((last (+ start end -1))) (lambda (v i) (vector-ref v (- last i))))
              start end))))

(define string->generator
  (case-lambda
    ((string)
     "(string->generator string [start [end]])\nA generator of the characters of STRING from START up to END."
     (string->generator string 0))
    ((string start)
     (if (not (string? string)) (%raise-type 'string->generator 1 "a string" string))
     (string->generator string start (string-length string)))
    ((string start end)
     (if (not (string? string)) (%raise-type 'string->generator 1 "a string" string))
     (indexed 'string->generator string (string-length string) string-ref start end))))

(define bytevector->generator
  (case-lambda
    ((bytes)
     "(bytevector->generator bytes [start [end]])\nA generator of the bytes of BYTES from START up to END."
     (bytevector->generator bytes 0))
    ((bytes start)
     (if (not (bytevector? bytes)) (%raise-type 'bytevector->generator 1 "a bytevector" bytes))
     (bytevector->generator bytes start (bytevector-length bytes)))
    ((bytes start end)
     (if (not (bytevector? bytes)) (%raise-type 'bytevector->generator 1 "a bytevector" bytes))
     (indexed 'bytevector->generator bytes (bytevector-length bytes) bytevector-u8-ref start end))))

(define (make-for-each-generator for-each object)
  "(make-for-each-generator for-each object)\nA generator of what (FOR-EACH procedure OBJECT) calls its procedure with."
  (%check-procedure 'make-for-each-generator 1 for-each)
  (make-coroutine-generator (lambda (yield) (for-each yield object))))

(define (make-unfold-generator stop? f successor seed)
  "(make-unfold-generator stop? procedure successor seed)
A generator of PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on, up to the seed that STOP? accepts."
  (check-procedures 'make-unfold-generator 1 (list stop? f successor))
  (lambda ()
    (if (stop? seed)
        end
        (let ((item (f seed)))
          (set! seed (successor seed))
          item))))

;; --- generators from generators ------------------------------------------------------------------

(define (gcons* . items+generator)
  "(gcons* x ... generator)\nA generator of the Xs and then the items of GENERATOR."
  (if (null? items+generator) (%raise-type 'gcons* 1 "a generator" items+generator))
  (let ((rest items+generator))
    (lambda ()
      (if (null? (cdr rest))
          ((car rest))
          (let ((item (car rest)))
            (set! rest (cdr rest))
            item)))))

(define (gappend . generators)
  "(gappend generator ...)\nA generator of the items of the GENERATORs, one after the other."
  (check-procedures 'gappend 1 generators)
  (lambda ()
    (let loop ()
      (if (null? generators)
          end
          (let ((item ((car generators))))
            (if (eof-object? item)
                (begin (set! generators (cdr generators)) (loop))
                item))))))

(define (gflatten generator)
  "(gflatten generator)\nA generator of the elements of the lists that GENERATOR gives."
  (define rest '())
  (%check-procedure 'gflatten 1 generator)
  (lambda ()
    (let loop ()
      (cond ((pair? rest)
             (let ((item (car rest)))
               (set! rest (cdr rest))
               item))
            ((eof-object? rest) end)
            (else (set! rest (generator)) (loop))))))

(define ggroup
  (case-lambda
    ((generator k)
     "(ggroup generator k [padding])
A generator of lists of K items of GENERATOR each; the last one is filled with PADDING, or shorter without it."
     (group generator k #f #f))
    ((generator k padding) (group generator k #t padding))))

(define (group generator k pad? padding)
  (%check-procedure 'ggroup 1 generator)
  (%check-index 'ggroup 2 k)
  (lambda ()
    (let loop ((n 0) (items '()))
      (if (= n k)
          (reverse! items)
          (let ((item (generator)))
            (cond ((not (eof-object? item)) (loop (+ n 1) (cons item items)))
                  ((null? items) end)
                  (pad? (append (reverse! items) (make-list (- k n) padding)))
                  (else (reverse! items))))))))

(define (gmerge less? generator . more)
  "(gmerge less? generator ...)
A generator of the items of all GENERATORs, each in order by LESS?, in order; of equal ones the leftmost first."
  (%check-procedure 'gmerge 1 less?)
  (check-procedures 'gmerge 2 (cons generator more))
  (let merge ((l (cons generator more)))
    (if (null? (cdr l))
        (car l)
        (let* ((half (quotient (length l) 2)) (right (list-tail l half)))
          (merge-two less?
                     (merge (let left ((l l)) (if (eq? l right) '() (cons (car l) (left (cdr l))))))
                     (merge right))))))

(define (merge-two less? a b)
  (define x #f)  ; the next item of each, once begun
  (define y #f)
  (define begun? #f)
  (lambda ()
    (if (not begun?)
        (begin (set! begun? #t) (set! x (a)) (set! y (b))))
    (if (or (eof-object? x) (and (not (eof-object? y)) (less? y x)))
        (let ((item y))
          (if (not (eof-object? item)) (set! y (b)))
          item)
        (let ((item x))
          (set! x (a))
          item))))

;; The list of the next items of `generators`, or #f when one of them has no more.
(define (next-items generators)
  (let loop ((l generators) (items '()))
    (if (null? l)
        (reverse! items)
        (let ((item ((car l))))
          (if (eof-object? item) #f (loop (cdr l) (cons item items)))))))

(define gmap
  (case-lambda
    ((f generator)
     "(gmap procedure generator ...)\nA generator of PROCEDURE's results for the items of the GENERATORs."
     (check-procedures 'gmap 1 (list f generator))
     (lambda ()
       (let ((item (generator)))
         (if (eof-object? item) end (f item)))))
    ((f generator-1 . more)
     (let ((generators (cons generator-1 more)))
       (check-procedures 'gmap 1 (cons f generators))
       (lambda ()
         (let ((items (next-items generators)))
           (if items (apply f items) end)))))))

(define (gcombine f seed generator-1 . more)
  "(gcombine procedure seed generator ...)
PROCEDURE is called with the items of the GENERATORs and a seed and returns an item of this generator and the next seed."
  (let ((generators (cons generator-1 more)))
    (%check-procedure 'gcombine 1 f)
    (check-procedures 'gcombine 3 generators)
    (lambda ()
      (let ((items (next-items generators)))
        (if items
            (let-values (((item next) (apply f (append items (list seed)))))
              (set! seed next)
              item)
            end)))))

(define (gfilter keep? generator)
  "(gfilter keep? generator)\nA generator of the items of GENERATOR that KEEP? accepts."
  (check-procedures 'gfilter 1 (list keep? generator))
  (lambda ()
    (let loop ()
      (let ((item (generator)))
        (if (or (eof-object? item) (keep? item)) item (loop))))))

(define (gremove drop? generator)
  "(gremove drop? generator)\nA generator of the items of GENERATOR that DROP? does not accept."
  (check-procedures 'gremove 1 (list drop? generator))
  (lambda ()
    (let loop ()
      (let ((item (generator)))
        (if (or (eof-object? item) (not (drop? item))) item (loop))))))

(define (gstate-filter f state generator)
  "(gstate-filter procedure state generator)
PROCEDURE is called with an item and the state and returns whether to keep the item, and the next state."
  (%check-procedure 'gstate-filter 1 f)
  (%check-procedure 'gstate-filter 3 generator)
  (lambda ()
    (let loop ()
      (let ((item (generator)))
        (if (eof-object? item)
            item
            (let-values (((keep? next) (f item state)))
              (set! state next)
              (if keep? item (loop))))))))

(define gtake
  (case-lambda
    ((generator k)
     "(gtake generator k [padding])
A generator of the first K items of GENERATOR; with PADDING it gives that when GENERATOR has too few."
     (gtake generator k end))
    ((generator k padding)
     (%check-procedure 'gtake 1 generator)
     (%check-index 'gtake 2 k)
     (lambda ()
       (if (> k 0)
           (let ((item (generator)))
             (set! k (- k 1))
             (if (eof-object? item) padding item))
           end)))))

(define (gdrop generator k)
  "(gdrop generator k)\nA generator of the items of GENERATOR without the first K."
  (%check-procedure 'gdrop 1 generator)
  (%check-index 'gdrop 2 k)
  (lambda ()
    (let loop ()
      (if (> k 0)
          (begin
            (set! k (- k 1))
            (if (eof-object? (generator)) (set! k 0))
            (loop))
          (generator)))))

(define (gtake-while keep? generator)
  "(gtake-while keep? generator)\nA generator of the items of GENERATOR before the first that KEEP? does not accept."
  (define done? #f)
  (check-procedures 'gtake-while 1 (list keep? generator))
  (lambda ()
    (if done?
        end
        (let ((item (generator)))
          (if (and (not (eof-object? item)) (keep? item))
              item
              (begin (set! done? #t) end))))))

(define (gdrop-while drop? generator)
  "(gdrop-while drop? generator)\nA generator of the items of GENERATOR from the first on that DROP? does not accept."
  (define dropping? #t)
  (check-procedures 'gdrop-while 1 (list drop? generator))
  (lambda ()
    (let loop ()
      (let ((item (generator)))
        (if (and dropping? (not (eof-object? item)) (drop? item))
            (loop)
            (begin (set! dropping? #f) item))))))

(define gdelete
  (case-lambda
    ((x generator)
     "(gdelete x generator [same?])\nA generator of the items of GENERATOR that are not equal to X (by equal? or SAME?)."
     (gdelete x generator equal?))
    ((x generator same?)
     (%check-procedure 'gdelete 2 generator)
     (gremove (lambda (item) (same? x item)) generator))))

(define gdelete-neighbor-dups
  (case-lambda
    ((generator)
     "(gdelete-neighbor-dups generator [same?])
A generator of the items of GENERATOR that are not equal to the one before (by equal? or SAME?)."
     (gdelete-neighbor-dups generator equal?))
    ((generator same?)
     (define last end)
     (%check-procedure 'gdelete-neighbor-dups 1 generator)
     (lambda ()
       (let loop ()
         (let ((item (generator)))
           (if (or (eof-object? item) (eof-object? last) (not (same? last item)))
               (begin (set! last item) item)
               (loop))))))))

(define (gindex generator indices)
  "(gindex generator indices)
A generator of those items of GENERATOR whose numbers, counted from 0, the generator INDICES gives; they must grow."
  (define at 0)  ; the number of the next item
  (check-procedures 'gindex 1 (list generator indices))
  (lambda ()
    (let ((i (indices)))
      (if (eof-object? i)
          end
          (begin
            (if (not (and (exact-integer? i) (>= i at)))
                (%raise-type 'gindex 2 "a generator of indices that grow" i))
            (let loop ()
              (let ((item (generator)))
                (set! at (+ at 1))
                (if (or (eof-object? item) (> at i)) item (loop)))))))))

(define (gselect generator truths)
  "(gselect generator truths)\nA generator of the items of GENERATOR for which the generator TRUTHS gives something else than #f."
  (check-procedures 'gselect 1 (list generator truths))
  (lambda ()
    (let loop ()
      (let ((item (generator)) (keep? (truths)))
        (cond ((or (eof-object? item) (eof-object? keep?)) end)
              (keep? item)
              (else (loop)))))))
