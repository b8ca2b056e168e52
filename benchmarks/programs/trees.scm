;;; Binary trees that are built, counted and dropped while one large tree stays: the collector's work.
(import (scheme base) (scheme write) (scheme process-context))

(define-record-type <node>
  (make-node left right)
  node?
  (left node-left)
  (right node-right))

(define (make-tree depth)
  (if (= depth 0)
      #f
      (make-node (make-tree (- depth 1)) (make-tree (- depth 1)))))

(define (count-nodes tree)
  (if tree
      (+ 1 (count-nodes (node-left tree)) (count-nodes (node-right tree)))
      0))

(define (short-lived depth times)
  (let loop ((i 0) (sum 0))
    (if (= i times)
        sum
        (loop (+ i 1) (+ sum (count-nodes (make-tree depth)))))))

(define (run)
  (let ((lasting (make-tree 17)))
    (let loop ((depth 4) (times 32768) (sum 0))
      (if (> depth 16)
          (+ sum (count-nodes lasting))
          (loop (+ depth 2)
                (quotient times 4)
                (+ sum (short-lived depth times)))))))

(let ((result (run)))
  (display "trees: ")
  (display result)
  (newline)
  (exit (= result 3757399)))
