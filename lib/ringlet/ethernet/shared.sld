;;; What the two sides of an Ethernet socket, its user's process and the driver's, know of each other.
(define-library (ringlet ethernet shared)
  (export registered-interfaces find-registered new-registered all-sockets change-sockets!
          interface-field interface-field-set! socket-field socket-field-set! make-shared-socket
          slot-bytes slot-header longest-frame shortest-frame next-slot slot-frame count-up)
  (import (scheme base)
          (only (scheme bytevector) bytevector-u16-ref)
          (only (ringlet) share self process-alive? find
                make-shared-cell shared-cell-ref shared-cell-compare-and-swap! make-shared-vector make-shared-bytevector)
          (only (ringlet internal) %registry %raise))
  (include "shared.scm"))
