;; Pauses while the commons is collected.  So many megabytes of lists are shared and stay alive; then one process shares small
;; objects and drops them, so that the commons is collected all the time, and looks at the clock after each.
;; Arguments: megabytes (of 64-bit pairs), seconds.
(import (scheme base) (scheme write) (scheme time) (scheme process-context) (ringlet))

(define megabytes (string->number (list-ref (command-line) 1)))
(define seconds (string->number (list-ref (command-line) 2)))
(define (figure name) (cdr (assq name (shared-statistics))))

(define held (make-shared-vector (* megabytes 4)))
(let loop ((i 0))
  (if (< i (* megabytes 4))
      (begin
        (vector-set! held i (share (iota 16384 i)))
        (loop (+ i 1)))))

(define counts (make-vector 21 0))  ; gaps of up to 1, 2, 4 ... us
(define (class us) (let loop ((c 0) (most 1)) (if (or (<= us most) (= c 20)) c (loop (+ c 1) (* 2 most)))))
(define collections (figure 'collections))
(define end (+ (current-jiffy) (* seconds 1000000)))
(let loop ((before (current-jiffy)) (longest 0))
  (share (vector before 2 3))
  (let* ((now (current-jiffy)) (gap (- now before)) (c (class gap)))
    (vector-set! counts c (+ 1 (vector-ref counts c)))
    (if (< now end)
        (loop now (max longest gap))
        (begin
          (display "longest-step-us ") (display (figure 'step-longest-us)) (newline)
          (display "step-mean-us ") (display (quotient (figure 'step-total-us) (figure 'steps))) (newline)
          (display "longest-us ") (display longest) (newline)
          (display "gaps ") (write counts) (newline)
          (display "collections ") (display (- (figure 'collections) collections)) (newline)
          (display "shared-mb ") (display (quotient (figure 'bytes-live) 1048576)) (newline)
          (display "result ")
          (display (if (= (list-ref (vector-ref held 3) 5) 8) "ok" "wrong")) (newline)))))
