;;; SRFI 1, as far as (ringlet) does not have it: all but the lset procedures.
;;;
;;; Of the procedures whose names end in ! those that join or cut lists do it in the pairs they are given; the others
;;; are the procedures without the !, as the specification allows, because making fresh pairs costs no more here than
;;; storing into old ones.

;; `list` without its first `k` pairs.
(define (without who list k)
  (%check-index who 2 k)
  (let loop ((l list) (n k))
    (cond ((= n 0) l)
          ((pair? l) (loop (cdr l) (- n 1)))
          (else (%raise-range who 2 "at most the length of the list" k)))))

;; --- constructors --------------------------------------------------------------------------------

(define (xcons a b)
  "(xcons a b)\nThe pair (B . A)."
  (cons b a))

(define (circular-list x . more)
  "(circular-list x ...)\nA new list of the Xs that goes round: its last pair is followed by its first."
  (let ((list (cons x more)))
    (set-cdr! (last-pair list) list)
    list))

;; --- predicates ----------------------------------------------------------------------------------

;; How the list ends: what stands in the place of its last cdr, or the list itself, a pair, when it goes round.
(define (end-of list)
  (let loop ((slow list) (fast list))
    (if (and (pair? fast) (pair? (cdr fast)))
        (let ((slow (cdr slow)) (fast (cddr fast)))
          (if (eq? slow fast)
              (if (pair? fast) list fast)
              (loop slow fast)))
        (if (pair? fast) (cdr fast) fast))))

(define (circular-list? x)
  "(circular-list? x)\nIs X a list that goes round?"
  (pair? (end-of x)))

(define (dotted-list? x)
  "(dotted-list? x)\nIs X a list that ends in something else than ()?  That is so for all that is neither pair nor ()."
  (let ((end (end-of x)))
    (not (or (pair? end) (null? end)))))

(define (not-pair? x)
  "(not-pair? x)\nIs X something else than a pair?"
  (not (pair? x)))

