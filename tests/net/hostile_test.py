#!/usr/bin/env python3
"""A driver that wants to do harm gets a real card's capabilities, and changes no byte outside of its DMA regions.

hostile.sld is that driver. Frames of a pattern that nothing else has are sent to its card meanwhile. What is in the machine's memory is seen from
outside, by QEMU's monitor:

- the pattern is nowhere but in the two regions, which are found by what the driver filled them with before;
- most of the memory was filled with another pattern, which is whole afterwards;
- while the machine sits still and the card receives, nothing changes but the ring, and what changes without the card as well.

The last test takes the rules away: the same attempts then do harm, and these ways of looking show it.
"""
import os
import random
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cards_test import Rig, attempt, check, driver  # noqa: E402

MEMORY = 32 << 20
PAGE = 4096
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
HOSTILE = [("hostile.sld", "tests/net/hostile.sld")]
RANDOM_ATTEMPTS = 10000
CARD = "'(#x10EC . #x8139)"


def mark(seed):
    """The 32 bytes that hostile.sld makes of a number."""
    made = bytearray()
    for _ in range(32):
        seed = (seed * 1103515245 + 12345) % 2**31
        made.append(seed >> 16 & 255)
    return bytes(made)


RING_SEED, SLOTS_SEED, CANARY_SEED = 11, 22, 33


class Memory:
    """All of the machine's memory at one moment, at which it stands still."""

    def __init__(self, rig):
        rig.machine.ask("stop")
        self.bytes = rig.machine.memory_bytes(0, MEMORY)
        rig.machine.ask("cont")

    def pages_of(self, pattern):
        """The pages that hold it, again and again, and nothing else."""
        known = {(pattern * 130)[at:at + PAGE] for at in range(32)}
        return {at for at in range(0, MEMORY, PAGE) if self.bytes[at:at + PAGE] in known}

    def places_of(self, pattern):
        """Where a fourth of it stands; any 15 bytes of its repetition have one."""
        found = []
        for part in range(0, 32, 8):
            at = self.bytes.find(pattern[part:part + 8])
            while at >= 0:
                found.append(at)
                at = self.bytes.find(pattern[part:part + 8], at + 1)
        return sorted(found)

    def differences(self, other):
        """The addresses of the bytes that differ."""
        return {at + i for at in range(0, MEMORY, PAGE) if self.bytes[at:at + PAGE] != other.bytes[at:at + PAGE]
                for i in range(PAGE) if self.bytes[at + i] != other.bytes[at + i]}


class Flood(threading.Thread):
    """Sends frames of a pattern, as fast as they are taken, until it is stopped; keeps what comes out of the card."""

    def __init__(self, cable, pattern, sizes=(60, 200, 1000, 1514, 1514, 4000, 9000, 65000, 69632), pause=0):
        super().__init__(daemon=True)
        self.cable, self.pattern, self.sizes, self.pause = cable, pattern * 2300, sizes, pause
        self.sent, self.got, self.is_over = 0, [], False
        self.start()

    def run(self):
        rng = random.Random(3)
        while not self.is_over:
            size, at = rng.choice(self.sizes), rng.randrange(32)
            to = rng.choice((self.cable.address, b"\xff" * 6))
            if self.cable.send(to + (self.pattern[at:at + size])[:size - 6]):
                self.sent += 1
            while (frame := self.cable.receive(0)) is not None:
                self.got.append(frame)
            time.sleep(self.pause or 0.0002)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.is_over = True
        self.join()


