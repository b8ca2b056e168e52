;; Data as bad as it gets, at full size: the answers are right, or a condition says why not, and no collection's pause
;; reads more than a bounded number of words, nor stops the program for all of the work: except to see whether there is
;; room for a vector that is most of memory, and under stress.
;; memory: 1G
;; timeout: 120
;; args: 1
;; stress-args: 500
;; => ten million pairs: ok
;; => deep in cars: ok
;; => deep in cdrs: ok
;; => a hundred million slots: ok
;; => a million guardians: ok
;; => keys that die: ok

(define part (string->number (cadr (command-line))))
(define (about n) (quotient n part))

;; The most that one pause may read.
(define most-words 8192)

(define (field event key) (cdr (assq key event)))
(define (newest) (let ((events (collections 1))) (if (null? events) 0 (field (car events) 'number))))
;; What is wrong with the collections after number `from`, those that are still known.  Those that the program asks for
;; may take as long as they like.
(define (complaints from)
  (let loop ((events (collections 1000)) (wrong '()))
    (cond ((or (null? events) (<= (field (car events) 'number) from)) wrong)
          ((eq? (field (car events) 'cause) 'requested) (loop (cdr events) wrong))
          ((or (> (field (car events) 'marked-words) most-words)
               (eq? (field (car events) 'kind) 'full))
           (loop (cdr events) (cons (car events) wrong)))
          (else (loop (cdr events) wrong)))))

(define (fallbacks) (cdr (assq 'fallbacks (heap-statistics))))
(define (check name thunk)
  (let* ((from (newest)) (before (fallbacks)) (answer (thunk)) (wrong (complaints from)))
    (display name) (display ": ")
    (cond ((not (memq answer '(#t no-bound))) (write answer))
          ((or (> part 1) (eq? answer 'no-bound)) (display "ok"))
          ((> (fallbacks) before) (write (list 'fallbacks before (fallbacks))))
          ((pair? wrong) (write (list (length wrong) (car wrong))))
          (else (display "ok")))
    (newline)))

(define n (about 10000000))
(define (count-down n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons i l)))))
(check "ten million pairs"
  (lambda ()
    (let ((l (count-down n)))
      (and (= (length l) n) (= (car (reverse l)) 0) (= (list-ref l (- n 1)) 0)))))

(define (deep n make) (let loop ((i 0) (t '())) (if (= i n) t (loop (+ i 1) (make i t)))))
(define (depth t next) (let loop ((t t) (d 0)) (if (null? t) d (loop (next t) (+ d 1)))))
(check "deep in cars"
  (lambda () (= (depth (deep (about 2000000) (lambda (i t) (cons t i))) car) (about 2000000))))
(check "deep in cdrs"
  (lambda () (= (depth (deep (about 2000000) (lambda (i t) (vector i t))) (lambda (v) (vector-ref v 1))) (about 2000000))))

(check "a hundred million slots"
  (lambda ()
    (guard (c ((and (condition? c) (eq? (condition-type c) 'memory)) 'no-bound))
      (let ((v (make-vector (about 100000000) 1)))
        (vector-set! v (- (about 100000000) 1) 2)
        (and (= 3 (+ (vector-ref v 0) (vector-ref v (- (vector-length v) 1)))) 'no-bound)))))

(check "a million guardians"
  (lambda ()
    (let loop ((i 0) (guardians '()))
      (if (< i (about 1000000))
          (let ((g (make-guardian)))
            (g (list i))
            (loop (+ i 1) (cons g guardians)))
          (begin
            (collect-garbage)
            (let count ((l guardians) (n 0))
              (if (null? l)
                  (= n (about 1000000))
                  (count (cdr l) (if (pair? ((car l))) (+ n 1) n)))))))))

(check "keys that die"
  (lambda ()
    (let ((table (make-weak-eqv-hash-table)))
      (do ((i 0 (+ i 1))) ((= i (about 1000000))) (hash-table-set! table (list i) i))
      (collect-garbage)
      (= (hash-table-size table) 0))))
