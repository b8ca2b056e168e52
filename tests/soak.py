#!/usr/bin/env python3
"""Run random programs until the heap was collected so many times, verified around each: no failure and no growth.

usage: tests/soak.py [--collections N] [--seed N] [--on debug|asan] [--series]

The collections are shared out among a few ways of running tests/soak/soak.scm.  --series prints what the heaps held
at checkpoints, in bytes.  A long run: tests/soak.py --collections 100000 --series
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
# Options, and the share of all collections.
WAYS = [
    (["--stress", "4", "--quota", "6M"], 0.3),                                # the verifier only
    (["--stress", "20", "--quota", "8M"], 0.2),                               # cycles all the time, with snapshots
    (["--stress", "12"], 0.1),                                                # freed pages inaccessible, no quota
    (["--stress", "5", "--quota", "12M"], 0.2),                               # slices and collections everywhere
    (["--stress", "7", "--quota", "8M"], 0.1),                                # everything moves
    (["--stress", "4", "--quota", "6M", "--fail-pages", "400,40"], 0.1),       # pages fail
]


def soak(on, options, seed, n):
    command = [f"{ROOT}/build/{on}/ringlet"] + options + ["tests/soak/soak.scm", str(seed), str(n)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
                          env={**os.environ, **SANITIZERS})
    return done.returncode, done.stdout.decode(errors="replace")


def growth(held):
    """None, or how the second half is more than the first; the start is left out."""
    first, second = held[1:len(held) // 2], held[len(held) // 2:]
    before, after = sum(first) / len(first), sum(second) / len(second)
    if after <= before * 1.3 + (1 << 18):
        return None
    return f"the heap grew: {before:.0f} bytes held on average, then {after:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collections", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", default="debug", choices=["debug", "asan"])
    parser.add_argument("--series", action="store_true")
    given = parser.parse_args()
    n_failed = n_collections = n_programs = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [(options, pool.submit(soak, given.on, options, given.seed + i, int(given.collections * share)))
                for i, (options, share) in enumerate(WAYS)]
        for options, run in runs:
            status, output = run.result()
            points = [list(map(int, m)) for m in re.findall(r"\(checkpoint (\d+) (\d+) (\d+) (\d+)\)", output)]
            wrong = f"status {status}; output ends {output[-3000:]!r}" if status != 0 or len(points) != 20 else \
                growth([p[2] for p in points])
            if points:
                n_collections += points[-1][0]
                n_programs += points[-1][1]
            if given.series:
                print(" ".join(options) + ":", *(p[2] for p in points))
            if wrong:
                n_failed += 1
                print(f"FAIL soak {' '.join(options)}, seed {given.seed}: {wrong}")
    print(f"{n_collections} collections, {n_programs} programs")
    print(f"{len(WAYS) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
