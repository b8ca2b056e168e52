;;; Devices when the system starts: the drivers are begun if there is something to drive.
;;;
;;; All about devices is in libraries, which take time to load. So here is only looked whether there is a network
;;; card on the first PCI bus, or a bridge to another one. The rest is done in processes of their own, beside the
;;; prompt: drivers, and networks, which gets an address for each card.

;; Part of the register at `address` by configuration mechanism 1, see lib/ringlet/pci.scm.
(define (%pci-part ports address part width)
  (%port-set! ports 0 4 address)
  (%port-ref ports (+ 4 part) width))

;; `n` functions or slots from the one whose class register is at `address`: is there one that may be something to
;; drive?
(define (%drivable-among? ports n address step)
  (and (> n 0)
       (let ((class (%pci-part ports address 2 2)))
         (or (eqv? class #x0604)
             (eqv? (quotient class #x100) 2)
             (and (eqv? step #x800)
                  (not (eqv? class #xFFFF))
                  (bit-set? 7 (%pci-part ports (+ address 4) 2 1))
                  (%drivable-among? ports 7 (+ address #x100) #x100))
             (%drivable-among? ports (- n 1) (+ address step) step)))))

;; The hosted program has no ports.
(define (%has-drivable?)
  (guard (c ((eq? (condition-type c) 'device) #f))
    (let ((ports (%make-ports #xCF8 8)))
      (%port-set! ports 0 4 #x80000000)
      (and (eqv? (%port-ref ports 0 4) #x80000000)
           (%drivable-among? ports 32 #x80000008 #x800)))))

(define (%start-drivers network?)
  (if (%has-drivable?)
      (begin
        (spawn-process (lambda () (eval '(run-drivers) (environment '(ringlet drivers)))) 'name 'drivers)
        (if network?
            (spawn-process (lambda () (eval '(start-networks) (environment '(ringlet net)))) 'name 'networks 'priority 'low)))))

;; What is typed first where there is a network needs no import at the prompt. The library is looked for when it is used.
(define (%network-command name arguments)
  (apply (eval name (environment '(ringlet net))) arguments))

(define (%ping . arguments)
  "(ping host [count [bytes]])
Ask HOST, an address like 10.0.2.2, for COUNT (3) echoes of BYTES (56) bytes, one a second at most, tell how long each took, and return how many came. See (ringlet net)."
  (%network-command 'ping arguments))

(define (%ifconfig)
  "(ifconfig)\nPrint the network interfaces: hardware address, link, IP address and gateway, and what they counted. See (ringlet net)."
  (%network-command 'ifconfig '()))

(define (%add-network-commands! environment)
  (for-each (lambda (name hidden) (%environment-import! environment name (%environment-lookup (%primitive-environment) hidden)))
            '(ping ifconfig) '(%ping %ifconfig)))

;; --- the keyboard ----------------------------------------------------------------------------------------------

(define (keyboard-layout . layout)
  "(keyboard-layout [layout])
Without LAYOUT which one the keyboard of the machine has, us or de. With it, keys typed from now on have that: for all processes. An error
where there is no keyboard, as hosted: there the terminal knows the layout."
  (let ((input (or (find-process 'input) (%raise 'device 'keyboard-layout "there is no keyboard here that a driver serves")))
        (layout (if (null? layout) #f (car layout))))
    (if (not (memq layout '(#f us de)))
        (%raise 'range 'keyboard-layout "there is no keyboard layout of this name, but us and de:" layout))
    (let ((m (or (%request input 'keyboard-layout layout) (%raise 'device 'keyboard-layout "the keyboard is served no more"))))
      (vector-ref m 2))))

;; What is typed before its driver works waits in the core.  A batch run has nobody who types.
(define (%start-keyboard)
  (if (and (%console-interactive?)
           (guard (c ((eq? (condition-type c) 'device) #f)) (%make-ports #x60 5)))
      (spawn-process (lambda () (eval '(run-keyboard) (environment '(ringlet keyboard)))) 'name 'input 'priority 'driver)))
