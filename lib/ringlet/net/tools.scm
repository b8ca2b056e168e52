;;; What is typed at the prompt: ping, ifconfig, dump-packets.

(define (say . parts)
  (for-each display parts))

(define (milliseconds us)
  (let ((n (quotient us 10)))
    (string-append (number->string (quotient n 100)) "." (if (< (modulo n 100) 10) "0" "") (number->string (modulo n 100)))))

;; The network that a packet to this address goes to.
(define (network-for who ip)
  (if (not (in-network? ip #x7F000000 8)) (wait-for-address))
  (let ((all (networks)))
    (or (find (lambda (n) (in-network? ip (setting n setting-address) (setting n setting-prefix))) all)
        (find (lambda (n) (setting n setting-gateway)) all)
        (some-network who))))

(define ping
  (case-lambda
    ((host) "(ping host [count [bytes]])
Ask HOST, an address like 10.0.2.2, for COUNT (3) echoes of BYTES (56) bytes, one a second at most, tell how long each took, and return how many came."
            (ping host 3))
    ((host count) (ping host count 56))
    ((host count bytes)
     (let* ((ip (address-of 'ping 1 host)) (network (network-for 'ping ip)) (id (+ 1 (random-integer 65535))))
       (if (not (and (exact-integer? count) (<= 1 count 65535))) (%raise-type 'ping 2 "a count from 1 to 65535" count))
       (if (not (and (exact-integer? bytes) (<= 0 bytes longest-data))) (%raise-type 'ping 3 "a number of bytes from 0 to 1472" bytes))
       (let loop ((i 1) (n 0))
         (if (> i count)
             (begin
               (send (worker network) (vector 'echo-end id))
               n)
             (let ((begun (current-jiffy)))
               (send (worker network) (vector 'echo (self) id ip i bytes))
               (let ((m (receive-message-if
                         (lambda (m) (and (vector? m) (= 5 (vector-length m)) (eq? 'echo-reply (vector-ref m 0)) (eqv? id (vector-ref m 1)) (eqv? i (vector-ref m 2))))
                         1)))
                 (if m
                     (begin
                       (say (ip->string (vector-ref m 3)) ": " bytes " bytes, number " i ", " (milliseconds (- (vector-ref m 4) begun)) " ms\n")
                       (if (< i count) (sleep 0.2))
                       (loop (+ i 1) (+ n 1)))
                     (begin
                       (say (ip->string ip) ": no answer to number " i "\n")
                       (loop (+ i 1) n)))))))))))

(define (ifconfig)
  "(ifconfig)\nPrint the interfaces: hardware address, link, IP address and gateway, and what they counted."
  (if (null? (cdr (interfaces))) (say "There is no network card that the system has a driver for.\n"))
  (for-each
   (lambda (i)
     (let ((n (network-on (interface-name i))))
       (say (interface-name i) "  " (hardware->string (interface-address i)) "  " (if (interface-link? i) "link" "no link") "  mtu " (interface-mtu i) "\n")
       (if n
           (say "    address " (ip->string (setting n setting-address)) "/" (setting n setting-prefix)
                (if (setting n setting-gateway) (string-append "  gateway " (ip->string (setting n setting-gateway))) "")
                (if (setting n setting-lease) (string-append "  dhcp " (symbol->string (setting n setting-lease))) "") "\n"))
       (if (interface-alive? i)
           (begin
             (say "   ")
             (for-each (lambda (c) (say " " (car c) " " (cdr c))) (interface-statistics i))
             (say "\n"))
           (say "    its driver does not run\n"))))
   (interfaces)))

(define dump-packets
  (case-lambda
    ((interface) "(dump-packets interface [count [seconds]])
Print a line about each frame that passes by INTERFACE, its name, up to COUNT (10), and no longer than SECONDS (10); return them as a list of pairs: microseconds and frame."
                 (dump-packets interface 10))
    ((interface count) (dump-packets interface count 10))
    ((interface count seconds)
     (let ((s (open-ethernet-socket interface #f 'promiscuous #t 'sent #t)) (until (+ (now) seconds)))
       (let loop ((i 0) (found '()))
         (let ((frame (and (< i count) (> until (now)) (ethernet-receive s (- until (now))))))
           (if frame
               (begin
                 (say (milliseconds (ethernet-time s)) (if (ethernet-sent? s) " < " " > ") (describe-frame frame) "\n")
                 (loop (+ i 1) (cons (cons (ethernet-time s) frame) found)))
               (begin
                 (close-ethernet-socket s)
                 (reverse found)))))))))
