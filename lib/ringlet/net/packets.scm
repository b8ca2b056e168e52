;;; What lies in frames.  (NAME-problem bytes at end) says in words what is wrong with what begins at AT and ends at END, or #f: only then the
;;; other procedures may be used on it.  IP addresses are integers of 32 bits, hardware addresses byte vectors of 6.

;; --- addresses -----------------------------------------------------------------------------------------------------

(define (ip->string ip)
  "(ip->string ip)\nThe IP address, an integer, as 10.0.2.15."
  (string-join (map (lambda (shift) (number->string (bitwise-and 255 (arithmetic-shift ip shift)))) '(-24 -16 -8 0)) "."))

(define (string->ip text)
  "(string->ip text)\nThe integer for an IP address like 10.0.2.15; #f if TEXT is none."
  (define (number part)
    (let ((n (and (< 0 (string-length part) 4) (string->number part 10))))
      (and (exact-integer? n) (<= 0 n 255) (char-numeric? (string-ref part 0)) n)))
  (let ((numbers (map number (string-split text "."))))
    (and (= 4 (length numbers))
         (not (memv #f numbers))
         (let loop ((l numbers) (ip 0)) (if (null? l) ip (loop (cdr l) (+ (* 256 ip) (car l))))))))

(define (hardware->string bytes)
  "(hardware->string bytes)\nA hardware address as 52:54:00:12:34:56."
  (string-join (map (lambda (i)
                      (let ((n (bytevector-u8-ref bytes i))) (string-append (if (< n 16) "0" "") (number->string n 16))))
                    (iota (bytevector-length bytes))) ":"))

(define broadcast-hardware (bytevector 255 255 255 255 255 255))

(define (multicast-hardware ip)
  "(multicast-hardware ip)\nThe hardware address that packets to the multicast address IP are sent to: 01:00:5e and the low 23 bits (RFC 1112, 6.4)."
  (bytevector #x01 #x00 #x5E (bitwise-and #x7F (arithmetic-shift ip -16)) (bitwise-and 255 (arithmetic-shift ip -8)) (bitwise-and 255 ip)))

(define (checksum bytes start end sum)
  "(checksum bytes start end sum)\nThe Internet checksum (RFC 1071) of BYTES from START to END; SUM is of what was added up before, at first 0."
  (bitwise-and #xFFFF (bitwise-not (%ones-sum bytes start end sum))))

;; --- Ethernet (RFC 894) ----------------------------------------------------------------------------------------------

(define-layout ethernet-length
  (6 ethernet-destination ethernet-destination-set!)
  (6 ethernet-source ethernet-source-set!)
  (u16 ethernet-type ethernet-type-set!))

(define type-ipv4 #x0800)
(define type-arp #x0806)

;; --- ARP (RFC 826), for IPv4 over Ethernet ------------------------------------------------------------------------------

(define-layout arp-length
  (u16 arp-hardware arp-hardware-set!)
  (u16 arp-protocol arp-protocol-set!)
  (u8 arp-hardware-length arp-hardware-length-set!)
  (u8 arp-protocol-length arp-protocol-length-set!)
  (u16 arp-operation arp-operation-set!)
  (6 arp-sender arp-sender-set!)
  (u32 arp-sender-ip arp-sender-ip-set!)
  (6 arp-target arp-target-set!)
  (u32 arp-target-ip arp-target-ip-set!))

(define arp-request 1)
(define arp-reply 2)

(define (arp-problem bytes at end)
  "(arp-problem bytes at end)\nWhat is wrong with the ARP message from AT to END in BYTES, in words, or #f."
  (cond ((< (- end at) arp-length) "too short for ARP")
        ((not (and (= 1 (arp-hardware bytes at)) (= type-ipv4 (arp-protocol bytes at))
                   (= 6 (arp-hardware-length bytes at)) (= 4 (arp-protocol-length bytes at))))
         "not ARP for IPv4 over Ethernet")
        ((not (memv (arp-operation bytes at) '(1 2))) "an ARP operation that nobody knows")
        (else #f)))

(define (arp-frame operation to from-hardware from-ip target-hardware target-ip)
  "(arp-frame operation to from-hardware from-ip target-hardware target-ip)\nA whole frame to the hardware address TO."
  (let ((f (make-bytevector (+ ethernet-length arp-length) 0)) (at ethernet-length))
    (ethernet-destination-set! f 0 to)
    (ethernet-source-set! f 0 from-hardware)
    (ethernet-type-set! f 0 type-arp)
    (arp-hardware-set! f at 1)
    (arp-protocol-set! f at type-ipv4)
    (arp-hardware-length-set! f at 6)
    (arp-protocol-length-set! f at 4)
    (arp-operation-set! f at operation)
    (arp-sender-set! f at from-hardware)
    (arp-sender-ip-set! f at from-ip)
    (arp-target-set! f at target-hardware)
    (arp-target-ip-set! f at target-ip)
    f))

;; --- IPv4 (RFC 791) --------------------------------------------------------------------------------------------------

(define-layout ipv4-header
  (u8 ipv4-version-and-length ipv4-version-and-length-set!)
  (u8 ipv4-service ipv4-service-set!)
  (u16 ipv4-length ipv4-length-set!)
  (u16 ipv4-id ipv4-id-set!)
  (u16 ipv4-fragment ipv4-fragment-set!)
  (u8 ipv4-ttl ipv4-ttl-set!)
  (u8 ipv4-protocol ipv4-protocol-set!)
  (u16 ipv4-checksum ipv4-checksum-set!)
  (u32 ipv4-source ipv4-source-set!)
  (u32 ipv4-destination ipv4-destination-set!))

(define ipv4-at ethernet-length)
(define protocol-icmp 1)
(define protocol-tcp 6)
(define protocol-udp 17)

(define (ipv4-header-length bytes at)
  "(ipv4-header-length bytes at)\nHow long the IPv4 header at AT says it is, in bytes."
  (* 4 (bitwise-and 15 (ipv4-version-and-length bytes at))))

;; A frame may be longer than the packet in it, which was filled up to the least length of frames.
(define (ipv4-payload-end bytes at)
  "(ipv4-payload-end bytes at)\nWhere the IPv4 packet that begins at AT ends."
  (+ at (ipv4-length bytes at)))

(define (ipv4-problem bytes at end)
  "(ipv4-problem bytes at end)\nWhat is wrong with the IPv4 packet at AT, in a frame that ends at END, in words, or #f."
  (cond ((< (- end at) ipv4-header) "too short for IPv4")
        ((not (= 4 (arithmetic-shift (ipv4-version-and-length bytes at) -4))) "not version 4")
        (else
         (let ((header (ipv4-header-length bytes at)) (n (ipv4-length bytes at)))
           (cond ((not (<= ipv4-header header n (- end at))) "lengths that do not fit together")
                 ((not (= 0 (checksum bytes at (+ at header) 0))) "a wrong checksum of IPv4")
                 (else #f))))))

;; Is it a part of a packet, first or later?
(define (ipv4-fragment? bytes at)
  "(ipv4-fragment? bytes at)\nIs the IPv4 packet at AT a part of a larger one?"
  (not (= 0 (bitwise-and #x3FFF (ipv4-fragment bytes at)))))

;; A header of 20 bytes for N bytes behind it; do not fragment.
(define (write-ipv4! bytes at n protocol id source destination)
  "(write-ipv4! bytes at n protocol id source destination)\nWrite an IPv4 header of 20 bytes at AT, for the N bytes behind it (RFC 791, 3.1)."
  (ipv4-version-and-length-set! bytes at #x45)
  (ipv4-service-set! bytes at 0)
  (ipv4-length-set! bytes at (+ ipv4-header n))
  (ipv4-id-set! bytes at id)
  (ipv4-fragment-set! bytes at #x4000)
  (ipv4-ttl-set! bytes at 64)
  (ipv4-protocol-set! bytes at protocol)
  (ipv4-checksum-set! bytes at 0)
  (ipv4-source-set! bytes at source)
  (ipv4-destination-set! bytes at destination)
  (ipv4-checksum-set! bytes at (checksum bytes at (+ at ipv4-header) 0)))

;; --- ICMP (RFC 792) --------------------------------------------------------------------------------------------------

(define-layout icmp-header
  (u8 icmp-type icmp-type-set!)
  (u8 icmp-code icmp-code-set!)
  (u16 icmp-checksum icmp-checksum-set!)
  (u16 icmp-id icmp-id-set!)
  (u16 icmp-sequence icmp-sequence-set!))

(define echo-reply 0)
(define unreachable 3)
(define echo-request 8)

(define icmp-at (+ ipv4-at ipv4-header))
(define icmp-data-at (+ icmp-at icmp-header))

(define (icmp-problem bytes at end)
  "(icmp-problem bytes at end)\nWhat is wrong with the ICMP message from AT to END, in words, or #f."
  (cond ((< (- end at) icmp-header) "too short for ICMP")
        ((not (= 0 (checksum bytes at end 0))) "a wrong checksum of ICMP")
        (else #f)))

;; Everything behind the header is there already.
(define (write-icmp! bytes at end type code id sequence)
  "(write-icmp! bytes at end type code id sequence)\nWrite an ICMP header at AT; what is behind it, up to END, is there already (RFC 792)."
  (icmp-type-set! bytes at type)
  (icmp-code-set! bytes at code)
  (icmp-checksum-set! bytes at 0)
  (icmp-id-set! bytes at id)
  (icmp-sequence-set! bytes at sequence)
  (icmp-checksum-set! bytes at (checksum bytes at end 0)))

;; The request that is there becomes the answer.
(define (icmp-reply! bytes at end)
  "(icmp-reply! bytes at end)\nLet the echo request from AT to END become its answer."
  (write-icmp! bytes at end echo-reply 0 (icmp-id bytes at) (icmp-sequence bytes at)))

;; --- UDP (RFC 768) ---------------------------------------------------------------------------------------------------

(define-layout udp-header
  (u16 udp-source udp-source-set!)
  (u16 udp-destination udp-destination-set!)
  (u16 udp-length udp-length-set!)
  (u16 udp-checksum udp-checksum-set!))

(define udp-data-at (+ ipv4-at ipv4-header udp-header))

;; The sum of what is thought to stand before a UDP header.
(define (pseudo-sum source destination n)
  (define (add a b) (let ((s (+ a b))) (if (> s #xFFFF) (- s #xFFFF) s)))
  (define (halves ip) (add (arithmetic-shift ip -16) (bitwise-and ip #xFFFF)))
  (add (add (halves source) (halves destination)) (add protocol-udp n)))

(define (udp-data-start at)
  "(udp-data-start at)\nWhere the data of the UDP datagram at AT begin."
  (+ at udp-header))
(define (udp-data-end bytes at)
  "(udp-data-end bytes at)\nWhere the data of the UDP datagram at AT end."
  (+ at (udp-length bytes at)))

;; No checksum is 0; one that comes out as 0 is sent as #xFFFF.
(define (udp-problem bytes at end source destination)
  "(udp-problem bytes at end source destination)\nWhat is wrong with the UDP datagram from AT to END, between these IP addresses, in words, or #f."
  (cond ((< (- end at) udp-header) "too short for UDP")
        ((not (<= udp-header (udp-length bytes at) (- end at))) "a length of UDP that does not fit")
        ((= 0 (udp-checksum bytes at)) #f)
        ((not (= 0 (checksum bytes at (udp-data-end bytes at) (pseudo-sum source destination (udp-length bytes at))))) "a wrong checksum of UDP")
        (else #f)))

;; The N bytes of data are there already.
(define (write-udp! bytes at n from to source destination)
  "(write-udp! bytes at n from to source destination)\nWrite a UDP header at AT, from port FROM to port TO; the N bytes of data behind it are there already (RFC 768)."
  (let ((length (+ n udp-header)))
    (udp-source-set! bytes at from)
    (udp-destination-set! bytes at to)
    (udp-length-set! bytes at length)
    (udp-checksum-set! bytes at 0)
    (let ((sum (checksum bytes at (+ at length) (pseudo-sum source destination length))))
      (udp-checksum-set! bytes at (if (= sum 0) #xFFFF sum)))))

;; --- in words ----------------------------------------------------------------------------------------------------------

(define (describe-frame bytes)
  "(describe-frame bytes)\nOne line about the frame in BYTES, whatever is in it."
  (define n (bytevector-length bytes))
  (define (text . parts) (apply string-append (map (lambda (x) (if (number? x) (number->string x) x)) parts)))
  (define (ports at end source destination)
    (let ((problem (udp-problem bytes at end source destination)))
      (if problem
          (text "UDP with " problem)
          (text "UDP port " (udp-source bytes at) " to " (udp-destination bytes at) ", " (- (udp-data-end bytes at) (udp-data-start at)) " bytes"))))
  (define (inside at end source destination)
    (let ((protocol (ipv4-protocol bytes ipv4-at)))
      (cond ((ipv4-fragment? bytes ipv4-at) "a fragment")
            ((= protocol protocol-udp) (ports at end source destination))
            ((= protocol protocol-icmp)
             (let ((problem (icmp-problem bytes at end)))
               (if problem
                   (text "ICMP with " problem)
                   (text "ICMP "
                         (cond ((= (icmp-type bytes at) echo-request) "echo request")
                               ((= (icmp-type bytes at) echo-reply) "echo reply")
                               ((= (icmp-type bytes at) unreachable) "unreachable")
                               (else (number->string (icmp-type bytes at))))
                         " " (icmp-sequence bytes at)))))
            (else (text "protocol " protocol ", " (- end at) " bytes")))))
  (define (ipv4)
    (let ((problem (ipv4-problem bytes ipv4-at n)))
      (if problem
          (text "IPv4 with " problem)
          (let ((source (ipv4-source bytes ipv4-at)) (destination (ipv4-destination bytes ipv4-at)))
            (text (ip->string source) " > " (ip->string destination) ": "
                  (inside (+ ipv4-at (ipv4-header-length bytes ipv4-at)) (ipv4-payload-end bytes ipv4-at) source destination))))))
  (define (arp)
    (let ((at ethernet-length))
      (cond ((arp-problem bytes at n) => (lambda (problem) (text "ARP with " problem)))
            ((= arp-request (arp-operation bytes at))
             (text "ARP: who has " (ip->string (arp-target-ip bytes at)) "? Tell " (ip->string (arp-sender-ip bytes at))))
            (else (text "ARP: " (ip->string (arp-sender-ip bytes at)) " is at " (hardware->string (arp-sender bytes at)))))))
  (cond ((< n ethernet-length) (text "a runt of " n " bytes"))
        ((= type-arp (ethernet-type bytes 0)) (arp))
        ((= type-ipv4 (ethernet-type bytes 0)) (ipv4))
        (else (text (hardware->string (ethernet-source bytes 0)) " > " (hardware->string (ethernet-destination bytes 0)) ": type "
                    (number->string (ethernet-type bytes 0) 16) ", " n " bytes"))))
