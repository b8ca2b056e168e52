;;; The driver of network cards with Realtek's RTL8139. Sources: "RTL8139C(L) data sheet" (registers: chapter 5),
;;; "RTL8139(A/B) Programming guide" (1999), and the page "RTL8139" of the OSDev wiki. docs/drivers.md goes through
;;; this file.
;;;
;;; Two threads work here. That of the interface calls transmit! and control!; the other one waits for interrupts
;;; and hands over what came. Each has fields of its own in the record; what both touch, the receiver's registers,
;;; is behind the mutex.

;; --- registers (data sheet, chapter 5) -----------------------------------------------------------------------------

(define IDR 0)                     ; the card's address, 6 bytes
(define MAR 8)                     ; the multicast filter, 8 bytes, written by 4
(define (TSD i) (+ #x10 (* 4 i)))  ; transmit status of descriptor i
(define (TSAD i) (+ #x20 (* 4 i))) ; and where its frame lies
(define RBSTART #x30)              ; where the receive ring lies
(define CR #x37)                   ; command
(define CAPR #x38)                 ; up to where the ring was read, less 16
(define IMR #x3C)                  ; which interrupts are wanted
(define ISR #x3E)                  ; which there are; writing ones clears them
(define TCR #x40)                  ; transmit configuration
(define RCR #x44)                  ; receive configuration
(define MPC #x4C)                  ; frames missed; writing clears it
(define CONFIG1 #x52)
(define MSR #x58)                  ; media status

;; CR
(define reset-bit #x10)
(define receiver-on #x08)
(define transmitter-on #x04)
(define ring-is-empty #x01)

;; ISR and IMR
(define received #x0001)
(define receive-error #x0002)
(define transmitted #x0004)
(define transmit-error #x0008)
(define ring-overflow #x0010)
(define link-change #x0020)        ; and packet underrun
(define fifo-overflow #x0040)
(define bus-error #x8000)

;; An overflow of the ring is not asked for: there are frames in the ring then, so an interrupt for those comes or
;; has come, and the bit is seen with that. (QEMU takes its absence as leave to keep frames waiting rather than to
;; lose them.) Nor is a frame sent, unless somebody waits for room.
(define wanted-interrupts
  (bitwise-ior received receive-error transmit-error link-change fifo-overflow bus-error))

;; The ring is 32 KB. With bit 7 a frame that reaches its end goes on behind it and is in one piece; there has to be
;; room for that. No threshold (bits 13 to 15), bursts of 1024 bytes (8 to 10), and frames for this card, for all,
;; and for many by the filter.
(define ring-length 32768)
(define receive-configuration #xF68E)
(define promiscuous-bit 1)

;; Bursts of 1024 bytes, and the gap between frames that the standard has.
(define transmit-configuration #x03000600)
(define clear-abort 1)

;; TSD: the length is in bits 0 to 12; sending begins when as many times 32 bytes are in the card as bits 16 to 21 say.
(define transmit-underrun #x4000)
(define transmit-ok #x8000)
(define transmit-aborted #x40000000)
(define slot-length 2048)

(define-record-type card
  (make-card ports interrupt ring slots mutex promiscuous? offset next oldest threshold full?)
  card?
  (ports card-ports)
  (interrupt card-interrupt)
  (ring card-ring)               ; the bytes of the receive ring
  (slots card-slots)             ; the bytes of the four frames to be sent
  (mutex card-mutex)
  (promiscuous? card-promiscuous? set-promiscuous!)
  (offset card-offset set-offset!)           ; in the ring: the header of the next frame.  Under the mutex
  (next card-next set-next!)                 ; frames ever given to the card; and given back by it.
  (oldest card-oldest set-oldest!)           ;   Both of the interface's thread
  (threshold card-threshold set-threshold!)  ; in 32 bytes.  Of the interface's thread
  (full? card-full? set-full!))              ; the interface waits for room

(define (rtl8139-driver name ports interrupt ring slots)
  "(rtl8139-driver name ports interrupt ring slots)
Drive an RTL8139 as the interface called NAME, as long as the process lives. PORTS are its 256 ports, RING a DMA
region for the receive ring of 32 KB with room behind it for a frame that reaches over its end, SLOTS one of 8 KB
for the four frames that can wait to be sent. An error ends the process: the card is to be started anew then."
  (let* ((card (make-card ports interrupt (dma-region-bytes ring) (dma-region-bytes slots) (make-mutex) #f 0 0 0 8 #f))
         (address (begin (reset! ports) (card-address ports))))
    (port-set-address! ports RBSTART ring 0)
    (for-each (lambda (i) (port-set-address! ports (TSAD i) slots (* i slot-length))) '(0 1 2 3))
    (start! card)
    (serve-interrupts (lambda () (serve! card)))
    (run-interface name address
                   (lambda (frame start end) (transmit! card frame start end))
                   (lambda (what . arguments) (control! card what arguments)))))

;; --- starting (programming guide, chapter 4; data sheet, 5.7) ------------------------------------------------------

;; The two lowest bits of CONFIG1 let the older chips sleep.  The reset bit reads as one until the card has done it.
(define (reset! ports)
  (port-set! ports CONFIG1 1 (bitwise-and #xFC (port-ref ports CONFIG1 1)))
  (port-set! ports CR 1 reset-bit)
  (poll-card "RTL8139" "to its reset" (lambda () (= 0 (bitwise-and reset-bit (port-ref ports CR 1))))))

(define (card-address ports)
  (let ((address (make-bytevector 6)))
    (for-each (lambda (i) (bytevector-u8-set! address i (port-ref ports (+ IDR i) 1))) '(0 1 2 3 4 5))
    (check-card-address "RTL8139" address)
    address))

;; TCR and RCR may not be writable before transmitter and receiver are on.
(define (start! card)
  (let ((ports (card-ports card)))
    (start-receiver! card)
    (port-set! ports TCR 4 transmit-configuration)
    (port-set! ports MPC 4 0)
    (port-set! ports ISR 2 #xFFFF)
    (set-filter! card #f '())
    (port-set! ports IMR 2 wanted-interrupts)
    (interface-link! (link-up? ports))))

;; Switching the receiver off and on, or writing RCR, makes the card begin at the start of the ring. So RCR is
;; written before and after, and the ring is empty.
(define (start-receiver! card)
  (let ((ports (card-ports card))
        (configuration (if (card-promiscuous? card) (+ receive-configuration promiscuous-bit) receive-configuration)))
    (port-set! ports CR 1 transmitter-on)
    (port-set! ports RCR 4 configuration)
    (port-set! ports CR 1 (bitwise-ior transmitter-on receiver-on))
    (port-set! ports RCR 4 configuration)
    (give-back! card 0)))

;; Bit 2 of the media status is one when the cable is dead (data sheet, 5.18).
(define (link-up? ports)
  (not (bit-set? 2 (port-ref ports MSR 1))))

;; --- interrupts ----------------------------------------------------------------------------------------------------

;; Longer than any frame takes, in seconds.
(define transmit-timeout 5)

;; The bits are cleared before the ring is read: what comes later sets them again. Those of an overflow are cleared
;; when there is room (programming guide, 3.4).
(define (serve! card)
  (let ((ports (card-ports card)) (interrupt (card-interrupt card)))
    (if (and (not (interrupt-wait interrupt transmit-timeout)) (card-full? card))
        (error "RTL8139: the card sends nothing"))
    (let loop ()
      (let ((status (port-ref ports ISR 2)))
        (cond ((= status #xFFFF) (error "RTL8139: the card is gone"))
              ((not (= 0 (bitwise-and status (port-ref ports IMR 2))))
               (serve-status! card status)
               (loop)))))
    (interrupt-acknowledge! interrupt)))

(define (serve-status! card status)
  (let ((ports (card-ports card)) (overflow (bitwise-and status (bitwise-ior ring-overflow fifo-overflow))))
    (port-set! ports ISR 2 (- status overflow))
    (if (not (= 0 (bitwise-and status bus-error))) (error "RTL8139: the card reports an error of the bus"))
    (receive-frames! card)
    (if (not (= 0 overflow)) (note-overflow! ports overflow))
    (if (not (= 0 (bitwise-and status transmit-error)))
        (port-set! ports TCR 4 (bitwise-ior transmit-configuration clear-abort)))
    (if (and (card-full? card) (not (= 0 (bitwise-and status (bitwise-ior transmitted transmit-error)))))
        (tell-of-room! card))
    (if (not (= 0 (bitwise-and status link-change))) (interface-link! (link-up? ports)))))

(define (note-overflow! ports overflow)
  (port-set! ports ISR 2 (bitwise-ior overflow received))
  (interface-count! (if (= 0 (bitwise-and overflow ring-overflow)) 'fifo-overflows 'ring-overflows) 1)
  (interface-count! 'missed (bitwise-and #xFFFFFF (port-ref ports MPC 4)))
  (port-set! ports MPC 4 0))

;; --- receiving (programming guide, chapter 3) ----------------------------------------------------------------------

;; Before each frame stand its status and its length with the check sequence, 16 bits each; the next one begins at a
;; multiple of 4.
(define (offset-after offset length)
  (bitwise-and (+ offset length 7) (- ring-length 4)))

;; A frame that is still being written has this length.
(define being-written #xFFF0)

;; The mutex is let go after so many frames.
(define frames-at-once 32)

(define (receive-frames! card)
  (let ((more? (with-mutex (card-mutex card) (receive-some! card))))
    (if more?
        (begin
          (thread-yield!)
          (receive-frames! card)))))

;; Hands over some frames; are there more? Whether the ring is empty the card sees by CAPR, so that is written after
;; each.
(define (receive-some! card)
  (let ((ports (card-ports card)) (ring (card-ring card)))
    (let loop ((left frames-at-once) (waited 0))
      (cond ((not (= 0 (bitwise-and ring-is-empty (port-ref ports CR 1)))) #f)
            ((= left 0) #t)
            (else
             (let* ((offset (card-offset card))
                    (status (bytevector-u16-ref ring offset))
                    (length (bytevector-u16-ref ring (+ offset 2))))
               (cond ((and (= length being-written) (< waited 1000)) (loop left (+ waited 1)))
                     ((is-sensible? status length)
                      (if (<= length (+ longest-frame 4))
                          (interface-receive! ring (+ offset 4) (+ offset length))
                          (interface-count! 'too-long 1))
                      (give-back! card (offset-after offset length))
                      (loop (- left 1) 0))
                     (else (give-up-ring! card)))))))))

;; Bit 0 of the status says that the frame is good, and the bits of #x1FC0 are always zero.
(define (is-sensible? status length)
  (and (= 1 (bitwise-and status #x1FC1)) (>= length (+ shortest-frame 4)) (not (= length being-written))))

(define (give-back! card offset)
  (set-offset! card offset)
  (port-set! (card-ports card) CAPR 2 (bitwise-and #xFFFF (- offset 16))))

;; What stands in the ring makes no sense, so where the next frame begins is not known either.
(define (give-up-ring! card)
  (interface-count! 'receiver-restarts 1)
  (start-receiver! card)
  #f)

;; --- sending (programming guide, chapter 1) ------------------------------------------------------------------------

;; The four descriptors are used in turn.  One is free when the card has written into its status how it went.
(define (transmit! card frame start end)
  (if (= 4 (- (card-next card) (card-oldest card))) (take-back! card))
  (cond ((< (- (card-next card) (card-oldest card)) 4)
         (send! card frame start end)
         #t)
        ((card-full? card) #f)
        (else
         ;; One that becomes free after this is told of by an interrupt; another one before may have been missed.
         (set-full! card #t)
         (port-set! (card-ports card) IMR 2 (bitwise-ior wanted-interrupts transmitted))
         (transmit! card frame start end))))

(define (tell-of-room! card)
  (set-full! card #f)
  (port-set! (card-ports card) IMR 2 wanted-interrupts)
  (interface-transmit-ready!))

(define (send! card frame start end)
  (let* ((i (bitwise-and 3 (card-next card))) (at (* i slot-length)) (slots (card-slots card)) (length (- end start)))
    (bytevector-copy! slots at frame start end)
    (if (< length shortest-frame) (bytevector-fill! slots 0 (+ at length) (+ at shortest-frame)))
    (set-next! card (+ 1 (card-next card)))
    (port-set! (card-ports card) (TSD i) 4
               (+ (max length shortest-frame) (arithmetic-shift (card-threshold card) 16)))))

(define (take-back! card)
  (if (< (card-oldest card) (card-next card))
      (let ((status (port-ref (card-ports card) (TSD (bitwise-and 3 (card-oldest card))) 4)))
        (if (not (= 0 (bitwise-and status (bitwise-ior transmit-ok transmit-underrun transmit-aborted))))
            (begin
              (note-sent! card status)
              (set-oldest! card (+ 1 (card-oldest card)))
              (take-back! card))))))

;; When the card had to wait for a frame's bytes it shall begin later the next time.
(define (note-sent! card status)
  (if (not (= 0 (bitwise-and status transmit-underrun)))
      (begin
        (interface-count! 'transmit-underruns 1)
        (set-threshold! card (min 63 (+ 8 (card-threshold card))))))
  (if (= 0 (bitwise-and status transmit-ok)) (interface-count! 'transmit-errors 1))
  (let ((collisions (bitwise-and #xF (arithmetic-shift status -24))))
    (if (> collisions 0) (interface-count! 'collisions collisions))))

;; --- the filter ----------------------------------------------------------------------------------------------------

(define (control! card what arguments)
  (case what
    ((filter) (with-mutex (card-mutex card) (set-filter! card (car arguments) (cadr arguments))))
    (else #f)))

;; Frames that are for all go through whatever the filter says. The receiver has to begin anew when it is to take
;; all or no longer; what is in the ring is handed over before.
(define (set-filter! card promiscuous? addresses)
  (let ((ports (card-ports card)) (filter (if promiscuous? (make-bytevector 8 255) (multicast-filter addresses))))
    (port-set! ports MAR 4 (bytevector-u32-ref filter 0))
    (port-set! ports (+ MAR 4) 4 (bytevector-u32-ref filter 4))
    (if (not (eq? promiscuous? (card-promiscuous? card)))
        (begin
          (port-set! ports CR 1 transmitter-on)
          (let loop () (if (receive-some! card) (loop)))
          (set-promiscuous! card promiscuous?)
          (start-receiver! card)))))
