#!/usr/bin/env python3
"""Raw Ethernet sockets of the hosted system against a frame-exact peer.

usage: tests/net/ethernet_test.py [--binary BINARY] [NAME...]

The program tests/net/ethernet.scm runs in the system; what it says is compared.  The last line is `N passed, N failed`.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from peer import ETHERTYPE, Faults, Peer, frame, run_tests  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.join(HERE, "ethernet.scm")
results = []


def check(what, got, wanted):
    results.append(got == wanted)
    if got != wanted:
        print("FAIL %s: %s, not %s" % (what, repr(got)[:300], repr(wanted)[:300]))


class System:
    """The program, doing `what`, at the peer's other end."""

    def __init__(self, binary, peers, what, *arguments):
        links = [word for peer in peers for word in peer.link()]
        self.process = subprocess.Popen([binary] + links + [PROGRAM, what] + [str(a) for a in arguments], cwd=ROOT,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def line(self):
        return self.process.stdout.readline().decode(errors="replace").strip()

    def end(self):
        """What it said until its end; kills it when it does not end."""
        try:
            rest = self.process.communicate(timeout=30)[0].decode(errors="replace").split("\n")
        except subprocess.TimeoutExpired:
            self.process.kill()
            return ["it does not end"]
        return [line for line in rest if line] + (["status %d" % self.process.returncode] if self.process.returncode else [])


def numbered(i, size=46):
    """A frame that can be told from others, of `size` bytes behind the header."""
    return frame((i.to_bytes(4, "big") * (size // 4 + 1))[:size])


def test_echo(binary):
    """Frames of all lengths come back as they were."""
    with Peer() as peer:
        system = System(binary, [peer], "echo")
        check("echo begins", system.line(), "ready")
        wrong = 0
        for size in range(0, 1501):
            sent = frame((size.to_bytes(2, "big") * 751)[:size])
            peer.put(sent)
            if peer.receive() != sent:
                wrong += 1
        check("echo: wrong frames", wrong, 0)
        peer.put(frame(b"end"))
        check("echo ends", system.end(), [])


def test_contention(binary):
    """No interrupt is lost that comes while a thread is about to wait with preemption off: the link would be closed for ever."""
    with Peer() as peer:
        system = System(binary, [peer], "contended-echo")
        check("contention begins", system.line(), "ready")
        answers = 0
        for i in range(300):
            peer.put(numbered(i), timeout=2)
            if peer.receive(2) != numbered(i):
                break
            answers += 1
        check("contention: answers", answers, 300)
        peer.put(frame(b"end"), timeout=1)
        system.process.kill()
        system.end()


def test_faults(binary):
    """What arrives is what the peer sent, in order, without runts and giants, whatever happens on the way."""
    for seed in range(3):
        faults = Faults(seed, loss=0.1, duplicates=0.1, swaps=0.1, runts=0.1, giants=0.1, damage=0.1)
        with Peer() as peer:
            system = System(binary, [peer], "collect")
            check("collect begins", system.line(), "ready")
            wanted = []
            for i in range(500):
                for each in faults.apply(numbered(i)) + (faults.rest() if i == 499 else []):
                    peer.put(each)
                    if 14 <= len(each) <= 1514 and each[12:14] == ETHERTYPE.to_bytes(2, "big"):
                        wanted.append(each)
            peer.put(frame(b"end"))
            got = []
            while True:
                each = peer.receive(10)
                if each is None or each[14:17] == b"end":
                    break
                got.append(each)
            check("faults %d: frames" % seed, len(got), len(wanted))
            check("faults %d: contents" % seed, got == wanted, True)
            check("faults %d: counts" % seed, system.end(), ["runts %d giants %d" % (faults.counts["runts"], faults.counts["giants"])])


def test_types(binary):
    """Several sockets in several processes each get their own type, one gets all, and foreign frames only who asked."""
    with Peer() as peer:
        system = System(binary, [peer], "types")
        check("types begin", system.line(), "ready")
        for i in range(100):
            peer.put(frame(b"a", ethertype=0x88B5))
            peer.put(frame(b"b", ethertype=0x88B6))
            peer.put(frame(b"c", destination=bytes.fromhex("021111111111"), ethertype=0x88B5))
            peer.put(frame(b"d", destination=bytes.fromhex("01005e000001"), ethertype=0x88B5))
            peer.put(frame(b"e", ethertype=0x0800))
        check("types", sorted(system.end()), ["all 300", "first 100", "many 200", "promiscuous 500", "second 100"])


def test_full_queue(binary):
    """A queue that nobody empties drops what does not fit, and says how much; the oldest frames are there, and later ones again."""
    with Peer() as peer:
        system = System(binary, [peer], "sleepy")
        check("sleepy begins", system.line(), "ready")
        for i in range(50):
            peer.put(numbered(i))
        check("queue", system.end(), ["got 0 1 2 3 4 5 6 7", "dropped 42"])


def test_restart(binary):
    """Killing the driver in full traffic: it begins again, sockets say so once and work again."""
    with Peer() as peer:
        system = System(binary, [peer], "restart", 5)
        check("restart begins", system.line(), "ready")
        i = 0
        while system.process.poll() is None and i < 200000:
            peer.put(numbered(i), timeout=1)
            i += 1
        check("restart", system.end(), ["errors 5", "works"])


def test_no_peer(binary):
    """A cable whose other end is not there: sending goes on, and receiving waits as long as it should."""
    peer = Peer()
    link = peer
    with peer:
        peer.socket.close()
        os.unlink(peer.path)
        system = System(binary, [link], "alone")
        check("alone", system.end(), ["ready", "sent 1000", "received #f"])


def test_two_links(binary):
    """Two interfaces are two networks."""
    with Peer() as one, Peer() as two:
        system = System(binary, [one, two], "bridge")
        check("bridge begins", system.line(), "ready")
        for i in range(200):
            one.put(numbered(i))
            if two.receive() != numbered(i):
                check("bridge: frame %d" % i, "lost", "there")
                break
            two.put(numbered(i + 1000))
            if one.receive() != numbered(i + 1000):
                check("bridge: frame %d back" % i, "lost", "there")
                break
        one.put(frame(b"end"))
        check("bridge", system.end(), [])


def test_send_faster(binary):
    """Nothing is lost when the system sends faster than the peer reads."""
    with Peer() as peer:
        system = System(binary, [peer], "flood", 5000)
        got = []
        while len(got) < 5000:
            each = peer.receive(10)
            if each is None:
                break
            got.append(int.from_bytes(each[14:18], "big"))
        check("flood", got == list(range(5000)), True)
        check("flood ends", system.end(), ["ready", "sent"])


def test_bad_links(binary):
    """Links that cannot be."""
    for words in (["--link"], ["--link", "x"], ["--link", "dgram:a"], ["--link", "dgram::b"], ["--link", "tap:"], ["--link", "dgram:/no/such/place:b"],
                  ["--link", "dgram:%s:b" % ("a" * 200)], ["--link", "tap:%s" % ("a" * 99)]):
        done = subprocess.run([binary] + words + ["-e", "1"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
        check("status of %s" % words, done.returncode, 2)
        check("message of %s" % words, done.stdout.startswith(b"ringlet: "), True)


if __name__ == "__main__":
    run_tests(globals(), __doc__, results)
