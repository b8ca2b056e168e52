#!/usr/bin/env python3
"""The prompt answers in time while a thousand processes fail in every way behind it, and every page comes back.

usage: tests/prompt/storm_test.py [--on host|qemu] [--seconds N] [--at-once N] [--late-most MILLISECONDS]

Without --on both, for a short time.  What is typed is an expression every tenth of a second; the time from its last key to
its value is compared with --late-most.  Processes and seconds come from tests/programs/storm-helper.sld.
"""
import argparse
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
import machine
from driver import check

PROGRAMS = os.path.join(machine.ROOT, "tests", "programs")


def answer(s, expression, value, seconds=20):
    """Types EXPRESSION and answers the seconds until VALUE stands on a line of its own."""
    s.type(expression + "\r")
    start = time.monotonic()
    s.wait_for(f"\n{value}\r", seconds)
    return time.monotonic() - start


def run(name, s, at_once, seconds, late_most):
    s.wait_for("> ")
    s.type("(import (storm-helper))\r")
    s.settle(0.5)
    s.type(f"(wait-for (bg (storm {at_once} #f 2)))\r")
    s.wait_for("\nnormal\r", 180)
    for line in ("(define there (processes))", "(define before (pages))",
                 f"(define job (bg (storm {at_once} #f {seconds})))"):
        s.type(line + "\r")
        s.settle(0.5)
    mark = len(s.output)
    until = time.monotonic() + seconds
    times = []
    while time.monotonic() < until:
        a, b = random.randrange(1000, 9999), random.randrange(1000, 9999)
        times.append(answer(s, f"(* {a} {b})", a * b))
        time.sleep(0.1)
    times.sort()
    print(f"section {name}: {len(times)} answers, median {times[len(times) // 2] * 1000:.0f} ms, "
          f"longest {' '.join(f'{t * 1000:.0f}' for t in times[-5:])} ms")
    check(f"{name}: answers within {late_most} ms", times[-1] * 1000 <= late_most, f"{times[-5:]}")
    s.type("(wait-for job)\r")
    s.wait_for("\nnormal\r", 180)
    begun, told = re.search(r"=> \((\d+) (\d+)\)\r", s.output[mark:]).groups()
    print(f"section {name}: {begun} begun")
    check(f"{name}: every end was told", begun == told, f"{begun} begun, {told} ends told")
    answer(s, "(list 'left (equal? there (processes)))", "(left #t)")
    s.type("(list 'pages (equal? before (pages)))\r")
    check(f"{name}: every page came back", "(pages #t)" in s.settle(0.5), s.screen.text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=["host", "qemu"])
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--at-once", type=int)
    parser.add_argument("--late-most", type=int, default=1000, help="a busy machine's noise included")
    options = parser.parse_args()

    def hosted():
        with driver.Hosted(["--memory", "512M", "-L", PROGRAMS]) as s:
            run("hosted", s, options.at_once or 1000, options.seconds, options.late_most)

    def in_qemu():
        with driver.Machine(modules=[("storm-helper.sld", os.path.join(PROGRAMS, "storm-helper.sld"))], memory="512M") as s:
            run("qemu", s, options.at_once or 1000, options.seconds, options.late_most)

    for on, test in (("host", hosted), ("qemu", in_qemu)):
        if options.on in (None, on):
            driver.attempt(test)
    driver.finish()


main()
