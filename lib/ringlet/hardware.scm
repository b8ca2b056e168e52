;;; What is made of capabilities: restricted ones, and devices, which are given to a process.

(define (make-interrupt line)
  "(make-interrupt line)
The capability to wait for the interrupts of LINE, 0 to 15. Several may be made for one line; it stays closed until all have acknowledged."
  (%make-interrupt line (make-shared-cell 0)))

;; Large enough to have pages of its own, which lie one behind the other.
(define least-region 8192)

(define (make-dma-region length)
  "(make-dma-region length)
A region of memory of LENGTH bytes that a card may be told to use: port-set-address!. It lies in one piece, and its first byte 8 bytes behind the beginning of a page;
see dma-region-bytes. Its memory is charged as shared, and stays while a device has it."
  (%make-dma-region (make-shared-bytevector (if (and (exact-integer? length) (<= 0 length least-region)) least-region length) 0)))

;; --- rules -----------------------------------------------------------------------------------------------------

(define (bad-rule rule)
  (%raise 'type 'restrict "this is not a rule:" rule))

(define (check-numbers rule numbers)
  (for-each (lambda (n) (if (not (and (exact-integer? n) (<= 0 n #xFFFFFFFF))) (bad-rule rule))) numbers))

(define (choice? x)
  (and (pair? x) (exact-integer? (car x)) (exact-integer? (cdr x)) (>= (car x) 0) (>= (cdr x) 0)))

;; As in src/proc/device.h.
(define (rule->vector rule)
  (define (numbers count)
    (if (not (= (length rule) (+ 1 count))) (bad-rule rule))
    (check-numbers rule (cdr rule))
    (cdr rule))
  (if (not (and (list? rule) (pair? rule))) (bad-rule rule))
  (case (car rule)
    ((free)
     (let ((n (numbers 2)))
       (if (> (car n) (cadr n)) (bad-rule rule))
       (vector 0 (car n) (+ 1 (- (cadr n) (car n))))))
    ((bits) (list->vector (cons 1 (numbers 3))))
    ((address) (vector 2 (car (numbers 1)) 4))
    ((length)
     (let ((n (numbers 6)))
       (list->vector (cons 3 n))))
    ((choice)
     (if (not (and (= (length rule) 6) (list? (list-ref rule 4)) (every choice? (list-ref rule 4)))) (bad-rule rule))
     (check-numbers rule (list (list-ref rule 1) (list-ref rule 2) (list-ref rule 3) (list-ref rule 5)))
     (list->vector (cons 4 (cdr rule))))
    ((reset) (list->vector (cons 5 (numbers (if (= (length rule) 4) 3 6)))))
    (else (bad-rule rule))))

(define (restrict registers rules)
  "(restrict registers rules)
A capability to less than REGISTERS, ports or a window: reading is free, and only what the RULES name may be written, the first that names a byte deciding. A rule is
(free first last): these bytes; (bits offset width mask): of this register the bits of MASK; (address offset): 4 bytes, by port-set-address! alone;
(length offset width mask shift address extra): the bits of MASK, shifted right, and EXTRA are how many bytes the card uses behind what the register at ADDRESS says;
(choice offset width mask ((bits . bytes) ...) address): likewise, by a table; (reset offset width mask): writing bits of MASK makes the card forget its addresses, and with three
numbers more, enable, address and bytes, bits of ENABLE are refused unless so many bytes are behind what the register at ADDRESS says, and while they are set less is."
  (if (not (list? rules)) (%raise-type 'restrict 2 "a list of rules" rules))
  (let ((vectors (list->vector (map rule->vector rules))))
    (%restrict registers (share vectors) (make-shared-vector (* 2 (vector-length vectors)) #f))))

;; --- devices ---------------------------------------------------------------------------------------------------

(define (make-device process capabilities silence)
  "(make-device process capabilities silence)
Give the CAPABILITIES, a list of this process's, to PROCESS. When that ends, they are revoked; SILENCE is done first, a list of what keeps the device quiet: (ports offset
width value), or (ports offset width mask value) where what the register has of MASK is kept."
  (if (not (list? capabilities)) (%raise-type 'make-device 2 "a list of capabilities" capabilities))
  (if (not (and (list? silence) (every list? silence))) (%raise-type 'make-device 3 "a list of lists" silence))
  (%make-device process (share capabilities) (share (map list->vector silence))))
