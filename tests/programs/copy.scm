;; Copies as messages make them, within one process: of what, with what sharing, and what is refused.
;; memory: 64M
(import (scheme base) (scheme write) (scheme cxr) (only (ringlet) collect-garbage make-hash-table make-equal-hash-table make-eq-hash-table
          hash-table-set! hash-table-ref/default hash-table-size hash-table-delete! make-parameter)
        (only (ringlet internal) %copy %share %verify-heap))

(define (show . parts) (for-each display parts) (newline))
(define (check name ok) (show name (if ok " ok" " WRONG")))
(define (refused thunk)
  (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (condition->text e))) thunk))))
(define (condition->text e) (if (error-object? e) (error-object-message e) e))

;; Small graphs and large ones go different ways.
(define (wrap-small x) (list x))
(define (wrap-large x) (let ((v (make-vector 3000 0))) (vector-set! v 0 x) v))
(define (unwrap x) (if (pair? x) (car x) (vector-ref x 0)))

(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))

(define (both name make same?)
  (for-each
   (lambda (wrap way)
     (let* ((x (make)) (y (unwrap (%copy (wrap x)))))
       (check (string-append name " " way) (and (same? x y) (not (eq? x y))))))
   (list wrap-small wrap-large) '("small" "large")))

(both "list" (lambda () (list 1 'a #\b "text" 2.5 (expt 10 40) 2/3)) equal?)
(both "vector" (lambda () (vector 1 (vector 2 "x") #u8(1 2 3))) equal?)
(both "string" (lambda () (string-append "wide" (string (integer->char 955)))) equal?)
(both "bytes" (lambda () (make-bytevector 100 7)) equal?)
(both "record" (lambda () (make-point 1 (list 2)))
      (lambda (a b) (and (equal? (point-x a) 1) (equal? (point-y b) '(2)))))
(both "closure" (lambda () (let ((n 10)) (lambda (x) (set! n (+ n x)) n)))
      (lambda (f g) (and (= (f 1) 11) (= (g 1) 11) (= (f 1) 12) (= (g 5) 16))))
(both "cycle" (lambda () (let ((l (list 1 2 3))) (set-cdr! (cddr l) l) l))
      (lambda (a b) (and (= (cadr b) 2) (eq? (cdddr b) b))))
(both "parameter" (lambda () (make-parameter 5)) (lambda (a b) (= (a) (b))))

(define (shares name wrap)
  (let* ((l (list 1 2)) (s (unwrap (%copy (wrap (vector l l (list l)))))))
    (check name (and (eq? (vector-ref s 0) (vector-ref s 1)) (eq? (car (vector-ref s 2)) (vector-ref s 0))
                     (not (eq? (vector-ref s 0) l))))))
(shares "sharing small" wrap-small)
(shares "sharing large" wrap-large)

;; Variables of a copied procedure are its own.
(define counter 0)
(define (count!) (set! counter (+ counter 1)) counter)
(define count-elsewhere! (%copy count!))
(count-elsewhere!)
(show "globals " (count-elsewhere!) " " (count!) " " counter)

;; Hash tables, those by address too.
(define keys (list (list 1) (list 2) "s" 'sym 3))
(define (table make)
  (let ((t (make))) (for-each (lambda (k) (hash-table-set! t k (list k))) keys) t))
(for-each
 (lambda (make name)
   (let* ((copied (%copy (cons keys (table make)))) (ks (car copied)) (t (cdr copied)))
     (check name (and (= (hash-table-size t) 5)
                      (let loop ((k ks))
                        (or (null? k) (and (eq? (car (hash-table-ref/default t (car k) '(#f))) (car k)) (loop (cdr k)))))))
     (collect-garbage)
     (check name (eq? (car (hash-table-ref/default t (cadr ks) '(#f))) (cadr ks)))
     (hash-table-delete! t (car ks))
     (hash-table-set! t 'new 1)
     (check name (and (= (hash-table-size t) 5) (not (hash-table-ref/default t (car ks) #f))))))
 (list make-eq-hash-table make-equal-hash-table)
 '("eq table" "equal table"))
(let* ((t (make-equal-hash-table)) (n 20000))
  (do ((i 0 (+ i 1))) ((= i n)) (hash-table-set! t i (* i i)))
  (do ((i 0 (+ i 3))) ((>= i n)) (hash-table-delete! t i))
  (let ((c (%copy t)))
    (check "large table"
           (and (= (hash-table-size c) (hash-table-size t))
                (let loop ((i 0))
                  (or (= i n)
                      (and (eqv? (hash-table-ref/default c i 'none) (if (zero? (modulo i 3)) 'none (* i i)))
                           (loop (+ i 1)))))))))

;; Large objects and long lists.
(define long (let loop ((i 0) (l '())) (if (= i 50000) l (loop (+ i 1) (cons (vector i l) l)))))
(define (same-long? a b)
  (or (null? a) (and (= (vector-ref (car a) 0) (vector-ref (car b) 0)) (eq? (vector-ref (car b) 1) (cdr b))
                     (same-long? (cdr a) (cdr b)))))
(check "long list" (same-long? long (%copy long)))
(define wide (make-vector 60000 '()))
(vector-set! wide 7 wide)
(vector-set! wide 59999 "end")
(define wide-copy (%copy wide))
(check "wide vector" (and (eq? (vector-ref wide-copy 7) wide-copy) (equal? (vector-ref wide-copy 59999) "end")))
(define bytes (make-bytevector 300000 9))
(bytevector-u8-set! bytes 299999 1)
(check "long bytes" (equal? (%copy bytes) bytes))
(set! long #f)
(collect-garbage)
(check "verified" (eq? #t (%verify-heap)))

;; Refused, with the reason.
(define (refusals x)
  (show (refused (lambda () (%copy (wrap-small x)))))
  (show (refused (lambda () (%copy (wrap-large x))))))
(refusals (current-output-port))
(call/cc (lambda (k) (refusals k)))

;; Shared: nobody can change it.
(define shared (%share (list "text" (vector 1 2) (make-point 1 2) car)))
(check "shared" (equal? shared (%share shared)))
(check "shared is itself" (eq? shared (%share shared)))
(check "large shared" (equal? (%share (make-list 5000 "x")) (make-list 5000 "x")))
(for-each (lambda (thunk) (show (refused thunk)))
          (list (lambda () (set-car! shared 1))
                (lambda () (string-set! (car shared) 0 #\a))
                (lambda () (vector-set! (cadr shared) 0 1))
                (lambda () (set-point-x! (list-ref shared 2) 1))
                (lambda () (%share (let ((n 0)) (lambda () (set! n (+ n 1))))))
                (lambda () (%share count!))
                (lambda () (%share (make-equal-hash-table)))
                (lambda () (%share (wrap-large (current-output-port))))))
(collect-garbage)
(check "verified" (eq? #t (%verify-heap)))

;; => list small ok
;; => list large ok
;; => vector small ok
;; => vector large ok
;; => string small ok
;; => string large ok
;; => bytes small ok
;; => bytes large ok
;; => record small ok
;; => record large ok
;; => closure small ok
;; => closure large ok
;; => cycle small ok
;; => cycle large ok
;; => parameter small ok
;; => parameter large ok
;; => sharing small ok
;; => sharing large ok
;; => globals 2 1 1
;; => eq table ok
;; => eq table ok
;; => eq table ok
;; => equal table ok
;; => equal table ok
;; => equal table ok
;; => large table ok
;; => long list ok
;; => wide vector ok
;; => long bytes ok
;; => verified ok
;; => a port belongs to its process and cannot be copied out of it
;; => a port belongs to its process and cannot be copied out of it
;; => a continuation belongs to its process and cannot be copied out of it
;; => a continuation belongs to its process and cannot be copied out of it
;; => shared ok
;; => shared is itself ok
;; => large shared ok
;; => argument 1 is a constant, which cannot be changed:
;; => argument 1 is a constant, which cannot be changed:
;; => argument 1 is a constant, which cannot be changed:
;; => argument 1 belongs to the system or is shared, and cannot be changed:
;; => a procedure cannot be shared if a variable that it uses is assigned
;; => the value of a global variable of this process cannot be shared: pass it as an argument, or share it first
;; => a hash table can be changed and so cannot be shared: make a shared one, or share its contents
;; => a port belongs to its process and cannot be copied out of it
;; => verified ok
