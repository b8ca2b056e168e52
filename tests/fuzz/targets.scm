;;; What the fuzzer's targets do, in Scheme: machine.c runs this until it waits for a byte of the console, and from
;;; there again for each input.  A check that fails ends with a status that no program can ask for.

(import (ringlet) (ringlet internal))

(define (fail what . objects)
  (display what)
  (for-each (lambda (x) (newline) (write x)) objects)
  (newline)
  (%exit 54321))

;; Evaluate, and answer 'condition when something was raised.
(define-syntax try
  (syntax-rules ()
    ((_ body ...) (guard (c (#t (say-condition c) 'condition)) body ...))))

(define (say-condition c)
  (write-string (%condition-text c 400))
  (newline))

(define (printed write x)
  (let ((port (open-output-string)))
    (write x port)
    (get-output-string port)))

;; --- reader ---------------------------------------------------------------------------------------------

(define (check-read-back how text x)
  (let* ((port (open-input-string text))
         (y (read port)))
    (if (not (equal? x y)) (fail how text y))
    (if (not (eof-object? (read port))) (fail how "more than one datum" text))))

(define (check-printing x)
  (check-read-back "write" (printed write x) x)
  (check-read-back "write-shared" (printed write-shared x) x)
  (check-read-back "pretty-print" (printed pretty-print x) x)
  (printed display x)
  (if (> (string-length (%bounded x 20)) 23) (fail "bounded" x)))

(define (target-reader bytes)
  (let ((port (%open-input-text bytes "input")))
    (let loop ((n 0))
      (let ((x (guard (c (#t (say-condition c) bytes)) (read port))))
        (if (not (or (eof-object? x) (eq? x bytes))) (check-printing x))
        (if (not (or (eof-object? x) (> n 100))) (loop (+ n 1)))))))

;; --- compiler -------------------------------------------------------------------------------------------

(define fresh (environment '(ringlet)))

(define (process-all bytes take)
  (let ((port (%open-input-text bytes "input")))
    (let loop ()
      (let ((more?
             (guard (c (#t (say-condition c) #t))
               (receive (form . positions) (%read port #f #t)
                 (or (eof-object? form)
                     (%process form fresh (and (pair? positions) (car positions)) "input" take)))
               #f)))
        (if (or more? (not (eof-object? (peek-char port)))) (loop))))))

(define (target-compile bytes)
  (process-all bytes (lambda (thunk) thunk)))

(define (target-run bytes)
  (process-all bytes (lambda (thunk)
                       (receive results (thunk)
                         (for-each (lambda (x) (write x) (newline)) results)))))

;; --- text ---------------------------------------------------------------------------------------------

(define (check-number x)
  (for-each
   (lambda (radix)
     (let* ((text (number->string x radix))
            (y (string->number text radix)))
       (if (not (eqv? x y)) (fail "number->string" x radix text y))))
   '(10 2 16 7))
  (let ((y (read (open-input-string (printed write x)))))
    (if (not (eqv? x y)) (fail "write" x y)))
  (try (check-exact x)))

(define (check-exact x)
  (let ((exact (exact x)))
    (if (not (= x exact)) (fail "exact" x exact))
    (if (real? x)
        (let ((whole (floor exact)))
          (if (not (and (<= whole exact) (< exact (+ whole 1)))) (fail "floor" exact))
          (if (not (eqv? exact (/ (numerator exact) (denominator exact)))) (fail "ratio" exact))
          (if (not (eqv? exact (- (- exact)))) (fail "-" exact))))))

(define (check-string text)
  (if (not (string=? (utf8->string (string->utf8 text)) text)) (fail "string->utf8" text))
  (if (not (eq? (string->symbol text) (read (open-input-string (printed write (string->symbol text))))))
      (fail "symbol" text))
  (if (not (string=? text (read (open-input-string (printed write text))))) (fail "string" text))
  (if (not (string=? text (list->string (string->list text)))) (fail "list->string" text))
  (if (not (string=? (string-foldcase text) (string-foldcase (string-foldcase text)))) (fail "fold" text))
  (string-upcase text)
  (string-downcase text)
  (if (not (string-ci=? text (string-foldcase text))) (fail "string-ci=?" text))
  (for-each
   (lambda (radix) (let ((x (string->number text radix))) (if x (try (check-number x)))))
   '(10 2 16 36)))

;; However it is taken from a port, it is the same text.
(define (check-port bytes text)
  (define (gather next)
    (let ((port (%open-input-text bytes "input")) (out (open-output-string)))
      (let loop ()
        (let ((x (next port)))
          (if (not (eof-object? x)) (begin (display x out) (loop)))))
      (get-output-string out)))
  (let ((by-character (gather read-char)))
    (if (not (string=? by-character (gather (lambda (port) (peek-char port) (read-char port)))))
        (fail "peek-char" by-character))
    (if (not (string=? by-character (gather (lambda (port) (read-string 3 port))))) (fail "read-string" by-character)))
  (gather read-line)
  (let ((port (open-input-bytevector bytes)))
    (let loop ((n 0))
      (if (eof-object? (read-u8 port))
          (if (not (= n (bytevector-length bytes))) (fail "read-u8" n))
          (loop (+ n 1))))))

(define (target-text bytes)
  (let ((text (try (utf8->string bytes))))
    (if (string? text) (check-string text))
    (try (check-port bytes text))))

;; --- images -------------------------------------------------------------------------------------------

(define (target-image bytes)
  (let ((x (try (%image-load bytes 0 (vector 'a 'b fresh car)))))
    (if (not (eq? x 'condition)) (%bounded x 1000))
    (collect-garbage)))

;; --- the start ----------------------------------------------------------------------------------------

(define targets
  (list (cons "reader" target-reader) (cons "compile" target-compile) (cons "run" target-run)
        (cons "text" target-text) (cons "image" target-image)))

(collect-garbage)
(%console-read (make-bytevector 1))
((cdr (assoc (utf8->string (%file-contents "target")) targets)) (%file-contents "input"))
