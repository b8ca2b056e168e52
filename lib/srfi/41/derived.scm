;;; Streams: what stands on stream-cons and stream-lambda.
;;;
;;; Arguments are checked when a procedure is called; elements are computed when they are asked for.  Procedures that
;;; walk along a stream call themselves with what is left of it, so that nothing holds on to what they have passed.

(define (check-stream who argument x)
  (if (not (stream? x)) (%raise-type who argument "a stream" x)))

(define (check-streams who argument streams)
  (if (pair? streams)
      (begin
        (check-stream who argument (car streams))
        (check-streams who (+ argument 1) (cdr streams)))))

;; Have all `streams` elements?
(define (all-pairs? streams)
  (or (null? streams)
      (and (stream-pair? (car streams)) (all-pairs? (cdr streams)))))

;; --- syntax --------------------------------------------------------------------------------------

(define-syntax define-stream
  (syntax-rules ()
    ((_ (name . formals) . body) (define name (stream-lambda formals . body)))))

(define-syntax stream-let
  (syntax-rules ()
    ((_ tag ((name value) ...) . body)
     ((letrec ((tag (stream-lambda (name ...) . body))) tag) value ...))))

(define-syntax stream
  (syntax-rules ()
    ((_) stream-null)
    ((_ x y ...) (stream-cons x (stream y ...)))))

