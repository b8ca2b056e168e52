#!/usr/bin/env python3
"""Compare Ringlet's numbers with Guile's, and complex ones with Python's, on random operations.

usage: tests/numbers-guile.py [--on host|qemu] [--seed N] [--count N]

Needs guile-3.0; ends with `N passed, N failed`.

One file of operations is generated from a seed; one program, the same text for both, reads it and prints a line for
each: the result, or `error`.  Every result is also read back from its text and must be eqv? to itself.  The lines must
be the same but for how a flonum's digits are laid out (1e21 or 1000000000000000000000.0), and but for these
differences, which are no bugs of either:

  - Guile has no exact complex numbers: complex results are compared as inexact ones.
  - The mathematical functions of musl and glibc may differ in the last digits: ULPS says by how much for each.
  - Guile loses the sign of some zeros (round, integer division): UNSIGNED_ZERO names the operations.
  - Not asked, for one has an exact result, NaN or an error where the other has not: powers of 0 below 1; exp of an
    exact 0; (expt 4 1/2); nan? and exact of complex numbers; the numerator of an infinity; decimal exponents above
    308; points in radix 2; # for a digit, d for e; division of inexact integers above 2^53, where Guile's remainders
    are off.

Guile's complex functions take other sides of branch cuts at signed zeros than C99 and lose digits, so these are
compared with cmath, which follows C99, relative to the magnitude of the result; exact complex arithmetic is compared
with Python's fractions.
"""
import argparse
import cmath
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine

RINGLET = os.path.join(machine.ROOT, "build/host/ringlet")
QEMU = ["qemu"]
TIMEOUT = 300

# Names that R7RS or Ringlet gives to what Guile has under another, or has not.
GUILE = """
(use-modules (rnrs io ports))
(define exact inexact->exact)
(define inexact exact->inexact)
(define (square x) (* x x))
(define bitwise-and logand) (define bitwise-ior logior) (define bitwise-xor logxor) (define bitwise-not lognot)
(define arithmetic-shift ash) (define bit-count logcount)
(define infinite? inf?)
(define (failing thunk) (catch #t thunk (lambda details 'error)))
(define (lookup-table) (make-hash-table))
(define lookup-set! hashq-set!)
(define (lookup table name) (hashq-ref table name))
"""
LOCAL = """
(import (ringlet))
(define (failing thunk) (guard (e (#t 'error)) (thunk)))
(define (lookup-table) (make-eq-hash-table))
(define lookup-set! hash-table-set!)
(define (lookup table name) (hash-table-ref table name (lambda () #f)))
"""
DRIVER = """
(define procedures (lookup-table))
(define-syntax known
  (syntax-rules () ((_ name ...) (begin (lookup-set! procedures 'name name) ...))))
(known NAMES)
(define-syntax compiled
  (syntax-rules () ((_ (name . procedure) ...) (begin (lookup-set! procedures 'name (lambda . procedure)) ...))))
(compiled COMPILED)

(define (reads-back? x)
  (cond ((number? x) (eqv? x (string->number (number->string x))))
        ((pair? x) (and (reads-back? (car x)) (reads-back? (cdr x))))
        (else #t)))

(call-with-input-file "operations"
  (lambda (port)
    (let loop ((form (read port)))
      (if (not (eof-object? form))
          (let ((result (failing (lambda ()
                                   (call-with-values
                                       (lambda () (apply (lookup procedures (car form)) (cdr form)))
                                     (lambda results (if (null? (cdr results)) (car results) results)))))))
            (write result)
            (if (not (reads-back? result)) (display " is not what is read back"))
            (newline)
            (loop (read port)))))))
"""

ULPS = {"exp": 2, "log": 2, "sin": 2, "cos": 2, "tan": 2, "asin": 2, "acos": 2, "atan": 2, "sqrt": 1, "magnitude": 2,
        "expt": 60, "make-polar": 2, "angle": 2}
UNSIGNED_ZERO = {"round", "remainder", "modulo", "truncate-remainder", "floor-remainder", "truncate/", "floor/",
                 "quotient", "truncate-quotient", "floor-quotient", "*", "-", "+", "/", "expt",
                 "make-rectangular", "numerator", "max", "min"}


# Calls that a compiler makes instructions of: (NAME (PARAMETER ...) BODY), by name.
CALLS = {"%s-of-two" % name: "(a b) (%s a b)" % name
         for name in ["+", "-", "*", "/", "<", ">", "<=", ">=", "=", "quotient", "remainder", "modulo"]}
