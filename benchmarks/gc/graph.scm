;;; A graph whose edges are turned at random while nodes come and go, and which is walked now and then.
;;; size: thousands of nodes.

(define edges-per-node 4)

;; A node is (number edge ...): a vector, so that every turned edge is a store into what is probably old.
(define (make-graph-node number)
  (let ((node (make-vector (+ 1 edges-per-node) #f)))
    (vector-set! node 0 number)
    node))

(define (turn-edge! nodes n)
  (vector-set! (vector-ref nodes (random-below n)) (+ 1 (random-below edges-per-node))
               (vector-ref nodes (random-below n))))

;; A new node takes the place of an old one in the vector, with one of its edges; the old one loses its edges, and dies
;; when none leads to it any more.  (If it kept them, each would hold on to what it once knew, back to the beginning.)
(define (replace-node! nodes n number)
  (let* ((at (random-below n))
         (old (vector-ref nodes at))
         (new (make-graph-node number)))
    (vector-set! new 1 (vector-ref nodes (random-below n)))
    (vector-set! new 2 (vector-ref old 2))
    (do ((edge 1 (+ edge 1))) ((> edge edges-per-node)) (vector-set! old edge #f))
    (vector-set! nodes at new)))

(define (walk node steps)
  (let loop ((node node) (steps steps) (sum 0))
    (if (or (= steps 0) (not node))
        sum
        (loop (vector-ref node (+ 1 (modulo steps edges-per-node)))
              (- steps 1)
              (+ sum (modulo (vector-ref node 0) 1000))))))

(define (run size)
  (let* ((n (* 1000 size))
         (nodes (make-vector n #f)))
    (do ((i 0 (+ i 1))) ((= i n)) (vector-set! nodes i (make-graph-node i)))
    (let loop ((i 0) (sum 0))
      (if (= i (* 40 n))
          (begin
            (note-live)
            (modulo (+ sum (vector-ref (vector-ref nodes 0) 0)) 1000003))
          (begin
            (turn-edge! nodes n)
            (turn-edge! nodes n)
            (replace-node! nodes n i)
            (loop (+ i 1) (modulo (+ sum (walk (vector-ref nodes (random-below n)) 8)) 1000003)))))))
