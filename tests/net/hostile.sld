;;; A driver that wants to do harm: it tries whatever its capabilities may let through. Used by hostile_test.py.
;;;
;;; What it is to do comes in messages, #(WHAT FROM ARGUMENT ...), and the answer goes back to FROM.
(define-library (hostile)
  (export hostile-driver)
  (import (scheme base) (scheme time)
          (only (ringlet) self receive-message send condition? condition-type condition->string bitwise-and bitwise-ior
                arithmetic-shift bytevector-uint-ref)
          (ringlet device))
  (begin
    ;; --- numbers -------------------------------------------------------------------------------------------------
    (define state 1)
    (define (random n)
      (set! state (modulo (+ (* state 1103515245) 12345) 2147483648))
      (modulo (arithmetic-shift state -8) n))
    (define (pick . l) (list-ref l (random (length l))))
    (define (random-u32) (+ (* 65536 (random 65536)) (random 65536)))

    ;; `bytes` become the 32 bytes that `seed` makes, again and again.
    (define (fill-with-mark! bytes seed)
      (let loop ((i 0) (x seed))
        (if (< i 32)
            (let ((x (modulo (+ (* x 1103515245) 12345) 2147483648)))
              (bytevector-u8-set! bytes i (modulo (arithmetic-shift x -16) 256))
              (loop (+ i 1) x))))
      (let loop ((n 32))
        (if (< n (bytevector-length bytes))
            (let ((m (min n (- (bytevector-length bytes) n))))
              (bytevector-copy! bytes n bytes 0 m)
              (loop (+ n m))))))

    ;; --- the card ------------------------------------------------------------------------------------------------
    (define-record-type card (make-card ports interrupt ring slots) card?
      (ports card-ports) (interrupt card-interrupt) (ring card-ring) (slots card-slots))

    ;; Everything is taken, with the ring of 32 KB; nothing interrupts.  Without rules there are no registers for addresses.
    (define (receive! card)
      (let ((ports (card-ports card)))
        (port-set! ports #x37 1 #x10)
        (outcome (lambda () (port-set-address! ports #x30 (card-ring card) 0)))
        (for-each (lambda (i) (outcome (lambda () (port-set-address! ports (+ #x20 (* 4 i)) (card-slots card) (* 2048 i))))) '(0 1 2 3))
        (port-set! ports #x37 1 #x0C)
        (port-set! ports #x44 4 #xF68F)
        (port-set! ports #x40 4 #x03000600)
        (port-set! ports #x3C 2 0)
        (port-set! ports #x38 2 #xFFF0)))

    ;; What came is forgotten, so that more may come.
    (define (make-room! ports)
      (port-set! ports #x38 2 (modulo (- (port-ref ports #x3A 2) 16) 65536)))

    ;; For so many seconds there is always room.
    (define (drain! card seconds)
      (receive! card)
      (let ((end (+ (current-jiffy) (* seconds (jiffies-per-second)))))
        (let loop ()
          (make-room! (card-ports card))
          (if (< (current-jiffy) end) (loop)))))

    ;; --- what may come of it -------------------------------------------------------------------------------------
    (define (outcome thunk)
      (guard (c ((condition? c) (condition-type c)) (#t (list 'raised c)))
        (thunk)
        'done))

    (define (count-outcome counts what)
      (let ((entry (assoc what counts)))
        (if entry
            (begin (set-cdr! entry (+ 1 (cdr entry))) counts)
            (cons (cons what 1) counts))))

    ;; --- at random -----------------------------------------------------------------------------------------------
    (define registers
      '(#x00 #x08 #x0C #x10 #x14 #x18 #x1C #x20 #x24 #x28 #x2C #x30 #x34 #x37 #x38 #x3A #x3C #x3E #x40 #x44 #x48 #x4C #x50
        #x51 #x52 #x54 #x58 #x59 #x5A #x5B #x5C #x62 #x64 #x66 #x70 #x74 #x78 #x7C #x80 #x82 #xD8 #xD9 #xE0 #xE2 #xE4 #xE8 #xEC
        #xF0 #xF4 #xF8 #xFC))

    (define (random-offset)
      (case (random 8)
        ((0) (random 256))
        ((1) (+ (list-ref registers (random (length registers))) (- (random 7) 3)))
        ((2) (pick -1 -4 252 253 255 256 257 65536 (expt 2 29) (expt 2 31) (expt 2 32) (- (expt 2 32)) (expt 2 64) (+ #x30 (expt 2 32)) 48.0 1/2 'x #f))
        (else (list-ref registers (random (length registers))))))

    (define (random-width) (if (= 0 (random 20)) (pick 0 3 8 -1 5 16 (expt 2 32) 'w) (pick 1 2 4)))

    (define (random-value addresses)
      (case (random 8)
        ((0 1) (list-ref addresses (random (length addresses))))
        ((2) (random-u32))
        ((3) (random 256))
        ((4) (arithmetic-shift 1 (random 32)))
        ((5) (pick #x1FFF #x1880 #x1800 #x0F #x1C #x08 #xFFFF #xFFFFFFFF #xF78F #xF70F #xC0 3 #x000E0000 #x80000000))
        ((6) (random 65536))
        (else (pick -1 (expt 2 32) (expt 2 33) (- (expt 2 31)) 1.5 'v "x" (+ 8 (expt 2 32))))))

    (define (random-region-offset)
      (pick 0 (random 110000) (random 8200) -1 -4 102416 102415 102413 8192 8191 (- 102416 8192 69648) (expt 2 29) (expt 2 32) (- (expt 2 32) 8) (expt 2 62) 0.0))

    (define (attack! card addresses)
      (let ((ports (card-ports card)))
        (case (random 16)
          ((0 1 2 3 4 5) (port-set! ports (random-offset) (random-width) (random-value addresses)))
          ((6 7) (port-set-address! ports (if (= 0 (random 3)) (random-offset) (pick #x20 #x24 #x28 #x2C #x30))
                                    (pick (card-ring card) (card-ring card) (card-slots card) (card-slots card) ports (dma-region-bytes (card-ring card)))
                                    (random-region-offset)))
          ((8) (port-write! ports (random-offset) (random-width) (bytevector (random 256) (random 256) (random 256) (random 256)
                                                                             (random 256) (random 256) (random 256) (random 256))
                            (random 10) (random 10)))
          ((9) (port-set! ports (+ #x10 (* 4 (random 4))) 4 (pick (random 2048) (random 8192) (+ (random 8192) (* 65536 (random 64))))))
          ((10) (port-set! ports #x44 4 (bitwise-ior #x0F (* 2048 (random 4)) (* 128 (random 2)) (* 8192 (random 8)))))
          ((11) (port-set! ports #x37 1 (pick #x0C #x0C #x0C #x08 #x04 0 #x10 #x1C (random 256))))
          ((12) (port-set! ports #x38 2 (random 65536)))
          ((13) (port-set! ports #x40 4 (bitwise-ior #x600 (* #x20000 (random 4)))))
          ((14) (interrupt-acknowledge! (card-interrupt card)))
          (else (port-set-address! ports #x30 (card-ring card) (* 4 (random 6000)))))))

    (define (attack-at-random! card seed n addresses)
      (set! state seed)
      (let loop ((i 0) (counts '()))
        (cond ((= i n) counts)
              (else
               (if (= 0 (modulo i 20)) (outcome (lambda () (receive! card))))
               (if (= 0 (modulo i 4)) (make-room! (card-ports card)))
               (loop (+ i 1) (count-outcome counts (outcome (lambda () (attack! card addresses)))))))))

    ;; --- aimed ---------------------------------------------------------------------------------------------------
    ;; Each is a name and steps; the answer is the name and what came of each step.
    (define (targeted card address)
      (let* ((ports (card-ports card)) (ring (card-ring card)) (slots (card-slots card)) (high (modulo (- (expt 2 32) 8192) (expt 2 32))))
        (define (set offset width value) (lambda () (port-set! ports offset width value)))
        (define (point offset region at) (lambda () (port-set-address! ports offset region at)))
        `((receive-elsewhere ,(set #x30 4 address))
          (receive-elsewhere-by-bytes ,@(map (lambda (i) (set (+ #x30 i) 1 (bitwise-and 255 (arithmetic-shift address (* -8 i))))) '(0 1 2 3)))
          (receive-elsewhere-by-words ,(set #x30 2 (bitwise-and 65535 address)) ,(set #x32 2 (arithmetic-shift address -16)))
          (receive-elsewhere-many-bytes ,(lambda () (port-write! ports #x30 4 (bytevector 0 0 #x40 0))))
          (receive-overlapping ,(set #x2E 4 address) ,(set #x31 4 address) ,(set #x33 2 1) ,(set #x0D 4 address) ,(set #x36 2 #x0C) ,(set #x36 4 address))
          (send-from-elsewhere ,(set #x20 4 address) ,(set #x24 4 address) ,(set #x28 4 address) ,(set #x2C 4 address))
          (ring-at-the-end ,(point #x30 ring 102416) ,(point #x30 ring 102412) ,(point #x30 ring 65536) ,(point #x30 slots 0) ,(point #x30 slots 8192))
          (ring-too-long ,(set #x44 4 #xF78F) ,(set #x44 4 #xFF8F) ,(set #x44 4 #xFF0F) ,(set #x44 4 #x1800) ,(set #x44 2 #x1880) ,(set #x45 1 #x18))
          (ring-moved-then-longer ,(set #x44 4 #xE68F) ,(point #x30 ring 24576) ,(set #x44 4 #xEE8F) ,(set #x44 4 #xE68F) ,(set #x37 1 #x04)
                                  ,(point #x30 ring 24576) ,(set #x44 4 #xF68F) ,(set #x44 4 #xEE8F) ,(set #x37 1 #x0C) ,(point #x30 ring 24580))
          (too-long-a-frame ,(point #x20 slots 8000) ,(set #x10 4 193) ,(set #x10 4 #x1FFF) ,(set #x10 2 #x1FFF) ,(set #x11 1 #x1F))
          (long-then-moved ,(set #x37 1 #x08) ,(point #x24 slots 0) ,(set #x14 4 #x1FFF) ,(point #x24 slots 8000) ,(point #x24 slots 8192))
          (after-a-reset ,(set #x37 1 #x10) ,(set #x37 1 #x08) ,(set #x37 1 #x0C) ,(set #x37 1 #x18) ,(set #x10 4 60) ,(set #x37 2 #x0C) ,(set #x44 4 #x8F))
          (descriptors ,(set #x50 1 #xC0) ,(set #xE0 2 #x03) ,(set #xE0 1 #x03) ,(set #xE4 4 address) ,(set #xE8 4 0) ,(set #x20 4 address) ,(set #x24 4 0)
                       ,(set #x28 4 address) ,(set #xD9 1 #x40) ,(set #xEC 1 1) ,(set #xD8 1 255) ,(point #xE4 ring 0) ,(point #xE4 slots 0))
          (tally ,(set #x10 4 (bitwise-ior 8 (bitwise-and address #xFFFFFFC0))))
          (settings ,(set #x50 1 #xC0) ,(set #x50 1 #x80) ,(set #x51 1 255) ,(set #x52 1 255) ,(set #x59 1 255) ,(set #x5A 1 255) ,(set #x5B 1 #x48) ,(set #x5C 2 255)
                    ,(set #x62 2 #x8000) ,(set #x54 4 1) ,(set #x70 2 255) ,(set #x00 4 0) ,(set #x04 2 0))
          (configuration-space ,(set (- #xCF8 #xC000) 4 #x80001804) ,(set #xCF8 4 #x80001804) ,(set #xCFC 4 7) ,(set -8 4 0) ,(set (expt 2 32) 4 0) ,(set 256 4 0)
                               ,(set 254 4 0) ,(set 255 2 0) ,(set (+ (expt 2 32) #x30) 4 address))
          (wrong-regions ,(point #x30 ports 0) ,(point #x30 (dma-region-bytes ring) 0) ,(point #x30 #f 0) ,(point #x30 address 0) ,(point #x30 ring -8)
                         ,(point #x30 ring (- (expt 2 32) 8)) ,(point #x30 ring 0.0) ,(point #x30 ring high) ,(point #x44 ring 0) ,(point #x31 ring 0) ,(point #x2F ring 0)))))

    (define (attack-by-aim! card address)
      (map (lambda (attempt)
             (receive! card)
             (let ((outcomes (map outcome (cdr attempt))))
               (outcome (lambda () (port-set! (card-ports card) #x37 1 #x0C)))
               (outcome (lambda () (port-set! (card-ports card) #x40 4 #x03060600)))   ; what is sent comes back
               (outcome (lambda () (port-set! (card-ports card) #x10 4 1500)))
               (make-room! (card-ports card))
               (wait-for-frames! card)
               (cons (car attempt) outcomes)))
           (targeted card address)))

    ;; Some of what comes meanwhile is received.
    (define (wait-for-frames! card)
      (let loop ((n 0))
        (if (< n 400)
            (begin
              (if (= 0 (modulo n 20)) (make-room! (card-ports card)))
              (port-ref (card-ports card) #x3A 2)
              (loop (+ n 1))))))

    ;; Each is turned into text again and again while the card writes the text's bytes.
    (define (read-while-it-changes! card n)
      (receive! card)
      (let ((bytes (dma-region-bytes (card-ring card))))
        (let loop ((i 0) (counts '()))
          (if (= i n)
              counts
              (begin
                (if (= 0 (modulo i 4)) (make-room! (card-ports card)))
                (loop (+ i 1)
                      (count-outcome counts
                                     (outcome (lambda ()
                                                (quotient (bytevector-uint-ref bytes 8192 'big 60) 1234567)
                                                (let ((s (utf8->string bytes 8192 12288)))
                                                  (string-for-each (lambda (c) (if (> (char->integer c) #x10FFFF) (error "no character" c))) s)))))))))))

    ;; --- the driver ----------------------------------------------------------------------------------------------
    (define (obey card m)
      (let ((arguments (cddr (vector->list m))))
        (case (vector-ref m 0)
          ((mark) (fill-with-mark! (dma-region-bytes (card-ring card)) (car arguments))
                  (fill-with-mark! (dma-region-bytes (card-slots card)) (cadr arguments))
                  'marked)
          ((drain) (drain! card (car arguments)) 'drained)
          ((random) (attack-at-random! card (car arguments) (cadr arguments) (list-ref arguments 2)))
          ((targeted) (attack-by-aim! card (car arguments)))
          ((text) (read-while-it-changes! card (car arguments)))
          ((raw) (apply port-set! (card-ports card) arguments) 'written)
          ((give) (list (card-ports card) (card-interrupt card) (card-ring card) (card-slots card)))
          ((use)  ; those of another process
           (let ((ports (list-ref (car arguments) 0)) (interrupt (list-ref (car arguments) 1)) (ring (list-ref (car arguments) 2)))
             (map outcome (list (lambda () (port-set! ports #x37 1 #x10))
                                (lambda () (port-ref ports #x37 1))
                                (lambda () (port-set-address! ports #x30 ring 0))
                                (lambda () (port-set-address! (card-ports card) #x30 ring 0))
                                (lambda () (port-write! ports #x37 1 (bytevector #x0C)))
                                (lambda () (port-read! ports #x37 1 (make-bytevector 4)))
                                (lambda () (interrupt-wait interrupt 0))
                                (lambda () (interrupt-acknowledge! interrupt))
                                (lambda () (dma-region-bytes ring))))))
          (else 'what?))))

    (define (hostile-driver name ports interrupt ring slots)
      (let ((card (make-card ports interrupt ring slots)))
        (let loop ()
          (let ((m (receive-message)))
            (send (vector-ref m 1) (vector 'answer (guard (c ((condition? c) (condition->string c))) (obey card m))))
            (loop)))))))
