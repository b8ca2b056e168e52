#!/usr/bin/env python3
"""Test the drivers of network cards with QEMU's cards, and a peer on a datagram socket: one datagram is one frame."""
import os
import random
import re
import select
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "prompt"))
import driver
from driver import attempt, check

TYPE = b"\x88\xb5"  # for experiments (IEEE 802)
PEER = bytes([2, 0, 0, 0, 0, 1])

# In the machine: a process for each card that sends back what it gets. A frame whose first byte of text is 1 is
# answered by a frame of as many bytes as its next two say.
ECHO = """
(import (ringlet drivers) (ringlet pci) (ringlet ethernet))
(define (echo-frames s)
  (let ((f (ethernet-receive s)))
    (if (= 1 (bytevector-u8-ref f 14))
        (ethernet-send s f 0 (bytevector-u16-ref f 15 'big))
        (ethernet-send s f))
    (echo-frames s)))
(define (echo name)
  (guard (c (#t (sleep 0.05)))
    (let ((s (open-ethernet-socket (find-interface name) #x88B5 'queue 1000)))
      (guard (c (#t (close-ethernet-socket s)))
        (echo-frames s))))
  (echo name))
(define (statistic name) (let ((e (assq name (interface-statistics (find-interface "eth0"))))) (if e (cdr e) 0)))
(define (card n) (list-ref (drivers) n))
"""


class Cable:
    """The other end of one card's cable."""

    def __init__(self, folder, n):
        self.name = os.path.join(folder, f"card{n}")
        own = os.path.join(folder, f"peer{n}")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket.bind(own)
        self.socket.setblocking(False)
        self.address = bytes([0x52, 0x54, 0, 0x12, 0x34, 0x56 + n])
        self.options = (f"dgram,id=n{n},local.type=unix,local.path={self.name},remote.type=unix,remote.path={own}")

    def frame(self, size, text=None, rng=random.Random(1)):
        text = rng.randbytes(size - 15) if text is None else text
        return (self.address + PEER + TYPE + b"\0" + text)[:size].ljust(size, b"\0")

    def send(self, frame):
        """Whether there was room for it."""
        try:
            self.socket.sendto(frame, self.name)
            return True
        except BlockingIOError:
            return False

    def send_when_taken(self, frame):
        end = time.monotonic() + 5
        while not self.send(frame) and time.monotonic() < end:
            time.sleep(0.001)

    def receive(self, seconds=2.0):
        if select.select([self.socket], [], [], seconds)[0]:
            return self.socket.recv(1 << 17)
        return None

    def echo(self, frame, seconds=2.0):
        self.send_when_taken(frame)
        return self.receive(seconds)

    def drain(self, quiet=0.3):
        frames = []
        while (frame := self.receive(quiet)) is not None:
            frames.append(frame)
        return frames

    def flood(self, frames, seconds, window, give_up=1.5):
        """Send them as fast as they are taken, at most `window` not yet back, until all are or none comes any more."""
        back, at, end, last = [], 0, time.monotonic() + seconds, time.monotonic()
        while len(back) < len(frames) and time.monotonic() < end and time.monotonic() - last < give_up:
            if at < len(frames) and at - len(back) < window and self.send(frames[at]):
                at += 1
                last = time.monotonic()
            while (frame := self.receive(0 if at - len(back) < window and at < len(frames) else 0.01)) is not None:
                back.append(frame)
                last = time.monotonic()
        return at, back


class Rig:
    """A machine with the cards named, at its prompt, and the cables' other ends.

    Four slots apart on the bus, cards share an interrupt line.
    """

    def __init__(self, *cards, echo=True, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="ringlet")
        self.cables = [Cable(self.folder.name, n) for n in range(len(cards))]
        extra = []
        for n, (card, cable) in enumerate(zip(cards, self.cables)):
            extra += ["-netdev", cable.options, "-device",
                      f"{card},netdev=n{n},id=c{n},mac=52:54:00:12:34:{0x56 + n:02x},addr={3 + 4 * n}"]
        self.machine = driver.Machine(["--no-network"], vga=False, extra=extra, **options)
        self.machine.wait_for("> ")
        if echo:
            self.start_echo()

    def start_echo(self):
        for line in ECHO.strip().split("\n(define"):
            self.ask(line if line.startswith("(import") else "(define" + line)
        for n in range(len(self.cables)):
            self.wait_until(f'(find-interface "eth{n}")', "#<")
            self.ask(f'(define p{n} (spawn-process (lambda () (echo "eth{n}"))))')
            check(f"eth{n} is there", self.echoes_again(self.cables[n]))

    def ask(self, text, seconds=20):
        """What the prompt answers to one form."""
        mark = f"done{random.randrange(10**9)}"
        self.machine.settle(0.05)
        self.machine.type(" ".join(text.split()) + "\r")
        self.machine.type(f"'{mark}\r")
        got = self.machine.wait_for(f"\r\n{mark}", seconds)
        self.machine.wait_for("> ")
        return got

    def wait_until(self, text, wanted, seconds=15):
        end = time.monotonic() + seconds
        while wanted not in (got := self.ask(text)):
            if time.monotonic() > end:
                raise driver.TimedOut(f"{text} never was {wanted}: {got[-300:]!r}")
            time.sleep(0.1)

    def echoes_again(self, cable, seconds=10):
        end = time.monotonic() + seconds
        frame = cable.frame(100)
        while time.monotonic() < end:
            if cable.echo(frame, 0.3) == frame:
                cable.drain()
                return True
        return False

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.machine.close()
        for cable in self.cables:
            cable.socket.close()
        self.folder.cleanup()


