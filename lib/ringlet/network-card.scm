;;; What drivers of network cards have in common: sizes, the hash of the multicast filter, waiting for a card, and a
;;; thread for its interrupts.

;; Without the check sequence at the end, which cards add and check: 802.3 has 64 and 1518 bytes with it, and a VLAN
;; tag (802.1Q) is four more.
(define shortest-frame 60)
(define longest-frame 1518)

;; The CRC of 802.3, bit by bit, as cards compute it of the destination of a frame.
(define (crc-of bytes)
  (let loop ((i 0) (crc #xFFFFFFFF))
    (if (= i (bytevector-length bytes))
        crc
        (loop (+ i 1) (crc-add crc (bytevector-u8-ref bytes i))))))

(define (crc-add crc byte)
  (let loop ((n 8) (byte byte) (crc crc))
    (if (= n 0)
        crc
        (let ((carry (bitwise-xor (arithmetic-shift crc -31) (bitwise-and byte 1)))
              (shifted (bitwise-and #xFFFFFFFF (arithmetic-shift crc 1))))
          (loop (- n 1) (arithmetic-shift byte -1) (if (= carry 1) (bitwise-xor shifted #x04C11DB7) shifted))))))

(define (multicast-hash address)
  "(multicast-hash address)
The bit, 0 to 63, by which a card with a 64-bit filter knows the multicast ADDRESS, 6 bytes: the six highest bits of
their CRC (DP8390D data sheet, section 10.3, \"multicast address registers\"; the RTL8139 does the same)."
  (arithmetic-shift (crc-of address) -26))

(define (multicast-filter addresses)
  "(multicast-filter addresses)
The 8 bytes of the filter that lets through the multicast ADDRESSES, a list of 6 bytes each, and by chance others."
  (let ((filter (make-bytevector 8 0)))
    (for-each (lambda (address)
                (let* ((bit (multicast-hash address)) (i (arithmetic-shift bit -3)))
                  (bytevector-u8-set! filter i
                                    (bitwise-ior (bytevector-u8-ref filter i) (arithmetic-shift 1 (bitwise-and bit 7))))))
              addresses)
    filter))

(define (check-card-address card address)
  "(check-card-address card address)
Raise an error unless ADDRESS, 6 bytes read from the card called CARD, can be the address of one: neither all zero
nor for many."
  (if (or (= 1 (bitwise-and 1 (bytevector-u8-ref address 0))) (equal? address (make-bytevector 6 0)))
      (error (string-append card ": the card gives an address that no card has:") address)))

(define (poll-card card what done?)
  "(poll-card card what done?)
Wait until (DONE?) is true: first by asking again and again, then every millisecond. After a tenth of a second an
error says that the card called CARD did not answer WHAT."
  (let loop ((n 0))
    (cond ((done?))
          ((< n 100) (loop (+ n 1)))
          ((< n 200) (sleep 0.001) (loop (+ n 1)))
          (else (error (string-append card ": the card does not answer " what))))))

(define (serve-interrupts serve!)
  "(serve-interrupts serve!)
Call (SERVE!) again and again in a thread of its own. When it fails the whole process ends, so that who watches the
driver starts it again."
  (spawn (lambda ()
           (guard (c (#t (exit-process (list 'driver (if (condition? c) (condition->string c) c)))))
             (let loop ()
               (serve!)
               (loop))))
         'interrupts))
