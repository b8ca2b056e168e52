;;; Strings, vectors and bytevectors of 16 bytes to 64 KB come and go at random: how much memory is held for what is
;;; alive.  size: megabytes alive, about.

;; As many small as large ones, by the logarithm of their size.
(define (random-size)
  (let ((base (expt 2 (+ 4 (random-below 12)))))
    (+ base (random-below base))))

;; A string has a character for each byte, whatever the system needs for it; a vector has a slot for every 8.
(define (make-thing bytes)
  (case (random-below 3)
    ((0) (make-string bytes #\a))
    ((1) (make-vector (quotient bytes 8) 'a))
    (else (make-bytevector bytes 7))))

(define (size-of thing)
  (cond ((string? thing) (string-length thing))
        ((vector? thing) (* 8 (vector-length thing)))
        ((bytevector? thing) (bytevector-length thing))
        (else 0)))

(define (run size)
  (let* ((wanted (* size 1000000))
         (n (* size 300))
         (slots (make-vector n #f))
         (held-first (held-bytes))
         (used-first (begin (collect-all) (used-bytes))))
    (let loop ((i 0) (alive 0) (made 0) (held-most 0))
      (cond
       ((< made (* 8 wanted))
        (let* ((at (random-below n))
               (old (size-of (vector-ref slots at)))
               (bytes (random-size)))
          ;; Too much is alive: this one only dies.
          (if (> (+ alive bytes) wanted)
              (begin
                (vector-set! slots at #f)
                (loop (+ i 1) (- alive old) made held-most))
              (begin
                (vector-set! slots at (make-thing bytes))
                (loop (+ i 1) (+ alive (- bytes old)) (+ made bytes)
                      (if (= 0 (modulo i 100)) (max held-most (held-bytes)) held-most))))))
       (else
        (report "held-most" (- held-most held-first))
        (report "held-last" (- (held-bytes) held-first))
        (collect-all)
        (report "alive" (- (used-bytes) used-first))
        (report "held-collected" (- (held-bytes) held-first))
        (let check ((j 0) (sum 0))
          (if (< j n)
              (check (+ j 1) (+ sum (size-of (vector-ref slots j))))
              (if (<= (- sum alive) (* 8 n)) (quotient sum 1000) 'wrong))))))))
