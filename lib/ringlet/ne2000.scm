;;; The driver of the NE2000. Sources: National Semiconductor's "DP8390D/NS32490D data sheet" (1995), whose chapters
;;; are cited, and the page "Ne2000" of the OSDev wiki.
;;;
;;; The card has 16 KB of memory of its own at #x4000, in pages of 256 bytes: first room for one frame to be sent,
;;; then a ring for those that come. It never touches the machine's memory: frames are moved through one port
;;; ("remote DMA", chapter 9), which sending and receiving have to share. So all is done under one mutex.

;; --- registers (chapter 10) ----------------------------------------------------------------------------------------

(define CR 0)        ; command; its two highest bits choose what the others are
(define PSTART 1)    ; first page of the ring
(define PSTOP 2)     ; and the one behind its last
(define BNRY 3)      ; the last page that was read
(define TPSR 4)      ; the page of the frame to be sent
(define TBCR0 5)     ; and its length
(define TBCR1 6)
(define ISR 7)       ; which interrupts there are; writing ones clears them
(define RSAR0 8)     ; where in the card's memory bytes are moved from or to
(define RSAR1 9)
(define RBCR0 10)    ; and how many
(define RBCR1 11)
(define RCR 12)      ; receive configuration
(define TSR 4)       ; reading: how sending went
(define TCR 13)      ; transmit configuration
(define DCR 14)      ; data configuration
(define IMR 15)      ; which interrupts are wanted
(define CNTR0 13)    ; reading: frames that were out of line, of a wrong check sequence, and missed
(define data-port 16)
(define reset-port 31)

(define PAR0 1)      ; of page 1: the address,
(define CURR 7)      ; the page where the next frame will be written,
(define MAR0 8)      ; and the multicast filter

