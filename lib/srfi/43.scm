;;; SRFI 43, where it differs from SRFI 133.

(define vector-fold
  (case-lambda
    ((f init vector)
     "(vector-fold procedure init vector ...)
Call PROCEDURE with each index, what it returned before (INIT at first) and the elements; return its last result."
     (let ((n (%length-of 'vector-fold 3 vector)))
       (let loop ((i 0) (acc init))
         (if (< i n) (loop (+ i 1) (f i acc (vector-ref vector i))) acc))))
    ((f init vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-fold 3 vectors)))
         (let loop ((i 0) (acc init))
           (if (< i n) (loop (+ i 1) (apply f i acc (%vector-elements vectors i))) acc)))))))

(define (vector-fold-right f init vector-1 . more)
  "(vector-fold-right procedure init vector ...)\nLike vector-fold, but from the last index of the shortest VECTOR down."
  (let ((vectors (cons vector-1 more)))
    (let loop ((i (- (%shortest-vector 'vector-fold-right 3 vectors) 1)) (acc init))
      (if (< i 0)
          acc
          (loop (- i 1) (apply f i acc (%vector-elements vectors i)))))))

;; The vector of what `f` returns for the indices and elements of `vectors`.
(define (mapped who f vectors)
  (let ((n (%shortest-vector who 2 vectors)))
    (let loop ((i 0) (results '()))
      (if (< i n)
          (loop (+ i 1) (cons (apply f i (%vector-elements vectors i)) results))
          (reverse-list->vector results)))))

(define (vector-map f vector-1 . more)
  "(vector-map procedure vector ...)\nThe vector of PROCEDURE's results for the indices and elements of the VECTORs."
  (let ((vectors (cons vector-1 more)))
    (mapped 'vector-map f vectors)))

(define (vector-map! f vector . more)
  "(vector-map! procedure vector ...)
Replace each element of the first VECTOR by PROCEDURE's result for the index and the elements of all."
  (vector-copy! vector 0 (mapped 'vector-map! f (cons vector more))))

(define vector-for-each
  (case-lambda
    ((f vector)
     "(vector-for-each procedure vector ...)\nCall PROCEDURE for the indices and elements of the VECTORs, from 0 on."
     (let ((n (%length-of 'vector-for-each 2 vector)))
       (let loop ((i 0))
         (if (< i n)
             (begin (f i (vector-ref vector i)) (loop (+ i 1)))))))
    ((f vector-1 . more)
     (let ((vectors (cons vector-1 more)))
       (let ((n (%shortest-vector 'vector-for-each 2 vectors)))
         (let loop ((i 0))
           (if (< i n)
               (begin (apply f i (%vector-elements vectors i)) (loop (+ i 1))))))))))

(define (vector-count accept? vector-1 . more)
  "(vector-count accept? vector ...)\nFor how many indices and elements of the VECTORs is the answer of ACCEPT? not #f?"
  (let ((vectors (cons vector-1 more)))
    (let ((length (%shortest-vector 'vector-count 2 vectors)))
      (let loop ((i 0) (n 0))
        (if (< i length)
            (loop (+ i 1) (if (apply accept? i (%vector-elements vectors i)) (+ n 1) n))
            n)))))

(define vector-copy
  (case-lambda
    ((vector)
     "(vector-copy vector [start [end [fill]]])
A new vector of the elements of VECTOR from START up to END; beyond the end of VECTOR they are FILL."
     (part:vector-copy vector))
    ((vector start) (part:vector-copy vector start))
    ((vector start end) (vector-copy vector start end #f))
    ((vector start end fill)
     (let ((n (%length-of 'vector-copy 1 vector)))
       (%check-index 'vector-copy 2 start)
       (%check-index 'vector-copy 3 end)
       (if (> start n) (%raise-range 'vector-copy 2 "at most the length of the vector" start))
       (if (> start end) (%raise-range 'vector-copy 2 "at most the end" start))
       (let ((copy (make-vector (- end start) fill)))
         (vector-copy! copy 0 vector start (min end n))
         copy)))))
