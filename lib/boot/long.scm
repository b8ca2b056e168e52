;;; Long operands: what primitives leave to Scheme because it would take them too long.
;;;
;;; A primitive that would go through more than a slice of something (see prim/slices.h) calls %in-scheme in its place,
;;; with its own name and its arguments, ranges filled in.  What stands here calls primitives again, with operands of a
;;; slice each, and the program can be interrupted in between.  Strings and bytevectors not yet filled stay inside.

(define (%in-scheme who . arguments)
  (let ((found (assq who %long-procedures)))
    (if found
        (apply (cdr found) who arguments)
        (apply %complex who arguments))))

;; In characters and bytes.
(define (%slice-chars) (* 4 (%slice-length)))

;; Call (f from to) for one slice of START up to END after another.
(define (%each-slice start end slice f)
  (if (< start end)
      (let ((stop (min end (+ start slice))))
        (f start stop)
        (%each-slice stop end slice f))))

;; The results of f, joined.
(define (%join-slices join start end slice f)
  (let ((parts '()))
    (%each-slice start end slice (lambda (from to) (set! parts (cons (f from to) parts))))
    (join (reverse parts))))

;; --- lists -----------------------------------------------------------------------------------------

;; (how many pairs . what comes after them), or #f if the list is circular: Brent's way, as list_length.
(define (%measure list)
  (let loop ((at list) (n 0) (mark #f) (limit 0))
    (let* ((step (%list-skip at (%slice-length) mark #f)) (n (+ n (car step))) (at (cdr step)))
      (cond ((not (pair? at)) (cons n at))
            ((eq? at mark) #f)
            ((>= n limit) (loop at n at (* 2 n)))
            (else (loop at n mark limit))))))

(define (%proper? measure) (and measure (null? (cdr measure))))

(define (%measured who argument list)
  (let ((measure (%measure list)))
    (if (%proper? measure) (car measure) (%raise-type who argument "a list" list))))

(define (%long-list? who x) (%proper? (%measure x)))

(define (%long-length who list)
  (let ((measure (%measure list)))
    (cond ((%proper? measure) (car measure))
          ((or measure (eq? who 'length)) (%raise-type who 1 (if measure "a list" "a list that ends") list))
          (else #f))))

;; The first N pairs copied, and TAIL behind them.
(define (%copy-pairs list n tail)
  (let ((first (cons #f tail)))
    (let loop ((last first) (list list) (n n))
      (if (> n 0)
          (let* ((k (min n (%slice-length))) (part (list-head list k)))
            (set-cdr! last part)
            (loop (last-pair part) (list-tail list k) (- n k)))
          (set-cdr! last tail)))
    (cdr first)))

(define (%long-list-copy who list)
  (let ((measure (%measure list)))
    (if measure
        (%copy-pairs list (car measure) (cdr measure))
        (%raise-type who 1 "a list that ends" list))))

(define (%long-append who . lists)
  (let loop ((lists lists) (argument 1))
    (if (null? (cdr lists))
        (car lists)
        (let* ((n (%measured who argument (car lists))) (tail (loop (cdr lists) (+ argument 1))))
          (%copy-pairs (car lists) n tail)))))

(define (%long-reverse who list tail) (%reverse-more list (%measured who 1 list) tail #f))

(define (%long-reverse! who list)
  (let ((n (%measured who 1 list)))
    (%each-slice 0 n (%slice-length)
                 (let ((at list))
                   (lambda (from to)
                     (set! at (cdr (%list-skip at (- to from) #f #t)))
                     (if (and (pair? at) (%immutable? at))
                         (%raise 'immutable who "argument 1 is a constant, which cannot be changed:" list)))))
    (%reverse-more list n '() #t)))

;; LIST without its first K pairs, of which it has enough.
(define (%pairs-from list k)
  (if (> k 0)
      (let ((n (min k (%slice-length)))) (%pairs-from (cdr (%list-skip list n #f #f)) (- k n)))
      list))

;; The same for any list and any index; one that goes round has all indices, but none is far.
(define (%long-tail who list k want-pair?)
  (let ((measure (%measure list)))
    (cond ((not measure)
           (if (> k %circular-index-most)
               (%raise-range who 2 (string-append "between 0 and " (number->string %circular-index-most)) k)))
          ((if want-pair? (>= k (car measure)) (> k (car measure)))
           (if (and (not (pair? list)) (not (null? list))) (%raise-type who 1 "a list" list))
           (%raise 'range who (string-append "index " (number->string k) " is out of range for a list of length "
                                             (number->string (car measure))))))
    (%pairs-from list k)))
(define %circular-index-most 1048576)

(define (%long-list-tail who list k) (%long-tail who list k #f))
(define (%long-list-ref who list k) (car (%long-tail who list k #t)))
(define (%long-list-set! who list k value) (list-set! (%long-tail who list k #t) 0 value))
(define (%long-list-head who list k)
  (%long-tail who list k #f)
  (%copy-pairs list k '()))

(define (%long-last-pair who list)
  (let ((measure (%measure list)))
    (if measure
        (%pairs-from list (- (car measure) 1))
        (%raise-type who 1 "a list that ends" list))))

(define (%long-list->vector who list) (%list->vector list (%measured who 1 list)))

(define (%long-list->string who list)
  (let ((n (%measured who 1 list)) (at list))
    (%join-slices %join-strings 0 n (%slice-length)
                  (lambda (from to)
                    (let ((part (list-head at (- to from))))
                      (set! at (list-tail at (- to from)))
                      (list->string part))))))

;; --- strings ---------------------------------------------------------------------------------------

;; A string of all STRINGS' characters.
(define (%join-strings strings)
  (let loop ((l strings) (n 0) (wide? #f))
    (if (pair? l)
        (loop (cdr l) (+ n (string-length (car l))) (or wide? (%string-wide? (car l))))
        (%fill-from (%string-raw n wide?) string-copy! string-length strings))))

;; TO, with all SOURCES copied into it.
(define (%fill-from to copy! length sources)
  (let loop ((l sources) (at 0))
    (if (pair? l)
        (begin (copy! to at (car l)) (loop (cdr l) (+ at (length (car l)))))
        to)))

;; What copy! does, from the end that is not in the way of the rest when FROM is TO.
(define (%move-slices copy! to at from start end)
  (let ((slice (%slice-chars)))
    (if (and (eq? to from) (> at start))
        (let loop ((end end))
          (if (< start end)
              (let ((from-here (max start (- end slice))))
                (copy! to (+ at (- from-here start)) from from-here end)
                (loop from-here))))
        (%each-slice start end slice (lambda (s e) (copy! to (+ at (- s start)) from s e))))))

;; Make room in STRING for any character.  What another thread stores meanwhile may be lost.
(define (%widen! string)
  (if (not (%string-wide? string))
      (let* ((n (string-length string)) (wide (%string-raw n #t)))
        (%move-slices string-copy! wide 0 string 0 n)
        (%string-become! string wide))))

(define (%wide-char? char) (> (char->integer char) 255))

(define (%long-make-string who n char)
  (let ((string (%string-raw n (%wide-char? char)))) (string-fill! string char) string))

(define (%long-string-set! who string k char)
  (%widen! string)
  (string-set! string k char))

(define (%long-string-fill! who string char start end)
  (if (%wide-char? char) (%widen! string))
  (%each-slice start end (%slice-chars) (lambda (from to) (string-fill! string char from to))))

(define (%long-string-copy! who to at from start end)
  (if (%string-wide? from) (%widen! to))
  (%move-slices string-copy! to at from start end))

(define (%long-substring who string start end)
  (%join-slices %join-strings start end (%slice-chars) (lambda (from to) (substring string from to))))

(define (%long-string-append who . strings) (%join-strings strings))

(define (%long-vector->string who vector start end)
  (%join-slices %join-strings start end (%slice-chars) (lambda (from to) (vector->string vector from to))))

(define (%long-map-case who string to)
  (%join-slices %join-strings 0 (string-length string) (%slice-length)
                (lambda (start end) (%string-map-case string start end to))))

;; Below, equal or above 0.
(define (%compare a b)
  (let ((n (min (string-length a) (string-length b))) (slice (%slice-chars)))
    (let loop ((i 0))
      (if (< i n)
          (let* ((end (min n (+ i slice))) (x (substring a i end)) (y (substring b i end)))
            (cond ((string=? x y) (loop end))
                  ((string<? x y) -1)
                  (else 1)))
          (- (string-length a) (string-length b))))))

(define (%long-compare in-order? . convert)
  (lambda (who . strings)
    (let loop ((strings (if (pair? convert) (map (car convert) strings) strings)))
      (or (null? (cdr strings))
          (and (in-order? (%compare (car strings) (cadr strings)) 0)
               (loop (cdr strings)))))))

;; Does STRING have the characters of PATTERN from AT on?
(define (%occurs-at? pattern string at)
  (let ((n (string-length pattern)) (slice (%slice-chars)))
    (let loop ((i 0))
      (or (= i n)
          (let ((end (min n (+ i slice))))
            (and (string=? (substring pattern i end) (substring string (+ at i) (+ at end))) (loop end)))))))

;; A short pattern is looked for in one part of the string after another.  A long one is compared only where a rolling
;; hash, of a window as long as it is, says that it may be (see string_search).
(define (%long-string-search who pattern string start end)
  (let* ((slice (%slice-chars)) (n (string-length pattern)) (last (- end n)))
    (define (hash string start end)
      (let ((h 0))
        (%each-slice start end slice (lambda (from to) (set! h (%window-hash h string from to))))
        h))
    (define (roll wanted highest)
      (let loop ((at start) (h (hash string start (+ start n))))
        (cond ((and (= h wanted) (%occurs-at? pattern string at)) at)
              ((= at last) #f)
              (else
               (let ((next (%window-roll h string at (min last (+ at slice)) n wanted highest)))
                 (loop (car next) (cdr next)))))))
    (cond ((> start last) #f)
          ((> n (quotient slice 2)) (roll (hash pattern 0 n) (%power-modulo 48271 (- n 1) 536870909)))
          (else
           (let find ((start start))
             (let ((stop (min end (+ start slice))))
               (or (string-search-forward pattern string start stop)
                   (and (< stop end) (find (- stop n -1))))))))))

(define (%power-modulo x n m)
  (let loop ((x x) (n n) (power 1))
    (if (= n 0)
        power
        (loop (modulo (* x x) m) (quotient n 2) (if (odd? n) (modulo (* power x) m) power)))))

;; --- bytes -----------------------------------------------------------------------------------------

(define (%long-make-bytevector who n byte)
  (let ((bytes (%bytevector-raw n))) (bytevector-fill! bytes byte) bytes))

(define (%long-bytevector-fill! who bytes byte start end)
  (%each-slice start end (%slice-chars) (lambda (from to) (bytevector-fill! bytes byte from to))))

(define (%long-bytevector-copy! who to at from start end) (%move-slices bytevector-copy! to at from start end))

(define (%long-bytevector-copy who bytes start end)
  (let ((copy (%bytevector-raw (- end start)))) (bytevector-copy! copy 0 bytes start end) copy))

(define (%append-bytes parts)
  (%fill-from (%bytevector-raw (apply + (map bytevector-length parts))) bytevector-copy! bytevector-length parts))

(define (%long-bytevector-append who . parts) (%append-bytes parts))

(define (%long-string->utf8 who string start end)
  (%join-slices %append-bytes start end (%slice-chars) (lambda (from to) (string->utf8 string from to))))

;; A slice ends before the first byte of a character, which is one of four.
(define (%long-utf8->string who bytes start end)
  (define (inside? i) (= (quotient (bytevector-u8-ref bytes i) 64) 2))
  (define (cut i) (cond ((not (inside? i)) i) ((not (inside? (- i 1))) (- i 1)) ((not (inside? (- i 2))) (- i 2)) (else (- i 3))))
  (let loop ((start start) (parts '()))
    (if (< start end)
        (let* ((stop (+ start (%slice-chars))) (stop (if (< stop end) (cut stop) end)))
          (loop stop (cons (utf8->string bytes start stop) parts)))
        (%join-strings (reverse parts)))))

;; --- which does what -------------------------------------------------------------------------------

(define %long-procedures
  (list (cons 'list? %long-list?) (cons 'length %long-length) (cons 'length+ %long-length)
        (cons 'list-copy %long-list-copy) (cons 'append %long-append)
        (cons 'reverse %long-reverse) (cons 'append-reverse %long-reverse) (cons 'reverse! %long-reverse!)
        (cons 'list-tail %long-list-tail) (cons 'drop %long-list-tail) (cons 'list-ref %long-list-ref)
        (cons 'list-set! %long-list-set!) (cons 'list-head %long-list-head) (cons 'take %long-list-head)
        (cons 'last-pair %long-last-pair) (cons 'list->vector %long-list->vector) (cons 'list->string %long-list->string)
        (cons 'make-string %long-make-string) (cons 'string-set! %long-string-set!)
        (cons 'string-fill! %long-string-fill!) (cons 'string-copy! %long-string-copy!)
        (cons 'string-copy %long-substring) (cons 'substring %long-substring)
        (cons 'string-append %long-string-append) (cons 'vector->string %long-vector->string)
        (cons 'string-upcase %long-map-case) (cons 'string-downcase %long-map-case) (cons 'string-foldcase %long-map-case)
        (cons 'string=? (%long-compare =)) (cons 'string<? (%long-compare <)) (cons 'string>? (%long-compare >))
        (cons 'string<=? (%long-compare <=)) (cons 'string>=? (%long-compare >=))
        (cons 'string-ci=? (%long-compare = string-foldcase)) (cons 'string-ci<? (%long-compare < string-foldcase))
        (cons 'string-ci>? (%long-compare > string-foldcase)) (cons 'string-ci<=? (%long-compare <= string-foldcase))
        (cons 'string-ci>=? (%long-compare >= string-foldcase)) (cons 'string-search-forward %long-string-search)
        (cons 'make-bytevector %long-make-bytevector) (cons 'bytevector-fill! %long-bytevector-fill!)
        (cons 'bytevector-copy! %long-bytevector-copy!) (cons 'bytevector-copy %long-bytevector-copy)
        (cons 'bytevector-append %long-bytevector-append) (cons 'string->utf8 %long-string->utf8)
        (cons 'utf8->string %long-utf8->string)))

(%set-root! 'IN_SCHEME %in-scheme)
