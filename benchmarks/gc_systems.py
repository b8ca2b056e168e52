"""Ringlet, Guile and Chez Scheme as ./bench gc runs them: how each is given a program, and one run of it.

Used by: benchmarks/gc.py.

A program of benchmarks/gc is one text for all: the prelude of a system, common.scm, gaps.scm, the program, finish.scm.
Guile's and Chez's are compiled beforehand (at -O2 and at optimize-level 2, with all definitions of a program known to
be constant); Ringlet compiles its own each time, and is charged for it.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "benchmarks", "gc")
WORK = os.path.join(ROOT, "build", "bench", "gc")
KERNEL = os.path.join(ROOT, "build", "i686", "ringlet.elf")
CPU_LIMIT_S = 300

sys.path.insert(0, os.path.join(ROOT, "tests"))
import machine  # noqa: E402

GUILE_COMPILE = """
(use-modules (system base compile))
(let ((arguments (command-line)))
  (compile-file (cadr arguments) #:output-file (caddr arguments) #:optimization-level 2))
"""


class Run:
    """What one run of a program told: seconds, megabytes, and the lines `name value` that it printed."""

    def __init__(self, cpu_s, wall_s, peak_mb, output, wrong):
        self.cpu_s, self.wall_s, self.peak_mb, self.wrong = cpu_s, wall_s, peak_mb, wrong
        self.figures = {}
        for line in output.splitlines():
            name, _, value = line.strip().partition(" ")
            self.figures[name] = value
        if not self.wrong and "result" not in self.figures:
            self.wrong = "printed no result but %r" % output[:200]

    def number(self, name):
        """The figure `name`, or None."""
        try:
            return float(self.figures[name])
        except (KeyError, ValueError):
            return None


def program_text(system, program):
    parts = ["prelude-%s.scm" % system, "common.scm", "gaps.scm", "%s.scm" % program, "finish.scm"]
    text = ""
    for part in parts:
        with open(os.path.join(SOURCES, part)) as file:
            text += file.read()
    return text


def limit_cpu():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))


def limit_and_hurry():
    """For runs whose pauses are measured: go before the rest of the machine, where that is permitted."""
    limit_cpu()
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    except OSError:
        pass


def make_processor_clock():
    """The library that makes the clocks of a program count its processor time; benchmarks/gc/processor_clock.c."""
    library = os.path.join(WORK, "processor_clock.so")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, os.path.join(SOURCES, "processor_clock.c")], check=True)
    return library


class System:
    """A way to run programs.  `prepare` makes what `command` names."""

    def __init__(self, name, prelude):
        self.name, self.prelude = name, prelude

    def file(self, program, suffix="scm"):
        return os.path.join(WORK, "%s.%s.%s" % (program, self.name, suffix))

    def prepare(self, program):
        with open(self.file(program), "w") as file:
            file.write(program_text(self.prelude, program))

    def run(self, program, arguments, hurry=False, preload=None):
        """`hurry`: before the rest of the machine.  `preload`: a library for the program."""
        environment = dict(os.environ, GUILE_AUTO_COMPILE="0")
        if preload:
            # With helpers for Guile's collector, processor time would count the same pause several times.
            environment.update(LD_PRELOAD=preload, GC_MARKERS="1")
        # What is resident is asked of time: a child of ours would count what Python had when it was forked.
        told = os.path.join(WORK, "peak-kb")
        command = ["/usr/bin/time", "-q", "-o", told, "-f", "%M"] + self.command(program) + [str(a) for a in arguments]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=WORK,
                                     preexec_fn=limit_and_hurry if hurry else limit_cpu)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            wrong = None
            if child.returncode != 0:
                last = err.read().decode(errors="replace").strip().splitlines()[-3:]
                wrong = "\n    ".join(["status %d" % child.returncode] + last)
            with open(told) as file:
                peak_kb = int((file.read().split() or ["0"])[-1])
            return Run(usage.ru_utime + usage.ru_stime, wall, peak_kb * 1024 / 1e6, out.read().decode(errors="replace"), wrong)

    def compile(self, command):
        done = subprocess.run(command, env=dict(os.environ, GUILE_AUTO_COMPILE="0"), cwd=WORK,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text = done.stdout.decode(errors="replace")
        if done.returncode != 0 or "xception" in text:
            sys.exit("bench: %s cannot compile:\n%s" % (self.name, text))


class Ringlet(System):
    def __init__(self, binary, name="ringlet"):
        super().__init__(name, "ringlet")
        self.binary = binary

    def command(self, program):
        return [self.binary, "--memory", "4G", self.file(program)]


class Guile(System):
    def __init__(self, binary):
        super().__init__("guile", "guile")
        self.binary = binary

    def prepare(self, program):
        super().prepare(program)
        self.compile([self.binary, "--r7rs", "-c", GUILE_COMPILE, self.file(program), self.file(program, "go")])

    def command(self, program):
        return [self.binary, "--r7rs", "-c", '(load-compiled "%s")' % self.file(program, "go")]


class Chez(System):
    def __init__(self, binary):
        super().__init__("chez", "chez")
        self.binary = binary

    def prepare(self, program):
        super().prepare(program)
        file = os.path.join(WORK, "compile.ss")
        with open(file, "w") as text:
            text.write('(optimize-level 2) (compile-program "%s" "%s") (exit 0)'
                       % (self.file(program), self.file(program, "so")))
        self.compile([self.binary, "-q", "--script", file])

    def command(self, program):
        return [self.binary, "--program", self.file(program, "so")]


# Time counted in instructions, 10^9 of them to the second.
COUNTING = ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"]


def run_in_qemu(program, arguments, memory="256M", timeout=120):
    """Run a program of Ringlet's in the kernel, with its clock counting instructions."""
    file = os.path.join(WORK, "%s.ringlet.scm" % program)
    start = time.perf_counter()
    status, output = machine.run_qemu(["--script", "%s.scm" % program] + [str(a) for a in arguments],
                                      [("%s.scm" % program, file)], memory=memory, timeout=timeout, extra=COUNTING)
    text = output.decode(errors="replace")
    return Run(0, time.perf_counter() - start, 0, text, None if status == 0 else "status %s: %s" % (status, text[-300:]))


def run_bare(kernel, timeout=60):
    """Run a kernel that is not Ringlet: (status, output)."""
    return machine.run_qemu(kernel=os.path.join(ROOT, kernel), timeout=timeout, extra=COUNTING)


def find_systems(ringlet, against=None):
    """Ringlet and what it is compared with."""
    systems = [Ringlet(ringlet)]
    if against:
        return systems + [Ringlet(against, "other")]
    guile = shutil.which("guile-3.0") or shutil.which("guile")
    chez = shutil.which("chezscheme") or shutil.which("scheme")
    if not guile or not chez:
        sys.exit("bench: Guile or Chez Scheme is missing; without --no-build they are installed")
    return systems + [Chez(chez), Guile(guile)]
