;;; Dates of the calendar that is in use, extended to all years, in UTC and without leap seconds, as POSIX has it.

(define-record-type date
  (new-date year month day hour minute second)
  date?
  (year date-year)
  (month date-month)
  (day date-day)
  (hour date-hour)
  (minute date-minute)
  (second date-second))

(define (days-in year month)
  (if (= month 12) 31 (- (%days-since-1970 year (+ month 1) 1) (%days-since-1970 year month 1))))

(define (make-date year month day hour minute second)
  "(make-date year month day hour minute second)
That date and time of day. An error if there is none such; SECOND may have a fraction."
  (define (check what x most least)
    (if (not (and (real? x) (or (exact-integer? x) (eq? what 'second)) (<= least x) (< x (+ most 1))))
        (%raise 'range 'make-date "there is no date with this:" what x)))
  (if (not (exact-integer? year)) (%raise-type 'make-date 1 "an exact integer" year))
  (check 'month month 12 1)
  (check 'day day (days-in year month) 1)
  (check 'hour hour 23 0)
  (check 'minute minute 59 0)
  (check 'second second 59 0)
  (new-date year month day hour minute second))

(define (date->seconds date)
  "(date->seconds date)
Seconds from the beginning of 1970 to DATE."
  (if (not (date? date)) (%raise-type 'date->seconds 1 "a date" date))
  (+ (date-second date)
     (* 60 (+ (date-minute date)
              (* 60 (+ (date-hour date) (* 24 (%days-since-1970 (date-year date) (date-month date) (date-day date)))))))))

(define (seconds->date seconds)
  "(seconds->date seconds)
The date so many SECONDS after the beginning of 1970; a fraction of a second stays one."
  (if (not (and (rational? seconds) (< (abs seconds) (expt 10 15))))
      (%raise-type 'seconds->date 1 "a number of seconds below 10^15" seconds))
  (let*-values (((whole) (exact (floor seconds)))
                ((days in-day) (floor/ whole 86400))
                ((year) (year-of days)))
    (let month-loop ((month 12))
      (let ((first (%days-since-1970 year month 1)))
        (if (< days first)
            (month-loop (- month 1))
            (new-date year month (+ 1 (- days first)) (quotient in-day 3600) (quotient (remainder in-day 3600) 60)
                      (+ (remainder in-day 60) (- seconds whole))))))))

;; 400 years have 146097 days, so the guess is wrong by one at most.
(define (year-of days)
  (let ((guess (+ 1970 (floor-quotient (* 400 days) 146097))))
    (cond ((< days (%days-since-1970 guess 1 1)) (- guess 1))
          ((>= days (%days-since-1970 (+ guess 1) 1 1)) (+ guess 1))
          (else guess))))

(define (date-week-day date)
  "(date-week-day date)
The day of the week of DATE: 0 is Sunday."
  (if (not (date? date)) (%raise-type 'date-week-day 1 "a date" date))
  (modulo (+ 4 (%days-since-1970 (date-year date) (date-month date) (date-day date))) 7))

(define (date->string date)
  "(date->string date)
DATE as ISO 8601 has it, to the second: \"2026-11-23T21:40:00Z\"."
  (if (not (date? date)) (%raise-type 'date->string 1 "a date" date))
  (define (digits n count)
    (string-pad-left (number->string (exact (floor n))) count #\0))
  (let ((year (date-year date)))
    (string-append (if (<= 0 year 9999) (digits year 4) (number->string year)) "-"
                   (digits (date-month date) 2) "-" (digits (date-day date) 2) "T" (digits (date-hour date) 2) ":"
                   (digits (date-minute date) 2) ":" (digits (date-second date) 2) "Z")))

(define (current-date)
  "(current-date)
The date and time of day, in UTC. An error if nobody knows it: the machine has no clock, and there was no set-clock!."
  (let ((us (%wall-clock-us)))
    (if (= us 0) (%raise 'device 'current-date "the machine has no clock, and nobody has set one"))
    (seconds->date (quotient us 1000000))))

(define (set-clock! time)
  "(set-clock! time)
It is TIME now, a date or seconds since 1970, for all processes until the system ends. The clock in the machine stays as it is: other systems may
live by it. An error where a host keeps the clock."
  (let ((seconds (if (date? time) (date->seconds time) time)))
    (if (not (and (rational? seconds) (< 0 seconds (expt 10 12)))) (%raise-type 'set-clock! 1 "a date or seconds since 1970" time))
    (%set-wall-clock! (exact (floor (* 1000000 seconds))))))
