;;; The body of (ringlet graphemes).  The names GB3 and so on are those of the rules in UAX 29.

;; The numbers of enum unicode_grapheme in src/text/unicode.h.
(define carriage-return 1)
(define line-feed 2)
(define control 3)
(define extend 4)
(define joiner 5)
(define prepend 6)
(define spacing-mark 7)
(define regional-indicator 8)
(define pictograph 9)
(define hangul-l 10)
(define hangul-v 11)
(define hangul-t 12)
(define hangul-lv 13)
(define hangul-lvt 14)

(define (class-at string i)
  (%char-grapheme-class (string-ref string i)))

(define (grapheme-boundary? string i start end)
  "(grapheme-boundary? string i start end)
Does a grapheme cluster of the characters of STRING from START up to END begin or end before index I?"
  (or (= i start)
      (= i end)
      (let ((a (class-at string (- i 1))) (b (class-at string i)))
        (cond ((and (= a 0) (= b 0)) #t)
              ((<= 1 a 3) (not (and (= a carriage-return) (= b line-feed))))  ; GB3, GB4
              ((<= 1 b 3) #t)                                                 ; GB5
              ((joined-hangul? a b) #f)
              ((or (= b extend) (= b joiner) (= b spacing-mark)) #f)          ; GB9, GB9a
              ((= a prepend) #f)                                              ; GB9b
              ((and (= a joiner) (= b pictograph)) (not (pictograph-before? string (- i 1) start)))
              ((and (= a regional-indicator) (= b regional-indicator)) (even? (indicators-before string i start)))
              (else #t)))))

;; GB6 to GB8.
(define (joined-hangul? a b)
  (cond ((= a hangul-l) (or (= b hangul-l) (= b hangul-v) (= b hangul-lv) (= b hangul-lvt)))
        ((or (= a hangul-lv) (= a hangul-v)) (or (= b hangul-v) (= b hangul-t)))
        ((or (= a hangul-lvt) (= a hangul-t)) (= b hangul-t))
        (else #f)))

;; GB11: is the joiner at `i` behind a pictograph and its extenders?
(define (pictograph-before? string i start)
  (let loop ((i (- i 1)))
    (and (>= i start)
         (let ((class (class-at string i)))
           (or (= class pictograph)
               (and (= class extend) (loop (- i 1))))))))

;; GB12, GB13: flags are pairs of indicators.
(define (indicators-before string i start)
  (let loop ((j (- i 1)) (n 0))
    (if (and (>= j start) (= (class-at string j) regional-indicator))
        (loop (- j 1) (+ n 1))
        n)))
