;;; (ringlet disassemble): the instructions of a procedure in words.
(define-library (ringlet disassemble)
  (export show-code)
  (import (scheme base) (scheme write) (ringlet) (ringlet internal))
  (begin
    (define (pad-left x n) (string-pad-left (number->string x) n))

    ;; The name of a variable in register `i` for the instruction at `offset`, as "(name)", or "".
    (define (variable-text variables kinds i)
      (let loop ((l (reverse variables)))
        (cond ((null? l) "")
              ((and (memv (cadr (car l)) kinds) (= (cddr (car l)) i))
               (string-append "(" (%bounded (car (car l)) 40) ")"))
              (else (loop (cdr l))))))

    (define (constant-text x)
      (cond ((%cell? x) (symbol->string (%cell-name x)))
            ((eq? (%object-kind x) 'code)
             (if (car (%code-facts x))
                 (string-append "code of " (%bounded (car (%code-facts x)) 40))
                 "code of a lambda"))
            ((procedure? x) (%bounded (procedure-name x) 40))
            (else (string-append "'" (%bounded x 40)))))

    (define (operand-text operand before after)
      (let ((x (cdr operand)))
        (case (car operand)
          ((#\r) (string-append "r" (number->string x) (variable-text before '(0 1 2) x)))
          ((#\d) (string-append "r" (number->string x) (variable-text after '(0 1 2) x)))
          ((#\c) (string-append "c" (number->string x) (variable-text before '(3) x)))
          ((#\k #\K) (constant-text x))
          ((#\v) (%bounded x 40))
          ((#\j) (string-append "-> " (number->string x)))
          ((#\b) (string-append "at r" (number->string x)))
          (else (number->string x)))))

    (define (line-text offset instruction code targets)
      (let* ((before (%code-variables code offset))
             (next (car instruction))
             (after (if (< next (list-ref (%code-facts code) 3)) (%code-variables code next) before))
             (operands (map (lambda (o) (operand-text o before after)) (cddr instruction))))
        (string-append (if (memv offset targets) ">" " ")
                       (pad-left offset 5) "  "
                       (string-pad-right (symbol->string (cadr instruction)) 14)
                       (string-join operands ", "))))

    ;; All instructions: (offset . instruction).
    (define (instructions code)
      (let ((n (list-ref (%code-facts code) 3)))
        (let loop ((offset 0) (found '()))
          (if (>= offset n)
              (reverse found)
              (let ((instruction (%code-instruction code offset)))
                (loop (car instruction) (cons (cons offset instruction) found)))))))

    (define (jump-targets all)
      (append-map (lambda (entry)
                    (filter-map (lambda (o) (and (char=? (car o) #\j) (cdr o))) (cdddr entry)))
                  all))

    (define (nested-codes all)
      (append-map (lambda (entry)
                    (filter-map (lambda (o) (and (memv (car o) '(#\k #\K)) (eq? (%object-kind (cdr o)) 'code) (cdr o)))
                                (cdddr entry)))
                  all))

    (define (header facts)
      (string-append
       (%bounded (cons (or (car facts) 'lambda) (list-ref facts 2)) 200)
       (if (string? (cadr facts)) (string-append "  " (cadr facts)) "")
       "  " (number->string (list-ref facts 4)) " registers\n"))

    ;; Positions stand behind the first instruction that has them.
    (define (show-one code port)
      (let* ((all (instructions code)) (targets (jump-targets all)))
        (write-string (header (%code-facts code)) port)
        (let loop ((l all) (last 0))
          (if (pair? l)
              (let* ((offset (caar l))
                     (position (%code-position code offset))
                     (text (line-text offset (cdar l) code targets)))
                (write-string text port)
                (if (not (or (= position last) (= position 0)))
                    (begin
                      (write-string (make-string (max 2 (- 60 (string-length text))) #\space) port)
                      (write-string (string-append "; " (number->string (%position-line position)) ":"
                                                   (number->string (%position-column position)))
                                    port)))
                (newline port)
                (loop (cdr l) position))))
        (nested-codes all)))

    (define (show-code code nested? port)
      "(show-code code nested? port)\nWrite the instructions of CODE on PORT, with NESTED? also those of the procedures it makes."
      (let loop ((codes (list code)) (seen '()))
        (cond ((null? codes) (if #f #f))
              ((memq (car codes) seen) (loop (cdr codes) seen))
              (else
               (if (pair? seen) (newline port))
               (let ((inner (show-one (car codes) port)))
                 (loop (append (cdr codes) (if nested? inner '())) (cons (car codes) seen)))))))))
