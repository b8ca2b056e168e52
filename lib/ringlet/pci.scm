;;; PCI configuration space by mechanism 1 of the PCI Local Bus Specification 3.0, section 3.2.2.3.2 (and the page
;;; "PCI" of the OSDev wiki): the address of a register is written to port #xCF8, and port #xCFC then is that
;;; register. The names below are those of chapter 6, where the registers that all devices have are described.
;;;
;;; Only a process that may import (ringlet hardware) can use this. Drivers cannot: configuration space can move a
;;; card's registers and let it write to memory.

(define-record-type pci-device
  (make-pci-device bus slot function vendor id class class-name revision bars interrupt-line)
  pci-device?
  (bus pci-device-bus)
  (slot pci-device-slot)
  (function pci-device-function)
  (vendor pci-device-vendor)
  (id pci-device-id)
  (class pci-device-class)
  (class-name pci-device-class-name)
  (revision pci-device-revision)
  (bars pci-device-bars)
  (interrupt-line pci-device-interrupt-line))

;; --- configuration space -----------------------------------------------------------------------------------------

;; A child has its parent's variables, but may not use its parent's ports.
(define the-ports #f)
(define their-owner #f)

(define (configuration-ports)
  (if (not (eq? their-owner (self)))
      (begin
        (set! the-ports (make-ports #xCF8 8))
        (set! their-owner (self))))
  the-ports)

(define (register-address bus slot function offset)
  (bitwise-ior #x80000000 (arithmetic-shift bus 16) (arithmetic-shift slot 11) (arithmetic-shift function 8)
               (bitwise-and offset #xFC)))

;; Address and data belong together: nobody else may use the two ports in between.
(define (read-register bus slot function offset width)
  (let ((ports (configuration-ports)) (address (register-address bus slot function offset)))
    (%preemption-off)
    (port-set! ports 0 4 address)
    (let ((value (port-ref ports (+ 4 (bitwise-and offset 3)) width)))
      (%preemption-on)
      value)))

(define (write-register! bus slot function offset width value)
  (let ((ports (configuration-ports)) (address (register-address bus slot function offset)))
    (%preemption-off)
    (port-set! ports 0 4 address)
    (port-set! ports (+ 4 (bitwise-and offset 3)) width value)
    (%preemption-on)))

;; Everything is checked before preemption is off, where no condition may be raised.
(define (check-register who device offset width)
  (if (not (pci-device? device)) (%raise-type who 1 "a device of pci-devices" device))
  (if (not (memv width '(1 2 4))) (%raise 'range who "a register is 1, 2 or 4 bytes wide, not" width))
  (if (not (and (exact-integer? offset) (<= 0 offset 255) (= 0 (modulo offset width))))
      (%raise 'range who "a register's offset is from 0 to 255 and a multiple of its width, but is" offset)))

(define (pci-ref device offset width)
  "(pci-ref device offset width)
The register of WIDTH bytes (1, 2 or 4) at OFFSET (0 to 255) in the configuration space of DEVICE, one of pci-devices."
  (check-register 'pci-ref device offset width)
  (read-register (pci-device-bus device) (pci-device-slot device) (pci-device-function device) offset width))

(define (pci-set! device offset width value)
  "(pci-set! device offset width value)\nWrite VALUE to a register of the configuration space of DEVICE; see pci-ref."
  (check-register 'pci-set! device offset width)
  (if (not (and (exact-integer? value) (<= 0 value) (< value (expt 256 width))))
      (%raise 'range 'pci-set! "this value does not fit into the register:" value))
  (write-register! (pci-device-bus device) (pci-device-slot device) (pci-device-function device) offset width value))

(define (pci-change! device offset width keep add)
  "(pci-change! device offset width keep add)
Of a register of the configuration space of DEVICE keep the bits of KEEP, and set those of ADD."
  (pci-set! device offset width (bitwise-ior add (bitwise-and keep (pci-ref device offset width)))))

;; --- what the classes are called ---------------------------------------------------------------------------------

;; Class and subclass, after appendix D of the specification and the PCI ID database.
(define class-names
  '((#x0000 . "old device") (#x0001 . "old VGA card")
    (#x0100 . "SCSI controller") (#x0101 . "IDE controller") (#x0102 . "floppy controller") (#x0104 . "RAID controller")
    (#x0105 . "ATA controller") (#x0106 . "SATA controller") (#x0107 . "SAS controller") (#x0108 . "NVM controller")
    (#x0180 . "mass storage controller")
    (#x0200 . "Ethernet controller") (#x0201 . "token ring controller") (#x0202 . "FDDI controller")
    (#x0203 . "ATM controller") (#x0280 . "network controller")
    (#x0300 . "VGA controller") (#x0301 . "XGA controller") (#x0302 . "3D controller") (#x0380 . "display controller")
    (#x0400 . "video device") (#x0401 . "audio device") (#x0403 . "HD audio device") (#x0480 . "multimedia device")
    (#x0500 . "memory controller") (#x0501 . "flash memory") (#x0580 . "memory controller")
    (#x0600 . "host bridge") (#x0601 . "ISA bridge") (#x0602 . "EISA bridge") (#x0604 . "PCI bridge")
    (#x0605 . "PCMCIA bridge")
    (#x0607 . "CardBus bridge") (#x0680 . "bridge")
    (#x0700 . "serial controller") (#x0701 . "parallel controller") (#x0703 . "modem")
    (#x0780 . "communication controller")
    (#x0800 . "interrupt controller") (#x0801 . "DMA controller") (#x0802 . "timer") (#x0803 . "clock")
    (#x0805 . "SD host controller") (#x0880 . "system peripheral")
    (#x0900 . "keyboard controller") (#x0901 . "digitizer") (#x0902 . "mouse controller") (#x0980 . "input controller")
    (#x0A00 . "docking station") (#x0B40 . "coprocessor")
    (#x0C00 . "FireWire controller") (#x0C03 . "USB controller") (#x0C04 . "fibre channel") (#x0C05 . "SMBus")
    (#x0D00 . "IrDA controller") (#x0D11 . "Bluetooth controller") (#x0D80 . "wireless controller")
    (#x1000 . "network encryption controller") (#x1100 . "data acquisition module")))

(define (class-name class)
  (cond ((assv (arithmetic-shift class -8) class-names) => cdr)
        (else "unknown device")))

;; --- enumeration -------------------------------------------------------------------------------------------------

;; A base address register as (kind . address), kind being ports or memory; #f where there is none. The upper half
;; of one of 64 bits is a register of its own, and is #f too.
(define (read-bars bus slot function n)
  (let loop ((i 0) (upper? #f) (bars '()))
    (if (= i n)
        (reverse bars)
        (let ((value (read-register bus slot function (+ #x10 (* 4 i)) 4)))
          (cond ((or upper? (= value 0)) (loop (+ i 1) #f (cons #f bars)))
                ((bit-set? 0 value) (loop (+ i 1) #f (cons (cons 'ports (bitwise-and value #xFFFC)) bars)))
                (else
                 (loop (+ i 1) (= 4 (bitwise-and value 6))
                       (cons (cons 'memory (bitwise-and value #xFFFFFFF0)) bars))))))))

(define (read-device bus slot function vendor-and-id)
  (define (register offset width) (read-register bus slot function offset width))
  (let ((class (arithmetic-shift (register #x08 4) -8))
        (bridge? (= 1 (bitwise-and #x7F (register #x0E 1))))
        (line (register #x3C 1)))
    (make-pci-device bus slot function (bitwise-and vendor-and-id #xFFFF) (arithmetic-shift vendor-and-id -16)
                     class (class-name class)
                     (register #x08 1) (read-bars bus slot function (if bridge? 2 6))
                     ;; Pin 0: the device has no interrupt.  Line 255: the firmware connected it to none.
                     (and (> (register #x3D 1) 0) (< line 255) line))))

(define (pci-devices)
  "(pci-devices)
A list of what is plugged into the PCI buses: records that show what they are, with pci-device-bus, -slot,
-function, -vendor, -id, -class (the class, subclass and interface in 24 bits), -class-name, -revision, -bars, a
list of (ports . address), (memory . address) or #f, and -interrupt-line, or #f. Empty where there is no PCI bus."
  (define (scan-bus bus found)
    (let loop ((slot 0) (found found))
      (if (= slot 32) found (loop (+ slot 1) (scan-slot bus slot found)))))
  (define (scan-slot bus slot found)
    (let ((first (read-register bus slot 0 0 4)))
      (if (absent? first)
          found
          (let ((n (if (bit-set? 7 (read-register bus slot 0 #x0E 1)) 8 1)))
            (let loop ((function 0) (found found))
              (if (= function n)
                  found
                  (let ((vendor-and-id (read-register bus slot function 0 4)))
                    (loop (+ function 1)
                          (if (absent? vendor-and-id)
                              found
                              (add (read-device bus slot function vendor-and-id) found))))))))))
  ;; Behind a bridge is another bus, whose number the firmware has given it. A number that is no larger than that of
  ;; this bus would lead round in a circle.
  (define (add device found)
    (let ((behind (and (= #x0604 (arithmetic-shift (pci-device-class device) -8)) (pci-ref device #x19 1))))
      (if (and behind (> behind (pci-device-bus device)))
          (scan-bus behind (cons device found))
          (cons device found))))
  (if (has-pci?) (reverse (scan-bus 0 '())) '()))

(define (pci-device-at bus slot function)
  "(pci-device-at bus slot function)\nThe device at this place, as in pci-devices, or #f."
  (if (not (and (exact-integer? bus) (exact-integer? slot) (exact-integer? function)
                (<= 0 bus 255) (<= 0 slot 31) (<= 0 function 7)))
      (%raise 'range 'pci-device-at "there is no such place:" (list bus slot function)))
  (let ((vendor-and-id (read-register bus slot function 0 4)))
    (and (not (absent? vendor-and-id))
         (read-device bus slot function vendor-and-id))))

(define (absent? vendor-and-id)
  (memv (bitwise-and vendor-and-id #xFFFF) '(0 #xFFFF)))

;; Where there is a bus the address can be read back.
(define (has-pci?)
  (let ((ports (configuration-ports)))
    (%preemption-off)
    (port-set! ports 0 4 #x80000000)
    (let ((there? (= #x80000000 (port-ref ports 0 4))))
      (%preemption-on)
      there?)))

;; --- what is done to a device before a driver gets it --------------------------------------------------------------

(define (pci-bar who device i)
  (if (not (pci-device? device)) (%raise-type who 1 "a device of pci-devices" device))
  (let ((bars (pci-device-bars device)))
    (and (exact-integer? i) (< -1 i (length bars)) (list-ref bars i))))

(define (pci-bar-kind device i)
  "(pci-bar-kind device i)
ports or memory: what the base address register I (from 0) of DEVICE names; #f: it names nothing."
  (let ((bar (pci-bar 'pci-bar-kind device i))) (and bar (car bar))))

(define (pci-bar-address device i)
  "(pci-bar-address device i)
The first port or the address that the base address register I (from 0) of DEVICE names, or #f."
  (let ((bar (pci-bar 'pci-bar-address device i))) (and bar (cdr bar))))

(define (pci-bar-size device i)
  "(pci-bar-size device i)
How many ports or bytes the base address register I (from 0) of DEVICE names; 0: none. It is found by writing to the
register (specification, section 6.2.5.1): the device does not answer meanwhile, so ask before there is a driver."
  (let ((offset (and (pci-bar 'pci-bar-size device i) (+ #x10 (* 4 i)))) (command (pci-ref device 4 2)))
    (if (not offset)
        0
        (let ((old (pci-ref device offset 4)))
          (pci-set! device 4 2 (bitwise-and command #xFFFC))
          (pci-set! device offset 4 #xFFFFFFFF)
          (let ((answer (pci-ref device offset 4)))
            (pci-set! device offset 4 old)
            (pci-set! device 4 2 command)
            (if (eq? (pci-bar-kind device i) 'ports)
                (+ 1 (bitwise-and #xFFFF (bitwise-not (bitwise-and answer #xFFFC))))
                (+ 1 (bitwise-and #xFFFFFFFF (bitwise-not (bitwise-and answer #xFFFFFFF0))))))))))

(define (pci-find-capability device wanted)
  "(pci-find-capability device number)
The offset of the capability with this NUMBER in the configuration space of DEVICE, or #f (specification, 6.7)."
  (let loop ((offset (if (bit-set? 4 (pci-ref device 6 2)) (pci-ref device #x34 1) 0)) (left 48))
    (let ((offset (bitwise-and offset #xFC)))
      (cond ((or (< offset #x40) (= left 0)) #f)
            ((= (pci-ref device offset 1) wanted) offset)
            (else (loop (pci-ref device (+ offset 1) 1) (- left 1)))))))

;; The command register: bit 0 answers to ports, 1 to memory, 2 bus master, 10 no interrupts (section 6.2.2). Power
;; management is capability 1: the two lowest bits at 4 are the state, 0 being on (Power Management Specification
;; 1.2, 3.2.4).
(define (pci-enable! device master?)
  "(pci-enable! device master?)
Wake DEVICE and let it answer and interrupt; and read and write memory by itself if MASTER? is true."
  (let ((power (pci-find-capability device 1)))
    (if power (pci-change! device (+ power 4) 2 #xFFFC 0)))
  (pci-change! device 4 2 #xFBF8 (if master? 7 3)))

(define (pci-silence device)
  "(pci-silence device)
What makes DEVICE silent, for make-device: it no longer reads or writes memory, nor interrupts."
  (let ((ports (configuration-ports))
        (bus (pci-device-bus device)) (slot (pci-device-slot device)) (function (pci-device-function device)))
    (list (list ports 0 4 (register-address bus slot function 4))
          (list ports 4 2 #xFBFB #x0400))))
