;;; (srfi 18): threads, mutexes and condition variables for portable programs.
(define-library (srfi 18)
  (export current-thread thread? make-thread thread-name thread-specific thread-specific-set! thread-start!
          thread-yield! thread-sleep! thread-terminate! thread-join!
          mutex? make-mutex mutex-name mutex-specific mutex-specific-set! mutex-state mutex-lock! mutex-unlock!
          condition-variable? make-condition-variable condition-variable-name condition-variable-specific
          condition-variable-specific-set! condition-variable-signal! condition-variable-broadcast!
          current-time time? time->seconds seconds->time
          current-exception-handler with-exception-handler raise
          join-timeout-exception? abandoned-mutex-exception? terminated-thread-exception? uncaught-exception?
          uncaught-exception-reason)
  (import (scheme base) (scheme case-lambda) (scheme time)
          (only (ringlet) current-thread thread? make-thread thread-name thread-specific thread-specific-set!
                thread-start! thread-yield! thread-terminate! mutex? make-mutex mutex-name mutex-specific
                mutex-specific-set! mutex-state condition-variable? make-condition-variable condition-variable-name
                condition-variable-specific condition-variable-specific-set! condition-variable-signal!
                condition-variable-broadcast! uncaught-exception-reason condition-type)
          (prefix (only (ringlet) thread-join! thread-sleep!) native-)
          (only (ringlet internal) %lock %release! %wait-on %waiter-state %check-deadlock %check-mutex %check-condition
                %preemption-off %preemption-on %deadline %handlers %unhandled %raise-type))
  (include "18.scm"))
