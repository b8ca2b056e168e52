;; The time that processes get: in proportion to their shares, and a limit that is a condition first and an end then.
;; => in proportion #t #t
;; => told (error time) caught time
;; => does not listen time
;; => refused (range range type type)
;; => one is left #t
(import (scheme base) (scheme write)
        (only (ringlet) spawn-process self receive-message processes kill process-info sleep condition-type))

(define (line name . parts)
  (display name)
  (for-each (lambda (x) (display " ") (if (string? x) (display x) (write x))) parts)
  (newline))
(define (burn) (let loop ((i 0)) (loop (+ i 1))))
(define (ticks p) (cdr (assq 'ticks (process-info p))))

;; Until the one with the least has had enough for its part to be told.
(let ((ps (map (lambda (n) (spawn-process burn 'share n)) '(100 300 25))))
  (let loop ()
    (sleep 0.2)
    (if (< (ticks (list-ref ps 2)) 10) (loop)))
  (let ((found (map ticks ps)))
    (define (about? n of) (<= (* 0.7 of) n (* 1.4 of)))
    (for-each kill ps)
    (line "in proportion" (about? (cadr found) (* 3 (car found))) (about? (car found) (* 4 (list-ref found 2))))))

(define (end-of thunk)
  (spawn-process thunk 'time 0.2 'monitor #t)
  (vector-ref (receive-message) 3))
(define me (self))
(let ((told (end-of burn))
      (caught (end-of (lambda () (guard (c (#t (raise (condition-type c)))) (burn))))))
  (line "told" (list (car told) (cadr told)) "caught" (cadr caught)))
(line "does not listen" (end-of (lambda () (guard (c (#t (burn))) (burn)))))
(define-syntax type-of-error
  (syntax-rules () ((_ e) (guard (c (#t (condition-type c))) e))))
(line "refused"
      (list (type-of-error (spawn-process burn 'share 0)) (type-of-error (spawn-process burn 'share 100000))
            (type-of-error (spawn-process burn 'time 0)) (type-of-error (spawn-process burn 'time 'long))))
(line "one is left" (equal? (processes) (list me)))
