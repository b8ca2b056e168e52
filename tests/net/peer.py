"""A peer at the other end of a network of frames: each datagram of a unix socket is one Ethernet frame, without its check sequence.

Used by: tests/net, benchmarks/net.py.  The system under test has the other end: `--link dgram:LOCAL:REMOTE` hosted, `-netdev dgram` of QEMU.

A peer sends and receives frames; what it does to them on the way is said by a Faults: loss, duplication, another order, and frames that no
card should send.  The same seed makes the same faults.
"""
import argparse
import os
import random
import socket
import struct
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ETHERTYPE = 0x88B5  # for experiments (IEEE 802)
BROADCAST = b"\xff" * 6
ADDRESS = bytes.fromhex("025000000001")
SHORTEST, LONGEST = 60, 1514


def frame(payload, destination=BROADCAST, source=ADDRESS, ethertype=ETHERTYPE):
    """A frame that is padded to the shortest length."""
    return (destination + source + struct.pack(">H", ethertype) + payload).ljust(SHORTEST, b"\0")


def checksum(data):
    """The Internet's (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Faults:
    """What happens to frames on the way, each with a probability from 0 to 1; `seed` makes it happen again."""

    def __init__(self, seed=1, loss=0, duplicates=0, swaps=0, runts=0, giants=0, damage=0):
        self.random = random.Random(seed)
        self.loss, self.duplicates, self.swaps = loss, duplicates, swaps
        self.runts, self.giants, self.damage = runts, giants, damage
        self.kept = None  # a frame that is to come after the next one
        self.counts = dict.fromkeys(("lost", "duplicates", "swapped", "runts", "giants", "damaged"), 0)

    def happens(self, name, probability):
        if probability and self.random.random() < probability:
            self.counts[name] += 1
            return True
        return False

    def apply(self, data):
        """The frames that arrive in place of this one, in order."""
        frames = [] if self.happens("lost", self.loss) else [data]
        if frames and self.happens("duplicates", self.duplicates):
            frames.append(data)
        if frames and self.happens("damaged", self.damage):  # its check sequence was right, some other checksum will not be
            i = self.random.randrange(14, len(data))
            frames[0] = data[:i] + bytes([data[i] ^ (1 << self.random.randrange(8))]) + data[i + 1:]
        if self.happens("runts", self.runts):
            frames.insert(0, data[:self.random.randrange(0, 14)])
        if self.happens("giants", self.giants):
            frames.insert(0, data + bytes(self.random.randrange(LONGEST + 1, 4000) - len(data)))
        if self.kept is not None:
            frames, self.kept = frames + [self.kept], None
        elif frames and self.happens("swapped", self.swaps):
            self.kept = frames.pop()
        return frames

    def rest(self):
        kept, self.kept = self.kept, None
        return [] if kept is None else [kept]


class Peer:
    """One end of a network; `with Peer() as peer:` removes its sockets afterwards."""

    def __init__(self, faults=None):
        self.directory = tempfile.TemporaryDirectory(prefix="peer-")
        self.path = os.path.join(self.directory.name, "peer")
        self.other = os.path.join(self.directory.name, "system")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket.bind(self.path)
        self.faults = faults or Faults()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.directory.cleanup()

    def link(self):
        """The options of the hosted system."""
        return ["--link", "dgram:%s:%s" % (self.other, self.path)]

    def qemu(self, card="rtl8139", name="n0", address="52:54:00:12:34:56"):
        """The options of QEMU."""
        return ["-netdev", "dgram,id=%s,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s" % (name, self.other, self.path),
                "-device", "%s,netdev=%s,mac=%s" % (card, name, address)]

    def put(self, data, timeout=10):
        """Send exactly this; waits while the system has no room.  False: it is not there."""
        end = time.monotonic() + timeout
        self.socket.settimeout(timeout)
        while True:
            try:
                self.socket.sendto(data, self.other)
                return True
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            except (BlockingIOError, OSError):
                if time.monotonic() > end:
                    return False
                time.sleep(0.0002)

    def send(self, data):
        """Send it, as the faults let it through."""
        for each in self.faults.apply(data):
            self.put(each)

    def flush(self):
        for each in self.faults.rest():
            self.put(each)

    def receive(self, timeout=10):
        """The next frame; None after that many seconds."""
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(65536)
        except (TimeoutError, BlockingIOError):
            return None

    def receive_type(self, ethertype=ETHERTYPE, timeout=10):
        """The next frame of this type."""
        end = time.monotonic() + timeout
        while True:
            got = self.receive(max(0.001, end - time.monotonic()))
            if got is None or got[12:14] == struct.pack(">H", ethertype):
                return got


def run_tests(functions, description, results):
    """Run the functions called test_..., those that are named on the command line or all; end the program with the count."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/host/ringlet"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for name, test in list(functions.items()):
        if name.startswith("test_") and (not options.names or any(n in name for n in options.names)):
            test(options.binary)
    print("%d passed, %d failed" % (results.count(True), results.count(False)))
    sys.exit(0 if all(results) else 1)
