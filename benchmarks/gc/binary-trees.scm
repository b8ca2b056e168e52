;;; Many small trees and few large ones beside one that stays, each counted once.  size: the depth of the largest.

(define-record-type node
  (make-node left right)
  node?
  (left node-left set-node-left!)
  (right node-right set-node-right!))

(define (make-tree depth)
  (if (= depth 0)
      (make-node #f #f)
      (make-node (make-tree (- depth 1)) (make-tree (- depth 1)))))

(define (count-nodes node)
  (if (node-left node)
      (+ 1 (count-nodes (node-left node)) (count-nodes (node-right node)))
      1))

(define (count-many depth times)
  (let loop ((i 0) (sum 0))
    (if (= i times)
        sum
        (loop (+ i 1) (+ sum (count-nodes (make-tree depth)))))))

(define (run size)
  (let* ((stretch (count-nodes (make-tree (+ size 1))))
         (lasting (make-tree size)))
    (let loop ((depth 4) (sum 0))
      (if (<= depth size)
          (loop (+ depth 2) (+ sum (count-many depth (expt 2 (- (+ size 4) depth)))))
          (begin
            (note-live)
            (let ((last (make-tree size)))
              (note-live)
              (if (= (count-nodes lasting) (count-nodes last) (- (expt 2 (+ size 1)) 1))
                  (+ stretch sum)
                  'wrong)))))))
