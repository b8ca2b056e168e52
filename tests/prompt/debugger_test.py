#!/usr/bin/env python3
"""What follows an error, and the stepper: typed at hosted, over the serial line and with keys, and through a pipe."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver
import machine
from driver import check

PROMPT = "> "
HOST = os.path.join(machine.ROOT, "build/host/ringlet")


def sees(name, s, typed, *texts):
    s.type(typed + "\r")
    text = s.settle(0.4)
    for expected in texts:
        check(f"{name}: {typed}: {expected}", expected in text, s.screen.text())


def debugging(name, s):
    s.wait_for(PROMPT)
    s.settle()
    s.type("(define (tell k . more) (let* ((twice (* 2 k)) (unused 1)) (if (= k 0) (car 'q) (+ twice (tell (- k 1) 'a)))))\r")
    s.settle(0.3)
    sees(name, s, "(tell 1)", "car: argument 1 should be a pair", "0  (tell 0 a)", "1  (tell 1)")
    sees(name, s, ",f", "k       argument   0", "more    arguments  (a)", "twice   local      0", "unused  local      (not kept")
    sees(name, s, ",u", "1  (tell 1)", "twice   local      2")
    sees(name, s, ",e (list k more twice)", "(1 () 2)")
    sees(name, s, ",e (car k)", "error: car: argument 1")
    sees(name, s, ",d", "0  (tell 0 a)")
    sees(name, s, ",d", "There is no such frame")
    sees(name, s, ",f 99", "There is no such frame")
    sees(name, s, "(frame-variables 1)", "((twice . 2)", "(k . 1)")
    sees(name, s, "(frame-arguments 0)", "(0 a)")
    sees(name, s, "(frame-arguments 50)", "below 3")
    sees(name, s, ",a", "")
    sees(name, s, ",f", "There is no frame")
    sees(name, s, "(time (vector-length (make-vector 1000)))", " ms, ", " bytes allocated, ", " collection", "1000")


def stepping(name, s):
    s.type("(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))\r")
    s.settle(0.3)
    sees(name, s, "(step (fact 2))", "Enter: next", "(fact 2)")
    sees(name, s, "", "| (= 2 0)")
    sees(name, s, "", "| => #f", "| (- 2 1)")
    sees(name, s, "o", "| => 1", "| (fact 1)")
    sees(name, s, "v", "n = 2")
    sees(name, s, "o", "| => 1", "| (* 2 1)")
    sees(name, s, "what", "continue to the end")
    sees(name, s, "c", "\n2")
    sees(name, s, "(step (car (fact 3)))", "(fact 3)")
    sees(name, s, "q", "given up")
    sees(name, s, "(string-append \"still\" \" here\")", "still here")


def hosted():
    with driver.Hosted() as s:
        debugging("hosted", s)
        stepping("hosted", s)


def serial():
    with driver.Machine(vga=False) as s:
        debugging("serial", s)
        stepping("serial", s)


def keys():
    with driver.Machine() as s:
        s.wait_for_cells("\n>")
        s.press("(define (half x) (/ x 2))", "ret", "(step (half 4))", "ret")
        s.wait_for_cells("(half 4)")
        s.settle(0.3)
        s.press("ret")
        s.wait_for_cells("| (/ 4 2)")
        s.settle(0.3)
        s.press("ret")
        s.wait_for_cells("=> 2")
        check("stepped with keys", True)


def piped():
    forms = ("(define (inverse x) (/ 1 x))\n(inverse 0)\n,f\n,e (+ x 5)\n(step (+ (inverse 2) 1))\n\n\no\n(list 'end)\n"
             "(step (inverse 4))\nq\n(list 'last)\n")
    done = subprocess.run([HOST, "-i"], input=forms.encode(), stdout=subprocess.PIPE, timeout=60)
    text = done.stdout.decode()
    for expected in ("x  argument   0", "\n5\n", "(inverse 2)", "| (/ 1 2)", "| => 1/2", "=> 3/2", "3/2\n(end)", "given up", "(last)"):
        check(f"piped {expected}", expected in text, text)


def source_lines():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "wrong.scm"), "w") as file:
            file.write("(define (first-of x)\n\t(display 1) (car x))\n(first-of 5)\n")
        done = subprocess.run([HOST, "wrong.scm"], cwd=folder, stdout=subprocess.PIPE, timeout=60)
        text = done.stdout.decode()
        check("the line and a mark", "\n    2 | \t(display 1) (car x))\n      | \t            ^\n" in text, text)
        check("its status", done.returncode == 1)
        with open(os.path.join(folder, "misspelt.scm"), "w") as file:
            file.write("(import (scheme bas))\n")
        done = subprocess.run([HOST, "misspelt.scm"], cwd=folder, stdout=subprocess.PIPE, timeout=60)
        check("a near library", "did you mean (scheme base)?" in done.stdout.decode(), done.stdout.decode())


for test in (hosted, serial, keys, piped, source_lines):
    driver.attempt(test)
driver.finish()
