;;; The prompt: read, evaluate, print, and what follows an error.
;;;
;;; An error does not nest: its condition and frames are kept for inspection, and the prompt goes on from its own
;;; continuation, so the memory and the stack of what failed come back at once.

(define %abort-k #f)

;; Back to the prompt, leaving all dynamic-winds on the way; one that fails is left out the next time.
(define (%abort)
  (%set-info-waiting! (%info (current-thread)) #f)
  (%rewind '())
  (%resume %abort-k '(#f)))

(define %last-condition #f)
(define %last-input #f)       ; thunk that does the last form again
(define %failed-input #f)     ; the one that raised the last error
(define %reporting? #f)
(define %editing? #f)
(define %run-result #f)

;; Its name in a backtrace marks where the prompt's own frames begin.
(define (%run-form thunk)
  (let ((result (thunk)))
    (set! %run-result #f)
    result))

(define (%stingy-type? c)
  (and (condition? c) (memq (%condition-ref c 0) '(memory stack)) #t))

;; What the prompt does with what nobody handled.  Memory that is gone comes back when the whole stack is dropped, so
;; that is reported from the prompt.
(define (%prompt-last-resort object frames)
  (cond ((%out-of-memory? object)
         (set! %late-condition object)
         (%rewind '())
         (%restart))
        (%reporting?
         (set! %reporting? #f)
         (%console-say "\r\nerror: the error could not be shown\r\n"))
        (else (%show-error object frames)))
  (%abort))

(define %late-condition #f)

(define (%show-error object frames)
  (set! %reporting? #t)
  (set! %last-condition object)
  (set! %failed-input %last-input)
  (set! %last-frames (if (%stingy-type? object) (%without-arguments frames) frames))
  (set! %frame-number 0)
  (%report-condition object frames console-port 5)
  (%write-string console-port %choices 0 (string-length %choices))
  (set! %reporting? #f))

;; The VM calls this when there was no memory even to raise a condition: it has dropped everything that ran.
(define %rescue-loop #f)
(define (%rescue)
  (if (not (%first-thread? (current-thread))) (%thread-rescued))
  (if (not (%first-process?)) (%kill (self) 'memory))
  (if (not %rescue-loop)
      (begin
        (%console-say "error: out of memory\r\n")
        (%exit 1)))
  (if (not %late-condition)
      (set! %late-condition
            (%make-condition 'memory #f "out of memory: what ran was dropped" '() #f #f)))
  (%rescue-loop))
(%set-root! 'RESCUE %rescue)

(define (%show-late-error)
  (let ((condition %late-condition))
    (if condition
        (begin
          (set! %late-condition #f)
          (collect-garbage)
          (%show-error condition '())))))

(define %choices ";; ,b backtrace   ,f N look into frame N   ,r try again   or just go on\n")

(define (%without-arguments frames)
  (if (pair? frames)
      (let ((frame (car frames)))
        (cons (vector (%frame-name frame) (%frame-file frame) (%frame-position frame) #f '())
              (%without-arguments (cdr frames))))
      '()))

;; Control-C.
(define %on-break #f)

(define (%break)
  (if %on-break (%on-break) (%exit 130)))
(%set-root! 'BREAK_HANDLER %break)

(define (%prompt-break)
  (if %editing?
      (%console-say "^C\r\n")
      (%call/cc
       (lambda (k)
         (let ((frames (%user-frames k)))
           (set! %last-condition (%make-condition 'break #f "stopped by Control-C" '() #f #f))
           (set! %last-frames frames)
           (set! %frame-number 0)
           (set! %failed-input %last-input)
           (%fresh-line console-port)
           (%console-say "stopped by Control-C\r\n")
           (%show-frames frames 5 console-port)))))
  (%abort))

(define (last-error)
  "(last-error)\nThe condition of the last error at the prompt, or #f."
  %last-condition)

;; --- results ---------------------------------------------------------------------------------------

(define %unspecified-value (if #f #f))

(define (%print-result result width)
  (for-each
   (lambda (x)
     (if (not (eq? x %unspecified-value))
         (begin
           (%fresh-line console-port)
           (%pretty-print x width console-port)
           (newline console-port))))
   (%values->list result)))

(define (%definition? form)
  (and (pair? form)
       (memq (car form) '(define define-syntax define-record-type define-values define-library import))
       #t))

;; --- commands ----------------------------------------------------------------------------------------

(define (%command? text)
  (and (> (string-length text) 1)
       (char=? (string-ref text 0) #\,)
       (char-alphabetic? (string-ref text 1))))

(define (%do-prompt-command text)
  (let* ((words (string-split text))
         (operand (substring text (string-length (car words)) (string-length text)))
         (n (and (pair? (cdr words)) (string->number (cadr words)))))
    (case (string->symbol (car words))
      ((|,b| |,bt| |,backtrace|)
       (if %last-condition
           (%report-condition %last-condition %last-frames console-port 100)
           (%say "There was no error yet.\n")))
      ((|,f| |,frame|)
       (%select-frame (if (pair? (cdr words)) n %frame-number)))
      ((|,u| |,up|) (%select-frame (+ %frame-number 1)))
      ((|,d| |,down|) (%select-frame (- %frame-number 1)))
      ((|,e| |,eval|) (%evaluate-in-frame operand))
      ((|,r| |,retry|)
       (if %failed-input
           (begin
             (set! %last-input %failed-input)
             (%failed-input))
           (%say "There is nothing to try again.\n")))
      ((|,a| |,abort|)
       (set! %last-condition #f)
       (set! %last-frames '())
       (set! %failed-input #f)
       (set! %last-input #f))
      ((|,q| |,quit| |,exit|) (exit))
      (else
       (%say ",b      the whole backtrace of the last error\n"
             ",f N    frame N: its procedure, place and variables\n"
             ",u ,d   the frame that called this one; the one it called\n"
             ",e EXPR evaluate EXPR with the variables of the frame\n"
             ",r      try again what failed\n"
             ",a      forget the error and what it holds\n"
             ",q      leave\n")))))

;; --- the loop -------------------------------------------------------------------------------------------

(define (%print-width)
  (- (max 20 (%console-columns)) 1))

;; Evaluate all forms of `text`, one after the other, and print what they return.
(define (%do-text text)
  (let ((port (open-input-string text)))
    (let loop ()
      (receive (form . positions) (%read port #f #t)
        (if (not (eof-object? form))
            (begin
              (%do-form form (if (pair? positions) (car positions) #f))
              (loop)))))))

(define (%do-form form positions)
  (let ((again (lambda ()
                 (let ((result (%run-form
                                (lambda ()
                                  (%evaluate form (interaction-environment) positions "input")))))
                   (if (not (%definition? form))
                       (%print-result result (%print-width)))))))
    (set! %last-input again)
    (%note-definition! form)
    (again)))

(define %prompt-string "> ")

(define (%banner)
  (%say "Ringlet " %version ", a Scheme system.  Three things to type:\n"
        "  (help)                     how to begin, and the keys\n"
        "  (map square (iota 10))     any expression\n"
        "  (apropos \"string\")         names that contain a word\n\n"))

(define (%prompt-once)
  (%fresh-line console-port)
  (set! %editing? #t)
  (let ((text (%edit %prompt-string #t #t)))
    (set! %editing? #f)
    (cond ((eof-object? text) (exit))
          ((not text))
          (else
           (%history-add! text)
           (let ((trimmed (string-trim-both text)))
             (if (%command? trimmed)
                 (%do-prompt-command trimmed)
                 (%do-text text)))))))

;; A line typed for a program that reads the console.
(define (%typed-line)
  (let ((text (%edit "" #f #f)))
    (cond ((eof-object? text) text)
          ((not text) (%prompt-break))
          (else (string->utf8 (string-append text "\n"))))))

(define (%prompt-loop)
  (%set-process-priority! (self) 3)
  (set! %last-resort %prompt-last-resort)
  (set! %on-break %prompt-break)
  (set! %console-line-source %typed-line)
  (set! %rescue-loop %prompt-again)
  (%banner)
  (%prompt-again))

(define (%prompt-again)
  (%call/cc (lambda (k) (set! %abort-k k)))
  (set! %editing? #f)
  (set! %reporting? #f)
  (%show-late-error)
  (let loop ()
    (%prompt-once)
    (loop)))

;; Forms from a pipe.  With `print?` results are printed and an error does not end it.
(define (%pipe-loop print?)
  (if print?
      (begin
        (set! %last-resort %prompt-last-resort)
        (set! %choices "")
        (set! %rescue-loop (lambda () (%pipe-again #t)))))
  (%pipe-again print?))

;; Read as a form, a command is (unquote x); the rest of its line belongs to it.  Its text, or #f.
(define (%read-command form)
  (and (pair? form) (eq? (car form) 'unquote)
       (pair? (cdr form)) (symbol? (cadr form)) (null? (cddr form))
       (let ((rest (%read-line console-port)))
         (string-trim-both (string-append "," (symbol->string (cadr form)) (if (string? rest) rest ""))))))

(define (%pipe-again print?)
  (%call/cc (lambda (k) (set! %abort-k k)))
  (set! %reporting? #f)
  (%show-late-error)
  (let loop ()
    (receive (form . positions) (%read console-port #f #t)
      (cond ((eof-object? form))
            ((and print? (%read-command form))
             => (lambda (command)
                  (%do-prompt-command command)
                  (loop)))
            (else
             (%note-definition! form)
             (let* ((again (lambda ()
                             (let ((result (%run-form
                                            (lambda ()
                                              (%evaluate form (interaction-environment)
                                                         (if (pair? positions) (car positions) #f) "input")))))
                               (if (and print? (not (%definition? form)))
                                   (%print-result result 79))))))
               (set! %last-input again)
               (again)
               (loop))))))
  (exit))
