#!/usr/bin/env python3
"""Run the Scheme programs of tests/programs and compare what they print with what they say they print.

usage: tests/run-programs.py [--on host|debug|asan|qemu] [--option WORD]... [--memory SIZE] [--jobs N] [NAME...]

In a program's comments, each at the start of a line:
    ;; => TEXT            the next line of output (all output lines, in order)
    ;; status: N          the exit status, 0 when not given
    ;; args: A B          command line arguments
    ;; input: TEXT        a line of standard input
    ;; files: F G         more files of the same directory that the program loads
    ;; only: host|qemu    where it can run at all, when not everywhere
    ;; timeout: SECONDS   60 when not given
    ;; memory: SIZE       what it runs in; it is left out where --memory gives another size
    ;; stress-args: A B   command line arguments under stress, or in another memory: the same, smaller
A program without any `=>` has only its status checked.  `--option` words go before the program's name.
"""
import argparse
import concurrent.futures
import difflib
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine

PROGRAMS = os.path.join(machine.ROOT, "tests/programs")
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=1", "UBSAN_OPTIONS": "print_stacktrace=1"}


class Expectation:
    def __init__(self, path):
        self.name = os.path.basename(path)
        self.output, self.input, self.args, self.files = [], [], [], []
        self.memory, self.stress_args = None, None
        self.status, self.only, self.timeout = 0, None, 60
        with open(path, encoding="utf-8", errors="surrogateescape") as text:
            for line in text:
                found = re.match(r";; ?(=>|status:|args:|input:|files:|only:|memory:|timeout:|stress-args:) ?(.*)$", line)
                if found:
                    self.take(found[1].rstrip(":"), found[2])

    def take(self, key, value):
        if key == "=>":
            self.output.append(value)
        elif key == "input":
            self.input.append(value)
        elif key in ("args", "files"):
            setattr(self, key, value.split())
        elif key == "stress-args":
            self.stress_args = value.split()
        elif key == "memory":
            self.memory = value.strip()
        elif key in ("status", "timeout"):
            setattr(self, key, int(value))
        else:
            self.only = value.strip()

    def is_for(self, on, memory):
        wanted = {"qemu": "qemu"}.get(on, "host")
        has_room = memory is None or self.memory in (None, memory) or self.stress_args is not None
        return self.only in (None, wanted) and has_room


def run_hosted(program, on, options, memory):
    binary = os.path.join(machine.ROOT, "build", on, "ringlet")
    command = [binary] + (["--memory", memory] if memory else []) + options + [program.name] + program.args
    stdin = "".join(line + "\n" for line in program.input).encode(errors="surrogateescape")
    try:
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=program.timeout, cwd=PROGRAMS, env={**os.environ, **SANITIZERS})
    except subprocess.TimeoutExpired as late:
        return "timeout", late.stdout or b""
    return done.returncode, done.stdout


def run_in_qemu(program, options, memory):
    modules = [(name, "tests/programs/" + name) for name in [program.name] + program.files]
    stdin = "".join(line + "\n" for line in program.input).encode(errors="surrogateescape")
    words = ["--script"] + options + [program.name] + program.args
    return machine.run_qemu(words, modules, stdin, program.timeout, memory=memory or "256M")


def complaint(program, status, output):
    """None when all is as expected, else what is not."""
    text = output.decode(errors="surrogateescape").replace("\r\n", "\n")
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    wrong = []
    if status != program.status:
        wrong.append(f"status {status}, expected {program.status}")
    if program.output and lines != program.output:
        wrong += list(difflib.unified_diff(program.output, lines, "expected", "printed", lineterm="", n=1))[:30]
    elif wrong:
        wrong += lines[-15:]
    return "\n    ".join(wrong) if wrong else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="host", choices=["host", "debug", "asan", "qemu"])
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--memory")
    parser.add_argument("--slow", type=int, default=1, help="multiply every timeout")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(PROGRAMS, "*.scm")))
    programs = [Expectation(p) for p in paths]
    loaded = {f for p in programs for f in p.files}
    programs = [p for p in programs if p.name not in loaded and p.is_for(given.on, given.memory)
                and (not given.names or p.name in given.names or p.name[:-4] in given.names)]

    def run(program):
        program.timeout *= given.slow
        if ("--stress" in given.option or given.memory) and program.stress_args is not None:
            program.args = program.stress_args
        memory = given.memory or program.memory
        if given.on == "qemu":
            return complaint(program, *run_in_qemu(program, given.option, memory))
        return complaint(program, *run_hosted(program, given.on, given.option, memory))

    n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for program, wrong in zip(programs, pool.map(run, programs)):
            if wrong:
                n_failed += 1
                print(f"FAIL {program.name} on {' '.join([given.on] + given.option)}:\n    {wrong}")
    print(f"{len(programs) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
