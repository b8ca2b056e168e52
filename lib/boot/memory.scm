;;; Looking at memory: what the collector did, what is in the heap, and what keeps it there.
;;;
;;; The figures are copied by primitives into objects made beforehand, so what is being measured is not disturbed; and
;;; loops over pages allocate nothing, so no collection comes between their steps.

;; --- events ---------------------------------------------------------------------------------------------
;; What an event of gc/events.h consists of, and the names of its kinds and causes, in the order there.
(define %event-fields '(number heap kind cause start-us pause-us before after survived held old marked-words debt-words))
(define %event-kinds '#(minor mark-begin mark mark-end sweep evacuation full))
(define %event-causes '#(nursery cards large pace requested stress quota pages in-place scattered))
(define %event-bytes (* 8 (length %event-fields)))
(define %events-most 1024)

(define (%event-field bytes i field)
  (bytevector-u64-ref bytes (+ (* i %event-bytes) (* 8 field)) 'little))

;; The newest events: a byte vector, and how many.
(define (%newest-events most)
  (let ((bytes (make-bytevector (* most %event-bytes))))
    (let ((n (%collection-events! bytes)))
      (values bytes n))))

(define (%name-in names i)
  (if (< i (vector-length names)) (vector-ref names i) i))

(define (%event->alist bytes i)
  (let loop ((fields %event-fields) (field 0) (found '()))
    (if (null? fields)
        (reverse found)
        (let* ((x (%event-field bytes i field))
               (x (case (car fields)
                    ((kind) (%name-in %event-kinds x))
                    ((cause) (%name-in %event-causes x))
                    (else x))))
          (loop (cdr fields) (+ field 1) (cons (cons (car fields) x) found))))))

(define collections
  (case-lambda
    (()
     "(collections [n])
The last N collections of the machine, 20 if not said, newest first: association lists with the keys number, heap,
kind (minor, mark-begin, mark, mark-end, sweep, evacuation, full), cause, start-us and pause-us (microseconds),
before and after (bytes in use), survived, held, old (bytes), marked-words and debt-words (work done, and due).
About 1000 are kept; none where memory is very small. (show-collections) prints them."
     (collections 20))
    ((n)
     (%check-index 'collections 1 n)
     (call-with-values (lambda () (%newest-events (min n %events-most)))
       (lambda (bytes count)
         (let loop ((i (- count 1)) (found '()))
           (if (< i 0) found (loop (- i 1) (cons (%event->alist bytes i) found)))))))))

(define (%kilobytes n) (string-append (number->string (quotient (+ n 512) 1024)) "K"))

(define (%write-columns row widths)
  (write-string
   (string-join (map (lambda (text width)
                       (if (< width 0) (string-pad-right text (- width)) (string-pad-left text width)))
                     row widths)
                "  "))
  (newline))

(define show-collections
  (case-lambda
    (()
     "(show-collections [n])\nPrint the last N collections as a table, the newest first: 20 if not said. See collections."
     (show-collections 20))
    ((n)
     (%check-index 'show-collections 1 n)
     (let ((events (collections n))
           (widths '(7 -10 -9 9 8 8 9 8)))
       (%write-columns '("number" "kind" "cause" "pause us" "before" "after" "survived" "held") widths)
       (for-each (lambda (event)
                   (let ((field (lambda (name) (cdr (assq name event)))))
                     (%write-columns (list (number->string (field 'number)) (symbol->string (field 'kind))
                                           (symbol->string (field 'cause)) (number->string (field 'pause-us))
                                           (%kilobytes (field 'before)) (%kilobytes (field 'after))
                                           (%kilobytes (field 'survived)) (%kilobytes (field 'held)))
                                     widths)))
                 events)))))

;; --- how long pauses are ----------------------------------------------------------------------------------
(define %pause-classes 26)

;; The shortest pause of a class, as in gc/events.h.
(define (%pause-class-from class)
  (if (= class 0)
      0
      (* (+ 2 (remainder (+ class 3) 2)) (expt 2 (- (quotient (+ class 3) 2) 1)))))

(define (%pause-counts)
  (%pause-counts! (make-vector (+ (vector-length %event-kinds) %pause-classes) 0)))

(define (%pauses-of counts class) (vector-ref counts (+ class (vector-length %event-kinds))))

(define (pause-histogram)
  "(pause-histogram)
How long this process was stopped by its collector, and how often: a list of (from to count), microseconds from FROM and
below TO, where TO of the last class is #f. Classes without a pause are left out."
  (let ((counts (%pause-counts)))
    (let loop ((class (- %pause-classes 1)) (to #f) (found '()))
      (if (< class 0)
          found
          (let ((from (%pause-class-from class)) (n (%pauses-of counts class)))
            (loop (- class 1) from (if (= n 0) found (cons (list from to n) found))))))))

;; What so many of a thousand pauses do not exceed, as far as the classes tell.
(define (%pause-most histogram thousandth longest)
  (let* ((total (apply + (map caddr histogram)))
         (wanted (/ (* total thousandth) 1000)))
    (let loop ((l histogram) (sum 0))
      (cond ((null? l) longest)
            ((>= (+ sum (caddr (car l))) wanted) (if (cadr (car l)) (min (cadr (car l)) longest) longest))
            (else (loop (cdr l) (+ sum (caddr (car l)))))))))

;; --- utilisation --------------------------------------------------------------------------------------------
;; Pauses are vectors of starts and ends, in order and apart.  How much of the time before `t` they take; `sums` has what
;; those before each one take.
(define (%paused-before t starts ends sums)
  (let loop ((low 0) (high (vector-length starts)))
    (cond ((< low high)
           (let ((middle (quotient (+ low high) 2)))
             (if (< (vector-ref starts middle) t) (loop (+ middle 1) high) (loop low middle))))
          ((= low 0) 0)
          (else (- (vector-ref sums low) (max 0 (- (vector-ref ends (- low 1)) t)))))))

;; The least part of any window between `from` and `to` that is left to the program.  The worst window begins with a pause or
;; ends with one.
(define (%least-utilisation starts ends from to window)
  (let* ((n (vector-length starts)) (sums (make-vector (+ n 1) 0)))
    (define (paused-in start)
      (if (or (< start from) (> (+ start window) to))
          0
          (- (%paused-before (+ start window) starts ends sums) (%paused-before start starts ends sums))))
    (do ((i 0 (+ i 1))) ((= i n))
      (vector-set! sums (+ i 1) (+ (vector-ref sums i) (- (vector-ref ends i) (vector-ref starts i)))))
    (and (<= window (- to from))
         (let loop ((i 0) (worst (max (paused-in from) (paused-in (- to window)))))
           (if (= i n)
               (inexact (- 1 (/ worst window)))
               (loop (+ i 1) (max worst (paused-in (vector-ref starts i)) (paused-in (- (vector-ref ends i) window)))))))))

(define (minimum-mutator-utilisation . windows)
  "(minimum-mutator-utilisation window-us ...)
For each window of so many microseconds, and if none is given for 1000, 10000 and 100000, the least part of any such stretch
of time that the collector left to the program: a list of (window . part), computed from the events that are kept. The
part is #f where they cover less time than the window."
  (for-each (lambda (window)
              (if (not (and (exact-integer? window) (> window 0)))
                  (%raise-type 'minimum-mutator-utilisation 1 "a number of microseconds (an exact integer above 0)" window)))
            windows)
  (let ((now (current-jiffy)) (heap (cdr (assq 'heap-number (%statistics)))))
    (call-with-values (lambda () (%newest-events %events-most))
      (lambda (bytes count)
        (let loop ((i 0) (starts '()) (ends '()))
          (cond ((< i count)
                 (let ((start (%event-field bytes i 4)))
                   (if (= (%event-field bytes i 1) heap)
                       (loop (+ i 1) (cons start starts) (cons (+ start (%event-field bytes i 5)) ends))
                       (loop (+ i 1) starts ends))))
                (else
                 (let ((from (if (pair? starts) (car starts) 0)) (starts (list->vector starts)) (ends (list->vector ends)))
                   (map (lambda (window) (cons window (%least-utilisation starts ends from now window)))
                        (if (null? windows) '(1000 10000 100000) windows))))))))))

;; --- pages ----------------------------------------------------------------------------------------------------
(define %page-kinds '#(free reserved scratch nursery old fixed large large-rest immortal commons heap))
(define %page-info-size 6)
(define (%run-pages info) (vector-ref info 1))
(define (%run-kind info) (vector-ref info 2))
(define (%run-owner info) (vector-ref info 3))
(define (%run-young? info) (vector-ref info 4))
(define (%statistic name) (cdr (assq name (%statistics))))

;; (proc page info) for each run of pages of the machine.
(define (%for-each-run proc)
  (let ((n (%statistic 'pages)) (info (make-vector %page-info-size 0)))
    (let loop ((page 0))
      (if (< page n)
          (begin
            (%page-info! page info)
            (let ((next (+ page (max 1 (%run-pages info)))))
              (proc page info)
              (loop next)))))))

;; The bytes of this heap's pages, by kind.
(define (%bytes-by-kind)
  (let ((heap (%statistic 'heap-number)) (page-bytes (%statistic 'page-bytes))
        (sums (make-vector (vector-length %page-kinds) 0)))
    (%for-each-run
     (lambda (page info)
       (let ((kind (%run-kind info)))
         (if (or (= (%run-owner info) heap) (= kind 8))
             (vector-set! sums kind (+ (vector-ref sums kind) (* (%run-pages info) page-bytes)))))))
    (let loop ((kind (- (vector-length sums) 1)) (found '()))
      (cond ((< kind 0) found)
            ((= 0 (vector-ref sums kind)) (loop (- kind 1) found))
            (else (loop (- kind 1) (cons (cons (vector-ref %page-kinds kind) (vector-ref sums kind)) found)))))))

(define (heap-statistics)
  "(heap-statistics)
Figures of this process's heap, an association list. Bytes: quota, held (in pages), used, live (when they were last marked),
free (in the machine), allocated and promoted (so far), by-kind (of page, a list); survival is promoted / allocated,
fragmentation held / live. Collections: by-kind counts, cycles, full ones that were a last resort (fallbacks), objects that
found no page to be copied to (kept-in-place). Pauses in microseconds: total, longest, and what 50, 99 and 99.9 % do not
exceed, to within the classes of pause-histogram. Visits all pages of the machine."
  (let* ((figures (%statistics)) (counts (%pause-counts)) (histogram (pause-histogram)))
    (define (figure name) (cdr (assq name figures)))
    (define (part a b) (if (= b 0) #f (/ (round (* 1000. (/ a b))) 1000)))
    (let ((longest (figure 'pause-longest-us)))
      (list (cons 'heap (figure 'heap-number))
            (cons 'quota (figure 'bytes-quota))
            (cons 'held (figure 'bytes-held))
            (cons 'used (figure 'bytes-used))
            (cons 'live (figure 'bytes-live))
            (cons 'free (* (figure 'pages-free) (figure 'page-bytes)))
            (cons 'by-kind (%bytes-by-kind))
            (cons 'allocated (figure 'bytes-allocated))
            (cons 'promoted (figure 'bytes-promoted))
            (cons 'survival (part (figure 'bytes-promoted) (figure 'bytes-allocated)))
            (cons 'fragmentation (part (figure 'bytes-held) (figure 'bytes-live)))
            (cons 'collections
                  (map (lambda (kind i) (cons kind (vector-ref counts i)))
                       (vector->list %event-kinds) (iota (vector-length %event-kinds))))
            (cons 'cycles (figure 'cycles))
            (cons 'fallbacks (figure 'fallback-collections))
            (cons 'kept-in-place (figure 'objects-kept-in-place))
            (cons 'pause-total-us (figure 'pause-total-us))
            (cons 'pause-longest-us longest)
            (cons 'pause-50-us (%pause-most histogram 500 longest))
            (cons 'pause-99-us (%pause-most histogram 990 longest))
            (cons 'pause-99.9-us (%pause-most histogram 999 longest))))))

;; --- objects ----------------------------------------------------------------------------------------------------
(define (%run-age info)
  (if (%run-young? info)
      'young
      (vector-ref %page-kinds (%run-kind info))))

(define (object-age x)
  "(object-age x)
Where X lives: young (not seen by a collection yet), old, fixed (never moved), large (with pages of its own), immortal (part of
the system), commons (shared by all processes), or immediate (nowhere: a small number, a character, #t or the like)."
  (let ((page (%object-page x)))
    (if page (%run-age (%page-info! page (make-vector %page-info-size 0))) 'immediate)))

;; The types of objects, and rows of (type age count bytes) from vectors for each age.
(define (%type-names)
  (let loop ((i 0) (names '()))
    (let ((name (%type-name i)))
      (if name (loop (+ i 1) (cons name names)) (reverse names)))))

(define (%add-census-row! row rows)
  (let ((same (find (lambda (other) (and (eq? (car other) (car row)) (eq? (cadr other) (cadr row)))) rows)))
    (cond ((= 0 (caddr row)) rows)
          (same (set-cdr! (cdr same) (map + (cddr same) (cddr row))) rows)
          (else (cons row rows)))))

(define (%census-rows names ages vectors)
  (let ages-loop ((ages ages) (vectors vectors) (rows '()))
    (if (null? ages)
        (sort rows (lambda (a b) (> (cadddr a) (cadddr b))))
        (let loop ((l names) (i 0) (rows rows))
          (if (null? l)
              (ages-loop (cdr ages) (cdr vectors) rows)
              (loop (cdr l) (+ i 2)
                    (%add-census-row! (list (car l) (car ages) (vector-ref (car vectors) i) (vector-ref (car vectors) (+ i 1)))
                                      rows)))))))

(define (heap-census)
  "(heap-census)
What is in this process's heap: a list of (type age count bytes), the most bytes first; see object-age. What is dead and was
not yet found to be counts as well: (collect-garbage) before is exact. Visits every object; allocates nothing
meanwhile."
  (let* ((ages '(young old fixed large immortal)) (names (%type-names))
         (vectors (map (lambda (age) (make-vector (* 2 (length names)) 0)) ages)))
    (%for-each-run
     (lambda (page info)
       (let loop ((l ages) (v vectors) (age (%run-age info)))
         (cond ((null? l))
               ((eq? (car l) age) (%page-census! page (car v)))
               (else (loop (cdr l) (cdr v) age))))))
    (%census-rows names ages vectors)))

(define (heap-fold procedure seed)
  "(heap-fold procedure seed)
Call (PROCEDURE object result) for each object of this process's heap, page by page; RESULT is SEED first, then what the call
before returned, and so is the value. Objects that a collection moves meanwhile may be seen twice or not at all, and some
may be dead; after (collect-garbage) what is not new stays where it is, mostly. Some objects are of the system's own kinds."
  (%check-procedure 'heap-fold 1 procedure)
  (let ((n (%statistic 'pages)) (info (make-vector %page-info-size 0)) (chunk (make-vector 257 0)))
    (define (fold-chunk result)
      (let ((count (vector-ref chunk 0)))
        (let loop ((i 1) (result result))
          (if (> i count) result (loop (+ i 1) (procedure (vector-ref chunk i) result))))))
    (let loop ((page 0) (offset 0) (result seed))
      (if (>= page n)
          result
          (let* ((pages (max 1 (%run-pages (%page-info! page info))))
                 (next (%page-objects! page offset chunk))
                 (result (fold-chunk result)))
            (vector-fill! chunk 0)
            (if next (loop page next result) (loop (+ page pages) 0 result)))))))

(define (heap-roots)
  "(heap-roots)\nWhat all objects of this process hang from: a list of (name . object)."
  (let loop ((i 0) (found '()))
    (let ((name (%root-name i)))
      (if name
          (loop (+ i 1) (cons (cons name (%root name)) found))
          (reverse found)))))

;; Into `found`, from 1 on, what holds `x`; slot 0: how many.  Again if a collection came between, a few times.
(define (%find-referrers! x found chunk info)
  (define n (%statistic 'pages))
  (define most (- (vector-length found) 1))
  (define (take! count)
    (let loop ((i 1) (count count))
      (cond ((or (> i (vector-ref chunk 0)) (= count most)) count)
            ((eq? (vector-ref chunk i) found) (loop (+ i 1) count))
            (else (vector-set! found (+ count 1) (vector-ref chunk i))
                  (loop (+ i 1) (+ count 1))))))
  (define (search)
    (let loop ((page 0) (offset 0) (count 0))
      (if (or (>= page n) (= count most))
          count
          (let* ((next-page (+ page (max 1 (%run-pages (%page-info! page info)))))
                 (next (%page-objects! page offset chunk x))
                 (count (take! count)))
            (if next (loop page next count) (loop next-page 0 count))))))
  (let loop ((tries 4))
    (let* ((before (%collections)) (count (search)))
      (vector-fill! chunk 0)
      (if (or (= before (%collections)) (= tries 1))
          (vector-set! found 0 count)
          (loop (- tries 1))))))

(define (%check-in-memory who x)
  (if (not (%object-page x)) (%raise-type who 1 "an object in memory" x)))

(define (%check-limit who argument x)
  (if (not (and (exact-integer? x) (< 0 x 1000001))) (%raise-range who argument "a limit from 1 to 1000000" x)))

(define referrers
  (case-lambda
    ((x)
     "(referrers x [limit])
The objects of this process that hold X directly, at most LIMIT of them (20 if not said). Stacks do not count. Some may be
dead, unless (collect-garbage) was called before. Visits the whole heap, a page at a time."
     (referrers x 20))
    ((x limit)
     (%check-in-memory 'referrers x)
     (%check-limit 'referrers 2 limit)
     (let ((found (make-vector (+ limit 1) #f)))
       (%find-referrers! x found (make-vector 65 0) (make-vector %page-info-size 0))
       (let loop ((i (vector-ref found 0)) (l '()))
         (if (= i 0) l (loop (- i 1) (cons (vector-ref found i) l))))))))

;; The name of a root that is `x`, or #f.
(define (%root-of x)
  (let loop ((i 0))
    (let ((name (%root-name i)))
      (cond ((not name) #f)
            ((eq? (%root name) x) name)
            (else (loop (+ i 1)))))))

(define path-to
  (case-lambda
    ((x)
     "(path-to x [limit])
What keeps X: a list of objects of which each holds the next, from a root of the heap (its name) or an immortal object to X;
or #f if none is found among the nearest LIMIT objects that lead to X (100 if not said). Those held by stacks only have
none. Visits the whole heap for each object on the way."
     (path-to x 100))
    ((x limit)
     (%check-in-memory 'path-to x)
     (%check-limit 'path-to 2 limit)
     (let ((nodes (make-vector (+ limit 1) #f)) (next (make-vector (+ limit 1) #f))
           (found (make-vector 65 0)) (chunk (make-vector 65 0)) (info (make-vector %page-info-size 0)))
       (define (mine? y) (or (eq? y nodes) (eq? y found)))
       (define (known? y n)
         (let loop ((i 0)) (and (< i n) (or (eq? (vector-ref nodes i) y) (loop (+ i 1))))))
       (define (path-from i)
         (let loop ((i i) (path '()))
           (if i (loop (vector-ref next i) (cons (vector-ref nodes i) path)) (reverse path))))
       (define (add-found! from n)
         (let loop ((i 1) (n n))
           (cond ((or (> i (vector-ref found 0)) (> n limit)) n)
                 ((or (mine? (vector-ref found i)) (known? (vector-ref found i) n)) (loop (+ i 1) n))
                 (else (vector-set! nodes n (vector-ref found i))
                       (vector-set! next n from)
                       (loop (+ i 1) (+ n 1))))))
       (vector-set! nodes 0 x)
       (let loop ((i 0) (n 1))
         (if (= i n)
             #f
             (let ((root (%root-of (vector-ref nodes i))))
               (cond (root (cons root (path-from i)))
                     ((eq? (object-age (vector-ref nodes i)) 'immortal) (path-from i))
                     (else
                      (%find-referrers! (vector-ref nodes i) found chunk info)
                      (loop (+ i 1) (add-found! i n)))))))))))
