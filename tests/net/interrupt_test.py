#!/usr/bin/env python3
"""Test how soon a driver runs after an interrupt, and that its ring does not overflow, while another process keeps 64 MB alive and makes garbage.

QEMU counts instructions, so what is measured is the same on every machine. docs/drivers.md has the bound.
"""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "benchmarks"))
from cards_test import Rig, attempt, check, driver  # noqa: E402
import machine  # noqa: E402
from gc_systems import COUNTING  # noqa: E402

BOUND = 1000000
NEIGHBOUR = """(define busy (spawn-process (lambda ()
  (let ((lists (make-vector 8192 '())))
    (let fill ((i 0)) (if (< i 8192) (begin (vector-set! lists i (make-list 1000 i)) (fill (+ i 1)))))
    (let loop ((i 0)) (vector-set! lists (modulo (* i 7919) 8192) (make-list 1000 i)) (loop (+ i 1)))))
  'quota 200000000))"""


def latency():
    program = "benchmarks/net/interrupt.scm"
    _, output = machine.run_qemu(["--script", program, "1000", "64"], [(program, program)], memory="512M", timeout=100,
                                 extra=["-device", "rtl8139"] + COUNTING)
    found = dict(line.split(" ", 1) for line in output.decode(errors="replace").splitlines() if " " in line)
    longest = int(found.get("longest", -1))
    check("the driver runs soon after each interrupt", 0 < longest <= BOUND, output.decode(errors="replace")[-300:])
    check("the clock of the card is near the interrupt", 0 < int(found.get("median", -1)) < BOUND // 2)


def nothing_is_lost():
    with Rig("rtl8139", memory="512M") as rig:
        rig.ask(NEIGHBOUR)
        rig.wait_until("(> (cdr (assq 'bytes-held (process-info busy))) 66000000)", "#t")
        rng = random.Random(5)
        frames = [rig.cables[0].frame(rng.randrange(60, 1515), b"%08d" % i + rng.randbytes(1500)) for i in range(1500)]
        _, back = rig.cables[0].flood(frames, 10, 20)
        check("every frame comes back while another process collects", sorted(back) == sorted(frames), f"{len(back)} of {len(frames)}")
        check("the ring loses none", "\n(0 0)\r" in rig.ask("(list (statistic 'missed) (statistic 'ring-overflows))"))
        check("and that process goes on", "\n#t\r" in rig.ask("(process-alive? busy)"))


if __name__ == "__main__":
    for test in (latency, nothing_is_lost):
        attempt(test)
    driver.finish()
