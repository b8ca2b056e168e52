;;; Supervisors: processes that begin others, and begin them again when they fail.
(define-library (ringlet supervisor)
  (export child start-supervisor stop-supervisor supervisor-children supervisor-add-child! supervisor-remove-child!)
  (import (scheme base) (scheme case-lambda) (scheme time)
          (only (ringlet) spawn-process self send receive-message-if monitor demonitor kill exit-process trap-exits!
                process-info share find remove take-while)
          (only (ringlet internal) %raise %raise-type %check-procedure %option %without %down?))
  (include "supervisor.scm"))