CALLS.update(("%s-right-%d" % (name, n), "(a) (%s a %d)" % (name, n))
             for name in ["+", "-", "*", "<", ">", "<=", ">=", "="] for n in [0, 1, -1, 7, -32767])
CALLS.update(("%s-left-%d" % (name, n), "(a) (%s %d a)" % (name, n))
             for name in ["+", "-", "*", "<", ">", "<=", ">=", "="] for n in [0, 1, -1, 7, 32767])
CALLS.update(("%s-test" % name, "(a) (if (%s a) 'yes 'no)" % name) for name in ["zero?", "positive?", "negative?"])


# --- random numbers, as text -----------------------------------------------------------------------------
class Numbers:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def integer(self):
        r = self.random
        kind = r.random()
        if kind < 0.35:
            return r.randint(-20, 20)
        if kind < 0.7:  # near the edges of fixnums, words and doubles
            edge = 1 << r.choice([24, 29, 30, 31, 32, 52, 53, 54, 60, 61, 62, 63, 64, 65, 96, 127, 128, 192])
            return r.choice([-1, 1]) * edge + r.randint(-2, 2)
        if kind < 0.95:
            return r.choice([-1, 1]) * r.getrandbits(r.randint(1, 300))
        if kind < 0.98:  # long runs of ones and zeros
            n = (1 << r.randint(1, 600)) - (1 << r.randint(0, 400)) + r.randint(-1, 1)
            return r.choice([-1, 1]) * n
        return r.choice([-1, 1]) * r.getrandbits(int(2 ** r.uniform(8, 13.5)))

    def small(self):
        return self.random.randint(-12, 12)

    def ratio(self):
        n, d = self.integer(), abs(self.integer()) or 1
        if self.random.random() < 0.5:
            n, d = self.random.randint(-999, 999), self.random.randint(1, 999)
        return "%d/%d" % (n, d)

    def double(self):
        r = self.random
        kind = r.random()
        if kind < 0.1:
            return r.choice([0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, math.inf, -math.inf, math.nan, 5e-324,
                             2.2250738585072014e-308, 1.7976931348623157e308, 4503599627370496.5,
                             9007199254740992.0, 9007199254740993.0])
        if kind < 0.4:
            return r.uniform(-100, 100)
        if kind < 0.6:
            return float(r.randint(-1000, 1000))
        if kind < 0.7:  # subnormal
            return r.choice([-1, 1]) * struct.unpack("<d", struct.pack("<Q", r.getrandbits(r.randint(1, 52))))[0]
        if kind < 0.8:
            return r.choice([-1, 1]) * float(r.getrandbits(r.randint(40, 200)))
        return struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0]

    def flonum(self):
        return text_of(self.double())

    def rectangular(self):
        imaginary = self.flonum()
        return self.flonum() + (imaginary if imaginary[0] in "+-" else "+" + imaginary) + "i"

    def exact(self):
        return str(self.integer()) if self.random.random() < 0.7 else self.ratio()

    def real(self):
        return self.exact() if self.random.random() < 0.6 else self.flonum()

    def number(self):
        return self.real() if self.random.random() < 0.85 else self.rectangular()

    def whole(self):
        """An integer, sometimes inexact."""
        if self.random.random() < 0.6:
            return str(self.integer())
        return text_of(float(self.random.choice([-1, 1]) * self.random.getrandbits(self.random.randint(1, 50))))


def text_of(d):
    if d != d:
        return "+nan.0"
    if math.isinf(d):
        return "+inf.0" if d > 0 else "-inf.0"
    return repr(d)


# --- random operations ---------------------------------------------------------------------------------------
def string_of_number(numbers):
    """The text of a number in a random form and radix, sometimes spoilt."""
    r = numbers.random
    radix = r.choice([2, 8, 10, 16])
    digits = {2: bin, 8: oct, 16: hex, 10: str}[radix]
    def integer():
        n = abs(numbers.integer()) % 10 ** 60
        return digits(n)[2 if radix != 10 else 0:]
    form = r.random()
    if form < 0.3:
        text = integer()
    elif form < 0.5:
        text = integer() + "/" + integer()
    elif radix == 10:
        text = r.choice(["", integer()]) + "." + integer()
        if r.random() < 0.5:
            text += "e%d" % r.randint(-300, 200)
    else:
        text = integer().upper()
    text = r.choice(["", "-", "+"]) + text
    prefixes = [{2: "#b", 8: "#o", 16: "#x", 10: "#d"}[radix], r.choice(["", "#i", "#e"])]
    r.shuffle(prefixes)
    text = "".join(prefixes) + text
    if r.random() < 0.15:
        at = r.randrange(len(text) + 1)
        text = text[:at] + r.choice(list("+-/0123456789abcix") + ["."] * (radix == 10)) + text[at + r.randrange(2):]
    exponent = re.search(r"e([-+]?\d+)$", text)
    if exponent and radix == 10 and abs(int(exponent[1])) > 300 or re.search(r"\d.*#|\dd|#[box].*[.]", text):
        return string_of_number(numbers)
    return '"%s"' % text


