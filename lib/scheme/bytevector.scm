;;; The body of (scheme bytevector): what is no primitive.

(define-syntax endianness
  (syntax-rules (big little)
    ((_ big) 'big)
    ((_ little) 'little)
    ((_ other) (syntax-error "endianness: not big or little:" other))))

(define (native-endianness)
  "(native-endianness)\nThe machine's order of the bytes of a number, a symbol: little on all there are."
  'little)

(define (check-bytevector who argument x)
  (if (not (bytevector? x)) (%raise-type who argument "a bytevector" x)))

(define (check-order who argument x)
  (if (not (memq x '(big little))) (%raise-type who argument "one of the symbols little and big" x)))

(define (check-string who x)
  (if (not (string? x)) (%raise-type who 1 "a string" x)))

(define (bytevector=? a b)
  "(bytevector=? a b)\nHave the bytevectors A and B the same bytes?"
  (check-bytevector 'bytevector=? 1 a)
  (check-bytevector 'bytevector=? 2 b)
  (equal? a b))

;; --- lists -----------------------------------------------------------------------------------------------

;; `size` bytes of `bytes` a number, by `ref`.
(define (numbers->list who bytes order size ref)
  (check-bytevector who 1 bytes)
  (check-order who 2 order)
  (if (not (and (exact-integer? size) (> size 0))) (%raise-type who 3 "an exact integer above 0" size))
  (if (not (= 0 (remainder (bytevector-length bytes) size)))
      (%raise-range who 3 "a divisor of the bytevector's length" size))
  (let loop ((k (- (bytevector-length bytes) size)) (list '()))
    (if (< k 0)
        list
        (loop (- k size) (cons (ref bytes k order size) list)))))

(define (list->numbers who list order size set)
  (if (not (list? list)) (%raise-type who 1 "a list" list))
  (check-order who 2 order)
  (if (not (and (exact-integer? size) (> size 0))) (%raise-type who 3 "an exact integer above 0" size))
  (let ((bytes (make-bytevector (* size (length list)))))
    (let loop ((l list) (k 0))
      (if (null? l)
          bytes
          (begin
            (set bytes k (car l) order size)
            (loop (cdr l) (+ k size)))))))

(define (bytevector->u8-list bytes)
  "(bytevector->u8-list bytevector)\nA list of the bytes."
  (numbers->list 'bytevector->u8-list bytes 'little 1 bytevector-uint-ref))
(define (bytevector->uint-list bytes order size)
  "(bytevector->uint-list bytevector endianness size)\nA list of the integers, not negative, of SIZE bytes each."
  (numbers->list 'bytevector->uint-list bytes order size bytevector-uint-ref))
(define (bytevector->sint-list bytes order size)
  "(bytevector->sint-list bytevector endianness size)\nA list of the integers of SIZE bytes each, two's complement."
  (numbers->list 'bytevector->sint-list bytes order size bytevector-sint-ref))
(define (u8-list->bytevector list)
  "(u8-list->bytevector list)\nA new bytevector of the bytes in LIST."
  (list->numbers 'u8-list->bytevector list 'little 1 bytevector-uint-set!))
(define (uint-list->bytevector list order size)
  "(uint-list->bytevector list endianness size)\nA new bytevector of the integers in LIST, not negative, SIZE bytes each."
  (list->numbers 'uint-list->bytevector list order size bytevector-uint-set!))
(define (sint-list->bytevector list order size)
  "(sint-list->bytevector list endianness size)\nA new bytevector of the integers in LIST, SIZE bytes each."
  (list->numbers 'sint-list->bytevector list order size bytevector-sint-set!))

;; --- text --------------------------------------------------------------------------------------------------

(define (code string i)
  (char->integer (string-ref string i)))

(define string->utf16
  (case-lambda
    ((string)
     "(string->utf16 string [endianness])\nThe bytes of STRING in UTF-16, of order big if none is given; no mark first."
     (string->utf16 string 'big))
    ((string order)
     (check-string 'string->utf16 string)
     (check-order 'string->utf16 2 order)
     (let* ((n (string-length string))
            (units (let loop ((i 0) (units 0))
                     (if (= i n) units (loop (+ i 1) (+ units (if (> (code string i) #xffff) 2 1))))))
            (bytes (make-bytevector (* 2 units))))
       (let loop ((i 0) (k 0))
         (if (= i n)
             bytes
             (let* ((c (code string i)) (above (- c #x10000)))
               (if (< above 0)
                   (begin
                     (bytevector-u16-set! bytes k c order)
                     (loop (+ i 1) (+ k 2)))
                   (begin
                     (bytevector-u16-set! bytes k (+ #xd800 (quotient above 1024)) order)
                     (bytevector-u16-set! bytes (+ k 2) (+ #xdc00 (remainder above 1024)) order)
                     (loop (+ i 1) (+ k 4)))))))))))

(define string->utf32
  (case-lambda
    ((string)
     "(string->utf32 string [endianness])\nThe bytes of STRING in UTF-32, of order big if none is given; no mark first."
     (string->utf32 string 'big))
    ((string order)
     (check-string 'string->utf32 string)
     (check-order 'string->utf32 2 order)
     (let* ((n (string-length string)) (bytes (make-bytevector (* 4 n))))
       (do ((i 0 (+ i 1)))
           ((= i n) bytes)
         (bytevector-u32-set! bytes (* 4 i) (code string i) order))))))

;; What stands for what is no character.
(define replacement #\xfffd)

(define (char-or-replacement c)
  (if (or (<= #xd800 c #xdfff) (> c #x10ffff)) replacement (integer->char c)))

;; Decode with (decode k order put!), which gives the place after the character at `k`; a mark before the text, which
;; `ref` reads as #xfeff in the right order, tells the order unless `order` is certain.
(define (decode-text bytes order certain? size ref decode)
  (let* ((n (bytevector-length bytes))
         (marked (and (not certain?) (>= n size)
                      (cond ((= (ref bytes 0 'big) #xfeff) 'big)
                            ((= (ref bytes 0 'little) #xfeff) 'little)
                            (else #f))))
         (order (or marked order))
         (port (open-output-string)))
    (let loop ((k (if marked size 0)))
      (cond ((= k n) (get-output-string port))
            ((> (+ k size) n) (write-char replacement port) (get-output-string port))
            (else (loop (decode k n order port)))))))

(define utf16->string
  (case-lambda
    ((bytes order)
     "(utf16->string bytevector endianness [certain?])
The text of which the bytes are the UTF-16; a mark before it tells the order unless CERTAIN?.  What is no text becomes
U+FFFD."
     (utf16->string bytes order #f))
    ((bytes order certain?)
     (check-bytevector 'utf16->string 1 bytes)
     (check-order 'utf16->string 2 order)
     (decode-text
      bytes order certain? 2 bytevector-u16-ref
      (lambda (k n order port)
        (let ((c (bytevector-u16-ref bytes k order))
              (next (if (<= (+ k 4) n) (bytevector-u16-ref bytes (+ k 2) order) 0)))
          (if (and (<= #xd800 c #xdbff) (<= #xdc00 next #xdfff))
              (begin
                (write-char (integer->char (+ #x10000 (* 1024 (- c #xd800)) (- next #xdc00))) port)
                (+ k 4))
              (begin
                (write-char (char-or-replacement c) port)
                (+ k 2)))))))))

(define utf32->string
  (case-lambda
    ((bytes order)
     "(utf32->string bytevector endianness [certain?])
The text of which the bytes are the UTF-32; a mark before it tells the order unless CERTAIN?.  What is no text becomes
U+FFFD."
     (utf32->string bytes order #f))
    ((bytes order certain?)
     (check-bytevector 'utf32->string 1 bytes)
     (check-order 'utf32->string 2 order)
     (decode-text
      bytes order certain? 4 bytevector-u32-ref
      (lambda (k n order port)
        (write-char (char-or-replacement (bytevector-u32-ref bytes k order)) port)
        (+ k 4))))))
