;;; Tests of (ringlet pci) with a simulated bus; the library's file is included, so that the ports in it are those
;;; of this program.
(import (scheme base) (chibi test)
        (only (ringlet) bitwise-and bitwise-ior bitwise-not arithmetic-shift bit-set? condition-type self)
        (only (ringlet internal) %preemption-off %preemption-on %raise %raise-type))

;; (bus slot function) and 256 bytes of configuration space.
(define spaces '())
(define address 0)
(define there? #t)

(define (make-ports base length) 'ports)
(define (space-at n)
  (define (part shift mask) (bitwise-and mask (arithmetic-shift n shift)))
  (cond ((assoc (list (part -16 255) (part -11 31) (part -8 7)) spaces)
         => cdr)
        (else #f)))
(define (get space offset width)
  (let loop ((i (- width 1)) (n 0)) (if (< i 0) n (loop (- i 1) (+ (* 256 n) (bytevector-u8-ref space (+ offset i)))))))
(define (put! space offset width value)
  (do ((i 0 (+ i 1)) (n value (quotient n 256))) ((= i width)) (bytevector-u8-set! space (+ offset i) (modulo n 256))))
(define (port-ref ports offset width)
  (cond ((not there?) (- (expt 256 width) 1))
        ((< offset 4) address)
        ((space-at address) => (lambda (space) (get space (+ (bitwise-and address 252) (- offset 4)) width)))
        (else (- (expt 256 width) 1))))
;; Base address register 0 of the cards has 256 ports, 1 has 4 KB.
(define (port-set! ports offset width value)
  (cond ((< offset 4) (set! address value))
        ((space-at address)
         => (lambda (space)
              (let ((at (+ (bitwise-and address 252) (- offset 4))))
                (put! space at width
                      (case at
                        ((#x10) (bitwise-ior 1 (bitwise-and value #xFFFFFF00)))
                        ((#x14) (bitwise-and value #xFFFFF000))
                        (else value))))))))

(define (cdddr l) (cdr (cddr l)))
(define (add-function! bus slot function vendor id class . registers)
  (let ((space (make-bytevector 256 0)))
    (put! space 0 2 vendor)
    (put! space 2 2 id)
    (put! space 8 4 (* 256 class))
    (let loop ((l registers))
      (if (pair? l) (begin (put! space (car l) (cadr l) (car (cddr l))) (loop (cdddr l)))))
    (set! spaces (cons (cons (list bus slot function) space) spaces))
    space))

(include "pci.scm")

(define-syntax type-of-error
  (syntax-rules () ((_ e) (guard (c (#t (condition-type c))) e 'none))))
(define (names)
  (map (lambda (d)
         (list (pci-device-bus d) (pci-device-slot d) (pci-device-function d) (pci-device-class-name d)))
       (pci-devices)))

(test-begin "pci")

(test-group "no bus, an empty bus"
  (set! there? #f)
  (test '() (pci-devices))
  (set! there? #t)
  (test '() (pci-devices)))

(add-function! 0 0 0 #x8086 #x1237 #x060000)
(add-function! 0 1 0 #x8086 #x7000 #x060100 #x0E 1 #x80)
(add-function! 0 1 1 #x8086 #x7010 #x010180)
(add-function! 0 1 7 #x8086 #x7113 #x068000)
(define card-space
  (add-function! 0 3 0 #x10EC #x8139 #x020000 #x06 2 #x10 #x10 4 #xC001 #x14 4 #xFEBD1000 #x18 4 #xF0000004 #x1C 4 1
                 #x20 4 #xE0000000 #x34 1 #x50 #x3C 1 11 #x3D 1 1
                 #x50 2 #x6005 #x60 2 #x0001 #x64 2 #xC003))
(add-function! 0 4 0 #x1234 #x1111 #xFF0000 #x3C 1 255 #x3D 1 1)
;; A single function answers for all, and one that has none is skipped.
(add-function! 0 4 1 #x1234 #x1111 #x030000)

(test-group "enumeration"
  (test '((0 0 0 "host bridge") (0 1 0 "ISA bridge") (0 1 1 "IDE controller") (0 1 7 "bridge")
          (0 3 0 "Ethernet controller")
          (0 4 0 "unknown device"))
        (names))
  (let ((card (list-ref (pci-devices) 4)))
    (test #x10EC (pci-device-vendor card))
    (test #x8139 (pci-device-id card))
    (test #x020000 (pci-device-class card))
    (test 11 (pci-device-interrupt-line card))
    (test '((ports . #xC000) (memory . #xFEBD1000) (memory . #xF0000000) #f (memory . #xE0000000) #f)
          (pci-device-bars card))
    (test 'ports (pci-bar-kind card 0))
    (test #xFEBD1000 (pci-bar-address card 1))
    (test #f (pci-bar-address card 3))
    (test #f (pci-bar-address card 9)))
  (test #f (pci-device-interrupt-line (list-ref (pci-devices) 5)))
  (test #x8139 (pci-device-id (pci-device-at 0 3 0)))
  (test #f (pci-device-at 0 20 0))
  (test 'range (type-of-error (pci-device-at 0 32 0))))

(test-group "a bridge, and one that leads back"
  (add-function! 0 5 0 #x8086 #x2448 #x060400 #x19 1 1)
  (add-function! 1 2 0 #x10EC #x8029 #x020000)
  (add-function! 1 3 0 #x8086 #x2448 #x060400 #x19 1 1)
  (add-function! 0 6 0 #x8086 #x2448 #x060400)
  (test '((0 5 0 "PCI bridge") (1 2 0 "Ethernet controller") (1 3 0 "PCI bridge") (0 6 0 "PCI bridge"))
        (list-tail (names) 6)))

(test-group "registers"
  (let ((card (list-ref (pci-devices) 4)))
    (test #x813910EC (pci-ref card 0 4))
    (test #x8139 (pci-ref card 2 2))
    (pci-set! card #x3C 1 10)
    (test 10 (pci-ref card #x3C 1))
    (test 256 (pci-bar-size card 0))
    (test 4096 (pci-bar-size card 1))
    (test 0 (pci-bar-size card 3))
    (test #xC001 (pci-ref card #x10 4))
    (test #x60 (pci-find-capability card 1))
    (test #f (pci-find-capability card 17))
    (pci-set! card 4 2 #x0400)
    (pci-enable! card #f)
    (test 3 (pci-ref card 4 2))
    (test #xC000 (pci-ref card #x64 2))
    (pci-enable! card #t)
    (test 7 (pci-ref card 4 2))
    (test '((ports 0 4 #x80001804) (ports 4 2 #xFBFB #x0400)) (pci-silence card))
    (put! card-space #x51 1 #x50)
    (test #f (pci-find-capability card 9))
    (test 'range (type-of-error (pci-ref card 1 2)))
    (test 'range (type-of-error (pci-ref card 256 1)))
    (test 'range (type-of-error (pci-ref card 0 3)))
    (test 'range (type-of-error (pci-set! card 0 1 256)))
    (test 'type (type-of-error (pci-ref 'card 0 1)))
    (test 'type (type-of-error (pci-bar-kind 'card 0)))))

(test-end)
