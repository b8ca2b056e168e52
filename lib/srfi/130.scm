;;; The body of (srfi 130): cursors, and searches that answer with a cursor when they find nothing.

(define (string-cursor? x)
  "(string-cursor? x)\nIs X an index, as cursors are?"
  (and (exact-integer? x) (>= x 0)))

(define (check-cursor who string position cursor low high)
  (if (not (and (exact-integer? cursor) (<= low cursor high)))
      (%raise-range who position
                    (string-append "a cursor from " (number->string low) " to " (number->string high))
                    cursor)))

(define (string-cursor-start string)
  "(string-cursor-start string)\nThe cursor at the first character of STRING."
  (%string-end 'string-cursor-start string 1 0 #f 2)
  0)

(define (string-cursor-end string)
  "(string-cursor-end string)\nThe cursor behind the last character of STRING."
  (string-length string))

(define (string-cursor-next string cursor)
  "(string-cursor-next string cursor)\nThe cursor one character behind CURSOR."
  (check-cursor 'string-cursor-next string 2 cursor 0 (- (string-length string) 1))
  (+ cursor 1))

(define (string-cursor-prev string cursor)
  "(string-cursor-prev string cursor)\nThe cursor one character before CURSOR."
  (check-cursor 'string-cursor-prev string 2 cursor 1 (string-length string))
  (- cursor 1))

(define (string-cursor-forward string cursor n)
  "(string-cursor-forward string cursor n)\nThe cursor N characters behind CURSOR."
  (check-cursor 'string-cursor-forward string 2 cursor 0 (string-length string))
  (check-cursor 'string-cursor-forward string 3 n 0 (- (string-length string) cursor))
  (+ cursor n))

(define (string-cursor-back string cursor n)
  "(string-cursor-back string cursor n)\nThe cursor N characters before CURSOR."
  (check-cursor 'string-cursor-back string 2 cursor 0 (string-length string))
  (check-cursor 'string-cursor-back string 3 n 0 cursor)
  (- cursor n))

(define (string-cursor=? a b)
  "(string-cursor=? a b)\nAre A and B cursors at the same character?"
  (= a b))
(define (string-cursor<? a b)
  "(string-cursor<? a b)\nIs cursor A before cursor B?"
  (< a b))
(define (string-cursor>? a b)
  "(string-cursor>? a b)\nIs cursor A behind cursor B?"
  (> a b))
(define (string-cursor<=? a b)
  "(string-cursor<=? a b)\nIs cursor A not behind cursor B?"
  (<= a b))
(define (string-cursor>=? a b)
  "(string-cursor>=? a b)\nIs cursor A not before cursor B?"
  (>= a b))

(define (string-cursor-diff string start end)
  "(string-cursor-diff string start end)\nHow many characters of STRING lie between the cursors."
  (%string-end 'string-cursor-diff string 1 start end 2)
  (- end start))

(define (string-cursor->index string cursor)
  "(string-cursor->index string cursor)\nThe index of the character of STRING at CURSOR."
  (check-cursor 'string-cursor->index string 2 cursor 0 (string-length string))
  cursor)

(define (string-index->cursor string index)
  "(string-index->cursor string index)\nThe cursor at the character of STRING that has INDEX."
  (check-cursor 'string-index->cursor string 2 index 0 (string-length string))
  index)

(%define-ranged (index string accept?) (string 1) (start end 3)
  "(string-index string accept? [start end])
The cursor at the first character of STRING that ACCEPT? accepts, or the end."
  (or (string-index string accept? start end) end))

(%define-ranged (index-right string accept?) (string 1) (start end 3)
  "(string-index-right string accept? [start end])
The cursor behind the last character of STRING that ACCEPT? accepts, or the start."
  (let ((i (string-index-right string accept? start end))) (if i (+ i 1) start)))

(%define-ranged (skip string accept?) (string 1) (start end 3)
  "(string-skip string accept? [start end])
The cursor at the first character of STRING that ACCEPT? refuses, or the end."
  (or (string-skip string accept? start end) end))

(%define-ranged (skip-right string accept?) (string 1) (start end 3)
  "(string-skip-right string accept? [start end])
The cursor behind the last character of STRING that ACCEPT? refuses, or the start."
  (let ((i (string-skip-right string accept? start end))) (if i (+ i 1) start)))

(%define-ranged (string-for-each-cursor f string) (string 2) (start end 3)
  "(string-for-each-cursor procedure string [start end])\nCall PROCEDURE with each cursor of STRING, from the first on."
  (let loop ((i start))
    (if (< i end) (begin (f i) (loop (+ i 1))))))
