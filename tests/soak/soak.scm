;;; Random programs, made, compiled and run until so many collections have happened: soak.scm SEED COLLECTIONS
;;;
;;; A program is a procedure of one argument, a vector of what earlier programs left: lists, vectors, closures, tables,
;;; continuations, promises.  It is evaluated twice and run each time; both results must be equal.  Then something it
;;; made replaces a random element of the vector.  At twenty checkpoints the garbage is collected and what the heap holds
;;; is printed: it must not grow.
(import (scheme base) (scheme write) (scheme eval) (scheme lazy) (scheme process-context) (srfi 1) (ringlet)
        (only (ringlet internal) %collections %statistics %verify-heap))

(define state (string->number (cadr (command-line))))
(define wanted (string->number (list-ref (command-line) 2)))
(define (random n)
  (set! state (modulo (+ (* state 1103515245) 12345) 2147483648))
  (modulo (quotient state 65536) n))
(define-syntax one-of
  (syntax-rules () ((_ e ...) (let ((makers (vector (lambda () e) ...))) ((vector-ref makers (random (vector-length makers))))))))

;;; Each of these makes an expression of its type, `d` deep at most, with the variables `vs` (integers) in scope.
(define n-names 0)
(define (fresh) (set! n-names (modulo (+ n-names 1) 500)) (string->symbol (string-append "v" (number->string n-names))))

