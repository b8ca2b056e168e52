#!/usr/bin/env python3
"""Run the test of every library, lib/**/*-test.scm, and check that all libraries of the system can be imported.

usage: tests/libraries.py [--on host|debug|asan|qemu] [--jobs N] [NAME...]

A NAME is part of a path below lib, as srfi/1 or match.  Each program ends with a line `N passed, N failed`.
"""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine

TIMEOUT = 120
COUNTS = re.compile(r"(\d+) passed, (\d+) failed$")
IMPORT_ALL = "tests/import-all.scm"


def run_hosted(path, on):
    binary = os.path.join(machine.ROOT, "build", on, "ringlet")
    environment = dict(os.environ, RINGLET_CACHE="", ASAN_OPTIONS="detect_leaks=0")
    try:
        done = subprocess.run([binary, path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT * (4 if on == "asan" else 1), cwd=machine.ROOT, env=environment)
    except subprocess.TimeoutExpired as late:
        return "timeout", late.stdout or b""
    return done.returncode, done.stdout


def run_in_qemu(path):
    with open(path, encoding="utf-8") as file:
        included = re.findall(r'^\(include "(.*)"\)', file.read(), re.M)
    files = [path] + [os.path.join(os.path.dirname(path), name) for name in included]
    return machine.run_qemu(["--script", path], [(file, file) for file in files], b"", TIMEOUT, memory="64M")


def is_wanted(path, names):
    return not names or any("lib/" + name in path or name in os.path.basename(path) for name in names)


def undescribed():
    """The libraries in lib/ that docs/libraries.md and its pages do not name, and links to pages that are not there."""
    text = ""
    for page in ["docs/libraries.md"] + glob.glob("docs/libraries/*.md"):
        with open(page, encoding="utf-8") as file:
            text += file.read()
    for path in sorted(glob.glob("lib/**/*.sld", recursive=True)):
        name = "(" + path[len("lib/"):-len(".sld")].replace("/", " ") + ")"
        if name not in text and not name.startswith("(ringlet ") and not re.match(r"\((srfi 160|scheme vector) ", name):
            yield f"{name} is in no page of docs/libraries"
    for link in re.findall(r"\]\((libraries/[^)#]*)", text):
        if not os.path.exists("docs/" + link):
            yield f"docs/libraries.md: there is no page {link}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="host", choices=["host", "debug", "asan", "qemu"])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    os.chdir(machine.ROOT)
    programs = [IMPORT_ALL] + sorted(glob.glob("lib/**/*-test.scm", recursive=True))
    programs = [p for p in programs if is_wanted(p, given.names)]

    def run(program):
        return run_in_qemu(program) if given.on == "qemu" else run_hosted(program, given.on)

    n_passed = n_failed = 0
    if given.on == "host" and not given.names:
        for fault in undescribed():
            n_failed += 1
            print("FAIL " + fault)
        n_passed += n_failed == 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for program, (status, output) in zip(programs, pool.map(run, programs)):
            lines = output.decode(errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n")
            counts = COUNTS.search(lines[-1])
            n_passed += int(counts[1]) if counts else 0
            n_failed += int(counts[2]) if counts else 1
            n_failed += 1 if counts and counts[2] == "0" and status != 0 else 0
            if not counts or counts[2] != "0" or status != 0:
                print(f"FAIL {program}: ended with status {status}")
                print("\n".join(lines[-15:]))
            else:
                print(f"{program}: {lines[-1]}")
    print(f"{n_passed} passed, {n_failed} failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
