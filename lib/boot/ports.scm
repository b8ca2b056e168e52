;;; Ports: the console, files, the current ports, and the procedures with an optional port.
;;;
;;; The core works on buffers (data/port.h); a port of a device has procedures here that fill and empty them.

;; --- the console --------------------------------------------------------------------------------
;; Its input comes as lines: typed and edited by a person at an interactive console, as they are otherwise.

(define %console-buffer (make-bytevector 1024 0))
(set! %console-buffer %console-buffer)  ; each process has its own

;; Set by the prompt: a thunk that lets a person edit a line and answers it as a bytevector, or eof.
(define %console-line-source #f)

(define (%console-refill port retry . arguments)
  (if (not (if %console-line-source (%console-is-mine?) (%first-process?)))
      (%raise 'console #f "the console's input belongs to what runs in the foreground"))
  (if %console-line-source
      (let ((line (%console-line-source)))
        (if (eof-object? line)
            (%port-end! port)
            (%port-fill! port line 0 (bytevector-length line))))
      (let ((n (%console-read %console-buffer)))
        (if (eof-object? n)
            (%port-end! port)
            (%port-fill! port %console-buffer 0 n))))
  (apply retry arguments))

(define console-port
  (%make-port (+ 1 2 4 16) "console" %console-refill #f #f #f))
(set! console-port console-port)  ; each process has its own

(define (%port-parameter fits? wanted)
  (make-parameter console-port
                  (lambda (x)
                    (if (not (fits? x)) (%raise-type 'parameterize 2 wanted x))
                    x)))

(define current-input-port (%port-parameter input-port? "an input port"))
(define current-output-port (%port-parameter output-port? "an output port"))
(define current-error-port (%port-parameter output-port? "an output port"))

;; --- input --------------------------------------------------------------------------------------

(define read-char
  (case-lambda
    (() "(read-char [port])
The next character from PORT, or an eof object." (%read-char (current-input-port)))
    ((port) (%read-char port))))
(define peek-char
  (case-lambda
    (() "(peek-char [port])\nThe next character from PORT, which stays there, or an eof object."
        (%peek-char (current-input-port)))
    ((port) (%peek-char port))))
(define char-ready?
  (case-lambda
    (() "(char-ready? [port])
Would read-char on PORT answer without waiting?" (%char-ready? (current-input-port)))
    ((port) (%char-ready? port))))
(define read-line
  (case-lambda
    (() "(read-line [port])\nThe characters from PORT up to the end of the line, or an eof object."
        (%read-line (current-input-port)))
    ((port) (%read-line port))))
(define read-string
  (case-lambda
    ((k) "(read-string k [port])\nAt most K characters from PORT in a string, or an eof object."
         (%read-string (current-input-port) k))
    ((k port) (%read-string port k))))
(define read-u8
  (case-lambda
    (() "(read-u8 [port])\nThe next byte from PORT, or an eof object." (%read-u8 (current-input-port)))
    ((port) (%read-u8 port))))
(define peek-u8
  (case-lambda
    (() "(peek-u8 [port])\nThe next byte from PORT, which stays there, or an eof object."
        (%peek-u8 (current-input-port)))
    ((port) (%peek-u8 port))))
(define u8-ready?
  (case-lambda
    (() "(u8-ready? [port])\nWould read-u8 on PORT answer without waiting?" (%u8-ready? (current-input-port)))
    ((port) (%u8-ready? port))))
(define read-bytevector
  (case-lambda
    ((k) "(read-bytevector k [port])\nAt most K bytes from PORT in a bytevector, or an eof object."
         (%read-bytevector (current-input-port) k))
    ((k port) (%read-bytevector port k))))
(define read-bytevector!
  (case-lambda
    ((bytes)
     "(read-bytevector! bytevector [port [start [end]]])
Read bytes from PORT into BYTEVECTOR from START to END; answers how many, or an eof object."
     (%read-bytevector! (current-input-port) bytes 0 (bytevector-length bytes)))
    ((bytes port) (%read-bytevector! port bytes 0 (bytevector-length bytes)))
    ((bytes port start) (%read-bytevector! port bytes start (bytevector-length bytes)))
    ((bytes port start end) (%read-bytevector! port bytes start end))))
(define read
  (case-lambda
    (() "(read [port])
The next datum from PORT, or an eof object.  Raises a condition of type read for what is not a datum."
        (%read (current-input-port) #f #f))
    ((port) (%read port #f #f))))

;; --- output -------------------------------------------------------------------------------------

(define write-char
  (case-lambda
    ((c) "(write-char char [port])\nWrite CHAR on PORT." (%write-char (current-output-port) c))
    ((c port) (%write-char port c))))
(define write-string
  (case-lambda
    ((s) "(write-string string [port [start [end]]])
Write the characters of STRING from START to END on PORT."
         (%write-string (current-output-port) s 0 (string-length s)))
    ((s port) (%write-string port s 0 (string-length s)))
    ((s port start) (%write-string port s start (string-length s)))
    ((s port start end) (%write-string port s start end))))
(define newline
  (case-lambda
    (() "(newline [port])\nEnd the line on PORT." (%newline (current-output-port)))
    ((port) (%newline port))))
(define fresh-line
  (case-lambda
    (() "(fresh-line [port])
End the line on PORT unless it is at the start of one." (%fresh-line (current-output-port)))
    ((port) (%fresh-line port))))
(define write-u8
  (case-lambda
    ((byte) "(write-u8 byte [port])\nWrite BYTE on PORT." (%write-u8 (current-output-port) byte))
    ((byte port) (%write-u8 port byte))))
(define write-bytevector
  (case-lambda
    ((bytes)
     "(write-bytevector bytevector [port [start [end]]])
Write the bytes of BYTEVECTOR from START to END on PORT."
     (%write-bytevector (current-output-port) bytes 0 (bytevector-length bytes)))
    ((bytes port) (%write-bytevector port bytes 0 (bytevector-length bytes)))
    ((bytes port start) (%write-bytevector port bytes start (bytevector-length bytes)))
    ((bytes port start end) (%write-bytevector port bytes start end))))
(define flush-output-port
  (case-lambda
    (() "(flush-output-port [port])
Send what waits in the buffer of PORT on its way." (%flush (current-output-port)))
    ((port) (%flush port))))
(define flush-output
  (case-lambda
    (() "(flush-output [port])\nThe same as flush-output-port." (%flush (current-output-port)))
    ((port) (%flush port))))

(define display
  (case-lambda
    ((x) "(display x [port])
Write X on PORT for people: strings and characters as they are.  Cyclic data gets labels."
         (%write x (current-output-port) 0))
    ((x port) (%write x port 0))))
(define write
  (case-lambda
    ((x) "(write x [port])\nWrite X on PORT so that read gives it back.  Cyclic data gets labels."
         (%write x (current-output-port) 1))
    ((x port) (%write x port 1))))
(define write-shared
  (case-lambda
    ((x) "(write-shared x [port])\nWrite X on PORT with labels for all that it contains more than once."
         (%write x (current-output-port) 2))
    ((x port) (%write x port 2))))
(define write-simple
  (case-lambda
    ((x) "(write-simple x [port])\nWrite X on PORT without labels; does not end when X is cyclic."
         (%write x (current-output-port) 3))
    ((x port) (%write x port 3))))
(define write-line
  (case-lambda
    ((x) "(write-line x [port])\nWrite X on PORT and end the line." (write-line x (current-output-port)))
    ((x port) (%write x port 1) (%newline port))))

;; --- files --------------------------------------------------------------------------------------

(define (%check-name who name)
  (if (not (string? name)) (%raise-type who 1 "a string" name)))

(define (open-input-file name)
  "(open-input-file name)
A port for the text in the file NAME; raises a condition of type file when there is none."
  (%check-name 'open-input-file name)
  (%open-input-text (%file-contents name) name))

(define (open-binary-input-file name)
  "(open-binary-input-file name)
A port for the bytes in the file NAME; raises a condition of type file when there is none."
  (%check-name 'open-binary-input-file name)
  (open-input-bytevector (%file-contents name)))

;; Where there is no file system, files that are written are kept in memory: their bytes by name, `deleted` in place of
;; those of a file handed over at start.
(define %kept-files (%make-table 3))
(set! %kept-files %kept-files)  ; each process has its own

(define (%file-contents name)
  (let ((kept (%table-ref %kept-files name #f)))
    (cond ((not kept) (%file-bytes name))
          ((bytevector? kept) kept)
          (else (%raise 'file #f "cannot read the file (it was deleted):" name)))))

(define (%keep-file name bytes)
  (if (%file-system?)
      (%file-write name bytes)
      (%table-set! %kept-files (string-copy name) bytes)))

(define (delete-file name)
  "(delete-file name)\nDelete the file NAME; raises a condition of type file when that cannot be done."
  (%check-name 'delete-file name)
  (if (%file-system?)
      (%file-delete name)
      (begin
        (%file-contents name)
        (%table-set! %kept-files (string-copy name) 'deleted))))

;; An output file gathers its bytes, (name . parts, last first), and is written whole when its port is closed.
(define %open-files '())

(define (%file-drain port retry . arguments)
  (let ((data (%port-data port)))
    (set-cdr! data (cons (%port-take! port) (cdr data)))
    (apply retry arguments)))

(define (%join-bytes parts)
  (let ((port (open-output-bytevector)))
    (for-each (lambda (part) (%write-bytevector port part 0 (bytevector-length part))) parts)
    (get-output-bytevector port)))

(define (%file-close port)
  (set! %open-files (delete port %open-files eq?))
  (let ((data (%port-data port)))
    (%keep-file (car data) (%join-bytes (reverse (cdr data))))))

(define (%open-output-file name flags)
  (%keep-file name (bytevector))
  (let ((port (%make-port flags name #f %file-drain %file-close (list name))))
    (set! %open-files (cons port %open-files))
    port))

(define (open-output-file name)
  "(open-output-file name)
A port that writes text into the file NAME, which is made or emptied.  It is on disk once the port is closed."
  (%check-name 'open-output-file name)
  (%open-output-file name (+ 2 4)))

(define (open-binary-output-file name)
  "(open-binary-output-file name)
A port that writes bytes into the file NAME, which is made or emptied.  It is on disk once the port is closed."
  (%check-name 'open-binary-output-file name)
  (%open-output-file name (+ 2 8)))

(define (file-exists? name)
  "(file-exists? name)\nIs there a file or directory NAME?"
  (%check-name 'file-exists? name)
  (let ((kept (%table-ref %kept-files name #f)))
    (if kept
        (not (eq? kept 'deleted))
        (%file-exists? name))))

(define (%close-files)
  (for-each close-port %open-files))

(define (call-with-port port procedure)
  "(call-with-port port procedure)\nCall PROCEDURE with PORT and close PORT when it returns."
  (let ((result (procedure port)))
    (close-port port)
    result))

(define (call-with-input-file name procedure)
  "(call-with-input-file name procedure)\nCall PROCEDURE with a port for the text in the file NAME."
  (call-with-port (open-input-file name) procedure))

(define (call-with-output-file name procedure)
  "(call-with-output-file name procedure)\nCall PROCEDURE with a port that writes the file NAME."
  (call-with-port (open-output-file name) procedure))

(define (with-input-from-file name thunk)
  "(with-input-from-file name thunk)\nCall THUNK with the file NAME as current input port."
  (call-with-input-file name
    (lambda (port) (parameterize ((current-input-port port)) (thunk)))))

(define (with-output-to-file name thunk)
  "(with-output-to-file name thunk)\nCall THUNK with the file NAME as current output port."
  (call-with-output-file name
    (lambda (port) (parameterize ((current-output-port port)) (thunk)))))

(define (call-with-output-string procedure)
  "(call-with-output-string procedure)
Call PROCEDURE with an output port; the result is the string of what it wrote there."
  (let ((port (open-output-string)))
    (procedure port)
    (get-output-string port)))

(define (with-output-to-string thunk)
  "(with-output-to-string thunk)\nThe string of what THUNK writes on the current output port."
  (call-with-output-string
   (lambda (port) (parameterize ((current-output-port port)) (thunk)))))

(define (with-input-from-string string thunk)
  "(with-input-from-string string thunk)\nCall THUNK with a port for STRING as current input port."
  (parameterize ((current-input-port (open-input-string string))) (thunk)))

(define (read-lines . port)
  "(read-lines [port])\nThe list of the remaining lines of PORT."
  (let ((port (if (pair? port) (car port) (current-input-port))))
    (let loop ()
      (let ((line (%read-line port)))
        (if (eof-object? line) '() (cons line (loop)))))))

(define (%text x)
  (%write-to-string x 0 #f))

(define (->string x)
  "(->string x)\nX as display writes it, in a string."
  (if (string? x) x (call-with-output-string (lambda (port) (display x port)))))