(define (int d vs)
  (if (= d 0)
      (if (or (null? vs) (= 0 (random 3))) (random 1000) (list-ref vs (random (length vs))))
      (let ((d (- d 1)) (x (fresh)) (y (fresh)))
        (one-of
         `(modulo (+ ,(int d vs) ,(int d vs)) 100003)
         `(modulo (* ,(int d vs) ,(int d vs) ,(int d vs)) 100003)
         `(modulo (expt ,(+ 3 (random 9)) ,(random 300)) (+ 1 (abs ,(int d vs))))
         `(let ((,x ,(int d vs))) ,(int d (cons x vs)))
         `((lambda (,x . ,y) (+ ,x (length ,y))) ,(int d vs) ,(int d vs) ,(int d vs))
         `(if (< ,(int d vs) ,(int d vs)) ,(int d vs) ,(int d vs))
         `(length ,(lst d vs))
         `(fold + 0 ,(lst d vs))
         `(vector-length ,(vec d vs))
         `(string-length ,(str d vs))
         `(let ((,x ,(vec d vs))) (if (= 0 (vector-length ,x)) 0 (%weigh (vector-ref ,x (modulo ,(int d vs) (vector-length ,x))))))
         `(let loop ((n ,(random 40)) (,x ,(int d vs))) (if (= n 0) ,x (loop (- n 1) (modulo (+ ,x ,(int d (cons x vs))) 9973))))
         `(let deep ((n ,(random 3000))) (if (= n 0) ,(int d vs) (+ 1 (deep (- n 1)))))
         `(call/cc (lambda (k) (+ 1 (k ,(int d vs)))))
         `(let ((n 0) (k #f)) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (< n ,(random 20)) (k #f)) (+ n ,(int d vs)))
         `(guard (c (#t (if (symbol? c) 1 2))) (if (even? ,(int d vs)) (raise 'odd) (car ,(int d vs))))
         `(let ((,x 0)) (dynamic-wind (lambda () (set! ,x (+ ,x 1))) (lambda () ,(int d (cons x vs))) (lambda () (set! ,x 0))))
         `(string->number (number->string ,(int d vs)))
         `(force (delay ,(int d vs)))
         `(call-with-values (lambda () (values ,(int d vs) ,(int d vs))) +)
         `(let ((t ,(table d vs))) (hash-table-ref/default t ,(int d vs) 17))
         `(%weigh (vector-ref kept ,(random 100)))))))

(define (lst d vs)
  (if (= d 0)
      (one-of `(list ,(int 0 vs) ,(int 0 vs)) `(iota ,(random 60)) `'())
      (let ((d (- d 1)) (x (fresh)))
        (one-of
         `(cons ,(int d vs) ,(lst d vs))
         `(map (lambda (,x) ,(int d (cons x vs))) (%clip ,(lst d vs)))
         `(reverse ,(lst d vs))
         `(append (%clip ,(lst d vs)) (%clip ,(lst d vs)))
         `(list-copy ,(lst d vs))
         `(filter odd? ,(lst d vs))
         `(sort < ,(lst d vs))
         `(map %weigh (vector->list ,(vec d vs)))
         `(map %weigh (%clip (hash-table-keys ,(table d vs))))
         `(apply list (%clip ,(lst d vs)))))))

(define (vec d vs)
  (if (= d 0)
      `(make-vector ,(random (one-of 10 10 10 2000)) ,(int 0 vs))
      (let ((d (- d 1)) (x (fresh)))
        (one-of
         `(vector ,(int d vs) ,(lst d vs) ,(str d vs) ,(int d vs))
         `(list->vector ,(lst d vs))
         `(vector-map (lambda (,x) (cons ,x ,(int d vs))) (list->vector (%clip ,(lst d vs))))
         `(let ((,x ,(vec d vs))) (vector-fill! ,x ,(lst d vs)) ,x)
         `(let ((,x ,(vec d vs))) (if (< 2 (vector-length ,x)) (vector-copy! ,x 1 ,x 0 2)) ,x)
         `(vector-append ,(vec d vs) (vector ,(str d vs)))))))

(define (str d vs)
  (if (= d 0)
      (one-of `(make-string ,(random 50) #\x) "text" `(number->string ,(int 0 vs)))
      (let ((d (- d 1)))
        (one-of
         `(string-append (%clip-string ,(str d vs)) (%clip-string ,(str d vs)))
         `(number->string (* ,(int d vs) ,(int d vs)))
         `(string-copy ,(str d vs))
         `(symbol->string (string->symbol (%clip-string ,(str 0 vs))))
         `(let ((p (open-output-string))) (write ,(lst d vs) p) (get-output-string p))))))

(define (table d vs)
  (let ((x (fresh)))
    `(let ((t ,(one-of `(make-equal-hash-table) `(make-eqv-hash-table))))
       (for-each (lambda (,x) (hash-table-set! t ,(one-of x `(list ,x)) ,(int (quotient d 2) (cons x vs)))) (%clip ,(lst d vs)))
       t)))

(define (to-keep d vs)
  (let ((x (fresh)))
    (one-of (lst d vs) (vec d vs) (str d vs) (table d vs)
            `(lambda (,x) ,(int d (cons x vs)))
            `(delay ,(int d vs))
            `(call/cc (lambda (k) k))
            `(let ((,x ,(lst d vs))) (cons (lambda () ,x) (vector-ref kept ,(random 100)))))))

;;; What the programs may use beside the libraries.
(define helpers
  '((define (%clip l) (if (> (length l) 100) (take l 100) l))
    (define (%clip-string s) (if (> (string-length s) 200) (substring s 0 200) s))
    (define (%weigh x)
      (cond ((exact-integer? x) x)
            ((list? x) (length x))
            ((pair? x) 3)
            ((vector? x) (vector-length x))
            ((string? x) (string-length x))
            ((procedure? x) 5)
            (else 7)))))

(define base (environment '(scheme base) '(scheme lazy) '(scheme write) '(srfi 1) '(only (ringlet) sort make-equal-hash-table make-eqv-hash-table
                          hash-table-ref/default hash-table-set! hash-table-keys)))
(define (program)
  (let ((d (+ 1 (random 4))))
    `(lambda (kept) ,@helpers (cons ,(int d '()) ,(to-keep d '())))))

;; A list whose rest was kept grows only so long.
(define (shorten x)
  (let loop ((y x) (n 0))
    (cond ((not (pair? y)) x) ((> n 300) 'long) (else (loop (cdr y) (+ n 1))))))

(define kept (make-vector 100 '()))
(define (run-one)
  (let* ((form (program))
         (first ((eval form base) kept))
         (second ((eval form base) kept)))
    (unless (equal? (car first) (car second))
      (write form)
      (newline)
      (write (list 'differs (car first) (car second)))
      (newline)
      (exit 3))
    (vector-set! kept (random 100) (shorten (cdr (if (= 0 (random 2)) first second))))))

(define (held) (cdr (assq 'bytes-held (%statistics))))
(define (used) (cdr (assq 'bytes-used (%statistics))))
(define (checkpoint programs)
  (collect-garbage)
  (let ((fault (%verify-heap)))
    (unless (eq? fault #t) (display fault) (newline) (exit 4)))
  (write (list 'checkpoint (%collections) programs (held) (used)))
  (newline))

(let loop ((programs 0) (next (quotient wanted 20)))
  (cond ((< (%collections) next) (run-one) (loop (+ programs 1) next))
        (else (checkpoint programs)
              (when (< next wanted) (loop programs (+ next (quotient wanted 20)))))))