def every_size(name, cable):
    wrong = [size for size in range(60, 1515) if cable.echo(frame := cable.frame(size)) != frame]
    check(f"{name}: frames of 60 to 1514 bytes there and back", not wrong, str(wrong[:20]))


# Sending less than the shortest frame: the card's driver fills it up with zeros.
def padding(name, cable):
    for size in (14, 15, 30, 59, 60, 61):
        got = cable.echo((cable.address + PEER + TYPE + b"\1" + size.to_bytes(2, "big")).ljust(100, b"\xaa"))
        whole = (cable.address + PEER + TYPE + b"\1" + size.to_bytes(2, "big")).ljust(100, b"\xaa")[:size]
        check(f"{name}: {size} bytes are sent as {max(size, 60)}", got == whole.ljust(60, b"\0"), repr(got))


# Longer frames than Ethernet has, up to what QEMU lets through, and shorter ones.
def odd_frames(name, rig, cable):
    for size in (1, 13, 14, 59, 1519, 1600, 4096, 9000, 32760, 32768, 40000, 65500, 65531, 65535, 65536, 69000):
        cable.send((cable.address + PEER + b"\x99\x99" + bytes(size))[:size])
        time.sleep(0.005)
    check(f"{name}: works after frames of odd sizes", rig.echoes_again(cable))


def flood(name, cable, n, may_lose):
    rng = random.Random(7)
    frames = [cable.frame(rng.randrange(64, 1515), b"%08d" % i + rng.randbytes(1500)) for i in range(n)]
    sent, back = cable.flood(frames, 15, n if may_lose else 100)
    known = set(frames)
    check(f"{name}: nothing comes back changed", all(f in known for f in back))
    check(f"{name}: nothing comes back twice", len(set(back)) == len(back))
    if may_lose:
        check(f"{name}: some of a flood come back", len(back) > 5, str(len(back)))
    else:
        check(f"{name}: all of a flood come back", len(back) == sent == n, f"{len(back)} of {sent} of {n}")
    cable.drain()


def link(rig, cable):
    rig.machine.ask("set_link", name="n0", up=False)
    rig.wait_until('(interface-link? (find-interface "eth0"))', "#f")
    check("nothing comes through a pulled cable", cable.echo(cable.frame(100), 0.5) is None)
    rig.machine.ask("set_link", name="n0", up=True)
    rig.wait_until('(interface-link? (find-interface "eth0"))', "#t")
    check("frames go through a cable plugged in again", rig.echoes_again(cable))


# The driver is killed again and again while frames come as fast as they can.
def killing(rig, cable):
    for n in range(3):
        frames = [cable.frame(400, b"%d-%08d" % (n, i)) for i in range(400)]
        rig.ask("(define killer (spawn (lambda () (sleep 0.05) (kill (driver-process (card 0))))))")
        _, back = cable.flood(frames, 3, 50, 0.4)
        known = set(frames)
        check("what comes back around a kill is intact", all(f in known for f in back))
        check(f"a killed driver is started again ({n})", rig.echoes_again(cable, 20))
    check("restarts are counted", "3" in rig.ask("(driver-restarts (card 0))"))
    check("the reason is known", "killed" in rig.ask("(driver-reason (card 0))"))


