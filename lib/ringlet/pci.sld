;;; The PCI bus: what is plugged into it, by configuration mechanism 1.
(define-library (ringlet pci)
  (export pci-devices pci-device-at pci-device? pci-device-bus pci-device-slot pci-device-function pci-device-vendor pci-device-id
          pci-device-class pci-device-class-name pci-device-revision pci-device-bars pci-device-interrupt-line
          pci-ref pci-set! pci-change! pci-bar-address pci-bar-kind pci-bar-size
          pci-enable! pci-silence pci-find-capability)
  (import (scheme base) (only (ringlet) bitwise-and bitwise-ior bitwise-not arithmetic-shift bit-set? self)
          (only (ringlet device) port-ref port-set!) (only (ringlet hardware) make-ports)
          (only (ringlet internal) %preemption-off %preemption-on %raise %raise-type))
  (include "pci.scm"))
