;;; What a minor collection costs while the old data grows: pauses with always the same survivors, without and with a
;;; large old vector into which young objects are stored at random places.  Ringlet only: others cannot tell without
;;; allocating that they have collected.  size: megabytes of old pairs of 16 bytes (half of that with 32-bit words).

(define pauses-wanted 300)
(define survivors 256)
(define large-length 1000000)

(define (make-cells n)
  (let loop ((i 0) (list '()))
    (if (= i n) list (loop (+ i 1) (cons i list)))))

;; How many pauses took how many microseconds (the last slot: more).
(define n-slots 100000)

(define (pause-at counts part)
  (let ((total (do ((i 0 (+ i 1)) (sum 0 (+ sum (vector-ref counts i)))) ((= i n-slots) sum))))
    (let loop ((i 0) (seen (vector-ref counts 0)))
      (if (or (>= seen (* part total)) (= i (- n-slots 1)))
          i
          (loop (+ i 1) (+ seen (vector-ref counts (+ i 1))))))))

;; Lists of 8 pairs into a ring and 64 pairs of garbage, until enough collections were seen; each step stores a new
;; pair at a random place of `large`.  A step is timed only when the collector ran in it.
(define (measure! name ring large)
  (let ((counts (make-vector n-slots 0))
        (length (vector-length large)))
    (collect-all)
    (let loop ((i 0) (seen 0) (collections (collection-count)) (since (clock-us)))
      (when (< seen pauses-wanted)
        (vector-set! ring (modulo i survivors) (make-cells 8))
        (make-cells 64)
        (vector-set! large (random-below length) (cons i i))
        (let ((now (clock-us))
              (collections-now (collection-count)))
          (if (= collections collections-now)
              (loop (+ i 1) seen collections now)
              (let ((slot (min (- now since) (- n-slots 1))))
                (vector-set! counts slot (+ 1 (vector-ref counts slot)))
                (loop (+ i 1) (+ seen 1) collections-now (clock-us)))))))
    (report (string-append name "-median-us") (pause-at counts 1/2))
    (report (string-append name "-most-us") (pause-at counts 99/100))))

(define (run size)
  (let* ((n (* 1024 size))
         (old (make-vector n '()))
         (ring (make-vector survivors '())))
    (do ((i 0 (+ i 1))) ((= i n)) (vector-set! old i (make-cells 64)))
    (measure! "small" ring (make-vector 1 #f))
    (measure! "large" ring (make-vector large-length #f))
    (if (= 64 (length (vector-ref old (- n 1)))) pauses-wanted 'wrong)))
