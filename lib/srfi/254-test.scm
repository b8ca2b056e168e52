;;; Tests of (srfi 254) and (srfi 124).  A collection asked for finds everything dead that is; what is in a variable of a
;;; running procedure may stay, so what is to die is made in a procedure of its own.
(import (scheme base) (prefix (srfi 124) s124:) (srfi 254) (only (ringlet) collect-garbage) (chibi test))

(define (fresh) (list 'fresh))
(define kept (list 'kept))

(test-begin "srfi 254")

(test-group "ephemerons"
  (let ((dead (make-ephemeron (fresh) 1)) (alive (make-ephemeron kept (fresh))) (number (make-ephemeron 7 'seven))
        (self (let ((key (fresh))) (make-ephemeron key (list key)))))
    (test '(#t #f #f) (map ephemeron? (list dead kept #f)))
    (test '(1 (fresh) seven) (map ephemeron-value (list dead alive number)))
    (collect-garbage)
    (test '(#t #f #f #t) (map ephemeron-broken? (list dead alive number self)))
    (test '(#f (kept) 7 #f) (map ephemeron-key (list dead alive number self)))
    (test '(#f (fresh) seven #f) (map ephemeron-value (list dead alive number self)))
    (test '((fresh) #f other) (list (ephemeron-ref alive kept) (ephemeron-ref alive 1) (ephemeron-ref dead #f 'other)))
    (test-error (ephemeron-key kept))
    (test-error (ephemeron-value #f))
    (test-error (ephemeron-broken? 1))))

(test-group "srfi 124"
  (let ((e (s124:make-ephemeron kept 'datum)))
    (test '(#t (kept) datum #f) (list (s124:ephemeron? e) (s124:ephemeron-key e) (s124:ephemeron-datum e)
                                      (s124:ephemeron-broken? e)))
    (s124:reference-barrier e)))

(test-group "guardians"
  (let ((guardian (make-guardian)))
    (test '(#t #f #f) (list (guardian? guardian) (guardian? car) (guardian? (lambda () guardian))))
    (test #f (guardian))
    (guardian (fresh))
    (guardian (fresh) 'representative)
    (guardian kept)
    (guardian 12)
    (collect-garbage)
    (let* ((a (guardian)) (b (guardian)))
      (test #t (or (equal? (list a b) '((fresh) representative)) (equal? (list a b) '(representative (fresh))))))
    (test #f (guardian))
    (collect-garbage)
    (test #f (guardian))
    (test-error (guardian 1 2 3))))

(test-group "transport cells"
  (let* ((guardian (make-transport-cell-guardian)) (cell (guardian kept 'value)) (dead (guardian (fresh) 1)))
    (test '(#t #f) (map transport-cell-guardian? (list guardian car)))
    (test '(#t #f) (map transport-cell? (list cell kept)))
    (test #t (= (current-hash kept) (current-hash kept)))
    (collect-garbage)
    (test #t (eq? (guardian) cell))
    (test #t (eq? (guardian) dead))
    (test #f (guardian))
    (test '((kept) value #f) (list (transport-cell-key cell) (transport-cell-value cell) (transport-cell-broken? cell)))
    (test '(#f 1 #t) (list (transport-cell-key dead) (transport-cell-value dead) (transport-cell-broken? dead)))
    (test-error (guardian 1))
    (test-error (transport-cell-key kept))))

(test-end)
