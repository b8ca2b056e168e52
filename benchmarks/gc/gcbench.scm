;;; Trees built from the top and from the bottom while a large tree and an array of flonums stay, after an idea of
;;; John Ellis and Pete Kovac that Hans Boehm made known.  size: the depth of the lasting tree.

(define-record-type node
  (make-node left right i j)
  node?
  (left node-left set-node-left!)
  (right node-right set-node-right!)
  (i node-i set-node-i!)
  (j node-j set-node-j!))

(define (empty-node) (make-node #f #f 0 0))

(define (populate depth node)
  (when (> depth 0)
    (set-node-left! node (empty-node))
    (set-node-right! node (empty-node))
    (populate (- depth 1) (node-left node))
    (populate (- depth 1) (node-right node))))

(define (make-tree depth)
  (if (= depth 0)
      (empty-node)
      (make-node (make-tree (- depth 1)) (make-tree (- depth 1)) 0 0)))

(define (count-nodes node)
  (if node
      (+ 1 (count-nodes (node-left node)) (count-nodes (node-right node)))
      0))

(define (tree-size depth) (- (expt 2 (+ depth 1)) 1))

;; As many nodes from the top as from the bottom; answers how many there were in the last trees.
(define (build-both depth times)
  (let loop ((i 0) (nodes 0))
    (if (= i times)
        nodes
        (let ((from-top (empty-node)))
          (populate depth from-top)
          (let ((from-bottom (make-tree depth)))
            (when (= i (- times 1)) (note-live))
            (loop (+ i 1)
                  (if (= i (- times 1)) (+ (count-nodes from-top) (count-nodes from-bottom)) 0)))))))

(define (make-array n)
  (let ((array (make-vector n 0.0)))
    (do ((i 1 (+ i 1))) ((> i (quotient n 2)) array)
      (vector-set! array (- i 1) (/ 1.0 i)))))

(define (run size)
  (let ((stretch (let ((tree (make-tree (+ size 2)))) (note-live) (count-nodes tree)))
        (lasting (empty-node)))
    (populate size lasting)
    (let ((array (make-array (* 8 (tree-size size)))))
      (let loop ((depth 4) (nodes 0))
        (if (<= depth size)
            (loop (+ depth 2)
                  (+ nodes (build-both depth (quotient (* 2 (tree-size (+ size 2))) (tree-size depth)))))
            (if (and (= stretch (tree-size (+ size 2)))
                     (= (count-nodes lasting) (tree-size size))
                     (= (vector-ref array 999) 0.001))
                nodes
                'wrong))))))
