#!/usr/bin/env python3
"""Test the commands ./run and build/host/ringlet as a person gives them: options, statuses, mistakes, input."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "prompt"))
import driver
import machine
from driver import check

RUN = os.path.join(machine.ROOT, "run")
HOST = os.path.join(machine.ROOT, "build/host/ringlet")


def command(*words, stdin=b"", cwd=machine.ROOT, timeout=120):
    done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, cwd=cwd)
    return done.returncode, done.stdout.decode(errors="replace").replace("\r", "")


def mistakes():
    for words in (["--bogus"], ["--network"], ["--network", "bus"], ["--network=dgram:a"], ["--card", "e1000"],
                  ["--memory", "3"], ["--memory"], ["--script"], ["--script", "none.scm"], ["file.scm"]):
        status, output = command(RUN, *words)
        check(f"run {words}", status == 2 and output.startswith("run: "), output)
    check("run --help", command(RUN, "--help")[0] == 0)
    status, output = command(HOST, "--help")
    check("ringlet --help", status == 0 and "usage: ringlet" in output, output)
    status, output = command(HOST, "none.scm")
    check("ringlet none.scm", status != 0 and "none.scm" in output, output)
    check("run --display without one", "no display" in command("env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", RUN,
                                                             "--no-build", "--display")[1])


def scripts():
    with tempfile.TemporaryDirectory(prefix="ringlet test ") as folder:
        with open(os.path.join(folder, "a program, really.scm"), "w") as file:
            file.write("(import (scheme base) (scheme write) (scheme process-context))\n"
                       "(write (cdr (command-line))) (newline)\n"
                       "(write (read-line)) (newline) (write (eof-object? (read-line))) (newline) (exit 5)\n")
        words = ["a program, really.scm", "one two", "50%"]
        expected = (5, '("one two" "50%")\n"typed line"\n#t\n')
        for name, start in [("hosted", [HOST]), ("qemu", [RUN, "--no-build", "--script"])]:
            got = command(*start, *words, stdin=b"typed line\n", cwd=folder)
            check(f"{name} script with arguments and input", got == expected, repr(got))
        with open(os.path.join(folder, "large.scm"), "w") as file:
            file.write("(exit 200)\n")
        for name, start in [("hosted", [HOST]), ("qemu", [RUN, "--no-build", "--script"])]:
            check(f"{name} large exit status", command(*start, "large.scm", cwd=folder)[0] == 200)


# The prompt is also there after options and after a program, and that program reads whole lines as usual.
def prompts():
    with tempfile.TemporaryDirectory(prefix="ringlet test ") as folder:
        with open(os.path.join(folder, "asks.scm"), "w") as file:
            file.write('(display "name? ")\n(define name (read-line))\n')
        with driver.Hosted(["-L", folder, "-i", os.path.join(folder, "asks.scm")]) as s:
            s.wait_for("name? ")
            s.type("Adda\x7f\n")
            s.wait_for(">")
            s.type("(string-append \"hello \" name)\r")
            check("a prompt after a program", "hello Add\"" in s.settle(0.4), s.screen.text())


def iso():
    status, output = command(RUN, "--no-build", "--iso", "--memory", "64M", stdin=b"(+ 1 41)\r")
    check("iso", "42" in output, repr(output[-400:]))


for test in (mistakes, scripts, prompts, iso):
    driver.attempt(test)
driver.finish()
