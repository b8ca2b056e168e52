#!/usr/bin/env python3
"""Compare regular expressions with Python's on random patterns and texts.

usage: tests/regexps.py [SEED [N]]

Each case is a random pattern, written as an SRE for (srfi 115) and as Python writes it, and a random text.  A case is
one test: both find the same match, with the same submatches.  Left out is what differs on purpose: repetitions of what
can be empty, submatches in a look-ahead, and \\B in an empty text.
"""
import os
import random
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.join(ROOT, "build/host/ringlet")
PROGRAM = """
(import (scheme base) (scheme write) (srfi 115))
(define (show match)
  (write (and match
              (let loop ((i (regexp-match-count match)) (spans '()))
                (if (< i 0)
                    spans
                    (loop (- i 1)
                          (cons (list (regexp-match-submatch-start match i) (regexp-match-submatch-end match i))
                                spans))))))
  (newline))
"""

# An SRE, the same in Python, and the least number of characters it matches.
CHARACTERS = [('"a"', "a", 1), ('"b"', "b", 1), ('"c"', "c", 1), ('"ab"', "ab", 2), ('("ab")', "[ab]", 1),
              ('(~ "a")', "[^a]", 1)]
ASSERTIONS = [("any", ".", 1), ("bow", r"\b(?=\w)", 0), ("eow", r"\b(?<=\w)", 0), ("bos", r"\A", 0),
              ("eos", r"\Z", 0), ("bol", "^", 0), ("eol", "$", 0), ("nwb", r"\B", 0)]
# The SRE before the repeated one, what Python writes behind, and from a least number of characters to that of all.
REPETITIONS = [("*", "*", lambda n: 0), ("*?", "*?", lambda n: 0), ("+", "+", lambda n: n),
               ("?", "?", lambda n: 0), ("??", "??", lambda n: 0), (">= 2", "{2,}", lambda n: 2 * n),
               ("** 1 3", "{1,3}", lambda n: n), ("**? 1 3", "{1,3}?", lambda n: n), ("= 2", "{2}", lambda n: 2 * n),
               ("** 0 2", "{0,2}", lambda n: 0)]


class Patterns:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.n_groups = 0

    def some(self, depth):
        return [self.pattern(depth - 1) for _ in range(self.random.randint(1, 3))]

    def pattern(self, depth, groups=True):
        kind = self.random.random()
        if depth == 0 or kind < 0.3:
            return self.random.choice(CHARACTERS if self.random.random() < 0.7 else ASSERTIONS)
        if kind < 0.5:
            parts = self.some(depth)
            return ("(: %s)" % " ".join(p[0] for p in parts), "".join("(?:%s)" % p[1] for p in parts),
                    sum(p[2] for p in parts))
        if kind < 0.65:
            parts = self.some(depth)
            return ("(or %s)" % " ".join(p[0] for p in parts), "|".join("(?:%s)" % p[1] for p in parts),
                    min(p[2] for p in parts))
        if kind < 0.8:
            self.n_groups += 1
            sre, python, least = self.pattern(depth - 1)
            return "($ %s)" % sre, "(%s)" % python, least
        before = self.n_groups
        sre, python, least = self.pattern(depth - 1)
        if kind < 0.85 and self.n_groups == before:
            word, sign = self.random.choice([("look-ahead", "?="), ("neg-look-ahead", "?!")])
            return "(%s %s)" % (word, sre), "(%s%s)" % (sign, python), 0
        if least == 0:
            return sre, python, least
        word, sign, all_of = self.random.choice(REPETITIONS)
        return "(%s %s)" % (word, sre), "(?:%s)%s" % (python, sign), all_of(least)

    def text(self):
        return "".join(self.random.choice("aabbc \n") for _ in range(self.random.randint(0, 9)))

    def case(self):
        """The form to evaluate and what it should print, or None."""
        self.n_groups = 0
        sre, python, _ = self.pattern(4)
        text, whole = self.text(), self.random.random() < 0.4
        if text == "" and r"\B" in python:
            return None
        compiled = re.compile(python, re.M | re.S)
        match = compiled.fullmatch(text) if whole else compiled.search(text)
        spans = [match.span(i) for i in range(self.n_groups + 1)] if match else []
        wanted = "(%s)" % " ".join("(#f #f)" if s == (-1, -1) else "(%d %d)" % s for s in spans) if match else "#f"
        name = "regexp-matches" if whole else "regexp-search"
        return "(%s '%s \"%s\")" % (name, sre, text.replace("\n", "\\n")), wanted


def main():
    patterns = Patterns(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    n_cases = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    cases = []
    while len(cases) < n_cases:
        case = patterns.case()
        if case:
            cases.append(case)
    path = os.path.join(ROOT, "build/regexps-test.scm")
    with open(path, "w", encoding="utf-8") as out:
        out.write(PROGRAM + "".join("(show %s)\n" % form for form, _ in cases))
    done = subprocess.run([BINARY, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    got = done.stdout.decode("utf-8", "replace").split("\n")
    failed = 0
    for (form, wanted), printed in zip(cases, got + ["nothing"] * n_cases):
        if printed != wanted:
            failed += 1
            print("FAIL %s: %s but printed %s" % (form, wanted, printed))
    print("%d passed, %d failed" % (n_cases - failed, failed))
    sys.exit(failed != 0)


main()
