#!/usr/bin/env python3
"""Measure the collector: Ringlet beside Chez Scheme and Guile, and Ringlet's kernel in instructions.

Used by: ./bench gc, which installs and builds what is needed first.

Each round runs every program once on every system in turn, so that a busy moment of the machine falls on all of them.
Times are processor time, user and system together, less that of a program that does nothing; memory is the most that
was resident.  Every program checks its result, and all systems must print the same one: otherwise the status is 1.
Slowness and missed targets never fail.
"""
import argparse
import json
import os
import statistics
import sys

import gc_systems
from gc_systems import ROOT

# The programs whose time is compared, with their sizes: usual, and quick.
TIMED = {"gcbench": (16, 12), "binary-trees": (16, 12), "list-churn": (10, 1), "table-churn": (100, 10),
         "graph": (50, 5)}
NURSERY_MB = 0.5
TARGET_CHEZ, TARGET_GUILE, TARGET_MEMORY = 1.5, 0.5, 2.0


def progress(text):
    if sys.stderr.isatty():
        print("\r\033[K%s" % text, end="", file=sys.stderr, flush=True)


class Bench:
    """The options, the systems, and what went wrong so far."""

    def __init__(self, options, systems):
        self.options, self.systems = options, systems
        self.wrong, self.prepared, self.report = [], set(), {}

    def run(self, system, program, *arguments, hurry=False):
        if (system.name, program) not in self.prepared:
            system.prepare(program)
            self.prepared.add((system.name, program))
        progress("%s %s: %s" % (program, " ".join(map(str, arguments)), system.name))
        run = system.run(program, arguments, hurry)
        if run.wrong:
            self.complain("%s: %s: %s" % (program, system.name, run.wrong))
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
    if not chosen:
        return []
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


def make_options():
    parser = argparse.ArgumentParser(
        prog="./bench gc", description="Measure the collector: Ringlet beside Chez Scheme and Guile.",
        epilog="Programs: %s. The status is 1 if a result is wrong, whatever the times." % " ".join(TIMED))
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="which to run (all)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often to run each timed program (3)")
    parser.add_argument("--quick", action="store_true", help="small sizes and one round: does it work at all?")
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    parser.add_argument("--ringlet", default=os.path.join(ROOT, "build", "host", "ringlet"), metavar="FILE",
                        help="the Ringlet to run (build/host/ringlet)")
    parser.add_argument("--against", metavar="FILE", help="compare with this other Ringlet instead")
    parser.add_argument("--no-build", action="store_true", help="install and build nothing")
    options = parser.parse_args()
    for program in options.programs:
        if program not in TIMED:
            parser.error("there is no program %s; there are: %s" % (program, " ".join(TIMED)))
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


def main():
    options = make_options()
    os.makedirs(gc_systems.WORK, exist_ok=True)
    bench = Bench(options, gc_systems.find_systems(options.ringlet, options.against))
    summaries = measure_times(bench)
    progress("")
    if summaries:
        bench.report["times"] = summaries
        print_times(bench, summaries)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(bench.report, file, indent=1)
    for problem in bench.wrong:
        print("WRONG " + problem)
    sys.exit(1 if bench.wrong else 0)


if __name__ == "__main__":
    main()
