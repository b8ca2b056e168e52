;;; The machine that runs programs: all threads of a pattern at once, one character after the other.
;;;
;;; A thread is a place in the program and the slots it has saved.  The threads at an index of the string are kept in
;;; the order of preference, and no two at the same place: so time is at most the product of the lengths of text and
;;; program, whatever the pattern.  Slots are vectors that are copied when a thread saves something: 0 and 1 are start
;;; and end of the whole match.

(define (word-char? string i words)
  (char-set-contains? words (string-ref string i)))

;; Is there a word at the left, and at the right, of index `i`?
(define (word-edge string i start end words wanted-left wanted-right)
  (and (eq? wanted-left (and (> i start) (word-char? string (- i 1) words)))
       (eq? wanted-right (and (< i end) (word-char? string i words)))))

(define (no-word-edge? string i start end words)
  (eq? (and (> i start) (word-char? string (- i 1) words))
       (and (< i end) (word-char? string i words))))

(define (line-start? string i start end)
  (or (= i start)
      (let ((before (string-ref string (- i 1))))
        (or (eq? before #\newline)
            (and (eq? before #\return)
                 (not (and (< i end) (eq? (string-ref string i) #\newline))))))))

(define (line-end? string i start end)
  (or (= i end)
      (let ((c (string-ref string i)))
        (or (eq? c #\return)
            (and (eq? c #\newline)
                 (not (and (> i start) (eq? (string-ref string (- i 1)) #\return))))))))

(define (assertion-holds? kind string i start end)
  (case kind
    ((bos) (= i start))
    ((eos) (= i end))
    ((bol) (line-start? string i start end))
    ((eol) (line-end? string i start end))
    ((bow) (word-edge string i start end (force word-set) #f #t))
    ((eow) (word-edge string i start end (force word-set) #t #f))
    ((nwb) (no-word-edge? string i start end (force word-set)))
    ((ascii-bow) (word-edge string i start end (force ascii-word-set) #f #t))
    ((ascii-eow) (word-edge string i start end (force ascii-word-set) #t #f))
    ((ascii-nwb) (no-word-edge? string i start end (force ascii-word-set)))
    ((grapheme-boundary) (grapheme-boundary? string i start end))
    (else (not (grapheme-boundary? string i start end)))))

(define (look-holds? look string i start end)
  (eq? (look-wanted? look)
       (and (run (look-program look) string (if (look-ahead? look) 1 -1) i start end #t #f #f) #t)))

(define (set-has? latin set c)
  (let ((code (char->integer c)))
    (if (< code 256)
        (= 1 (bytevector-u8-ref latin code))
        (char-set-contains? set c))))

;; Where a match can begin, from `i` on, or #f.
(define (next-candidate program string i end)
  (let ((prefix (program-prefix program)) (first (program-first program)))
    (cond (prefix (string-search-forward prefix string i end))
          (first (let ((latin (char-set-latin first)))
                   (let loop ((i i))
                     (cond ((= i end) #f)
                           ((set-has? latin first (string-ref string i)) i)
                           (else (loop (+ i 1)))))))
          (else i))))

;; Run `program` on the characters of `string` from `start` up to `end`, from index `from` on: the slots of the first
;; and most wanted match, or #f.  `step` is 1, or -1 to go to the left.  If `anchored?` the match begins at `from`, and if
;; `whole?` it ends at the end.  If `n-slots` is #f there are no slots, and the answer is whether there is a match.
(define (run program string step from start end anchored? n-slots whole?)
  (let* ((ops (program-ops program)) (xs (program-xs program)) (ys (program-ys program))
         (size (vector-length ops))
         (seen (make-vector size -1))         ; at each place, the last index a thread came there
         (anchored? (or anchored? (program-anchored? program)))
         (limit (if (= step 1) end start))
         (ahead (if (= step 1) 0 -1)))        ; from an index to the character a step passes

    ;; Add a thread and what it leads to without a character to the vectors; answers how many there are then.
    (define (add! pc slots i pcs all-slots n)
      (if (= (vector-ref seen pc) i)
          n
          (let ((op (vector-ref ops pc)))
            (vector-set! seen pc i)
            (cond ((< op op-jump)
                   (vector-set! pcs n pc)
                   (vector-set! all-slots n slots)
                   (+ n 1))
                  ((= op op-jump) (add! (vector-ref xs pc) slots i pcs all-slots n))
                  ((= op op-split)
                   (add! (vector-ref ys pc) slots i pcs all-slots
                         (add! (vector-ref xs pc) slots i pcs all-slots n)))
                  ((= op op-save)
                   (add! (+ pc 1)
                         (if slots
                             (let ((copy (vector-copy slots)))
                               (vector-set! copy (vector-ref xs pc) i)
                               copy)
                             slots)
                         i pcs all-slots n))
                  ((if (= op op-assert)
                       (assertion-holds? (vector-ref xs pc) string i start end)
                       (look-holds? (vector-ref xs pc) string i start end))
                   (add! (+ pc 1) slots i pcs all-slots n))
                  (else n)))))

    (define (first-slots i)
      (and n-slots
           (let ((slots (make-vector n-slots #f)))
             (vector-set! slots 0 i)
             slots)))

    (define (finish slots i)
      (if slots
          (let ((slots (vector-copy slots)))
            (vector-set! slots 1 i)
            slots)
          #t))

    ;; `matched` is what the best match so far has saved; threads after one that matched are dropped.
    (let loop ((i from) (n 0)
               (pcs (make-vector size 0)) (all-slots (make-vector size #f))
               (next-pcs (make-vector size 0)) (next-all-slots (make-vector size #f))
               (matched #f))
      (if (and (= n 0) (or matched (and anchored? (not (= i from)))))
          matched
          (let ((i (if (and (= n 0) (not anchored?)) (next-candidate program string i end) i)))
            (if (not i)
                matched
                (let* ((n (if (or matched (and anchored? (not (= i from))))
                              n
                              (add! 0 (first-slots i) i pcs all-slots n)))
                       (c (if (= i limit) #f (string-ref string (+ i ahead))))
                       (code (if c (char->integer c) 0))
                       (next (+ i step)))
                  (let threads ((k 0) (next-n 0) (matched matched))
                    (if (= k n)
                        (if c
                            (loop next next-n next-pcs next-all-slots pcs all-slots matched)
                            matched)
                        (let* ((pc (vector-ref pcs k)) (op (vector-ref ops pc)))
                          (cond ((= op op-match)
                                 (cond ((and whole? c) (threads (+ k 1) next-n matched))
                                       (n-slots
                                        (let ((matched (finish (vector-ref all-slots k) i)))
                                          (if (and c (> next-n 0))
                                              (loop next next-n next-pcs next-all-slots pcs all-slots matched)
                                              matched)))
                                       (else #t)))
                                ((and c
                                      (cond ((= op op-char) (eq? c (vector-ref xs pc)))
                                            ((= op op-set)
                                             (if (< code 256)
                                                 (= 1 (bytevector-u8-ref (vector-ref xs pc) code))
                                                 (char-set-contains? (vector-ref ys pc) c)))
                                            (else #t)))
                                 (threads (+ k 1)
                                          (add! (+ pc 1) (vector-ref all-slots k) next next-pcs next-all-slots next-n)
                                          matched))
                                (else (threads (+ k 1) next-n matched)))))))))))))
