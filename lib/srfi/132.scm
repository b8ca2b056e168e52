;;; The body of (srfi 132).
;;;
;;; There is one sort, the core library's merge sort of lists; it is stable and takes O(n log n) in every case, so all
;;; names for stable and unstable sorting mean it.

(define list-stable-sort list-sort)
(define list-sort!
  (lambda (less? list)
    "(list-sort! less? list)
The elements of LIST in order, in its own pairs; those of which neither is LESS? keep theirs."
    (%check-procedure 'list-sort! 1 less?)
    (if (not (list? list)) (%raise-type 'list-sort! 2 "a list" list))
    (if (null? list) '() (%sort-pairs! list (length list) less?))))
(define list-stable-sort! list-sort!)
(define vector-stable-sort vector-sort)

;; Are `start` and `end`, arguments `argument` and the next, a range of `vector`, the argument before?
(define (check-range who argument vector start end)
  (if (not (vector? vector)) (%raise-type who (- argument 1) "a vector" vector))
  (if (not (and (exact-integer? end) (<= 0 end (vector-length vector))))
      (%raise-range who (+ argument 1) "at most the length of the vector" end))
  (if (not (and (exact-integer? start) (<= 0 start end)))
      (%raise-range who argument "an index that is not beyond the end" start)))

(define (end-of vector)
  (if (vector? vector) (vector-length vector) 0))

(define vector-sort!
  (case-lambda
    ((less? v)
     "(vector-sort! less? vector [start [end]])\nPut the elements of VECTOR from START up to END in order, stably."
     (vector-sort! less? v 0 (end-of v)))
    ((less? v start) (vector-sort! less? v start (end-of v)))
    ((less? v start end)
     (%check-procedure 'vector-sort! 1 less?)
     (check-range 'vector-sort! 3 v start end)
     (%fill-vector! v start (list-sort less? (vector->list v start end))))))
(define vector-stable-sort! vector-sort!)

;; --- sorted? -------------------------------------------------------------------------------------------

(define (list-sorted? less? list)
  "(list-sorted? less? list)\nIs no element of LIST LESS? than the one before?"
  (%check-procedure 'list-sorted? 1 less?)
  (if (not (list? list)) (%raise-type 'list-sorted? 2 "a list" list))
  (or (null? list)
      (let loop ((x (car list)) (l (cdr list)))
        (or (null? l)
            (and (not (less? (car l) x)) (loop (car l) (cdr l)))))))

(define vector-sorted?
  (case-lambda
    ((less? v)
     "(vector-sorted? less? vector [start [end]])
Is no element of VECTOR from START up to END LESS? than the one before?"
     (vector-sorted? less? v 0 (end-of v)))
    ((less? v start) (vector-sorted? less? v start (end-of v)))
    ((less? v start end)
     (%check-procedure 'vector-sorted? 1 less?)
     (check-range 'vector-sorted? 3 v start end)
     (let loop ((i (+ start 1)))
       (or (>= i end)
           (and (not (less? (vector-ref v i) (vector-ref v (- i 1)))) (loop (+ i 1))))))))

;; --- merging -------------------------------------------------------------------------------------------

(define (list-merge! less? a b)
  "(list-merge! less? list-1 list-2)\nThe elements of two sorted lists in one sorted list made of their pairs, stably."
  (%check-procedure 'list-merge! 1 less?)
  (if (not (list? a)) (%raise-type 'list-merge! 2 "a list" a))
  (if (not (list? b)) (%raise-type 'list-merge! 3 "a list" b))
  (cond ((null? a) b)
        ((null? b) a)
        (else (%merge! a b less?))))

(define vector-merge!
  (case-lambda
    ((less? to a b)
     "(vector-merge! less? to vector-1 vector-2 [start [start-1 [end-1 [start-2 [end-2]]]]])
Write the elements of two sorted vectors in order to vector TO from START on; those of VECTOR-1 come first among
equals."
     (vector-merge! less? to a b 0 0 (end-of a) 0 (end-of b)))
    ((less? to a b start) (vector-merge! less? to a b start 0 (end-of a) 0 (end-of b)))
    ((less? to a b start start-a) (vector-merge! less? to a b start start-a (end-of a) 0 (end-of b)))
    ((less? to a b start start-a end-a) (vector-merge! less? to a b start start-a end-a 0 (end-of b)))
    ((less? to a b start start-a end-a start-b)
     (vector-merge! less? to a b start start-a end-a start-b (end-of b)))
    ((less? to a b start start-a end-a start-b end-b)
     (%check-procedure 'vector-merge! 1 less?)
     (check-range 'vector-merge! 6 a start-a end-a)
     (check-range 'vector-merge! 8 b start-b end-b)
     (check-range 'vector-merge! 5 to start (end-of to))
     (if (> (+ start (- end-a start-a) (- end-b start-b)) (vector-length to))
         (%raise-range 'vector-merge! 2 "a vector with room for the result" to))
     (let loop ((i start) (j start-a) (k start-b))
       (cond ((= j end-a) (vector-copy! to i b k end-b))
             ((= k end-b) (vector-copy! to i a j end-a))
             ((less? (vector-ref b k) (vector-ref a j))
              (vector-set! to i (vector-ref b k))
              (loop (+ i 1) j (+ k 1)))
             (else
              (vector-set! to i (vector-ref a j))
              (loop (+ i 1) (+ j 1) k)))))))

(define vector-merge
  (case-lambda
    ((less? a b)
     "(vector-merge less? vector-1 vector-2 [start-1 [end-1 [start-2 [end-2]]]])
A new vector of the elements of two sorted vectors in order; those of VECTOR-1 come first among equals."
     (vector-merge less? a b 0 (end-of a) 0 (end-of b)))
    ((less? a b start-a) (vector-merge less? a b start-a (end-of a) 0 (end-of b)))
    ((less? a b start-a end-a) (vector-merge less? a b start-a end-a 0 (end-of b)))
    ((less? a b start-a end-a start-b) (vector-merge less? a b start-a end-a start-b (end-of b)))
    ((less? a b start-a end-a start-b end-b)
     (check-range 'vector-merge 4 a start-a end-a)
     (check-range 'vector-merge 6 b start-b end-b)
     (let ((to (make-vector (+ (- end-a start-a) (- end-b start-b)))))
       (vector-merge! less? to a b 0 start-a end-a start-b end-b)
       to))))

;; --- neighbours that are equal ---------------------------------------------------------------------------

(define (list-delete-neighbor-dups same? list)
  "(list-delete-neighbor-dups same? list)
A list of the elements of LIST that are not the SAME? as the one kept before."
  (%check-procedure 'list-delete-neighbor-dups 1 same?)
  (if (not (list? list)) (%raise-type 'list-delete-neighbor-dups 2 "a list" list))
  (if (null? list)
      '()
      (let loop ((kept (cons (car list) '())) (l (cdr list)))
        (cond ((null? l) (reverse kept))
              ((same? (car kept) (car l)) (loop kept (cdr l)))
              (else (loop (cons (car l) kept) (cdr l)))))))

(define (list-delete-neighbor-dups! same? list)
  "(list-delete-neighbor-dups! same? list)
Take the elements that are the SAME? as the one kept before out of LIST, and return it."
  (%check-procedure 'list-delete-neighbor-dups! 1 same?)
  (if (not (list? list)) (%raise-type 'list-delete-neighbor-dups! 2 "a list" list))
  (if (pair? list)
      (let loop ((last list) (l (cdr list)))
        (cond ((null? l) (set-cdr! last '()))
              ((same? (car last) (car l)) (loop last (cdr l)))
              (else (set-cdr! last l) (loop l (cdr l))))))
  list)

(define vector-delete-neighbor-dups!
  (case-lambda
    ((same? v)
     "(vector-delete-neighbor-dups! same? vector [start [end]])
Move the elements from START up to END that are not the SAME? as the one kept before to the start of that range, and
return the index after the last."
     (vector-delete-neighbor-dups! same? v 0 (end-of v)))
    ((same? v start) (vector-delete-neighbor-dups! same? v start (end-of v)))
    ((same? v start end)
     (%check-procedure 'vector-delete-neighbor-dups! 1 same?)
     (check-range 'vector-delete-neighbor-dups! 3 v start end)
     (if (= start end)
         end
         (let loop ((last start) (i (+ start 1)))
           (cond ((= i end) (+ last 1))
                 ((same? (vector-ref v last) (vector-ref v i)) (loop last (+ i 1)))
                 (else
                  (vector-set! v (+ last 1) (vector-ref v i))
                  (loop (+ last 1) (+ i 1)))))))))

(define vector-delete-neighbor-dups
  (case-lambda
    ((same? v)
     "(vector-delete-neighbor-dups same? vector [start [end]])
A new vector of the elements of VECTOR from START up to END that are not the SAME? as the one kept before."
     (vector-delete-neighbor-dups same? v 0 (end-of v)))
    ((same? v start) (vector-delete-neighbor-dups same? v start (end-of v)))
    ((same? v start end)
     (check-range 'vector-delete-neighbor-dups 3 v start end)
     (let ((copy (vector-copy v start end)))
       (vector-copy copy 0 (vector-delete-neighbor-dups! same? copy))))))

;; --- selection -------------------------------------------------------------------------------------------

(define (swap! v i j)
  (let ((x (vector-ref v i)))
    (vector-set! v i (vector-ref v j))
    (vector-set! v j x)))

(define (middle less? a b c)
  (if (less? a b)
      (cond ((less? b c) b) ((less? a c) c) (else a))
      (cond ((less? a c) a) ((less? b c) c) (else b))))

;; Order the range of `v` in three parts, less than, equal to and greater than `pivot`: where the second
;; begins and ends.
(define (partition! less? v start end pivot)
  (let loop ((low start) (i start) (high end))
    (if (= i high)
        (values low high)
        (let ((x (vector-ref v i)))
          (cond ((less? x pivot)
                 (swap! v low i)
                 (loop (+ low 1) (+ i 1) high))
                ((less? pivot x)
                 (swap! v i (- high 1))
                 (loop low i (- high 1)))
                (else (loop low (+ i 1) high)))))))

;; Put what belongs at index `k` there, what is less before it and what is greater behind.  When so many rounds did not
;; narrow the range to a few elements the input is a hostile one, and the rest is sorted.
(define (select! less? v k start end)
  (let loop ((start start) (end end) (rounds 40))
    (if (or (< (- end start) 8) (= rounds 0))
        (vector-sort! less? v start end)
        (let ((pivot (middle less? (vector-ref v start) (vector-ref v (quotient (+ start end) 2))
                             (vector-ref v (- end 1)))))
          (let-values (((low high) (partition! less? v start end pivot)))
            (cond ((< k low) (loop start low (- rounds 1)))
                  ((>= k high) (loop high end (- rounds 1)))))))))

(define vector-select!
  (case-lambda
    ((less? v k)
     "(vector-select! less? vector k [start [end]])
The element that would be at index K, from 0, if those of VECTOR from START up to END were sorted; they are reordered.
Linear time on average."
     (vector-select! less? v k 0 (end-of v)))
    ((less? v k start) (vector-select! less? v k start (end-of v)))
    ((less? v k start end)
     (%check-procedure 'vector-select! 1 less?)
     (if (not (vector? v)) (%raise-type 'vector-select! 2 "a vector" v))
     (check-range 'vector-select! 4 v start end)
     (if (not (and (exact-integer? k) (<= 0 k) (< k (- end start))))
         (%raise-range 'vector-select! 3 "less than the length of the range" k))
     (select! less? v (+ start k) start end)
     (vector-ref v (+ start k)))))

(define vector-separate!
  (case-lambda
    ((less? v k)
     "(vector-separate! less? vector k [start [end]])
Put the K smallest elements of VECTOR from START up to END before the others.  Linear time on average."
     (vector-separate! less? v k 0 (end-of v)))
    ((less? v k start) (vector-separate! less? v k start (end-of v)))
    ((less? v k start end)
     (%check-procedure 'vector-separate! 1 less?)
     (if (not (vector? v)) (%raise-type 'vector-separate! 2 "a vector" v))
     (check-range 'vector-separate! 4 v start end)
     (if (not (and (exact-integer? k) (<= 0 k (- end start))))
         (%raise-range 'vector-separate! 3 "at most the length of the range" k))
     (if (< k (- end start)) (select! less? v (+ start k) start end)))))

(define (mean a b) (/ (+ a b) 2))

(define vector-find-median
  (case-lambda
    ((less? v none)
     "(vector-find-median less? vector none [mean])
The middle one of the elements of VECTOR in order, MEAN of the two middle ones, or NONE if VECTOR is empty.  Linear
time on average."
     (vector-find-median less? v none mean))
    ((less? v none mean)
     (if (not (vector? v)) (%raise-type 'vector-find-median 2 "a vector" v))
     (let* ((n (vector-length v)) (half (quotient n 2)))
       (if (= n 0)
           none
           (let* ((v (vector-copy v)) (upper (vector-select! less? v half)))
             (if (odd? n)
                 upper
                 (mean (vector-select! less? v (- half 1) 0 half) upper))))))))

(define vector-find-median!
  (case-lambda
    ((less? v none)
     "(vector-find-median! less? vector none [mean])\nThe same as vector-find-median; VECTOR is left sorted."
     (vector-find-median! less? v none mean))
    ((less? v none mean)
     (if (not (vector? v)) (%raise-type 'vector-find-median! 2 "a vector" v))
     (vector-sort! less? v)
     (let* ((n (vector-length v)) (half (quotient n 2)))
       (cond ((= n 0) none)
             ((odd? n) (vector-ref v half))
             (else (mean (vector-ref v (- half 1)) (vector-ref v half))))))))
