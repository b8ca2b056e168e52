;;; The body of (srfi 151).  What walks over many bits tests each with bit-set?, which takes constant time, and
;;; gathers them in a byte vector, so it is linear in the size of the integer.

;; --- two integers -----------------------------------------------------------------------------------

(define (bitwise-eqv . integers)
  "(bitwise-eqv integer ...)
The bits that two INTEGERS have in common, 0s too; of more, from the left; -1 if there are none."
  (let ((odd (apply bitwise-xor integers)))
    (if (even? (length integers)) (bitwise-not odd) odd)))

(define (bitwise-nand i j)
  "(bitwise-nand i j)\nThe bits that I and J do not both have."
  (bitwise-not (bitwise-and i j)))

(define (bitwise-nor i j)
  "(bitwise-nor i j)\nThe bits that neither I nor J has."
  (bitwise-not (bitwise-ior i j)))

(define (bitwise-andc1 i j)
  "(bitwise-andc1 i j)\nThe bits that J has and I has not."
  (bitwise-and (bitwise-not i) j))

(define (bitwise-andc2 i j)
  "(bitwise-andc2 i j)\nThe bits that I has and J has not."
  (bitwise-and i (bitwise-not j)))

(define (bitwise-orc1 i j)
  "(bitwise-orc1 i j)\nThe bits that J has or I has not."
  (bitwise-ior (bitwise-not i) j))

(define (bitwise-orc2 i j)
  "(bitwise-orc2 i j)\nThe bits that I has or J has not."
  (bitwise-ior i (bitwise-not j)))

(define (bitwise-if mask i j)
  "(bitwise-if mask i j)\nThe bits of I where MASK has a 1, and those of J where it has a 0."
  (bitwise-ior (bitwise-and mask i) (bitwise-and (bitwise-not mask) j)))

(define (any-bit-set? test-bits i)
  "(any-bit-set? test-bits i)\nDoes I have any of the bits that are 1 in TEST-BITS?"
  (not (eqv? 0 (bitwise-and test-bits i))))

(define (every-bit-set? test-bits i)
  "(every-bit-set? test-bits i)\nDoes I have all of the bits that are 1 in TEST-BITS?"
  (= test-bits (bitwise-and test-bits i)))

;; --- single bits ---------------------------------------------------------------------------------------

