;;; The longest times between two looks at the clock, for the programs that measure pauses: put after common.scm.
;;;
;;; All three systems are measured in this way, whatever they say of themselves.  The recorder allocates nothing.

(define gap-bounds '#(20 50 100 200 300 500 1000 2000 5000 10000 20000 50000 100000 200000 500000))
(define n-bounds (vector-length gap-bounds))

;; Slots: the last look, the longest gap, how many looks, then the gaps beyond each bound.
(define (make-recorder)
  (let ((recorder (make-vector (+ 3 n-bounds) 0)))
    (vector-set! recorder 0 (clock-us))
    recorder))

(define (look! recorder)
  (let* ((now (clock-us))
         (gap (- now (vector-ref recorder 0))))
    (vector-set! recorder 0 now)
    (vector-set! recorder 2 (+ 1 (vector-ref recorder 2)))
    (when (> gap (vector-ref recorder 1)) (vector-set! recorder 1 gap))
    (let loop ((i 0))
      (when (and (< i n-bounds) (>= gap (vector-ref gap-bounds i)))
        (vector-set! recorder (+ i 3) (+ 1 (vector-ref recorder (+ i 3))))
        (loop (+ i 1))))))

;; Lines `PREFIXlongest-gap-us N`, `PREFIXlooks N` and `PREFIXgaps-from-BOUND N`, where there are any.
(define (report-gaps prefix recorder)
  (define (line name value) (report (string-append prefix name) value))
  (line "longest-gap-us" (vector-ref recorder 1))
  (line "looks" (vector-ref recorder 2))
  (do ((i 0 (+ i 1))) ((= i n-bounds))
    (when (> (vector-ref recorder (+ i 3)) 0)
      (line (string-append "gaps-from-" (number->string (vector-ref gap-bounds i))) (vector-ref recorder (+ i 3))))))

;; What the machine does to a loop that allocates nothing: the same looks for `us` microseconds.
(define (report-control us)
  (let ((recorder (make-recorder))
        (numbers (make-vector 1024 0))
        (end (+ us (clock-us))))
    (let loop ()
      (do ((i 0 (+ i 1))) ((= i 20)) (vector-set! numbers (random-below 1024) i))
      (look! recorder)
      (when (< (vector-ref recorder 0) end) (loop)))
    (report-gaps "control-" recorder)))
