;;; The time of day when the system starts: read once from the clock that a battery keeps going, which runs in UTC.
;;;
;;; That is an MC146818 or one like it (its data sheet; OSDev wiki, "CMOS"): port #x70 takes the number of a register,
;;; port #x71 is the register. Bit 7 of port #x70 would hold back the processor's non-maskable interrupts, so only the
;;; numbers that are read here may be written. Hosted there are no ports, and the host knows the time.

(define %clock-registers '(#x00 #x02 #x04 #x07 #x08 #x09 #x32))  ; second minute hour day month year century
(define %clock-status-a #x0A)                                    ; bit 7: it changes just now
(define %clock-status-b #x0B)                                    ; bit 2: binary, not decimal; bit 1: 24 hours

;; Days from the first of January 1970; the year is taken to begin with March, so that the leap day is its last, and
;; its months go in turns of five with 153 days.
(define (%days-since-1970 year month day)
  (let ((y (if (<= month 2) (- year 1) year))
        (m (if (<= month 2) (+ month 9) (- month 3))))
    (+ (* 365 y) (floor-quotient y 4) (- (floor-quotient y 100)) (floor-quotient y 400)
       (quotient (+ (* 153 m) 2) 5) day -719469)))

;; A change takes 2 ms; a clock that is not there, or hangs, says for ever that it changes.
(define (%read-clock-fields read)
  (let wait ((n 0))
    (if (and (< n 10000) (bit-set? 7 (read %clock-status-a))) (wait (+ n 1))))
  (map read %clock-registers))

;; Seconds since 1970 by the clock whose registers `read` reads, or #f if it shows no time. A change in the middle of
;; reading is found by reading again.
(define (%clock-seconds read)
  (let again ((tries 5))
    (let* ((fields (%read-clock-fields read)) (mode (read %clock-status-b)) (hours (list-ref fields 2)))
      (define (number byte)
        (if (bit-set? 2 mode) byte (+ (* 10 (quotient byte 16)) (remainder byte 16))))
      (if (and (> tries 0) (not (equal? fields (%read-clock-fields read))))
          (again (- tries 1))
          (let* ((hour (cond ((bit-set? 1 mode) (number hours))
                             (else (+ (modulo (number (modulo hours 128)) 12) (if (>= hours 128) 12 0)))))
                 (second (number (list-ref fields 0))) (minute (number (list-ref fields 1)))
                 (day (number (list-ref fields 3))) (month (number (list-ref fields 4)))
                 ;; Not every clock has the century.
                 (century (let ((c (number (list-ref fields 6)))) (if (<= 19 c 22) c 20)))
                 (year (+ (* 100 century) (number (list-ref fields 5)))))
            (and (<= 1 month 12) (<= 1 day 31) (<= hour 23) (<= minute 59) (<= second 59)
                 (+ second (* 60 (+ minute (* 60 (+ hour (* 24 (%days-since-1970 year month day)))))))))))))

;; The rule is a choice of the register's values, behind which the device uses no memory.
(define (%clock-ports)
  (let ((indexes (map (lambda (i) (cons i 0)) (cons* %clock-status-a %clock-status-b %clock-registers))))
    (%restrict (%make-ports #x70 2) (share (vector (vector 4 0 1 255 indexes 0))) (make-shared-vector 2 #f))))

(define (%start-clock)
  (guard (c ((eq? (condition-type c) 'device) #f))
    (let* ((ports (%clock-ports))
           (seconds (%clock-seconds (lambda (index) (%port-set! ports 0 1 index) (%port-ref ports 1 1)))))
      (if (and seconds (> seconds 0)) (%set-wall-clock! (* 1000000 seconds))))))
