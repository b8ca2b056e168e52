"""Drive a prompt as a person would: type, wait, look at the screen.

Used by: tests/prompt/*_test.py, tests/platform/run.py.

    with Hosted() as s:                       # build/host/ringlet in a pseudo-terminal
        s.wait_for("> ")
        s.type("(+ 1 2)\r")
        s.wait_for("3")
        s.screen.lines()                      # what a terminal would show now

    with Machine(vga=True) as s:              # the kernel in QEMU, serial line in a pseudo-terminal
        s.press("(+ 1 2)", "ret", "ctrl-c")   # PS/2 keys over QMP: text, or names of keys
        s.wait_for_cells("3")                 # the VGA text page, read from the machine's memory
        s.cells(); s.colours(); s.cursor()

`check(name, condition, detail)` counts; `finish()` prints `N passed, N failed` and ends the program.
"""
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import machine

COLUMNS, ROWS = 80, 25
_counts = {"passed": 0, "failed": 0}


def check(name, condition, detail=""):
    _counts["passed" if condition else "failed"] += 1
    if not condition:
        print(f"FAIL {name}{': ' if detail else ''}{detail}", flush=True)


def attempt(test):
    """Run one test function; what it raises is one failure with its name, and the others still run."""
    try:
        test()
    except Exception as error:
        check(test.__name__, False, f"{type(error).__name__}: {error}")


def finish():
    print(f"{_counts['passed']} passed, {_counts['failed']} failed")
    sys.exit(1 if _counts["failed"] else 0)


class TimedOut(Exception):
    pass


