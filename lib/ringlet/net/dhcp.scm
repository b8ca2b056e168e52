;;; The messages of DHCP (RFC 2131, section 2; options: RFC 2132), and the client's exchange (section 4.4): discover, offer, request, acknowledgement.

(define dhcp-client-port 68)
(define dhcp-server-port 67)

(define-layout dhcp-header
  (u8 dhcp-operation dhcp-operation-set!)
  (u8 dhcp-hardware dhcp-hardware-set!)
  (u8 dhcp-hardware-length dhcp-hardware-length-set!)
  (u8 dhcp-hops dhcp-hops-set!)
  (u32 dhcp-transaction dhcp-transaction-set!)
  (u16 dhcp-seconds dhcp-seconds-set!)
  (u16 dhcp-flags dhcp-flags-set!)
  (u32 dhcp-own dhcp-own-set!)
  (u32 dhcp-your dhcp-your-set!)
  (u32 dhcp-next-server dhcp-next-server-set!)
  (u32 dhcp-relay dhcp-relay-set!)
  (6 dhcp-client dhcp-client-set!)
  (202 dhcp-names dhcp-names-set!)
  (u32 dhcp-cookie dhcp-cookie-set!))

(define cookie #x63825363)

;; Options (RFC 2132).
(define option-mask 1)
(define option-router 3)
(define option-address 50)
(define option-lease-time 51)
(define option-kind 53)
(define option-server 54)
(define option-wanted 55)
(define option-renew 58)
(define option-rebind 59)
(define option-end 255)

(define kind-discover 1)
(define kind-offer 2)
(define kind-request 3)
(define kind-acknowledged 5)
(define kind-refused 6)

(define (u32-bytes n)
  (let ((b (make-bytevector 4)))
    (bytevector-u32-set! b 0 n 'big)
    b))

(define (option code value)
  (bytevector-append (bytevector code (bytevector-length value)) value))

;; Answers are to be broadcast while the client has no address; OWN is 0 then.
(define (message transaction hardware own . options)
  (let ((b (make-bytevector dhcp-header 0)))
    (dhcp-operation-set! b 0 1)
    (dhcp-hardware-set! b 0 1)
    (dhcp-hardware-length-set! b 0 6)
    (dhcp-transaction-set! b 0 transaction)
    (dhcp-flags-set! b 0 (if (= own 0) #x8000 0))
    (dhcp-own-set! b 0 own)
    (dhcp-client-set! b 0 hardware)
    (dhcp-cookie-set! b 0 cookie)
    (apply bytevector-append b (append options (list (option option-wanted (bytevector option-mask option-router option-lease-time)) (bytevector option-end))))))

(define (dhcp-discover transaction hardware)
  "(dhcp-discover transaction hardware)\nThe message that asks who has an address for the card with this HARDWARE address."
  (message transaction hardware 0 (option option-kind (bytevector kind-discover))))

(define (dhcp-request transaction hardware offer own)
  "(dhcp-request transaction hardware offer own)
The message that takes the OFFER, a lease; with the address OWN, not 0, the one that asks for more time for that."
  (if (= own 0)
      (message transaction hardware 0 (option option-kind (bytevector kind-request))
               (option option-address (u32-bytes (lease-address offer))) (option option-server (u32-bytes (lease-server offer))))
      (message transaction hardware own (option option-kind (bytevector kind-request)))))

;; --- answers -------------------------------------------------------------------------------------------------------

(define-record-type lease
  (make-lease kind transaction address prefix gateway server seconds renew rebind)
  lease?
  (kind lease-kind)                ; a number; dhcp-bound: it holds
  (transaction lease-transaction)
  (address lease-address)
  (prefix lease-prefix)            ; how many bits of the address are the network's
  (gateway lease-gateway)          ; or #f
  (server lease-server)
  (seconds lease-seconds)
  (renew lease-renew)              ; T1 and T2: after so many seconds more time is asked for, of the server and of all
  (rebind lease-rebind))

(define dhcp-bound kind-acknowledged)
(define dhcp-refused kind-refused)
(define for-good #xFFFFFFFF)

(define (dhcp-for-good? lease)
  "(dhcp-for-good? lease)\nDoes LEASE never end (RFC 2131, section 3.3)?"
  (= for-good (lease-seconds lease)))

;; An address that one host may have, from a server that is one, for some time.
(define (sound? lease)
  (define (of-one? ip) (and (<= #x01000000 ip #xDFFFFFFF) (not (= 127 (arithmetic-shift ip -24)))))
  (and (of-one? (lease-address lease)) (of-one? (lease-server lease)) (> (lease-seconds lease) 0)))

(define (dhcp-offers? lease)
  "(dhcp-offers? lease)\nIs LEASE an offer that may be taken?"
  (and (= kind-offer (lease-kind lease)) (sound? lease)))

(define (dhcp-grants? lease)
  "(dhcp-grants? lease)\nDoes LEASE grant what was asked for, and something that can be used?"
  (and (= kind-acknowledged (lease-kind lease)) (sound? lease)))

;; An association list of code and value; #f if they do not end as they should: what was cut off is not known.
(define (read-options bytes)
  (define n (bytevector-length bytes))
  (let loop ((i dhcp-header) (l '()))
    (and (< i n)
         (let ((code (bytevector-u8-ref bytes i)))
           (cond ((= 0 code) (loop (+ i 1) l))
                 ((= option-end code) l)
                 ((>= (+ i 1) n) #f)
                 (else
                  (let ((end (+ i 2 (bytevector-u8-ref bytes (+ i 1)))))
                    (and (<= end n) (loop end (cons (cons code (bytevector-copy bytes (+ i 2) end)) l))))))))))

(define (prefix-of mask)
  (let loop ((n 32) (mask mask)) (if (or (= n 0) (odd? mask)) n (loop (- n 1) (arithmetic-shift mask -1)))))

(define (dhcp-read bytes hardware)
  "(dhcp-read bytes hardware)\nThe lease that a server's answer in BYTES offers or grants to the card with this HARDWARE address, or #f: it is none."
  (and (>= (bytevector-length bytes) dhcp-header)
       (= 2 (dhcp-operation bytes 0))
       (= cookie (dhcp-cookie bytes 0))
       (equal? hardware (dhcp-client bytes 0))
       (let ((options (read-options bytes)))
         (define (number code default)
           (let ((o (assv code options)))
             (if (and o (>= (bytevector-length (cdr o)) 4)) (bytevector-u32-ref (cdr o) 0 'big) default)))
         (let ((kind (and options (assv option-kind options))))
           (and kind
                (= 1 (bytevector-length (cdr kind)))
                (let* ((seconds (number option-lease-time 3600))
                       (rebind (number option-rebind (/ (* 7 seconds) 8)))
                       (renew (number option-renew (/ seconds 2)))
                       (gateway (number option-router 0)))
                  (make-lease (bytevector-u8-ref (cdr kind) 0) (dhcp-transaction bytes 0) (dhcp-your bytes 0)
                              (prefix-of (number option-mask #xFFFFFF00)) (and (not (= 0 gateway)) gateway) (number option-server 0)
                              seconds (min renew rebind seconds) (min rebind seconds))))))))
