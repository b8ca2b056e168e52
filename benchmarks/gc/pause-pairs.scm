;;; Pauses: many live pairs, changed and replaced all the time while garbage is made.  size: megabytes of live pairs of
;;; 16 bytes (half of that with 32-bit words).

(define cells 32)

;; The live data: a vector of lists, each of 32 cells that hold a pair of numbers, so 64 pairs or 1 KB.  What a cell
;; holds is a leaf, or exchanged cells would keep lists that were replaced.
(define (make-cells seed)
  (let loop ((i 0) (list '()))
    (if (= i cells) list (loop (+ i 1) (cons (cons seed i) list)))))

(define (random-cell slots n)
  (let loop ((list (vector-ref slots (random-below n))) (k (random-below cells)))
    (if (= k 0) list (loop (cdr list) (- k 1)))))

(define (exchange! a b)
  (let ((held (car a)))
    (set-car! a (car b))
    (set-car! b held)))

(define (garbage n)
  (let loop ((i 0) (list '()))
    (if (= i n) (car list) (loop (+ i 1) (cons i list)))))

;; One of the lists dies and a new one comes; four pairs of cells change places; a cell gets a new pair.
(define (step! slots n i)
  (vector-set! slots (random-below n) (make-cells i))
  (exchange! (random-cell slots n) (random-cell slots n))
  (exchange! (random-cell slots n) (random-cell slots n))
  (exchange! (random-cell slots n) (random-cell slots n))
  (exchange! (random-cell slots n) (random-cell slots n))
  (set-car! (random-cell slots n) (cons i i))
  (garbage 64))

(define (count-pairs slots n)
  (let loop ((i 0) (count 0))
    (if (= i n)
        count
        (loop (+ i 1)
              (let count-cells ((list (vector-ref slots i)) (count count))
                (if (null? list) count (count-cells (cdr list) (if (pair? (car list)) (+ count 2) count))))))))

(define (run size)
  (let* ((n (* 1024 size))
         (steps (+ 100000 n))
         (slots (make-vector n '()))
         (filling (make-recorder)))
    (do ((i 0 (+ i 1))) ((= i n))
      (vector-set! slots i (make-cells i))
      (look! filling))
    (report-gaps "filling-" filling)
    (let ((start (clock-us))
          (recorder (make-recorder)))
      (let loop ((i 0))
        (when (< i steps)
          (step! slots n i)
          (look! recorder)
          (loop (+ i 1))))
      (let ((us (- (clock-us) start)))
        (note-live)
        (report "us" us)
        (report-gaps "" recorder)
        (report-control (quotient us 4))
        (if (= (count-pairs slots n) (* 64 n)) (* 64 n) 'wrong)))))