def operations():
    """Each operation's weight, names and how to make its arguments."""
    n = lambda *makers: lambda numbers: " ".join(str(maker(numbers)) for maker in makers)
    number, real, exact, whole, integer = Numbers.number, Numbers.real, Numbers.exact, Numbers.whole, Numbers.integer
    small, flonum, ratio, rectangular = Numbers.small, Numbers.flonum, Numbers.ratio, Numbers.rectangular
    shift = lambda numbers: numbers.random.randint(-200, 200)
    natural = lambda numbers: abs(numbers.integer())
    tolerance = lambda numbers: "1/%d" % numbers.random.randint(1, 10 ** 6)
    radix = lambda numbers: numbers.random.randint(2, 36)
    coin = lambda numbers: numbers.random.random() < 0.6
    angle = lambda numbers: text_of(numbers.random.uniform(-10, 10))
    unit = lambda numbers: text_of(numbers.random.uniform(-1, 1))
    positive = lambda numbers: text_of(abs(numbers.double()))
    nonzero = lambda numbers: text_of(numbers.double() or 0.1)
    exponent = lambda numbers: text_of(numbers.random.uniform(-30, 30))
    base = lambda numbers: numbers.integer() or 1 if coin(numbers) else numbers.ratio().replace("0/", "1/", 1)
    finite = lambda numbers: numbers.exact() if coin(numbers) else text_of(numbers.random.uniform(-1e5, 1e5))
    word = lambda numbers: numbers.random.randint(-2 ** 53, 2 ** 53)
    division = ["quotient-of-two", "remainder-of-two", "modulo-of-two", "quotient", "remainder", "modulo", "floor/",
                "truncate/", "floor-quotient", "floor-remainder", "truncate-quotient", "truncate-remainder"]
    return [
        (20, ["+", "-", "*"], n(number, number)),
        (8, ["/"], n(number, number)),
        (6, ["+", "*", "-", "/"], n(real, real, exact)),
        (3, ["+", "*"], n(exact, exact, integer, ratio, integer)),
        (2, ["-", "/"], n(number)),
        (4, ["="], n(number, number)),
        (15, [call for call in CALLS if call.endswith("two") and call[0] not in "qrm"], n(real, real)),
        (15, [call for call in CALLS if not call.endswith("two")], n(real)),
        (6, ["<", ">", "<=", ">=", "max", "min"], n(real, real)),
        (2, ["<", "max", "min"], n(real, real, real)),
        (8, division, n(integer, integer)),
        (2, division, n(word, whole)),
        (4, ["gcd", "lcm"], n(whole, integer)),
        (4, ["floor", "ceiling", "truncate", "round"], n(real)),
        (3, ["abs", "exact", "inexact", "square"], n(real)),
        (2, ["numerator", "denominator"], n(finite)),
        (3, ["inexact"], n(ratio)),
        (1, ["exact->inexact"], n(number)),
        (3, ["zero?", "exact?", "inexact?", "integer?", "rational?", "real?", "exact-integer?"], n(number)),
        (2, ["positive?", "negative?", "nan?", "infinite?"], n(real)),
        (2, ["even?", "odd?"], n(whole)),
        (2, ["eqv?", "equal?"], n(number, number)),
        (3, ["exact-integer-sqrt"], n(natural)),
        (3, ["sqrt"], n(real)),
        (4, ["expt"], n(base, small)),
        (2, ["expt"], n(nonzero, small)),
        (2, ["expt"], n(positive, exponent)),
        (3, ["exp", "sin", "cos", "tan", "atan", "log"], n(flonum)),
        (3, ["asin", "acos"], n(unit)),
        (1, ["atan"], n(flonum, flonum)),
        (3, ["make-rectangular"], n(real, flonum)),
        (1, ["make-polar"], n(flonum, angle)),
        (2, ["real-part", "imag-part"], n(rectangular)),
        (1, ["magnitude", "angle"], n(rectangular)),
        (4, ["number->string"], n(exact, radix)),
        (2, ["number->string"], n(number)),
        (6, ["string->number"], string_of_number),
        (2, ["rationalize"], n(exact, tolerance)),
        (3, ["bitwise-and", "bitwise-ior", "bitwise-xor"], n(integer, integer)),
        (2, ["arithmetic-shift"], n(integer, shift)),
        (2, ["bitwise-not", "integer-length", "bit-count"], n(integer)),
    ]


