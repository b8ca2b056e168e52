;; Primitives that work in slices: every result is right, however often the heap is collected between two of them.
;; args: 50000
;; stress-args: 3000
;; => vector: #t #t #t
;; => copy: #t #t #t #t
;; => list: #t #t #t
;; => move: #t #t #t
;; => fill: #t #t
;; => string: #t #t

(define n (string->number (cadr (command-line))))
(define (say what . results)
  (display what)
  (for-each (lambda (r) (display " ") (write r)) results)
  (newline))

;; Is element I of V, for all I from START up to END, what F says?
(define (all? v start end f)
  (or (= start end) (and (equal? (vector-ref v start) (f start)) (all? v (+ start 1) end f))))
(define (boxes)
  (let ((v (make-vector n)))
    (do ((i 0 (+ i 1))) ((= i n) v) (vector-set! v i (list i)))))

(define v (boxes))
(say "vector:"
     (let ((fill (list 'x))) (all? (make-vector n fill) 0 n (lambda (i) fill)))
     (all? v 0 n list)
     (let ((grown (vector-grow v (* 2 n))))
       (and (all? grown 0 n list) (all? grown n (* 2 n) (lambda (i) #f)))))
(say "copy:"
     (all? (vector-copy v) 0 n list)
     (all? (vector-copy v 7 (- n 3)) 0 (- n 10) (lambda (i) (list (+ i 7))))
     (let ((both (vector-append (vector) v #(a) (vector) v)))
       (and (= (vector-length both) (+ n n 1))
            (all? both 0 n list)
            (eq? (vector-ref both n) 'a)
            (all? both (+ n 1) (+ n n 1) (lambda (i) (list (- i n 1))))))
     (eq? (vector-ref (vector-copy v) (- n 1)) (vector-ref v (- n 1))))
(define l (vector->list v))
(say "list:"
     (= (length l) n)
     (let loop ((i 0) (l l)) (if (= i n) (null? l) (and (equal? (car l) (list i)) (loop (+ i 1) (cdr l)))))
     (all? (list->vector l) 0 n list))
(say "move:"
     (begin (vector-copy! v 5 v 0 (- n 5)) (all? v 5 n (lambda (i) (list (- i 5)))))
     (begin (vector-copy! v 0 v 5) (all? v 0 (- n 5) list))
     (let ((to (make-vector n 'old)))
       (vector-copy! to 2 v 2 (- n 5))
       (and (all? to 2 (- n 5) list) (all? to 0 2 (lambda (i) 'old)) (all? to (- n 5) n (lambda (i) 'old)))))
(say "fill:"
     (let ((x (list 'x))) (vector-fill! v x 1 (- n 1)) (all? v 1 (- n 1) (lambda (i) x)))
     (equal? (vector-ref v 0) '(0)))
(define s (make-string n #\a))
(string-set! s (- n 1) #\z)
(say "string:"
     (let ((chars (string->vector s))) (and (all? chars 0 (- n 1) (lambda (i) #\a)) (eqv? (vector-ref chars (- n 1)) #\z)))
     (let ((chars (string->list s))) (and (= (length chars) n) (eqv? (list-ref chars (- n 1)) #\z))))

;; => table: #t #t #t #t
(define keys (vector->list (boxes)))
(define t (make-strong-eqv-hash-table))
(define (has-all? table) (every (lambda (k) (eqv? (hash-table-ref/default table k #f) (car k))) keys))
(for-each (lambda (k) (hash-table-set! t k (car k))) keys)
(say "table:"
     (and (= (hash-table-size t) n) (has-all? t))
     (has-all? (hash-table-copy t))
     (= (apply + (hash-table-values t)) (quotient (* n (- n 1)) 2))
     (begin
       (for-each (lambda (k) (if (odd? (car k)) (hash-table-delete! t k))) keys)
       (do ((i 0 (+ i 1))) ((= i n)) (hash-table-set! t i i))
       (and (= (hash-table-size t) (+ n (quotient (+ n 1) 2)))
            (every (lambda (k) (eqv? (hash-table-ref/default t k 'no) (if (odd? (car k)) 'no (car k)))) keys)
            (equal? (list-tail (hash-table-keys t) (quotient (+ n 1) 2)) (iota n)))))
