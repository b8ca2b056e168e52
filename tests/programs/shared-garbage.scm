;; What is shared is given back when nobody refers to it any more, whoever made it.
;; memory: 64M
;; args: 20000
;; stress-args: 300
;; => symbols, records, processes and data go #t
;; => what is held stays #t #t
;; => held by another, charged to it #t
;; => released by its end #t
;; => refused memory
;; => usable after that #t
(import (scheme base) (scheme write) (scheme process-context)
        (only (ringlet) spawn-process self send receive-message kill share collect-garbage collect-shared shared-statistics
              monitor process-info condition-type thread-yield!))

(define n (string->number (list-ref (command-line) 1)))
(define (line name . parts)
  (display name)
  (for-each (lambda (x) (display " ") (write x)) parts)
  (newline))
(define (figure name) (cdr (assq name (shared-statistics))))
(define (live)
  (collect-garbage)
  (collect-shared)
  (figure 'bytes-live))

(define (repeat n thunk) (if (> n 0) (begin (thunk) (repeat (- n 1) thunk))))
(define (churn)
  (repeat n (lambda () (share (list 1 "two" (vector 3)))))
  (let loop ((i 0))
    (if (< i n) (begin (string->symbol (string-append "churned-" (number->string i))) (loop (+ i 1)))))
  (repeat (quotient n 10) (lambda () (spawn-process (lambda () 1) 'monitor #t) (receive-message))))

(churn)
(define before (live))
(churn)
(define after (live))
(line "symbols, records, processes and data go" (< (abs (- after before)) 2000))

(define data (share (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons (vector i) l))))))
(define held (live))
(define (whole? l i) (if (null? l) (= i 0) (and (= (vector-ref (car l) 0) (- i 1)) (whole? (cdr l) (- i 1)))))
(line "what is held stays" (> (- held after) (* n 16)) (whole? data n))

(define me (self))
(define keeper
  (spawn-process (lambda ()
                   (let ((mine (receive-message)))
                     (send me 'got)
                     (receive-message)
                     (send me (length mine))))))
(send keeper data)
(receive-message)
(set! data #f)
(live)
(line "held by another, charged to it"
      (and (< (figure 'bytes-charged) (* n 16)) (> (cdr (assq 'bytes-shared (process-info keeper))) (* n 16))))
(kill keeper)
(line "released by its end" (< (abs (- (live) after)) 2000))

;; One that keeps all it shares uses up its quota, and nobody else's.
(spawn-process (lambda ()
                 (let loop ((l '()))
                   (loop (cons (share (make-vector 100 1)) l))))
               'quota 1000000 'monitor #t)
(line "refused" (vector-ref (receive-message) 3))
(line "usable after that" (< (abs (- (live) after)) 2000))
