;;; Weak pairs, ephemerons, guardians and weak tables: what is gone after a collection, and what is not.
;; args: 20000
;; stress-args: 600
;; timeout: 120
(import (scheme base) (scheme write) (scheme process-context) (ringlet))
(define (show x . more) (write x) (for-each (lambda (x) (write-char #\space) (write x)) more) (newline))
(define n (string->number (cadr (command-line))))
(define (fresh i) (list i))
(define kept (list 'kept))

;; Weak pairs: to what dies, to what lives, in one another.
(define dead (weak-cons (fresh 1) 'cdr))
(define alive (weak-cons kept 'cdr))
(define number (weak-cons 5 #f))
(define outer (weak-cons (weak-cons kept 1) 2))
(show (pair? dead) (weak-pair? dead) (weak-pair? kept))
(collect-garbage)
(show (weak-pair-broken? dead) (weak-car dead) (weak-cdr dead))
(show (weak-pair-broken? alive) (weak-car alive) (weak-car number) (weak-pair-broken? outer))
(weak-set-cdr! dead (fresh 2))
(collect-garbage)
(show (weak-cdr dead))
(show (guard (e (#t 'refused)) (weak-car '(1))))

;; => #f #t #f
;; => #t #f cdr
;; => #f (kept) 5 #t
;; => (2)
;; => refused

;; A chain of ephemerons, each key the value of the one before; the last made is the first of the chain, then the other
;; way round; held by a key that lives, and by one that dies.
(define (chain keys) (let loop ((k keys) (l '())) (if (null? (cdr k)) l (loop (cdr k) (cons (make-ephemeron (car k) (cadr k)) l)))))
(define (keys i l) (if (= i 0) l (keys (- i 1) (cons (fresh i) l))))
(define (count-broken l) (let loop ((l l) (n 0)) (if (null? l) n (loop (cdr l) (if (ephemeron-broken? (car l)) (+ n 1) n)))))
(define (hold-first keys) (cons (car keys) (chain keys)))
(define (hold-none keys) (cons #f (reverse (chain keys))))
(define forwards (hold-first (keys n '())))
(define backwards (let ((c (hold-first (keys n '())))) (cons (car c) (reverse (cdr c)))))
(define gone (hold-none (keys n '())))
(collect-garbage)
(show (count-broken (cdr forwards)) (count-broken (cdr backwards)) (= (count-broken (cdr gone)) (- n 1)))
(set-car! forwards #f)
(collect-garbage)
(show (= (count-broken (cdr forwards)) (- n 1)) (count-broken (cdr backwards)))

;; => 0 0 #t
;; => #t 0

;; Many of one key; a key that is its own value; a cycle of two.
(define many (let ((k (fresh 'many))) (let loop ((i 0) (l '())) (if (= i n) (cons k l) (loop (+ i 1) (cons (make-ephemeron k (fresh i)) l))))))
(define own (let ((k (fresh 1))) (make-ephemeron k k)))
(define two (let ((a (fresh 1)) (b (fresh 2))) (list (make-ephemeron a b) (make-ephemeron b a))))
(collect-garbage)
(show (count-broken (cdr many)) (equal? (ephemeron-value (cadr many)) (list (- n 1))) (ephemeron-broken? own) (count-broken two))
(set-car! many #f)
(collect-garbage)
(show (= n (count-broken (cdr many))))

;; => 0 #t #t 2
;; => #t

;; Guardians: two dead things of which one refers to the other, a representative that refers to its object, a guardian
;; that is guarded, a weak pair to what is saved, what is registered twice, and many.
(define (drain g) (let loop ((l '())) (let ((x (g))) (if x (loop (cons x l)) l))))
(define g (make-guardian))
(let* ((inner (fresh 'inner)) (all (list 'outer inner))) (g inner) (g all))
(define seen (let ((x (fresh 'seen))) (g x) (weak-cons x #f)))
(g kept)
(collect-garbage)
(show (weak-car seen) (length (drain g)))
(collect-garbage)
(show (weak-pair-broken? seen) (drain g))
(let ((x (fresh 'x))) (g x (list 'for x)))
(let ((x (fresh 'twice))) (g x) (g x))
(collect-garbage)
(show (length (drain g)))
(let ((inner (make-guardian))) (inner (fresh 'deep)) (g inner))
(collect-garbage)
(define inner (g))
(show (guardian? inner) (inner) (g))
(do ((i 0 (+ i 1))) ((= i n)) (g (fresh i)))
(collect-garbage)
(let ((l (drain g))) (show (= (length l) n) (= (apply + (map car l)) (quotient (* n (- n 1)) 2))))
(let ((lost (make-guardian))) (lost (fresh 1)))
(collect-garbage)
(show (g))

;; => (seen) 3
;; => #t ()
;; => 3
;; => #t (deep) #f
;; => #t #t
;; => #f

;; Tables: keys that live and die, values that refer to keys, weak values, equal keys, one's own equality.
(define table (make-weak-eq-hash-table))
(define some (keys 100 '()))
(for-each (lambda (k) (hash-table-set! table k (list 'value k))) some)
(do ((i 0 (+ i 1))) ((= i n)) (let ((k (fresh i))) (hash-table-set! table k k)))
(collect-garbage)
(show (hash-table-size table) (hash-table-ref/default table (car some) #f) (length (hash-table-keys table)))
(define copy (hash-table-copy table))
(hash-table-set! table (car some) 'changed)
(show (hash-table-ref table (car some)) (hash-table-ref copy (car some)))
(set! some (list (car some)))
(collect-garbage)
(show (hash-table->alist table) (hash-table-size copy) (hash-table-delete! table (car some)) (hash-table-empty? table))
(define by-value (make-hash-table equal? 'weak-values))
(define held (fresh 'held))
(hash-table-set! by-value "a" held)
(do ((i 0 (+ i 1))) ((= i 1000)) (hash-table-set! by-value i (fresh i)))
(collect-garbage)
(show (hash-table->alist by-value) (hash-table-ref/default by-value 7 'none))
(define both (make-hash-table string-ci=? string-ci-hash 'weak-keys 'weak-values))
(define name (string #\A))
(hash-table-set! both name held)
(hash-table-set! both (string #\b) held)
(hash-table-set! both (string #\c) (fresh 1))
(collect-garbage)
(show (hash-table-ref/default both "a" #f) (hash-table-ref/default both "b" #f) (hash-table->alist both))
(hash-table-set! both "A" 1)
(show (hash-table-ref both name) (hash-table-size both))

;; => 100 (value (1)) 100
;; => changed (value (1))
;; => (((1) . changed)) 1 1 #t
;; => (("a" held)) none
;; => (held) #f (("A" held))
;; => 1 1

;; All this while the old space is marked in slices and the program goes on reading.
(define watched (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons (weak-cons (vector i) i) l)))))
(define cache (make-weak-eq-hash-table))
(define (work rounds)
  (let loop ((i 0) (hold '()) (sum 0))
    (if (< i rounds)
        (let* ((w (list-ref watched (modulo (* i 7) 100))) (x (weak-car w)))
          (hash-table-set! cache (fresh i) i)
          (loop (+ i 1)
                (if (= 0 (modulo i 50000)) '() (cons (if x (vector-ref x 0) (make-vector 5 i)) hold))
                (if (and x (not (eqv? (vector-ref x 0) (weak-cdr w)))) (+ sum 1) sum)))
        sum)))
(show (work (* 15 n)))
(collect-garbage)
(show (hash-table-size cache) (let loop ((l watched)) (or (null? l) (and (weak-pair-broken? (car l)) (loop (cdr l))))))
(write dead) (write own) (write g) (newline)

;; => 0
;; => 0 #t
;; => #<weak-pair>#<ephemeron>#<procedure guardian>
