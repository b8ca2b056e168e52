;;; (srfi 112): what runs the program, as strings; #f is not known.
(define-library (srfi 112)
  (export implementation-name implementation-version cpu-architecture machine-name os-name os-version)
  (import (scheme base) (only (ringlet) string-prefix? fixnum?) (only (ringlet internal) %file-system?))
  (begin
    (define (implementation-name)
      "(implementation-name)\nThe name of this Scheme."
      "Ringlet")

    ;; From the feature ringlet-VERSION.
    (define (implementation-version)
      "(implementation-version)\nThe version of this Scheme, a string."
      (let loop ((l (features)))
        (and (pair? l)
             (let ((name (symbol->string (car l))))
               (if (string-prefix? "ringlet-" name)
                   (substring name 8 (string-length name))
                   (loop (cdr l)))))))

    (define (cpu-architecture)
      "(cpu-architecture)\nThe processor's kind: x86-64 or i686."
      (if (fixnum? (expt 2 40)) "x86-64" "i686"))

    (define (machine-name)
      "(machine-name)\nAlways #f: the machine has no name that the system knows."
      #f)

    (define (os-name)
      "(os-name)\nThe operating system: Linux, or Ringlet on bare metal."
      (if (%file-system?) "Linux" "Ringlet"))

    (define (os-version)
      "(os-version)\nThe version of the operating system, or #f if it is not known."
      (if (%file-system?) #f (implementation-version)))))
