#!/usr/bin/env python3
"""Run the conformance programs of tests/r7rs and print what they count, section by section of the report.

usage: tests/r7rs.py [--on host|debug|asan|qemu] [--jobs N] [NAME...]

Each program includes check.scm and ends with lines `section N TITLE: P passed, F failed` and their sum.  A program
whose first lines say `;; only: host` is left out in QEMU.
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

PROGRAMS = os.path.join(machine.ROOT, "tests/r7rs")
SECTION = re.compile(r"section (\S+) (.*): (\d+) passed, (\d+) failed$")
TIMEOUT = 120


def is_program(path):
    return os.path.basename(path)[0].isdigit()


def is_for(path, on):
    with open(path, encoding="utf-8") as text:
        return on != "qemu" or ";; only: host" not in text.read(1000)


def run_hosted(name, on):
    binary = os.path.join(machine.ROOT, "build", on, "ringlet")
    try:
        done = subprocess.run([binary, name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT, cwd=PROGRAMS)
    except subprocess.TimeoutExpired as late:
        return "timeout", late.stdout or b""
    return done.returncode, done.stdout


def run_in_qemu(name, helpers):
    modules = [(file, "tests/r7rs/" + file) for file in [name] + helpers]
    return machine.run_qemu(["--script", name], modules, b"", TIMEOUT, memory="256M")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="host", choices=["host", "debug", "asan", "qemu"])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    files = sorted(glob.glob(os.path.join(PROGRAMS, "*")))
    helpers = [os.path.basename(f) for f in files if not is_program(f)]
    programs = [os.path.basename(f) for f in files if is_program(f) and is_for(f, given.on)]
    programs = [p for p in programs if not given.names or any(p.startswith(n) for n in given.names)]
    programs.sort(key=lambda p: [int(part) for part in p.split("-")[0].split(".")])

    def run(program):
        return run_in_qemu(program, helpers) if given.on == "qemu" else run_hosted(program, given.on)

    n_passed = n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for program, (status, output) in zip(programs, pool.map(run, programs)):
            lines = output.decode(errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n")
            sections = [found for found in map(SECTION.match, lines) if found]
            n_passed += sum(int(s[3]) for s in sections)
            n_failed += sum(int(s[4]) for s in sections)
            if status != 0 or not sections or not re.match(r"\d+ passed, \d+ failed$", lines[-1]):
                n_failed += 1
                print(f"FAIL {program}: ended with status {status}")
                print("\n".join(lines[-15:]))
            else:
                print("\n".join(lines[:-1]))
    print(f"{n_passed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
