"""The machine under test: QEMU's command line, and what its exit status means.

Used by: tests/run-programs.py, tests/platform/run.py, tests/prompt/driver.py.
"""
import os
import subprocess
import tempfile
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KERNEL = os.path.join(ROOT, "build/i686/ringlet.elf")
PLAIN = "/._+=:@~-"


def encode(word):
    """A word of the kernel's command line or of a module's line (see arch/i686/boot_info.c)."""
    return urllib.parse.quote(word, safe=PLAIN)


def decode_status(code):
    """The kernel's exit status from QEMU's (see arch/i686/exit.c); None when the kernel told none."""
    return (code - 1) // 2 - 16 if code >= 33 and code % 2 == 1 else None


def qemu_command(kernel=KERNEL, words=(), modules=(), memory="64M", extra=()):
    """`modules` are pairs (name, path); paths may not hold spaces or commas."""
    command = ["qemu-system-i386", "-accel", "tcg", "-nodefaults", "-display", "none", "-no-reboot", "-m", memory,
               "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
               "-kernel", os.path.relpath(kernel, ROOT), "-append", " ".join(encode(w) for w in words)]
    if modules:
        command += ["-initrd", ",".join(f"{path} name={encode(name)}" for name, path in modules)]
    return command + list(extra)


def run_qemu(words=(), modules=(), stdin=b"", timeout=60, **options):
    """Boot, give `stdin` and the sign for its end, wait for the end: (status or None, output)."""
    with tempfile.TemporaryFile() as source:
        source.write(b"\x16" * 4 + stdin + b"\x04")  # see arch/i686/console.c
        source.seek(0)
        command = qemu_command(words=words, modules=modules, **options) + ["-serial", "stdio"]
        try:
            done = subprocess.run(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=timeout, cwd=ROOT)
        except subprocess.TimeoutExpired as late:
            return "timeout", late.stdout or b""
    return decode_status(done.returncode), done.stdout
