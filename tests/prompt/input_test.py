#!/usr/bin/env python3
"""The keyboard's driver and the machine's clock, in QEMU: keys of two layouts, floods, nonsense, a driver that is killed, dates."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
import machine
from driver import check

SCRIPT = """(import (scheme base) (scheme write) (ringlet clock))
(write-string (date->string (current-date)))
"""


def clock():
    """The date is the one the machine was given, and goes on; the century, a leap day, and the end of a year are seen."""
    with driver.tempfile.NamedTemporaryFile("w", suffix=".scm") as file:
        file.write(SCRIPT)
        file.flush()
        for base in ("1999-12-31T23:59:10", "2000-02-29T12:00:00", "2026-11-23T00:00:01", "2050-07-08T09:10:11"):
            status, output = machine.run_qemu(["--script", "p.scm"], [("p.scm", file.name)], extra=("-rtc", f"base={base}"))
            shown = output.decode()
            check(f"the clock at {base}", status == 0 and shown[:17] == base[:17] and shown.endswith("Z"), shown)


def line(s):
    """What has been typed behind the last prompt."""
    return s.settle(0.25).split("\n")[-1][2:]


def keys(s, *names):
    for name in names:
        s.send_key(name.split("-"))


def clear(s):
    keys(s, "ctrl-c")
    s.settle(0.2)


def typed(s, name, expected, *pressed):
    keys(s, *pressed)
    shown = line(s)
    check(name, shown == expected, repr(shown))
    clear(s)


def layouts(s):
    typed(s, "us", "aA1!;:[{\\|", "a", "shift-a", "1", "shift-1", "semicolon", "shift-semicolon", "bracket_left", "shift-bracket_left",
          "backslash", "shift-backslash")
    typed(s, "caps lock is for letters", "Ab1!", "caps_lock", "a", "shift-b", "1", "shift-1", "caps_lock")
    typed(s, "arrows, home, end, delete", "[bxc]", "a", "b", "c", "left", "x", "home", "delete", "shift-9", "backspace", "bracket_left",
          "end", "bracket_right")
    typed(s, "control", "kl", "x", "ctrl-u", "k", "ctrl-a", "ctrl-e", "l")
    typed(s, "alt", "a x", "a", "spc", "b", "c", "alt-backspace", "x")
    typed(s, "the keypad", "7.+", "num_lock", "kp_7", "kp_decimal", "kp_add", "num_lock", "kp_4", "end")
    s.type("(keyboard-layout 'de)\r")
    check("another layout", "\nde\n" in s.settle(0.3), s.screen.text())
    typed(s, "German", "zyäöüßÄÖÜ?", "y", "z", "apostrophe", "semicolon", "bracket_left", "minus", "shift-apostrophe",
          "shift-semicolon", "shift-bracket_left", "shift-minus")
    typed(s, "AltGr", "{[]}\\@~|µ", *("alt_r-" + k for k in ("7", "8", "9", "0", "minus", "q", "bracket_right", "less", "m")))
    typed(s, "capital umlauts by caps lock", "ÄäÖ", "caps_lock", "apostrophe", "shift-apostrophe", "semicolon", "caps_lock")
    keys(s, "shift-2", "apostrophe", "semicolon", "shift-2", "ret")
    check("an umlaut is read and shown", s.settle(0.3).split("\n")[-2] == '"äö"' and s.cells() == s.screen.lines(), s.screen.text())


def restart(s):
    """The driver is killed while keys come: typing goes on, with the same layout."""
    s.type("(begin (kill (find-process 'keyboard)) 'gone)\r")
    s.settle(0.3)
    typed(s, "a driver that was killed", "zö", "y", "semicolon")
    s.type("(kill (find-process 'keyboard))")
    s.settle(0.3)
    keys(s, "ret", "y", "y", "y")
    time.sleep(1.5)  # it did not live for a second
    shown = line(s)
    check("keys that came meanwhile", shown == "zzz", repr(shown))
    clear(s)
    s.type("(keyboard-layout 'us)\r(keyboard-layout 'dvorak)\r")
    check("a layout that is none", "there is no keyboard layout of this name" in s.settle(0.3))


def flood(s):
    """More keys than are read: a program that does not read, then all of them, in their order."""
    s.type("(let ((end (+ (current-jiffy) 4000000))) (let loop () (if (< (current-jiffy) end) (loop))))\r")
    time.sleep(0.3)
    text = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    for c in text:
        s.send_key([c])
    s.wait_for("0123456789", 10)
    shown = line(s)
    check("keys during a loop", shown == text, repr(shown))
    clear(s)
    s.type("(expt 7 3000000)\r")
    time.sleep(0.3)
    keys(s, "ctrl-c")
    began = time.monotonic()
    s.wait_for("stopped by Control-C", 5)
    check("Control-C within one primitive", time.monotonic() - began < 1)
    s.settle()


def nonsense(s):
    """Every code in every order that two codes can have; then it types as before."""
    s.type("(import (ringlet keyboard))\r"
           "(let ((k (make-keys))) (do ((i 0 (+ i 1))) ((= i 65536) 'done)"
           " (keys-type k (quotient i 256) 'de) (keys-type k (modulo i 256) 'us)))\r")
    s.wait_for("\ndone", 20)
    s.settle()
    for name in ("f1", "f12", "pause", "print", "sysrq", "scroll_lock", "menu", "meta_l", "audiomute", "henkan", "muhenkan", "power",
                 "insert", "pgdn", "pgup"):
        try:
            keys(s, name)
        except RuntimeError:
            pass
    clear(s)
    typed(s, "after nonsense", "still", *"still")


def busy(s):
    s.type("(define busy (map (lambda (i) (spawn-process (lambda () (let loop () (loop))) 'quota 200000)) (iota 200)))\r")
    s.settle(0.5)
    keys(s, "a")
    began = time.monotonic()
    s.wait_for("a", 10)
    check("a key among 200 busy processes", time.monotonic() - began < 1)
    clear(s)
    s.type("(for-each kill busy)\r")
    s.settle(0.3)


def paste(s):
    """64 KB and more over the serial line, faster than they are read."""
    s.type("(define n 0)(define sum 0)(let loop ((c (read-char))) (if (not (char=? c #\\!)) (begin (set! n (+ n 1))"
           " (set! sum (modulo (+ (* 31 sum) (char->integer c)) 1000003)) (loop (read-char)))))\r")
    s.settle(0.3)
    text = "".join("%063d\r" % (i * i) for i in range(1100))
    s.type(text + "!\r")
    s.type("\r(list 'got n sum)\r")
    total = 0
    for c in text:
        total = (31 * total + ord("\n" if c == "\r" else c)) % 1000003
    shown = s.wait_for(r"\(got \d+ \d+\)", 30, regex=True)
    check("70 KB pasted", shown.endswith(f"(got {len(text)} {total})"), shown[-80:])


def keyboard():
    with driver.Machine() as s:
        s.wait_for_cells("\n>")
        s.settle(0.3)
        for part in (layouts, restart, flood, nonsense, busy, paste):
            try:
                part(s)
            except Exception as error:
                check(part.__name__, False, f"{type(error).__name__}: {error}")
                clear(s)


for test in (clock, keyboard):
    driver.attempt(test)
driver.finish()
