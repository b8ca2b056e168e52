#!/usr/bin/env python3
"""The DHCP client against a server in the frame-exact peer: leases of seconds, and everything a server and a cable may do to them.

usage: tests/net/dhcp_test.py [--binary BINARY] [NAME...]

The last line is `N passed, N failed`.
"""
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from peer import ADDRESS, BROADCAST, Faults, Peer, checksum, run_tests  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
SERVER, CLIENT, OTHER = "10.7.0.1", "10.7.0.20", "10.7.0.21"
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
COOKIE = bytes.fromhex("63825363")

# Says each change of address and state, with when it was seen, until standard input ends.
PROGRAM = """
(import (scheme base) (scheme write) (scheme time) (ringlet net) (only (ringlet) sleep processes process-name))
(define n (network-start! "eth0"))
(define (now) (/ (round (* 1000.0 (/ (current-jiffy) (jiffies-per-second)))) 1000))
(let loop ((before #f))
  (let-values (((ip prefix) (network-address n)))
    (let ((text (string-append (ip->string ip) "/" (number->string prefix))))
      (if (not (equal? text before))
          (begin (write-string text) (write-string " ") (write (now)) (newline) (flush-output-port)))
      (sleep 0.01)
      (loop text))))
"""
results = []


def check(what, condition, detail=""):
    results.append(bool(condition))
    if not condition:
        print(f"FAIL {what}: {detail}"[:600], flush=True)


