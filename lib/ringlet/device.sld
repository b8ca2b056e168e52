;;; What a driver does with the capabilities that it was given.  Without one nothing here has any effect.
(define-library (ringlet device)
  (export port-ref port-set! port-read! port-write! port-set-address!
          (rename port-ref window-ref) (rename port-set! window-set!) (rename port-set-address! window-set-address!)
          interrupt-wait interrupt-acknowledge! dma-region-bytes capability?)
  (import (scheme base) (scheme case-lambda)
          (only (ringlet internal) %deadline %interrupt-cell %interrupt-pending? %shared-cell-wait)
          (only (ringlet) shared-cell-ref)
          (rename (only (ringlet internal) %port-ref %port-set! %port-read! %port-write! %port-set-address! %interrupt-acknowledge!
                        %dma-region-bytes %capability?)
                  (%port-ref port-ref) (%port-set! port-set!) (%port-read! port-read!) (%port-write! port-write!)
                  (%port-set-address! port-set-address!) (%interrupt-acknowledge! interrupt-acknowledge!)
                  (%dma-region-bytes dma-region-bytes) (%capability? capability?)))
  (begin
    (define interrupt-wait
      (case-lambda
        ((interrupt)
         "(interrupt-wait interrupt [timeout])
Wait until the line of INTERRUPT asks for attention: #t, or #f after TIMEOUT seconds. It is closed then until interrupt-acknowledge!."
         (interrupt-wait interrupt #f))
        ((interrupt timeout)
         (let ((cell (%interrupt-cell interrupt)) (deadline (%deadline 'interrupt-wait 2 timeout)))
           (let loop ((count (shared-cell-ref cell)))
             (or (%interrupt-pending? interrupt)
                 (let ((now (%shared-cell-wait cell count deadline #f)))
                   (and now (loop now)))))))))))
