;;; Drivers: which one is for which card, and that each card has one that works.
(define-library (ringlet drivers)
  (export start-drivers run-drivers drivers restart-driver add-driver! replace-driver!
          driver-name driver-device driver-library driver-process driver-state driver-restarts driver-reason)
  (import (scheme base) (scheme time) (ringlet pci) (only (ringlet ethernet) find-interface interface-alive?)
          (only (ringlet) spawn-process environment find filter find-process self send receive-message
                receive-message-if monitor demonitor condition? condition->string
                kill share sleep)
          (only (ringlet device) port-set!)
          (only (ringlet hardware) make-ports make-interrupt make-dma-region make-device restrict)
          (only (ringlet internal) %raise %raise-type %down? %request))
  (include "drivers.scm"))
