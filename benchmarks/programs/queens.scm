;;; All ways to put queens on a board so that none attacks another: short lists, many of them thrown away.
(import (scheme base) (scheme write) (scheme process-context))

(define (from-to low high)
  (if (> low high)
      '()
      (cons low (from-to (+ low 1) high))))

;; Is `row` free, seen from the queens placed in the columns before, the nearest first?
(define (safe? row placed)
  (let loop ((placed placed) (distance 1))
    (or (null? placed)
        (let ((other (car placed)))
          (and (not (= other row))
               (not (= other (+ row distance)))
               (not (= other (- row distance)))
               (loop (cdr placed) (+ distance 1)))))))

(define (count-queens size)
  (let place ((free (from-to 1 size)) (tried '()) (placed '()))
    (if (null? free)
        (if (null? tried) 1 0)
        (let ((row (car free))
              (rest (cdr free)))
          (+ (if (safe? row placed)
                 (place (append tried rest) '() (cons row placed))
                 0)
             (place rest (cons row tried) placed))))))

(let ((result (count-queens 12)))
  (display "queens: ")
  (display result)
  (newline)
  (exit (= result 14200)))
