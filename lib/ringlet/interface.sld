;;; Network interfaces as their drivers see them.
(define-library (ringlet interface)
  (export run-interface interface-receive! interface-link! interface-count! interface-transmit-ready!)
  (import (scheme base) (scheme time)
          (only (scheme bytevector) bytevector-u16-ref bytevector-u16-set! bytevector-u64-set!)
          (only (ringlet) self send receive-message monitor process-alive? share filter find)
          (only (ringlet internal) %raise %raise-type %check-procedure %preemption-off %preemption-on %nudge %watch-by-nudge %unwatch-by-nudge)
          (ringlet ethernet shared))
  (include "interface.scm"))
