;; What it costs to yield, to exchange messages, to begin and end a process, and to have one: a line each, in microseconds or bytes.
;; Arguments: how many exchanges, processes in a row, processes at once.
(import (scheme base) (scheme write) (scheme time) (scheme process-context) (ringlet) (only (ringlet internal) %statistics))

(define n-exchanges (string->number (list-ref (command-line) 1)))
(define n-in-a-row (string->number (list-ref (command-line) 2)))
(define n-at-once (string->number (list-ref (command-line) 3)))
(define me (self))

(define (report name value)
  (display name)
  (display " ")
  (display value)
  (newline))

;; The time of n of what (run n) does, in microseconds each.
(define (time-each n run)
  (run (quotient n 10))
  (let ((start (current-jiffy)))
    (run n)
    (inexact (/ (- (current-jiffy) start) n))))

(define (pages-free) (cdr (assq 'pages-free (%statistics))))
(define page-bytes (cdr (assq 'page-bytes (%statistics))))

(define (yield n)
  (let ((other (spawn (lambda () (let loop ((i 0)) (if (< i n) (begin (thread-yield!) (loop (+ i 1)))))))))
    (let loop ((i 0))
      (if (< i n) (begin (thread-yield!) (loop (+ i 1)))))
    (thread-join! other)))
(report "yield-us" (/ (time-each n-exchanges yield) 2))

(define (exchange n)
  (let ((echo (spawn-process (lambda () (let loop () (send me (receive-message)) (loop))))))
    (let loop ((i 0))
      (if (< i n)
          (begin (send echo i)
                 (if (not (eqv? (receive-message) i)) (error "the wrong answer"))
                 (loop (+ i 1)))))
    (kill echo)))
(report "round-trip-us" (time-each n-exchanges exchange))

(define (begin-and-end n)
  (let loop ((i 0))
    (if (< i n)
        (begin (monitor (spawn-process (lambda () 1)))
               (receive-message)
               (loop (+ i 1))))))
(report "begin-and-end-us" (time-each n-in-a-row begin-and-end))

;; Many at once, each of which has answered a message.
(define worker
  (let ((me me))
    (lambda ()
      (let loop () (send me (receive-message)) (loop)))))
(define free-before (pages-free))
(define workers
  (let loop ((i 0) (l '())) (if (= i n-at-once) l (loop (+ i 1) (cons (spawn-process worker) l)))))
(define sum
  (let loop ((l workers) (sum 0))
    (if (null? l)
        sum
        (begin (send (car l) 1) (loop (cdr l) (+ sum (receive-message)))))))
(report "bytes-each" (quotient (* page-bytes (- free-before (pages-free))) n-at-once))
(for-each kill workers)
(report "result" (list sum (length (processes))))
