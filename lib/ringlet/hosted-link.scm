;;; Drivers of the hosted system's links: a link is a card without registers, whose interrupt line has its number.

;; An address of those that anybody may give, the same for the same link.
(define (link-address name)
  (let ((address (bytevector #x02 #x52 0 0 0 0)))
    (let loop ((i 0) (hash 5381))
      (if (< i (bytevector-length name))
          (loop (+ i 1) (modulo (bitwise-xor (* 33 hash) (bytevector-u8-ref name i)) 4294967296))
          (let fill ((i 2) (hash hash))
            (if (< i 6)
                (begin
                  (bytevector-u8-set! address i (modulo hash 256))
                  (fill (+ i 1) (quotient hash 256)))))))
    address))

;; After so many frames others have their turn.
(define frames-at-once 64)

(define (serve! link interrupt buffer)
  (let loop ((left frames-at-once))
    (let ((length (%link-read! link buffer)))
      (cond ((eof-object? length) (error "the link is gone:" link))
            ((not length)
             (interrupt-acknowledge! interrupt)
             (interrupt-wait interrupt))
            (else
             ;; One that is longer than the buffer is a giant, whatever was cut off.
             (interface-receive! buffer 0 (min length (bytevector-length buffer)))
             (if (> left 0) (loop (- left 1)) (thread-yield!)))))))

;; Nothing says when there is room again.
(define (retry-later!)
  (spawn (lambda ()
           (sleep 0.0005)
           (interface-transmit-ready!))))

(define (run-link link interface-name)
  "(run-link link interface-name)
Let this process be the driver of the hosted system's LINK, a number, as the interface called INTERFACE-NAME."
  (let ((interrupt (make-interrupt link)) (buffer (make-bytevector 2048)) (padded (make-bytevector shortest-frame)))
    (serve-interrupts (lambda () (serve! link interrupt buffer)))
    (run-interface interface-name (link-address (%link-name link))
                   (lambda (frame start end)
                     (or (if (>= (- end start) shortest-frame)
                             (%link-write link frame start end)
                             (begin
                               (bytevector-fill! padded 0)
                               (bytevector-copy! padded 0 frame start end)
                               (%link-write link padded 0 shortest-frame)))
                         (begin
                           (retry-later!)
                           #f)))
                   (lambda (what . arguments) #f))))

(define (start-links)
  "(start-links)
Begin the drivers of all links, as the interfaces eth0, eth1 ..., and return when they work. One that ends is begun again."
  (let ((names (let loop ((i 0)) (if (%link-name i) (cons (string-append "eth" (number->string i)) (loop (+ i 1))) '()))))
    (start-supervisor
     (let loop ((l names) (i 0))
       (if (pair? l)
           (cons (child (string->symbol (car l)) (lambda () (run-link i (car l))) 'priority 'driver) (loop (cdr l) (+ i 1)))
           '()))
     'intensity 100 'period 1 'name 'links)
    (for-each wait-for-interface names)))
