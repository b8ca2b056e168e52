;;; DHCP (RFC 2131), a client's side: what its messages are, and what follows from which.
(define-library (ringlet net dhcp)
  (export dhcp-client-port dhcp-server-port dhcp-discover dhcp-request dhcp-read lease-address lease-prefix lease-gateway lease-server lease-seconds
          lease-renew lease-rebind
          lease-kind lease-transaction dhcp-bound dhcp-refused dhcp-offers? dhcp-grants? dhcp-for-good?)
  (import (scheme base) (ringlet net layout)
          (only (ringlet) arithmetic-shift)
          (only (scheme bytevector) bytevector-u32-ref bytevector-u32-set!))
  (include "dhcp.scm"))
