#!/usr/bin/env python3
"""Call every procedure with odd arguments and give every keyword odd operands: each must answer or raise.

usage: tests/odd-calls.py [--on host|debug|asan] [--seed N] [--rounds N] [--seconds N] [calls|forms ...]

tests/odd-calls.scm makes the calls from the seed.  One round is each name once with each count of operands from 0 to
4.  What does not end is interrupted as by Control-C, which must work; what ends the system is a failure.  Without
--seconds all rounds run; with it, as many calls as go, but never less than one of each name.
"""
import argparse
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "tests", "odd-calls.scm")
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=1"}
SILENCE_MOST = 4      # seconds that a call may take
STOP_MOST = 6         # seconds that it may take to heed Control-C
COUNTS = 5            # of operands


class Run:
    """One process, from call number `start` up to `end`; afterwards `last` is the call it was in."""

    def __init__(self, on, kind, seed, start, end, directory, until):
        words = [os.path.join(ROOT, "build", on, "ringlet"), "--quota", "24M", PROGRAM, kind, str(seed), str(start), str(end)]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=directory,
                                        stderr=subprocess.STDOUT, env={**os.environ, **SANITIZERS, "RINGLET_CACHE": ""})
        self.until = until
        self.last, self.text, self.names, self.is_done = start - 1, "", 0, False
        self.complaints, self.tail, self.partial = [], [], b""
        self.was_interrupted = self.was_killed = self.is_late = False
        self.watch()
        self.status = self.process.wait()

    def watch(self):
        quiet_since = time.monotonic()
        while True:
            patience = (STOP_MOST if self.was_interrupted else SILENCE_MOST) - (time.monotonic() - quiet_since)
            ready = select.select([self.process.stdout], [], [], max(0, patience))[0]
            if not ready:
                quiet_since = time.monotonic()
                if self.was_interrupted:
                    self.was_killed = True
                    self.process.kill()
                    return
                self.was_interrupted = True
                self.process.send_signal(signal.SIGINT)
                continue
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                return
            if self.take(data) and not self.was_interrupted:
                quiet_since = time.monotonic()
            if self.until and time.monotonic() > self.until:
                self.is_late = True
                self.process.kill()
                return

    def take(self, data):
        lines = (self.partial + data).decode(errors="replace").split("\n")
        self.partial = lines.pop().encode()[-1000:]
        for line in lines:
            self.tail = self.tail[-40:] + [line]
            numbered = re.match(r"(\d+) (\S.*)", line)
            if numbered and int(numbered[1]) == self.last + 1:
                self.last, self.text = int(numbered[1]), numbered[2]
                self.tail = [line]
            elif line.startswith("? "):
                self.complaints.append((line[2:].split(":")[0], f"{self.text}: names an internal procedure: {line[2:]}"))
            elif line.endswith(" names") and line[0].isdigit():
                self.names = int(line.split()[0])
            elif line == "done":
                self.is_done = True
        return bool(lines)


def is_about_room(lines):
    return any(word in line for line in lines for word in ("out of memory", "recursion is too deep", "not enough memory"))


def judge(run):
    """What is wrong with how it ended, or None."""
    if run.is_done or run.is_late:
        return None
    if run.was_killed:
        return f"{run.text}: does not heed Control-C"
    if run.was_interrupted and run.status == 130:
        return None
    # An error that used up everything drops the program's stack and ends it.
    if run.status == 1 and is_about_room(run.tail):
        return None
    return f"{run.text}: ended with status {run.status}:\n    " + "\n    ".join(run.tail[:30])


def sweep(on, kind, seed, rounds, seconds, directory):
    """The number of calls made, how many were interrupted, and what was wrong."""
    started, start, wrong, n_interrupted = time.monotonic(), 0, {}, 0
    probe = Run(on, kind, seed, 0, 0, directory, None)
    if not probe.names:
        return 0, 0, ["odd-calls.scm does not run:\n" + "\n".join(probe.tail)]
    end = probe.names * COUNTS * rounds
    while start < end:
        enough = seconds and start >= probe.names
        if enough and time.monotonic() > started + seconds:
            break
        run = Run(on, kind, seed, start, end, directory, started + seconds if enough else None)
        for culprit, complaint in run.complaints:
            wrong.setdefault(culprit, complaint)
        fault = judge(run)
        if fault:
            wrong[fault] = fault
        n_interrupted += run.was_interrupted
        if run.is_done:
            start = end
        else:
            start = max(run.last, start) + 1
    return start, n_interrupted, list(wrong.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="debug", choices=["host", "debug", "asan"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("kinds", nargs="*", default=["calls", "forms"])
    options = parser.parse_args()
    n_passed = n_failed = 0
    for kind in options.kinds:
        with tempfile.TemporaryDirectory() as directory:
            n, n_interrupted, wrong = sweep(options.on, kind, options.seed, options.rounds, options.seconds, directory)
        print(f"{kind}: {n} made, {n_interrupted} interrupted")
        for fault in wrong:
            print(f"FAIL {kind} {fault}")
        n_passed += n - len(wrong)
        n_failed += len(wrong)
    print(f"{n_passed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
