;;; Ethernet, ARP, IPv4, ICMP and UDP: reading and writing what is in a frame.  Nothing here waits, sends or remembers.
(define-library (ringlet net packets)
  (export ip->string string->ip hardware->string broadcast-hardware multicast-hardware
          ethernet-length ethernet-destination ethernet-destination-set! ethernet-source ethernet-source-set! ethernet-type ethernet-type-set!
          type-ipv4 type-arp
          arp-length arp-frame arp-problem arp-operation arp-sender arp-sender-ip arp-target-ip arp-request arp-reply
          ipv4-problem ipv4-header-length ipv4-payload-end ipv4-length ipv4-protocol ipv4-source ipv4-destination ipv4-ttl ipv4-fragment? write-ipv4!
          ipv4-at icmp-at icmp-problem icmp-type icmp-code icmp-id icmp-sequence icmp-data-at write-icmp! icmp-reply!
          echo-request echo-reply unreachable
          udp-problem udp-source udp-destination udp-data-start udp-data-end udp-data-at write-udp!
          protocol-icmp protocol-udp protocol-tcp checksum describe-frame)
  (import (scheme base) (only (scheme char) char-numeric?) (ringlet net layout)
          (only (ringlet) iota string-join string-split bitwise-and arithmetic-shift bitwise-not)
          (only (ringlet internal) %ones-sum))
  (include "packets.scm"))
