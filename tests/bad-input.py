#!/usr/bin/env python3
"""Feed the hosted system what no program should hold, and see that it says so and goes on.

usage: tests/bad-input.py [--on host|debug|asan]

Sources: each is a whole program file; its output must contain the given words, its status must be the given one.
Prompts: each is typed into `ringlet -i` in little memory; afterwards (display "alive") must still work.
"""
import argparse
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=1"}
MANY = 1000000

SOURCES = [
    ("open list", b'(display "x"', "ends inside a list", 1),
    ("closed list", b"(display 2))", "closes nothing", 1),
    ("open string", b'"abc', "ends inside a string", 1),
    ("open comment", b"#| abc", "ends inside a #| comment", 1),
    ("binary", bytes(range(128, 256)) * 400, "not UTF-8", 1),
    ("latin 1", b'(display "\xff\xfe")', "not UTF-8", 1),
    ("nul bytes", b"(display 1)\0(display 2)", "control character", 1),
    ("carriage returns", b"(display\r\n'(1\r\n2))\r\n", "(1 2)", 0),
    ("byte order mark", b"\xef\xbb\xbf(display 7)", "7", 0),
    ("empty", b"", "", 0),
    ("open parentheses", b"(" * MANY, "ends inside a list", 1),
    ("nested quote", b"(define x '" + b"(" * MANY + b")" * MANY + b")(display (equal? x x))", "#t", 0),
    ("nested code", b"(display " + b"(car " * MANY + b"'()" + b")" * (MANY + 1), "error: compile", 1),
    ("nested vectors", b"(display (vector? '" + b"#(" * MANY + b")" * MANY + b"))", "#t", 0),
    ("quotes", b"(display (pair? '" + b"'" * MANY + b"a))", "#t", 0),
    ("long list", b"(display (length '(" + b"1 " * MANY + b")))", "1000000", 0),
    ("long vector", b"(display (vector-length '#(" + b"1 " * MANY + b")))", "1000000", 0),
    ("long string", b'(display (string-length "' + b"a" * 3 * MANY + b'"))', "3000000", 0),
    ("long symbol", b"(display (string-length (symbol->string '" + b"a" * 3 * MANY + b")))", "3000000", 0),
    ("long number", b"(display (odd? " + b"7" * MANY + b"))", "#t", 0),
    ("long line", b"(display 1)" + b" " * 10 * MANY + b"(car 5)", "argument 1 should be a pair, but is 5", 1),
    ("big exponent", b"(display #e1e1000000000)", "16 million bits", 1),
    ("big power", b"(display (expt 2 1000000000))", "16 million bits", 1),
    ("big shift", b"(display (arithmetic-shift 1 (expt 10 30)))", "16 million bits", 1),
    ("big float", b"(display 1e1000000000)", "+inf.0", 0),
    ("cyclic form", b"#0=(begin (display 1) . #0#)", "not a list", 1),
    ("cyclic call", b"(+ 1 . #0=(2 . #0#))", "proper list", 1),
    ("cyclic bindings", b"(display (let #0=((x 1) . #0#) x))", "bindings", 1),
    ("long search", b"(define (a n) (make-string n #\\a)) (define s (string-append (a 999999) \"b\" (a 2000000)))"
     b"(display (list (string-search-forward (string-append (a 500000) \"c\") s 0)"
     b" (string-search-forward (string-append (a 500000) \"b\") s 0) (string-search-forward (a 2000000) s 1)"
     b" (string-search-forward (a 2000001) s 0)))", "(#f 499999 1000000 #f)", 0),
    ("ten million pairs", b"(define (f n l) (if (= n 0) l (f (- n 1) (cons n l))))"
     b"(display (length (f 10000000 '())))", "10000000", 0),
    ("deep in cars", b"(define (f n l) (if (= n 0) l (f (- n 1) (cons l n)))) (define l (f 1000000 '()))"
     b"(collect-garbage) (display (let loop ((l l) (n 0)) (if (pair? l) (loop (car l) (+ n 1)) n)))", "1000000", 0),
    ("a hundred million slots", b"(display (guard (c (#t (condition-type c))) (vector-length (make-vector 100000000 1))))",
     "", 0),
    ("at the edge", b"(define (fill) (let loop ((l '())) (loop (cons (make-vector 100 0) l))))"
     b"(let loop ((i 0)) (if (< i 20) (begin (guard (c ((condition? c) #t)) (fill)) (loop (+ i 1)))))"
     b"(display 'served)", "served", 0, ["--quota", "4M"]),
    ("growing macro", b"(define-syntax b (syntax-rules () ((_ x ...) (b x ... x ...)))) (b 1)", "not enough memory", 1),
]

