;;; Lists built, mapped, filtered, reversed and dropped; one in eight is kept for a while.  size: thousands of rounds.

(define kept-lists 256)
(define list-length 1000)

(define (count-from start n)
  (let loop ((i (- n 1)) (list '()))
    (if (< i 0) list (loop (- i 1) (cons (+ start i) list)))))

(define (keep-odd list)
  (cond ((null? list) '())
        ((odd? (car list)) (cons (car list) (keep-odd (cdr list))))
        (else (keep-odd (cdr list)))))

(define (sum list)
  (let loop ((list list) (total 0))
    (if (null? list) total (loop (cdr list) (+ total (car list))))))

(define (sum-kept kept)
  (let loop ((i 0) (total 0))
    (if (= i kept-lists) total (loop (+ i 1) (modulo (+ total (sum (vector-ref kept i))) 1000003)))))

(define (run size)
  (let ((kept (make-vector kept-lists '()))
        (rounds (* 1000 size)))
    (let loop ((i 0) (check 0))
      (if (= i rounds)
          (begin
            (note-live)
            (+ check (sum-kept kept)))
          (let* ((numbers (count-from (modulo i 1000) list-length))
                 (doubled (map (lambda (x) (+ x x)) numbers))
                 (pairs (map cons numbers doubled))
                 (odds (keep-odd numbers))
                 (all (append odds (reverse doubled))))
            (when (= 0 (modulo i 8))
              (vector-set! kept (random-below kept-lists) all))
            (loop (+ i 1)
                  (modulo (+ check (car (list-ref pairs 500)) (sum all)) 1000003)))))))
