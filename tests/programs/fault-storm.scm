;; Processes that loop, exhaust memory, recurse for ever, raise, flood a mailbox, collect and churn, while others are killed at
;; random: nothing is lost, and who waits for a time is woken in time.
;; memory: 64M
;; args: 40 1000
;; stress-args: 10 60
;; => every end was told #t
;; => one process is left #t
;; => every page came back #t
(import (scheme base) (scheme write) (scheme time) (scheme process-context) (only (srfi 27) random-integer)
        (only (ringlet) collect-garbage self spawn-process kill send receive-message processes)
        (only (ringlet internal) %statistics))

(define n-at-once (string->number (list-ref (command-line) 1)))
(define n-ends (string->number (list-ref (command-line) 2)))
(define me (self))

;; Pages that are free, this process's and the commons', when no cycle has pages for its stack.
(define (pages)
  (collect-garbage)
  (let* ((figures (%statistics)) (figure (lambda (name) (cdr (assq name figures)))))
    (+ (figure 'pages-free) (quotient (+ (figure 'bytes-held) (figure 'bytes-commons)) (figure 'page-bytes)))))

(define (loops) (let loop ((i 0)) (loop (+ i 1))))
(define (exhausts) (let loop ((l '())) (loop (cons (make-vector 10 l) l))))
(define (recurses) (let loop ((i 0)) (+ 1 (loop (+ i 1)))))
(define (raises) (car (list-tail '(1 2) 2)))
(define (floods)
  (let ((target (spawn-process loops 'quota 500000 'link #t)))
    (let loop ((i 0)) (send target (make-vector 100 i)) (loop (+ i 1)))))
(define (churns)
  (let ((v (make-vector 1000 #f)))
    (let loop ((i 0))
      (vector-set! v (modulo (* i 7919) 1000) (list i (make-string 50 #\a) (vector i i)))
      (loop (+ i 1)))))
(define kinds (vector loops exhausts recurses raises floods churns))

(define all (make-vector n-at-once #f))
(define n-started 0)
(define (start i)
  (let ((p (spawn-process (vector-ref kinds (random-integer 6)) 'quota (+ 200000 (random-integer 1000000)) 'monitor #t)))
    (set! n-started (+ n-started 1))
    (vector-set! all i p)))

(define n-told 0)
(define (note m) (if m (set! n-told (+ n-told 1))))
(define (storm)
  (set! n-started 0)
  (set! n-told 0)
  (do ((i 0 (+ i 1))) ((= i n-at-once)) (start i))
  (let loop ()
    (if (< n-told n-ends)
        (begin
          (note (receive-message 0.001))
          (let ((i (random-integer n-at-once))) (kill (vector-ref all i)) (start i))
          (loop))))
  (for-each (lambda (p) (if (not (eq? p me)) (kill p))) (processes))
  (let loop () (let ((m (receive-message 0.05))) (if m (begin (note m) (loop))))))

(storm)
(define before (pages))
(storm)
(display "every end was told ") (write (= n-told n-started)) (newline)
(display "one process is left ") (write (equal? (processes) (list me))) (newline)
(display "every page came back ") (write (= before (pages))) (newline)
