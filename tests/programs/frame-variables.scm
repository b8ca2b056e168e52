;;; The variables that the debugger sees in a frame have the values that the program sees.
(import (scheme base) (scheme write) (scheme case-lambda) (ringlet internal))

(define checked 0)

;; Compare `truth`, names and values, with what the caller's frame shows.
(define (check! truth)
  (%call/cc
   (lambda (k)
     (let ((alist (%visible-variables
                   (let skip ((frames (%backtrace k)))
                     (if (eq? (%frame-name (car frames)) 'check!) (skip (cdr frames)) (car frames))))))
       (for-each
        (lambda (entry)
          (let ((seen (assq (car entry) alist)))
            (set! checked (+ checked 1))
            (if (not (and seen (equal? (cdr seen) (cdr entry))))
                (begin
                  (write (list 'is entry 'shown seen))
                  (newline)))))
        truth)
       0))))

(define-syntax check
  (syntax-rules ()
    ((_ name ...) (+ 0 (check! (list (cons 'name name) ...))))))  ; no tail call, which has no frame

(define-syntax hiding
  (syntax-rules ()
    ((_ e) (let ((a 'of-the-macro)) (list a e)))))

(define (shadows a b)
  (let ((a (+ a 1)) (c (begin (check a b) a)))
    (check a b c)
    (let* ((a (* a 10)) (b (begin (check a b c) (list a))))
      (check a b c)
      (hiding (check a b c)))
    (check a b c)))

(define (assigned a . rest)
  (check a rest)
  (set! a (+ a 1))
  (check a rest)
  (set! rest (cdr rest))
  (let ((later (lambda () (set! a 'later) (check a rest))))
    (later)
    (check a rest)
    (+ 0 (check a))))

(define (loops n)
  (let loop ((i 0) (sum 0) (list '()))
    (check n i sum list)
    (if (< i n)
        (let inner ((j i))
          (if (> j 0)
              (inner (begin (check i j sum) (- j 1)))
              (loop (+ i 1) (+ sum (begin (check n sum list) i)) (cons (begin (check list) i) list))))
        (check n i sum list))))

(define (mutual n)
  (define limit (* 2 n))
  (define (down n) (if (= n 0) (check n limit) (+ 1 (up (- n 1)))))
  (define (up n) (check n limit) (if (= n 0) 0 (+ 1 (down (- n 1)))))
  (check limit n)
  (+ (down n) (begin (check limit n) 1)))

(define chooses
  (case-lambda
    ((a) (check a))
    ((a b) (check a b) (chooses (+ a b)))
    ((a b . c) (check a b c) (+ (chooses a b) (check a b c)))))

(define (test-place x)
  (if (and (pair? x) (or (null? (cdr x)) (= 0 (check x))) (let ((y (car x))) (= 0 (check x y))))
      (check x)
      (let ((z x)) (check x z))))

(shadows 1 2)
(assigned 1 2 3)
(loops 3)
(mutual 4)
(chooses 1 2 3 4)
(test-place '(1 2))
(test-place 5)
(map (lambda (x y) (check x y)) '(1 2) '(a b))
(write checked)
(newline)

;; => 96
