;;; One implementation of the procedures of (srfi 160) for all kinds of elements.
;;;
;;; (numeric NAME) here makes the procedure for a kind, which is a number (see %numbers-kind): a closure over it, that
;;; checks that the vectors are of the kind and then works on any.  In names and documentation @ stands for the kind:
;;; with f64, @vector-map is f64vector-map.

;; The name `template` with the kind's in place of @.
(define (name-of kind template)
  (let* ((template (symbol->string template)) (at (string-index template #\@)))
    (string->symbol
     (string-append (substring template 0 at)
                    (symbol->string (%numbers-name kind))
                    (substring template (+ at 1) (string-length template))))))

(define (fail-kind kind template argument x)
  (%raise-type (name-of kind template) argument
               (string-append "a " (symbol->string (%numbers-name kind)) "vector") x))

(define-syntax check
  (syntax-rules ()
    ((_ kind template argument v)
     (if (not (eq? (%numbers-kind v) kind)) (fail-kind kind 'template argument v)))))

(define (check-all kind template argument vectors)
  (let loop ((l vectors) (argument argument))
    (if (pair? l)
        (begin
          (if (not (eq? (%numbers-kind (car l)) kind)) (fail-kind kind template argument (car l)))
          (loop (cdr l) (+ argument 1))))))

(define (check-procedure kind template f)
  (if (not (procedure? f)) (%raise-type (name-of kind template) 1 "a procedure" f)))

;; A number from 0 to `limit`; the one with which an error is reported counts from 1.
(define (check-count kind template argument n limit)
  (if (not (and (exact-integer? n) (<= 0 n limit)))
      (%raise-range (name-of kind template) argument
                    (string-append "an exact integer from 0 to " (number->string limit)) n)))

;; Fixnums on every machine; what does not fit is told by the primitive that makes the vector.
(define longest 536870911)

(define (check-length kind template argument n)
  (if (not (and (exact-integer? n) (<= 0 n longest)))
      (%raise-type (name-of kind template) argument "a length (an exact integer, not negative)" n)))

;; Call `f` with the bounds that the list `range`, of at most two, says of `length` elements; its first is argument
;; number `argument`.
(define (call-with-range kind template argument range length f)
  (let* ((start (if (pair? range) (car range) 0))
         (rest (if (pair? range) (cdr range) '()))
         (end (if (pair? rest) (car rest) length)))
    (if (and (pair? rest) (pair? (cdr rest)))
        (%raise-type (name-of kind template) (+ argument 2) "left out" (cadr rest)))
    (check-count kind template (+ argument 1) end length)
    (check-count kind template argument start end)
    (f start end)))

(define (shortest vectors)
  (let loop ((l (cdr vectors)) (n (%numbers-length (car vectors))))
    (if (pair? l)
        (loop (cdr l) (min n (%numbers-length (car l))))
        n)))

(define (elements vectors i)
  (map (lambda (v) (%numbers-ref v i)) vectors))

;; A new vector of the elements from `start` up to `end`.
(define (part v start end)
  (let ((new (%make-numbers (%numbers-kind v) (- end start))))
    (%numbers-copy! new 0 v start end)
    new))

(define (swap! v i j)
  (let ((x (%numbers-ref v i)))
    (%numbers-set! v i (%numbers-ref v j))
    (%numbers-set! v j x)))

(define (reverse-part! v start end)
  (let loop ((i start) (j (- end 1)))
    (if (< i j)
        (begin
          (swap! v i j)
          (loop (+ i 1) (- j 1))))))

(define-syntax define-numeric
  (syntax-rules ()
    ((_ name kind procedure)
     (define (name kind) procedure))))

;; --- the basic ones, which are primitives but for these ----------------------------------------------------

(define-numeric numeric-element? kind
  (if (< kind 8)
      (lambda (x) "(@? x)\nCould X be an element of a @vector?" (%element? kind x))
      (let ((is? (if (< kind 10) real? number?)))
        (lambda (x)
          "(@? x)\nIs X an inexact number, as the elements of a @vector are?"
          (and (is? x) (inexact? x))))))

(define-numeric numeric->list kind
  (lambda (v . range)
    "(@vector->list v [start end])\nA list of the elements of V from START up to END."
    (check kind @vector->list 1 v)
    (call-with-range kind '@vector->list 2 range (%numbers-length v)
                     (lambda (start end)
                       (let loop ((i (- end 1)) (list '()))
                         (if (< i start)
                             list
                             (loop (- i 1) (cons (%numbers-ref v i) list))))))))

(define-numeric list->numeric kind
  (lambda (list)
    "(list->@vector list)\nA new @vector of the elements of LIST."
    (if (not (list? list)) (%raise-type (name-of kind 'list->@vector) 1 "a list" list))
    (let ((new (%make-numbers kind (length list))))
      (let loop ((l list) (i 0))
        (if (null? l)
            new
            (begin
              (%numbers-set! new i (car l))
              (loop (cdr l) (+ i 1))))))))

;; --- making ------------------------------------------------------------------------------------------------

(define (fill-up! f v start end seed)
  (let loop ((i start) (seed seed))
    (if (= i end)
        v
        (receive (x seed) (f i seed)
          (%numbers-set! v i x)
          (loop (+ i 1) seed)))))

(define (fill-down! f v start end seed)
  (let loop ((i (- end 1)) (seed seed))
    (if (< i start)
        v
        (receive (x seed) (f i seed)
          (%numbers-set! v i x)
          (loop (- i 1) seed)))))

(define-numeric numeric-unfold kind
  (lambda (f length seed)
    "(@vector-unfold f length seed)
A new @vector of LENGTH elements: F gets the index and the seed and gives two values, the element and the next seed."
    (check-procedure kind '@vector-unfold f)
    (check-length kind '@vector-unfold 2 length)
    (fill-up! f (%make-numbers kind length) 0 length seed)))

(define-numeric numeric-unfold-right kind
  (lambda (f length seed)
    "(@vector-unfold-right f length seed)\nLike @vector-unfold, from the last element to the first."
    (check-procedure kind '@vector-unfold-right f)
    (check-length kind '@vector-unfold-right 2 length)
    (fill-down! f (%make-numbers kind length) 0 length seed)))

(define-numeric numeric-unfold! kind
  (lambda (f v start end seed)
    "(@vector-unfold! f v start end seed)
Fill V from START up to END: F gets the index and the seed and gives two values, the element and the next seed."
    (check-procedure kind '@vector-unfold! f)
    (check kind @vector-unfold! 2 v)
    (call-with-range kind '@vector-unfold! 3 (list start end) (%numbers-length v)
                     (lambda (start end) (fill-up! f v start end seed)))))

(define-numeric numeric-unfold-right! kind
  (lambda (f v start end seed)
    "(@vector-unfold-right! f v start end seed)\nLike @vector-unfold!, from the last element to the first."
    (check-procedure kind '@vector-unfold-right! f)
    (check kind @vector-unfold-right! 2 v)
    (call-with-range kind '@vector-unfold-right! 3 (list start end) (%numbers-length v)
                     (lambda (start end) (fill-down! f v start end seed)))))

(define-numeric numeric-copy kind
  (lambda (v . range)
    "(@vector-copy v [start end])\nA new @vector of the elements of V from START up to END."
    (check kind @vector-copy 1 v)
    (call-with-range kind '@vector-copy 2 range (%numbers-length v) (lambda (start end) (part v start end)))))

(define-numeric numeric-reverse-copy kind
  (lambda (v . range)
    "(@vector-reverse-copy v [start end])\nA new @vector of the elements of V from START up to END, the last one first."
    (check kind @vector-reverse-copy 1 v)
    (call-with-range kind '@vector-reverse-copy 2 range (%numbers-length v)
                     (lambda (start end)
                       (let ((new (part v start end)))
                         (reverse-part! new 0 (- end start))
                         new)))))

;; `parts` is a list of vector, start, end, vector ...
(define (join kind parts)
  (let ((new (%make-numbers kind
                            (let loop ((l parts) (n 0))
                              (if (null? l) n (loop (cdddr l) (+ n (- (caddr l) (cadr l)))))))))
    (let loop ((l parts) (at 0))
      (if (null? l)
          new
          (begin
            (%numbers-copy! new at (car l) (cadr l) (caddr l))
            (loop (cdddr l) (+ at (- (caddr l) (cadr l)))))))))

(define (join-whole kind vectors)
  (join kind (append-map (lambda (v) (list v 0 (%numbers-length v))) vectors)))

(define-numeric numeric-append kind
  (lambda vectors
    "(@vector-append v ...)\nA new @vector of the elements of all Vs."
    (check-all kind '@vector-append 1 vectors)
    (join-whole kind vectors)))

(define-numeric numeric-concatenate kind
  (lambda (vectors)
    "(@vector-concatenate list)\nA new @vector of the elements of all @vectors in LIST."
    (if (not (and (list? vectors) (every (lambda (v) (eq? (%numbers-kind v) kind)) vectors)))
        (%raise-type (name-of kind '@vector-concatenate) 1
                     (string-append "a list of " (symbol->string (%numbers-name kind)) "vectors") vectors))
    (join-whole kind vectors)))

(define-numeric numeric-append-subvectors kind
  (lambda parts
    "(@vector-append-subvectors v start end ...)\nA new @vector of the elements of each V from START up to END."
    (let loop ((l parts) (argument 1))
      (if (pair? l)
          (begin
            (check kind @vector-append-subvectors argument (car l))
            (if (not (and (pair? (cdr l)) (pair? (cddr l))))
                (%raise-type (name-of kind '@vector-append-subvectors) argument "followed by two indices" (car l)))
            (call-with-range kind '@vector-append-subvectors (+ argument 1) (list (cadr l) (caddr l))
                             (%numbers-length (car l)) (lambda (start end) #f))
            (loop (cdddr l) (+ argument 3)))))
    (join kind parts)))

;; --- parts ------------------------------------------------------------------------------------------------------

(define-syntax define-part
  (syntax-rules ()
    ((_ name template doc v n length start end)
     (define-numeric name kind
       (lambda (v n)
         doc
         (check kind template 1 v)
         (let ((length (%numbers-length v)))
           (check-count kind 'template 2 n length)
           (part v start end)))))))

(define-part numeric-take @vector-take "(@vector-take v n)\nThe first N elements of V." v n length 0 n)
(define-part numeric-take-right @vector-take-right
  "(@vector-take-right v n)\nThe last N elements of V." v n length (- length n) length)
(define-part numeric-drop @vector-drop "(@vector-drop v n)\nThe elements of V but the first N." v n length n length)
(define-part numeric-drop-right @vector-drop-right
  "(@vector-drop-right v n)\nThe elements of V but the last N." v n length 0 (- length n))

(define-numeric numeric-segment kind
  (lambda (v n)
    "(@vector-segment v n)\nA list of @vectors of N elements of V each, the last perhaps of fewer."
    (check kind @vector-segment 1 v)
    (if (not (and (exact-integer? n) (> n 0)))
        (%raise-type (name-of kind '@vector-segment) 2 "an exact integer above 0" n))
    (let ((length (%numbers-length v)))
      (let loop ((start 0) (parts '()))
        (if (>= start length)
            (reverse parts)
            (let ((end (min length (+ start n))))
              (loop end (cons (part v start end) parts))))))))

;; The first index from `start` by `step` whose element does not satisfy `good?`, or `end`.
(define (scan good? v start step end)
  (let loop ((i start))
    (if (and (not (= i end)) (good? (%numbers-ref v i)))
        (loop (+ i step))
        i)))

;; Where a scan from the left or the right stops, as a number of elements from the left.
(define (stop-left good? v) (scan good? v 0 1 (%numbers-length v)))
(define (stop-right good? v) (+ (scan good? v (- (%numbers-length v) 1) -1 -1) 1))

(define-numeric numeric-take-while kind
  (lambda (good? v)
    "(@vector-take-while good? v)\nThe first elements of V, as long as they satisfy GOOD?."
    (check-procedure kind '@vector-take-while good?)
    (check kind @vector-take-while 2 v)
    (part v 0 (stop-left good? v))))

(define-numeric numeric-drop-while kind
  (lambda (good? v)
    "(@vector-drop-while good? v)\nThe elements of V without the first that satisfy GOOD?."
    (check-procedure kind '@vector-drop-while good?)
    (check kind @vector-drop-while 2 v)
    (part v (stop-left good? v) (%numbers-length v))))

(define-numeric numeric-take-while-right kind
  (lambda (good? v)
    "(@vector-take-while-right good? v)\nThe last elements of V, as far back as they satisfy GOOD?."
    (check-procedure kind '@vector-take-while-right good?)
    (check kind @vector-take-while-right 2 v)
    (part v (stop-right good? v) (%numbers-length v))))

(define-numeric numeric-drop-while-right kind
  (lambda (good? v)
    "(@vector-drop-while-right good? v)\nThe elements of V without the last that satisfy GOOD?."
    (check-procedure kind '@vector-drop-while-right good?)
    (check kind @vector-drop-while-right 2 v)
    (part v 0 (stop-right good? v))))

;; --- walking ----------------------------------------------------------------------------------------------------

(define-numeric numeric-fold kind
  (lambda (f start v . rest)
    "(@vector-fold f start v ...)\nSTART, then the value of (F last-value element ...) for the elements of the Vs."
    (check-procedure kind '@vector-fold f)
    (check kind @vector-fold 3 v)
    (if (null? rest)
        (let ((n (%numbers-length v)))
          (let loop ((i 0) (result start))
            (if (= i n)
                result
                (loop (+ i 1) (f result (%numbers-ref v i))))))
        (let* ((vectors (cons v rest)) (n (begin (check-all kind '@vector-fold 4 rest) (shortest vectors))))
          (let loop ((i 0) (result start))
            (if (= i n)
                result
                (loop (+ i 1) (apply f result (elements vectors i)))))))))

(define-numeric numeric-fold-right kind
  (lambda (f start v . rest)
    "(@vector-fold-right f start v ...)\nLike @vector-fold, from the last elements (of the shortest) to the first."
    (check-procedure kind '@vector-fold-right f)
    (check kind @vector-fold-right 3 v)
    (if (null? rest)
        (let loop ((i (- (%numbers-length v) 1)) (result start))
          (if (< i 0)
              result
              (loop (- i 1) (f result (%numbers-ref v i)))))
        (let ((vectors (cons v rest)))
          (check-all kind '@vector-fold-right 4 rest)
          (let loop ((i (- (shortest vectors) 1)) (result start))
            (if (< i 0)
                result
                (loop (- i 1) (apply f result (elements vectors i)))))))))

;; Call (put! i value) with the value of `f` for the elements at each index `i`, from the first.
(define (walk f v rest put!)
  (if (null? rest)
      (let ((n (%numbers-length v)))
        (let loop ((i 0))
          (if (< i n)
              (begin
                (put! i (f (%numbers-ref v i)))
                (loop (+ i 1))))))
      (let* ((vectors (cons v rest)) (n (shortest vectors)))
        (let loop ((i 0))
          (if (< i n)
              (begin
                (put! i (apply f (elements vectors i)))
                (loop (+ i 1))))))))

(define-numeric numeric-map kind
  (lambda (f v . rest)
    "(@vector-map f v ...)\nA new @vector of the values of F for the elements of the Vs."
    (check-procedure kind '@vector-map f)
    (check kind @vector-map 2 v)
    (check-all kind '@vector-map 3 rest)
    (let ((new (%make-numbers kind (shortest (cons v rest)))))
      (walk f v rest (lambda (i x) (%numbers-set! new i x)))
      new)))

(define-numeric numeric-map! kind
  (lambda (f v . rest)
    "(@vector-map! f v ...)\nPut the values of F for the elements of the Vs into the first V."
    (check-procedure kind '@vector-map! f)
    (check kind @vector-map! 2 v)
    (check-all kind '@vector-map! 3 rest)
    (walk f v rest (lambda (i x) (%numbers-set! v i x)))))

(define-numeric numeric-for-each kind
  (lambda (f v . rest)
    "(@vector-for-each f v ...)\nCall F with the elements of the Vs, from the first to the last."
    (check-procedure kind '@vector-for-each f)
    (check kind @vector-for-each 2 v)
    (check-all kind '@vector-for-each 3 rest)
    (walk f v rest (lambda (i x) #f))))

(define-numeric numeric-count kind
  (lambda (good? v . rest)
    "(@vector-count good? v ...)\nHow often GOOD? holds of the elements of the Vs."
    (check-procedure kind '@vector-count good?)
    (check kind @vector-count 2 v)
    (check-all kind '@vector-count 3 rest)
    (let ((count 0))
      (walk good? v rest (lambda (i x) (if x (set! count (+ count 1)))))
      count)))

(define-numeric numeric-cumulate kind
  (lambda (f start v)
    "(@vector-cumulate f start v)\nA new @vector of the values of (F last-value element), of which the first is START."
    (check-procedure kind '@vector-cumulate f)
    (check kind @vector-cumulate 3 v)
    (let* ((n (%numbers-length v)) (new (%make-numbers kind n)))
      (let loop ((i 0) (last start))
        (if (= i n)
            new
            (let ((x (f last (%numbers-ref v i))))
              (%numbers-set! new i x)
              (loop (+ i 1) x)))))))

;; --- searching --------------------------------------------------------------------------------------------------

;; The first index from `start` by `step` for which `stop?` of the value of `f` holds: (found index value), or (none).
(define (search f v rest start step end stop? found none)
  (let ((vectors (cons v rest)))
    (let loop ((i start))
      (if (= i end)
          (none)
          (let ((x (if (null? rest) (f (%numbers-ref v i)) (apply f (elements vectors i)))))
            (if (stop? x)
                (found i x)
                (loop (+ i step))))))))

(define (true? x) x)
(define (index-of i x) i)
(define (value-of i x) x)
(define (none) #f)

(define-syntax define-search
  (syntax-rules ()
    ((_ name template doc stop? found)
     (define-numeric name kind
       (lambda (good? v . rest)
         doc
         (check-procedure kind 'template good?)
         (check kind template 2 v)
         (check-all kind 'template 3 rest)
         (search good? v rest 0 1 (shortest (cons v rest)) stop? found none))))
    ((_ name template doc stop?)
     (define-numeric name kind
       (lambda (good? v . rest)
         doc
         (check-procedure kind 'template good?)
         (check kind template 2 v)
         (check-all kind 'template 3 rest)
         (for-each (lambda (w)
                     (if (not (= (%numbers-length w) (%numbers-length v)))
                         (%raise-type (name-of kind 'template) 3 "as long as the first vector" w)))
                   rest)
         (search good? v rest (- (%numbers-length v) 1) -1 -1 stop? index-of none))))))

(define-search numeric-index @vector-index
  "(@vector-index good? v ...)\nThe index of the first elements of the Vs that satisfy GOOD?, or #f." true? index-of)
(define-search numeric-skip @vector-skip
  "(@vector-skip good? v ...)\nThe index of the first elements of the Vs that do not satisfy GOOD?, or #f."
  not index-of)
(define-search numeric-any @vector-any
  "(@vector-any good? v ...)\nThe first true value of GOOD? for the elements of the Vs, or #f." true? value-of)
(define-search numeric-index-right @vector-index-right
  "(@vector-index-right good? v ...)\nThe index of the last elements of the Vs, all of one length, that satisfy GOOD?."
  true?)
(define-search numeric-skip-right @vector-skip-right
  "(@vector-skip-right good? v ...)
The index of the last elements of the Vs, all of one length, that do not satisfy GOOD?, or #f."
  not)

(define-numeric numeric-every kind
  (lambda (good? v . rest)
    "(@vector-every good? v ...)\nThe last value of GOOD? for the elements of the Vs if all are true, otherwise #f."
    (check-procedure kind '@vector-every good?)
    (check kind @vector-every 2 v)
    (check-all kind '@vector-every 3 rest)
    (let ((last #t))
      (search good? v rest 0 1 (shortest (cons v rest))
              (lambda (x) (set! last x) (not x))
              value-of
              (lambda () last)))))

;; The elements that satisfy `good?`, then the others, in a new vector, and how many do.
(define (divide good? v)
  (let* ((n (%numbers-length v)) (new (part v 0 n)) (others (part v 0 n)))
    (let loop ((i 0) (n-good 0))
      (if (= i n)
          (begin
            (%numbers-copy! new n-good others 0 (- n n-good))
            (values new n-good))
          (let ((x (%numbers-ref v i)))
            (if (good? x)
                (begin
                  (%numbers-set! new n-good x)
                  (loop (+ i 1) (+ n-good 1)))
                (begin
                  (%numbers-set! others (- i n-good) x)
                  (loop (+ i 1) n-good))))))))

(define-numeric numeric-partition kind
  (lambda (good? v)
    "(@vector-partition good? v)
Two values: a new @vector of the elements of V that satisfy GOOD?, then the others; and how many do."
    (check-procedure kind '@vector-partition good?)
    (check kind @vector-partition 2 v)
    (divide good? v)))

(define-numeric numeric-filter kind
  (lambda (good? v)
    "(@vector-filter good? v)\nA new @vector of the elements of V that satisfy GOOD?."
    (check-procedure kind '@vector-filter good?)
    (check kind @vector-filter 2 v)
    (receive (all n-good) (divide good? v) (part all 0 n-good))))

(define-numeric numeric-remove kind
  (lambda (good? v)
    "(@vector-remove good? v)\nA new @vector of the elements of V that do not satisfy GOOD?."
    (check-procedure kind '@vector-remove good?)
    (check kind @vector-remove 2 v)
    (receive (all n-good) (divide good? v) (part all n-good (%numbers-length all)))))

;; --- comparing -----------------------------------------------------------------------------------------------------

(define-numeric numeric-empty? kind
  (lambda (v)
    "(@vector-empty? v)\nHas V no elements?"
    (check kind @vector-empty? 1 v)
    (eq? 0 (%numbers-length v))))

(define (all-elements? same? a b n)
  (let loop ((i 0))
    (or (= i n)
        (and (same? (%numbers-ref a i) (%numbers-ref b i)) (loop (+ i 1))))))

(define-numeric numeric= kind
  (lambda vectors
    "(@vector= v ...)\nAre the Vs of one length, with elements that are =?"
    (check-all kind '@vector= 1 vectors)
    (or (null? vectors)
        (let ((first (car vectors)))
          (every (lambda (v)
                   (let ((n (%numbers-length first)))
                     (and (= n (%numbers-length v)) (all-elements? = first v n))))
                 (cdr vectors))))))

(define (element<? a b)
  (if (and (real? a) (real? b))
      (< a b)
      (or (< (real-part a) (real-part b))
          (and (= (real-part a) (real-part b)) (< (imag-part a) (imag-part b))))))

;; Shorter ones first, then by the first elements that differ.
(define (vector<? a b)
  (let ((n (%numbers-length a)) (m (%numbers-length b)))
    (or (< n m)
        (and (= n m)
             (let loop ((i 0))
               (and (< i n)
                    (let ((x (%numbers-ref a i)) (y (%numbers-ref b i)))
                      (or (element<? x y)
                          (and (= x y) (loop (+ i 1)))))))))))

;; Elements that are = hash alike: 0.0 and -0.0 do.
(define (vector-hash v)
  (let ((n (min (%numbers-length v) 64)))
    (let loop ((i 0) (hash (%numbers-length v)))
      (if (= i n)
          hash
          (loop (+ i 1)
                (modulo (+ (* 31 hash) (number-hash (let ((x (%numbers-ref v i))) (if (= x 0) 0 x)))) 33554393))))))

(define-numeric numeric-comparator kind
  (make-comparator (lambda (x) (eq? (%numbers-kind x) kind)) (numeric= kind) vector<? vector-hash))

;; --- changing ------------------------------------------------------------------------------------------------------

(define-numeric numeric-swap! kind
  (lambda (v i j)
    "(@vector-swap! v i j)\nExchange the elements I and J of V."
    (check kind @vector-swap! 1 v)
    (swap! v i j)))

(define-numeric numeric-fill! kind
  (lambda (v x . range)
    "(@vector-fill! v x [start end])\nMake X the elements of V from START up to END."
    (check kind @vector-fill! 1 v)
    (call-with-range kind '@vector-fill! 3 range (%numbers-length v)
                     (lambda (start end) (%numbers-fill! v x start end)))))

(define-numeric numeric-reverse! kind
  (lambda (v . range)
    "(@vector-reverse! v [start end])\nReverse the elements of V from START up to END."
    (check kind @vector-reverse! 1 v)
    (call-with-range kind '@vector-reverse! 2 range (%numbers-length v)
                     (lambda (start end) (reverse-part! v start end)))))

(define-numeric numeric-copy! kind
  (lambda (to at from . range)
    "(@vector-copy! to at from [start end])\nCopy the elements of FROM from START up to END into TO, from AT on."
    (check kind @vector-copy! 1 to)
    (check kind @vector-copy! 3 from)
    (call-with-range kind '@vector-copy! 4 range (%numbers-length from)
                     (lambda (start end) (%numbers-copy! to at from start end)))))

(define-numeric numeric-reverse-copy! kind
  (lambda (to at from . range)
    "(@vector-reverse-copy! to at from [start end])
Copy the elements of FROM from START up to END into TO, from AT on, the last one first."
    (check kind @vector-reverse-copy! 1 to)
    (check kind @vector-reverse-copy! 3 from)
    (call-with-range kind '@vector-reverse-copy! 4 range (%numbers-length from)
                     (lambda (start end)
                       (let ((reversed (part from start end)))
                         (reverse-part! reversed 0 (- end start))
                         (%numbers-copy! to at reversed))))))

;; --- other types ------------------------------------------------------------------------------------------------------

(define-numeric reverse-numeric->list kind
  (lambda (v . range)
    "(reverse-@vector->list v [start end])\nA list of the elements of V from START up to END, the last one first."
    (check kind reverse-@vector->list 1 v)
    (call-with-range kind 'reverse-@vector->list 2 range (%numbers-length v)
                     (lambda (start end)
                       (let loop ((i start) (list '()))
                         (if (= i end)
                             list
                             (loop (+ i 1) (cons (%numbers-ref v i) list))))))))

(define-numeric reverse-list->numeric kind
  (let ((list->numeric (list->numeric kind)))
    (lambda (list)
      "(reverse-list->@vector list)\nA new @vector of the elements of LIST, the last one first."
      (if (not (list? list)) (%raise-type (name-of kind 'reverse-list->@vector) 1 "a list" list))
      (list->numeric (reverse list)))))

(define-numeric numeric->vector kind
  (lambda (v . range)
    "(@vector->vector v [start end])\nA vector of the elements of V from START up to END."
    (check kind @vector->vector 1 v)
    (call-with-range kind '@vector->vector 2 range (%numbers-length v)
                     (lambda (start end)
                       (let ((new (make-vector (- end start) 0)))
                         (do ((i start (+ i 1)))
                             ((= i end) new)
                           (vector-set! new (- i start) (%numbers-ref v i))))))))

(define-numeric vector->numeric kind
  (lambda (vector . range)
    "(vector->@vector vector [start end])\nA new @vector of the elements of VECTOR from START up to END."
    (if (not (vector? vector)) (%raise-type (name-of kind 'vector->@vector) 1 "a vector" vector))
    (call-with-range kind 'vector->@vector 2 range (vector-length vector)
                     (lambda (start end)
                       (let ((new (%make-numbers kind (- end start))))
                         (do ((i start (+ i 1)))
                             ((= i end) new)
                           (%numbers-set! new (- i start) (vector-ref vector i))))))))

(define-numeric make-numeric-generator kind
  (lambda (v)
    "(make-@vector-generator v)\nA procedure whose calls give the elements of V, then the end-of-file object."
    (check kind make-@vector-generator 1 v)
    (let ((i 0) (n (%numbers-length v)))
      (lambda ()
        (if (= i n)
            (eof-object)
            (let ((x (%numbers-ref v i)))
              (set! i (+ i 1))
              x))))))

(define-numeric write-numeric kind
  (lambda (v . port)
    "(write-@vector v [port])\nWrite V as #@(element ...), as write does."
    (check kind write-@vector 1 v)
    (apply write v port)))
