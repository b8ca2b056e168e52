;;; The keyboard of a PC: scan codes into what a terminal would send, and the process that does it.
(define-library (ringlet keyboard)
  (export run-keyboard keyboard-driver make-keys keys-type)
  (import (scheme base) (scheme char) (scheme time) (ringlet device)
          (only (ringlet) bitwise-and sleep make-shared-cell shared-cell-ref shared-cell-set!
                spawn-process send receive-message receive-message-if monitor)
          (only (ringlet hardware) make-ports make-interrupt make-device restrict)
          (only (ringlet internal) %console-type %down?))
  (include "keyboard.scm"))