(define (copy-bit index i boolean)
  "(copy-bit index i boolean)\nI with bit INDEX 1 if BOOLEAN is true, 0 if it is #f."
  (cond ((eq? (bit-set? index i) (and boolean #t)) i)
        (boolean (bitwise-ior i (arithmetic-shift 1 index)))
        (else (bitwise-xor i (arithmetic-shift 1 index)))))

(define (bit-swap index1 index2 i)
  "(bit-swap index1 index2 i)\nI with the bits INDEX1 and INDEX2 in each other's place."
  (let ((a (bit-set? index1 i)) (b (bit-set? index2 i)))
    (if (eq? a b)
        i
        (copy-bit index1 (copy-bit index2 i a) b))))

;; --- fields --------------------------------------------------------------------------------------------

;; `argument` counts from 1 and is that of `start`.
(define (check-field who argument start end)
  (if (not (and (exact-integer? start) (>= start 0)))
      (%raise-type who argument "the number of a bit (an exact integer, not negative)" start))
  (if (not (and (exact-integer? end) (>= end start)))
      (%raise-type who (+ argument 1) "the number of a bit that is not before the start" end)))

(define (mask width)
  (- (arithmetic-shift 1 width) 1))

;; Without a look at the arguments.
(define (field i start end)
  (bitwise-and (arithmetic-shift i (- start)) (mask (- end start))))

(define (bit-field i start end)
  "(bit-field i start end)\nThe bits of I from START up to END, as an integer of their own."
  (check-field 'bit-field 2 start end)
  (field i start end))

(define (bit-field-any? i start end)
  "(bit-field-any? i start end)\nIs any bit of I from START up to END a 1?"
  (check-field 'bit-field-any? 2 start end)
  (not (eqv? 0 (field i start end))))

(define (bit-field-every? i start end)
  "(bit-field-every? i start end)\nAre all bits of I from START up to END 1s?"
  (check-field 'bit-field-every? 2 start end)
  (eqv? 0 (field (bitwise-not i) start end)))

(define (bit-field-clear i start end)
  "(bit-field-clear i start end)\nI with 0s from bit START up to END."
  (check-field 'bit-field-clear 2 start end)
  (bitwise-andc2 i (arithmetic-shift (mask (- end start)) start)))

(define (bit-field-set i start end)
  "(bit-field-set i start end)\nI with 1s from bit START up to END."
  (check-field 'bit-field-set 2 start end)
  (bitwise-ior i (arithmetic-shift (mask (- end start)) start)))

;; The bits `new`, no more than the field has, in it.
(define (replace i new start end)
  (bitwise-ior (bitwise-andc2 i (arithmetic-shift (mask (- end start)) start))
               (arithmetic-shift new start)))

(define (bit-field-replace to from start end)
  "(bit-field-replace to from start end)\nTO with the lowest bits of FROM in place of those from START up to END."
  (check-field 'bit-field-replace 3 start end)
  (replace to (field from 0 (- end start)) start end))

(define (bit-field-replace-same to from start end)
  "(bit-field-replace-same to from start end)\nTO with the bits of FROM from START up to END in place of its own."
  (check-field 'bit-field-replace-same 3 start end)
  (replace to (field from start end) start end))

(define (bit-field-rotate i count start end)
  "(bit-field-rotate i count start end)
I with the bits from START up to END moved COUNT places up; those that leave the field come in again below.  Down if
COUNT is negative."
  (check-field 'bit-field-rotate 3 start end)
  (if (not (exact-integer? count)) (%raise-type 'bit-field-rotate 2 "an exact integer" count))
  (let ((width (- end start)))
    (if (= width 0)
        i
        (let* ((up (modulo count width)) (split (- end up)))
          (replace i
                   (bitwise-ior (arithmetic-shift (field i start split) up) (field i split end))
                   start end)))))

(define (bit-field-reverse i start end)
  "(bit-field-reverse i start end)\nI with the bits from START up to END in reverse order."
  (check-field 'bit-field-reverse 2 start end)
  (replace i
           (gather (- end start) (- end 1) (lambda (k) (bit-set? k i)) (lambda (k) (- k 1)))
           start end))

;; --- many bits ---------------------------------------------------------------------------------------------

;; The integer of `n` bits, the lowest first, that (bit state) says of the states from `state` on.
(define (gather n state bit next)
  (let ((bytes (make-bytevector (+ (quotient n 8) 1) 0)))
    (let loop ((i 0) (state state) (byte 0) (weight 1))
      (cond ((= weight 256)
             (bytevector-u8-set! bytes (- (quotient i 8) 1) byte)
             (loop i state 0 1))
            ((< i n)
             (loop (+ i 1) (next state) (if (bit state) (+ byte weight) byte) (* 2 weight)))
            (else
             (bytevector-u8-set! bytes (quotient i 8) byte)
             (bytevector-uint-ref bytes 0 'little (bytevector-length bytes)))))))

(define (list->bits list)
  "(list->bits list)\nThe integer whose bits, the lowest first, are 1 where LIST has a true element."
  (if (not (list? list)) (%raise-type 'list->bits 1 "a list" list))
  (gather (length list) list car cdr))

(define (vector->bits vector)
  "(vector->bits vector)\nThe integer whose bits, the lowest first, are 1 where VECTOR has a true element."
  (gather (vector-length vector) 0 (lambda (k) (vector-ref vector k)) (lambda (k) (+ k 1))))

(define (bits . booleans)
  "(bits boolean ...)\nThe integer whose bits, the lowest first, are 1 where a BOOLEAN is true."
  (list->bits booleans))

;; How many bits of `i` are wanted: `n`, or as many as it has.
(define (bits-wanted who i n)
  (cond (n
         (if (not (and (exact-integer? n) (>= n 0))) (%raise-type who 2 "a length" n))
         n)
        ((and (exact-integer? i) (>= i 0)) (integer-length i))
        (else (%raise-type who 1 "an exact integer, not negative" i))))

(define bits->list
  (case-lambda
    ((i)
     "(bits->list i [n])\nThe N lowest bits of I, or all of them, as a list of booleans, the lowest first."
     (bits->list i #f))
    ((i n)
     (let loop ((k (- (bits-wanted 'bits->list i n) 1)) (list '()))
       (if (< k 0)
           list
           (loop (- k 1) (cons (bit-set? k i) list)))))))

(define bits->vector
  (case-lambda
    ((i)
     "(bits->vector i [n])\nThe N lowest bits of I, or all of them, as a vector of booleans, the lowest first."
     (bits->vector i #f))
    ((i n)
     (let* ((n (bits-wanted 'bits->vector i n)) (vector (make-vector n #f)))
       (do ((k 0 (+ k 1)))
           ((= k n) vector)
         (vector-set! vector k (bit-set? k i)))))))

(define (bitwise-fold f seed i)
  "(bitwise-fold f seed i)
SEED, then the value of (F bit last-value) for each bit of I, #t or #f, the lowest first, without the sign."
  (%check-procedure 'bitwise-fold 1 f)
  (let ((n (integer-length i)))
    (let loop ((k 0) (result seed))
      (if (= k n)
          result
          (loop (+ k 1) (f (bit-set? k i) result))))))

(define (bitwise-for-each f i)
  "(bitwise-for-each f i)\nCall F with each bit of I, #t or #f, the lowest first, without the sign."
  (%check-procedure 'bitwise-for-each 1 f)
  (let ((n (integer-length i)))
    (do ((k 0 (+ k 1)))
        ((= k n))
      (f (bit-set? k i)))))

(define (bitwise-unfold stop? mapper successor seed)
  "(bitwise-unfold stop? mapper successor seed)
The integer whose bits, the lowest first, are (MAPPER seed), (MAPPER (SUCCESSOR seed)) ... until (STOP? seed) holds."
  (%check-procedure 'bitwise-unfold 1 stop?)
  (%check-procedure 'bitwise-unfold 2 mapper)
  (%check-procedure 'bitwise-unfold 3 successor)
  (let loop ((state seed) (bits '()))
    (if (stop? state)
        (list->bits (reverse bits))
        (let ((bit (mapper state)))
          (loop (successor state) (cons bit bits))))))

(define make-bitwise-generator
  (case-lambda
    ((i)
     "(make-bitwise-generator i [start])
A procedure whose calls give the bits of I, #t or #f, from the lowest or bit START on, without end."
     (make-bitwise-generator i 0))
    ((i start)
     (bit-set? start i)
     (let ((k start))
       (lambda ()
         (let ((bit (bit-set? k i)))
           (set! k (+ k 1))
           bit))))))
