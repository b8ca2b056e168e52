;;; Building text: string ports, string-append, characters, numbers as text, splitting and joining.
(import (scheme base) (scheme char) (scheme write) (scheme process-context))

(define (join words separator)
  (let ((port (open-output-string)))
    (let loop ((words words) (first #t))
      (cond ((null? words) (get-output-string port))
            (else
             (unless first (write-string separator port))
             (write-string (car words) port)
             (loop (cdr words) #f))))))

(define (split text separator)
  (let loop ((i (- (string-length text) 1))
             (end (string-length text))
             (words '()))
    (cond ((< i 0) (cons (substring text 0 end) words))
          ((char=? (string-ref text i) separator)
           (loop (- i 1) i (cons (substring text (+ i 1) end) words)))
          (else (loop (- i 1) end words)))))

(define (numbers-as-text n)
  (let loop ((i (- n 1)) (words '()))
    (if (< i 0)
        words
        (loop (- i 1)
              (cons (string-append "n" (number->string (* i 37))) words)))))

(define (capitalize word)
  (string-append (string (char-upcase (string-ref word 0)))
                 (substring word 1 (string-length word))))

(define (checksum text)
  (let ((port (open-input-string text)))
    (let loop ((c (read-char port)) (sum 0))
      (if (eof-object? c)
          sum
          (loop (read-char port)
                (modulo (+ (* sum 31) (char->integer c)) 65521))))))

(define (run rounds)
  (let loop ((i 0) (sum 0))
    (if (= i rounds)
        sum
        (let* ((text (join (numbers-as-text 1000) ","))
               (words (split text #\,))
               (again (join (map capitalize words) ";")))
          (loop (+ i 1)
                (modulo (+ sum (checksum again) (string-length text)) 1000003))))))

(let ((result (run 450)))
  (display "strings: ")
  (display result)
  (newline)
  (exit (= result 58972)))
