#!/usr/bin/env python3
"""Threads behind the prompt: they run while a line is typed, their errors do not break it, a break is for the prompt only."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
from driver import check


def in_background(name, s):
    s.wait_for("> ")
    s.settle()
    s.type("(define t (spawn (lambda () (sleep 0.6) (car 5)) 'helper))\r")
    s.settle(0.2)
    s.type("(+ 40 ")
    s.settle(1.0)
    s.type("2)\r")
    text = s.settle(0.4)
    screen = s.screen.text()
    check(f"{name}: the error is shown", "in #<thread helper>:" in screen and "car: argument 1" in screen, screen)
    check(f"{name}: the line stays", "> (+ 40 2)" in screen and "42" in text, screen)
    s.type("(thread-join! t)\r")
    text = s.settle(0.4)
    check(f"{name}: joined", "an error ended #<thread helper>" in text, s.screen.text())
    # A break ends what the prompt waits for, and nothing else.
    s.type("(define n 0) (define u (spawn (lambda () (let loop () (set! n (+ n 1)) (sleep 0.001) (loop)))))\r")
    s.settle(0.2)
    s.type("(thread-join! u)\r")
    s.settle(0.2)
    s.type("\x03")
    text = s.settle(0.4)
    check(f"{name}: break", "stopped by Control-C" in text, s.screen.text())
    s.type("(let ((before n)) (sleep 0.1) (list (> n before) (thread-state u)))\r")
    text = s.settle(0.6)
    check(f"{name}: goes on", "(#t sleeping)" in text or "(#t ready)" in text, s.screen.text())
    s.type("(thread-terminate! u) (length (threads))\r")
    text = s.settle(0.6)
    check(f"{name}: terminated", "\n1" in text, s.screen.text())


def hosted():
    with driver.Hosted() as s:
        in_background("hosted", s)


def serial():
    with driver.Machine(vga=False) as s:
        in_background("serial", s)


for test in (hosted, serial):
    driver.attempt(test)
driver.finish()
