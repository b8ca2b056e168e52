#!/usr/bin/env python3
"""Measure the collector: Ringlet beside Chez Scheme and Guile, and Ringlet's kernel in instructions.

Used by: ./bench gc, which installs and builds what is needed first.

Each round runs every program once on every system in turn, so that a busy moment of the machine falls on all of them.
Times are processor time, user and system together, less that of a program that does nothing; memory is the most that
was resident.  Every program checks its result, and all systems must print the same one: otherwise the status is 1.
Slowness and missed targets never fail.

Pauses are what a program sees that looks at the clock after every step (gc/gaps.scm), the same on all systems.  A
loop that allocates nothing does so too afterwards, a quarter as long, as a control: its gaps are the machine's doing.
The clock counts the processor time of the program, faults and all, so that other programs do not matter (what a
hypervisor takes away still does); --wall-clock takes the one on the wall.  In QEMU the clock counts instructions, a
thousand to the microsecond, and nothing disturbs it.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

import gc_systems
from gc_systems import ROOT

# The programs whose time is compared, with their sizes: usual, and quick.
TIMED = {"gcbench": (16, 12), "binary-trees": (16, 12), "list-churn": (10, 1), "table-churn": (100, 10),
         "graph": (50, 5)}
# Megabytes of live pairs, and of old data, that the others measure.
PAUSE_SIZES, PAUSE_QUICK = (64, 512), (4,)
FLAT_SIZES, FLAT_QUICK = (1, 8, 64, 512), (1, 4)
FRAGMENTATION_SIZES = (32, 4)
OTHERS = ["pause-pairs", "minor-flat", "fragmentation", "heap-cost"]
# In QEMU: the timed programs in their quick sizes, and these; half as many bytes as the numbers say.
QEMU_PAUSE_SIZES, QEMU_FLAT_SIZES = (64,), (1, 8, 64)

NURSERY_MB = 0.5
TARGET_CHEZ, TARGET_GUILE, TARGET_MEMORY = 1.5, 0.5, 2.0
TARGET_LONGEST_US, TARGET_MOST_US = 1000, 300
TARGET_EMPTY_BYTES = {"hosted": 4096, "i686": 3072}
TARGET_HEAP_NS = 1000
# A series is called flat when its largest is at most this many times its smallest.
FLAT = 1.5


def progress(text):
    if sys.stderr.isatty():
        print("\r\033[K%s" % text, end="", file=sys.stderr, flush=True)


class Bench:
    """The options, the systems, and what went wrong so far."""

    def __init__(self, options, systems):
        self.options, self.systems = options, systems
        self.wrong, self.prepared, self.report = [], set(), {}
        self.clock = None if options.wall_clock else gc_systems.make_processor_clock()

    def run(self, system, program, *arguments, hurry=False):
        if (system.name, program) not in self.prepared:
            system.prepare(program)
            self.prepared.add((system.name, program))
        progress("%s %s: %s" % (program, " ".join(map(str, arguments)), system.name))
        return self.check(program, system.name, system.run(program, arguments, hurry, hurry and self.clock))

    def run_in_qemu(self, program, size):
        self.systems[0].prepare(program)
        progress("%s %s: qemu" % (program, size))
        return self.check(program, "qemu", gc_systems.run_in_qemu(program, [size]))

    def check(self, program, name, run):
        if run.wrong:
            self.complain("%s: %s: %s" % (program, name, run.wrong))
        return run

    def complain(self, problem):
        if problem not in self.wrong:
            self.wrong.append(problem)

    def compare_results(self, program, runs):
        results = {name: run.figures.get("result") for name, run in runs.items() if not run.wrong}
        if len(set(results.values())) > 1:
            self.complain("%s: the results differ: %s" % (program, results))

    def is_chosen(self, program):
        return not self.options.programs or program in self.options.programs


def median_and_spread(numbers):
    """Half the distance from least to most, beside the median."""
    return statistics.median(numbers), (max(numbers) - min(numbers)) / 2


def met(is_met):
    return "met" if is_met else "NOT met"


# --- time and memory ---------------------------------------------------------------------------------------

def measure_times(bench):
    """[(program, {system: ([runs], live megabytes)})], the empty program first."""
    index = 1 if bench.options.quick else 0
    chosen = [program for program in TIMED if bench.is_chosen(program)]
    runs = {(program, system.name): [] for program in ["empty"] + chosen for system in bench.systems}
    for _ in range(bench.options.rounds):
        for program in ["empty"] + chosen:
            of_round = {}
            for system in bench.systems:
                of_round[system.name] = bench.run(system, program, TIMED.get(program, (0, 0))[index])
                runs[program, system.name].append(of_round[system.name])
            bench.compare_results(program, of_round)
    live = {}
    for program in chosen:
        for system in bench.systems:
            probe = bench.run(system, program, TIMED[program][index], "live")
            live[program, system.name] = (probe.number("live-bytes") or 0) / 1e6
    return [summary_of_times(program, bench.systems, runs, live) for program in ["empty"] + chosen]


def summary_of_times(program, systems, runs, live):
    summary = {"program": program}
    for system in systems:
        those = runs[program, system.name]
        start = statistics.median(run.cpu_s for run in runs["empty", system.name]) if program != "empty" else 0
        cpu, spread = median_and_spread([run.cpu_s for run in those])
        summary[system.name] = {
            "seconds": max(cpu - start, 0.001), "spread": spread,
            "wall": statistics.median(run.wall_s for run in those),
            "peak_mb": statistics.median(run.peak_mb for run in those),
            "live_mb": live.get((program, system.name), 0),
            "figures": those[-1].figures}
    return summary


def print_times(bench, summaries):
    names = [system.name for system in bench.systems]
    empty, others = names[0], names[1:]
    print("Time and memory, median of %d (+- half the spread).  Seconds of processor time less start-up (%s)."
          % (bench.options.rounds, ", ".join("%s %.3f" % (n, summaries[0][n]["seconds"]) for n in names)))
    print("MB: most resident / alive at the program's largest (start-up %s)."
          % ", ".join("%s %.0f" % (n, summaries[0][n]["peak_mb"]) for n in names))
    print("%-13s" % "program" + "".join("%15s" % n for n in names) + "".join("%9s" % ("x " + n) for n in others)
          + "".join("%15s" % (n + " MB") for n in names) + "  targets")
    base_mb = summaries[0][empty]["peak_mb"]
    for summary in summaries[1:]:
        ours = summary[empty]
        line = "%-13s" % summary["program"]
        for name in names:
            line += "%15s" % ("%.3f +-%.2f" % (summary[name]["seconds"], summary[name]["spread"]))
        ratios = {name: ours["seconds"] / summary[name]["seconds"] for name in others}
        line += "".join("%9.2f" % ratios[name] for name in others)
        for name in names:
            line += "%15s" % ("%.1f / %.1f" % (summary[name]["peak_mb"], summary[name]["live_mb"]))
        targets = []
        if "chez" in ratios:
            targets.append("chez " + met(ratios["chez"] <= TARGET_CHEZ))
        if "guile" in ratios:
            targets.append("guile " + met(ratios["guile"] < TARGET_GUILE))
        allowed = TARGET_MEMORY * ours["live_mb"] + NURSERY_MB + base_mb
        targets.append("memory %s (%.1f)" % (met(ours["peak_mb"] <= allowed), allowed))
        print(line + "  " + ", ".join(targets))
    print("Targets: at most %.1f x Chez, less than %.1f x Guile; memory at most twice what is alive, the nursery\n"
          "and what an empty program takes (in brackets)." % (TARGET_CHEZ, TARGET_GUILE))


# --- pauses ------------------------------------------------------------------------------------------------

def measure_pauses(bench):
    """[(system's name, size, run)]; the others are asked for the large size only with --full."""
    runs = []
    for size in PAUSE_QUICK if bench.options.quick else PAUSE_SIZES:
        is_large = size == PAUSE_SIZES[-1]
        systems = bench.systems[:1] if is_large and not bench.options.full else bench.systems
        of_size = {system.name: bench.run(system, "pause-pairs", size, hurry=True) for system in systems}
        bench.compare_results("pause-pairs", of_size)
        runs += [(name, size, run) for name, run in of_size.items()]
    if bench.options.qemu:
        sizes = PAUSE_QUICK if bench.options.quick else QEMU_PAUSE_SIZES
        runs += [("qemu", size, bench.run_in_qemu("pause-pairs", size)) for size in sizes]
    return [(name, size, run) for name, size, run in runs if not run.wrong]


def own_pauses(run):
    """What Ringlet's collector says of its pauses, in us: the longest, and what 99.9 % do not exceed; or None."""
    names = ("pause-longest-us", "pause-most-us")
    return {name: run.number(name) for name in names}


def print_pauses(bench, runs):
    print("\nPauses with many live pairs, changed and replaced all the time (pause-pairs): the longest gap between two")
    print("looks at the clock, and how many from 300 us and from 1 ms on.  The same of a control that allocates nothing,")
    print("its numbers scaled to the same time.  %s" % ("By the clock on the wall." if bench.clock is None
                                                        else "Microseconds are of processor time."))
    print("qemu: thousands of instructions instead of microseconds, and pairs of half the size.")
    print("%-10s%6s%12s%10s%9s%12s%10s%9s%9s%9s   %s" % (
        "system", "MB", "longest us", "from 300", "from 1ms", "control us", "from 300", "from 1ms", "seconds", "peak MB",
        "the collector's own figures"))
    for name, size, run in runs:
        figure = lambda key: run.number(key) or 0
        line = "%-10s%6d%12d%10d%9d%12d%10d%9d%9.2f%9.0f" % (
            name, size, figure("longest-gap-us"), figure("gaps-from-300"), figure("gaps-from-1000"),
            figure("control-longest-gap-us"), 4 * figure("control-gaps-from-300"), 4 * figure("control-gaps-from-1000"),
            figure("us") / 1e6, run.peak_mb)
        own = own_pauses(run)
        if own["pause-longest-us"] is not None:
            line += "   longest %d %s" % (own["pause-longest-us"], met(own["pause-longest-us"] <= TARGET_LONGEST_US))
            if own["pause-most-us"] is not None:
                line += ", 99.9 %% %d %s" % (own["pause-most-us"], met(own["pause-most-us"] <= TARGET_MOST_US))
            majors = figure("full-collections")
            line += ", stopped for all %d times" % majors
        print(line)
    print("Targets for Ringlet: longest at most %d us, 99.9 %% of the collector's pauses at most %d us, whatever is alive."
          % (TARGET_LONGEST_US, TARGET_MOST_US))


def pauses_section(bench):
    runs = measure_pauses(bench)
    progress("")
    print_pauses(bench, runs)
    return [{"system": name, "mb": size, "seconds": run.cpu_s, "peak_mb": run.peak_mb, "figures": run.figures}
            for name, size, run in runs]


# --- the cost of minor collections -------------------------------------------------------------------------

def flat_section(bench):
    report = []
    where = [("hosted", FLAT_SIZES, lambda size: bench.run(bench.systems[0], "minor-flat", size, hurry=True))]
    if bench.options.qemu:
        where.append(("qemu", QEMU_FLAT_SIZES, lambda size: bench.run_in_qemu("minor-flat", size)))
    lines = []
    for name, sizes, run_size in where:
        runs = [(size, run_size(size)) for size in (FLAT_QUICK if bench.options.quick else sizes)]
        for kind in ("small", "large"):
            medians = [run.number(kind + "-median-us") for _, run in runs if not run.wrong]
            if not medians:
                continue
            is_flat = max(medians) <= FLAT * max(min(medians), 1)
            lines.append("%-8s%-9s" % (name, "with" if kind == "large" else "without")
                         + "".join("%8d MB:%7d" % (size, median) for (size, _), median in zip(runs, medians))
                         + "   flat " + met(is_flat))
        report += [{"where": name, "mb": size, "figures": run.figures} for size, run in runs]
    progress("")
    print("\nA minor collection with the same survivors, as old data grows, without and with a large old vector that is")
    print("stored into at random (minor-flat): median, in us (hosted), in thousands of instructions (qemu).")
    print("\n".join(lines))
    print("Target: flat, the largest at most %.1f times the smallest." % FLAT)
    return report


# --- memory ------------------------------------------------------------------------------------------------

def fragmentation_section(bench):
    size = FRAGMENTATION_SIZES[1 if bench.options.quick else 0]
    runs = {system.name: bench.run(system, "fragmentation", size) for system in bench.systems}
    bench.compare_results("fragmentation", runs)
    progress("")
    print("\nMemory held for objects of 16 bytes to 64 KB that come and go (fragmentation), MB, and times what is alive.")
    print("%-10s%10s%20s%20s%20s" % ("system", "alive", "most held", "held at the end", "after a full one"))
    for name, run in runs.items():
        if run.wrong:
            continue
        alive = run.number("alive") / 1e6
        line = "%-10s%10.1f" % (name, alive)
        for key in ("held-most", "held-last", "held-collected"):
            held = run.number(key) / 1e6
            line += "%13.1f (%.2f)" % (held, held / alive)
        print(line)
    return [{"system": name, "mb": size, "figures": run.figures} for name, run in runs.items()]


def heap_cost_section(bench):
    """The programs are build/host/heap-cost and build/i686/heap-cost.elf, of benchmarks/gc/heap_cost.c."""
    runs = [("hosted", subprocess.run([os.path.join(ROOT, "build/host/heap-cost")], stdout=subprocess.PIPE).stdout)]
    if bench.options.qemu:
        runs.append(("i686", gc_systems.run_bare("build/i686/heap-cost.elf")[1]))
    print("\nAn empty heap (heap-cost): its bytes, and the time to make and discard one.")
    report = []
    for name, output in runs:
        found = dict(line.split() for line in output.decode(errors="replace").splitlines() if len(line.split()) == 2)
        try:
            size, ns = int(found["bytes-empty"]), int(found["create-destroy-ns"])
        except (KeyError, ValueError):
            bench.complain("heap-cost: %s: printed %r" % (name, output))
            continue
        unit = "ns" if name == "hosted" else "instructions"
        time_target = ", at most %d: %s" % (TARGET_HEAP_NS, met(ns <= TARGET_HEAP_NS)) if name == "hosted" else ""
        print("%-10s%6d bytes, at most %d: %s; %6d %s%s"
              % (name, size, TARGET_EMPTY_BYTES[name], met(size <= TARGET_EMPTY_BYTES[name]), ns, unit, time_target))
        report.append({"where": name, "bytes": size, unit: ns})
    return report


# --- the timed programs in QEMU ----------------------------------------------------------------------------

def qemu_section(bench):
    chosen = [program for program in TIMED if bench.is_chosen(program)]
    runs = {program: bench.run_in_qemu(program, TIMED[program][1]) for program in chosen}
    progress("")
    print("\nThe timed programs in the kernel, small sizes, in QEMU: millions of instructions, of which in collections;")
    print("the longest pause in thousands of them.")
    print("%-14s%8s%14s%14s%14s%12s" % ("program", "size", "instructions", "collecting", "longest", "collections"))
    for program, run in runs.items():
        if not run.wrong:
            print("%-14s%8d%14.1f%14.1f%14d%12d"
                  % (program, TIMED[program][1], run.number("run-us") / 1e3, (run.number("pause-total-us") or 0) / 1e3,
                     run.number("pause-longest-us") or 0, run.number("collections") or 0))
    return [{"program": program, "figures": run.figures} for program, run in runs.items()]


# --- all of it ---------------------------------------------------------------------------------------------

def make_options():
    names = list(TIMED) + OTHERS
    parser = argparse.ArgumentParser(
        prog="./bench gc", description="Measure the collector: Ringlet beside Chez Scheme and Guile, and in QEMU.",
        epilog="Programs: %s. The status is 1 if a result is wrong, whatever the times." % " ".join(names))
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="which to run (all)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often to run each timed program (3)")
    parser.add_argument("--quick", action="store_true", help="small sizes and one round: does it work at all?")
    parser.add_argument("--full", action="store_true", help="also the pauses of the others with 512 MB")
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    parser.add_argument("--ringlet", default=os.path.join(ROOT, "build", "host", "ringlet"), metavar="FILE",
                        help="the Ringlet to run (build/host/ringlet)")
    parser.add_argument("--against", metavar="FILE", help="compare with this other Ringlet instead")
    parser.add_argument("--wall-clock", action="store_true", help="measure pauses by the clock on the wall")
    parser.add_argument("--no-qemu", dest="qemu", action="store_false", help="only hosted")
    parser.add_argument("--no-build", action="store_true", help="install and build nothing")
    options = parser.parse_args()
    for program in options.programs:
        if program not in names:
            parser.error("there is no program %s; there are: %s" % (program, " ".join(names)))
    if options.rounds < 1:
        parser.error("--rounds needs at least 1")
    if options.quick:
        options.rounds = 1
    for name in ("ringlet", "against"):
        file = getattr(options, name)
        if file is not None:
            setattr(options, name, os.path.abspath(file))
            if not os.access(file, os.X_OK):
                parser.error("%s cannot be run" % file)
    return options


def times_section(bench):
    summaries = measure_times(bench)
    progress("")
    print_times(bench, summaries)
    if bench.options.qemu:
        bench.report["qemu"] = qemu_section(bench)
    return summaries


def main():
    options = make_options()
    os.makedirs(gc_systems.WORK, exist_ok=True)
    bench = Bench(options, gc_systems.find_systems(options.ringlet, options.against))
    if any(bench.is_chosen(program) for program in TIMED):
        bench.report["times"] = times_section(bench)
    sections = {"pause-pairs": pauses_section, "minor-flat": flat_section, "fragmentation": fragmentation_section,
                "heap-cost": heap_cost_section}
    for program in OTHERS:
        if bench.is_chosen(program):
            bench.report[program] = sections[program](bench)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(bench.report, file, indent=1)
    for problem in bench.wrong:
        print("WRONG " + problem)
    sys.exit(1 if bench.wrong else 0)


if __name__ == "__main__":
    main()
