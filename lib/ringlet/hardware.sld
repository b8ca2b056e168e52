;;; Capabilities from nothing: who may import this may do whatever the machine can.
(define-library (ringlet hardware)
  (export make-ports make-window make-interrupt make-dma-region restrict make-device revoke!)
  (import (scheme base)
          (only (ringlet) every share make-shared-cell make-shared-vector make-shared-bytevector)
          (only (ringlet internal) %raise %raise-type %make-interrupt %make-dma-region %restrict %make-device)
          (rename (only (ringlet internal) %make-ports %make-window %revoke!)
                  (%make-ports make-ports) (%make-window make-window) (%revoke! revoke!)))
  (include "hardware.scm"))
