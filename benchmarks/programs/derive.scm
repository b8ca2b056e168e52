;;; Symbolic differentiation with a little simplification: lists as expressions, symbols compared.
(import (scheme base) (scheme write) (scheme cxr) (scheme process-context))

(define (sum a b)
  (cond ((and (number? a) (number? b)) (+ a b))
        ((eqv? a 0) b)
        ((eqv? b 0) a)
        (else (list '+ a b))))

(define (product a b)
  (cond ((and (number? a) (number? b)) (* a b))
        ((or (eqv? a 0) (eqv? b 0)) 0)
        ((eqv? a 1) b)
        ((eqv? b 1) a)
        (else (list '* a b))))

(define (derive e x)
  (cond ((number? e) 0)
        ((symbol? e) (if (eq? e x) 1 0))
        (else
         (let ((a (cadr e))
               (b (caddr e)))
           (case (car e)
             ((+) (sum (derive a x) (derive b x)))
             ((*) (sum (product a (derive b x))
                       (product (derive a x) b)))
             ((expt) (product (product b (list 'expt a (- b 1)))
                              (derive a x)))
             (else (error "no rule for" (car e))))))))

(define (size e)
  (if (pair? e)
      (+ (size (car e)) (size (cdr e)))
      1))

(define expression
  '(+ (* 3 (expt x 4))
      (+ (* (* a b) (expt (+ x (* 2 y)) 3))
         (* (+ x 1) (* (+ x 2) (+ x 3))))))

(define (run times)
  (let loop ((i 0) (total 0))
    (if (= i times)
        total
        (let* ((first (derive expression 'x))
               (second (derive first 'x))
               (third (derive second 'y)))
          (loop (+ i 1)
                (+ total (size first) (size second) (size third)))))))

(let ((result (run 40000)))
  (display "derive: ")
  (display result)
  (newline)
  (exit (= result 6240000)))
