;;; SRFI 127: lazy sequences.  An lseq is a list, or a list that ends in a generator instead of (): the elements that
;;; are not there yet.  Going on to the next element replaces the generator by a pair of its item and itself.

(define end (eof-object))

(define (generator->lseq generator)
  "(generator->lseq generator)\nThe lazy sequence of the items of GENERATOR; the first is taken at once."
  (%check-procedure 'generator->lseq 1 generator)
  (let ((item (generator)))
    (if (eof-object? item) '() (cons item generator))))

;; What follows after the pair `l`.
(define (next l)
  (let ((rest (cdr l)))
    (if (procedure? rest)
        (let* ((item (rest)) (more (if (eof-object? item) '() (cons item rest))))
          (set-cdr! l more)
          more)
        rest)))

(define (check-lseq who argument x)
  (if (not (or (pair? x) (null? x))) (%raise-type who argument "a lazy sequence" x)))

(define (check-lseqs who argument lseqs)
  (if (pair? lseqs)
      (begin
        (check-lseq who argument (car lseqs))
        (check-lseqs who (+ argument 1) (cdr lseqs)))))

;; Have all of `lseqs` a first element?
(define (all-pairs? lseqs)
  (or (null? lseqs)
      (and (pair? (car lseqs)) (all-pairs? (cdr lseqs)))))

;; The lseq of what `take` returns for what is left of `lseq`, a pair, until it returns an end-of-file object.
(define (lseq-from lseq take)
  (generator->lseq
   (lambda ()
     (if (pair? lseq)
         (let ((item (take lseq)))
           (set! lseq (if (eof-object? item) '() (next lseq)))
           item)
         end))))

;; --- asking --------------------------------------------------------------------------------------

(define (lseq? x)
  "(lseq? x)\nIs X a lazy sequence: a list that ends in () or in a procedure?"
  (let loop ((x x) (slow x) (step? #f))
    (if (pair? x)
        (let ((x (cdr x)) (slow (if step? (cdr slow) slow)))
          (and (not (eq? x slow)) (loop x slow (not step?))))
        (or (null? x) (procedure? x)))))

(define (lseq=? same? a b)
  "(lseq=? same? lseq-1 lseq-2)\nHave both the same length, and elements that SAME? accepts at the same places?"
  (check-lseqs 'lseq=? 2 (list a b))
  (let loop ((a a) (b b))
    (if (and (pair? a) (pair? b))
        (and (same? (car a) (car b)) (loop (next a) (next b)))
        (and (null? a) (null? b)))))

(define (check-pair who x)
  (if (not (pair? x)) (%raise-type who 1 "a lazy sequence that is not empty" x)))

(define (lseq-car lseq)
  "(lseq-car lseq)\nThe first element of LSEQ."
  (check-pair 'lseq-car lseq)
  (car lseq))
(define (lseq-first lseq)
  "(lseq-first lseq)\nThe first element of LSEQ."
  (check-pair 'lseq-first lseq)
  (car lseq))
(define (lseq-cdr lseq)
  "(lseq-cdr lseq)\nLSEQ without its first element; the second one is taken from the generator."
  (check-pair 'lseq-cdr lseq)
  (next lseq))
(define (lseq-rest lseq)
  "(lseq-rest lseq)\nLSEQ without its first element; the second one is taken from the generator."
  (check-pair 'lseq-rest lseq)
  (next lseq))

(define (without who lseq k)
  (check-lseq who 1 lseq)
  (%check-index who 2 k)
  (let loop ((l lseq) (n k))
    (cond ((= n 0) l)
          ((pair? l) (loop (next l) (- n 1)))
          (else (%raise-range who 2 "at most the length of the sequence" k)))))

(define (lseq-ref lseq k)
  "(lseq-ref lseq k)\nElement K of LSEQ, counted from 0."
  (let ((l (without 'lseq-ref lseq k)))
    (if (pair? l) (car l) (%raise-range 'lseq-ref 2 "less than the length of the sequence" k))))

(define (lseq-length lseq)
  "(lseq-length lseq)\nHow many elements LSEQ has; all are made."
  (check-lseq 'lseq-length 1 lseq)
  (let loop ((l lseq) (n 0))
    (if (pair? l) (loop (next l) (+ n 1)) n)))

;; --- parts ---------------------------------------------------------------------------------------

(define (lseq-drop lseq k)
  "(lseq-drop lseq k)\nLSEQ without its first K elements."
  (without 'lseq-drop lseq k))

(define (lseq-take lseq k)
  "(lseq-take lseq k)\nThe first K elements of LSEQ; it is an error, when they are asked for, if there are fewer."
  (check-lseq 'lseq-take 1 lseq)
  (%check-index 'lseq-take 2 k)
  (let ((l lseq) (n k))
    (generator->lseq
     (lambda ()
       (cond ((= n 0) end)
             ((pair? l)
              (let ((item (car l)))
                (set! n (- n 1))
                (if (> n 0) (set! l (next l)))
                item))
             (else (%raise-range 'lseq-take 2 "at most the length of the sequence" k)))))))

(define (lseq-take-while keep? lseq)
  "(lseq-take-while keep? lseq)\nThe elements of LSEQ before the first that KEEP? does not accept."
  (%check-procedure 'lseq-take-while 1 keep?)
  (check-lseq 'lseq-take-while 2 lseq)
  (lseq-from lseq (lambda (l) (if (keep? (car l)) (car l) end))))

(define (lseq-drop-while drop? lseq)
  "(lseq-drop-while drop? lseq)\nLSEQ from the first element on that DROP? does not accept."
  (%check-procedure 'lseq-drop-while 1 drop?)
  (check-lseq 'lseq-drop-while 2 lseq)
  (let loop ((l lseq))
    (if (and (pair? l) (drop? (car l))) (loop (next l)) l)))

;; --- whole sequences -----------------------------------------------------------------------------

(define (lseq-realize lseq)
  "(lseq-realize lseq)\nLSEQ as a list: all its elements are made."
  (check-lseq 'lseq-realize 1 lseq)
  (let loop ((l lseq))
    (if (pair? l) (loop (next l)) lseq)))

(define (lseq->generator lseq)
  "(lseq->generator lseq)\nA generator of the elements of LSEQ."
  (check-lseq 'lseq->generator 1 lseq)
  (lambda ()
    (if (pair? lseq)
        (let ((item (car lseq)))
          (set! lseq (next lseq))
          item)
        end)))

(define (lseq-append . lseqs)
  "(lseq-append lseq ...)\nThe elements of the LSEQs, one after the other."
  (check-lseqs 'lseq-append 1 lseqs)
  (if (null? lseqs)
      '()
      (let ((l (car lseqs)) (more (cdr lseqs)))
        (generator->lseq
         (lambda ()
           (let loop ()
             (cond ((pair? l)
                    (let ((item (car l)))
                      (set! l (next l))
                      item))
                   ((null? more) end)
                   (else
                    (set! l (car more))
                    (set! more (cdr more))
                    (loop)))))))))

;; The lseq of (f elements) for the lists of elements of `lseqs`.
(define (mapped f lseqs)
  (generator->lseq
   (lambda ()
     (if (all-pairs? lseqs)
         (let ((elements (map car lseqs)))
           (set! lseqs (map next lseqs))
           (f elements))
         end))))

(define (lseq-zip lseq . more)
  "(lseq-zip lseq ...)\nThe lists of the first elements of the LSEQs, of the second ones and so on."
  (check-lseqs 'lseq-zip 1 (cons lseq more))
  (mapped (lambda (elements) elements) (cons lseq more)))

(define (lseq-map f lseq . more)
  "(lseq-map procedure lseq ...)\nPROCEDURE's results for the elements of the LSEQs, computed as they are asked for."
  (%check-procedure 'lseq-map 1 f)
  (check-lseqs 'lseq-map 2 (cons lseq more))
  (if (null? more)
      (lseq-from lseq (lambda (l) (f (car l))))
      (mapped (lambda (elements) (apply f elements)) (cons lseq more))))

(define (lseq-for-each f lseq . more)
  "(lseq-for-each procedure lseq ...)\nCall PROCEDURE for the elements of the LSEQs."
  (%check-procedure 'lseq-for-each 1 f)
  (check-lseqs 'lseq-for-each 2 (cons lseq more))
  (if (null? more)
      (let loop ((l lseq))
        (if (pair? l)
            (begin (f (car l)) (loop (next l)))))
      (let loop ((l (cons lseq more)))
        (if (all-pairs? l)
            (begin (apply f (map car l)) (loop (map next l)))))))

;; The elements of `lseq` for which the answer of `keep?` is (is not, for `wanted` #f) true.
(define (filtered keep? wanted lseq)
  (generator->lseq
   (lambda ()
     (let loop ()
       (if (pair? lseq)
           (let ((item (car lseq)))
             (set! lseq (next lseq))
             (if (eq? wanted (if (keep? item) #t #f)) item (loop)))
           end)))))

(define (lseq-filter keep? lseq)
  "(lseq-filter keep? lseq)\nThe elements of LSEQ that KEEP? accepts."
  (%check-procedure 'lseq-filter 1 keep?)
  (check-lseq 'lseq-filter 2 lseq)
  (filtered keep? #t lseq))

(define (lseq-remove drop? lseq)
  "(lseq-remove drop? lseq)\nThe elements of LSEQ that DROP? does not accept."
  (%check-procedure 'lseq-remove 1 drop?)
  (check-lseq 'lseq-remove 2 lseq)
  (filtered drop? #f lseq))

;; --- searching -----------------------------------------------------------------------------------

(define (tail-with who accept? lseq)
  (check-lseq who 2 lseq)
  (let loop ((l lseq))
    (cond ((not (pair? l)) #f)
          ((accept? (car l)) l)
          (else (loop (next l))))))

(define (lseq-find accept? lseq)
  "(lseq-find accept? lseq)\nThe first element of LSEQ that ACCEPT? accepts, or #f."
  (%check-procedure 'lseq-find 1 accept?)
  (let ((tail (tail-with 'lseq-find accept? lseq)))
    (and tail (car tail))))

(define (lseq-find-tail accept? lseq)
  "(lseq-find-tail accept? lseq)\nThe part of LSEQ that begins with the first element that ACCEPT? accepts, or #f."
  (%check-procedure 'lseq-find-tail 1 accept?)
  (tail-with 'lseq-find-tail accept? lseq))

(define lseq-member
  (case-lambda
    ((x lseq)
     "(lseq-member x lseq [same?])\nThe part of LSEQ that begins with the first element equal to X (by equal? or SAME?), or #f."
     (lseq-member x lseq equal?))
    ((x lseq same?) (tail-with 'lseq-member (lambda (y) (same? x y)) lseq))))

(define (lseq-memq x lseq)
  "(lseq-memq x lseq)\nThe part of LSEQ that begins with the first element that is eq? to X, or #f."
  (tail-with 'lseq-memq (lambda (y) (eq? x y)) lseq))
(define (lseq-memv x lseq)
  "(lseq-memv x lseq)\nThe part of LSEQ that begins with the first element that is eqv? to X, or #f."
  (tail-with 'lseq-memv (lambda (y) (eqv? x y)) lseq))

(define (lseq-any accept? lseq . more)
  "(lseq-any accept? lseq ...)\nThe first result of ACCEPT? for the elements of the LSEQs that is not #f, otherwise #f."
  (%check-procedure 'lseq-any 1 accept?)
  (check-lseqs 'lseq-any 2 (cons lseq more))
  (let loop ((l (cons lseq more)))
    (and (all-pairs? l)
         (or (apply accept? (map car l)) (loop (map next l))))))

(define (lseq-every accept? lseq . more)
  "(lseq-every accept? lseq ...)
#f as soon as ACCEPT? answers #f for elements of the LSEQs, otherwise its last result; #t when there are none."
  (%check-procedure 'lseq-every 1 accept?)
  (check-lseqs 'lseq-every 2 (cons lseq more))
  (let loop ((l (cons lseq more)) (result #t))
    (if (all-pairs? l)
        (let ((result (apply accept? (map car l))))
          (and result (loop (map next l) result)))
        result)))

(define (lseq-index accept? lseq . more)
  "(lseq-index accept? lseq ...)\nThe index of the first elements of the LSEQs that ACCEPT? accepts, or #f."
  (%check-procedure 'lseq-index 1 accept?)
  (check-lseqs 'lseq-index 2 (cons lseq more))
  (let loop ((l (cons lseq more)) (i 0))
    (cond ((not (all-pairs? l)) #f)
          ((apply accept? (map car l)) i)
          (else (loop (map next l) (+ i 1))))))
