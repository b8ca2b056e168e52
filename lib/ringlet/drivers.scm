;;; Drivers: a table of cards, and the process called `drivers`, which starts a driver for each card that it finds
;;; in the machine, and again when one ends.
;;;
;;; A driver is a process that may import little, and gets the capabilities for one card in a message. What the card
;;; may do by order of its driver is said here, by the rules for its registers; so a driver need not be trusted.
;;; When it ends the core silences the card and takes the capabilities back, whatever the reason was.

;; --- the table -----------------------------------------------------------------------------------------------------

(define-record-type kind
  (make-kind ids library procedure bar length rules regions silence)
  kind?
  (ids kind-ids)              ; list of (vendor . id)
  (library kind-library)
  (procedure kind-procedure)  ; called with the interface's name and the capabilities
  (bar kind-bar)              ; the base address register of its ports
  (length kind-length)        ; how many they are
  (rules kind-rules)          ; for restrict
  (regions kind-regions)      ; the lengths of the DMA regions
  (silence kind-silence))     ; list of (offset width value): what stops the card itself

(define kinds '())

(define (add-driver! ids library procedure bar length rules regions silence)
  "(add-driver! ids library procedure bar length rules regions silence)
Let the cards with these IDS, a list of (vendor . id), be driven by PROCEDURE of LIBRARY, in a process that gets the
LENGTH ports behind the base address register BAR, restricted by RULES (see restrict), the interrupt, and a DMA
region of each of the lengths in REGIONS. SILENCE is a list of (offset width value) that stops the card. Holds for
the process drivers from its next start."
  (set! kinds (cons (make-kind ids library procedure bar length rules regions silence) kinds)))

;; The ring of the RTL8139 is as long as bits 11 and 12 of its register RCR say, and with bit 7 a frame may reach
;; over its end. A frame is at most 69632 bytes long in QEMU, 4 KB in the card.
(define longest-overrun 69648)

(define (ring-choices)
  (map (lambda (bits-and-length) (cons (car bits-and-length) (+ (cdr bits-and-length) longest-overrun)))
       '((#x0000 . 8192) (#x0080 . 8192) (#x0800 . 16384) (#x0880 . 16384) (#x1000 . 32768)
         (#x1080 . 32768) (#x1800 . 65536) (#x1880 . 65536))))

(add-driver! '((#x10EC . #x8139) (#x1186 . #x1300) (#x1113 . #x1211) (#x4033 . #x1360))
             '(ringlet rtl8139) 'rtl8139-driver 0 256
             ;; The descriptor mode of the 8139C+ (from #xD8 on) and the configuration registers are named by no rule.
             `((free #x08 #x0F)                                    ; MAR
               (length #x10 4 #x1FFF 0 #x20 0) (length #x14 4 #x1FFF 0 #x24 0)
               (length #x18 4 #x1FFF 0 #x28 0) (length #x1C 4 #x1FFF 0 #x2C 0)
               (address #x20) (address #x24) (address #x28) (address #x2C) (address #x30)
               ;; CR: bit 4 forgets the addresses, bit 3 receives, which there has to be a ring for.
               (reset #x37 1 #x10 #x08 #x30 ,(+ 32768 longest-overrun))
               (free #x38 #x39) (free #x3C #x43)                   ; CAPR; IMR, ISR, TCR
               (choice #x44 4 #x1880 ,(ring-choices) #x30)         ; RCR
               (free #x4C #x4F)                                    ; MPC
               (bits #x52 1 #x03))                                 ; CONFIG1
             (list (+ 32768 longest-overrun) 8192)
             '((#x37 1 #x10) (#x3C 2 0)))

;; No NE2000 touches the machine's memory, so all ports are free.
(add-driver! '((#x10EC . #x8029) (#x1050 . #x0940) (#x11F6 . #x1401) (#x8E2E . #x3000) (#x4A14 . #x5000)
               (#x12C3 . #x0058) (#x1106 . #x0926) (#x10BD . #x0E34))
             '(ringlet ne2000) 'ne2000-driver 0 32 '((free 0 31)) '()
             '((0 1 #x21) (15 1 0)))

(define (kind-of device)
  (kind-with (cons (pci-device-vendor device) (pci-device-id device))))

(define (kind-with id)
  (find (lambda (kind) (member id (kind-ids kind))) kinds))

(define (replace-driver! id library procedure)
  "(replace-driver! id library procedure)
Let the cards with this ID, (vendor . id), be driven by PROCEDURE of LIBRARY in place of the driver that the table has for them: with the same capabilities and
rules, so that it can do no harm. Holds for the process drivers from its next start. An error if the table has no such card."
  (let ((kind (or (kind-with id) (%raise 'range 'replace-driver! "there is no driver for cards of this kind:" id))))
    (add-driver! (list id) library procedure (kind-bar kind) (kind-length kind) (kind-rules kind) (kind-regions kind)
                 (kind-silence kind))))

;; --- what is known of a driver -------------------------------------------------------------------------------------

(define-record-type driver
  (make-driver name device library process state restarts reason)
  driver?
  (name driver-name)
  (device driver-device)
  (library driver-library)
  (process driver-process)
  (state driver-state)
  (restarts driver-restarts)
  (reason driver-reason))

;; The same while it changes.
(define-record-type work
  (make-work name device kind process reference times restarts reason until)
  work?
  (name work-name)
  (device work-device)
  (kind work-kind)
  (process work-process set-process!)          ; #f: there is none now
  (reference work-reference set-reference!)
  (times work-times set-times!)                ; of the last starts
  (restarts work-restarts set-restarts!)
  (reason work-reason set-reason!)             ; of the last end
  (until work-until set-until!))               ; when it is started again

;; What is said of it to other processes, whose record types are others.
(define (description work)
  (let ((device (work-device work)))
    (list (work-name work)
          (list (pci-device-bus device) (pci-device-slot device) (pci-device-function device))
          (kind-library (work-kind work)) (work-process work)
          (if (work-process work) 'works 'waits) (work-restarts work) (work-reason work))))

(define (description->driver l)
  (apply make-driver (car l) (apply pci-device-at (cadr l)) (cddr l)))

;; --- starting one --------------------------------------------------------------------------------------------------

;; What every driver may import.  None of it reaches a device but by a capability.
(define granted
  '((scheme base) (ringlet device) (ringlet interface) (ringlet network-card)
    (only (ringlet) self receive-message)))

(define driver-quota 2000000)

(define (start-driver! work)
  (let* ((kind (work-kind work)) (device (work-device work))
         (base (and (eq? 'ports (pci-bar-kind device (kind-bar kind))) (pci-bar-address device (kind-bar kind))))
         (line (pci-device-interrupt-line device)))
    (if (not (and base line)) 
        (%raise 'device 'start-drivers "the firmware gave this card no ports or no interrupt:" device))
    (pci-enable! device #f)
    (let* ((all-ports (make-ports base (kind-length kind)))
           (ports (restrict all-ports (kind-rules kind)))
           (interrupt (make-interrupt line))
           (silence (map (lambda (step) (cons all-ports step)) (kind-silence kind)))
           (regions (map make-dma-region (kind-regions kind)))
           (process (spawn-process `(let ((capabilities (receive-message))) (apply ,(kind-procedure kind) capabilities))
                                   'environment (apply environment (kind-library kind) granted)
                                   'name (work-name work) 'quota driver-quota 'priority 'driver)))
      (set-process! work process)
      (set-reference! work (monitor process))
      (make-device process (append (list ports interrupt) regions)
                   (append silence (pci-silence device)))
      ;; Whoever had the card before, as the firmware, may have told it of memory.
      (for-each (lambda (step) (apply port-set! step)) silence)
      (if (pair? regions) (pci-enable! device #t))
      (send process (append (list (work-name work) ports interrupt) regions)))))

;; --- the process that looks after them -----------------------------------------------------------------------------

;; So often in so many seconds a driver is started at once.  After that it waits as many seconds: a card that does not
;; work costs little, and one that works again is found.
(define most-starts 4)
(define period 10)

(define (seconds-now)
  (/ (current-jiffy) (jiffies-per-second)))

(define (try-start! work)
  (let ((now (seconds-now)))
    (set-times! work (cons now (filter (lambda (t) (> t (- now period))) (work-times work))))
    (set-until! work #f)
    (guard (c (#t (forget-process! work)
                  (note-end! work (share (list 'cannot-start (if (condition? c) (condition->string c) c))))))
      (start-driver! work))))

(define (forget-process! work)
  (if (work-process work)
      (begin
        (demonitor (work-process work) (work-reference work))
        (kill (work-process work))
        (set-process! work #f))))

(define (note-end! work reason)
  (set-process! work #f)
  (set-reason! work reason)
  (set-restarts! work (+ 1 (work-restarts work)))
  (if (< (length (work-times work)) most-starts)
      (try-start! work)
      (set-until! work (+ (seconds-now) period))))

(define (look-after works)
  (let loop ()
    (handle! (receive-message (time-to-wait works)) works)
    (for-each (lambda (w) (if (and (work-until w) (>= (seconds-now) (work-until w))) (try-start! w))) works)
    (loop)))

(define (time-to-wait works)
  (let ((times (filter work-until works)))
    (and (pair? times) (max 0 (- (apply min (map work-until times)) (seconds-now))))))

;; Requests are #(drivers-request FROM NUMBER WHAT ARGUMENT), answers #(drivers-request NUMBER VALUE).
(define (handle! m works)
  (cond ((not (vector? m)) #f)
        ((and (= 4 (vector-length m)) (eq? 'down (vector-ref m 0)))
         (let ((w (find (lambda (w) (and (work-process w) (%down? m (work-reference w)))) works)))
           (if w (note-end! w (vector-ref m 3)))))
        ((and (= 5 (vector-length m)) (eq? 'drivers-request (vector-ref m 0)))
         (let ((answer (do-request (vector-ref m 3) (vector-ref m 4) works)))
           (guard (c (#t #f)) (send (vector-ref m 1) (vector 'drivers-request (vector-ref m 2) answer)))))))

(define (do-request what argument works)
  (case what
    ((list) (map description works))
    ((restart)
     (let ((w (find (lambda (w) (equal? (work-name w) argument)) works)))
       (and w
            (begin
              (if (work-process w) (end-driver! w))
              (set-times! w '())
              (note-end! w 'restart)
              #t))))
    (else #f)))

(define (end-driver! work)
  (let ((reference (work-reference work)))
    (kill (work-process work) 'restart)
    (receive-message-if (lambda (m) (%down? m reference)))))

(define (find-works)
  (let loop ((devices (pci-devices)) (i 0))
    (cond ((null? devices) '())
          ((kind-of (car devices))
           => (lambda (kind)
                (cons (make-work (string-append "eth" (number->string i)) (car devices) kind #f #f '() 0 #f #f)
                      (loop (cdr devices) (+ i 1)))))
          (else (loop (cdr devices) i)))))

(define (run-drivers)
  "(run-drivers)
What the process called drivers does: find the cards in the machine that there is a driver for, start those drivers,
and start them again when they end. A driver that ends again and again is tried every 10 seconds. Returns only if
there is no such card."
  (let ((works (find-works)))
    (if (pair? works)
        (begin
          (for-each try-start! works)
          (look-after works)))))

(define (start-drivers)
  "(start-drivers)
Begin the process drivers unless there is one, and wait until each driver works, or 2 seconds: that process, or #f
if there is nothing to drive. The system begins it when it starts; a program that needs the network at once calls
this first."
  (let ((process (or (find-process 'drivers)
                     (and (pair? (find-works)) (spawn-process run-drivers 'name 'drivers)))))
    (if process (for-each wait-for-interface (drivers)))
    process))

;; For two seconds at most: a card may not work.
(define (wait-for-interface driver)
  (let loop ((n 0))
    (let ((i (find-interface (driver-name driver))))
      (if (and (< n 200) (not (and i (interface-alive? i))))
          (begin
            (sleep 0.01)
            (loop (+ n 1)))))))

;; --- asking it -----------------------------------------------------------------------------------------------------

(define (ask who what argument)
  (let ((process (or (find-process 'drivers) (%raise 'device who "there is nothing to drive" argument))))
    (let ((m (%request process 'drivers-request what argument)))
      (and m (vector-ref m 2)))))

(define (drivers)
  "(drivers)
A list of what drives the cards of the machine: records with driver-name, the name of the interface, -device, one of
pci-devices, -library, -process, -state (works; waits: it failed often and is tried again later), -restarts, a
count, and -reason, why it ended the last time."
  (map description->driver (or (and (find-process 'drivers) (ask 'drivers 'list #f)) '())))

(define (restart-driver name)
  "(restart-driver name)
End the driver of the interface called NAME, a string, and start it again. An error if there is none."
  (or (ask 'restart-driver 'restart name)
      (%raise 'range 'restart-driver "there is no driver of this name:" name)))
