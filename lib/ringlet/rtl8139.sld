;;; The driver of network cards with the RTL8139.
(define-library (ringlet rtl8139)
  (export rtl8139-driver)
  (import (scheme base) (ringlet network-card)
          (only (ringlet) bitwise-and bitwise-ior arithmetic-shift bit-set? bytevector-u16-ref bytevector-u32-ref bytevector-fill!
                make-mutex with-mutex thread-yield!)
          (only (ringlet device) port-ref port-set! port-set-address! interrupt-wait interrupt-acknowledge! dma-region-bytes)
          (only (ringlet interface) run-interface interface-receive! interface-link! interface-count! interface-transmit-ready!))
  (include "rtl8139.scm"))
