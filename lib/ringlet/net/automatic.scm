;;; The networks that the system begins by itself: one for each card, with DHCP.

(define (seconds-since t) (- (now) t))

;; A card's driver may take a while, and is tried again when it fails; after a minute a new interface is its user's affair.
(define watched-seconds 60)

(define (start-networks)
  "(start-networks)
What the process called networks does: begin a network, with an address by DHCP, on each interface that appears in the first minute, but on lo. A network that somebody
has begun there is left alone, and network-start! takes the place of one begun here."
  (let ((begun (now)))
    (let loop ((known '("lo")))
      (let ((new (filter (lambda (name) (not (member name known))) (map interface-name (interfaces)))))
        (for-each
         (lambda (name)
           (guard (c (#t #f))
             (if (not (network-on name)) (network-start! name 'automatic #t))))
         new)
        (if (< (seconds-since begun) watched-seconds)
            (begin
              (sleep (if (< (seconds-since begun) 2) 0.01 1))
              (loop (append new known))))))))

(define seconds-for-address 3)

(define (has-address? n)
  (not (= 0 (setting n setting-address))))

(define (on-cable? n)
  (not (equal? "lo" (setting n setting-interface))))

;; When somebody uses a network right after the start, there may be no address yet, but soon.
(define (wait-for-address)
  (let ((begun (now)))
    (let wait ()
      (let ((some (filter on-cable? (networks))))
        (if (and (not (find has-address? some))
                 (or (pair? some) (find-process 'networks))
                 (< (seconds-since begun) seconds-for-address))
            (begin
              (sleep 0.01)
              (wait)))))))