def rtl8139():
    with Rig("rtl8139") as rig:
        cable = rig.cables[0]
        every_size("rtl8139", cable)
        padding("rtl8139", cable)
        flood("rtl8139", cable, 3000, False)
        flood("rtl8139", cable, 3000, True)
        check("rtl8139: works after a flood", rig.echoes_again(cable))
        odd_frames("rtl8139", rig, cable)
        link(rig, cable)
        killing(rig, cable)
        receiver_needs_a_ring(rig)


# Without a ring behind its address the receiver is not switched on: after a reset the card would write to address 0.
def receiver_needs_a_ring(rig):
    rig.ask("(import (ringlet hardware) (ringlet device))")
    rig.ask("(define base (pci-bar-address (driver-device (card 0)) 0))")
    rig.ask("(define ports (restrict (make-ports base 256) '((reset #x37 1 #x10 #x08 #x30 9000) (address #x30))))")
    rig.ask("(define (written? n) (guard (c (#t (condition-type c))) (port-set! ports #x37 1 n) 'written))")
    rig.ask("(define (point! length) (guard (c (#t (condition-type c))) (port-set-address! ports #x30 (make-dma-region length) 0) 'points))")
    for form, wanted in [("(written? 0)", "written"), ("(written? 8)", "device"), ("(point! 8200)", "points"),
                         ("(written? 8)", "device"), ("(point! 9000)", "points"), ("(written? 8)", "written"),
                         ("(point! 8200)", "device"), ("(written? 24)", "device"), ("(written? 8)", "written"),
                         ("(point! 9000)", "points"), ("(written? 16)", "written"), ("(written? 8)", "device"),
                         ("(written? 0)", "written")]:
        got = rig.ask(form)
        check(f"the receiver needs a ring: {form}", f"\n{wanted}\r" in got, got[-120:])


def ne2000():
    with Rig("ne2k_pci") as rig:
        cable = rig.cables[0]
        every_size("ne2k_pci", cable)
        padding("ne2k_pci", cable)
        flood("ne2k_pci", cable, 1000, True)
        odd_frames("ne2k_pci", rig, cable)


# The NE2000 has little room, and loses frames when the machine is busy; the others do not.
def several_cards():
    with Rig("rtl8139", "rtl8139", "ne2k_pci") as rig:
        for n, cable in enumerate(rig.cables):
            for size in (60, 999, 1514):
                frame = cable.frame(size)
                check(f"card {n} of three, {size} bytes", cable.echo(frame) == frame)
        lines = rig.ask("(map (lambda (d) (pci-device-interrupt-line (driver-device d))) (drivers))")
        check("two of the cards share an interrupt line", bool(re.search(r"\((\d+) \1 ", lines)), lines[-200:])
        frames = [cable.frame(300, b"%08d" % i) for cable in rig.cables[:2] for i in range(200)]
        for first, second in zip(frames[:200], frames[200:]):
            rig.cables[0].send_when_taken(first)
            rig.cables[1].send_when_taken(second)
            time.sleep(0.001)
        for n, cable in enumerate(rig.cables[:2]):
            check(f"card {n} loses none while both work", cable.drain() == frames[200 * n:200 * n + 200])
        rig.ask("(kill (driver-process (card 0)))")
        for cable in rig.cables[1:]:
            frame = cable.frame(500)
            check("a card works while another one's driver ends", cable.echo(frame) == frame)
        check("and that one again", rig.echoes_again(rig.cables[0]))


def no_card():
    with Rig(echo=False) as rig:
        rig.ask("(import (ringlet drivers) (ringlet pci))")
        check("no card: no drivers", "()" in rig.ask("(drivers)"))
        check("no card: nothing is started", "#f" in rig.ask("(start-drivers)"))
        check("the other devices are seen", '"host bridge"' in rig.ask("(map pci-device-class-name (pci-devices))"))


# Its ports are moved away, so that nothing answers where the driver looks.
def silent_card():
    with Rig("rtl8139") as rig:
        cable = rig.cables[0]
        rig.ask("(define device (driver-device (card 0)))")
        rig.ask("(pci-set! device #x10 4 #xE001)")
        rig.ask('(restart-driver "eth0")')
        rig.wait_until("(driver-state (card 0))", "waits")
        check("the reason is that the card does not answer", "does not answer" in rig.ask("(driver-reason (card 0))"))
        check("the rest goes on", "42" in rig.ask("(* 6 7)"))
        rig.ask("(pci-set! device #x10 4 (+ 1 (pci-bar-address device 0)))")
        check("it is found when it answers again", rig.echoes_again(cable, 20))


if __name__ == "__main__":
    for test in (rtl8139, ne2000, several_cards, no_card, silent_card):
        attempt(test)
    driver.finish()
