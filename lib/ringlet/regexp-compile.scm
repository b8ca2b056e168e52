;;; From the tree of a pattern to a program for the machine in regexp-run.scm.
;;;
;;; A program is three vectors, an operation and two operands for each instruction:
;;;
;;;   op-char   c               op-set  latin set        op-any
;;;   op-split  first second    op-jump to               op-save slot
;;;   op-assert kind            op-look look
;;;   op-match
;;;
;;; Repetitions with bounds are written out, so a program can be much longer than its pattern; there is a limit.

(define op-char 0)
(define op-set 1)
(define op-any 2)
(define op-match 3)
(define op-jump 4)
(define op-split 5)
(define op-save 6)
(define op-assert 7)
(define op-look 8)

(define most-instructions 50000)

(define-record-type program
  (make-program ops xs ys prefix first anchored?)
  program?
  (ops program-ops)
  (xs program-xs)
  (ys program-ys)
  (prefix program-prefix)         ; the string all matches begin with, or #f
  (first program-first)           ; the set of the characters they begin with, or #f for any or none
  (anchored? program-anchored?))  ; does it match at the start only?

(define-record-type look
  (make-look ahead? wanted? program)
  look?
  (ahead? look-ahead?)
  (wanted? look-wanted?)
  (program look-program))

;; What is emitted: a list of vectors #(op x y), the last one first, and its length.
(define-record-type code
  (make-code instructions size)
  code?
  (instructions code-instructions set-code-instructions!)
  (size code-size set-code-size!))

(define (emit! code op x y)
  (let ((instruction (vector op x y)) (size (code-size code)))
    (if (>= size most-instructions) (error "regexp: the pattern is too large: it repeats too much"))
    (set-code-instructions! code (cons instruction (code-instructions code)))
    (set-code-size! code (+ size 1))
    instruction))

;; Patch a split or jump that was emitted before its target was known.
(define (set-first! instruction to) (vector-set! instruction 1 to))
(define (set-second! instruction to) (vector-set! instruction 2 to))

;; `forward?` is #f within a look-behind, which runs from its end to its beginning; nothing is saved in either look.
(define (emit-node! code node forward? save?)
  (define (emit-part! node) (emit-node! code node forward? save?))
  (cond ((char? node) (emit! code op-char node #f))
        ((char-set? node) (emit-set! code node))
        (else
         (case (car node)
           ((seq) (for-each emit-part! (if forward? (cdr node) (reverse (cdr node)))))
           ((alt) (emit-alternatives! code (cdr node) emit-part!))
           ((repeat)
            (emit-repeat! code (cadr node) (list-ref node 2) (list-ref node 3)
                          (lambda () (emit-part! (list-ref node 4)))))
           ((group)
            (if save?
                (begin
                  (emit! code op-save (* 2 (cadr node)) #f)
                  (emit-part! (list-ref node 2))
                  (emit! code op-save (+ 1 (* 2 (cadr node))) #f))
                (emit-part! (list-ref node 2))))
           ((assert) (emit! code op-assert (cadr node) #f))
           ((look)
            (emit! code op-look
                   (make-look (cadr node) (list-ref node 2)
                              (tree->program (list-ref node 3) (cadr node) #f))
                   #f))))))

(define (emit-set! code set)
  (if (char-set= set char-set:full)
      (emit! code op-any #f #f)
      (emit! code op-set (char-set-latin set) set)))

(define (emit-alternatives! code nodes emit-part!)
  (if (null? nodes)
      (emit-set! code char-set:empty)
      (let loop ((l nodes) (jumps '()))
        (if (null? (cdr l))
            (begin
              (emit-part! (car l))
              (for-each (lambda (jump) (set-first! jump (code-size code))) jumps))
            (let ((split (emit! code op-split (+ (code-size code) 1) #f)))
              (emit-part! (car l))
              (let ((jump (emit! code op-jump #f #f)))
                (set-second! split (code-size code))
                (loop (cdr l) (cons jump jumps))))))))

;; A split that goes to the next instruction first, or last if it is not greedy; answers how to set the other target.
(define (emit-choice! code greedy?)
  (let ((next (+ (code-size code) 1)))
    (if greedy?
        (let ((split (emit! code op-split next #f)))
          (lambda (to) (set-second! split to)))
        (let ((split (emit! code op-split #f next)))
          (lambda (to) (set-first! split to))))))

(define (emit-repeat! code from to greedy? emit-body!)
  (define (times n) (if (> n 0) (begin (emit-body!) (times (- n 1)))))
  (cond (to
         (times from)
         (let loop ((n (- to from)) (choices '()))
           (if (> n 0)
               (let ((choice (emit-choice! code greedy?)))
                 (emit-body!)
                 (loop (- n 1) (cons choice choices)))
               (for-each (lambda (set-exit!) (set-exit! (code-size code))) choices))))
        ((= from 0)
         (let* ((start (code-size code)) (set-exit! (emit-choice! code greedy?)))
           (emit-body!)
           (emit! code op-jump start #f)
           (set-exit! (code-size code))))
        (else
         (times (- from 1))
         (let ((start (code-size code)))
           (emit-body!)
           (let ((next (+ (code-size code) 1)))
             (if greedy?
                 (emit! code op-split start next)
                 (emit! code op-split next start)))))))

(define (tree->program tree forward? save?)
  (let ((code (make-code '() 0)))
    (emit-node! code tree forward? save?)
    (emit! code op-match #f #f)
    (let* ((instructions (list->vector (reverse (code-instructions code))))
           (part (lambda (k) (vector-map (lambda (instruction) (vector-ref instruction k)) instructions)))
           (ops (part 0)) (xs (part 1)) (ys (part 2))
           (prefix (literal-prefix ops xs)))
      (make-program ops xs ys prefix
                    (and (not prefix) (first-set ops xs ys))
                    (and (= (vector-ref ops 0) op-assert) (eq? (vector-ref xs 0) 'bos))))))

;; The characters that the program asks for one after the other at its beginning, or #f.
(define (literal-prefix ops xs)
  (let loop ((pc 0) (chars '()))
    (let ((op (vector-ref ops pc)))
      (cond ((= op op-char) (loop (+ pc 1) (cons (vector-ref xs pc) chars)))
            ((and (= op op-save) (null? chars)) (loop (+ pc 1) chars))
            ((null? chars) #f)
            (else (list->string (reverse chars)))))))

;; The union of the sets that a match can begin with; #f if that is any character, or if a match can be empty.
(define (first-set ops xs ys)
  (let ((seen (make-vector (vector-length ops) #f)))
    (let loop ((todo '(0)) (sets '()))
      (if (null? todo)
          (apply char-set-union sets)
          (let ((pc (car todo)) (todo (cdr todo)))
            (if (vector-ref seen pc)
                (loop todo sets)
                (let ((op (vector-ref ops pc)))
                  (vector-set! seen pc #t)
                  (cond ((= op op-char) (loop todo (cons (char-set (vector-ref xs pc)) sets)))
                        ((= op op-set) (loop todo (cons (vector-ref ys pc) sets)))
                        ((= op op-jump) (loop (cons (vector-ref xs pc) todo) sets))
                        ((= op op-split) (loop (cons (vector-ref xs pc) (cons (vector-ref ys pc) todo)) sets))
                        ((or (= op op-save) (= op op-assert) (= op op-look)) (loop (cons (+ pc 1) todo) sets))
                        (else #f)))))))))
