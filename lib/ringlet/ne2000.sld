;;; The driver of the NE2000 and its many copies on the PCI bus, like the RTL8029.
(define-library (ringlet ne2000)
  (export ne2000-driver)
  (import (scheme base) (ringlet network-card)
          (only (ringlet) bitwise-and bitwise-ior arithmetic-shift bytevector-u16-ref bytevector-u32-ref bytevector-fill! make-mutex with-mutex
                thread-yield! sleep)
          (only (ringlet device) port-ref port-set! port-read! port-write! interrupt-wait interrupt-acknowledge!)
          (only (ringlet interface) run-interface interface-receive! interface-link! interface-count! interface-transmit-ready!))
  (include "ne2000.scm"))
