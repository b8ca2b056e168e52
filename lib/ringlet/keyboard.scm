;;; The keyboard. Its codes are those of set 1, to which the 8042 controller translates (IBM PC AT Technical Reference;
;;; OSDev wiki, "PS/2 Keyboard"): a code below #x80 for a key that goes down, and #x80 more when it comes up. #xE0 before
;;; it says that the key is one of those that came with the 101-key keyboard; #xE1 begins the six bytes of Pause.
;;;
;;; The core takes codes from the controller and keeps them, so none is lost while the driver does not run, and it
;;; recognises Control-C. All else is here.

;; --- layouts -------------------------------------------------------------------------------------------------------

;; A layout is three rows of characters for the codes #x02 to #x35, plain, with Shift and with AltGr: a space where the key types
;; nothing there, or not a character. Then those of the key beside the left Shift, code #x56. For us AltGr is Alt.
(define us-layout
  '#("1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./" "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?" #f
     "\\| "))
(define de-layout
  '#("1234567890ß´  qwertzuiopü+  asdfghjklöä^ #yxcvbnm,.-" "!\"§$%&/()=?`  QWERTZUIOPÜ*  ASDFGHJKLÖÄ° 'YXCVBNM;:_"
     " ²³   {[]}\\   @ €        ~                      µ" "<>|"))

