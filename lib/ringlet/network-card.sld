;;; What drivers of network cards have in common.
(define-library (ringlet network-card)
  (export shortest-frame longest-frame multicast-hash multicast-filter check-card-address poll-card serve-interrupts)
  (import (scheme base)
          (only (ringlet) bitwise-and bitwise-ior bitwise-xor arithmetic-shift condition? condition->string exit-process sleep spawn
                thread-yield!))
  (include "network-card.scm"))
