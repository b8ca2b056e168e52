#!/usr/bin/env python3
"""Run the examples of the documents: what they say they print must be what they print.

usage: tests/docs.py [FILE...]

An example is a block between ```scheme and ``` in one of PAGES.  It is typed into a prompt of its own.  A comment `; => TEXT` stands
for one line of output, all lines in order; a block with no such comment must run without an error.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine

PAGES = ["docs/threads.md", "docs/libraries/supervisor.md", "docs/processes.md", "docs/sharing.md", "docs/network.md", "docs/libraries/srfi-18.md", "docs/protocols.md"]
BLOCK = re.compile(r"^```scheme\n(.*?)^```", re.M | re.S)
TIMEOUT = 60


def printed(text):
    binary = os.path.join(machine.ROOT, "build/host/ringlet")
    try:
        done = subprocess.run([binary, "-i"], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode().splitlines() + ["(did not end)"]
    return done.stdout.decode().replace("\r", "").splitlines()


def main():
    os.chdir(machine.ROOT)
    n_passed = n_failed = 0
    for page in sys.argv[1:] or PAGES:
        with open(page, encoding="utf-8") as file:
            text = file.read()
        for block in BLOCK.finditer(text):
            wanted = [line.strip() for line in re.findall(r"; => ?(.*)$", block[1], re.M)]
            got = [line.strip() for line in printed(block[1])]
            if got == wanted or (not wanted and not any("error:" in line for line in got)):
                n_passed += 1
                continue
            n_failed += 1
            line = text[: block.start()].count("\n") + 1
            print(f"FAIL {page}:{line}: it printed\n    " + "\n    ".join(got) + "\n  instead of\n    " + "\n    ".join(wanted))
    print(f"{n_passed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
