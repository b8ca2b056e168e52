#!/usr/bin/env python3
"""Jobs behind the prompt: what they print and their errors leave the typed line whole; hung ones are seen and killed."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
from driver import check


def jobs(name, s):
    s.wait_for("> ")
    s.settle(0.4)
    s.type("(define first (processes))\r")
    s.type("(define p (bg (let loop () (loop))))\r")
    s.settle(0.5)
    s.type("abc")
    s.settle(0.3)
    s.type("\x03")
    check(f"{name}: break at a busy machine's prompt", "^C" in s.settle(0.5), s.screen.text())
    s.type("(process-alive? p)\r")
    check(f"{name}: a break is for the foreground", "#t" in s.settle(0.5), s.screen.text())
    s.type("(wait-for p)\r")
    s.settle(0.4)
    s.type("\x03")
    check(f"{name}: break ends the waiting", "stopped by Control-C" in s.settle(0.5), s.screen.text())
    s.type("(ps)\r")
    s.settle(0.6)
    check(f"{name}: table", "(let loop" in s.screen.text() and "prompt" in s.screen.text(), s.screen.text())
    s.type("(top)\r")
    s.settle(0.6)
    s.type("\x03")
    s.settle(0.5)
    s.type("(top)\r")
    s.settle(0.6)
    s.type("x")
    s.settle(0.5)
    s.type("(list (kill (process-id p)) (process-exit-reason p) (+ 40 2))\r")
    s.settle(0.6)
    check(f"{name}: killed", "(#t killed 42)" in s.screen.text(), s.screen.text())
    s.type("\x0c")
    s.settle(0.3)
    s.type("(define large (vector-map list (make-vector 300000 1)))\r")
    s.settle(0.6)
    s.type("(bg (vector-length large))\r")
    s.settle(0.03)
    s.type("\x03")
    check(f"{name}: a break while a job's data are copied", "Control-C" in s.settle(0.6), s.screen.text())
    s.type("(list 'left (equal? first (processes)))\r")
    check(f"{name}: and no process is left", "(left #t)" in s.settle(0.4), s.screen.text())
    s.type("\x0c")
    s.settle(0.3)
    s.type("(define q (bg (sleep 0.8) (display \"partial\") (sleep 0.3) (display \" line\\n\") (car 5)))\r")
    s.settle(0.2)
    s.type("(+ 1\r2045)\x1b[D\x1b[D\x1b[D")
    s.settle(1.8)
    lines = s.screen.lines()
    check(f"{name}: output above the line", "partial line" in lines, s.screen.text())
    check(f"{name}: error above the line", "car: argument 1" in s.screen.text(), s.screen.text())
    s.type("\x1b[3~\r")
    s.settle(0.6)
    check(f"{name}: the cursor stays in the middle", "206" in s.screen.lines(), s.screen.text())
    s.type("(define r (bg (read-line)))\r")
    s.settle(0.6)
    check(f"{name}: input is the foreground's", "belongs to what runs in the foreground" in s.screen.text(), s.screen.text())


def hosted():
    with driver.Hosted() as s:
        jobs("hosted", s)


def machine():
    with driver.Machine() as s:
        jobs("machine", s)
        check("the screen shows what the serial line does", s.cells() == s.screen.lines(), "\n".join(s.cells()))


for test in (hosted, machine):
    driver.attempt(test)
driver.finish()