(define-syntax stream-match
  (syntax-rules ()
    ((_ e clause ...)
     (let ((s e))
       (check-stream 'stream-match 1 s)
       (match-clauses s clause ...)))))

(define-syntax match-clauses
  (syntax-rules ()
    ((_ s) (begin (%raise 'range 'stream-match "no pattern matches" s) #f))
    ((_ s (pattern fender e) . more)
     (let ((fail (lambda () (match-clauses s . more))))
       (match-stream s pattern (if fender e (fail)) (fail))))
    ((_ s (pattern e) . more)
     (let ((fail (lambda () (match-clauses s . more))))
       (match-stream s pattern e (fail))))))

(define-syntax match-stream
  (syntax-rules (_)
    ((_ s () e failure) (if (stream-null? s) e failure))
    ((_ s (_ . more) e failure)
     (if (stream-pair? s)
         (let ((rest (stream-cdr s))) (match-stream rest more e failure))
         failure))
    ((_ s (x . more) e failure)
     (if (stream-pair? s)
         (let ((x (stream-car s)) (rest (stream-cdr s))) (match-stream rest more e failure))
         failure))
    ((_ s _ e failure) e)
    ((_ s x e failure) (let ((x s)) e))))

(define-syntax stream-of
  (syntax-rules ()
    ((_ e clause ...) (elements e stream-null clause ...))))

;; The elements that `e` gives for the clauses, followed by the stream `rest`.
(define-syntax elements
  (syntax-rules (in is)
    ((_ e rest) (stream-cons e rest))
    ((_ e rest (x in stream) . more)
     (stream-let loop ((s stream))
       (if (stream-null? s)
           rest
           (let ((x (stream-car s)))
             (elements e (loop (stream-cdr s)) . more)))))
    ((_ e rest (x is value) . more) (let ((x value)) (elements e rest . more)))
    ((_ e rest test . more) (if test (elements e rest . more) rest))))

;; --- to and from other data ----------------------------------------------------------------------

(define (list->stream list)
  "(list->stream list)\nThe stream of the elements of LIST."
  (define-stream (loop l)
    (if (null? l) stream-null (stream-cons (car l) (loop (cdr l)))))
  (if (not (list? list)) (%raise-type 'list->stream 1 "a list" list))
  (loop list))

(define port->stream
  (case-lambda
    (()
     "(port->stream [port])\nThe stream of the characters read from PORT (the current input port)."
     (port->stream (current-input-port)))
    ((port)
     (define-stream (loop)
       (let ((c (read-char port)))
         (if (eof-object? c) stream-null (stream-cons c (loop)))))
     (if (not (input-port? port)) (%raise-type 'port->stream 1 "an input port" port))
     (loop))))

(define stream->list
  (case-lambda
    ((stream)
     "(stream->list [n] stream)\nThe list of the elements of STREAM, or of its first N if it has more."
     (check-stream 'stream->list 1 stream)
     (taken-list -1 stream '()))
    ((n stream)
     (%check-index 'stream->list 1 n)
     (check-stream 'stream->list 2 stream)
     (taken-list n stream '()))))

(define (taken-list n stream taken)
  (if (and (not (= n 0)) (stream-pair? stream))
      (taken-list (- n 1) (stream-cdr stream) (cons (stream-car stream) taken))
      (reverse taken)))

;; --- making --------------------------------------------------------------------------------------

(define (stream-constant . objects)
  "(stream-constant x ...)\nThe stream of the Xs over and over."
  (define-stream (loop l)
    (if (null? l)
        (loop objects)
        (stream-cons (car l) (loop (cdr l)))))
  (if (null? objects) stream-null (loop objects)))

(define stream-from
  (case-lambda
    ((first)
     "(stream-from first [step])\nThe stream of the numbers FIRST, FIRST + STEP and so on; STEP is 1 if not given."
     (stream-from first 1))
    ((first step)
     (define-stream (loop n)
       (stream-cons n (loop (+ n step))))
     (if (not (number? first)) (%raise-type 'stream-from 1 "a number" first))
     (if (not (number? step)) (%raise-type 'stream-from 2 "a number" step))
     (loop first))))

(define stream-range
  (case-lambda
    ((first past)
     "(stream-range first past [step])
The stream of the numbers from FIRST up (or down) to but not PAST in steps of STEP; 1 or -1 if not given."
     (stream-range first past (if (< first past) 1 -1)))
    ((first past step)
     (define before? (if (and (real? step) (> step 0)) < >))
     (define-stream (loop n)
       (if (before? n past) (stream-cons n (loop (+ n step))) stream-null))
     (if (not (real? first)) (%raise-type 'stream-range 1 "a real number" first))
     (if (not (real? past)) (%raise-type 'stream-range 2 "a real number" past))
     (if (not (and (real? step) (not (zero? step)))) (%raise-type 'stream-range 3 "a real number that is not zero" step))
     (loop first))))

(define (stream-iterate f first)
  "(stream-iterate procedure first)\nThe stream of FIRST, PROCEDURE's result for it, PROCEDURE's result for that, ..."
  (define-stream (loop x)
    (stream-cons x (loop (f x))))
  (%check-procedure 'stream-iterate 1 f)
  (loop first))

(define (stream-unfold f more? successor seed)
  "(stream-unfold procedure more? successor seed)
The stream of PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on, as long as MORE? accepts the seed."
  (define-stream (loop seed)
    (if (more? seed)
        (stream-cons (f seed) (loop (successor seed)))
        stream-null))
  (%check-procedure 'stream-unfold 1 f)
  (%check-procedure 'stream-unfold 2 more?)
  (%check-procedure 'stream-unfold 3 successor)
  (loop seed))

(define (stream-unfolds f seed)
  "(stream-unfolds procedure seed)
As many streams as PROCEDURE returns values for a seed, but for the first, which is the next seed.  The others are for
one stream each: (x) for an element, #f for none, () for its end.  PROCEDURE is called once to count them."
  (define-stream (results seed)
    (let ((l (call-with-values (lambda () (f seed)) list)))
      (stream-cons (cdr l) (results (car l)))))
  (define-stream (column i results)
    (let ((x (list-ref (stream-car results) i)))
      (cond ((pair? x) (stream-cons (car x) (column i (stream-cdr results))))
            ((null? x) stream-null)
            ((not x) (column i (stream-cdr results)))
            (else (%raise-type 'stream-unfolds 1 "a procedure that returns lists or #f after the seed" x)))))
  (%check-procedure 'stream-unfolds 1 f)
  (let* ((results (results seed)) (n (length (stream-car results))))
    (apply values (let loop ((i 0)) (if (= i n) '() (cons (column i results) (loop (+ i 1))))))))

;; --- parts ---------------------------------------------------------------------------------------

(define (stream-ref stream n)
  "(stream-ref stream n)\nElement N of STREAM, counted from 0."
  (check-stream 'stream-ref 1 stream)
  (%check-index 'stream-ref 2 n)
  (element stream n n))

(define (element stream i n)
  (cond ((stream-null? stream) (%raise-range 'stream-ref 2 "less than the length of the stream" n))
        ((= i 0) (stream-car stream))
        (else (element (stream-cdr stream) (- i 1) n))))

(define (stream-length stream)
  "(stream-length stream)\nHow many elements STREAM has; it must end."
  (check-stream 'stream-length 1 stream)
  (count-from 0 stream))

(define (count-from n stream)
  (if (stream-null? stream) n (count-from (+ n 1) (stream-cdr stream))))

(define (stream-take n stream)
  "(stream-take n stream)\nThe stream of the first N elements of STREAM, or all if it has fewer."
  (define-stream (loop n s)
    (if (or (= n 0) (stream-null? s))
        stream-null
        (stream-cons (stream-car s) (loop (- n 1) (stream-cdr s)))))
  (%check-index 'stream-take 1 n)
  (check-stream 'stream-take 2 stream)
  (loop n stream))

(define (stream-drop n stream)
  "(stream-drop n stream)\nSTREAM without its first N elements; the empty stream if it has fewer."
  (define-stream (loop n s)
    (if (or (= n 0) (stream-null? s)) s (loop (- n 1) (stream-cdr s))))
  (%check-index 'stream-drop 1 n)
  (check-stream 'stream-drop 2 stream)
  (loop n stream))

(define (stream-take-while keep? stream)
  "(stream-take-while keep? stream)\nThe stream of the elements of STREAM before the first that KEEP? does not accept."
  (define-stream (loop s)
    (if (and (stream-pair? s) (keep? (stream-car s)))
        (stream-cons (stream-car s) (loop (stream-cdr s)))
        stream-null))
  (%check-procedure 'stream-take-while 1 keep?)
  (check-stream 'stream-take-while 2 stream)
  (loop stream))

(define (stream-drop-while drop? stream)
  "(stream-drop-while drop? stream)\nSTREAM from the first element on that DROP? does not accept."
  (define-stream (loop s)
    (if (and (stream-pair? s) (drop? (stream-car s))) (loop (stream-cdr s)) s))
  (%check-procedure 'stream-drop-while 1 drop?)
  (check-stream 'stream-drop-while 2 stream)
  (loop stream))

(define (stream-filter keep? stream)
  "(stream-filter keep? stream)\nThe stream of the elements of STREAM that KEEP? accepts."
  (define-stream (loop s)
    (cond ((stream-null? s) stream-null)
          ((keep? (stream-car s)) (stream-cons (stream-car s) (loop (stream-cdr s))))
          (else (loop (stream-cdr s)))))
  (%check-procedure 'stream-filter 1 keep?)
  (check-stream 'stream-filter 2 stream)
  (loop stream))

;; --- whole streams -------------------------------------------------------------------------------

(define (stream-append . streams)
  "(stream-append stream ...)\nThe stream of the elements of the STREAMs, one after the other."
  (define-stream (loop s streams)
    (cond ((null? streams) s)
          ((stream-null? s) (loop (car streams) (cdr streams)))
          (else (stream-cons (stream-car s) (loop (stream-cdr s) streams)))))
  (check-streams 'stream-append 1 streams)
  (if (null? streams) stream-null (loop (car streams) (cdr streams))))

(define (stream-concat streams)
  "(stream-concat streams)\nThe stream of the elements of all streams in STREAMS, a stream of streams."
  (define-stream (loop s streams)
    (cond ((stream-pair? s) (stream-cons (stream-car s) (loop (stream-cdr s) streams)))
          ((stream-null? streams) stream-null)
          ((stream? (stream-car streams)) (loop (stream-car streams) (stream-cdr streams)))
          (else (%raise-type 'stream-concat 1 "a stream of streams" (stream-car streams)))))
  (check-stream 'stream-concat 1 streams)
  (loop stream-null streams))

(define (stream-reverse stream)
  "(stream-reverse stream)\nThe stream of the elements of STREAM, which must end, from the last to the first."
  (define-stream (loop s result)
    (if (stream-null? s)
        result
        (loop (stream-cdr s) (stream-cons (stream-car s) result))))
  (check-stream 'stream-reverse 1 stream)
  (loop stream stream-null))

(define (stream-map f stream . more)
  "(stream-map procedure stream ...)\nThe stream of PROCEDURE's results for the elements of the STREAMs."
  (define-stream (loop s)
    (if (stream-null? s)
        stream-null
        (stream-cons (f (stream-car s)) (loop (stream-cdr s)))))
  (define-stream (loop-all l)
    (if (all-pairs? l)
        (stream-cons (apply f (map stream-car l)) (loop-all (map stream-cdr l)))
        stream-null))
  (%check-procedure 'stream-map 1 f)
  (check-streams 'stream-map 2 (cons stream more))
  (if (null? more) (loop stream) (loop-all (cons stream more))))

(define (stream-for-each f stream-1 . more)
  "(stream-for-each procedure stream ...)\nCall PROCEDURE for the elements of the STREAMs, to the end of the shortest."
  (let ((streams (cons stream-1 more)))
    (%check-procedure 'stream-for-each 1 f)
    (check-streams 'stream-for-each 2 streams)
    (call-for-each f streams)))

(define (call-for-each f streams)
  (if (all-pairs? streams)
      (begin
        (apply f (map stream-car streams))
        (call-for-each f (map stream-cdr streams)))))

(define (stream-fold f init stream)
  "(stream-fold procedure init stream)\n(PROCEDURE ... (PROCEDURE (PROCEDURE INIT first) second) ... last)."
  (%check-procedure 'stream-fold 1 f)
  (check-stream 'stream-fold 3 stream)
  (fold-on f init stream))

(define (fold-on f acc stream)
  (if (stream-null? stream)
      acc
      (fold-on f (f acc (stream-car stream)) (stream-cdr stream))))

(define (stream-scan f init stream)
  "(stream-scan procedure init stream)\nThe stream of what stream-fold has on its way: INIT, (PROCEDURE INIT first), ..."
  (define-stream (loop acc s)
    (stream-cons acc (if (stream-null? s) stream-null (loop (f acc (stream-car s)) (stream-cdr s)))))
  (%check-procedure 'stream-scan 1 f)
  (check-stream 'stream-scan 3 stream)
  (loop init stream))

(define (stream-zip . streams)
  "(stream-zip stream ...)\nThe stream of the lists of the first elements of the STREAMs, of the second ones, and so on."
  (define-stream (loop l)
    (if (all-pairs? l)
        (stream-cons (map stream-car l) (loop (map stream-cdr l)))
        stream-null))
  (check-streams 'stream-zip 1 streams)
  (if (null? streams) stream-null (loop streams)))
