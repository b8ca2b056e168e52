;;; IPv4 on the network interfaces: a process for each, UDP sockets, ping, and what the network is set to.
(define-library (ringlet net)
  (export network-start! network-stop! start-networks networks network-name network-address network-gateway network-statistics
          open-udp-socket close-udp-socket udp-socket? udp-socket-port udp-send udp-receive udp-sender udp-sender-port udp-socket-dropped
          ping ifconfig dump-packets ip->string string->ip)
  (import (scheme base) (scheme write) (scheme case-lambda) (scheme time) (only (scheme cxr) caddr cdddr)
          (only (ringlet) self find-process process? process-alive? send receive-message receive-message-if monitor demonitor kill processes process-name
                thread-start! make-thread make-mutex mutex-lock! mutex-unlock! sleep find filter remove list-head
                make-shared-vector share bitwise-and arithmetic-shift string-split
                make-channel channel-send! channel-receive! condition-type)
          (only (srfi 27) random-integer)
          (only (ringlet internal) %raise %raise-type %option %check-options %down?)
          (only (ringlet supervisor) child start-supervisor)
          (ringlet ethernet) (ringlet net packets) (ringlet net dhcp))
  (include "net/stack.scm" "net/dhcp-client.scm" "net/automatic.scm" "net/udp.scm" "net/tools.scm"))
