#!/usr/bin/env python3
"""The prompt, typed at: hosted, over the serial line, and with PS/2 keys and the VGA screen."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
from driver import check

PROMPT = "> "


def dialogue(name, s):
    s.wait_for(PROMPT)
    s.settle()
    s.type("(* 6 7)\r")
    check(f"{name} value", "42" in s.settle(0.4), s.screen.text())
    s.type("(car 5)\r")
    check(f"{name} error", "should be a pair" in s.settle(0.4), s.screen.text())
    s.type("(let loop () (loop))\r")
    s.settle(0.3)
    s.type("\x03")
    s.settle(0.5)
    s.type("(string-append \"still\" \" here\")\r")
    check(f"{name} break", "still here" in s.settle(0.4), s.screen.text())
    s.type("(exit 3)\r")
    check(f"{name} exit", s.wait_for_end() == 3)


def hosted():
    with driver.Hosted() as s:
        dialogue("hosted", s)


def serial():
    with driver.Machine(vga=False) as s:
        dialogue("serial", s)


def keyboard_and_screen():
    with driver.Machine() as s:
        s.wait_for_cells("\n>")
        s.press("(* 6 8)", "left", "backspace", "7", "ret")
        s.wait_for_cells("42")
        s.settle(0.3)
        check("VGA shows what the terminal shows", s.cells() == s.screen.lines(),
              "\n".join(s.cells()) + "\n---\n" + s.screen.text())
        s.press("(let loop () (loop))", "ret", "ctrl-c", "(exit 5)", "ret")
        check("break and exit by keyboard", s.wait_for_end() == 5)


for test in (hosted, serial, keyboard_and_screen):
    driver.attempt(test)
driver.finish()
