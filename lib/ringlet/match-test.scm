;;; Tests of (ringlet match).
(import (scheme base) (ringlet match) (chibi test) (only (ringlet) condition->string condition-who iota)
        (prefix (only (chibi match) match) chibi:))

(define-syntax message-of
  (syntax-rules ()
    ((_ e) (guard (c ((error-object? c) (condition->string c))) e 'no-error))))

(test-begin "match")

(test-group "data"
  (define (kind x)
    (match x
      (() 'empty)
      (0 'zero)
      (1.5 'flonum)
      ("text" 'string)
      (#\c 'char)
      (#t 'true)
      (#u8(1 2) 'bytes)
      ('name 'symbol)
      ('(a (b . #(c))) 'nested)
      (_ 'other)))
  (test '(empty zero flonum string char true bytes symbol nested other)
        (map kind (list '() 0 1.5 (string #\t #\e #\x #\t) #\c #t (bytevector 1 2) 'name
                        (list 'a (cons 'b (vector 'c))) 'another)))
  (test 'other (kind 0.0))
  (test 'other (kind #f))
  (test '(5 other) (match 5 ((a b) 'two) (a (list a 'other))))
  (test 'otherwise (match 5 (4 'four) (else (cond (#f 1) (else 'otherwise))))))

(test-group "lists and vectors"
  (test '(3 2 1) (match '(1 2 3) ((a b c) (list c b a))))
  (test '(1 (2 3)) (match '(1 2 3) ((a . b) (list a b))))
  (test '(1 2 3) (match '(1 2 . 3) ((a b . c) (list a b c))))
  (test 'long (match '(1 2 3) ((a b) 'short) ((_ _ _) 'long)))
  (test '(1 (3) 4) (match '((1 . 2) #(#(3) 4)) (((a . 2) #(#(b ...) c)) (list a b c))))
  (test 'no (match '#(1 2 3) (#(a b) 'two) (#(a b c d) 'four) ((a b c) 'list) (_ 'no)))
  (test '() (match '#() (#() '())))
  (test 'twice (match '((1 2) (1 2)) ((x x) 'twice)))
  (test 'other (match '(1 (1 2)) ((x x) 'twice) (_ 'other)))
  (test "equal strings" "a" (match (list "a" (string #\a)) ((x x) x)))
  (test '(1 2) (match '(1 2 1) (#(x y x) 'vector) ((x y x) (list x y))))
  (test 'same (match '#(1 (1 2)) (#(x (x y)) 'same))))

(test-group "quasiquote"
  (define (simplify e)
    (match e
      (`(+ 0 ,x) (simplify x))
      (`(* 1 ,x) (simplify x))
      (`(if #t ,then ,_) (simplify then))
      (`(,operator ,@operands) (cons operator (map simplify operands)))
      (x x)))
  (test '(f y (g z)) (simplify '(f (+ 0 y) (if #t (g (* 1 z)) w))))
  (test '(1 4) (match '(a 1 #(b 4)) (`(a ,x #(b ,y)) (list x y))))
  (test '(2 3) (match '(1 2 3 4) (`(1 ,@middle 4) middle)))
  (test '() (match '(1 4) (`(1 ,@middle 4) middle)))
  (test 'no (match '(1) (`(1 ,@middle 1) middle) (_ 'no)))
  (test '((a b) (1 2)) (match '(let ((a 1) (b 2)) a) (`(let (,(name value) ...) . ,_) (list name value))))
  (test '((1 2) 3) (match '(x 1 2 y 3) (`(x ,a ... y ,b) (list a b))))
  (test '(1 2) (match '#(p 1 2) (`#(p ,@rest) rest)))
  (test 5 (match '(a . 5) (`(a . ,x) x))))

(test-group "repetition"
  (test '(1 2 3) (match '(1 2 3) ((x ...) x)))
  (test '() (match '() ((x ...) x)))
  (test 'no (match '(1 2 . 3) ((x ...) x) (_ 'no)))
  (test 'no (match 5 ((x ...) x) (_ 'no)))
  (test 'no (let ((l (list 1 2))) (set-cdr! (cdr l) l) (match l ((x ...) x) ((x ... 5) x) (_ 'no))))
  (test '((a b) (1 2)) (match '((a 1) (b 2)) (((key value) ___) (list key value))))
  (test '(((1 2) () (3)) (x y z)) (match '((1 2 x) (y) (3 z)) ((((n ... s) ...)) 'never) (((n ... s) ...) (list n s))))
  (test '((1 2) 3 4) (match '(1 2 3 4) ((a ... b c) (list a b c))))
  (test '(() 3 4) (match '(3 4) ((a ... b c) (list a b c))))
  (test 'no (match '(4) ((a ... b c) (list a b c)) (_ 'no)))
  (test '((1 2) (3 . 4)) (match '(1 2 3 . 4) ((a ... b . c) (list a (cons b c)))))
  (test 'numbers (match '(1 2) (((? symbol?) ...) 'symbols) (((? number?) ...) 'numbers)))
  (test '(1 (5 6)) (match '(1 (1 . 5) (1 . 6)) ((x (x . y) ...) (list x y))))
  (test 'no (match '(1 (1 . 5) (2 . 6)) ((x (x . y) ...) (list x y)) (_ 'no)))
  (test '(1 2) (match '(1 2) ((x ..1) x)))
  (test '(1 2) (match '(1 2) ((x __1) x)))
  (test 'none (match '() ((x ..1) x) (_ 'none)))
  (test '(two (1 2)) (match '(1 2) ((x ..= 3) 'three) ((x ..= 2) (list 'two x))))
  (test '((1 2) 3) (match '(1 2 3) ((x =.. 2 y) (list x y))))
  (test '(#f (1) (1 2) #f)
        (map (lambda (l) (match l ((x ..* 1 2) x) (_ #f))) '(() (1) (1 2) (1 2 3))))
  (test '(1 (2 3) 4) (match '#(1 2 3 4) (#(a b ... c) (list a b c))))
  (test 'no (match '#(1) (#(a b ... c) 'yes) (_ 'no)))
  (test 100000 (match (iota 100000) (((? number? x) ...) (length x)))))

(test-group "operators"
  (test '(even 4) (match 4 ((and (? integer?) (? even? x)) (list 'even x)) (_ 'no)))
  (test '(2 (1 2)) (match '(1 2) ((and (_ x) l) (list x l))))
  (test 'any (match 7 ((and) 'any)))
  (test 'none (match 7 ((or) 'any) (_ 'none)))
  (test '(1 1) (map (lambda (v) (match v ((or (x) #(x)) x))) '((1) #(1))))
  (test '(letter digit) (map (lambda (v) (match v ((or 'a 'b) 'letter) ((or 1 2) 'digit))) '(b 2)))
  (test '(5 6) (match '((a 5) 6) (((or ('b x) ('a x)) y) (list x y))))
  (test "the first alternative may fail later" 'second
        (match '(1 2) (((or x x) 3) 'first) (_ 'second)))
  (test '(pair other) (map (lambda (v) (match v ((not (_ . _)) 'other) (_ 'pair))) '((1) 1)))
  (test 3 (match "abc" ((= string-length n) n)))
  (test 'yes (match '(3 "abc") ((n (= string-length n)) 'yes)))
  (test 5 (match 5 ((? number? (? odd?) x) x)))
  (test "a predicate sees the variables to its left" 'bigger
        (match '(1 2) ((a (? (lambda (b) (> b a)))) 'bigger)))
  (test '(1 (2) 1) (match '(1 (2)) (((get! a) (get! b)) (list (a) (b) (a)))))
  (let ((l (list 1 2 3)) (v (vector 1 2)))
    (match l ((_ (set! b) . _) (b 'x)))
    (match l ((_ _ . (set! b)) (b '(y))))
    (match v (#(_ (set! b)) (b 'z)))
    (test '((1 x y) #(1 z)) (list l v)))
  (test '((a x b) c) (match '(a (x (b (c) y))) (((and path (? symbol?)) *** ('c)) (list path 'c))))
  (test #f (match '(a (x (b (c) y))) (('a *** ('c)) 'found) (_ #f)))
  (test '(() 5) (match 5 ((p *** (? number? n)) (list p n)))))

(test-group "records"
  (define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))
  (define-record-type circle (make-circle center radius) circle? (center center) (radius radius))
  (define (area shape)
    (match shape
      (($ circle _ 0) 'nothing)
      (($ circle ($ point x y) r) (list x y (* r r)))
      ((@ point (y y)) (list 'point y))
      (_ 'unknown)))
  (test '((1 2 9) nothing (point 5) unknown)
        (map area (list (make-circle (make-point 1 2) 3) (make-circle 1 0) (make-point 4 5) 6)))
  (test 1 (match (make-point 1 2) (($ point x) x)))
  (test 2 (match (make-point 1 2) ((object point (y a)) a)))
  (test 1 (match (make-point 1 2) ((struct point a b) a)))
  (let ((p (make-point 1 2)))
    (match p (($ point (set! x!) _) (x! 10)))
    (test 10 (point-x p)))
  (test-error (match (make-point 1 2) (($ point x y z) z)))
  (test "match: the record type point has no field z"
        (message-of (match (make-point 1 2) ((@ point (z z)) z)))))

(test-group "clauses"
  (test 'small (match 3 ((? number? n) (=> next) (if (> n 5) 'big (next))) (_ 'small)))
  (test 'again (match 3 (n (=> next) (car (map (lambda (x) (next)) '(1)))) (n 'again)))
  (test 7 (match 3 (n (define m 4) (+ n m))))
  (test '(1 2 3) (let loop ((n 3) (l '())) (match n (0 l) (_ (loop (- n 1) (cons n l))))))
  (test '(3 -1) (map (match-lambda ((a b) (+ a b)) (x (- x))) '((1 2) 1)))
  (test '(two 1 2) ((match-lambda* ((a) (list 'one a)) ((a b) (list 'two a b))) 1 2))
  (test "the value is computed once" 1
        (let ((n 0)) (match (begin (set! n (+ n 1)) n) (5 'five) (6 'six) (x x)))))

(test-group "binding forms"
  (test '(1 2 3) (match-let (((a b) '(1 2)) (c 3)) (list a b c)))
  (test '(2 1) (let ((a 1) (b 2)) (match-let ((a b) (b a)) (list a b))))
  (test 5 (match-let () 5))
  (test '(1 3) (match-let* (((a b) '(1 2)) (c (+ a b))) (list a c)))
  (test 10 (match-let loop (((a . rest) '(1 2 3 4)) (sum 0))
             (match rest (() (+ a sum)) (_ (loop rest (+ a sum))))))
  (test '(#t #f) (match-letrec (((even odd) (list (lambda (n) (or (= n 0) (odd (- n 1))))
                                                  (lambda (n) (and (> n 0) (even (- n 1)))))))
                   (list (even 10) (odd 10))))
  (test '(1 2 3) (match-letrec (((a b) (list 1 (lambda () c))) (#(c d) (vector 2 3))) (list a (b) d))))

(test-group "hygiene"
  (define-syntax first-and
    (syntax-rules () ((_ name e) (match '(1 2) ((x name) (list x e))))))
  (test '(1 2) (let ((x 5)) (first-and x x)))
  (test '(1 2) (first-and y y))
  (test 'ok (let ((if list) (pair? not) (car 5)) (match '(1 2) ((a b) 'ok))))
  (test '(1 4) (let ((fail 4)) (match '(1) ((a) (list a fail)))))
  (test 'ok (chibi:match '(1 1) ((x x) 'ok))))

(test-group "errors"
  (test "match: no pattern matches (1 2)" (message-of (match '(1 2) ((a) a) (#(b) b))))
  (test "match-lambda: no pattern matches 5" (message-of ((match-lambda ((a) a)) 5)))
  (test "match-lambda*: no pattern matches (1 2)" (message-of ((match-lambda* ((a) a)) 1 2)))
  (test "match-let: the pattern (a b) does not match (1 2 3)"
        (message-of (match-let (((a b) '(1 2 3))) a)))
  (test 'match-let* (guard (c (#t (condition-who c))) (match-let* ((a 1) ((b) a)) b)))
  (test 'match-letrec (guard (c (#t (condition-who c))) (match-letrec (((b) 1)) b))))

(test-end)
