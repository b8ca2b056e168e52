;;; SRFI 111: boxes.
(define-library (srfi 111)
  (export box box? unbox set-box!)
  (import (scheme base))
  (begin
    (define-record-type <box> (make-box value) box? (value unbox set-box!))
    (define (box x)
      "(box x)\nA new box that holds X."
      (make-box x))))
