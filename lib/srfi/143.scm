;;; The body of (srfi 143).  What can leave the fixnums is a primitive; the others are the general procedures with a look
;;; at their arguments.

;; The number of bits, with the sign: 63 or 31.
(define fx-width
  (let loop ((bits 2))
    (if (fixnum? (arithmetic-shift 1 (- bits 1))) (loop (+ bits 1)) bits)))
(define fx-greatest (- (arithmetic-shift 1 (- fx-width 1)) 1))
(define fx-least (- -1 fx-greatest))

(define (check who argument x)
  (if (not (fixnum? x)) (%raise-type who argument "a fixnum" x)))

;; The number of a bit of a fixnum.
(define (check-bit who argument x limit)
  (check who argument x)
  (if (not (and (<= 0 x) (< x limit)))
      (%raise-range who argument (string-append "from 0 to below " (number->string limit)) x)))

;; A result that may be none.
(define (fixnum who result argument)
  (if (not (fixnum? result)) (%raise-range who 1 "such that the result is a fixnum" argument))
  result)

(define-syntax define-checked
  (syntax-rules ()
    ((_ (name argument) doc body)
     (define (name argument) doc (check 'name 1 argument) body))))

(define-checked (fxzero? i) "(fxzero? i)\nIs the fixnum I 0?" (eq? i 0))
(define-checked (fxpositive? i) "(fxpositive? i)\nIs the fixnum I above 0?" (> i 0))
(define-checked (fxnegative? i) "(fxnegative? i)\nIs the fixnum I below 0?" (< i 0))
(define-checked (fxodd? i) "(fxodd? i)\nIs the fixnum I odd?" (odd? i))
(define-checked (fxeven? i) "(fxeven? i)\nIs the fixnum I even?" (even? i))
(define-checked (fxnot i) "(fxnot i)\nThe bits that the fixnum I does not have." (bitwise-not i))
(define-checked (fxbit-count i)
  "(fxbit-count i)\nHow many bits of the fixnum I are 1; of a negative one, how many are 0." (bit-count i))
(define-checked (fxlength i) "(fxlength i)\nHow many bits the fixnum I needs without its sign." (integer-length i))
(define-checked (fxfirst-set-bit i)
  "(fxfirst-set-bit i)\nThe number of the lowest bit of the fixnum I that is 1, or -1 if there is none."
  (first-set-bit i))
(define-checked (fxsqrt i)
  "(fxsqrt i)\nTwo values: the largest integer whose square is not above the fixnum I, and what is left of I then."
  (exact-integer-sqrt i))

;; The fold of `f`, of fixnums and to one.
(define (fold who f start all)
  (let loop ((result start) (l all) (argument 1))
    (if (null? l)
        result
        (begin
          (check who argument (car l))
          (loop (f result (car l)) (cdr l) (+ argument 1))))))

(define (fxmax i . rest) "(fxmax i j ...)\nThe largest of the fixnums." (fold 'fxmax max fx-least (cons i rest)))
(define (fxmin i . rest) "(fxmin i j ...)\nThe smallest of the fixnums." (fold 'fxmin min fx-greatest (cons i rest)))
(define (fxand . all) "(fxand i ...)\nThe bits that all of the fixnums have." (fold 'fxand bitwise-and -1 all))
(define (fxior . all) "(fxior i ...)\nThe bits that any of the fixnums has." (fold 'fxior bitwise-ior 0 all))
(define (fxxor . all)
  "(fxxor i ...)\nThe bits that an odd number of the fixnums has."
  (fold 'fxxor bitwise-xor 0 all))

(define (fxif mask i j)
  "(fxif mask i j)\nThe bits of I where MASK has a 1, and those of J where it has a 0; all are fixnums."
  (check 'fxif 1 mask)
  (check 'fxif 2 i)
  (check 'fxif 3 j)
  (bitwise-if mask i j))

;; --- with carry -----------------------------------------------------------------------------------------

;; The fixnum that is `n` modulo 2^fx-width, and what was taken off, as a multiple of that.
(define (with-carry n)
  (let ((carry (arithmetic-shift (- n fx-least) (- fx-width))))
    (values (- n (arithmetic-shift carry fx-width)) carry)))

(define (check-three who i j k)
  (check who 1 i)
  (check who 2 j)
  (check who 3 k))

(define (fx+/carry i j k)
  "(fx+/carry i j k)
Two values, fixnums: the low part of the sum of I, J and K, and the carry, which counts 2 to the power of fx-width."
  (check-three 'fx+/carry i j k)
  (with-carry (+ i j k)))

(define (fx-/carry i j k)
  "(fx-/carry i j k)
Two values, fixnums: the low part of I - J - K, and the carry, which counts 2 to the power of fx-width."
  (check-three 'fx-/carry i j k)
  (with-carry (- i j k)))

(define (fx*/carry i j k)
  "(fx*/carry i j k)
Two values, fixnums: the low part of I * J + K, and the carry, which counts 2 to the power of fx-width."
  (check-three 'fx*/carry i j k)
  (with-carry (+ (* i j) k)))

;; --- bits --------------------------------------------------------------------------------------------------

(define (fxbit-set? index i)
  "(fxbit-set? index i)\nIs bit INDEX of the fixnum I a 1?"
  (check 'fxbit-set? 1 index)
  (check 'fxbit-set? 2 i)
  (bit-set? index i))

(define (fxcopy-bit index i boolean)
  "(fxcopy-bit index i boolean)\nThe fixnum I with bit INDEX 1 if BOOLEAN is true, 0 if it is #f."
  (check-bit 'fxcopy-bit 1 index fx-width)
  (check 'fxcopy-bit 2 i)
  (fixnum 'fxcopy-bit (copy-bit index i boolean) index))

(define (fxbit-field i start end)
  "(fxbit-field i start end)\nThe bits of the fixnum I from START up to END, as a fixnum of their own."
  (check 'fxbit-field 1 i)
  (fixnum 'fxbit-field (bit-field i start end) i))

(define (fxbit-field-rotate i count start end)
  "(fxbit-field-rotate i count start end)
The fixnum I with the bits from START up to END moved COUNT places up; those that leave the field come in again below."
  (check 'fxbit-field-rotate 1 i)
  (fixnum 'fxbit-field-rotate (bit-field-rotate i count start end) i))

(define (fxbit-field-reverse i start end)
  "(fxbit-field-reverse i start end)\nThe fixnum I with the bits from START up to END in reverse order."
  (check 'fxbit-field-reverse 1 i)
  (fixnum 'fxbit-field-reverse (bit-field-reverse i start end) i))
