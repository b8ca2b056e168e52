;;; DHCP in a network's process (RFC 2131, section 4.4): a thread that gets an address, keeps it while it may, and gives it up.
;;;
;;; A lease is asked for again at T1, of the server that granted it; from T2 on of all servers; when it is over, or a server
;;; refuses, the address is dropped at once and everything begins anew.

(define dhcp-waits '(1/4 1/2 1 2 4 8))

(define (dhcp-send! data ip source)
  (with-lock (lambda () (send-udp! dhcp-client-port ip dhcp-server-port data source))))

;; The answer to this TRANSACTION that is ok?, until then; #f: there was none.
(define (dhcp-listen answers transaction ok? until)
  (let* ((left (- until (now)))
         (data (and (> left 0) (channel-receive! answers left #f)))
         (lease (and data (dhcp-read data hardware))))
    (cond ((not data) #f)
          ((and lease (= transaction (lease-transaction lease)) (ok? lease)) lease)
          (else (dhcp-listen answers transaction ok? until)))))

;; The answer after asking up to so many times, and when that was asked for, from which its time counts.
(define (dhcp-ask answers transaction ask! ok?)
  (let next ((waits dhcp-waits))
    (if (null? waits)
        (values #f #f)
        (let ((begun (now)))
          (ask!)
          (let ((answer (dhcp-listen answers transaction ok? (+ begun (car waits)))))
            (if answer (values answer begun) (next (cdr waits))))))))

(define (grants-or-refuses? lease)
  (or (= dhcp-refused (lease-kind lease)) (dhcp-grants? lease)))

(define (use-lease! lease)
  (with-lock
   (lambda ()
     (set-setting! settings setting-address (lease-address lease))
     (set-setting! settings setting-prefix (lease-prefix lease))
     (set-setting! settings setting-gateway (lease-gateway lease))
     (set-setting! settings setting-lease 'bound))))

(define (drop-lease!)
  (with-lock
   (lambda ()
     (set-setting! settings setting-address 0)
     (set-setting! settings setting-gateway #f)
     (set-setting! settings setting-lease 'asking)
     (set! waiting '()))))

(define (lease-state! state)
  (set-setting! settings setting-lease state))

;; An address is offered and taken: the lease and since when it counts, or #f.
(define (get-lease answers)
  (let ((transaction (random-integer #x7FFFFFFF)))
    (call-with-values
        (lambda ()
          (dhcp-ask answers transaction (lambda () (dhcp-send! (dhcp-discover transaction hardware) broadcast-ip 0)) dhcp-offers?))
      (lambda (offer begun)
        (if offer
            (dhcp-ask answers transaction (lambda () (dhcp-send! (dhcp-request transaction hardware offer 0) broadcast-ip 0))
                      (lambda (l) (and (grants-or-refuses? l) (= (lease-server l) (lease-server offer)))))
            (values #f #f))))))

;; Ask for more time until UNTIL, of TO: what answers, and when it was asked for. The pauses are half of what is left, and not short
;; (section 4.4.5), but that a lease of seconds has a few too.
(define (ask-for-more answers lease to until)
  (define transaction (random-integer #x7FFFFFFF))
  (define shortest (max 1/8 (min 60 (/ (lease-seconds lease) 16))))
  (define (ok? l)
    (and (grants-or-refuses? l)
         (or (= dhcp-refused (lease-kind l)) (= (lease-address l) (lease-address lease)))))
  (let again ()
    (let* ((begun (now)) (left (- until begun)))
      (if (<= left 0)
          (values #f #f)
          (begin
            (dhcp-send! (dhcp-request transaction hardware lease (lease-address lease)) to (own))
            (let ((answer (dhcp-listen answers transaction ok? (+ begun (min left (max shortest (/ left 2)))))))
              (if answer (values answer begun) (again))))))))

;; Returns when it is over. SERVER is who granted it.
(define (hold-lease answers lease begun)
  (use-lease! lease)
  (if (dhcp-for-good? lease) (let for-ever () (sleep 100000) (for-ever)))
  (let ((left (- (+ begun (lease-renew lease)) (now)))) (if (> left 0) (sleep left)))
  (define (continue more since)
    (and more (dhcp-grants? more) (hold-lease answers more since)))
  (lease-state! 'renewing)
  (call-with-values (lambda () (ask-for-more answers lease (lease-server lease) (+ begun (lease-rebind lease))))
    (lambda (more since)
      (if more
          (continue more since)
          (begin
            (lease-state! 'rebinding)
            (call-with-values (lambda () (ask-for-more answers lease broadcast-ip (+ begun (lease-seconds lease)))) continue))))))

;; A server that refuses all the time is asked once a second.
(define (dhcp-for-ever answers)
  (drop-lease!)
  (guard (c (#t (with-lock (lambda () (count! 'dhcp-failures))) (sleep 1)))
    (call-with-values (lambda () (get-lease answers))
      (lambda (lease begun)
        (if (and lease (dhcp-grants? lease))
            (hold-lease answers lease begun)
            (sleep 1)))))
  (dhcp-for-ever answers))

(define (start-dhcp!)
  (let ((answers (make-channel 16)))
    (set! udp-ports
          (cons (list dhcp-client-port (lambda (data) (channel-send! answers data 0)) #f #f #f) udp-ports))
    (thread-start! (make-thread (lambda () (dhcp-for-ever answers)) 'dhcp))))
