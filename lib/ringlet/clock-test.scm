;;; Tests of (ringlet clock), and of reading the clock of the machine with one that is simulated.
(import (scheme base) (chibi test) (ringlet clock) (only (ringlet) iota) (only (ringlet internal) %clock-seconds))

(define (clock . bytes)   ; second minute hour day month year century, status A and B
  (lambda (index)
    (list-ref bytes (cdr (assv index '((#x00 . 0) (#x02 . 1) (#x04 . 2) (#x07 . 3) (#x08 . 4) (#x09 . 5) (#x32 . 6)
                                       (#x0A . 7) (#x0B . 8)))))))
(define (shown . bytes)
  (let ((seconds (%clock-seconds (apply clock bytes))))
    (and seconds (date->string (seconds->date seconds)))))

(test-begin "clock")

(test-group "the clock of the machine"
  (test "2026-11-23T21:40:59Z" (shown #x59 #x40 #x21 #x23 #x11 #x26 #x20 #x26 #x02))
  (test "2026-11-23T21:40:59Z" (shown 59 40 21 23 11 26 20 #x26 #x06))
  (test "1999-12-31T23:59:59Z" (shown #x59 #x59 #x23 #x31 #x12 #x99 #x19 #x26 #x02))
  (test "2099-12-31T23:59:59Z" (shown #x59 #x59 #x23 #x31 #x12 #x99 #xFF #x26 #x02))
  ;; Twelve hours: midnight, noon, and the bit for the afternoon, decimal and binary.
  (test "2026-01-02T00:05:00Z" (shown 0 5 #x12 2 1 #x26 #x20 #x26 0))
  (test "2026-01-02T12:05:00Z" (shown 0 5 #x92 2 1 #x26 #x20 #x26 0))
  (test "2026-01-02T11:05:00Z" (shown 0 5 #x11 2 1 #x26 #x20 #x26 0))
  (test "2026-01-02T23:05:00Z" (shown 0 5 #x91 2 1 #x26 #x20 #x26 0))
  (test "2026-01-02T22:05:00Z" (shown 0 5 (+ 128 10) 2 1 26 20 #x26 4)))

(test-group "a clock that is none"
  (test #f (shown #xFF #xFF #xFF #xFF #xFF #xFF #xFF #xFF #xFF))
  (test #f (shown 0 0 0 0 0 0 0 0 0))
  (test #f (shown #x59 #x40 #x24 #x23 #x11 #x26 #x20 #x26 #x02))
  ;; One that never stops changing is believed after a while.
  (test "2026-11-23T21:40:59Z" (shown #x59 #x40 #x21 #x23 #x11 #x26 #x20 #xA6 #x02)))

(test-group "a change while it is read"
  (let* ((reads 0) (before (clock #x59 #x59 #x23 #x31 #x12 #x25 #x20 #x26 #x02))
         (after (clock 0 0 0 1 1 #x26 #x20 #x26 #x02)))
    (for-each
     (lambda (change)
       (set! reads 0)
       (let ((seconds (%clock-seconds (lambda (index)
                                        (set! reads (+ reads 1))
                                        ((if (< reads change) before after) index)))))
         (test-assert (memv (- seconds (date->seconds (make-date 2026 1 1 0 0 0))) '(-1 0)))))
     (iota 20))))

(test-group "dates"
  (for-each
   (lambda (s) (test s (date->seconds (seconds->date s))))
   '(0 -1 951782399 951782400 1709164800 4102444799 -62135596800 253402300800))
  (test "1970-01-01T00:00:00Z" (date->string (seconds->date 0)))
  (test "1969-12-31T23:59:59Z" (date->string (seconds->date -1)))
  (test "2024-02-29T12:00:00Z" (date->string (seconds->date 1709208000)))
  (test 3/2 (date-second (seconds->date 3/2)))
  (test 4 (date-week-day (seconds->date 0)))
  (test 1 (date-week-day (make-date 2026 11 23 0 0 0)))
  ;; Every day of 400 years comes after the one before.
  (test #t (let loop ((day 0) (last (seconds->date -86400)))
             (or (= day 146097)
                 (let ((next (seconds->date (* 86400 day))))
                   (and (or (and (= (date-day next) (+ 1 (date-day last))) (= (date-month next) (date-month last)))
                            (and (= (date-day next) 1)
                                 (= (date-month next) (+ 1 (modulo (date-month last) 12)))))
                        (loop (+ day 1) next)))))))

(test-group "bad input"
  (test-error (make-date 2025 2 29 0 0 0))
  (test-error (make-date 2100 2 29 0 0 0))
  (test-error (make-date 2025 13 1 0 0 0))
  (test-error (make-date 2025 1 1 24 0 0))
  (test-error (make-date 2025 1 1 0 0 60))
  (test-error (make-date 'now 1 1 0 0 0))
  (test-error (seconds->date "1"))
  (test-error (seconds->date +inf.0))
  (test-error (date->seconds 5))
  (test-error (date->string 5))
  (test-error (set-clock! -5))
  (test-error (set-clock! 'now)))

(test-end)
