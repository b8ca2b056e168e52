;;; Headers as they lie in a frame: numbers of one, two or four bytes, most significant first, and runs of bytes.
(define-library (ringlet net layout)
  (export define-layout bytes-at bytes-at-set! u8 u16 u32)
  (import (scheme base) (only (scheme bytevector) bytevector-u16-ref bytevector-u16-set! bytevector-u32-ref bytevector-u32-set!))
  (begin
    (define (bytes-at bytes at n)
      "(bytes-at bytes at n)\nA copy of the N bytes of BYTES from AT on."
      (bytevector-copy bytes at (+ at n)))

    (define (bytes-at-set! bytes at n value)
      "(bytes-at-set! bytes at n value)\nPut the first N bytes of VALUE into BYTES from AT on."
      (bytevector-copy! bytes at value 0 n))

    ;; Keywords of define-layout.
    (define-syntax u8 (syntax-rules ()))
    (define-syntax u16 (syntax-rules ()))
    (define-syntax u32 (syntax-rules ()))

    ;; (define-layout length (field ref set!) ...): FIELD is u8, u16, u32 or a number of bytes; (ref bytes at) and (set! bytes at value) are for
    ;; the header that begins at AT in BYTES, and LENGTH is how long it is.
    (define-syntax define-layout
      (syntax-rules ()
        ((_ length field ...) (layout-fields length 0 field ...))))

    (define-syntax layout-fields
      (syntax-rules (u8 u16 u32)
        ((_ length at) (define length at))
        ((_ length at (u8 ref set) field ...)
         (begin
           (define (ref bytes start)
             "(field bytes at)\nThe field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u8-ref bytes (+ start at)))
           (define (set bytes start value)
             "(field-set! bytes at value)\nWrite the field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u8-set! bytes (+ start at) value))
           (layout-fields length (+ at 1) field ...)))
        ((_ length at (u16 ref set) field ...)
         (begin
           (define (ref bytes start)
             "(field bytes at)\nThe field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u16-ref bytes (+ start at) 'big))
           (define (set bytes start value)
             "(field-set! bytes at value)\nWrite the field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u16-set! bytes (+ start at) value 'big))
           (layout-fields length (+ at 2) field ...)))
        ((_ length at (u32 ref set) field ...)
         (begin
           (define (ref bytes start)
             "(field bytes at)\nThe field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u32-ref bytes (+ start at) 'big))
           (define (set bytes start value)
             "(field-set! bytes at value)\nWrite the field of the header that begins at AT in BYTES; see define-layout."
             (bytevector-u32-set! bytes (+ start at) value 'big))
           (layout-fields length (+ at 4) field ...)))
        ((_ length at (n ref set) field ...)
         (begin
           (define (ref bytes start)
             "(field bytes at)\nThe field of the header that begins at AT in BYTES; see define-layout."
             (bytes-at bytes (+ start at) n))
           (define (set bytes start value)
             "(field-set! bytes at value)\nWrite the field of the header that begins at AT in BYTES; see define-layout."
             (bytes-at-set! bytes (+ start at) n value))
           (layout-fields length (+ at n) field ...)))))))
