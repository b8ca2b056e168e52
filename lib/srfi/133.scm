;;; SRFI 133, as far as (ringlet) does not have it.
;;;
;;; As everywhere, a procedure that makes a new vector of what another one returns gathers the results in a list first:
;;; so a continuation may be entered again without changing a vector already returned.

;; START and END of a part of `vector`, checked; `argument` is the position of START.
(define (check-range who argument vector start end)
  (%check-index who argument start)
  (%check-index who (+ argument 1) end)
  (if (> end (vector-length vector))
      (%raise-range who (+ argument 1) "at most the length of the vector" end))
  (if (> start end)
      (%raise-range who argument "at most the end" start)))

;; Call (f vector start end) for the arguments of `who`: a vector and perhaps where its part begins and ends.
(define (call-with-range who argument f vector range)
  (let* ((n (%length-of who argument vector))
         (start (if (pair? range) (car range) 0))
         (end (if (and (pair? range) (pair? (cdr range))) (cadr range) n)))
    (if (and (pair? range) (pair? (cdr range)) (pair? (cddr range)))
        (%raise 'arity who "too many arguments after" end))
    (check-range who (+ argument 1) vector start end)
    (f vector start end)))

;; --- constructors --------------------------------------------------------------------------------

;; The results of `f` for the indices from `i` on in steps of `step`, in a list, the last one first.
(define (unfolded f n i step seeds)
  (cond ((null? seeds)
         (let loop ((k 0) (i i) (results '()))
           (if (< k n)
               (loop (+ k 1) (+ i step) (cons (f i) results))
               results)))
        ((null? (cdr seeds))
         (let loop ((k 0) (i i) (seed (car seeds)) (results '()))
           (if (< k n)
               (let-values (((x seed) (f i seed)))
                 (loop (+ k 1) (+ i step) seed (cons x results)))
               results)))
        (else
         (let loop ((k 0) (i i) (seeds seeds) (results '()))
           (if (< k n)
               (let-values (((x . seeds) (apply f i seeds)))
                 (loop (+ k 1) (+ i step) seeds (cons x results)))
               results)))))

(define (vector-unfold f n . seeds)
  "(vector-unfold procedure n seed ...)
A vector of N elements.  PROCEDURE is called with the index, from 0 up, and the SEEDs; it returns the element and the
seeds for the next one."
  (%check-index 'vector-unfold 2 n)
  (reverse-list->vector (unfolded f n 0 1 seeds)))

(define (vector-unfold-right f n . seeds)
  "(vector-unfold-right procedure n seed ...)\nLike vector-unfold, but the indices go from N - 1 down."
  (%check-index 'vector-unfold-right 2 n)
  (list->vector (unfolded f n (- n 1) -1 seeds)))

(define (vector-reverse-copy vector . range)
  "(vector-reverse-copy vector [start end])\nA new vector of the elements of VECTOR from END down to START."
  (call-with-range 'vector-reverse-copy 1
                   (lambda (vector start end)
                     (let ((copy (vector-copy vector start end)))
                       (turn! copy 0 (- end start))
                       copy))
                   vector range))

(define (vector-concatenate vectors)
  "(vector-concatenate vectors)\nA new vector of the elements of all VECTORS, a list of vectors."
  (if (not (list? vectors)) (%raise-type 'vector-concatenate 1 "a list of vectors" vectors))
  (for-each (lambda (v) (if (not (vector? v)) (%raise-type 'vector-concatenate 1 "a list of vectors" vectors)))
            vectors)
  (apply vector-append vectors))

(define (vector-append-subvectors . parts)
  "(vector-append-subvectors vector start end ...)
A new vector of the elements of the parts: of each VECTOR those from START up to END."
  (let loop ((l parts) (i 1) (copies '()))
    (cond ((null? l) (apply vector-append (reverse copies)))
          ((not (and (pair? (cdr l)) (pair? (cddr l))))
           (%raise 'arity 'vector-append-subvectors "a vector lacks its start and end:" (car l)))
          (else
           (%length-of 'vector-append-subvectors i (car l))
           (check-range 'vector-append-subvectors (+ i 1) (car l) (cadr l) (caddr l))
           (loop (cdddr l) (+ i 3) (cons (vector-copy (car l) (cadr l) (caddr l)) copies))))))

;; --- predicates ----------------------------------------------------------------------------------

(define (vector-empty? vector)
  "(vector-empty? vector)\nHas VECTOR no elements?"
  (= (%length-of 'vector-empty? 1 vector) 0))

(define (vector= same? . vectors)
  "(vector= same? vector ...)\nHave all VECTORs the same length, and elements that SAME? accepts at the same places?"
  (define (two=? a b)
    (let ((n (vector-length a)))
      (and (= n (vector-length b))
           (let loop ((i 0))
             (or (= i n)
                 (and (same? (vector-ref a i) (vector-ref b i)) (loop (+ i 1))))))))
  (or (null? vectors)
      (begin
        (%shortest-vector 'vector= 2 vectors)
        (let loop ((a (car vectors)) (rest (cdr vectors)))
          (or (null? rest)
              (and (or (eq? a (car rest)) (two=? a (car rest)))
                   (loop (car rest) (cdr rest))))))))

;; --- iteration -----------------------------------------------------------------------------------

(define vector-fold-right
  (case-lambda
    ((f init vector)
     "(vector-fold-right procedure init vector ...)
(PROCEDURE ... (PROCEDURE (PROCEDURE INIT last) last but one) ... first); VECTORs count from 0, up to the shortest."
     (let loop ((i (- (%length-of 'vector-fold-right 3 vector) 1)) (acc init))
       (if (< i 0) acc (loop (- i 1) (f acc (vector-ref vector i))))))
    ((f init vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let loop ((i (- (%shortest-vector 'vector-fold-right 3 vectors) 1)) (acc init))
         (if (< i 0) acc (loop (- i 1) (apply f acc (%vector-elements vectors i)))))))))

(define (vector-cumulate f init vector)
  "(vector-cumulate procedure init vector)
The vector of what vector-fold's PROCEDURE returns on the way: (PROCEDURE INIT first), (PROCEDURE that second), ..."
  (let ((n (%length-of 'vector-cumulate 3 vector)))
    (let loop ((i 0) (acc init) (results '()))
      (if (< i n)
          (let ((acc (f acc (vector-ref vector i))))
            (loop (+ i 1) acc (cons acc results)))
          (reverse-list->vector results)))))

;; --- searching -----------------------------------------------------------------------------------

;; The first index for which the answer of `accept?` is (is not, for `wanted` #f) true, from `i` up to `end` by `step`.
(define (search accept? wanted vectors i end step)
  (if (null? (cdr vectors))
      (let ((vector (car vectors)))
        (let loop ((i i))
          (cond ((= i end) #f)
                ((eq? wanted (if (accept? (vector-ref vector i)) #t #f)) i)
                (else (loop (+ i step))))))
      (let loop ((i i))
        (cond ((= i end) #f)
              ((eq? wanted (if (apply accept? (%vector-elements vectors i)) #t #f)) i)
              (else (loop (+ i step)))))))

(define (vector-skip accept? vector . more)
  "(vector-skip accept? vector ...)\nThe index of the first elements of the VECTORs that ACCEPT? does not accept, or #f."
  (let ((vectors (cons vector more)))
    (search accept? #f vectors 0 (%shortest-vector 'vector-skip 2 vectors) 1)))

(define (vector-index-right accept? vector . more)
  "(vector-index-right accept? vector ...)
The index of the last elements of the VECTORs, up to the end of the shortest, that ACCEPT? accepts, or #f."
  (let ((vectors (cons vector more)))
    (search accept? #t vectors (- (%shortest-vector 'vector-index-right 2 vectors) 1) -1 -1)))

(define (vector-skip-right accept? vector . more)
  "(vector-skip-right accept? vector ...)
The index of the last elements of the VECTORs, up to the end of the shortest, that ACCEPT? does not accept, or #f."
  (let ((vectors (cons vector more)))
    (search accept? #f vectors (- (%shortest-vector 'vector-skip-right 2 vectors) 1) -1 -1)))

(define vector-any
  (case-lambda
    ((accept? vector)
     "(vector-any accept? vector ...)
The first result of ACCEPT? for the elements of the VECTORs that is not #f; #f when there is none."
     (let ((n (%length-of 'vector-any 2 vector)))
       (let loop ((i 0))
         (and (< i n)
              (or (accept? (vector-ref vector i)) (loop (+ i 1)))))))
    ((accept? vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-any 2 vectors)))
         (let loop ((i 0))
           (and (< i n)
                (or (apply accept? (%vector-elements vectors i)) (loop (+ i 1))))))))))

(define vector-every
  (case-lambda
    ((accept? vector)
     "(vector-every accept? vector ...)
#f when ACCEPT? answers #f for some elements of the VECTORs, otherwise its last result; #t for empty vectors."
     (let ((n (%length-of 'vector-every 2 vector)))
       (let loop ((i 0) (result #t))
         (if (< i n)
             (let ((result (accept? (vector-ref vector i))))
               (and result (loop (+ i 1) result)))
             result))))
    ((accept? vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-every 2 vectors)))
         (let loop ((i 0) (result #t))
           (if (< i n)
               (let ((result (apply accept? (%vector-elements vectors i))))
                 (and result (loop (+ i 1) result)))
               result)))))))

(define (vector-partition accept? vector)
  "(vector-partition accept? vector)
Two values: a new vector of the elements of VECTOR that ACCEPT? accepts, then the others; and how many it accepts."
  (let ((n (%length-of 'vector-partition 2 vector)))
    (let loop ((i 0) (in '()) (n-in 0) (out '()))
      (cond ((= i n) (values (list->vector (append (reverse in) (reverse out))) n-in))
            ((accept? (vector-ref vector i)) (loop (+ i 1) (cons (vector-ref vector i) in) (+ n-in 1) out))
            (else (loop (+ i 1) in n-in (cons (vector-ref vector i) out)))))))

;; --- mutators ------------------------------------------------------------------------------------

(define (vector-swap! vector i j)
  "(vector-swap! vector i j)\nExchange elements I and J of VECTOR."
  (let ((x (vector-ref vector i)))
    (vector-set! vector i (vector-ref vector j))
    (vector-set! vector j x)))

(define (turn! vector start end)
  (let loop ((i start) (j (- end 1)))
    (if (< i j)
        (begin
          (vector-swap! vector i j)
          (loop (+ i 1) (- j 1))))))

(define (vector-reverse! vector . range)
  "(vector-reverse! vector [start end])\nTurn the part of VECTOR from START up to END around."
  (call-with-range 'vector-reverse! 1 turn! vector range))

(define (vector-reverse-copy! to at from . range)
  "(vector-reverse-copy! to at from [start end])
Copy the elements of FROM, from END down to START, into TO, from AT on.  They may be the same vector."
  (let ((n (%length-of 'vector-reverse-copy! 1 to)))
    (%check-index 'vector-reverse-copy! 2 at)
    (call-with-range 'vector-reverse-copy! 3
                     (lambda (from start end)
                       (if (> (+ at (- end start)) n)
                           (%raise-range 'vector-reverse-copy! 2 "a place with room for the elements" at))
                       (vector-copy! to at from start end)
                       (turn! to at (+ at (- end start))))
                     from range)))

;; Store `results`, a list, into `vector` from `i` on in steps of `step`.
(define (store! vector i step results)
  (if (pair? results)
      (begin
        (vector-set! vector i (car results))
        (store! vector (+ i step) step (cdr results)))))

(define (vector-unfold! f vector start end . seeds)
  "(vector-unfold! procedure vector start end seed ...)
Like vector-unfold, but the elements are stored into VECTOR from START up to END; the indices are those of VECTOR."
  (%length-of 'vector-unfold! 2 vector)
  (check-range 'vector-unfold! 3 vector start end)
  (store! vector (- end 1) -1 (unfolded f (- end start) start 1 seeds)))

(define (vector-unfold-right! f vector start end . seeds)
  "(vector-unfold-right! procedure vector start end seed ...)\nLike vector-unfold!, but from END down to START."
  (%length-of 'vector-unfold-right! 2 vector)
  (check-range 'vector-unfold-right! 3 vector start end)
  (store! vector start 1 (unfolded f (- end start) (- end 1) -1 seeds)))

;; --- conversion ----------------------------------------------------------------------------------

(define (reverse-vector->list vector . range)
  "(reverse-vector->list vector [start end])\nThe list of the elements of VECTOR from END down to START."
  (call-with-range 'reverse-vector->list 1
                   (lambda (vector start end)
                     (let loop ((i start) (list '()))
                       (if (< i end)
                           (loop (+ i 1) (cons (vector-ref vector i) list))
                           list)))
                   vector range))

(define (reverse-list->vector list)
  "(reverse-list->vector list)\nA new vector of the elements of LIST, the last one first."
  (if (not (list? list)) (%raise-type 'reverse-list->vector 1 "a list" list))
  (list->vector (reverse list)))
