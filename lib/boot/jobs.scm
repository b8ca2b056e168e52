;;; Jobs: programs in the background, and a view of all processes.
;;;
;;; A job is a process, so it can be killed whatever it does, and has its own copies of the program's variables.

;; The process that a person means by a handle, a number or a name.
(define (%the-process who x)
  (if (process? x)
      x
      (or (and (%granted? 'processes) (find-process x)) (%raise 'process who "there is no process with this number or name:" x))))

(define (find-process number-or-name)
  "(find-process number-or-name)\nThe living process with this number, or the oldest one with this name; #f if there is none."
  (find (lambda (p) (or (eqv? (process-id p) number-or-name) (equal? (process-name p) number-or-name))) (processes)))

(define background
  (case-lambda
    ((thunk)
     "(background thunk [name])
Call a copy of THUNK in a new process, a job, which shows the result above what is being typed. Returns the process, see spawn-process."
     (background thunk #f))
    ((thunk name)
     (%check-procedure 'background 1 thunk)
     (spawn-process (lambda () (%show-job-result (thunk))) 'name name))))

(define (%show-job-result result)
  (if (not (eq? result %unspecified-value))
      (write-string
       (string-append (%write-to-string (self) 1 60) " => " (%write-to-string result 1 200) "\n")
       console-port)))

(define (%background-named thunk form)
  (background thunk (%write-to-string form 1 40)))

(define-syntax bg
  (syntax-rules ()
    ((_ e) (%background-named (lambda () e) 'e))
    ((_ e1 e2 ...) (%background-named (lambda () e1 e2 ...) '(begin e1 e2 ...)))))

(define wait-for
  (case-lambda
    ((process)
     "(wait-for process [timeout])
Wait until PROCESS, a handle, number or name, has ended, and return its exit reason; #f after TIMEOUT seconds. Control-C ends the
waiting, not the process."
     (wait-for process #f))
    ((process timeout)
     (let* ((p (%the-process 'wait-for process)) (reference #f))
       (define (mine? m) (%down? m reference))
       (dynamic-wind
        (lambda () (set! reference (monitor p)))
        (lambda ()
          (let ((message (receive-message-if mine? timeout)))
            (and message (vector-ref message 3))))
        (lambda ()
          (demonitor p reference)
          (receive-message-if mine? 0)))))))

;; --- tables ----------------------------------------------------------------------------------------------

;; 999, 12K, 3.4M
(define (%readable bytes)
  (let loop ((n bytes) (units '("" "K" "M" "G")))
    (cond ((or (< n 1000) (null? (cdr units)))
           (string-append (number->string (if (or (>= n 10) (eqv? bytes n)) (round n) (/ (round (* 10. n)) 10))) (car units)))
          (else (loop (if (< n 10240) (/ n 1024.) (quotient (exact (round n)) 1024)) (cdr units))))))

(define %job-widths '(4 -18 -8 6 6 7 4 5 7))
(define %job-titles '("id" "name" "state" "held" "quota" "time s" "cpu" "msgs" "threads"))

;; Of each living process: (handle figure-list ticks since `before`).  `before` is a list like this one, or ().
(define (%job-figures before)
  (let loop ((l (processes)) (found '()))
    (if (null? l)
        (reverse found)
        (let* ((info (process-info (car l))) (ticks (assq 'ticks info)) (old (assq (car l) before)))
          (loop (cdr l)
                (if ticks
                    (cons (list (car l) info (- (cdr ticks) (if old (cdr (assq 'ticks (cadr old))) 0))) found)
                    found))))))

(define (%job-row figures total)
  (let* ((info (cadr figures)) (field (lambda (name) (cdr (assq name info)))) (name (field 'name)))
    (list (number->string (field 'id))
          (%write-to-string (or name (if (eqv? (field 'id) 1) 'prompt '-)) 0 15)
          (if (field 'ready?) "runs" "waits")
          (%readable (field 'bytes-held)) (%readable (field 'bytes-quota))
          (number->string (/ (field 'ticks) 100.))
          (string-append (number->string (if (> total 0) (quotient (* 100 (caddr figures)) total) 0)) "%")
          (number->string (field 'messages)) (number->string (field 'threads)))))

(define (%job-lines figures)
  (let ((total (fold-left (lambda (n f) (+ n (caddr f))) 0 figures)))
    (map (lambda (row)
           (string-join (map (lambda (text width)
                               (if (< width 0) (string-pad-right text (- width)) (string-pad-left text width)))
                             row %job-widths)
                        " "))
         (cons %job-titles (map (lambda (f) (%job-row f total)) figures)))))

(define (ps)
  "(ps)
Print all processes: number, name, whether they run or wait, bytes held and allowed, seconds of the processor's time and their part of
what all of these used, messages that wait, threads."
  (for-each (lambda (line) (write-string line) (newline)) (%job-lines (%job-figures '()))))

(define (%top-lines figures)
  (let ((busy-first (list-sort (lambda (a b) (> (caddr a) (caddr b))) figures)))
    (%job-lines (if (> (length busy-first) 18) (list-head busy-first 18) busy-first))))

(define top
  (case-lambda
    (()
     "(top [rounds])
Print the processes that use most of the processor, the busiest first, once a second anew in the same place, until a key is pressed or
Control-C. Where nobody can press a key, or with ROUNDS, so many times: once."
     (top #f))
    ((rounds)
     (if (and (not rounds) (%console-interactive?) (%console-is-mine?))
         (%top-until-key)
         (let loop ((i 0) (before (%job-figures '())))
           (if (< i (or rounds 1))
               (begin
                 (sleep 1)
                 (let ((now (%job-figures before)))
                   (for-each (lambda (line) (write-string line) (newline)) (%top-lines now))
                   (loop (+ i 1) now)))))))))

;; A thread draws, and this one waits for the key.
(define (%top-until-key)
  (let ((drawer #f) (on-break %on-break))
    (call/cc
     (lambda (leave)
       (dynamic-wind
        (lambda ()
          (set! %on-break (lambda () (leave #f)))
          (set! drawer (spawn %draw-top 'top)))
        (lambda () (%next-byte))
        (lambda ()
          (thread-terminate! drawer)
          (set! %on-break on-break)
          (%console-say "\r\n")))))
    (if #f #f)))

(define (%draw-top)
  (let loop ((before '()) (rows 0))
    (let* ((now (%job-figures before)) (lines (%top-lines now)))
      (%console-draw (string-join lines "\r\n") rows (- (length lines) 1))
      (sleep 1)
      (loop now (- (length lines) 1)))))
