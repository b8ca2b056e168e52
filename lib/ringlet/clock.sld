;;; The date and the time of day; more of it is in (srfi 19).
(define-library (ringlet clock)
  (export current-date seconds->date date->seconds make-date date? date->string set-clock!
          date-year date-month date-day date-hour date-minute date-second date-week-day)
  (import (scheme base) (only (ringlet) string-pad-left)
          (only (ringlet internal) %raise %raise-type %wall-clock-us %set-wall-clock! %days-since-1970))
  (include "clock.scm"))