def options_of(data):
    found, at = {}, 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        found[data[at]] = data[at + 2:at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


def udp_frame(data, destination_ip, hardware=BROADCAST, source_ip=SERVER, ports=(67, 68)):
    source, destination = socket.inet_aton(source_ip), socket.inet_aton(destination_ip)
    length = 8 + len(data)
    udp = struct.pack(">HHHH", *ports, length, 0) + data
    total = checksum(source + destination + struct.pack(">HH", 17, length) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack(">H", total) + udp[8:]
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 1, 0, 64, 17, 0) + source + destination
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return (hardware + ADDRESS + b"\x08\x00" + header + udp).ljust(60, b"\0")


class Seen:
    """A message of the client."""

    def __init__(self, frame):
        self.at = time.monotonic()
        self.hardware = frame[6:12]
        self.is_broadcast = frame[:6] == BROADCAST
        self.source, self.destination = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
        self.data = frame[42:]
        self.options = options_of(self.data)
        self.kind = self.options.get(53, b"\0")[0]
        self.transaction = self.data[4:8]
        self.own = socket.inet_ntoa(self.data[12:16])

    def way(self):
        """How an address is asked for: begin, select, renew or rebind."""
        if self.kind == DISCOVER:
            return "begin"
        if self.own == "0.0.0.0":
            return "select"
        return "rebind" if self.is_broadcast else "renew"


class Server(threading.Thread):
    """A DHCP server and the neighbour of that address.  `answer(seen)` gives what is sent back: a list of frames."""

    def __init__(self, peer, seconds=4, answer=None):
        super().__init__(daemon=True)
        self.peer, self.seconds = peer, seconds
        self.answer = answer or self.serve
        self.seen, self.ends = [], False
        self.address = CLIENT

    def run(self):
        while not self.ends:
            frame = self.peer.receive(0.05)
            if frame is None:
                continue
            if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\1" and frame[38:42] == socket.inet_aton(SERVER):
                self.peer.put((frame[6:12] + ADDRESS + frame[12:20] + b"\0\2" + ADDRESS + frame[38:42] + frame[22:32]).ljust(60, b"\0"))
            elif frame[12:14] == b"\x08\x00" and frame[36:38] == b"\0\x43" and frame[23] == 17:
                seen = Seen(frame)
                self.seen.append(seen)
                for each in self.answer(seen):
                    self.peer.send(each)

    def message(self, seen, kind, extra=None, address=None, seconds=None, server=SERVER):
        address = address or self.address
        seconds = self.seconds if seconds is None else seconds
        data = (bytes([2, 1, 6, 0]) + seen.transaction + bytes(8)
                + socket.inet_aton("0.0.0.0" if kind == NAK else address) + bytes(8)
                + seen.hardware + bytes(10 + 192) + COOKIE + bytes([53, 1, kind, 54, 4]) + socket.inet_aton(server))
        if kind != NAK:
            data += bytes([51, 4]) + struct.pack(">I", seconds) + bytes([1, 4, 255, 255, 255, 0, 3, 4]) + socket.inet_aton(server)
        data += extra or b""
        to_all = kind == NAK or seen.own == "0.0.0.0"
        return udp_frame(data + b"\xff", "255.255.255.255" if to_all else seen.own, BROADCAST if to_all else seen.hardware)

    def serve(self, seen):
        return [self.message(seen, OFFER if seen.kind == DISCOVER else ACK)]

    def ways(self):
        return [s.way() for s in self.seen]


class System:
    """The system at the peer's other end: `changes` are the addresses that it had, and when."""

    def __init__(self, binary, peer, folder):
        program = os.path.join(folder, "watch.scm")
        with open(program, "w") as file:
            file.write(PROGRAM)
        self.process = subprocess.Popen([binary, *peer.link(), program], cwd=ROOT, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.changes = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            words = line.split()
            try:
                self.changes.append((words[0], float(words[1])))
            except (IndexError, ValueError):
                self.changes.append((line, 0.0))

    def addresses(self):
        return [name for name, _ in self.changes]

    def wait_for(self, address, seconds, n=1):
        """When the address was there for the n-th time, by the system's clock; None: it was not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            at = [t for name, t in self.changes if name == address]
            if len(at) >= n:
                return at[n - 1]
            time.sleep(0.01)
        return None


class Rig:
    def __init__(self, binary, seconds=4, faults=None):
        self.binary, self.seconds, self.faults = binary, seconds, faults

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dhcp-")
        self.peer = Peer(self.faults).__enter__()
        self.server = Server(self.peer, self.seconds)
        return self

    def start(self):
        self.server.start()
        self.system = System(self.binary, self.peer, self.folder.name)
        return self.server, self.system

    def __exit__(self, *_):
        self.system.process.kill()
        self.system.process.wait()
        self.server.ends = True
        self.server.join()
        self.peer.__exit__()
        self.folder.cleanup()


BOUND, NONE = CLIENT + "/24", "0.0.0.0/24"


def test_renewal(binary):
    """An address within two seconds, asked for again of the server at half its time, and kept."""
    with Rig(binary, seconds=2) as rig:
        server, system = rig.start()
        begun = time.monotonic()
        check("an address", system.wait_for(BOUND, 2), system.changes)
        print(f"section a lease after {time.monotonic() - begun:.2f} s, with the system's start")
        time.sleep(3.5)
        ways = server.ways()
        check("renewal: what is asked", ways[:2] == ["begin", "select"] and set(ways[2:]) == {"renew"} and 2 <= len(ways[2:]) <= 4, ways)
        first = server.seen[1].at
        check("renewal at half the time", 0.8 < server.seen[2].at - first < 1.4, server.seen[2].at - first)
        check("renewal from its own address", server.seen[2].own == CLIENT and server.seen[2].source == CLIENT, server.seen[2].own)
        check("renewal names no server and no address", not {50, 54} & set(server.seen[2].options), server.seen[2].options)
        check("renewal: the address is kept", system.addresses() == [NONE, BOUND], system.changes)


def test_refusal(binary):
    """Refused when it asks for more time: the address is dropped at once, and another one got."""
    with Rig(binary, seconds=2) as rig:
        def answer(seen):
            if seen.way() == "renew" and server.address == CLIENT:
                server.address = OTHER
                refused.append(time.monotonic())
                return [server.message(seen, NAK)]
            return Server.serve(server, seen)
        refused = []
        server, system = rig.server, None
        server.answer = answer
        server, system = rig.start()
        check("refused: another address", system.wait_for(OTHER + "/24", 4), system.changes)
        check("refused: the way", server.ways()[:5] == ["begin", "select", "renew", "begin", "select"], server.ways())
        check("refused: at once", refused and server.seen[3].at - refused[0] < 0.3, refused)
        time.sleep(0.2)
        addresses = [a for a in system.addresses() if a != NONE]
        check("refused: addresses", addresses == [BOUND, OTHER + "/24"], system.changes)


def test_rebinding(binary):
    """The server is silent: at seven eighths of the time any server is asked, and one answers."""
    with Rig(binary, seconds=4) as rig:
        def answer(seen):
            return [] if seen.way() == "renew" else Server.serve(server, seen)
        server = rig.server
        server.answer = answer
        server, system = rig.start()
        check("rebinding: an address", system.wait_for(BOUND, 2), system.changes)
        end = time.monotonic() + 6
        while "rebind" not in server.ways() and time.monotonic() < end:
            time.sleep(0.02)
        ways = server.ways()
        check("rebinding: the way", ways[:3] == ["begin", "select", "renew"] and ways[-1] == "rebind", ways)
        at = server.seen[-1].at - server.seen[1].at
        check("rebinding at T2", 3.3 < at < 3.9, at)
        time.sleep(0.9)
        check("rebinding: the address is kept", system.addresses() == [NONE, BOUND], system.changes)


def test_expiry(binary):
    """Nobody answers any more: when the time is over the address is gone, and everything begins anew, also later."""
    with Rig(binary, seconds=2) as rig:
        def answer(seen):
            return Server.serve(server, seen) if seen.way() in ("begin", "select") and not deaf[0] else []
        deaf = [False]
        server = rig.server
        server.answer = answer
        server, system = rig.start()
        bound = system.wait_for(BOUND, 2)
        check("expiry: an address", bound, system.changes)
        deaf[0] = True
        gone = system.wait_for(NONE, 4, 2)
        check("expiry: it is dropped", bound and gone and 1.7 < gone - bound < 2.3, system.changes)
        check("expiry: all are asked before", "renew" in server.ways() and "rebind" in server.ways(), server.ways())
        time.sleep(1)
        check("expiry: it begins anew", server.ways()[-1] == "begin", server.ways())
        deaf[0] = False
        check("expiry: found again", system.wait_for(BOUND, 5, 2), system.changes)


def test_times(binary):
    """T1 and T2 as the server says them."""
    with Rig(binary, seconds=60) as rig:
        def answer(seen):
            times = bytes([58, 4, 0, 0, 0, 1, 59, 4, 0, 0, 0, 2])
            if seen.way() == "renew":
                return []
            return [server.message(seen, OFFER if seen.kind == DISCOVER else ACK, times)]
        server = rig.server
        server.answer = answer
        server, system = rig.start()
        check("times: an address", system.wait_for(BOUND, 2), system.changes)
        time.sleep(2.5)
        at = {s.way(): s.at - server.seen[1].at for s in reversed(server.seen)}
        check("times: T1", 0.8 < at.get("renew", 0) < 1.4, at)
        check("times: T2", 1.8 < at.get("rebind", 0) < 2.4, at)


def test_bad_answers(binary):
    """Answers that are for others, damaged, senseless or cut anywhere are not believed, and the right one after them is."""
    rng = random.Random(5)
    with Rig(binary, seconds=600) as rig:
        def spoil(frame):
            data = bytearray(frame)
            for _ in range(rng.randrange(1, 6)):
                data[rng.randrange(42, len(data))] = rng.randrange(256)
            return bytes(data)

        def answer(seen):
            right = OFFER if seen.kind == DISCOVER else ACK
            wrong_transaction = Seen.__new__(Seen)
            wrong_transaction.__dict__.update(seen.__dict__, transaction=bytes([1, 2, 3, 4]))
            wrong_card = Seen.__new__(Seen)
            wrong_card.__dict__.update(seen.__dict__, hardware=bytes(6))
            good = server.message(seen, right, address=OTHER)
            frames = [server.message(wrong_transaction, right, address=OTHER), server.message(wrong_card, right, address=OTHER),
                      server.message(seen, right, address="255.255.255.255"), server.message(seen, right, address="224.0.0.1"),
                      server.message(seen, right, address="127.0.0.1"), server.message(seen, right, address="0.0.0.0"),
                      server.message(seen, right, address=OTHER, seconds=0), server.message(seen, right, address=OTHER, server="0.0.0.0"),
                      server.message(seen, 99), server.message(seen, 0), good[:100], good[:42], good[:60]]
            frames += [spoil(good) for _ in range(30)]
            # Cut within its options, with checksums that are right.
            frames += [udp_frame(good[42:42 + n], "255.255.255.255") for n in range(0, 260, 7)]
            frames += [udp_frame(good[42:282] + bytes([53, 1, right, code, 255]), "255.255.255.255") for code in (1, 3, 51, 54, 58)]
            return frames + [server.message(seen, right)]
        server = rig.server
        server.answer = answer
        server, system = rig.start()
        check("bad answers: the right one is taken", system.wait_for(BOUND, 5), (system.changes, server.ways()))
        time.sleep(0.2)
        check("bad answers: nothing else was", system.addresses() == [NONE, BOUND], system.changes)


def test_faults(binary):
    """A cable that loses a third, doubles and swaps: there is an address all the same, and it stays."""
    with Rig(binary, seconds=6, faults=Faults(3, loss=0.33, duplicates=0.3, swaps=0.2)) as rig:
        server, system = rig.start()
        check("faults: an address", system.wait_for(BOUND, 8), (system.changes, server.ways()))


if __name__ == "__main__":
    run_tests(globals(), __doc__, results)
