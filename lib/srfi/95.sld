;;; (srfi 95): sorting and merging of lists, vectors and strings, with optional keys.
(define-library (srfi 95)
  (export sorted? merge merge! sort sort!)
  (import (scheme base) (scheme case-lambda) (ringlet internal) (only (ringlet) sort sort!))
  (begin
    (define (elements who sequence)
      (%check-sequence who 1 sequence)
      (cond ((vector? sequence) (vector->list sequence))
            ((string? sequence) (string->list sequence))
            (else sequence)))

    (define sorted?
      (case-lambda
        ((sequence less?)
         "(sorted? sequence less? [key])
Is no element of SEQUENCE, a list, vector or string, LESS? than the one before?  With KEY what it returns is compared."
         (sorted? sequence less? (lambda (x) x)))
        ((sequence less? key)
         (let ((l (elements 'sorted? sequence)))
           (or (null? l)
               (let loop ((before (key (car l))) (l (cdr l)))
                 (or (null? l)
                     (let ((x (key (car l))))
                       (and (not (less? x before)) (loop x (cdr l)))))))))))

    (define (keyed list key)
      (map (lambda (x) (cons (key x) x)) list))

    (define merge
      (case-lambda
        ((a b less?)
         "(merge list-1 list-2 less? [key])
A new list of the elements of two sorted lists in order; those of LIST-1 come first among equals."
         (merge! (list-copy a) (list-copy b) less?))
        ((a b less? key)
         (merge! (list-copy a) (list-copy b) less? key))))

    ;; Each key is asked for once, so the pairs are relinked next to a list of (key . element).
    (define (merge-keyed! a b less? key)
      (let ((keyed-a (keyed a key)) (keyed-b (keyed b key)) (pairs (append! a b)))
        (let loop ((to pairs)
                   (from (if (and (pair? keyed-a) (pair? keyed-b))
                             (%merge! keyed-a keyed-b (lambda (x y) (less? (car x) (car y))))
                             (append keyed-a keyed-b))))
          (if (pair? to)
              (begin (set-car! to (cdr (car from))) (loop (cdr to) (cdr from)))))
        pairs))

    (define (append! a b)
      (if (null? a)
          b
          (let loop ((l a))
            (if (pair? (cdr l))
                (loop (cdr l))
                (begin (set-cdr! l b) a)))))

    (define merge!
      (case-lambda
        ((a b less?)
         "(merge! list-1 list-2 less? [key])\nThe same as merge, made of the pairs of the two lists."
         (%check-lists a b)
         (cond ((null? a) b)
               ((null? b) a)
               (else (%merge! a b less?))))
        ((a b less? key)
         (%check-lists a b)
         (merge-keyed! a b less? key))))

    (define (%check-lists a b)
      (if (not (list? a)) (%raise-type 'merge! 1 "a list" a))
      (if (not (list? b)) (%raise-type 'merge! 2 "a list" b)))))
