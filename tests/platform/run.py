#!/usr/bin/env python3
"""Test both platforms with the probe, a core of a page: every function of base/platform.h and every way to end.

usage: tests/platform/run.py        (after `make probe`)
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../prompt"))
import driver
import machine
from driver import check

KERNEL = os.path.join(machine.ROOT, "build/i686/probe.elf")
HOST = os.path.join(machine.ROOT, "build/host/probe")


def hosted(*words, stdin=b""):
    done = subprocess.run([HOST, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    return done.returncode, done.stdout.decode(errors="replace")


def bare(*words, **options):
    status, output = machine.run_qemu(["--script", *words], kernel=KERNEL, timeout=30, **options)
    return status, output.decode(errors="replace")


BOTH = [("hosted", hosted), ("bare", bare)]


def statuses():
    for name, run in BOTH:
        for status in (0, 1, 7):
            check(f"{name} exit {status}", run("exit", str(status))[0] == status)
        check(f"{name} plain end", run("facts")[0] == 0)
        status, output = run("nothing")
        check(f"{name} output and status", (status, output) == (9, "nothing"), repr(output))


def faults():
    expected = {"panic": "*** panic: check failed", "invalid": "invalid opcode", "divide": ("arithmetic", "divide error")}
    for name, run in BOTH:
        for kind, words in expected.items():
            status, output = run("fault", kind)
            said = any(w in output for w in ([words] if isinstance(words, str) else words))
            check(f"{name} fault {kind}", status == 70 and said and "backtrace: probe" in output, repr(output))
    status, output = bare("fault", "double")
    check("bare double fault", status == 70 and "double fault (8)" in output and "eip" in output, repr(output))


def clocks():
    for name, run in BOTH:
        output = run("clock")[1]
        # A busy machine may lose ticks; whether they are exact is seen by instruction count below.
        check(f"{name} clock", "ticks-some 1" in output, output)
    extra = ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"]
    runs = [bare("facts", extra=extra)[1] for _ in range(2)]
    check("icount facts", runs[0] == runs[1] and "columns" in runs[0], runs[0])
    check("icount clock", "ticks-ok 1" in bare("clock", extra=extra)[1])


def memory():
    check("16 MB", bare("facts", memory="16M")[0] == 0)
    status, output = bare("facts", memory="2M")
    check("too little memory", status == 70 and "too little memory" in output, repr(output))
    status, output = bare("facts", memory="3G")
    check("3 GB", status == 0 and "aligned 1" in output, output)


def arguments_and_files():
    for name, run in BOTH:
        output = run("facts", "a b", "100%", "λ,=x")[1]
        for word in ("a b", "100%", "λ,=x"):
            check(f"{name} argument {word}", f"argument {word}\n" in output, output)
    with tempfile.TemporaryDirectory(prefix="ringlet") as folder:
        one, empty = folder + "/one", folder + "/empty"
        with open(one, "w") as file:
            file.write("first file")
        open(empty, "w").close()
        modules = [("dir/one file.txt", one), ("empty", empty)]
        status, output = bare("files", "one file.txt", "dir/one file.txt", "empty", "none", modules=modules)
        check("modules", output == "one file.txt: first file\ndir/one file.txt: first file\nempty: \n"
              "none: no boot module has this name\n", repr(output))
        status, output = hosted("files", one, empty, folder + "/none", folder)
        check("files", f"{one}: first file\n{empty}: \n{folder}/none: No such file or directory\n" in output, output)


def input_in_bulk():
    """A paste far larger than any buffer, into a reader that is slow at first: nothing may be lost."""
    pasted = b"".join(b"line %d of the paste\n" % i for i in range(6000))
    for name, run in [("hosted", lambda t: hosted("slow-echo", stdin=t)),
                      ("bare", lambda t: bare("slow-echo", stdin=t))]:
        status, output = run(pasted)
        check(f"{name} paste", status == 0 and output == "ready\n" + pasted.decode(), f"{status} {len(output)}")


def sessions():
    yield "hosted", lambda *w: driver.Hosted(w, program="build/host/probe")
    yield "bare", lambda *w: driver.Machine(w, kernel=KERNEL)


def terminals():
    for name, start in [("hosted", lambda: driver.Hosted(program="build/host/probe")),
                        ("bare", lambda: driver.Machine(kernel=KERNEL))]:
        with start() as s:
            s.wait_for("ready")
            s.type("typed\r")
            s.wait_for("typed\r\n")
            s.type("\x03")
            s.wait_for("<break>")
            s.type("after quit")
            check(f"{name} terminal", s.wait_for_end() == 0)


def screen():
    with driver.Machine(["screen"], kernel=KERNEL) as s:
        s.wait_for_cells("last")
        s.settle()
        cells, expected = s.cells(), s.screen.lines()
        check("screen like a terminal", cells[:5] + cells[6:] == expected[:5] + expected[6:],
              "\n".join(cells) + "\n---\n" + "\n".join(expected))
        check("screen characters", cells[5].startswith("red é─?"), cells[5])
        check("screen colours", s.colours()[5][0] == 0x0c and s.colours()[5][4] == 0x07, s.colours()[5][:8].hex())
        s.type("Hi (there)!\r")
        s.wait_for_cells("Hi (there)!")
        s.wait_for("Hi (there)!")
        s.press("ctrl-c")
        s.wait_for_cells("<break>")
        s.type("quit")
        check("quit from the echo", s.wait_for_end() == 0)


def keys():
    """The codes as they are; what they mean is their driver's business, see lib/ringlet/keyboard-test.scm."""
    wanted = {"a": [30, 158], "up": [224, 72, 224, 200], "ret": [28, 156], "alt-f": [56, 33, 161, 184]}
    with driver.Machine(["keys"], kernel=KERNEL) as s:
        s.wait_for("ready")
        for key, codes in wanted.items():
            s.send_key(key.split("-"))
            text = s.wait_for(f"code {codes[-1]}\r\n") if len(codes) < 4 else s.wait_for(f"code {codes[2]}\r\ncode {codes[3]}\r\n")
            got = [int(n) for n in driver.re.findall(r"code (\d+)", text)]
            check(f"key {key}", got == codes, repr(got))
        s.send_key(["ctrl", "c"])
        check("Control-C stops", "<break>" in s.wait_for("code 157\r\n"), s.output)
        s.send_key(["c"])
        check("and C alone does not", "<break>" not in s.wait_for("code 174\r\n"), s.output)


def without_devices():
    for kind in ("q35", "pc,i8042=off"):
        status, output = bare("facts", extra=["-M", kind])
        check(f"machine {kind}", status == 0, repr(output))
    with driver.Machine(["echo"], kernel=KERNEL, vga=False) as s:
        s.wait_for("ready")
        s.type("quit")
        check("no VGA", s.wait_for_end() == 0)
    command = machine.qemu_command(KERNEL, ["--script", "exit", "4"], extra=["-serial", "none"])
    code = subprocess.run(command, cwd=machine.ROOT, timeout=30).returncode
    check("no serial line", machine.decode_status(code) == 4)


def mistakes():
    for words in (["--memory"], ["--memory", "3x"], ["--memory", "1K"], ["--memory", "-1M"], ["--memory", "999999999G"]):
        status, output = hosted(*words)
        check(f"hosted {words}", status == 2 and "ringlet: " in output, output)


for test in (statuses, faults, clocks, memory, arguments_and_files, input_in_bulk, terminals, screen, keys,
             without_devices, mistakes):
    driver.attempt(test)
driver.finish()
