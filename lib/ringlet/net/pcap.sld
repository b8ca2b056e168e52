;;; Files of packets as libpcap has them, which tcpdump and Wireshark read.
(define-library (ringlet net pcap)
  (export write-pcap read-pcap frames->pcap pcap->frames)
  (import (scheme base) (scheme file)
          (only (scheme bytevector) bytevector-u32-ref bytevector-u32-set! bytevector-u16-ref bytevector-u16-set!)
          (only (ringlet internal) %raise %raise-type))
  (begin
    ;; The format: "Libpcap File Format", wiki.wireshark.org; draft-ietf-opsawg-pcap.  A header of 24 bytes, then for each frame one of 16 and its
    ;; bytes.  The magic number tells the order of the bytes, and whether times are in micro- or nanoseconds.
    (define magic #xA1B2C3D4)
    (define magic-nanoseconds #xA1B23C4D)
    (define file-header 24)
    (define frame-header 16)
    (define longest 65535)
    (define ethernet 1)

    (define (check-frames who frames)
      (if (not (list? frames)) (%raise-type who 2 "a list of pairs of microseconds and a frame" frames))
      (for-each
       (lambda (f)
         (if (not (and (pair? f) (exact-integer? (car f)) (>= (car f) 0) (bytevector? (cdr f)) (<= (bytevector-length (cdr f)) longest)))
             (%raise-type who 2 "a list of pairs of microseconds and a frame" f)))
       frames))

    (define (write-u32 n port)
      (let ((b (make-bytevector 4)))
        (bytevector-u32-set! b 0 n 'little)
        (write-bytevector b port)))

    (define (write-frames frames port)
      (write-u32 magic port)
      (write-bytevector (bytevector 2 0 4 0) port)  ; version 2.4
      (write-u32 0 port)
      (write-u32 0 port)
      (write-u32 longest port)
      (write-u32 ethernet port)
      (for-each
       (lambda (f)
         (let ((n (bytevector-length (cdr f))))
           (write-u32 (modulo (quotient (car f) 1000000) #x100000000) port)
           (write-u32 (modulo (car f) 1000000) port)
           (write-u32 n port)
           (write-u32 n port)
           (write-bytevector (cdr f) port)))
       frames))

    (define (frames->pcap frames)
      "(frames->pcap frames)\nThe bytes of a file in libpcap's format with the FRAMES, a list of pairs of microseconds and bytes, as dump-packets returns."
      (check-frames 'frames->pcap frames)
      (let ((port (open-output-bytevector)))
        (write-frames frames port)
        (get-output-bytevector port)))

    (define (write-pcap file frames)
      "(write-pcap file frames)\nWrite the FRAMES, a list of pairs of microseconds and bytes, as dump-packets returns, to FILE in libpcap's format."
      (check-frames 'write-pcap frames)
      (let ((port (open-binary-output-file file)))
        (write-frames frames port)
        (close-port port)))

    (define (bad what)
      (%raise 'file 'pcap->frames (string-append "this is no file of Ethernet packets: " what)))

    (define (pcap->frames bytes)
      "(pcap->frames bytes)\nThe frames in BYTES, which are as in a file of libpcap's: a list of pairs of microseconds and bytes. An error of type file if they make no sense."
      (if (not (bytevector? bytes)) (%raise-type 'pcap->frames 1 "a byte vector" bytes))
      (let* ((n (bytevector-length bytes))
             (order (begin
                      (if (< n file-header) (bad "it is too short"))
                      (cond ((memv (bytevector-u32-ref bytes 0 'little) (list magic magic-nanoseconds)) 'little)
                            ((memv (bytevector-u32-ref bytes 0 'big) (list magic magic-nanoseconds)) 'big)
                            (else (bad "it does not begin with the magic number")))))
             (per-microsecond (if (= magic (bytevector-u32-ref bytes 0 order)) 1 1000)))
        (if (not (= ethernet (bytevector-u32-ref bytes 20 order))) (bad "its packets are of another kind"))
        (let loop ((at file-header) (found '()))
          (cond ((= at n) (reverse found))
                ((< (- n at) frame-header) (bad "it ends in a header"))
                (else
                 (let ((length (bytevector-u32-ref bytes (+ at 8) order)) (data (+ at frame-header)))
                   (if (> length (min longest (- n data))) (bad "a packet is longer than the file"))
                   (loop (+ data length)
                         (cons (cons (+ (* 1000000 (bytevector-u32-ref bytes at order)) (quotient (bytevector-u32-ref bytes (+ at 4) order) per-microsecond))
                                     (bytevector-copy bytes data (+ data length)))
                               found))))))))

    (define (read-pcap file)
      "(read-pcap file)\nThe frames in FILE, which has libpcap's format, as a list of pairs of microseconds and bytes."
      (let* ((port (open-binary-input-file file))
             (bytes (let loop ((parts '()))
                      (let ((part (read-bytevector 65536 port)))
                        (if (eof-object? part) (apply bytevector-append (reverse parts)) (loop (cons part parts)))))))
        (close-port port)
        (pcap->frames bytes)))))
