;; Processes that share without end, with little memory: what they dropped comes back, and none of them ends for it.
;; memory: 16M
;; args: 20000
;; stress-args: 500
;; => all ended (normal)
;; => refused (memory killed)
(import (scheme base) (scheme write) (scheme process-context)
        (only (ringlet) spawn-process receive-message kill share condition-type make-shared-hash-table shared-hash-table-set!))

(define n (string->number (list-ref (command-line) 1)))
(define t (make-shared-hash-table))
(define (share-much) (do ((i 0 (+ i 1))) ((= i n)) (shared-hash-table-set! t (modulo i 50) i)))
(define (reasons k)
  (do ((i 0 (+ i 1))) ((= i k)) (spawn-process share-much 'monitor #t))
  (let loop ((i 0) (l '()))
    (if (= i k)
        l
        (let ((reason (vector-ref (receive-message) 3))) (loop (+ i 1) (if (memv reason l) l (cons reason l)))))))
(display "all ended ")
(write (reasons 12))
(newline)

;; What is alive is refused, as soon as all else was taken away.  With the machine full there is still room to tell of an end.
(define held '())
(define (fill size)
  (guard (c (#t (condition-type c)))
    (let loop () (set! held (share (cons (make-vector size 0) held))) (loop))))
(define child (spawn-process receive-message 'monitor #t))
(display "refused ")
(let* ((why (fill 200)) (rest (map fill '(50 10 1))))
  (kill child)
  (let ((notice (receive-message 5 #f)))
    (set! held #f)
    (write (list why (and notice (vector-ref notice 3))))))
(newline)