(define (layout-named name)
  (if (eq? name 'de) de-layout us-layout))

;; The character, or #f.  `level`: 0 plain, 1 Shift, 2 AltGr.
(define (layout-character layout code level)
  (let* ((row (if (= code #x56) (vector-ref layout 3) (vector-ref layout level)))
         (i (if (= code #x56) level (- code 2))))
    (cond ((= code #x39) #\space)
          ((not (and row (<= 0 i) (< i (string-length row)))) #f)
          ((char=? #\space (string-ref row i)) #f)
          (else (string-ref row i)))))

;; --- keys ----------------------------------------------------------------------------------------------------------

(define-record-type keys
  (new-keys extended? skip left-shift right-shift control alt altgr caps num)
  keys?
  (extended? extended? set-extended?!)       ; was the last code #xE0?
  (skip skip set-skip!)                      ; how many codes of Pause are still to come
  (left-shift left-shift set-left-shift!)    ; what is down
  (right-shift right-shift set-right-shift!)
  (control control set-control!)
  (alt alt set-alt!)
  (altgr altgr set-altgr!)
  (caps caps set-caps!)                      ; what is on
  (num num set-num!))

(define (make-keys)
  "(make-keys)
A keyboard on which no key is down, for keys-type."
  (new-keys #f 0 #f #f #f #f #f #f #f))

(define (shift? keys)
  (or (left-shift keys) (right-shift keys)))

;; Is the code that of a modifier?  The shifts that a keyboard puts around other keys have #xE0 and are none.
(define (modifier! keys code down? extended?)
  (case code
    ((#x2A) (if (not extended?) (set-left-shift! keys down?)) #t)
    ((#x36) (if (not extended?) (set-right-shift! keys down?)) #t)
    ((#x1D) (set-control! keys down?) #t)
    ((#x38) (if extended? (set-altgr! keys down?) (set-alt! keys down?)) #t)
    ((#x3A) (if down? (set-caps! keys (not (caps keys)))) #t)
    ((#x45) (if down? (set-num! keys (not (num keys)))) #t)
    (else #f)))

(define (other-case c)
  (let ((up (char-upcase c)))
    (if (char=? up c) (char-downcase c) up)))

;; What Control makes of a character: a string, which is empty for Control-C, since the core has seen that itself.
(define (with-control c)
  (cond ((memv c '(#\c #\C)) "")
        ((char<=? #\@ c #\~) (string (integer->char (bitwise-and (char->integer c) #x1F))))
        ((char=? c #\space) "\x0;")
        ((memv c '(#\/ #\-)) "\x1f;")
        ((char<? c #\x80) (string c))
        (else "")))

(define (type-character keys c alt?)
  (let* ((c (if (and (caps keys) (char-alphabetic? c)) (other-case c) c))
         (text (if (control keys) (with-control c) (string c))))
    (if (and alt? (not (string=? text ""))) (string-append "\x1b;" text) text)))

;; ESC [ X; with modifiers ESC [ 1 ; m X; for a key that is a number ESC [ n ~.
(define (type-navigation keys final)
  (let ((modifiers (+ (if (shift? keys) 1 0) (if (or (alt keys) (altgr keys)) 2 0) (if (control keys) 4 0))))
    (cond ((char-numeric? final) (string #\x1b #\[ final #\~))
          ((= modifiers 0) (string #\x1b #\[ final))
          (else (string-append "\x1b;[1;" (number->string (+ 1 modifiers)) (string final))))))

;; Codes #x47 to #x53: home up pgup - left 5 right + end down pgdn insert delete.
(define navigation-finals "HA5 D C FB623")
(define keypad-characters "789-456+1230.")

(define (press keys code extended? layout)
  (if (<= #x47 code #x53)
      (let ((final (string-ref navigation-finals (- code #x47))) (digit (string-ref keypad-characters (- code #x47))))
        (cond ((and (not extended?) (or (num keys) (char=? final #\space))) (string digit))
              ((char=? final #\space) "")
              (else (type-navigation keys final))))
      (let* ((layout (layout-named layout)) (level (if (shift? keys) 1 0))
             (third (and (altgr keys) (vector-ref layout 2)))
             (alt? (or (alt keys) (and (altgr keys) (not third)))))
        (define (type c) (if c (type-character keys c alt?) ""))
        (case code
          ((#x1C) (type #\return))
          ((#x35) (type (if extended? #\/ (layout-character layout code (if third 2 level)))))
          (else
           (cond (extended? "")
                 ((= code #x01) (type #\x1b))
                 ((= code #x0E) (type #\x7f))
                 ((= code #x0F) (type #\tab))
                 ((= code #x37) (type #\*))
                 (else (type (layout-character layout code (if third 2 level))))))))))

(define (keys-type keys code layout)
  "(keys-type keys code layout)
What a terminal would send when KEYS, of make-keys, which are changed, get the scan CODE, 0 to 255: a string, empty for most that are no keys. LAYOUT is us or de."
  (cond ((> (skip keys) 0) (set-skip! keys (- (skip keys) 1)) "")
        ((= code #xE1) (set-skip! keys 2) "")
        ((= code #xE0) (set-extended?! keys #t) "")
        (else
         (let ((down? (< code #x80)) (key (bitwise-and code #x7F)) (extended (extended? keys)))
           (set-extended?! keys #f)
           (if (or (modifier! keys key down? extended) (not down?)) "" (press keys key extended layout))))))

;; --- the driver ----------------------------------------------------------------------------------------------------

;; When the console has no room for more the codes wait, of which the core keeps 4096.
(define (type-all! bytes)
  (let ((n (%console-type bytes)))
    (if (< n (bytevector-length bytes))
        (begin
          (sleep 0.02)
          (type-all! (bytevector-copy bytes n))))))

(define (keyboard-driver ports interrupt layout)
  "(keyboard-driver ports interrupt layout)
Serve the keyboard whose codes are read at the first of PORTS while bit 0 of the fifth is set; INTERRUPT is that of its line, and LAYOUT a shared
cell with the layout's name."
  (let ((keys (make-keys)))
    (let loop ()
      (if (odd? (port-ref ports 4 1))
          (let ((text (keys-type keys (port-ref ports 0 1) (shared-cell-ref layout))))
            (if (not (string=? text "")) (type-all! (string->utf8 text))))
          (begin
            (interrupt-wait interrupt)
            (interrupt-acknowledge! interrupt)))
      (loop))))

;; It may write nothing: the core has set up the controller, of which one command resets the machine.
(define (start-driver layout)
  (let* ((ports (restrict (make-ports #x60 5) '()))
         (interrupt (make-interrupt 1))
         (process (spawn-process (lambda () (apply keyboard-driver (receive-message))) 'name 'keyboard 'priority 'driver)))
    (make-device process (list ports interrupt) '())
    (send process (list ports interrupt layout))
    process))

;; Requests are #(keyboard-layout FROM NUMBER NAME), answers #(keyboard-layout NUMBER NAME); see keyboard-layout.
(define (answer! m layout)
  (if (and (vector? m) (= 4 (vector-length m)) (eq? 'keyboard-layout (vector-ref m 0)))
      (begin
        (if (vector-ref m 3) (shared-cell-set! layout (vector-ref m 3)))
        (guard (c (#t #f))
          (send (vector-ref m 1) (vector 'keyboard-layout (vector-ref m 2) (shared-cell-ref layout)))))))

(define (run-keyboard)
  "(run-keyboard)
What the process called input does: start the driver of the keyboard, and again when it ends; after a second if it lived no longer. Tells and
changes the layout for keyboard-layout, which stays when the driver ends."
  (let ((layout (make-shared-cell 'us)))
    (let loop ()
      (let* ((began (current-jiffy)) (process (start-driver layout)) (reference (monitor process)))
        (let wait ((m (receive-message)))
          (if (not (%down? m reference))
              (begin
                (answer! m layout)
                (wait (receive-message)))))
        (if (< (- (current-jiffy) began) (jiffies-per-second)) (sleep 1))
        (loop)))))