;; CR: bit 0 stops, 1 starts, 2 sends; bits 3 to 5 are read, write and end of remote DMA; bit 6 chooses page 1.
(define stop #x21)
(define start #x22)
(define send #x26)
(define remote-read #x0A)
(define remote-write #x12)
(define page-1 #x40)

;; ISR and IMR
(define received #x01)
(define transmitted #x02)
(define receive-error #x04)
(define transmit-error #x08)
(define overwrite-warning #x10)
(define counters #x20)
(define remote-done #x40)
(define reset-done #x80)
(define wanted-interrupts #x3F)

;; Words of 16 bits, least byte first, a FIFO threshold of 8 bytes, no loopback.
(define data-configuration #x49)
;; Frames for all and for many by the filter; with bit 4 all frames.
(define receive-configuration #x0C)
(define promiscuous-bit #x10)
(define loopback 2)

(define transmit-page #x40)
(define first-page #x46)
(define end-page #x80)

(define-record-type card
  (make-card ports interrupt mutex buffer header configuration sending? full?)
  card?
  (ports card-ports)
  (interrupt card-interrupt)
  (mutex card-mutex)
  (buffer card-buffer)   ; a frame on its way
  (header card-header)
  (configuration card-configuration set-configuration!)  ; what is in RCR, which cannot be read
  (sending? card-sending? set-sending!)
  (full? card-full? set-full!))                          ; the interface waits for room

(define (ne2000-driver name ports interrupt)
  "(ne2000-driver name ports interrupt)
Drive an NE2000 as the interface called NAME, as long as the process lives. PORTS are its 32 ports. It does not say
whether its cable is plugged in: the interface counts as connected. An error ends the process: the card is to be
started anew then."
  (let* ((card (make-card ports interrupt (make-mutex) (make-bytevector 1536 0) (make-bytevector 4)
                          receive-configuration #f #f))
         (address (begin (reset! ports) (card-address card))))
    (start! card address)
    (serve-interrupts (lambda () (serve! card)))
    (run-interface name address
                   (lambda (frame from to) (with-mutex (card-mutex card) (transmit! card frame from to)))
                   (lambda (what . arguments) (control! card what arguments)))))

;; --- starting (chapter 11) -----------------------------------------------------------------------------------------

;; Reading the reset port resets the card, writing it ends that (OSDev wiki).
(define (reset! ports)
  (port-set! ports reset-port 1 (port-ref ports reset-port 1))
  (poll-card "NE2000" "to its reset"
             (lambda ()
               (let ((status (port-ref ports ISR 1)))
                 (and (< status #xFF) (not (= 0 (bitwise-and status reset-done)))))))
  (port-set! ports CR 1 stop)
  (port-set! ports DCR 1 data-configuration)
  (port-set! ports RBCR0 1 0)
  (port-set! ports RBCR1 1 0)
  (port-set! ports RCR 1 #x20)
  (port-set! ports TCR 1 loopback)
  (port-set! ports ISR 1 #xFF)
  (port-set! ports IMR 1 0))

;; At 0 of the card's memory is a ROM that holds the address, each byte twice.
(define (card-address card)
  (let ((rom (make-bytevector 32)) (address (make-bytevector 6)))
    (port-set! (card-ports card) CR 1 start)
    (move-from-card! card rom 0 32)
    (for-each (lambda (i) (bytevector-u8-set! address i (bytevector-u8-ref rom (* 2 i)))) '(0 1 2 3 4 5))
    (check-card-address "NE2000" address)
    address))

(define (start! card address)
  (let ((ports (card-ports card)))
    (port-set! ports CR 1 stop)
    (port-set! ports TPSR 1 transmit-page)
    (start-ring! ports)
    (port-set! ports CR 1 (bitwise-ior stop page-1))
    (for-each (lambda (i) (port-set! ports (+ PAR0 i) 1 (bytevector-u8-ref address i))) '(0 1 2 3 4 5))
    (for-each (lambda (i) (port-set! ports (+ MAR0 i) 1 0)) '(0 1 2 3 4 5 6 7))
    (port-set! ports CR 1 start)
    (port-set! ports ISR 1 #xFF)
    (port-set! ports TCR 1 0)
    (port-set! ports RCR 1 (card-configuration card))
    (port-set! ports IMR 1 wanted-interrupts)
    (interface-link! #t)))

;; With the card stopped: an empty ring.
(define (start-ring! ports)
  (port-set! ports PSTART 1 first-page)
  (port-set! ports PSTOP 1 end-page)
  (port-set! ports BNRY 1 first-page)
  (port-set! ports CR 1 (bitwise-ior stop page-1))
  (port-set! ports CURR 1 (+ first-page 1))
  (port-set! ports CR 1 stop))

;; --- the card's memory (chapter 9) ---------------------------------------------------------------------------------

(define (begin-move! ports address length command)
  (port-set! ports CR 1 start)
  (port-set! ports ISR 1 remote-done)
  (port-set! ports RBCR0 1 (bitwise-and length 255))
  (port-set! ports RBCR1 1 (arithmetic-shift length -8))
  (port-set! ports RSAR0 1 (bitwise-and address 255))
  (port-set! ports RSAR1 1 (arithmetic-shift address -8))
  (port-set! ports CR 1 command))

(define (end-move! ports)
  (poll-card "NE2000" "the moving of bytes" (lambda () (not (= 0 (bitwise-and remote-done (port-ref ports ISR 1))))))
  (port-set! ports ISR 1 remote-done)
  (port-set! ports CR 1 start))

;; `length` is even.
(define (move-from-card! card bytes address length)
  (let ((ports (card-ports card)))
    (begin-move! ports address length remote-read)
    (port-read! ports data-port 2 bytes 0 length)
    (end-move! ports)))

(define (move-to-card! card bytes address length)
  (let ((ports (card-ports card)))
    (begin-move! ports address length remote-write)
    (port-write! ports data-port 2 bytes 0 length)
    (end-move! ports)))

(define (even n) (bitwise-and (+ n 1) -2))

;; --- interrupts ----------------------------------------------------------------------------------------------------

;; Longer than any frame takes, in seconds.
(define transmit-timeout 5)

(define (serve! card)
  (let ((ports (card-ports card)) (interrupt (card-interrupt card)))
    (if (and (not (interrupt-wait interrupt transmit-timeout)) (card-full? card))
        (error "NE2000: the card sends nothing"))
    (let loop ((more? #f))
      (let ((more? (with-mutex (card-mutex card) (serve-status! card (port-ref ports ISR 1) more?))))
        (if more?
            (begin
              (thread-yield!)
              (loop #t)))))
    (interrupt-acknowledge! interrupt)))

;; Is there perhaps more to do?  `more?`: there was, when this was called before.
(define (serve-status! card status more?)
  (let* ((ports (card-ports card)) (wanted (bitwise-and status wanted-interrupts)))
    (cond ((= status #xFF) (error "NE2000: the card is gone"))
          ((and (= wanted 0) (not more?)) #f)
          ((not (= 0 (bitwise-and status overwrite-warning))) (recover! card status) #t)
          (else
           (port-set! ports ISR 1 wanted)
           (note-others! card wanted)
           (receive-frames! card)))))

(define (note-others! card status)
  (if (not (= 0 (bitwise-and status (bitwise-ior transmitted transmit-error)))) (note-sent! card))
  (if (not (= 0 (bitwise-and status counters))) (count-errors! (card-ports card))))

(define (count-errors! ports)
  (for-each (lambda (i name)
              (let ((n (port-ref ports (+ CNTR0 i) 1)))
                (if (> n 0) (interface-count! name n))))
            '(0 1 2) '(alignment-errors check-errors missed)))

;; The ring was full. The procedure is that of chapter 7, "buffer ring overflow": the card is stopped, some of the
;; ring is read while it hears nothing, and what the stop may have cut off is sent again.
(define (recover! card status)
  (let* ((ports (card-ports card)) (sending? (not (= 0 (bitwise-and 4 (port-ref ports CR 1))))))
    (interface-count! 'ring-overflows 1)
    (port-set! ports CR 1 stop)
    (sleep 0.002)
    (port-set! ports RBCR0 1 0)
    (port-set! ports RBCR1 1 0)
    (let ((cut-off? (and sending? (= 0 (bitwise-and (port-ref ports ISR 1) (bitwise-ior transmitted transmit-error))))))
      (port-set! ports TCR 1 loopback)
      (port-set! ports CR 1 start)
      (receive-frames! card)
      (port-set! ports ISR 1 (bitwise-and status wanted-interrupts))
      (port-set! ports TCR 1 0)
      (note-others! card (bitwise-and status wanted-interrupts))
      (if cut-off? (port-set! ports CR 1 send)))))

;; --- receiving (chapter 7) -----------------------------------------------------------------------------------------

(define (page-after page)
  (if (= (+ page 1) end-page) first-page (+ page 1)))
(define (page-before page)
  (if (= page first-page) (- end-page 1) (- page 1)))

(define (current-page ports)
  (port-set! ports CR 1 (bitwise-ior start page-1))
  (let ((page (port-ref ports CURR 1)))
    (port-set! ports CR 1 start)
    page))

;; The mutex is let go after so many frames.
(define frames-at-once 16)

;; Before each frame stand its status, the page of the next one, and its length with the check sequence in 16 bits.
;; Are there more?
(define (receive-frames! card)
  (let ((ports (card-ports card)) (header (card-header card)))
    (let loop ((left frames-at-once) (page (page-after (port-ref ports BNRY 1))) (end (current-page ports)))
      (cond ((= page end)
             (let ((now (current-page ports)))
               (and (not (= now end)) (loop left page now))))
            ((= left 0) #t)
            (else
             (move-from-card! card header (* 256 page) 4)
             (let ((next (bytevector-u8-ref header 1)) (length (bytevector-u16-ref header 2)))
               (if (and (is-sensible? page next length (bytevector-u8-ref header 0))
                        (receive-frame! card page (- length 4)))
                   (begin
                     (port-set! ports BNRY 1 (page-before next))
                     (loop (- left 1) next end))
                   (restart-receiver! card))))))))

;; #f: the card wrote over the frame meanwhile. QEMU's does, when a frame has filled the ring to the last page: it
;; takes that for an empty one. It writes over the header first, so that is read again.
(define (receive-frame! card page length)
  (if (<= shortest-frame length longest-frame)
      (begin
        (move-from-card! card (card-buffer card) (+ 4 (* 256 page)) (even length))
        (and (is-unchanged? card page)
             (begin
               (interface-receive! (card-buffer card) 0 length)
               #t)))
      (begin
        (interface-count! 'too-long 1)
        #t)))

(define (is-unchanged? card page)
  (let* ((header (card-header card)) (before (bytevector-u32-ref header 0)))
    (move-from-card! card header (* 256 page) 4)
    (= before (bytevector-u32-ref header 0))))

;; The next frame begins behind this one, or a page later.
(define (is-sensible? page next length status)
  (let* ((n (quotient (+ length 4 255) 256)) (expected (+ page n)) (size (- end-page first-page)))
    (define (wrapped page) (if (< page end-page) page (- page size)))
    (and (= 1 (bitwise-and status 1))
         (>= length (+ shortest-frame 4))
         (< n size)
         (or (= next (wrapped expected)) (= next (wrapped (+ expected 1)))))))

(define (restart-receiver! card)
  (let ((ports (card-ports card)))
    (interface-count! 'receiver-restarts 1)
    (port-set! ports CR 1 stop)
    (sleep 0.002)
    (start-ring! ports)
    (port-set! ports CR 1 start)
    #f))

;; --- sending (chapter 8) -------------------------------------------------------------------------------------------

(define (transmit! card frame from to)
  (if (card-sending? card)
      (begin
        (set-full! card #t)
        #f)
      (let* ((ports (card-ports card)) (buffer (card-buffer card)) (length (max shortest-frame (- to from))))
        (bytevector-copy! buffer 0 frame from to)
        (if (< (- to from) length) (bytevector-fill! buffer 0 (- to from) length))
        (move-to-card! card buffer (* 256 transmit-page) (even length))
        (port-set! ports TPSR 1 transmit-page)
        (port-set! ports TBCR0 1 (bitwise-and length 255))
        (port-set! ports TBCR1 1 (arithmetic-shift length -8))
        (set-sending! card #t)
        (port-set! ports CR 1 send)
        #t)))

(define (note-sent! card)
  (if (= 0 (bitwise-and 1 (port-ref (card-ports card) TSR 1))) (interface-count! 'transmit-errors 1))
  (set-sending! card #f)
  (if (card-full? card)
      (begin
        (set-full! card #f)
        (interface-transmit-ready!))))

;; --- the filter ----------------------------------------------------------------------------------------------------

(define (control! card what arguments)
  (case what
    ((filter) (with-mutex (card-mutex card) (set-filter! card (car arguments) (cadr arguments))))
    (else #f)))

(define (set-filter! card promiscuous? addresses)
  (let ((ports (card-ports card)) (filter (if promiscuous? (make-bytevector 8 255) (multicast-filter addresses))))
    (port-set! ports CR 1 (bitwise-ior start page-1))
    (for-each (lambda (i) (port-set! ports (+ MAR0 i) 1 (bytevector-u8-ref filter i))) '(0 1 2 3 4 5 6 7))
    (port-set! ports CR 1 start)
    (set-configuration! card
                        (if promiscuous? (bitwise-ior receive-configuration promiscuous-bit) receive-configuration))
    (port-set! ports RCR 1 (card-configuration card))))
