#!/usr/bin/env python3
"""Compiled libraries in the cache: made, used, and made again whenever anything they came from has changed.

usage: tests/cache.py

That a library was compiled shows in the cache: its file there is written again.
"""
import glob
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine

RINGLET = os.path.join(machine.ROOT, "build/host/ringlet")
INNER = """(define-library (my inner)
  (export twice swap! inner-point inner-x {extra})
  (import (scheme base))
  (begin
    (define-record-type point (inner-point x) point? (x inner-x))
    (define hidden {factor})
    (define {extra} 'extra)
    (define-syntax twice (syntax-rules () ((_ e) (helper e))))
    (define-syntax swap!
      (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
    (define (helper x) (* hidden x))))
"""
OUTER = """(define-library (my outer)
  (export result text)
  (import (scheme base) (my inner))
  (include "outer-body.scm"))
"""
BODY = """(define tmp 1)
(define other 2)
(swap! tmp other)
(define text (string-append "{text}" "!"))
(define result (list (twice 21) tmp other (inner-x (inner-point 'x)) 1.5 1/3 (expt 2 100) #\\x3bb "\u03bb"))
"""
MAIN = """(import (scheme base) (scheme write) (my outer))
(write result) (write text)
"""


class Place:
    """A directory with the libraries and a cache."""

    def __init__(self, root):
        self.root, self.cache = root, os.path.join(root, "cache/deep")
        os.mkdir(os.path.join(root, "my"))
        os.mkdir(os.path.dirname(self.cache))
        self.inner()
        self.write("my/outer.sld", OUTER)
        self.body("text")
        self.write("main.scm", MAIN)

    def write(self, name, text):
        with open(os.path.join(self.root, name), "w", encoding="utf-8") as file:
            file.write(text)

    def inner(self, factor=2, extra="extra"):
        self.write("my/inner.sld", INNER.format(factor=factor, extra=extra))

    def body(self, text):
        self.write("my/outer-body.scm", BODY.format(text=text))

    def run(self, *words, **settings):
        environment = dict(os.environ, RINGLET_CACHE=self.cache, **settings)
        done = subprocess.run([RINGLET, *words, "main.scm"], cwd=self.root, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        return done.stdout.decode()

    def files(self):
        return sorted(glob.glob(os.path.join(self.cache, "*")))

    def mark(self):
        """Make every cached file old, so that one that is written again is known."""
        for file in self.files():
            os.utime(file, (1, 1))

    def renewed(self):
        return sum(os.stat(file).st_mtime != 1 for file in self.files())


def expected(factor=2, text="text"):
    return f'({21 * factor} 2 1 x 1.5 1/3 1267650600228229401496703205376 #\\λ "λ")"{text}!"'


def check_all(place, check):
    check("first run", place.run(), expected())
    check("two files are kept", len(place.files()), 2)
    place.mark()
    check("second run", place.run(), expected())
    check("nothing was compiled", place.renewed(), 0)
    place.body("changed")
    check("an included file was changed", place.run(), expected(text="changed"))
    check("only its library was compiled", place.renewed(), 1)
    place.mark()
    place.inner(factor=3)
    check("an imported library was changed", place.run(), expected(3, "changed"))
    check("both were compiled", place.renewed(), 2)
    place.mark()
    place.inner(factor=3, extra="another")
    check("an unused export was renamed", place.run(), expected(3, "changed"))
    check("both were compiled", place.renewed(), 2)
    check_damage(place, check)
    os.rename(os.path.join(place.root, "my"), os.path.join(place.root, "gone"))
    check("the source is gone", "there is no library (my outer)" in place.run(), True)
    os.rename(os.path.join(place.root, "gone"), os.path.join(place.root, "my"))


def check_damage(place, check):
    want = expected(3, "changed")
    for file in place.files():
        with open(file, "rb") as source:
            good = source.read()
        bad_bytes = [b"", good[:3], good[:100], good[:-1], good + b"x", b"\xff" * len(good), good.replace(b"RINGLET", b"RINGLED"),
                     good + good]
        for at in range(0, len(good), 61):
            bad_bytes.append(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        for i, bad in enumerate(bad_bytes):
            with open(file, "wb") as out:
                out.write(bad)
            check(f"damaged in way {i}", place.run(), want)
            with open(file, "rb") as source:
                check(f"damage {i} is mended", source.read() == good, True)


def check_places(place, check):
    place.cache = ""
    check("no cache is wanted", place.run(), expected(3, "changed"))
    place.cache = "/proc/no/such"
    check("the cache cannot be written", place.run(), expected(3, "changed"))


def main():
    counts = {True: 0, False: 0}

    def check(what, got, want):
        counts[got == want] += 1
        if got != want:
            print(f"FAIL {what}: expected {want!r} but got {got!r}")

    with tempfile.TemporaryDirectory() as root:
        place = Place(root)
        check_all(place, check)
        check_places(place, check)
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