PROMPTS = [
    ("recursion", "(define (f x) (+ 1 (f x))) (f 1)"),
    ("mutual recursion", "(define (f n) (not (g n))) (define (g n) (not (f n))) (f 1)"),
    ("recursion that allocates", "(define (f x) (cons x (f (cons x x)))) (f 1)"),
    ("recursion in a handler", "(define (f x) (+ 1 (f x))) (with-exception-handler (lambda (c) (f 1)) (lambda () (f 1)))"),
    ("recursion in an after thunk", "(define (f x) (+ 1 (f x)))"
     "(dynamic-wind (lambda () #f) (lambda () (f 1)) (lambda () (f 1)))"),
    ("list", "(let loop ((l '())) (loop (cons l l)))"),
    ("list in a handler", "(define (f) (let loop ((l '())) (loop (cons l l))))"
     "(with-exception-handler (lambda (c) (f)) f)"),
    ("strings", "(let loop ((l '())) (loop (cons (make-string 100000 #\\a) l)))"),
    ("vectors", "(let loop ((l '())) (loop (cons (make-vector 100000 #\\a) l)))"),
    ("closures", "(let loop ((l '())) (loop (cons (lambda () l) l)))"),
    ("continuations", "(let loop ((l '())) (loop (call/cc (lambda (k) (cons k l)))))"),
    ("doubled string", "(let loop ((s \"aaaa\")) (loop (string-append s s)))"),
    ("huge vector", "(make-vector 1000000000 1)"),
    ("huge string", "(make-string 1000000000)"),
    ("string port", "(let loop ((p (open-output-string))) (write 'abcdef p) (loop p))"),
    ("table", "(let loop ((h (make-equal-hash-table)) (i 0)) (hash-table-set! h i i) (loop h (+ i 1)))"),
    ("raised object", "(raise 'thing)"),
    ("error in a handler", "(with-exception-handler (lambda (c) (car c)) (lambda () (error \"x\")))"),
    ("handler that returns", "(with-exception-handler (lambda (c) 1) (lambda () (error \"x\")))"),
    ("error in an after thunk", "(dynamic-wind car (lambda () (car 1)) (lambda () (car 2)))"),
]
ROOMS = [["--memory", "16M"], ["--quota", "1M"], ["--quota", "256K"]]


def run(on, words, stdin=b"", timeout=120):
    binary = os.path.join(ROOT, "build", on, "ringlet")
    try:
        done = subprocess.run([binary] + words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, env={**os.environ, **SANITIZERS})
    except subprocess.TimeoutExpired as late:
        return "timeout", (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def check_source(on, text, words, wanted, options=()):
    with tempfile.NamedTemporaryFile(suffix=".scm") as source:
        source.write(text)
        source.flush()
        status, output = run(on, list(options) + [source.name])
    if status != wanted or words not in output:
        return f"status {status}, expected {wanted}; output ends {output[-200:]!r}, expected {words!r}"
    return None


def check_prompt(on, room, text):
    status, output = run(on, room + ["-i"], (text + '\n(display "alive")\n').encode())
    if status != 0 or not output.rstrip().endswith("alive") or "error" not in output:
        return f"status {status}; output ends {output[-300:]!r}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="host", choices=["host", "debug", "asan"])
    on = parser.parse_args().on
    results = [(name, check_source(on, *rest)) for name, *rest in SOURCES]
    results += [(" ".join([name] + room), check_prompt(on, room, text)) for name, text in PROMPTS for room in ROOMS]
    for name, wrong in results:
        if wrong:
            print(f"FAIL {name}: {wrong}")
    n_failed = sum(1 for _, wrong in results if wrong)
    print(f"{len(results) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