def generate(seed, count):
    numbers = Numbers(seed)
    table = operations()
    weights = [weight for weight, _, _ in table]
    names = sorted({name for _, names, _ in table for name in names if name not in CALLS})
    chosen = numbers.random.choices(table, weights, k=count)
    return names, [(numbers.random.choice(n), make(numbers)) for _, n, make in chosen]


# --- comparing -------------------------------------------------------------------------------------------
def parse_flonum(text):
    return {"+nan.0": math.nan, "-nan.0": math.nan, "+inf.0": math.inf, "-inf.0": -math.inf}.get(text) or float(text)


def canonical(text):
    """A number's or other result's text, with flonums and complex numbers as Python's."""
    if text in ("+nan.0", "-nan.0"):
        return math.nan
    if text in ("+inf.0", "-inf.0"):
        return math.inf if text[0] == "+" else -math.inf
    if text.endswith("i") and text[0] in "+-0123456789":
        return parse_complex(text)
    if text[0] in "+-0123456789" and "." in text:
        # Both print the fewest digits, so the digits themselves must be the same.
        return canonical_digits(text)
    return text


class Digits(float):
    """A flonum and the digits it was printed with."""


def canonical_digits(text):
    d = Digits(text)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.lstrip("+-").partition(".")
    d.digits = (whole + fraction).strip("0")
    return d


def inexact(text):
    if "/" in text:
        top, below = text.split("/")
        return int(top) / int(below)
    return parse_flonum(text)


def parse_complex(text):
    body = text[:-1]
    at = max(i for i in range(len(body)) if body[i] in "+-" and (i == 0 or body[i - 1] != "e"))
    imaginary = body[at:] if len(body) > at + 1 else body[at:] + "1"
    return complex(inexact(body[:at] or "0"), inexact(imaginary))


def same_double(a, b, ulps, signed):
    if a != a or b != b:
        return a != a and b != b
    if a == b:
        return not signed or a != 0 or math.copysign(1, a) == math.copysign(1, b)
    if math.isinf(a) or math.isinf(b):
        # Within the tolerance of the largest one.
        return ulps > 0 and min(abs(a), abs(b)) > 1.7976931348623e308 and (a > 0) == (b > 0)
    return abs(a - b) <= ulps * math.ulp(max(abs(a), abs(b)))


def same(name, ours, theirs):
    if ours == theirs or (name == "string->number" and (ours, theirs) == ("#f", "error")):
        return True
    if ours.startswith("(") and theirs.startswith("("):
        a, b = ours[1:-1].split(" "), theirs[1:-1].split(" ")
        return len(a) == len(b) and all(same(name, x, y) for x, y in zip(a, b))
    if ours.startswith('"') and name == "number->string" and theirs.startswith('"'):
        ours, theirs = ours[1:-1], theirs[1:-1]
    a, b = canonical(ours), canonical(theirs)
    name = name.split("-of-")[0].split("-left-")[0].split("-right-")[0]
    ulps, signed = ULPS.get(name, 0), name not in UNSIGNED_ZERO
    if isinstance(a, complex) and isinstance(b, complex):
        return same_double(a.real, b.real, ulps, signed) and same_double(a.imag, b.imag, ulps, signed)
    if isinstance(a, float) and isinstance(b, float):
        if isinstance(a, Digits) and isinstance(b, Digits) and a == b and a.digits != b.digits:
            return False
        return same_double(a, b, ulps, signed)
    return False


# --- complex functions, against cmath ----------------------------------------------------------------------
FUNCTIONS = ["sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan"]


def complex_forms(seed, count):
    """Calls with their results; what cmath has none for (overflow, log of 0) is left out."""
    r = random.Random(seed)
    def part():
        kind = r.random()
        if kind < 0.2:
            return r.choice([0.0, -0.0])
        if kind < 0.3:
            return r.choice([1.0, -1.0, 0.5, -2.0])
        if kind < 0.4:
            return r.choice([-1, 1]) * 10.0 ** r.uniform(-300, 300)
        return r.choice([-1, 1]) * 10.0 ** r.uniform(-3, 2)
    forms, results = [], []
    while len(forms) < count:
        name, z = r.choice(FUNCTIONS), complex(part(), part())
        try:
            w = getattr(cmath, name)(z)
        except (ValueError, OverflowError):
            continue
        forms.append((name, "%r%s%ri" % (z.real, "-" if math.copysign(1, z.imag) < 0 else "+", abs(z.imag))))
        results.append(w)
    return forms, results


