;;; Network interfaces and raw Ethernet sockets for those who use them.
(define-library (ringlet ethernet)
  (export interfaces find-interface wait-for-interface interface? interface-name interface-address interface-link? interface-mtu interface-alive? interface-statistics
          open-ethernet-socket close-ethernet-socket ethernet-socket? ethernet-socket-interface ethernet-socket-type
          ethernet-send ethernet-receive ethernet-time ethernet-sent? ethernet-socket-statistics)
  (import (scheme base) (scheme case-lambda) (scheme time)
          (only (scheme bytevector) bytevector-u16-ref bytevector-u16-set! bytevector-u64-ref)
          (only (ringlet) self send spawn-process process-alive? sleep find filter remove)
          (only (ringlet internal) %raise %raise-type %option %check-options %request %preemption-off %preemption-on %deadline
                %nudge %nudges %await-nudge)
          (ringlet ethernet shared)
          (ringlet interface))
  (include "ethernet.scm"))
