;;; Numbers, for (srfi 166 base).
;;;
;;; Digits are found with exact arithmetic, so what is printed is the number rounded to even, not one near it.

(define numeric
  (case-lambda
    ((z)
     "(numeric number [radix [precision [sign-rule [comma-rule [comma-sep [decimal-sep]]]]]])
NUMBER in the given form; what is not given or #f is as the state variables of these names say.  PRECISION is the number
of digits after the point, SIGN-RULE #t writes a plus, a pair of strings goes around what is negative."
     (format-number z #f #f #f #f #f #f))
    ((z radix) (format-number z radix #f #f #f #f #f))
    ((z radix precision) (format-number z radix precision #f #f #f #f))
    ((z radix precision sign-rule) (format-number z radix precision sign-rule #f #f #f))
    ((z radix precision sign-rule comma-rule) (format-number z radix precision sign-rule comma-rule #f #f))
    ((z radix precision sign-rule comma-rule comma-sep)
     (format-number z radix precision sign-rule comma-rule comma-sep #f))
    ((z radix precision sign-rule comma-rule comma-sep decimal-sep)
     (format-number z radix precision sign-rule comma-rule comma-sep decimal-sep))))

(define (format-number z radix* precision* sign-rule* comma-rule* comma-sep* decimal-sep*)
  (if (not (number? z)) (%raise-type 'numeric 1 "a number" z))
  (lambda (state)
    (let ((radix (or radix* (state-ref state radix)))
          (precision (or precision* (state-ref state precision)))
          (sign-rule (or sign-rule* (state-ref state sign-rule)))
          (comma-rule (or comma-rule* (state-ref state comma-rule)))
          (comma (or comma-sep* (state-ref state comma-sep)))
          (point (or decimal-sep* (state-ref state decimal-sep)))
          (align (state-ref state decimal-align)))
      (if (not (and (exact-integer? radix) (<= 2 radix 36)))
          (%raise-type 'numeric 2 "an exact integer from 2 to 36" radix))
      (if precision (%check-index 'numeric 3 precision))
      (let ((real-text (lambda (x sign-rule align)
                         (real-text x radix precision sign-rule comma-rule
                                    (or comma (if (eqv? point #\,) #\. #\,))
                                    (or point (if (eqv? comma #\.) #\, #\.))
                                    align))))
        (emit (if (real? z)
                  (real-text z sign-rule align)
                  (string-append (real-text (real-part z) sign-rule align)
                                 (real-text (imag-part z) #t #f)
                                 "i"))
              state)))))

(define (string-of x) (if (char? x) (string x) x))

(define (real-text x radix precision sign-rule comma-rule comma point align)
  (if (not (finite? x))
      (number->string x)
      (let*-values (((negative?) (or (negative? x) (eqv? x -0.0)))
                    ((whole fraction) (digits (abs x) radix precision))
                    ((whole) (if comma-rule (with-commas whole comma-rule (string-of comma)) whole))
                    ((before) (cond ((and negative? (pair? sign-rule)) (string-of (car sign-rule)))
                                    (negative? "-")
                                    ((eq? sign-rule #t) "+")
                                    (else "")))
                    ((after) (if (and negative? (pair? sign-rule)) (string-of (cdr sign-rule)) ""))
                    ((room) (if align (- align 1 (string-length before) (string-length whole)) 0)))
        (string-append (make-string (max 0 room) #\space)
                       before whole
                       (if fraction (string-append (string-of point) fraction) "")
                       after))))

;; The digits of `x`, which is not negative, before and after the point; #f if there is no point.
(define (digits x radix precision)
  (cond (precision
         (let* ((scaled (number->string (round (* (exact x) (expt radix precision))) radix))
                (scaled (string-append (make-string (max 0 (- (+ precision 1) (string-length scaled))) #\0) scaled))
                (split (- (string-length scaled) precision)))
           (values (substring scaled 0 split)
                   (and (> precision 0) (substring scaled split (string-length scaled))))))
        ((exact? x) (values (number->string x radix) #f))
        ((= radix 10) (split-at-point (number->string x)))
        (else
         (let* ((x (exact x)) (whole (floor x)))
           (values (number->string whole radix) (fraction-digits (- x whole) whole radix))))))

(define (split-at-point text)
  (let ((n (string-length text)))
    (let loop ((i 0))
      (cond ((= i n) (values text #f))
            ((char=? (string-ref text i) #\.) (values (substring text 0 i) (substring text (+ i 1) n)))
            (else (loop (+ i 1)))))))

;; As many digits as tell a flonum with this fraction from its neighbours; the last one is rounded.
(define (fraction-digits fraction whole radix)
  (let loop ((rest fraction) (error (/ (max whole fraction) (expt 2 53))) (digits '()))
    (if (and (<= rest error) (pair? digits))
        (list->string (reverse digits))
        (let* ((next (* rest radix)) (error (* error radix)) (digit (floor next)) (rest (- next digit)))
          (if (and (< (- 1 rest) error) (< digit (- radix 1)))
              (list->string (reverse (cons (digit-char (+ digit 1) radix) digits)))
              (loop rest error (cons (digit-char digit radix) digits)))))))

(define (digit-char digit radix) (string-ref (number->string digit radix) 0))

;; `rule` is the size of the groups, or a list of sizes from the point on, of which the last goes on.
(define (with-commas whole rule comma)
  (let loop ((end (string-length whole)) (rule rule) (groups '()))
    (let* ((size (if (pair? rule) (car rule) rule)) (start (- end size)))
      (if (or (not (exact-integer? size)) (<= size 0))
          (%raise-type 'numeric 5 "a positive exact integer, or a list of them" rule))
      (if (<= start 0)
          (apply string-append (substring whole 0 end) groups)
          (loop start
                (if (and (pair? rule) (pair? (cdr rule))) (cdr rule) size)
                (cons comma (cons (substring whole start end) groups)))))))

(define numeric/comma
  (case-lambda
    ((z)
     "(numeric/comma number [comma-rule [radix [precision [sign-rule]]]])
NUMBER with commas, one for three digits or by COMMA-RULE."
     (numeric/comma z #f #f #f #f))
    ((z rule) (numeric/comma z rule #f #f #f))
    ((z rule radix) (numeric/comma z rule radix #f #f))
    ((z rule radix precision) (numeric/comma z rule radix precision #f))
    ((z rule radix precision sign-rule)
     (lambda (state)
       ((numeric z radix precision sign-rule (or rule (state-ref state comma-rule) 3)) state)))))

(define numeric/si
  (case-lambda
    ((z)
     "(numeric/si number [base [separator]])
NUMBER with at most one digit after the point and SEPARATOR (\"\") and a prefix like Ki, or with BASE 1000 (1024) like
k or m."
     (numeric/si z 1024 ""))
    ((z base) (numeric/si z base ""))
    ((z base separator)
     (if (not (real? z)) (%raise-type 'numeric/si 1 "a real number" z))
     (if (not (memv base '(1000 1024))) (%raise-type 'numeric/si 2 "1000 or 1024" base))
     (lambda (state) (emit (si-text z base separator) state)))))

(define (si-text z base separator)
  (let* ((x (if (finite? z) (abs (exact z)) 0))
         (least (if (= base 1000) -8 0))
         (power (let loop ((power 0) (scaled x))
                  (cond ((= x 0) 0)
                        ((and (>= scaled base) (< power 8)) (loop (+ power 1) (/ scaled base)))
                        ((and (< scaled 1) (> power least)) (loop (- power 1) (* scaled base)))
                        (else power))))
         (tenths (round (* 10 (/ x (expt base power))))))
    (string-append
     (if (and (finite? z) (negative? z)) "-" "")
     (if (finite? z) (number->string (quotient tenths 10)) (number->string z))
     (if (= 0 (remainder tenths 10)) "" (string-append "." (number->string (remainder tenths 10))))
     separator
     (if (= base 1000)
         (vector-ref #("y" "z" "a" "f" "p" "n" "µ" "m" "" "k" "M" "G" "T" "P" "E" "Z" "Y") (+ power 8))
         (vector-ref #("" "Ki" "Mi" "Gi" "Ti" "Pi" "Ei" "Zi" "Yi") power)))))

(define (numeric/fitted n z . options)
  "(numeric/fitted width number [option ...])
NUMBER as numeric has it, or as many # if it takes more than WIDTH characters."
  (%check-index 'numeric/fitted 1 n)
  (edited (list (apply numeric z options))
          (lambda (text width state)
            (let ((precision (or (and (pair? options) (pair? (cdr options)) (cadr options))
                                 (state-ref state precision))))
              (emit (cond ((<= width n) text)
                          ((and precision (> precision 0) (> n (+ precision 1)))
                           (string-append (make-string (- n precision 1) #\#) "." (make-string precision #\#)))
                          (else (make-string n #\#)))
                    state)))))
