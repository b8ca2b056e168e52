;;; (srfi 166 pretty): data in lines of the state's width, by the system's pretty printer.
(define-library (srfi 166 pretty)
  (export pretty pretty-shared pretty-simply pretty-with-color)
  (import (scheme base) (scheme write) (srfi 166 base) (only (ringlet internal) %pretty-whole))
  (begin
    (define (pretty x)
      "(pretty x)\nX in lines of the state's width, with a new line at the end."
      (fn (col width)
        (let ((port (open-output-string)))
          (%pretty-whole x col width port)
          (each (get-output-string port) fl))))

    (define (pretty-shared x)
      "(pretty-shared x)\nLike pretty, but with labels if parts of X are shared, and then in one line."
      (let ((port (open-output-string)) (flat (open-output-string)))
        (write-shared x port)
        (write x flat)
        (if (string=? (get-output-string port) (get-output-string flat))
            (pretty x)
            (each (get-output-string port) fl))))

    (define (pretty-simply x)
      "(pretty-simply x)\nLike pretty; the printer needs no labels for what is shared."
      (pretty x))

    (define (pretty-with-color x)
      "(pretty-with-color x)\nLike pretty: there are no colours."
      (pretty x))))
