#!/usr/bin/env python3
"""Measure raw Ethernet sockets: frames out, in, and there and back, hosted and in QEMU, with a peer at the other end.

Used by: ./bench net [--frames N] [--no-qemu].

`loopback` is between two processes of the system. In QEMU the clock counts instructions there, a thousand as a microsecond, and so it does
for frames out; frames in and round trips depend on the peer, so they are timed by the clock.  `interrupt` is from an interrupt of the
card to the thread of its driver, in instructions, alone and beside a process that keeps 64 MB alive.  A peer that is faster than the program makes its queue overflow: those frames are lost.
"""
import argparse
import os
import subprocess
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "benchmarks", "net")
RINGLET = os.path.join(ROOT, "build", "host", "ringlet")

sys.path.insert(0, os.path.join(ROOT, "tests"))
sys.path.insert(0, os.path.join(ROOT, "tests", "net"))
import machine  # noqa: E402
from gc_systems import COUNTING  # noqa: E402
from peer import Peer, frame  # noqa: E402


def figures(output):
    """The lines `name value` of a program as a table."""
    return dict(line.strip().split(" ", 1) for line in output.decode(errors="replace").splitlines() if " " in line)


class Other(threading.Thread):
    """What the peer does: it answers, floods and echoes as the program tells it to."""

    def __init__(self, peer, frames, size):
        super().__init__(daemon=True)
        self.peer, self.frames, self.payload, self.got = peer, frames, b"\xff" * (size - 14), 0
        self.start()

    def run(self):
        phase = 0
        while True:
            got = self.peer.receive_type(timeout=60)
            if got is None:
                return
            if got[14] != 255:
                phase, self.got = got[14], 0
                if phase == 1:
                    self.peer.put(frame(b"go"))
                if phase == 2:
                    for _ in range(self.frames):
                        self.peer.put(frame(self.payload))
                continue
            self.got += 1
            if phase == 1 and self.got == self.frames:
                self.peer.put(frame(b"done"))
            if phase == 3:
                self.peer.put(got)


def check(found, wanted, output):
    if found.get("result") != wanted:
        sys.exit("WRONG: %s" % output.decode(errors="replace")[-500:])


def hosted(program, frames, size, links=()):
    done = subprocess.run([RINGLET, *links, os.path.join(SOURCES, program), str(frames), str(size)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300)
    return figures(done.stdout), done.stdout


def in_qemu(program, frames, size, extra):
    _, output = machine.run_qemu(["--no-network", "--script", program, str(frames), str(size)], [(program, os.path.join(SOURCES, program))],
                                 memory="128M", timeout=300, extra=extra)
    return figures(output), output


def show_interrupts(n, megabytes):
    program = "interrupt.scm"
    _, output = machine.run_qemu(["--script", program, str(n), str(megabytes)], [(program, os.path.join(SOURCES, program))],
                                 memory="512M", timeout=300, extra=["-device", "rtl8139"] + COUNTING)
    found = figures(output)
    check(found, "ok", output)
    print("%-28s %5d MB     median %s  999 of 1000 %s  longest %s instructions" %
          ("interrupt to driver, QEMU", megabytes, found["median"], found["most-of-1000"], found["longest"]))


def show(where, size, found, unit):
    scale = 1000 if unit == "instructions" else 1
    print("%-28s %5d bytes  %s" % (where, size, "  ".join(
        "%s %.*f" % (name[:-3], 0 if scale > 1 else 2, float(value) * scale) for name, value in found.items() if name.endswith("-us")) +
        " " + unit + ("  lost in: " + found["lost"] if "lost" in found else "")))


def main():
    parser = argparse.ArgumentParser(prog="./bench net", description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=20000, help="how many (20000)")
    parser.add_argument("--no-qemu", action="store_true", help="only hosted")
    parser.add_argument("--no-build", action="store_true", help="install and build nothing")
    options = parser.parse_args()
    n = options.frames
    if not options.no_qemu:
        for megabytes in (0, 64):
            show_interrupts(max(1000, n // 4), megabytes)
    wanted, wanted_card = "(%d %d)" % (n, n), "(%d %d)" % (n, n // 10)
    for size in (60, 1514):
        found, output = hosted("loopback.scm", n, size)
        check(found, wanted, output)
        show("loopback, hosted", size, found, "us")
        with Peer() as peer:
            Other(peer, n, size)
            found, output = hosted("card.scm", n, size, peer.link())
            check(found, wanted_card, output)
            show("link, hosted", size, found, "us")
        if options.no_qemu:
            continue
        found, output = in_qemu("loopback.scm", n // 4, size, COUNTING)
        check(found, "(%d %d)" % (n // 4, n // 4), output)
        show("loopback, QEMU", size, found, "instructions")
        for card in ("rtl8139", "ne2k_pci"):
            with Peer() as peer:
                Other(peer, n, size)
                found, output = in_qemu("card.scm", n, size, peer.qemu(card))
                check(found, wanted_card, output)
                show("%s, QEMU" % card, size, found, "us")
            with Peer() as peer:
                Other(peer, n // 4, size)
                found, output = in_qemu("card.scm", n // 4, size, peer.qemu(card) + COUNTING)
                check(found, "(%d %d)" % (n // 4, n // 40), output)
                show("%s, QEMU" % card, size, {"out-us": found["out-us"]}, "instructions")


if __name__ == "__main__":
    main()
