;; What a process notices of its neighbour's heap.  The neighbour keeps so many megabytes of lists alive, and goes on making and
;; dropping others; this process does the same piece of work again and again, and counts.  With shared objects, both refer to
;; all of them, and the neighbour replaces one in each of its steps.  Arguments: megabytes, seconds, shared objects.
(import (scheme base) (scheme write) (scheme time) (scheme process-context) (only (scheme fixnum) fx-width) (ringlet))

(define megabytes (string->number (list-ref (command-line) 1)))
(define seconds (string->number (list-ref (command-line) 2)))
(define n-shared (string->number (list-ref (command-line) 3)))
(define me (self))
(define common (make-shared-vector (max 1 n-shared)))
(define (replace! i) (vector-set! common i (share (vector i (list i)))))
(let loop ((i 0)) (if (< i n-shared) (begin (replace! i) (loop (+ i 1)))))

;; A vector of lists of 1000 pairs; each step replaces one of them.
(define (neighbour)
  (let* ((pair-bytes (if (> fx-width 32) 16 8))
         (n (max 1 (quotient (* megabytes 1048576) (* 1000 pair-bytes))))
         (lists (make-vector n '())))
    (define (fill i) (vector-set! lists i (make-list 1000 i)))
    (let loop ((i 0)) (if (< i n) (begin (fill i) (loop (+ i 1)))))
    (send me 'ready)
    (let loop ((i 0))
      (fill (modulo (* i 7919) n))
      (if (> n-shared 0) (replace! (modulo (* i 7919) n-shared)))
      (loop (+ i 1)))))

(define (work)
  (let loop ((i 0) (l '()))
    (if (< i 200) (loop (+ i 1) (cons (make-vector 3 i) l)) (length l))))

(define p (spawn-process neighbour 'quota (* 3 (max 8 megabytes) 1048576)))
(receive-message)
(define end (+ (current-jiffy) (* seconds 1000000)))
(let loop ((n 0) (before (current-jiffy)) (longest 0))
  (work)
  (let* ((now (current-jiffy)) (longest (max longest (- now before))))
    (if (< now end)
        (loop (+ n 1) now longest)
        (begin
          (display "works ") (display n) (newline)
          (display "longest-us ") (display longest) (newline)
          (display "collections-of-the-commons ") (display (cdr (assq 'collections (shared-statistics)))) (newline)
          (display "neighbour-mb ")
          (display (quotient (cdr (assq 'bytes-held (process-info p))) 1048576)) (newline)
          (display "result ok") (newline)))))
