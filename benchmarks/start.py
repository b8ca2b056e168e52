#!/usr/bin/env python3
"""Time how long the hosted program takes to start, and to import libraries.

Used by: ./bench start [ROUNDS].

Each round runs every line below once, in turn, as a process of its own.  Medians and the extremes of elapsed time are
printed; each program checks its result.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RINGLET = os.path.join(ROOT, "build/host/ringlet")


def output_of(*words):
    return subprocess.run([RINGLET, *words], stdout=subprocess.PIPE, check=True).stdout.decode()


def make_programs(work):
    """Answer [(what is measured, command, expected output)]."""
    names = output_of("-e", "(for-each (lambda (l) (write l) (newline)) (libraries))").split("\n")
    names = [n for n in names if n.startswith("(") and n != "(ringlet internal)"]
    every = os.path.join(work, "every.scm")
    with open(every, "w") as file:
        # Names of several libraries differ in meaning, so each import has a prefix.
        file.writelines(f"(import (prefix {name} l{i}-))\n" for i, name in enumerate(names))
    one = os.path.join(work, "one.scm")
    with open(one, "w") as file:
        file.write("(import (scheme base) (scheme write))\n(write (+ 1 2))\n")
    commands = [("one line, -e '(+ 1 2)'", [RINGLET, "-e", "(+ 1 2)"], "3\n"),
                ("a program of one line", [RINGLET, one], "3"),
                (f"importing all {len(names)} libraries", [RINGLET, every], "")]
    if shutil.which("guile"):
        commands.append(("Guile: -c '(display (+ 1 2))'", ["guile", "-c", "(display (+ 1 2))"], "3"))
    return commands


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        commands = make_programs(work)
        times = {what: [] for what, _, _ in commands}
        for _ in range(rounds):
            for what, command, expected in commands:
                start = time.perf_counter()
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                times[what].append(time.perf_counter() - start)
                if done.stdout.decode() != expected:
                    wrong += 1
                    print(f"WRONG {what}: {done.stdout.decode()!r}")
        print(f"Elapsed milliseconds of {rounds} runs: median (least to most)")
        for what, seconds in times.items():
            ms = [1000 * s for s in seconds]
            print(f"{what:32} {statistics.median(ms):8.1f} ({min(ms):.1f} to {max(ms):.1f})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
