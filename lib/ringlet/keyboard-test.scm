;;; Tests of the keyboard's codes: what (ringlet keyboard) makes of them.
(import (scheme base) (chibi test) (ringlet keyboard) (only (ringlet) iota))

;; What the codes type on a keyboard that nobody has touched.
(define (typed layout . codes)
  (let ((keys (make-keys)))
    (apply string-append (map (lambda (code) (keys-type keys code layout)) codes))))
(define (escape . strings)
  (apply string-append "\x1b;" strings))

(test-begin "keyboard")

(test-group "characters"
  (test "a" (typed 'us #x1E #x9E))
  (test "aaa" (typed 'us #x1E #x1E #x1E))            ; held
  (test "A" (typed 'us #x2A #x1E #xAA))
  (test "Aa" (typed 'us #x36 #x1E #xB6 #x1E))
  (test "Aa" (typed 'us #x3A #xBA #x1E #x2A #x1E))   ; caps lock, and the other way with Shift
  (test "1!" (typed 'us #x3A #x02 #x2A #x02))
  (test "\\|" (typed 'us #x56 #x2A #x56))
  (test " \r\x7f;\t\x1b;" (typed 'us #x39 #x1C #x0E #x0F #x01))
  (test "yzöÖß?" (typed 'de #x2C #x15 #x27 #x2A #x27 #xAA #x0C #x2A #x0C))
  (test "<>|" (typed 'de #x56 #x2A #x56 #xAA #xE0 #x38 #x56))
  (test "@q" (typed 'de #xE0 #x38 #x10 #xE0 #xB8 #x10))
  (test "{[]}\\€µ" (typed 'de #xE0 #x38 8 9 10 11 12 #x12 #x32))
  (test "" (typed 'de #xE0 #x38 #x1E))
  (test (escape "q") (typed 'us #xE0 #x38 #x10))     ; AltGr is Alt here
  (test "-/" (typed 'de #x35 #xE0 #x35)))

(test-group "control and alt"
  (test "\x1;" (typed 'us #x1D #x1E))
  (test "\x1;" (typed 'us #xE0 #x1D #x1E))
  (test "" (typed 'us #x1D #x2E))                    ; the core has seen it
  (test "\x0;" (typed 'us #x1D #x39))
  (test "\x1f;" (typed 'us #x1D #x35))
  (test "" (typed 'de #x1D #x27))
  (test (escape "b") (typed 'us #x38 #x30))
  (test "a" (typed 'us #x38 #xB8 #x1E)))

(test-group "other keys"
  (test (escape "[A") (typed 'us #xE0 #x48))
  (test (escape "[A") (typed 'us #xE0 #x2A #xE0 #x48 #xE0 #xC8 #xE0 #xAA))  ; with the shift that is none
  (test (escape "[1;5C") (typed 'us #x1D #xE0 #x4D))
  (test (escape "[1;2D") (typed 'us #x2A #xE0 #x4B))
  (test (escape "[3~") (typed 'us #xE0 #x53))
  (test (escape "[H") (typed 'us #x47))
  (test "7-." (typed 'us #x45 #xC5 #x47 #x4A #x53))
  (test "/\r" (typed 'us #xE0 #x35 #xE0 #x1C))
  (test "" (typed 'us #x3B #x58 #xE0 #x5B #xE0 #x5D))
  (test "a" (typed 'us #xE1 #x1D #x45 #xE1 #x9D #xC5 #x1E)))  ; Pause

(test-group "nonsense"
  ;; Whatever came before, letting go of all keys and switching the locks off gives the same keyboard again.
  (test #t
        (let loop ((n 0) (x 1))
          (or (= n 3000)
              (let ((keys (make-keys)))
                (let code-loop ((i 0) (x x))
                  (if (< i 20)
                      (begin
                        (keys-type keys (modulo (quotient x 65536) 256) (if (odd? i) 'us 'de))
                        (code-loop (+ i 1) (modulo (+ (* x 1103515245) 12345) 2147483648)))
                      (begin
                        (for-each (lambda (c) (keys-type keys c 'us)) '(0 0 0 #x9D #xB8 #xE0 #xB8 #xAA #xB6))
                        (and (member (keys-type keys #x1E 'us) '("a" "A")) (loop (+ n 1) x)))))))))
  (for-each (lambda (code) (test-assert (string? (keys-type (make-keys) code 'de)))) (iota 256)))

(test-end)
