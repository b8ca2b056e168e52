;;; The main entry: what the command line asks for.

(define %version "0.1")

(define %usage
  "usage: ringlet [OPTION ...] [FILE [ARGUMENT ...]]
Run the Scheme program FILE, or without a FILE the prompt.
  -e EXPR         evaluate EXPR and print its value
  -i              a prompt or a printing loop, after FILE too
  -L DIRECTORY    look for libraries in DIRECTORY too
  --script FILE   the same as FILE
  --memory SIZE   use that much memory (16M, 1G)
  --link LINK     a network: dgram:LOCAL:REMOTE, sockets that frames come to and go to, or tap:NAME
  --no-network    before all others: the machine's cards are driven, but nothing is sent that nobody asked for
  --version       print the version
  --help          print this
Forms piped to standard input are evaluated.  The exit status is 1 after an error.
")

;; A program stops at an error that it does not handle.
(define (%script-last-resort object frames)
  (set! %last-resort (lambda (object frames) (%exit 1)))
  (%report-condition object frames console-port 20)
  (%close-files)
  (%exit 1))

(define (%script-break)
  (%exit 130))

;; A program that begins with import sees what it imports, another one everything.
(define (%run-program name)
  (let* ((bytes (%file-contents name))
         (port (%open-input-text bytes name)))
    (if (and (> (bytevector-length bytes) 2)
             (= (bytevector-u8-ref bytes 0) 35)
             (= (bytevector-u8-ref bytes 1) 33)
             (memv (bytevector-u8-ref bytes 2) '(32 47)))
        (%read-line port))
    (let loop ((environment #f))
      (receive (form . positions) (%read port #f #t)
        (if (not (eof-object? form))
            (let ((environment
                   (cond (environment environment)
                         ((not (pair? form)) (interaction-environment))
                         ((eq? (car form) 'import) (%make-environment 'program))
                         ((eq? (car form) 'define-library) #f)
                         (else (interaction-environment)))))
              (%evaluate form (or environment (%make-environment 'program))
                         (if (pair? positions) (car positions) #f) name)
              (loop environment)))))))

(define (%run-script name arguments)
  (set! %program-arguments (cons name arguments))
  (let ((directory (%directory-of name)))
    (if (not (string=? directory ""))
        (%add-program-directory! directory)))
  (parameterize ((%current-file name))
    (%run-program name)))

(define (%bad-usage . parts)
  (apply %say "ringlet: " parts)
  (%say "\nTry ringlet --help.\n")
  (%exit 2))

(define (%main)
  (set! %last-resort %script-last-resort)
  (set! %on-break %script-break)
  (let* ((arguments (%command-line))
         (quiet? (and (pair? arguments) (string=? (car arguments) "--no-network"))))
    (set! %program-arguments (list "ringlet"))
    (if (%link-name 0)
        (eval '(start-links) (environment '(ringlet hosted-link))))
    (%start-clock)
    (%start-keyboard)
    (%start-drivers (not quiet?))
    (let loop ((l (if quiet? (cdr arguments) arguments)) (interactive? #f) (done? #f))
      (define (argument-of option)
        (if (null? (cdr l)) (%bad-usage option " needs an argument")))
      (cond ((null? l)
             (cond (interactive? (%interact #t))
                   ((not done?) (%interact #f))
                   (else (exit))))
            ((string=? (car l) "--help") (%say %usage) (exit))
            ((string=? (car l) "--version") (%say "Ringlet " %version "\n") (exit))
            ((string=? (car l) "-i") (loop (cdr l) #t done?))
            ((string=? (car l) "-e")
             (argument-of "-e")
             (%evaluate-argument (cadr l))
             (loop (cddr l) interactive? #t))
            ((string=? (car l) "-L")
             (argument-of "-L")
             (library-search-path-add! (cadr l))
             (loop (cddr l) interactive? done?))
            ((string=? (car l) "--build-archive")
             (argument-of "--build-archive")
             (%build-archive (cadr l) (cddr l))
             (exit))
            ((string=? (car l) "--stress")
             (argument-of "--stress")
             (%set-stress! (or (string->number (cadr l)) (%bad-usage "--stress needs a number of bits")))
             (loop (cddr l) interactive? done?))
            ((or (string=? (car l) "--script") (string=? (car l) "--"))
             (argument-of (car l))
             (%run-script (cadr l) (cddr l))
             (if interactive? (%interact #t) (exit)))
            ((and (> (string-length (car l)) 1) (char=? (string-ref (car l) 0) #\-))
             (%bad-usage "there is no option " (car l)))
            (else
             (%run-script (car l) (cdr l))
             (if interactive? (%interact #t) (exit)))))))

(define (%evaluate-argument text)
  (let ((port (open-input-string text)))
    (let loop ()
      (receive (form . positions) (%read port #f #t)
        (if (not (eof-object? form))
            (let ((result (%run-form
                           (lambda ()
                             (%evaluate form (interaction-environment)
                                        (if (pair? positions) (car positions) #f) "-e")))))
              (if (not (%definition? form)) (%print-result result 79))
              (loop)))))))

(define (%interact print?)
  (if (%console-begin-prompt!)
      (%prompt-loop)
      (%pipe-loop print?)))

(%set-root! 'MAIN %main)
