;;; (ringlet pretty): data in lines of a given width.
(define-library (ringlet pretty)
  (export pretty-print pp pretty-string)
  (import (scheme base) (scheme case-lambda) (only (ringlet) pretty-print pp)
          (only (ringlet internal) %check-index %pretty-whole))
  (begin
    (define pretty-string
      (case-lambda
        ((x)
         "(pretty-string x [width])\nWhat (pretty-print x) writes as a string, without the end of the last line."
         (pretty-string x 78))
        ((x width)
         (%check-index 'pretty-string 2 width)
         (let ((port (open-output-string)))
           (%pretty-whole x 0 width port)
           (get-output-string port)))))))
