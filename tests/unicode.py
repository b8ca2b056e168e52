#!/usr/bin/env python3
"""Compare what the library says of every character with the Unicode Character Database.

usage: tests/unicode.py [DIRECTORY]

A program prints what (scheme char) and its neighbours answer, one line for a character with any property; this script
says the same from the database's files, which it reads by itself.  Each property is one test, and so are the strings
with a sigma and the lines of the database's own test of grapheme clusters.
"""
import os
import random
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.join(ROOT, "build/host/ringlet")
DATABASE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
COLUMNS = ("category", "alphabetic", "upper-case", "lower-case", "whitespace", "numeric", "digit-value", "upcase",
           "downcase", "foldcase", "string-upcase", "string-downcase", "string-foldcase")

PROPERTIES_PROGRAM = """
(define out (open-output-string))
(define (show x) (write-char #\\space out) (display x out))
(define (show-codes string)
  (write-char #\\space out)
  (string-for-each (lambda (c) (write-char #\\, out) (display (char->integer c) out)) string))
(define (show-char c)
  (let ((s (string c)))
    (display (char->integer c) out)
    (show (char-general-category c))
    (for-each (lambda (test?) (show (if (test? c) 1 0)))
              (list char-alphabetic? char-upper-case? char-lower-case? char-whitespace? char-numeric?))
    (show (digit-value c))
    (for-each (lambda (map) (show (char->integer (map c)))) (list char-upcase char-downcase char-foldcase))
    (for-each (lambda (map) (show-codes (map s))) (list string-upcase string-downcase string-foldcase))
    (newline out)))
(do ((i 0 (+ i 1))) ((= i #x110000))
  (if (not (<= #xd800 i #xdfff))
      (let ((c (integer->char i)))
        (if (not (eq? (char-general-category c) 'Cn)) (show-char c)))))
(write-string (get-output-string out))
"""

TITLE_PROGRAM = """
(import (scheme base) (scheme write) (srfi 129))
(define out (open-output-string))
(do ((i 0 (+ i 1))) ((= i #x110000))
  (if (not (<= #xd800 i #xdfff))
      (let* ((c (integer->char i)) (title (char-titlecase c)) (string-title (string-titlecase (string c))))
        (if (not (and (char=? c title) (string=? string-title (string c))))
            (begin
              (write i out)
              (for-each (lambda (c) (write-char #\\space out) (write (char->integer c) out))
                        (cons title (string->list string-title)))
              (newline out))))))
(write-string (get-output-string out))
"""

DOWNCASE_PROGRAM = """
(let loop ()
  (let ((line (read-line)))
    (if (not (eof-object? line))
        (begin (write-string (string-downcase line)) (newline) (loop)))))
"""


