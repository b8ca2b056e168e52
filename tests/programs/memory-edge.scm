;; Allocation at the edge of memory, in a loop, in objects of many sizes: each failure is a condition of type memory,
;; its handler can allocate, and what was let go is there again.  Lengths are compared only with one another.
;; memory: 8M
;; => small: 12 conditions, all of type memory
;; => medium: 12 conditions, all of type memory
;; => large: 12 conditions, all of type memory
;; => mixed: 12 conditions, all of type memory
;; => every round went as far as half of the best
;; => handlers allocated 48 lists
(define handled 0)
(define shortest #f)
(define longest 0)

;; How many `(make i)` can be held until there is no more memory; the handler works with lists and strings of its own.
(define (fill-up make)
  (define (type-after-work e)
    (let ((l (iota 100)))
      (if (and (= (apply + l) 4950) (string=? (string-append "a" (number->string (length l))) "a100"))
          (set! handled (+ handled 1)))
      (condition-type e)))
  (define n 0)
  (let ((type (guard (e (#t (type-after-work e)))
                (let loop ((held '()) (i 0))
                  (set! n i)
                  (loop (cons (make i) held) (+ i 1))))))
    (set! shortest (if shortest (min shortest n) n))
    (set! longest (max longest n))
    type))

(define (rounds name make)
  (set! shortest #f)
  (set! longest 0)
  (let loop ((i 0) (types '()))
    (if (< i 12)
        (loop (+ i 1) (cons (fill-up make) types))
        (begin
          (display name)
          (display ": ")
          (display (length types))
          (display " conditions, ")
          (display (if (every (lambda (type) (eq? type 'memory)) types) "all of type memory" types))
          (newline)
          (>= (* 2 shortest) longest)))))

(define results
  (list (rounds "small" (lambda (i) i))
        (rounds "medium" (lambda (i) (make-vector (+ 1 (modulo (* i 37) 250)) i)))
        (rounds "large" (lambda (i) (make-vector (* 1000 (+ 1 (modulo i 20))) i)))
        (rounds "mixed" (lambda (i) (if (= (modulo i 50) 0) (make-string (* 100 (modulo i 1999)) #\a) (list i (vector i i)))))))
(display (if (equal? results '(#t #t #t #t)) "every round went as far as half of the best" results))
(newline)
(display "handlers allocated ")
(display handled)
(display " lists")
(newline)