def near_complex(name, ours, w):
    if not ours.endswith("i"):
        return False
    v = parse_complex(ours)
    limit = 4e-15 * abs(w)
    # Also a zero must have the sign that the branch cut asks for.
    same_sides = all(b != 0 or a != 0 or math.copysign(1, a) == math.copysign(1, b)
                     for a, b in ((v.real, w.real), (v.imag, w.imag)))
    return same_sides and abs(v.real - w.real) <= limit and abs(v.imag - w.imag) <= limit


# --- exact complex numbers, against Python's fractions --------------------------------------------------
def text_of_exact(x, y):
    if y == 0:
        return str(x)
    imaginary = {1: "", -1: "-"}.get(y, str(y))
    return (str(x) if x else "") + ("" if imaginary.startswith("-") else "+") + imaginary + "i"


def exact_forms(seed, count):
    numbers = Numbers(seed)
    def part():
        return Fraction(numbers.small() if numbers.random.random() < 0.5 else numbers.exact())
    forms, results = [], []
    while len(forms) < count:
        name, a, b, c, d = numbers.random.choice("+-*/"), part(), part(), part(), part()
        if name == "/":
            square = c * c + d * d
            if square == 0:
                continue
            x, y = (a * c + b * d) / square, (b * c - a * d) / square
        else:
            x, y = {"+": (a + c, b + d), "-": (a - c, b - d), "*": (a * c - b * d, a * d + b * c)}[name]
        forms.append((name, text_of_exact(a, b) + " " + text_of_exact(c, d)))
        results.append(text_of_exact(x, y))
    return forms, results


# --- running ---------------------------------------------------------------------------------------------
def run(command, prelude, names, forms, work):
    """Lines that the driver prints on one of the systems, and the seconds that took."""
    program = os.path.join(work, "driver.scm")
    with open(program, "w") as file:
        file.write(prelude + DRIVER.replace("NAMES", " ".join(names)).replace(
            "COMPILED", " ".join("(%s %s)" % call for call in CALLS.items())))
    with open(os.path.join(work, "operations"), "w") as file:
        file.writelines("(%s %s)\n" % form for form in forms)
    started = time.time()
    if command == QEMU:
        modules = [(file, os.path.join(work, file)) for file in ("driver.scm", "operations")]
        status, output = machine.run_qemu(["--script", "driver.scm"], modules, b"", TIMEOUT, memory="256M")
        output = output.replace(b"\r\n", b"\n")
    else:
        done = subprocess.run(command + [program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=work,
                              timeout=TIMEOUT, env=dict(os.environ, GUILE_AUTO_COMPILE="0"))
        status, output = done.returncode, done.stdout
    lines = output.decode(errors="replace").splitlines()
    if status != 0:
        print("%s ended with status %s: %s" % (command[0], status, "\n".join(lines[-5:])[:500]))
    return lines, time.time() - started


def count_differences(forms, ours, theirs, is_same):
    failed = 0
    if len(ours) != len(forms) or len(theirs) != len(forms):
        print("%d operations, but %d and %d results" % (len(forms), len(ours), len(theirs)))
        failed += 1
    for form, a, b in zip(forms, ours, theirs):
        if not is_same(form[0], a, b):
            failed += 1
            if failed <= 20:
                print("FAIL (%s %s)\n  gives %s\n  not   %s" % (form[0], form[1][:300], a[:300], str(b)[:300]))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="host", choices=["host", "qemu"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100000)
    given = parser.parse_args()
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    names, forms = generate(given.seed, given.count * 9 // 10)
    complexes, expected = complex_forms(given.seed, given.count // 20)
    exacts, exact_results = exact_forms(given.seed, given.count // 20)
    ringlet = QEMU if given.on == "qemu" else [RINGLET]
    with tempfile.TemporaryDirectory() as work:
        values, _ = run(ringlet, LOCAL, FUNCTIONS, complexes, work)
        exact_values, _ = run(ringlet, LOCAL, list("+-*/"), exacts, work)
        ours, our_time = run(ringlet, LOCAL, names, forms, work)
        theirs, their_time = run(["guile-3.0", "-s"], GUILE, names, forms, work)
    print("%d operations: Ringlet %.1f s, Guile %.1f s" % (len(forms), our_time, their_time))
    failed = count_differences(forms, ours, theirs, same)
    failed += count_differences(complexes, values, expected, near_complex)
    failed += count_differences(exacts, exact_values, exact_results, lambda name, a, b: a == b)
    print("%d passed, %d failed" % (len(forms) + len(complexes) + len(exacts) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