def fields(name):
    with open(os.path.join(DATABASE, name), encoding="utf-8") as text:
        for line in text:
            line = line.split("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def codes(text):
    return [int(c, 16) for c in text.split()]


def with_property(name, property_name):
    found = set()
    for f in fields(name):
        if f[1] == property_name:
            low, _, high = f[0].partition("..")
            found.update(range(int(low, 16), int(high or low, 16) + 1))
    return found


def run(program, text=b""):
    path = os.path.join(ROOT, "build/unicode-test.scm")
    with open(path, "w", encoding="utf-8") as out:
        out.write(program)
    done = subprocess.run([BINARY, path], input=text, stdout=subprocess.PIPE, timeout=120)
    return done.stdout.decode("utf-8").split("\n")[:-1]


def expected_properties():
    """From a code point to its columns as the program prints them."""
    categories, simple, digits, first = {}, {}, {}, 0
    for f in fields("UnicodeData.txt"):
        code = int(f[0], 16)
        if f[1].endswith(", First>"):
            first = code
            continue
        for c in range(first if f[1].endswith(", Last>") else code, code + 1):
            categories[c] = f[2]
        simple[code] = [int(f[12] or f[0], 16), int(f[13] or f[0], 16)]
        if f[2] == "Nd":
            digits[code] = int(f[6])
    full, fold, full_fold = {}, {}, {}
    for f in fields("SpecialCasing.txt"):
        if len(f) < 6:
            full[int(f[0], 16)] = [codes(f[3]), codes(f[1])]
    for f in fields("CaseFolding.txt"):
        if f[1] in "CS":
            fold[int(f[0], 16)] = int(f[2], 16)
        if f[1] in "CF":
            full_fold[int(f[0], 16)] = codes(f[2])
    tests = [with_property("DerivedCoreProperties.txt", name) for name in ("Alphabetic", "Uppercase", "Lowercase")]
    tests += [with_property("PropList.txt", "White_Space"), digits]
    shown = {}
    for c in categories:
        if categories[c] == "Cs":
            continue
        up, down = simple.get(c, [c, c])
        folded = fold.get(c, c)
        strings = full.get(c, [[up], [down]]) + [full_fold.get(c, [folded])]
        shown[c] = [categories[c]] + ["01"[c in test] for test in tests]
        shown[c] += [str(digits[c]) if c in digits else "#f", str(up), str(down), str(folded)]
        shown[c] += ["".join(",%d" % d for d in string) for string in strings]
    return shown


def compare_properties():
    """A list of (name, what is wrong)."""
    wanted = expected_properties()
    got = {}
    for line in run(PROPERTIES_PROGRAM):
        words = line.split(" ")
        got[int(words[0])] = words[1:]
    results = [("assigned", sorted(wanted.keys() ^ got.keys()))]
    for i, name in enumerate(COLUMNS):
        wrong = [c for c in wanted if c in got and wanted[c][i] != got[c][i]]
        results.append((name, ["U+%04X: %s but got %s" % (c, wanted[c][i], got[c][i]) for c in wrong]))
    return results


def compare_titles():
    wanted = {int(f[0], 16): [int(f[14], 16)] * 2 for f in fields("UnicodeData.txt") if f[14]}
    for f in fields("SpecialCasing.txt"):
        code = int(f[0], 16)
        if len(f) < 6 and codes(f[2]) != [code]:
            wanted[code] = [wanted.get(code, [code])[0]] + codes(f[2])
    wanted = {code: titles for code, titles in wanted.items() if set(titles) != {code}}
    got = {}
    for line in run(TITLE_PROGRAM):
        words = [int(word) for word in line.split()]
        got[words[0]] = words[1:]
    wrong = [c for c in wanted.keys() | got.keys() if wanted.get(c) != got.get(c)]
    return [("title case", ["U+%04X: %s but got %s" % (c, wanted.get(c), got.get(c)) for c in sorted(wrong)])]


def downcase(text, lower, cased, ignorable):
    """With the rule of the standard for a final sigma."""
    def meets_cased(places):
        for i in places:
            if ord(text[i]) not in ignorable:
                return ord(text[i]) in cased
        return False

    out = ""
    for i, c in enumerate(text):
        if c == "\u03a3":
            final = meets_cased(range(i - 1, -1, -1)) and not meets_cased(range(i + 1, len(text)))
            out += "\u03c2" if final else "\u03c3"
        else:
            out += chr(lower.get(ord(c), ord(c)))
    return out


def compare_sets():
    """The standard sets of SRFI 14, by their bounds."""
    categories = {c: shown[0] for c, shown in expected_properties().items()}

    def of(*wanted):
        return {c for c, category in categories.items() if category.startswith(wanted)}

    white = of("Z") | set(range(9, 14))
    sets = {"letter": of("L"), "digit": of("Nd"), "letter+digit": of("L", "Nd"), "title-case": of("Lt"),
            "punctuation": of("P"), "symbol": of("S"), "iso-control": of("Cc"), "whitespace": white,
            "graphic": of("L", "M", "N", "P", "S"), "printing": of("L", "M", "N", "P", "S") | white,
            "blank": of("Zs") | {9}, "lower-case": with_property("DerivedCoreProperties.txt", "Lowercase"),
            "upper-case": with_property("DerivedCoreProperties.txt", "Uppercase")}
    shown = "".join("(display (char-set-bounds char-set:%s)) (newline)" % name for name in sets)
    got = run("(import (scheme base) (scheme write) (ringlet char-sets)) " + shown)
    results = []
    for (name, wanted), line in zip(sets.items(), got):
        bounds = [int(word) for word in line.strip("#()").split()]
        members = {c for i in range(0, len(bounds), 2) for c in range(bounds[i], bounds[i + 1])}
        results.append(("char-set:" + name, sorted(members ^ wanted)))
    return results if len(got) == len(sets) else [("char-sets", got)]


def compare_sigmas():
    cased = with_property("DerivedCoreProperties.txt", "Cased")
    ignorable = with_property("DerivedCoreProperties.txt", "Case_Ignorable")
    lower = {int(f[0], 16): int(f[13], 16) for f in fields("UnicodeData.txt") if f[13]}
    chance = random.Random(1)
    pool = sorted(ignorable - {0xad} | set(range(0x391, 0x3a2)) | set(range(0x20, 0x60)))
    pool = [c for c in pool if c != 0x130]
    lines = []
    for c in sorted(ignorable):
        lines += ["\u0391\u03a3" + chr(c), "\u0391" + chr(c) + "\u03a3", "\u0391\u03a3" + chr(c) + "\u0391"]
    for _ in range(2000):
        lines.append("".join("\u03a3" if chance.random() < 0.3 else chr(chance.choice(pool)) for _ in range(8)))
    lines = [line for line in lines if not set("\n\r") & set(line)]
    got = run(DOWNCASE_PROGRAM, "\n".join(lines).encode("utf-8"))
    pairs = zip(lines, got + [""] * len(lines))
    return [("final sigma", [line for line, low in pairs if downcase(line, lower, cased, ignorable) != low])]


GRAPHEMES_PROGRAM = """
(import (scheme base) (scheme write) (srfi 115))
(define graphemes (regexp 'grapheme))
(let loop ()
  (let ((line (read-line)))
    (if (not (eof-object? line))
        (let ((codes (let split ((l (regexp-split " " line)) (codes '()))
                       (if (null? l)
                           (list->string (reverse codes))
                           (split (cdr l) (cons (integer->char (string->number (car l) 16)) codes))))))
          (for-each (lambda (part) (write-char #\\|) (write (map char->integer (string->list part)))) (regexp-extract graphemes codes))
          (newline)
          (loop)))))
"""


def compare_graphemes():
    """The clusters of GraphemeBreakTest.txt."""
    wanted = []
    for f in fields("auxiliary/GraphemeBreakTest.txt"):
        clusters = [[int(c, 16) for c in part.replace("\u00d7", " ").split()] for part in f[0].split("\u00f7")]
        clusters = [cluster for cluster in clusters if cluster]
        if not any(0xd800 <= c < 0xe000 for cluster in clusters for c in cluster):
            wanted.append(clusters)
    text = "\n".join(" ".join("%x" % c for cluster in clusters for c in cluster) for clusters in wanted)
    got = run(GRAPHEMES_PROGRAM, text.encode())
    shown = ["".join("|(%s)" % " ".join(map(str, cluster)) for cluster in clusters) for clusters in wanted]
    wrong = [(a, b) for a, b in zip(shown, got + [""] * len(shown)) if a != b]
    return [("graphemes", wrong if shown else ["no lines"])]


def main():
    failed = 0
    results = compare_properties() + compare_sets() + compare_titles() + compare_sigmas() + compare_graphemes()
    for name, wrong in results:
        if wrong:
            failed += 1
            print("FAIL %s: %d wrong, first %s" % (name, len(wrong), wrong[:5]))
    print("%d passed, %d failed" % (len(results) - failed, failed))
    sys.exit(failed != 0)


main()
