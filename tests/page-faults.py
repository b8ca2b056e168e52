#!/usr/bin/env python3
"""Let allocations of pages fail under Scheme programs: they go on, or get a memory condition, or end with a clear line.

usage: tests/page-faults.py [--on debug|asan] [--once FROM-TO] [--every FROM-TO] [--step N]

Runs the workload of tests/faults with the Nth allocation failing once, for each N of --once, and with every Nth failing,
for each N of --every; then some programs of tests/programs likewise.  The heap is verified around each collection.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
PROGRAMS = ["callcc", "control", "dynamic-wind", "exceptions", "gc", "generators", "hashtables", "lazy",
            "metacircular", "parser", "regex", "sorting", "string-ports", "strings", "unicode"]
# Options that make a heap small enough to notice what fails.
ROOMS = [[], ["--quota", "6M"], ["--quota", "2M"]]


def ends_cleanly(status, output):
    """The program got the condition and did not handle it, or there was too little to start in."""
    if status == 70:
        return output == "ringlet: memory: there is too little to start in\n"
    return status == 1 and ("out of memory" in output or "not enough memory" in output)


def span(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def run(on, directory, program, fault, room):
    command = [f"{ROOT}/build/{on}/ringlet", "--stress", "4", "--fail-pages", fault] + room + [program]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120, cwd=os.path.join(ROOT, directory), env={**os.environ, **SANITIZERS})
    except subprocess.TimeoutExpired as late:
        return "timeout", (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def check_workload(on, fault, room):
    """None, or what is wrong; and whether a failure was noticed."""
    status, output = run(on, "tests/faults", "workload.scm", fault, room)
    lines = output.splitlines()
    parts = [line for line in lines if re.fullmatch(r"[a-z]+ (right|memory)", line)]
    if status == 0 and len(parts) == 32 and lines[32:] == ["#t"]:
        return None, " memory" in output
    if ends_cleanly(status, output) and " wrong " not in output:
        return None, True
    return f"status {status}; output ends {output[-300:]!r}", True


def check_program(on, name, fault, room):
    with open(f"{ROOT}/tests/programs/{name}.scm", encoding="utf-8") as text:
        wanted = re.findall(r"^;; => ?(.*)$", text.read(), re.MULTILINE)
    status, output = run(on, "tests/programs", name + ".scm", fault, room)
    if status == 0 and output.splitlines() == wanted:
        return None, False
    wrong = None if ends_cleanly(status, output) else f"status {status}; output ends {output[-300:]!r}"
    return wrong, True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="debug", choices=["debug", "asan"])
    parser.add_argument("--once", type=span, default=span("1-120"))
    parser.add_argument("--every", type=span, default=span("1-40"))
    parser.add_argument("--step", type=int, default=1, help="take each STEPth number only")
    given = parser.parse_args()
    numbers = ([str(n) for n in given.once[::given.step]] +
               [f"{n},{n}" for n in given.every[::given.step]])
    jobs = [(f"workload --fail-pages {' '.join([fault] + room)}", (check_workload, given.on, fault, room))
            for fault in numbers for room in ROOMS]
    jobs += [(f"{name} --fail-pages {' '.join([fault] + room)}", (check_program, given.on, name, fault, room))
             for i, name in enumerate(PROGRAMS) for fault in numbers[i % 8::8] for room in ROOMS[1:2]]
    n_failed = n_noticed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, _), (wrong, noticed) in zip(jobs, pool.map(lambda job: job[1][0](*job[1][1:]), jobs)):
            n_noticed += noticed
            if wrong:
                n_failed += 1
                print(f"FAIL {name}: {wrong}")
    print(f"{n_noticed} of {len(jobs)} runs noticed that pages were missing")
    if n_noticed == 0:
        print("FAIL: no allocation failed at all")
        n_failed += 1
    print(f"{len(jobs) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
