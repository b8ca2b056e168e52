;;; Times, dates and the ways between them, for (srfi 19).
;;;
;;; Everything goes through nanoseconds: of UTC since the beginning of 1970, in which a day has 86400 seconds, or of TAI,
;;; which counts the leap seconds too.  Monotonic time is TAI.

(define time-duration 'time-duration)
(define time-monotonic 'time-monotonic)
(define time-process 'time-process)
(define time-tai 'time-tai)
(define time-thread 'time-thread)
(define time-utc 'time-utc)

(define types '(time-utc time-tai time-monotonic time-duration time-process time-thread))
(define second-ns 1000000000)
(define day-seconds 86400)

;; --- time objects ------------------------------------------------------------------------------------------

(define-record-type time
  (new-time type nanosecond second)
  time?
  (type time-type change-time-type!)
  (nanosecond time-nanosecond change-time-nanosecond!)
  (second time-second change-time-second!))

(define (check-type who argument x)
  (if (not (memq x types)) (%raise-type who argument "the name of a type of time, such as time-utc" x)))
(define (check-integer who argument x)
  (if (not (exact-integer? x)) (%raise-type who argument "an exact integer" x)))
(define (check-time who argument x)
  (if (not (time? x)) (%raise-type who argument "a time" x)))
(define (check-time-of who argument type x)
  (if (not (and (time? x) (eq? (time-type x) type)))
      (%raise-type who argument (string-append "a time of type " (symbol->string type)) x)))

(define (make-time type nanosecond second)
  "(make-time type nanosecond second)\nA time of TYPE, one of time-utc time-tai time-monotonic time-duration ..."
  (check-type 'make-time 1 type)
  (check-integer 'make-time 2 nanosecond)
  (check-integer 'make-time 3 second)
  (new-time type nanosecond second))

(define (set-time-type! time type)
  "(set-time-type! time type)\nMake TYPE the type of TIME, whose figures stay the same."
  (check-time 'set-time-type! 1 time)
  (check-type 'set-time-type! 2 type)
  (change-time-type! time type))
(define (set-time-nanosecond! time nanosecond)
  "(set-time-nanosecond! time nanosecond)\nMake NANOSECOND those of TIME."
  (check-time 'set-time-nanosecond! 1 time)
  (check-integer 'set-time-nanosecond! 2 nanosecond)
  (change-time-nanosecond! time nanosecond))
(define (set-time-second! time second)
  "(set-time-second! time second)\nMake SECOND those of TIME."
  (check-time 'set-time-second! 1 time)
  (check-integer 'set-time-second! 2 second)
  (change-time-second! time second))

(define (copy-time time)
  "(copy-time time)\nA new time equal to TIME."
  (check-time 'copy-time 1 time)
  (new-time (time-type time) (time-nanosecond time) (time-second time)))

(define (time->ns time)
  (+ (* second-ns (time-second time)) (time-nanosecond time)))
(define (ns->time type ns)
  (new-time type (floor-remainder ns second-ns) (floor-quotient ns second-ns)))
(define (put-ns! time type ns)
  (change-time-type! time type)
  (change-time-nanosecond! time (floor-remainder ns second-ns))
  (change-time-second! time (floor-quotient ns second-ns))
  time)

(define-syntax define-comparison
  (syntax-rules ()
    ((_ name holds? doc)
     (define (name a b)
       doc
       (check-time 'name 1 a)
       (check-time-of 'name 2 (time-type a) b)
       (holds? (time->ns a) (time->ns b))))))

(define-comparison time<=? <= "(time<=? a b)\nIs the time A not after B, which is of the same type?")
(define-comparison time<? < "(time<? a b)\nIs the time A before B, which is of the same type?")
(define-comparison time=? = "(time=? a b)\nIs the time A equal to B, which is of the same type?")
(define-comparison time>=? >= "(time>=? a b)\nIs the time A not before B, which is of the same type?")
(define-comparison time>? > "(time>? a b)\nIs the time A after B, which is of the same type?")

(define (difference who a b)
  (check-time who 1 a)
  (check-time-of who 2 (time-type a) b)
  (- (time->ns a) (time->ns b)))
(define (moved who time duration f)
  (check-time who 1 time)
  (check-time-of who 2 time-duration duration)
  (f (time->ns time) (time->ns duration)))

(define (time-difference a b)
  "(time-difference a b)\nThe duration from the time B to A, which is of the same type."
  (ns->time time-duration (difference 'time-difference a b)))
(define (time-difference! a b)
  "(time-difference! a b)\nThe duration from the time B to A, put into A."
  (put-ns! a time-duration (difference 'time-difference! a b)))
(define (add-duration time duration)
  "(add-duration time duration)\nThe time that is DURATION after TIME."
  (ns->time (time-type time) (moved 'add-duration time duration +)))
(define (add-duration! time duration)
  "(add-duration! time duration)\nThe time that is DURATION after TIME, put into TIME."
  (put-ns! time (time-type time) (moved 'add-duration! time duration +)))
(define (subtract-duration time duration)
  "(subtract-duration time duration)\nThe time that is DURATION before TIME."
  (ns->time (time-type time) (moved 'subtract-duration time duration -)))
(define (subtract-duration! time duration)
  "(subtract-duration! time duration)\nThe time that is DURATION before TIME, put into TIME."
  (put-ns! time (time-type time) (moved 'subtract-duration! time duration -)))

;; --- leap seconds --------------------------------------------------------------------------------------------

;; The days since 1970 at whose beginning TAI was one second more ahead of UTC than before, the last first; before the
;; first it counts as 0 seconds ahead, from then on 10, and so on.  No leap second has been announced after 2017.
(define leap-days
  '(17167 16617 15522 14245 13149 10592 10043 9496 8947 8582 8217 7670 7305 6574 5660 4929 4564 4199 3652 3287 2922 2557
    2191 1826 1461 1096 912 730))

;; How far TAI is ahead at a UTC second.
(define (tai-lead utc)
  (let loop ((l leap-days) (lead (+ 9 (length leap-days))))
    (cond ((null? l) 0)
          ((>= utc (* day-seconds (car l))) lead)
          (else (loop (cdr l) (- lead 1))))))

;; How far TAI was ahead at a TAI second; within a leap second as after it.
(define (tai-lag tai)
  (let loop ((l leap-days) (lead (+ 9 (length leap-days))))
    (cond ((null? l) 0)
          ((>= tai (+ (* day-seconds (car l)) lead -1)) lead)
          (else (loop (cdr l) (- lead 1))))))

;; Is a TAI second a leap second?  The step of 10 at the beginning of 1972 is none.
(define (leap-second? tai)
  (let loop ((l leap-days) (lead (+ 9 (length leap-days))))
    (cond ((null? (cdr l)) #f)
          ((= tai (+ (* day-seconds (car l)) lead -1)) #t)
          (else (loop (cdr l) (- lead 1))))))

(define (utc->tai ns)
  (+ ns (* second-ns (tai-lead (floor-quotient ns second-ns)))))
;; A leap second is the first second of the next day once more, as in POSIX.
(define (tai->utc ns)
  (let ((second (floor-quotient ns second-ns)))
    (- ns (* second-ns (if (leap-second? second) (- (tai-lag second) 1) (tai-lag second))))))

;; --- dates ------------------------------------------------------------------------------------------------------

(define-record-type date
  (new-date nanosecond second minute hour day month year zone-offset)
  date?
  (nanosecond date-nanosecond)
  (second date-second)
  (minute date-minute)
  (hour date-hour)
  (day date-day)
  (month date-month)
  (year date-year)
  (zone-offset date-zone-offset))

(define (check-date who x)
  (if (not (date? x)) (%raise-type who 1 "a date" x)))

(define (check-part who argument x low high)
  (check-integer who argument x)
  (if (not (<= low x high))
      (%raise-range who argument
                    (string-append "from " (number->string low) " to " (number->string high)) x)))

(define (make-date nanosecond second minute hour day month year zone-offset)
  "(make-date nanosecond second minute hour day month year zone-offset)
A date; the year before 1 is -1, and ZONE-OFFSET is in seconds east of UTC."
  (check-part 'make-date 1 nanosecond 0 (- second-ns 1))
  (check-part 'make-date 2 second 0 60)
  (check-part 'make-date 3 minute 0 59)
  (check-part 'make-date 4 hour 0 23)
  (check-part 'make-date 6 month 1 12)
  (check-integer 'make-date 7 year)
  (check-part 'make-date 5 day 1 (days-in-month month year))
  (check-integer 'make-date 8 zone-offset)
  (new-date nanosecond second minute hour day month year zone-offset))

;; Years with a year 0 before the year 1, and back.
(define (year->counted year) (if (< year 0) (+ year 1) year))
(define (counted->year year) (if (<= year 0) (- year 1) year))

(define (leap-year? year)
  (let ((year (year->counted year)))
    (and (= 0 (modulo year 4)) (or (not (= 0 (modulo year 100))) (= 0 (modulo year 400))))))

(define (days-in-month month year)
  (if (and (= month 2) (leap-year? year))
      29
      (vector-ref #(31 28 31 30 31 30 31 31 30 31 30 31) (- month 1))))

;; Days from the beginning of 1970.
(define (date->days day month year)
  (%days-since-1970 (year->counted year) month day))

;; Day, month and year of a day counted from the beginning of 1970.
(define (days->date days f)
  (let* ((days (+ days 719468))
         (era (floor-quotient days 146097))                ; 400 years
         (day (floor-remainder days 146097))
         (year (quotient (- day (quotient day 1460) (- (quotient day 36524)) (quotient day 146096)) 365))
         (day (- day (+ (* 365 year) (quotient year 4) (- (quotient year 100)))))
         (month (quotient (+ (* 5 day) 2) 153))
         (day (+ 1 (- day (quotient (+ (* 153 month) 2) 5))))
         (year (+ year (* 400 era) (if (> month 9) 1 0))))
    (f day (+ 1 (modulo (+ month 2) 12)) (counted->year year))))

(define (date->seconds date)
  (- (+ (* day-seconds (date->days (date-day date) (date-month date) (date-year date)))
        (* 3600 (date-hour date)) (* 60 (date-minute date)) (date-second date))
     (date-zone-offset date)))

(define (date->utc date)
  (+ (* second-ns (date->seconds date)) (date-nanosecond date)))

;; TAI also of a leap second, the 60 of its minute.
(define (date->tai date)
  (let ((seconds (date->seconds date)))
    (+ (* second-ns (if (= 60 (date-second date))
                        (+ seconds (tai-lead (- seconds 1)))
                        (+ seconds (tai-lead seconds))))
       (date-nanosecond date))))

(define (utc->date ns offset)
  (let* ((seconds (+ (floor-quotient ns second-ns) offset))
         (time (floor-remainder seconds day-seconds)))
    (days->date (floor-quotient seconds day-seconds)
                (lambda (day month year)
                  (new-date (floor-remainder ns second-ns) (remainder time 60) (remainder (quotient time 60) 60)
                            (quotient time 3600) day month year offset)))))

(define (tai->date ns offset)
  (let ((utc (tai->utc ns)))
    (if (leap-second? (floor-quotient ns second-ns))
        (let ((before (utc->date (- utc second-ns) offset)))
          (new-date (date-nanosecond before) 60 (date-minute before) (date-hour before) (date-day before)
                    (date-month before) (date-year before) offset))
        (utc->date utc offset))))

(define (date-year-day date)
  "(date-year-day date)\nThe number of the day in its year, from 1."
  (check-date 'date-year-day date)
  (+ 1 (- (date->days (date-day date) (date-month date) (date-year date)) (date->days 1 1 (date-year date)))))

(define (date-week-day date)
  "(date-week-day date)\nThe day of the week: 0 is Sunday."
  (check-date 'date-week-day date)
  (modulo (+ 4 (date->days (date-day date) (date-month date) (date-year date))) 7))

(define (date-week-number date first-day)
  "(date-week-number date first-day)
The number of full weeks before that of DATE in its year; weeks begin with the day FIRST-DAY, 0 for Sunday."
  (check-date 'date-week-number date)
  (check-part 'date-week-number 2 first-day 0 6)
  (let* ((day (- (date-year-day date) 1))
         (before (modulo (- first-day (- (date-week-day date) day)) 7)))
    (quotient (- day before) 7)))

;; --- Julian days: exact fractions ---------------------------------------------------------------------------------

(define day-ns (* day-seconds second-ns))
(define (utc->modified ns) (+ 40587 (/ ns day-ns)))
(define (modified->utc day) (floor (* day-ns (- (exact day) 40587))))
(define (utc->julian ns) (+ (utc->modified ns) 4800001/2))
(define (julian->utc day) (modified->utc (- (exact day) 4800001/2)))

;; --- from each to each -----------------------------------------------------------------------------------------------

;; The conversions of `x`, which `check` accepts: to a date by `->date`, and the others.
(define-syntax define-conversions
  (syntax-rules ()
    ((_ x check (->date name-date doc-date) (name doc expression) ...)
     (begin
       (define name-date
         (case-lambda
           ((x) doc-date (name-date x 0))
           ((x offset)
            (check 'name-date x)
            (check-integer 'name-date 2 offset)
            (->date x offset))))
       (define (name x) doc (check 'name x) expression) ...))))

(define (check-day who x)
  (if (not (and (real? x) (rational? x))) (%raise-type who 1 "a finite real number" x)))
(define (check-utc who x) (check-time-of who 1 time-utc x))
(define (check-tai who x) (check-time-of who 1 time-tai x))
(define (check-monotonic who x) (check-time-of who 1 time-monotonic x))
(define (modified->tai day) (utc->tai (modified->utc day)))
(define (julian->tai day) (utc->tai (julian->utc day)))
(define (time-utc-tai x) (utc->tai (time->ns x)))
(define (time-tai-utc x) (tai->utc (time->ns x)))

(define-conversions x check-day
  ((lambda (x offset) (utc->date (julian->utc x) offset)) julian-day->date
   "(julian-day->date day [zone-offset])\nThe date of the Julian DAY, of UTC if no ZONE-OFFSET in seconds is given.")
  (julian-day->time-utc "(julian-day->time-utc day)\nThe UTC time of the Julian DAY."
                        (ns->time time-utc (julian->utc x)))
  (julian-day->time-tai "(julian-day->time-tai day)\nThe TAI time of the Julian DAY."
                        (ns->time time-tai (julian->tai x)))
  (julian-day->time-monotonic "(julian-day->time-monotonic day)\nThe monotonic time of the Julian DAY."
                              (ns->time time-monotonic (julian->tai x))))

(define-conversions x check-day
  ((lambda (x offset) (utc->date (modified->utc x) offset)) modified-julian-day->date
   "(modified-julian-day->date day [zone-offset])\nThe date of the modified Julian DAY, of UTC if no ZONE-OFFSET is given.")
  (modified-julian-day->time-utc "(modified-julian-day->time-utc day)\nThe UTC time of the modified Julian DAY."
                                 (ns->time time-utc (modified->utc x)))
  (modified-julian-day->time-tai "(modified-julian-day->time-tai day)\nThe TAI time of the modified Julian DAY."
                                 (ns->time time-tai (modified->tai x)))
  (modified-julian-day->time-monotonic
   "(modified-julian-day->time-monotonic day)\nThe monotonic time of the modified Julian DAY."
   (ns->time time-monotonic (modified->tai x))))

(define-conversions x check-utc
  ((lambda (x offset) (utc->date (time->ns x) offset)) time-utc->date
   "(time-utc->date time [zone-offset])\nThe date of the UTC TIME, of UTC if no ZONE-OFFSET in seconds is given.")
  (time-utc->julian-day "(time-utc->julian-day time)\nThe Julian day of the UTC TIME, exact." (utc->julian (time->ns x)))
  (time-utc->modified-julian-day "(time-utc->modified-julian-day time)\nThe modified Julian day of the UTC TIME, exact."
                                 (utc->modified (time->ns x)))
  (time-utc->time-tai "(time-utc->time-tai time)\nThe TAI time of the UTC TIME." (ns->time time-tai (time-utc-tai x)))
  (time-utc->time-tai! "(time-utc->time-tai! time)\nThe TAI time of the UTC TIME, put into it."
                       (put-ns! x time-tai (time-utc-tai x)))
  (time-utc->time-monotonic "(time-utc->time-monotonic time)\nThe monotonic time of the UTC TIME."
                            (ns->time time-monotonic (time-utc-tai x)))
  (time-utc->time-monotonic! "(time-utc->time-monotonic! time)\nThe monotonic time of the UTC TIME, put into it."
                             (put-ns! x time-monotonic (time-utc-tai x))))

(define-conversions x check-tai
  ((lambda (x offset) (tai->date (time->ns x) offset)) time-tai->date
   "(time-tai->date time [zone-offset])\nThe date of the TAI TIME, of UTC if no ZONE-OFFSET in seconds is given.")
  (time-tai->julian-day "(time-tai->julian-day time)\nThe Julian day of the TAI TIME, exact." (utc->julian (time-tai-utc x)))
  (time-tai->modified-julian-day "(time-tai->modified-julian-day time)\nThe modified Julian day of the TAI TIME, exact."
                                 (utc->modified (time-tai-utc x)))
  (time-tai->time-utc "(time-tai->time-utc time)\nThe UTC time of the TAI TIME." (ns->time time-utc (time-tai-utc x)))
  (time-tai->time-utc! "(time-tai->time-utc! time)\nThe UTC time of the TAI TIME, put into it."
                       (put-ns! x time-utc (time-tai-utc x)))
  (time-tai->time-monotonic "(time-tai->time-monotonic time)\nThe monotonic time of the TAI TIME."
                            (ns->time time-monotonic (time->ns x)))
  (time-tai->time-monotonic! "(time-tai->time-monotonic! time)\nThe monotonic time of the TAI TIME, put into it."
                             (put-ns! x time-monotonic (time->ns x))))

(define-conversions x check-monotonic
  ((lambda (x offset) (tai->date (time->ns x) offset)) time-monotonic->date
   "(time-monotonic->date time [zone-offset])\nThe date of the monotonic TIME, of UTC if no ZONE-OFFSET is given.")
  (time-monotonic->julian-day "(time-monotonic->julian-day time)\nThe Julian day of the monotonic TIME, exact."
                              (utc->julian (time-tai-utc x)))
  (time-monotonic->modified-julian-day
   "(time-monotonic->modified-julian-day time)\nThe modified Julian day of the monotonic TIME, exact."
   (utc->modified (time-tai-utc x)))
  (time-monotonic->time-utc "(time-monotonic->time-utc time)\nThe UTC time of the monotonic TIME."
                            (ns->time time-utc (time-tai-utc x)))
  (time-monotonic->time-utc! "(time-monotonic->time-utc! time)\nThe UTC time of the monotonic TIME, put into it."
                             (put-ns! x time-utc (time-tai-utc x)))
  (time-monotonic->time-tai "(time-monotonic->time-tai time)\nThe TAI time of the monotonic TIME."
                            (ns->time time-tai (time->ns x)))
  (time-monotonic->time-tai! "(time-monotonic->time-tai! time)\nThe TAI time of the monotonic TIME, put into it."
                             (put-ns! x time-tai (time->ns x))))

(define-syntax define-from-date
  (syntax-rules ()
    ((_ (name date) doc expression)
     (define (name date) doc (check-date 'name date) expression))))

(define-from-date (date->julian-day date) "(date->julian-day date)\nThe Julian day of DATE, exact."
  (utc->julian (date->utc date)))
(define-from-date (date->modified-julian-day date) "(date->modified-julian-day date)\nThe modified Julian day of DATE, exact."
  (utc->modified (date->utc date)))
(define-from-date (date->time-utc date) "(date->time-utc date)\nThe UTC time of DATE."
  (ns->time time-utc (date->utc date)))
(define-from-date (date->time-tai date) "(date->time-tai date)\nThe TAI time of DATE."
  (ns->time time-tai (date->tai date)))
(define-from-date (date->time-monotonic date) "(date->time-monotonic date)\nThe monotonic time of DATE."
  (ns->time time-monotonic (date->tai date)))

;; --- now -----------------------------------------------------------------------------------------------------------

(define (now) (* 1000 (%wall-clock-us)))

(define current-time
  (case-lambda
    (()
     "(current-time [type])\nThe time now, of type time-utc if none is given; time-process and time-thread count from the start."
     (current-time time-utc))
    ((type)
     (case type
       ((time-utc) (ns->time type (now)))
       ((time-tai time-monotonic) (ns->time type (utc->tai (now))))
       ((time-process time-thread) (ns->time type (* (quotient second-ns (jiffies-per-second)) (current-jiffy))))
       (else (%raise-type 'current-time 1 "a type of time that has a clock" type))))))

(define time-resolution
  (case-lambda
    (() "(time-resolution [type])\nHow many nanoseconds the clock's steps are." 1000)
    ((type) (check-type 'time-resolution 1 type) 1000)))

(define current-date
  (case-lambda
    (() "(current-date [zone-offset])\nThe date now, of UTC if no ZONE-OFFSET in seconds is given." (current-date 0))
    ((offset)
     (check-integer 'current-date 1 offset)
     (utc->date (now) offset))))

(define (current-julian-day) "(current-julian-day)\nThe Julian day now, exact." (utc->julian (now)))
(define (current-modified-julian-day)
  "(current-modified-julian-day)\nThe modified Julian day now, exact."
  (utc->modified (now)))
