(import (scheme base) (srfi 141) (chibi test))

(test-begin "srfi 141")

(define (two f n d) (call-with-values (lambda () (f n d)) list))

;; name, both, quotient, remainder, quotients and remainders of 7/3 -7/3 7/-3 -7/-3 6/4 -6/4 10/4 8/2 0/5
(define families
  (list (list 'floor floor/ floor-quotient floor-remainder '(2 -3 -3 2 1 -2 2 4 0) '(1 2 -2 -1 2 2 2 0 0))
        (list 'truncate truncate/ truncate-quotient truncate-remainder '(2 -2 -2 2 1 -1 2 4 0) '(1 -1 1 -1 2 -2 2 0 0))
        (list 'ceiling ceiling/ ceiling-quotient ceiling-remainder '(3 -2 -2 3 2 -1 3 4 0) '(-2 -1 1 2 -2 -2 -2 0 0))
        (list 'round round/ round-quotient round-remainder '(2 -2 -2 2 2 -2 2 4 0) '(1 -1 1 -1 -2 2 2 0 0))
        (list 'euclidean euclidean/ euclidean-quotient euclidean-remainder '(2 -3 -2 3 1 -2 2 4 0) '(1 2 1 2 2 2 2 0 0))
        (list 'balanced balanced/ balanced-quotient balanced-remainder '(2 -2 -2 2 2 -1 3 4 0) '(1 -1 1 -1 -2 -2 -2 0 0))))
(define numerators '(7 -7 7 -7 6 -6 10 8 0))
(define denominators '(3 3 -3 -3 4 4 4 2 5))

(for-each
 (lambda (family)
   (apply
    (lambda (name both quotient remainder quotients remainders)
      (test-group (symbol->string name)
        (test quotients (map quotient numerators denominators))
        (test remainders (map remainder numerators denominators))
        (test (map list quotients remainders) (map (lambda (n d) (two both n d)) numerators denominators))
        (let ((n (- (expt 7 80))) (d (+ (expt 10 20) 39)))
          (for-each (lambda (n d)
                      (let ((qr (two both n d)))
                        (test n (+ (* d (car qr)) (cadr qr)))
                        (test #t (< (abs (cadr qr)) (abs d)))))
                    (list n n (- n) (- n)) (list d (- d) d (- d))))
        (test (map inexact (two both 17 5)) (two both 17.0 5))
        (test #t (inexact? (quotient 17 5.0)))
        (test-error (both 1 0))
        (test-error (quotient 1 0))
        (test-error (remainder 1.5 2))
        (test-error (both 'a 2))
        (test-error (quotient 3 1/2))))
    family))
 families)

(test-group "edges"
  (test '((0 2) (-1 1) (2 -2)) (list (two round/ 2 4) (two euclidean/ -3 4) (two round/ 6 4)))
  (test '(-2 -1 0 1 -2) (map (lambda (n) (balanced-remainder n 4)) '(-2 -1 0 1 2)))
  (test '(-2 -1 0 1 -2) (map (lambda (n) (balanced-remainder n -4)) '(-2 -1 0 1 2)))
  (test '(-2 -1 0 1 2) (map (lambda (n) (balanced-remainder n 5)) '(-2 -1 0 1 2))))

(test-end)