(define (null-list? list)
  "(null-list? list)\nIs LIST, a proper or circular list, empty?"
  (cond ((pair? list) #f)
        ((null? list) #t)
        (else (%raise-type 'null-list? 1 "a list" list))))

(define (list= same? . lists)
  "(list= same? list ...)\nHave all LISTs the same length, and elements that SAME? accepts at the same places?"
  (define (two=? a b)
    (let loop ((l a) (m b))
      (if (and (pair? l) (pair? m))
          (and (same? (car l) (car m)) (loop (cdr l) (cdr m)))
          (begin (%end-of-two 'list= 2 l a m b)
                 (and (null? l) (null? m))))))
  (or (null? lists)
      (let loop ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (or (eq? a (car rest)) (two=? a (car rest)))
                 (loop (car rest) (cdr rest)))))))

;; --- selectors -----------------------------------------------------------------------------------

(define (fourth list)
  "(fourth list)\nThe fourth element of LIST."
  (%nth 'fourth list 3))
(define (fifth list)
  "(fifth list)\nThe fifth element of LIST."
  (%nth 'fifth list 4))
(define (sixth list)
  "(sixth list)\nThe sixth element of LIST."
  (%nth 'sixth list 5))
(define (seventh list)
  "(seventh list)\nThe seventh element of LIST."
  (%nth 'seventh list 6))
(define (eighth list)
  "(eighth list)\nThe eighth element of LIST."
  (%nth 'eighth list 7))
(define (ninth list)
  "(ninth list)\nThe ninth element of LIST."
  (%nth 'ninth list 8))
(define (tenth list)
  "(tenth list)\nThe tenth element of LIST."
  (%nth 'tenth list 9))

(define (car+cdr pair)
  "(car+cdr pair)\nTwo values: the car and the cdr of PAIR."
  (if (pair? pair)
      (values (car pair) (cdr pair))
      (%raise-type 'car+cdr 1 "a pair" pair)))

(define (take-right list k)
  "(take-right list k)\nThe part of LIST that begins K elements before its end; LIST may be dotted."
  (let loop ((lag list) (lead (without 'take-right list k)))
    (if (pair? lead) (loop (cdr lag) (cdr lead)) lag)))

(define (drop-right list k)
  "(drop-right list k)\nA new list of the elements of LIST but for the last K; LIST may be dotted."
  (let loop ((lag list) (lead (without 'drop-right list k)) (taken '()))
    (if (pair? lead)
        (loop (cdr lag) (cdr lead) (cons (car lag) taken))
        (reverse! taken))))

(define (take! list k)
  "(take! list k)\nCut LIST after its first K elements."
  (if (eqv? k 0)
      '()
      (let ((last (and (exact-integer? k) (> k 0) (without 'take! list (- k 1)))))
        (if (not (pair? last)) (without 'take! list k))
        (set-cdr! last '())
        list)))

(define (drop-right! list k)
  "(drop-right! list k)\nCut LIST, which may be dotted, K elements before its end."
  (let ((lead (without 'drop-right! list k)))
    (if (pair? lead)
        (let loop ((lag list) (lead (cdr lead)))
          (if (pair? lead)
              (loop (cdr lag) (cdr lead))
              (begin (set-cdr! lag '()) list)))
        '())))

(define (split-at list k)
  "(split-at list k)\nTwo values: a new list of the first K elements of LIST, and the rest of it."
  (%check-index 'split-at 2 k)
  (let loop ((l list) (n k) (taken '()))
    (cond ((= n 0) (values (reverse! taken) l))
          ((pair? l) (loop (cdr l) (- n 1) (cons (car l) taken)))
          (else (%raise-range 'split-at 2 "at most the length of the list" k)))))

(define (split-at! list k)
  "(split-at! list k)\nTwo values: LIST cut after its first K elements, and what came after them."
  (let ((rest (without 'split-at! list k)))
    (if (= k 0)
        (values '() list)
        (begin
          (set-cdr! (list-tail list (- k 1)) '())
          (values list rest)))))

;; --- appending, zipping --------------------------------------------------------------------------

(define (append-all! who argument lists)
  (let loop ((l lists) (i argument) (result '()) (last #f))
    (cond ((null? l) result)
          ((pair? (car l))
           (if last (set-cdr! last (car l)))
           (loop (cdr l) (+ i 1)
                 (if last result (car l))
                 (and (pair? (cdr l)) (last-pair (car l)))))
          ((null? (cdr l))
           (if last (begin (set-cdr! last (car l)) result) (car l)))
          ((null? (car l)) (loop (cdr l) (+ i 1) result last))
          (else (%raise-type who i "a list" (car l))))))

(define (append! . lists)
  "(append! list ...)\nThe LISTs joined: the last pair of each is changed to go on with the next."
  (append-all! 'append! 1 lists))

(define (concatenate! lists)
  "(concatenate! lists)\nThe LISTS, a list of lists, joined like append! does it."
  (if (not (list? lists)) (%raise-type 'concatenate! 1 "a list of lists" lists))
  (append-all! 'concatenate! 1 lists))

(define (append-reverse! list tail)
  "(append-reverse! list tail)\nLIST turned around in its own pairs, followed by TAIL."
  (let loop ((l list) (tail tail))
    (if (pair? l)
        (let ((next (cdr l)))
          (set-cdr! l tail)
          (loop next l))
        (begin (%end-of-list 'append-reverse! 1 l list) tail))))

(define (zip list . more)
  "(zip list ...)\nA list of lists: the first elements of the LISTs, the second ones, and so on to the end of the shortest."
  (let ((lists (cons list more)))
    (let loop ((l lists) (rows '()))
      (if (%all-pairs? l)
          (loop (%cdrs l) (cons (%cars l) rows))
          (begin (%end-of-all 'zip 1 l lists) (reverse! rows))))))

;; The list of the elements at `k` of the lists in `lists`.
(define (column who lists k)
  (let loop ((l lists) (elements '()))
    (if (pair? l)
        (loop (cdr l) (cons (%nth who (car l) k) elements))
        (begin (%end-of-list who 1 l lists) (reverse! elements)))))

(define (unzip1 lists)
  "(unzip1 lists)\nThe list of the first elements of LISTS, a list of lists."
  (column 'unzip1 lists 0))
(define (unzip2 lists)
  "(unzip2 lists)\nTwo values: the lists of the first and of the second elements of LISTS, a list of lists."
  (values (column 'unzip2 lists 0) (column 'unzip2 lists 1)))
(define (unzip3 lists)
  "(unzip3 lists)\nThree values: the lists of the first, second and third elements of LISTS, a list of lists."
  (values (column 'unzip3 lists 0) (column 'unzip3 lists 1) (column 'unzip3 lists 2)))
(define (unzip4 lists)
  "(unzip4 lists)\nFour values: the lists of the first to fourth elements of LISTS, a list of lists."
  (values (column 'unzip4 lists 0) (column 'unzip4 lists 1) (column 'unzip4 lists 2) (column 'unzip4 lists 3)))
(define (unzip5 lists)
  "(unzip5 lists)\nFive values: the lists of the first to fifth elements of LISTS, a list of lists."
  (values (column 'unzip5 lists 0) (column 'unzip5 lists 1) (column 'unzip5 lists 2) (column 'unzip5 lists 3)
          (column 'unzip5 lists 4)))

;; --- folding over pairs, unfolding ----------------------------------------------------------------
;; The rest of a list is taken before the procedure is called, which may change the pair.

(define pair-fold
  (case-lambda
    ((f init list)
     "(pair-fold procedure init list ...)\nLike fold, but PROCEDURE gets the pairs of the LISTs instead of the elements."
     (let loop ((acc init) (l list))
       (if (pair? l)
           (let ((next (cdr l)))
             (loop (f l acc) next))
           (begin (%end-of-list 'pair-fold 3 l list) acc))))
    ((f init list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((acc init) (l lists))
         (if (%all-pairs? l)
             (let ((next (%cdrs l)))
               (loop (apply f (append l (list acc))) next))
             (begin (%end-of-all 'pair-fold 3 l lists) acc)))))))

(define pair-fold-right
  (case-lambda
    ((f init list)
     "(pair-fold-right procedure init list ...)
Like fold-right, but PROCEDURE gets the pairs of the LISTs instead of the elements."
     (let loop ((l list))
       (if (pair? l)
           (f l (loop (cdr l)))
           (begin (%end-of-list 'pair-fold-right 3 l list) init))))
    ((f init list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists))
         (if (%all-pairs? l)
             (apply f (append l (list (loop (%cdrs l)))))
             (begin (%end-of-all 'pair-fold-right 3 l lists) init)))))))

(define pair-for-each
  (case-lambda
    ((f list)
     "(pair-for-each procedure list ...)\nLike for-each, but PROCEDURE gets the pairs of the LISTs instead of the elements."
     (let loop ((l list))
       (if (pair? l)
           (let ((next (cdr l)))
             (f l)
             (loop next))
           (%end-of-list 'pair-for-each 2 l list))))
    ((f list-1 . more)
     (let ((lists (cons list-1 more)))
       (let loop ((l lists))
         (if (%all-pairs? l)
             (let ((next (%cdrs l)))
               (apply f l)
               (loop next))
             (%end-of-all 'pair-for-each 2 l lists)))))))

(define unfold
  (case-lambda
    ((stop? f successor seed)
     "(unfold stop? procedure successor seed [tail])
The list of PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on up to the seed that STOP? accepts; it ends in ()
or TAIL's result for that seed."
     (let loop ((seed seed) (results '()))
       (if (stop? seed)
           (reverse results)
           (let ((result (f seed)))
             (loop (successor seed) (cons result results))))))
    ((stop? f successor seed tail)
     (let loop ((seed seed) (results '()))
       (if (stop? seed)
           (append-reverse results (tail seed))
           (let ((result (f seed)))
             (loop (successor seed) (cons result results))))))))

(define unfold-right
  (case-lambda
    ((stop? f successor seed)
     "(unfold-right stop? procedure successor seed [tail])
PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on up to the seed that STOP? accepts, the last one first and TAIL
after them."
     (unfold-right stop? f successor seed '()))
    ((stop? f successor seed tail)
     (let loop ((seed seed) (result tail))
       (if (stop? seed)
           result
           (let ((element (f seed)))
             (loop (successor seed) (cons element result))))))))

;; --- searching -----------------------------------------------------------------------------------

;; Cut before the first element for which the answer of `accept?` is (is not, for `wanted` #f) false.
(define (split who accept? wanted list)
  (let loop ((l list) (taken '()))
    (cond ((not (pair? l)) (%end-of-list who 2 l list) (values (reverse taken) l))
          ((eq? wanted (if (accept? (car l)) #t #f)) (loop (cdr l) (cons (car l) taken)))
          (else (values (reverse taken) l)))))

(define (span accept? list)
  "(span accept? list)\nTwo values: the elements of LIST before the first that ACCEPT? does not accept, and the rest."
  (split 'span accept? #t list))

(define (break accept? list)
  "(break accept? list)\nTwo values: the elements of LIST before the first that ACCEPT? accepts, and the rest."
  (split 'break accept? #f list))

;; --- association lists ---------------------------------------------------------------------------

(define (alist-cons key value alist)
  "(alist-cons key value alist)\nALIST with an entry for KEY and VALUE in front."
  (cons (cons key value) alist))

(define (alist-copy alist)
  "(alist-copy alist)\nA copy of ALIST, made of new pairs as far as its entries."
  (let loop ((l alist) (entries '()))
    (cond ((not (pair? l)) (%end-of-list 'alist-copy 1 l alist) (reverse! entries))
          ((pair? (car l)) (loop (cdr l) (cons (cons (caar l) (cdar l)) entries)))
          (else (%raise-type 'alist-copy 1 "a list of pairs" alist)))))

(define alist-delete
  (case-lambda
    ((key alist)
     "(alist-delete key alist [same?])\nALIST without the entries whose key is equal to KEY (by equal? or SAME?)."
     (alist-delete key alist equal?))
    ((key alist same?)
     (let loop ((l alist) (kept '()))
       (cond ((not (pair? l)) (%end-of-list 'alist-delete 2 l alist) (reverse kept))
             ((not (pair? (car l))) (%raise-type 'alist-delete 2 "a list of pairs" alist))
             ((same? key (caar l)) (loop (cdr l) kept))
             (else (loop (cdr l) (cons (car l) kept))))))))
