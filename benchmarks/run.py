#!/usr/bin/env python3
"""Time Ringlet against Guile on the programs in benchmarks/programs.

Used by: ./bench, which installs and builds what is needed first.

Each round runs every program once on every system in turn, so that a busy moment of the machine falls on all of them.
What is compared is processor time, user and system together, as the median of the rounds, less the median of a program
that does nothing.  Guile's programs are compiled beforehand at -O2; Ringlet compiles its own each time, and is charged.

Every program checks its result, prints it in one line and ends with status 0 if it is right.  A wrong status, or lines
that differ between systems, make the whole run fail; slowness never does.
"""
import argparse
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAMS = os.path.join(ROOT, "benchmarks", "programs")
WORK = os.path.join(ROOT, "build", "bench")
CPU_LIMIT_S = 300

EMPTY = "(import (scheme base) (scheme process-context))\n(exit #t)\n"
COMPILE = """
(use-modules (system base compile))
(let ((arguments (command-line)))
  (compile-file (cadr arguments) #:output-file (caddr arguments) #:optimization-level 2))
"""


class System:
    """A way to run programs: its name, the command for a program, and what its environment has besides ours."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.command = command
        self.environment = dict(os.environ, GUILE_AUTO_COMPILE="0", **(environment or {}))

    def run(self, program):
        """Run `program`; answer (processor seconds, its output, what went wrong or None)."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(self.command(program), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                     env=self.environment, cwd=WORK, preexec_fn=limit_cpu)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            output = out.read().decode(errors="replace")
            wrong = None
            if child.returncode != 0:
                last = err.read().decode(errors="replace").strip().splitlines()[-3:]
                wrong = "\n    ".join(["status %d after output %r" % (child.returncode, output)] + last)
        return usage.ru_utime + usage.ru_stime, output, wrong


def limit_cpu():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))


def source(program):
    return os.path.join(WORK if program == "empty" else PROGRAMS, program + ".scm")


def compiled(program, kind):
    return os.path.join(WORK, "%s.%s.go" % (program, kind))


def compile_for_guile(guile, program, as_module):
    """Compile a program as it is; as a module of its own, Guile may also take its definitions for constants."""
    kind = "module" if as_module else "script"
    name = source(program)
    if as_module:
        with open(name) as file:
            text = "(define-module (bench program))\n" + file.read()
        name = os.path.join(WORK, program + ".module.scm")
        with open(name, "w") as file:
            file.write(text)
    environment = dict(os.environ, GUILE_AUTO_COMPILE="0")
    done = subprocess.run([guile, "--r7rs", "-c", COMPILE, name, compiled(program, kind)], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit("bench: Guile cannot compile %s:\n%s" % (name, done.stdout.decode(errors="replace")))


def make_systems(options, guile):
    def guile_command(kind):
        return lambda program: [guile, "--r7rs", "-c", '(load-compiled "%s")' % compiled(program, kind)]

    systems = [System("ringlet", lambda program: [options.ringlet, source(program)])]
    if options.against:
        systems.append(System("other", lambda program: [options.against, source(program)]))
        return systems
    no_jit = {"GUILE_JIT_THRESHOLD": "-1"}
    systems.append(System("guile", guile_command("script"), no_jit))
    if options.modules:
        systems.append(System("guile-mod", guile_command("module"), no_jit))
    systems.append(System("guile-jit", guile_command("script")))
    return systems


def measure(systems, programs, rounds):
    """Run everything; answer ({(system name, program): [seconds]}, [what went wrong])."""
    seconds = {}
    wrong = []
    outputs = {}
    for round_ in range(rounds):
        for program in ["empty"] + programs:
            for system in systems:
                if sys.stderr.isatty():
                    print("\r\033[Kround %d: %s, %s" % (round_ + 1, program, system.name), end="", file=sys.stderr)
                time, output, problem = system.run(program)
                seconds.setdefault((system.name, program), []).append(time)
                expected = outputs.setdefault(program, output)
                if not problem and (output != expected or (program != "empty" and output.count("\n") != 1)):
                    problem = "printed %r, but %s printed %r" % (output, systems[0].name, expected)
                if problem:
                    problem = "%s: %s: %s" % (program, system.name, problem)
                if problem and problem not in wrong:
                    wrong.append(problem)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return seconds, wrong


def geometric_mean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def print_table(systems, programs, seconds, rounds):
    names = [system.name for system in systems]
    start = {name: statistics.median(seconds[name, "empty"]) for name in names}
    print("Processor seconds, median of %d; less start-up (%s).  x: Ringlet's time by theirs, below 1 is faster."
          % (rounds, ", ".join("%s %.3f" % (name, start[name]) for name in names)))
    print("%-14s" % "program" + "".join("%11s" % name for name in names)
          + "".join("%13s" % ("x " + name) for name in names[1:]))
    ratios = {name: [] for name in names[1:]}
    for program in programs:
        net = {name: max(statistics.median(seconds[name, program]) - start[name], 0.001) for name in names}
        for name in names[1:]:
            ratios[name].append(net[names[0]] / net[name])
        print("%-14s" % program + "".join("%11.3f" % net[name] for name in names)
              + "".join("%13.2f" % ratios[name][-1] for name in names[1:]))
    print("%-14s" % "geometric mean" + " " * 11 * len(names)
          + "".join("%13.2f" % geometric_mean(ratios[name]) for name in names[1:]))


def main():
    available = sorted(name[:-4] for name in os.listdir(PROGRAMS) if name.endswith(".scm"))
    parser = argparse.ArgumentParser(
        prog="./bench", description="Time Ringlet against Guile 3 (its JIT off, and on) and print a table.",
        epilog="Programs: %s. The status is 1 if a result is wrong, whatever the times." % " ".join(available))
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="which to run (all)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often to run each (3)")
    parser.add_argument("--modules", action="store_true",
                        help="also Guile without JIT, each program as a module of its own")
    parser.add_argument("--ringlet", default=os.path.join(ROOT, "build", "host", "ringlet"), metavar="FILE",
                        help="the Ringlet to run (build/host/ringlet)")
    parser.add_argument("--against", metavar="FILE", help="compare with this other Ringlet instead of Guile")
    parser.add_argument("--no-build", action="store_true", help="install and build nothing")
    options = parser.parse_args()
    for program in options.programs:
        if program not in available:
            parser.error("there is no program %s; there are: %s" % (program, " ".join(available)))
    if options.rounds < 1:
        parser.error("--rounds needs at least 1")
    for name in ("ringlet", "against"):
        file = getattr(options, name)
        if file is None:
            continue
        setattr(options, name, os.path.abspath(file))
        if not os.access(file, os.X_OK):
            parser.error("%s cannot be run" % file)
    programs = options.programs or available
    os.makedirs(WORK, exist_ok=True)
    with open(source("empty"), "w") as file:
        file.write(EMPTY)
    guile = shutil.which("guile-3.0") or shutil.which("guile")
    if not options.against:
        if not guile:
            sys.exit("bench: there is no Guile; without --no-build it is installed")
        for program in ["empty"] + programs:
            for as_module in ([False, True] if options.modules else [False]):
                compile_for_guile(guile, program, as_module)
    systems = make_systems(options, guile)
    seconds, wrong = measure(systems, programs, options.rounds)
    print_table(systems, programs, seconds, options.rounds)
    for problem in wrong:
        print("WRONG " + problem)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