class Attack:
    """A machine whose card is driven by hostile.sld, with the rules of the table, or those given."""

    def __init__(self, rules=None):
        self.rig = Rig("rtl8139", echo=False, memory="32M", modules=HOSTILE)
        self.cable = self.rig.cables[0]
        self.pattern = random.randbytes(32)
        for form in ("(import (ringlet drivers) (ringlet pci) (ringlet device) (ringlet hardware) (hostile))",
                     "(define (await what) (let loop ((n 0)) (or (what) (if (< n 500) (begin (sleep 0.01) (loop (+ n 1))) 'never))))",
                     "(define (the-driver) (let ((l (drivers))) (and (pair? l) (driver-process (car l)))))",
                     "(define (ask what . arguments) (send (the-driver) (apply vector what (self) arguments)) (vector-ref (receive-message 60) 1))",
                     "(define (outcome thunk) (guard (c ((condition? c) (condition-type c))) (thunk) 'done))",
                     "(await the-driver)"):
            self.rig.ask(form)
        self.rig.ask("(begin (define honest (the-driver)) (kill (find-process 'drivers)) (kill honest))")
        if rules:
            self.rig.ask(f"(add-driver! (list {CARD}) '(hostile) 'hostile-driver 0 256 '{rules} '(102416 8192) '((#x37 1 #x10) (#x3C 2 0)))")
        else:
            self.rig.ask(f"(replace-driver! {CARD} '(hostile) 'hostile-driver)")

    def begin(self):
        self.rig.ask("(begin (spawn-process run-drivers 'name 'drivers) (sleep 0.3) (await the-driver))")
        self.order(f"mark {RING_SEED} {SLOTS_SEED}", "marked")

    # The prompt's byte vectors are shared ones and its own, of several sizes.
    def fill_memory(self):
        self.rig.ask("(define canary (make-bytevector 32768))")
        self.rig.ask("(define (mark! v) (let loop ((n 0)) (if (< n (bytevector-length v)) (begin (bytevector-copy! v n canary 0 (min 32768 "
                     "(- (bytevector-length v) n))) (loop (+ n 32768))))) v)")
        self.rig.ask(f"(let loop ((i 0) (x {CANARY_SEED})) (if (< i 32768) (let ((x (if (= 0 (modulo i 32)) {CANARY_SEED} x))) (let ((x (modulo (+ (* x "
                     "1103515245) 12345) 2147483648))) (bytevector-u8-set! canary i (modulo (quotient x 65536) 256)) (loop (+ i 1) x)))))")
        self.rig.ask("(define canaries (map (lambda (n) (mark! (make-shared-bytevector n))) '(9000 50000 500000 1000000 2000000 3000000)))")
        self.rig.ask("(define own (map (lambda (n) (mark! (make-bytevector n))) '(9000 50000 500000 1000000 2000000)))")

    def order(self, order, wanted=None):
        what, _, arguments = order.partition(" ")
        got = self.value(f"(ask '{what} {arguments})", 60)
        if wanted:
            check(order, got == wanted, got)
        return got

    def value(self, form, seconds=20):
        """What the prompt shows as the value of a form."""
        lines = ESCAPES.sub("", self.rig.ask(f"(begin (newline) (write '=>) (write {form}))", seconds)).replace("\r", "").split("\n=>")
        return lines[1].split("\n> ")[0].strip() if len(lines) > 1 else lines[0][-400:]

    def find_regions(self, memory):
        """The addresses of the ring and of the frames to be sent, as ranges."""
        ranges = []
        for seed, length in ((RING_SEED, 102416), (SLOTS_SEED, 8192)):
            first = memory.bytes.find(mark(seed) * (length // 32))
            check("a region is found in memory", first >= 0)
            ranges.append(range(first, first + length))
        return ranges

    def __enter__(self):
        self.rig.__enter__()
        return self

    def __exit__(self, *exception):
        self.rig.__exit__(*exception)


def outside(places, regions, width=8):
    return [at for at in places if not any(at + width > r.start and at < r.stop and r.start - width < at for r in regions)]


class Watch:
    """What the memory was before, to be compared with what it is after an attack."""

    def __init__(self, attack):
        self.attack = attack
        self.before = Memory(attack.rig)
        self.regions = attack.find_regions(self.before)
        self.canaries = self.before.pages_of(mark(CANARY_SEED))
        check("a good part of the memory is watched", len(self.canaries) * PAGE > MEMORY // 4, str(len(self.canaries)))
        # Pages beside the regions, in the middle of a canary, and the first of all pages.
        near = sorted(self.canaries, key=lambda at: abs(at - self.regions[0].start))
        self.targets = [near[0], near[len(near) // 2], near[-1], self.regions[0].start - PAGE, self.regions[0].stop, 0, 0x100000, 0xFFFFF000,
                        self.regions[0].start, self.regions[1].start]

    def damage(self):
        """What was changed that no order of the system's changed: canaries, and places where a frame's bytes are."""
        after = Memory(self.attack.rig)
        broken = [at for at in self.canaries if after.bytes[at:at + PAGE] != self.before.bytes[at:at + PAGE]]
        strays = outside(after.places_of(self.attack.pattern), self.regions)
        inside = len(after.places_of(self.attack.pattern)) - len(strays)
        return broken, strays, inside

    def check_whole(self, name):
        broken, strays, inside = self.damage()
        check(f"{name}: no canary is changed", not broken, " ".join(map(hex, sorted(broken)[:10])))
        check(f"{name}: no byte of a frame is outside of the regions", not strays, " ".join(map(hex, strays[:10])))
        return inside


def scheme_list(numbers):
    return "'(" + " ".join(map(str, numbers)) + ")"


def whole(attack):
    """Fill the memory and begin the driver; what to compare with."""
    attack.fill_memory()
    attack.begin()
    return Watch(attack)


# What comes of each step of hostile.sld's aimed attempts; all others are refused.  These do what the rules allow: a ring of 32 KB, of 8 KB at its place,
# frames that end where their region does, and the reset.
LET_THROUGH = {"ring-too-long": [0], "ring-moved-then-longer": [0, 2, 3, 4, 5], "too-long-a-frame": [0], "long-then-moved": [0, 1, 2], "after-a-reset": [0],
               "tally": [0], "settings": [3]}


def check_aimed(answer):
    attempts = [a.split() for a in re.findall(r"\(([a-z][^()]*)\)", answer)]
    check("there are many attempts by aim", len(attempts) >= 16 and sum(map(len, attempts)) > 90, answer)
    for name, *outcomes in attempts:
        wanted = [i in LET_THROUGH.get(name, []) for i in range(len(outcomes))]
        check(f"by aim: {name}", [o == "done" for o in outcomes] == wanted and set(outcomes) <= {"done", "device", "range", "type"}, " ".join(outcomes))


def check_random(answer):
    counts = dict(re.findall(r"\(([^() ]+) \. (\d+)\)", answer))
    check("every attempt at random is let through or refused for a reason", set(counts) == {"done", "device", "range", "type"} and
          sum(map(int, counts.values())) == RANDOM_ATTEMPTS, answer)


def at_random_and_by_aim():
    with Attack() as attack:
        watch = whole(attack)
        with Flood(attack.cable, attack.pattern) as flood:
            check_random(attack.order(f"random {random.randrange(1, 2**31)} {RANDOM_ATTEMPTS} {scheme_list(watch.targets)}"))
            inside = watch.check_whole("at random")
            check_aimed(attack.order(f"targeted {watch.targets[0]}"))
        watch.check_whole("by aim")
        check("frames were received meanwhile", flood.sent > 200 and inside > 1000, f"{flood.sent} {inside}")
        check("frames were sent meanwhile", len(flood.got) > 10, str(len(flood.got)))
        check("nothing was sent but from the regions", not any(mark(CANARY_SEED)[:8] in frame for frame in flood.got))
        sitting_still(attack, watch)
        text_that_changes(attack, watch)
        used_by_others(attack, watch)
        after_the_end(attack)


# The processor halts, and the card is all that works.  What the clock changes is known by looking twice without frames.
def sitting_still(attack, watch):
    attack.order("drain 1/2", "drained")
    looks = [Memory(attack.rig)]
    for _ in range(3):
        time.sleep(0.2)
        looks.append(Memory(attack.rig))
    clock = set().union(*(a.differences(b) for a, b in zip(looks, looks[1:])))
    pattern = random.randbytes(32)
    with Flood(attack.cable, pattern, (60, 700, 1514)) as flood:
        time.sleep(0.3)
    after = Memory(attack.rig)
    changed = looks[-1].differences(after)
    check("the ring is filled while the machine sits still", flood.sent >= 10 and len([a for a in changed if a in watch.regions[0]]) > 20000, str(len(changed)))
    others = sorted(a for a in changed - clock if a not in watch.regions[0])
    check("while the machine sits still nothing changes but the ring and the clock", len(clock) < 300 and not others,
          f"{len(clock)} {' '.join(map(hex, others[:20]))}")


# The card writes a text while the driver reads it: what was counted before is not so any more when it is decoded.
def text_that_changes(attack, watch):
    wide, narrow = "\U00010348".encode() * 8, b"plain, narrow text of 32 letters"
    with Flood(attack.cable, wide, (65000,)), Flood(attack.cable, narrow, (65000,)):
        got = attack.order("text 6000")
    check("text that changes while it is read is text or refused", set(re.findall(r"\(([^() ]+) \. ", got)) <= {"done", "range"}, got)
    broken, _, _ = watch.damage()
    check("no canary is changed by text that changes", not broken)


def used_by_others(attack, watch):
    attack.rig.ask("(define stolen (make-shared-vector 1 #f))")
    attack.rig.ask("(vector-set! stolen 0 (share (ask 'give)))")
    attack.rig.ask("(define bytes (call-with-values (lambda () (apply values (vector-ref stolen 0))) (lambda (p i r s) r)))")
    uses = """(map outcome (let ((p (list-ref (vector-ref stolen 0) 0)) (i (list-ref (vector-ref stolen 0) 1)) (r (list-ref (vector-ref stolen 0) 2)))
      (list (lambda () (port-set! p #x37 1 #x10)) (lambda () (port-ref p #x37 1)) (lambda () (port-set-address! p #x30 r 0))
      (lambda () (port-write! p #x37 1 (bytevector 12))) (lambda () (interrupt-wait i 0)) (lambda () (interrupt-acknowledge! i))
      (lambda () (dma-region-bytes r)) (lambda () (restrict p '((free 0 255)))) (lambda () (make-device (self) (list p r) '())))))"""
    refused = "(" + " ".join(["device"] * 9) + ")"
    check("the prompt cannot use another process's capabilities", attack.value(uses) == refused, attack.value(uses))
    attack.rig.ask("(define old (the-driver))")
    attack.rig.ask("(kill old)")
    attack.value("(await (lambda () (let ((d (the-driver))) (and d (not (eq? d old)) d))))")
    check("nor when that process has ended", attack.value(uses) == refused, attack.value(uses))
    check("nor can another driver", attack.order("use (vector-ref stolen 0)") == refused, attack.order("use (vector-ref stolen 0)"))


# The card of a killed driver is silent, whoever has its memory then; so is one whose new driver did not begin yet.
def after_the_end(attack):
    attack.order(f"mark {RING_SEED} {SLOTS_SEED}", "marked")
    watch = Watch(attack)
    pattern = random.randbytes(32)
    with Flood(attack.cable, pattern, (60, 700, 1514)) as flood:
        attack.rig.ask("(send (the-driver) (vector 'drain (self) 5))")
        time.sleep(0.2)
        attack.rig.ask("(begin (set! stolen #f) (set! bytes #f) (set! old (the-driver)) (kill (find-process 'drivers)) (kill old))")
        attack.rig.ask("(begin (collect-garbage) (collect-shared))")
        attack.rig.ask("(define more '())")
        attack.rig.ask("(guard (c (#t #f)) (let loop () (set! more (cons (mark! (make-shared-bytevector 102416)) more)) (loop)))")
        before = Memory(attack.rig)
        sent = flood.sent
        time.sleep(0.5)
    after = Memory(attack.rig)
    pages = before.pages_of(mark(CANARY_SEED))
    check("the memory of the regions is used again", any(a in pages for r in watch.regions for a in range(r.start, r.stop) if a % PAGE == 0))
    check("frames come to a card without a driver", flood.sent > sent)
    check("the card of a killed driver writes nothing", set(after.places_of(pattern)) <= set(before.places_of(pattern)))
    check("and no canary is changed", all(before.bytes[at:at + PAGE] == after.bytes[at:at + PAGE] for at in pages))
    attack.rig.ask("(begin (set! more '()) (collect-garbage) (collect-shared))")
    left_on(attack, after)


# As firmware may leave it: its receiver on, with a ring somewhere.  A driver that does not reset it gets no use of that.
def left_on(attack, memory):
    target = sorted(memory.pages_of(mark(CANARY_SEED)))[100]
    attack.rig.ask("(define raw (make-ports (pci-bar-address (car (filter (lambda (d) (= #x8139 (pci-device-id d))) (pci-devices))) 0) 256))")
    attack.rig.ask(f"(begin (port-set! raw #x30 4 {target}) (port-set! raw #x37 1 12) (port-set! raw #x44 4 #xF68F))")
    attack.pattern = random.randbytes(32)
    attack.begin()
    watch = Watch(attack)
    with Flood(attack.cable, attack.pattern, (60, 700, 1514)):
        time.sleep(0.3)
    check("a card that was left on receives nothing before its driver says so", watch.check_whole("left on") == 0)


# Without rules the card does what the driver says; so this shows that harm is seen.
def without_rules():
    with Attack("((free 0 255))") as attack:
        watch = whole(attack)
        with Flood(attack.cable, attack.pattern, (200, 1000)):
            attack.order(f"targeted {watch.targets[1]}")
        broken, strays, _ = watch.damage()
        check("without rules a canary is changed, and that is seen", watch.targets[1] in broken)
        check("without rules frames come to where they should not, and that is seen", len(strays) > 10)


if __name__ == "__main__":
    for test in (at_random_and_by_aim, without_rules):
        attempt(test)
    driver.finish()
