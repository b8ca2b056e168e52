;;; The body of (srfi 129).
;;;
;;; Unicode's title case differs from upper case for a few characters only, so it needs no tables: the four digraphs
;;; with a form of their own, and Georgian letters, which have capitals but are not capitalized.

(define (char-title-case? char)
  "(char-title-case? char)\nIs CHAR a title case letter, such as one of the digraphs that begin with a capital?"
  (eq? (char-general-category char) 'Lt))

(define (char-titlecase char)
  "(char-titlecase char)\nThe title case form of CHAR, which for nearly all characters is the upper case form."
  (let ((code (char->integer char)))
    (cond ((< code #x1c4) (char-upcase char))
          ((<= code #x1cc) (integer->char (+ #x1c5 (* 3 (quotient (- code #x1c4) 3)))))
          ((<= #x1f1 code #x1f3) #\x1f2)
          ((or (<= #x10d0 code #x10fa) (<= #x10fd code #x10ff)) char)
          (else (char-upcase char)))))

;; The title case form of the first letter of a word, a string.  What has one of its own has no other; else the upper
;; case form may be several characters, of which the others are small again.  An iota at its end is then written below,
;; and the n after an apostrophe stays a capital.
(define (title-start char)
  (let ((title (char-titlecase char)) (upper (string-upcase (string char))))
    (cond ((or (not (char=? title char)) (char-title-case? char) (= (string-length upper) 1)) (string title))
          ((char=? char #\x149) upper)
          (else
           (let ((last (string-ref upper (- (string-length upper) 1))))
             (if (char=? last #\x399)
                 (string-append (substring upper 0 (- (string-length upper) 1)) "\x345;")
                 (string-append (substring upper 0 1)
                                (string-downcase (substring upper 1 (string-length upper))))))))))

(define (cased? char)
  (or (char-upper-case? char) (char-lower-case? char) (char-title-case? char)))

;; What may stand within a word besides letters: marks, and an apostrophe between letters.
(define (within-word? string i)
  (let ((c (string-ref string i)))
    (or (char-alphabetic? c)
        (memq (char-general-category c) '(Mn Me Mc))
        (and (memv c '(#\' #\x2019))
             (> i 0)
             (char-alphabetic? (string-ref string (- i 1)))
             (< (+ i 1) (string-length string))
             (char-alphabetic? (string-ref string (+ i 1)))))))

(define (string-titlecase string)
  "(string-titlecase string)\nSTRING with the first letter of each word in title case and all others in lower case."
  (if (not (string? string)) (%raise-type 'string-titlecase 1 "a string" string))
  (let ((end (string-length string)) (port (open-output-string)))
    (let loop ((i 0))
      (cond ((= i end) (get-output-string port))
            ((cased? (string-ref string i))
             (write-string (title-start (string-ref string i)) port)
             (let word ((j (+ i 1)))
               (if (and (< j end) (within-word? string j))
                   (word (+ j 1))
                   (begin
                     (write-string (lower-rest string i j) port)
                     (loop j)))))
            (else (write-char (string-ref string i) port) (loop (+ i 1)))))))

;; The characters of a word behind its first one in lower case; the first is there for a sigma at the end.
(define (lower-rest string start end)
  (let ((word (string-downcase (string-append "a" (substring string (+ start 1) end)))))
    (substring word 1 (string-length word))))