class Screen:
    """A small terminal: the same sequences as arch/i686/screen.c, written a second time to compare with."""

    def __init__(self, columns=COLUMNS, rows=ROWS):
        self.columns, self.rows = columns, rows
        self.row = self.column = 0
        self.must_wrap = False
        self.cells = [[" "] * columns for _ in range(rows)]
        self.pending = ""

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def text(self):
        return "\n".join(self.lines()).rstrip("\n")

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = re.compile(r"\x1b(\[([0-9;?]*)([@-~])|[^\[])").match(text, at)
                if not found:
                    self.pending = text[at:]
                    return
                if found[3] and "?" not in found[2]:
                    self.sequence(found[3], [int(n) if n else 0 for n in found[2].split(";")])
                at = found.end()
            else:
                self.put(text[at])
                at += 1

    def move(self, row, column):
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)
        self.must_wrap = False

    def new_line(self):
        if self.row + 1 < self.rows:
            self.row += 1
        else:
            self.cells.pop(0)
            self.cells.append([" "] * self.columns)

    def put(self, c):
        if c == "\r":
            self.move(self.row, 0)
        elif c == "\n":
            self.new_line()
            self.must_wrap = False
        elif c == "\b":
            self.move(self.row, self.column - 1)
        elif c == "\t":
            self.move(self.row, (self.column // 8 + 1) * 8)
        elif c >= " " and c != "\x7f":
            if self.must_wrap:
                self.column, self.must_wrap = 0, False
                self.new_line()
            self.cells[self.row][self.column] = c
            if self.column + 1 < self.columns:
                self.column += 1
            else:
                self.must_wrap = True

    def sequence(self, final, numbers):
        first = numbers[0]
        n = max(first, 1)
        if final in "ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[final]
            self.move(self.row + n * down, self.column + n * right)
        elif final == "G":
            self.move(self.row, n - 1)
        elif final in "Hf":
            self.move(n - 1, max(numbers[1] if len(numbers) > 1 else 1, 1) - 1)
        elif final == "K":
            self.erase(self.row, self.column if first == 0 else 0, self.column + 1 if first == 1 else self.columns)
        elif final == "J":
            for row in range(self.rows):
                if first >= 2 or (first == 0 and row > self.row) or (first == 1 and row < self.row):
                    self.erase(row, 0, self.columns)
            self.sequence("K", [min(first, 2)])

    def erase(self, row, start, end):
        for column in range(start, end):
            self.cells[row][column] = " "


class Session:
    """A program in a pseudo-terminal.  `output` is everything it has printed so far."""

    def __init__(self, command, cwd=machine.ROOT, columns=COLUMNS, rows=ROWS, environment=None):
        self.screen = Screen(columns, rows)
        self.output = ""
        self.position = 0  # what wait_for has consumed
        self.undecoded = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            self.prepare_terminal()
            os.environ.update({"TERM": "xterm", **(environment or {})})
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        set_size(self.terminal, rows, columns)
        self.status = None

    def prepare_terminal(self):
        """Called in the child: standard input is the terminal."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = self.decode(os.waitpid(self.pid, 0)[1])
        os.close(self.terminal)

    def decode(self, wait_status):
        return os.waitstatus_to_exitcode(wait_status)

    def read_some(self, seconds):
        """Take what the program prints within `seconds`; False when there was nothing or it has ended."""
        if not select.select([self.terminal], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.undecoded += data
        whole = len(self.undecoded)
        for cut in range(0, min(4, whole + 1)):
            try:
                text = self.undecoded[:whole - cut].decode()
                break
            except UnicodeDecodeError:
                text = None
        if text is None:
            text, cut = self.undecoded.decode(errors="replace"), 0
        self.undecoded = self.undecoded[whole - cut:]
        self.output += text
        self.screen.feed(text)
        return bool(data)

    def type(self, text):
        data = text.encode() if isinstance(text, str) else text
        while data:
            readable, writable, _ = select.select([self.terminal], [self.terminal], [], 10)
            if readable:
                self.read_some(0)
            if writable:
                data = data[os.write(self.terminal, data[:512]):]

    def wait_for(self, pattern, seconds=20, regex=False):
        """Wait until `pattern` appears in output not yet waited for; answers the text up to its end."""
        matcher = re.compile(pattern if regex else re.escape(pattern))
        deadline = time.monotonic() + seconds
        while True:
            found = matcher.search(self.output, self.position)
            if found:
                text = self.output[self.position:found.end()]
                self.position = found.end()
                return text
            if time.monotonic() > deadline or (not self.read_some(0.05) and self.has_ended()):
                raise TimedOut(f"no {pattern!r} in {self.output[self.position:][-600:]!r}")

    def settle(self, quiet=0.15):
        """Read until nothing more comes for `quiet` seconds; answers the rendered screen's text."""
        while self.read_some(quiet):
            pass
        self.position = len(self.output)
        return self.screen.text()

    def has_ended(self):
        if self.status is None:
            pid, wait_status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = self.decode(wait_status)
        return self.status is not None

    def wait_for_end(self, seconds=20):
        """The exit status; reads what is left."""
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            self.read_some(0.05)
            if time.monotonic() > deadline:
                raise TimedOut(f"still running after {self.output[-300:]!r}")
        while self.read_some(0.05):
            pass
        return self.status


class Hosted(Session):
    def __init__(self, arguments=(), program="build/host/ringlet", **options):
        super().__init__([os.path.join(machine.ROOT, program), *arguments], **options)


class Machine(Session):
    """The kernel in QEMU, begun by the command `wrapper` if there is one.  `status` is the kernel's own exit status (None: it told none)."""

    def __init__(self, words=(), modules=(), vga=True, memory="64M", kernel=machine.KERNEL, extra=(), wrapper=(), **options):
        self.folder = tempfile.TemporaryDirectory(prefix="ringlet")
        monitor = os.path.join(self.folder.name, "qmp")
        extra = [*(["-vga", "std"] if vga else []), "-chardev", "stdio,id=s,signal=off", "-serial", "chardev:s",
                 "-qmp", f"unix:{monitor},server=on,wait=off", *extra]
        super().__init__([*wrapper, *machine.qemu_command(kernel, words, modules, memory, extra)], **options)
        self.monitor = self.connect(monitor)
        self.ask("qmp_capabilities")

    def prepare_terminal(self):
        # The kernel sends CR LF itself.
        settings = termios.tcgetattr(0)
        settings[1] &= ~termios.ONLCR
        termios.tcsetattr(0, termios.TCSANOW, settings)

    def decode(self, wait_status):
        return machine.decode_status(os.waitstatus_to_exitcode(wait_status))

    def close(self):
        super().close()
        self.monitor.close()
        self.folder.cleanup()

    def connect(self, path):
        for _ in range(200):
            try:
                link = socket.socket(socket.AF_UNIX)
                link.connect(path)
                file = link.makefile("rw")
                file.readline()
                return file
            except OSError:
                link.close()
                time.sleep(0.02)
        raise TimedOut("QEMU does not answer: " + self.settle())

    def ask(self, command, **arguments):
        self.monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.monitor.flush()
        while True:
            answer = json.loads(self.monitor.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")

    # --- keys ------------------------------------------------------------------------------------------
    SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./"))
    NAMES = {" ": "spc", "\n": "ret", "\r": "ret", "\t": "tab", "`": "grave_accent", "-": "minus", "=": "equal",
             "[": "bracket_left", "]": "bracket_right", "\\": "backslash", ";": "semicolon", "'": "apostrophe",
             ",": "comma", ".": "dot", "/": "slash"}

    def press(self, *keys, pause=0.02):
        """Each of `keys` is text to type, or a key's QEMU name (ret, left, ctrl-c, shift-home) of 2 letters up."""
        for key in keys:
            is_name = re.fullmatch(r"((ctrl|alt|shift)-)*([a-z]|[a-z][a-z_0-9]+)", key) and (
                "-" in key or key in QCODES)
            if is_name:
                self.send_key(key.split("-"))
            else:
                for c in key:
                    self.press_character(c)
            time.sleep(pause)

    def press_character(self, c):
        shift = []
        if c in self.SHIFTED:
            shift, c = ["shift"], self.SHIFTED[c]
        elif c.isupper():
            shift, c = ["shift"], c.lower()
        self.send_key(shift + [self.NAMES.get(c, c)])

    def send_key(self, names):
        try:
            self.ask("send-key", keys=[{"type": "qcode", "data": name} for name in names], **{"hold-time": 4})
        except (OSError, ValueError):
            pass  # the last key may end the machine before QEMU answers
        time.sleep(0.012)

    # --- the screen ------------------------------------------------------------------------------------
    def memory_bytes(self, address, size):
        path = os.path.join(self.folder.name, "memory")
        self.ask("pmemsave", val=address, size=size, filename=path)
        with open(path, "rb") as file:
            return file.read()

    def page(self):
        return self.memory_bytes(0xb8000, 2 * COLUMNS * ROWS)

    def cells(self):
        """The VGA text page as 25 lines, without the blanks at their ends."""
        text = self.page()[0::2].replace(b"\0", b" ").decode("cp437")
        return [text[i:i + COLUMNS].rstrip() for i in range(0, len(text), COLUMNS)]

    def colours(self):
        """The colour byte of every cell, by line."""
        colours = self.page()[1::2]
        return [colours[i:i + COLUMNS] for i in range(0, len(colours), COLUMNS)]

    def wait_for_cells(self, pattern, seconds=20, regex=False):
        matcher = re.compile(pattern if regex else re.escape(pattern))
        deadline = time.monotonic() + seconds
        while True:
            self.read_some(0.02)
            lines = self.cells()
            if matcher.search("\n".join(lines)):
                return lines
            if time.monotonic() > deadline or self.has_ended():
                raise TimedOut(f"no {pattern!r} on the screen:\n" + "\n".join(lines).rstrip())

    def picture(self, path):
        self.ask("screendump", filename=path, format="png")


QCODES = {"ret", "tab", "esc", "backspace", "delete", "insert", "home", "end", "pgup", "pgdn", "up", "down", "left",
          "right", "spc", "caps_lock", "kp_enter", "f1", "f2"}


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
