#!/usr/bin/env python3
"""Measure what threads and processes cost: Ringlet beside Erlang and Linux, in QEMU by instructions, and beside a large neighbour.

Used by: ./bench processes [--rounds N] [--quick] [--no-qemu].

Hosted, the systems run in turns, ROUNDS times; medians are printed.  In QEMU the clock counts instructions, a thousand as
a microsecond, so one run is enough.  The last table says what a process notices of the size of another one's heap: both
have half of the processor, whatever the size.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "benchmarks", "processes")
WORK = os.path.join(ROOT, "build", "bench", "processes")
RINGLET = os.path.join(ROOT, "build", "host", "ringlet")
NAMES = ["yield-us", "round-trip-us", "begin-and-end-us", "bytes-each"]

sys.path.insert(0, os.path.join(ROOT, "tests"))
import machine  # noqa: E402
from gc_systems import COUNTING  # noqa: E402


def figures(output):
    """The lines `name value` of a program as a table."""
    return dict(line.split(" ", 1) for line in output.splitlines() if " " in line)


def run(command, wanted):
    """Run it: its figures.  Ends the benchmark if the result is wrong."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=WORK, timeout=600)
    found = figures(done.stdout.decode())
    if done.returncode != 0 or found.get("result") != wanted:
        sys.exit("WRONG: %s: %s" % (" ".join(command), done.stdout.decode()[-500:]))
    return found


def kernel_operations(options):
    sizes = ["20000", "2000", "2000"] if options.quick else ["200000", "20000", "100000"]
    n_at_once = sizes[2]
    systems = {"ringlet": ([RINGLET, "--memory", "4G", os.path.join(SOURCES, "kernel.scm")] + sizes, "(%s 1)" % n_at_once)}
    if shutil.which("erlc"):
        subprocess.run(["erlc", os.path.join(SOURCES, "kernel_bench.erl")], cwd=WORK, check=True)
        systems["erlang"] = (["erl", "+S", "1", "+P", "2000000", "-noshell", "-run", "kernel_bench", "main"] + sizes, n_at_once)
    else:
        print("Erlang is not installed, and left out.")
    linux = os.path.join(WORK, "linux")
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-o", linux, os.path.join(SOURCES, "linux.c")], check=True)
    systems["linux"] = ([linux, sizes[0], str(int(sizes[1]) // 10)], "ok")
    results = {name: [] for name in systems}
    for _ in range(options.rounds):
        for name, (command, wanted) in systems.items():
            results[name].append(run(command, wanted))
    print("Hosted, medians of %d (+- half the spread); one scheduler each; %s processes at once" % (options.rounds, n_at_once))
    for figure in NAMES:
        line = "%-18s" % figure
        for name in systems:
            if figure not in results[name][0]:
                continue
            values = [float(r[figure]) for r in results[name]]
            line += "  %s %10.3f +-%.3f" % (name, statistics.median(values), (max(values) - min(values)) / 2)
        print(line)


def counted(program, arguments, memory):
    """What it prints in QEMU, where the clock counts instructions, a thousand as a microsecond."""
    status, output = machine.run_qemu(["--script", program] + [str(a) for a in arguments],
                                      [(program, os.path.join(SOURCES, program))], memory=memory, timeout=600, extra=COUNTING)
    found = {name: value.strip() for name, value in figures(output.decode(errors="replace")).items()}
    if status != 0 or "result" not in found:
        sys.exit("WRONG in QEMU: %s %s" % (status, output[-500:]))
    return found


def in_qemu(options):
    sizes = ["2000", "500", "1000"] if options.quick else ["20000", "2000", "20000"]
    start = time.perf_counter()
    found = counted("kernel.scm", sizes, "192M")
    if found["result"] != "(%s 1)" % sizes[2]:
        sys.exit("WRONG in QEMU: %s" % found)
    print("In QEMU, instructions (%.0f s); %s processes at once" % (time.perf_counter() - start, sizes[2]))
    for figure in NAMES[:3]:
        print("%-18s %10.0f" % (figure.replace("-us", ""), 1000 * float(found[figure])))
    print("%-18s %10s" % ("bytes-each", found["bytes-each"]))


def neighbours(options):
    sizes = [(size, n) for n in (0, 100000) for size in ([1, 8] if options.quick else [1, 8, 64, 512])]
    seconds = "1" if options.quick else "4"
    print("Beside a neighbour that collects all the time, with so many megabytes alive, and so many shared objects that both refer to:")
    print("works done in %s s, longest gap, collections of the commons" % seconds)
    results = {case: [] for case in sizes}
    for _ in range(options.rounds):
        for case in sizes:
            command = [RINGLET, "--memory", "4G", os.path.join(SOURCES, "neighbour.scm"), str(case[0]), seconds, str(case[1])]
            results[case].append(run(command, "ok"))
    for case in sizes:
        works = [float(r["works"]) for r in results[case]]
        longest = [float(r["longest-us"]) for r in results[case]]
        print("%5d MB  %6d shared  %9.0f +-%.0f works  %8.1f ms  %4d" %
              (*case, statistics.median(works), (max(works) - min(works)) / 2, statistics.median(longest) / 1000,
               statistics.median(float(r["collections-of-the-commons"]) for r in results[case])))


    if options.no_qemu:
        return
    print("The same in QEMU, 1000 instructions as a microsecond, where it is exact:")
    for size, n in [(size, n) for n in (0, 100000) for size in ([1, 8] if options.quick else [1, 64, 512])]:
        r = counted("neighbour.scm", [size, seconds, n], "2000M")
        print("%5d MB  %6d shared  %9s works  %8.1f ms" % (size, n, r["works"], float(r["longest-us"]) / 1000))


def print_pauses(r, where):
    print("%s, %s MB shared: gaps of up to 1, 2, 4 ... us %s, longest %.2f ms; collections %s; longest step of one %.2f ms" %
          (where, r["shared-mb"], r["gaps"], float(r["longest-us"]) / 1000, r["collections"], float(r["longest-step-us"]) / 1000))


def pauses(options):
    print("One process shares small objects, so that the commons is collected all the time, with so much there:")
    for megabytes in ["1", "16"] if options.quick else ["1", "256"]:
        seconds = "1" if options.quick else "10"
        print_pauses(run([RINGLET, "--memory", "4G", os.path.join(SOURCES, "shared.scm"), megabytes, seconds], "ok"), "hosted")
    if not options.no_qemu:
        print_pauses(counted("shared.scm", ["32", "1"] if options.quick else ["512", "14"], "1500M"), "QEMU, 1000 instructions as 1 us")


def main():
    parser = argparse.ArgumentParser(prog="./bench processes", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often to run each (3)")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--no-qemu", action="store_true", help="only hosted")
    parser.add_argument("--no-build", action="store_true", help="install and build nothing")
    options = parser.parse_args()
    os.makedirs(WORK, exist_ok=True)
    kernel_operations(options)
    neighbours(options)
    pauses(options)
    if not options.no_qemu:
        in_qemu(options)


if __name__ == "__main__":
    main()
