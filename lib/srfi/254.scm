;;; Transport cells.  What moves, moves in a collection, so a cell is given back when there was one since it was added.
;;; A guardian has a queue of pairs (cell . collections when it was added), oldest first: its front is enough to look at.

(define-record-type transport-cell
  (make-cell reference value)
  transport-cell?
  (reference cell-reference)
  (value cell-value))

(define-record-type queue (make-queue front back) queue? (front queue-front set-queue-front!) (back queue-back set-queue-back!))

;; The procedures that are transport cell guardians.
(define guardians (make-weak-eq-hash-table))

(define (add! queue cell)
  (let ((last (list (cons cell (%collections)))))
    (if (null? (queue-front queue))
        (set-queue-front! queue last)
        (set-cdr! (queue-back queue) last))
    (set-queue-back! queue last)))

(define (next! queue)
  (let ((front (queue-front queue)))
    (and (pair? front)
         (< (cdar front) (%collections))
         (begin
           (set-queue-front! queue (cdr front))
           (caar front)))))

(define (make-transport-cell-guardian)
  "(make-transport-cell-guardian)
A procedure that makes, guards and returns a transport cell when called with key and value.  Without arguments it gives
back one whose key may have moved since, which it then does not guard any more, or #f if there is none."
  (let ((queue (make-queue '() '())))
    (define (transport-cell-guardian . arguments)
      (cond ((null? arguments) (next! queue))
            ((and (pair? (cdr arguments)) (null? (cddr arguments)))
             (let ((cell (make-cell (weak-cons (car arguments) #f) (cadr arguments))))
               (add! queue cell)
               cell))
            (else
             (%raise 'arity 'transport-cell-guardian "a transport cell guardian takes no arguments or two, not"
                     (length arguments)))))
    (hash-table-set! guardians transport-cell-guardian #t)
    transport-cell-guardian))

(define (transport-cell-guardian? x)
  "(transport-cell-guardian? x)\nWas X made by make-transport-cell-guardian?"
  (hash-table-contains? guardians x))

(define (reference-of who cell)
  (if (transport-cell? cell)
      (cell-reference cell)
      (%raise-type who 1 "a transport cell" cell)))

(define (transport-cell-key cell)
  "(transport-cell-key transport-cell)\nThe key of TRANSPORT-CELL, or #f if it is gone."
  (weak-car (reference-of 'transport-cell-key cell)))
(define (transport-cell-value cell)
  "(transport-cell-value transport-cell)\nThe value of TRANSPORT-CELL, which it keeps."
  (reference-of 'transport-cell-value cell)
  (cell-value cell))
(define (transport-cell-broken? cell)
  "(transport-cell-broken? transport-cell)\nIs the key of TRANSPORT-CELL gone?"
  (weak-pair-broken? (reference-of 'transport-cell-broken? cell)))

(define (current-hash x)
  "(current-hash x)\nAn exact integer, the same for the same object as long as it does not move: until the next collection."
  (%eq-hash x))
