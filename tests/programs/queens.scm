;;; All ways to place n queens, counted, and the first one for 8 drawn.
(import (scheme base) (scheme write))
(define (safe? row others)
  (let loop ((l others) (d 1))
    (or (null? l)
        (and (not (= (car l) row))
             (not (= (abs (- (car l) row)) d))
             (loop (cdr l) (+ d 1))))))
(define (queens n)
  (let place ((k n) (placed '()))
    (if (= k 0)
        (list placed)
        (let loop ((row n) (found '()))
          (if (= row 0)
              found
              (loop (- row 1)
                    (if (safe? row placed)
                        (append (place (- k 1) (cons row placed)) found)
                        found)))))))
(do ((n 1 (+ n 1))) ((> n 8))
  (display (list n (length (queens n)))) (newline))
(for-each (lambda (row)
            (do ((i 1 (+ i 1))) ((> i 8))
              (write-char (if (= i row) #\Q #\.)))
            (newline))
          (car (queens 8)))

;; => (1 1)
;; => (2 0)
;; => (3 0)
;; => (4 2)
;; => (5 10)
;; => (6 4)
;; => (7 40)
;; => (8 92)
;; => ...Q....
;; => .Q......
;; => ......Q.
;; => ..Q.....
;; => .....Q..
;; => .......Q
;; => ....Q...
;; => Q.......
