;;; What the programs of benchmarks/gc share, in the Scheme that the three systems have in common: put between the
;;; prelude of a system and a program.
;;;
;;; A program defines (run size); size is its first argument.  With the second argument "live" it is run to find out
;;; how much is alive where it calls (note-live), by a full collection there; then its time means nothing.

(define probing #f)
(define live-most 0)

(define (note-live)
  (when probing
    (collect-all)
    (set! live-most (max live-most (used-bytes)))))

(define (report name value)
  (display name)
  (display " ")
  (display value)
  (newline))

;; Two small linear generators; every product fits the fixnums of 32-bit words.  The state is a vector, so that no
;; system needs a box for a variable.
(define state (vector 1 1))

(define (random-below n)
  (let ((a (modulo (* 171 (vector-ref state 0)) 30269))
        (b (modulo (* 172 (vector-ref state 1)) 30307)))
    (vector-set! state 0 a)
    (vector-set! state 1 b)
    (modulo (+ (* 16384 a) b) n)))
