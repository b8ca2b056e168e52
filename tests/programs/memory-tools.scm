;; What looks at memory: events, figures, pages, objects, what holds them.
;; => newest #t
;; => in order #t
;; => one more #t
;; => none ()
;; => table #t
;; => allocated little #t
;; => held #t
;; => kinds #t
;; => pauses #t
;; => percentiles #t
;; => classes (0 4 6 8 12 16 512 768 16384)
;; => most (4 4 6 600)
;; => utilisation (0.0 0.0 0.25 0.5 0.75 0.95 #f)
;; => no pauses 1.0
;; => windows (1000 10000 100000)(500)
;; => ages (old large immediate immediate immediate immortal immortal) #t
;; => sizes 0 #t #t #t
;; => referrers #t#t9
;; => limit 4
;; => path #tcommons
;; => each holds the next #t
;; => nothing holds #f
;; => census #t#t
;; => fold #t
;; => found #t
;; => roots #t#t
;; => seen #t
;; => (type collections)
;; => (type collections)
;; => (type show-collections)
;; => (type minimum-mutator-utilisation)
;; => (type minimum-mutator-utilisation)
;; => (type referrers)
;; => (range referrers)
;; => (type path-to)
;; => (range path-to)
;; => (type heap-fold)
;; => (range %page-objects!)
;; => (type %page-objects!)
;; => (range %page-objects!)
;; => (type %page-objects!)
;; => (type %page-info!)
;; => (type %page-census!)
;; => (type %collection-events!)
;; => (type %pause-counts!)
;; => any offset fine
(import (scheme base) (scheme write) (ringlet) (ringlet memory)
        (only (ringlet internal) %least-utilisation %collection-events! %pause-counts! %bytes-allocated %page-objects!
              %page-info! %page-census! %pause-class-from %pause-most %collections))
(define (show . l) (for-each display l) (newline))
(define (field name l) (cdr (assq name l)))
(define-syntax message
  (syntax-rules ()
    ((_ e) (show (guard (c (#t (condition->string c))) e)))))
(define (condition->string c) (list (condition-type c) (condition-who c)))

;; Events: newest first, one for each collection.  A machine with little memory keeps none.
(collect-garbage)
(define events-before (collections 1000))
(collect-garbage)
(define newest (collections 3))
(define kept? (pair? newest))
(show "newest " (or (not kept?) (and (memq (field 'kind (car newest)) '(full minor sweep)) #t)))
(show "in order " (or (not kept?) (apply > (map (lambda (e) (field 'number e)) newest))))
(show "one more " (or (not kept?) (< (field 'number (car events-before)) (field 'number (car newest)))))
(show "none " (collections 0))
(define text (call-with-output-string
              (lambda (port) (parameterize ((current-output-port port)) (show-collections 2)))))
(show "table " (and (string-contains text "pause us") #t))

;; Reading allocates nothing but small numbers.
(define bytes (make-bytevector 2080))
(define counts (make-vector 33 0))
(define chunk (make-vector 10 0))
(define (allocated-by-reading)
  (let ((start (%bytes-allocated)))
    (%collection-events! bytes)
    (%pause-counts! counts)
    (%page-objects! 1 0 chunk)
    (%page-info! 1 chunk)
    (- (%bytes-allocated) start)))
(define allocated (allocated-by-reading))
(show "allocated little " (< allocated 100))

;; Figures agree.
(define figures (heap-statistics))
(define histogram (pause-histogram))
(show "held " (<= 1 (field 'live figures) (field 'held figures) (field 'quota figures)))
(show "kinds " (and (assq 'immortal (field 'by-kind figures)) (assq 'heap (field 'by-kind figures)) #t))
(show "pauses " (<= (apply + (map cdr (field 'collections figures))) (apply + (map caddr histogram))))
(show "percentiles " (<= (field 'pause-50-us figures) (field 'pause-99-us figures) (field 'pause-99.9-us figures)
                         (field 'pause-longest-us figures)))
(show "classes " (map %pause-class-from '(0 1 2 3 4 5 15 16 25)))
(show "most " (map (lambda (p) (%pause-most '((0 4 990) (4 6 9) (512 768 1)) p 600)) '(500 990 999 1000)))

;; Utilisation: pauses of 2 and 3 with 5 between them.
(define (utilisation window) (%least-utilisation #(10 17) #(12 20) 10 110 window))
(show "utilisation " (map utilisation '(1 2 4 10 20 100 101)))
(show "no pauses " (%least-utilisation #() #() 0 10 5))
(show "windows " (map car (minimum-mutator-utilisation)) (map car (minimum-mutator-utilisation 500)))

;; Ages and sizes.
(define p (list 1 2))
(define big (make-vector 20000 0))
(collect-garbage)
;; A tick may bring a collection between making a vector and looking at it, but not each time.
(show "ages " (map object-age (list p big 5 #\a #t car 'car)) " "
      (and (memq 'young (map (lambda (i) (object-age (vector i))) '(1 2 3 4 5 6 7 8))) #t))
(show "sizes " (object-size 5) " " (< (object-size p) (object-size (vector 1 2 3))) " "
      (> (object-size big) (* 3 20000)) " " (= (object-size p) (object-size (cons 1 2))))

;; What holds an object.
(define target (string #\t #\a #\r))
(define holder (vector 1 target 3))
(define holders (list holder))
(define many (map (lambda (i) (cons i target)) '(1 2 3 4 5 6 7 8 9)))
(collect-garbage)
;; What a collection moves meanwhile, as it does under stress, may be seen twice or not at all.
(define found (delete-duplicates (append (referrers target) (referrers target) (referrers target)) eq?))
(show "referrers " (and (memq holder found) #t) (and (memq (car many) found) #t) (length (filter pair? found)))
(show "limit " (apply max (map (lambda (i) (length (referrers target 4))) '(1 2 3 4 5 6 7 8))))
(define directory (string #\n #\o))
(library-search-path-add! directory)
(define path (let again ((tries 20)) (or (path-to directory) (and (> tries 0) (again (- tries 1))))))
(show "path " (and (pair? path) (eq? directory (car (reverse path)))) (object-age (car path)))
(define (holds? a b)
  (cond ((pair? a) (or (eq? (car a) b) (eq? (cdr a) b)))
        ((vector? a) (and (memq b (vector->list a)) #t))
        (else #t)))
(show "each holds the next " (let loop ((l path)) (or (null? (cdr l)) (and (holds? (car l) (cadr l)) (loop (cdr l))))))
(show "nothing holds " (path-to (list 1 2) 5))

;; Everything, and what was counted.
(define census (heap-census))
(define (count type) (apply + (map caddr (filter (lambda (row) (eq? (car row) type)) census))))
(show "census " (< 9 (count 'pair)) (< 0 (count 'symbol)))
(define pairs (heap-fold (lambda (x n) (if (pair? x) (+ n 1) n)) 0))
(show "fold " (< (* 1/2 pairs) (count 'pair) (* 2 pairs)))
;; A collection that moves everything, as under stress, may take an object to where the walk has been already.
(define (walk-finds? x tries)
  (and (> tries 0)
       (or (heap-fold (lambda (y found?) (or found? (eq? x y))) #f) (walk-finds? x (- tries 1)))))
(show "found " (walk-finds? holder 30))
(show "roots " (eq? (cdr (assq 'RTD_RTD (heap-roots))) (cdr (assq 'RTD_RTD (heap-roots)))) (every pair? (heap-roots)))

;; Everything allocated before is visited, whatever the procedure allocates, unless collections move old objects.
(define (full-collections) (field 'full (field 'collections (heap-statistics))))
(define kept (map (lambda (i) (cons 'kept i)) (iota 2000)))
(collect-garbage)
(define seen (make-vector 2000 0))
(define moves (full-collections))
(heap-fold (lambda (x junk)
             (if (and (pair? x) (eq? (car x) 'kept) (exact-integer? (cdr x)))
                 (vector-set! seen (cdr x) 1))
             (make-vector 10 x))
           #f)
(show "seen " (or (= (apply + (vector->list seen)) 2000) (> (full-collections) moves)))

;; Wrong arguments.
(message (collections -1))
(message (collections 'all))
(message (show-collections "1"))
(message (minimum-mutator-utilisation 0))
(message (minimum-mutator-utilisation 1.5))
(message (referrers 5))
(message (referrers p 0))
(message (path-to #f))
(message (path-to p 'many))
(message (heap-fold 1 2))
(message (%page-objects! -1 0 chunk))
(message (%page-objects! 0 -1 chunk))
(message (%page-objects! 1000000000 0 chunk))
(message (%page-objects! 1 0 (vector 1)))
(message (%page-info! 1 #(1 2 3 4 5 6)))
(message (%page-census! 1 (make-vector 10 0)))
(message (%collection-events! #u8(1)))
(message (%pause-counts! (make-vector 5 0)))
(show "any offset " (do ((i 0 (+ i 7))) ((> i 5000) 'fine) (%page-objects! 1 i chunk)))
