#!/usr/bin/env python3
"""Linux's network stack against ours, over a TAP device in a network namespace: hosted, and in QEMU with an RTL8139.

usage: tests/net/linux_test.py [--on host|qemu] [--pings N] [--datagrams N]

Needs root, ip, ping, arping, tcpdump.  Where no namespace can be made this says so, and DHCP against QEMU's user network
is all that runs.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "prompt"))
import driver
import machine
from driver import check

SPACE = f"ringlet-{os.getpid()}"
LINUX, OURS = "10.9.0.1", "10.9.0.2"
COMMAND = ["ip", "netns", "exec", SPACE]

# A UDP echo on port 7, for whoever asks; a packet dump, for hosted systems into a file.
PROGRAM = """
(import (scheme base) (scheme write) (ringlet net) (ringlet net pcap) (only (ringlet) sleep spawn-process receive-message))
(define n (network-start! "eth0" 'address "10.9.0.2/24"))
(spawn-process
 (lambda ()
   (let ((s (open-udp-socket 7 n 1000)))
     (let loop ()
       (let ((bytes (udp-receive s)))
         (udp-send s bytes (udp-sender s) (udp-sender-port s))
         (loop))))))
(write (list 'answers (ping "10.9.0.1" 3)))
(newline)
"""

# Sends datagrams of all sizes, some at a time, and wants each back; prints how many did not come or were changed.
ECHO_CLIENT = """
import os, socket, sys
n, ours = int(sys.argv[1]), sys.argv[2]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(3)
block = os.urandom(1500)
bad = 0
for first in range(0, n, 16):
    sent = {}
    for i in range(first, min(first + 16, n)):
        data = (i.to_bytes(4, "big") + block)[:i % 1473]
        sent[data] = sent.get(data, 0) + 1
        s.sendto(data, (ours, 7))
    try:
        while sent:
            data = s.recv(2000)
            if data in sent:
                sent[data] -= 1
                if not sent[data]:
                    del sent[data]
            else:
                bad += 1
    except TimeoutError:
        bad += sum(sent.values())
print(bad)
"""


def run(*words, timeout=120):
    done = subprocess.run([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
    return done.returncode, done.stdout.decode(errors="replace")


def has_namespaces():
    steps = [["ip", "netns", "add", SPACE], ["ip", "-n", SPACE, "tuntap", "add", "dev", "tap0", "mode", "tap"],
             ["ip", "-n", SPACE, "addr", "add", LINUX + "/24", "dev", "tap0"], ["ip", "-n", SPACE, "link", "set", "tap0", "up"],
             ["ip", "-n", SPACE, "link", "set", "lo", "up"]]
    for step in steps:
        try:
            done = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except FileNotFoundError as error:
            done = subprocess.CompletedProcess(step, 1, str(error).encode())
        if done.returncode:
            print(f"section no network namespace here ({done.stdout.decode().strip()}): Linux's stack is not tried")
            return False
    return True


def exchange(name, s, options):
    s.wait_for("> ", 60)
    for line in PROGRAM.strip().split("\n"):
        s.type(line + "\r")
    s.wait_for("(answers 3)", 60)
    s.settle(0.5)
    _, output = run("arping", "-c", "3", "-I", "tap0", OURS)
    check(f"{name}: arping", re.search(r"Received 3 response", output), output)
    _, output = run("ping", "-f", "-q", "-c", str(options.pings), OURS, timeout=300)
    check(f"{name}: ping -f", f"{options.pings} received" in output, output)
    print(f"section {name}: {output.splitlines()[-2].split(',')[-1].strip()}; {output.splitlines()[-1]}")
    _, output = run("ping", "-q", "-c", "20", "-i", "0.01", "-s", "1472", OURS)
    check(f"{name}: long pings", "20 received" in output, output)
    _, output = run("ping", "-c", "2", "-i", "0.2", "-s", "4000", "-W", "1", OURS)
    check(f"{name}: fragments are refused", " 0 received" in output, output)
    _, output = run(sys.executable, "-c", ECHO_CLIENT, str(options.datagrams), OURS, timeout=600)
    if output.strip() != "0":
        s.type("(begin (ifconfig) (network-statistics n))\r")
        output += s.settle(1) + run("cat", "/proc/net/snmp")[1]
    check(f"{name}: UDP echo of {options.datagrams} datagrams", output.strip() == "0", output)
    # Nobody is at port 9: Linux is told.
    _, output = run(sys.executable, "-c", "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                    f"s.connect(('{OURS}', 9)); s.settimeout(3); s.send(b'x')\ntry: s.recv(9)\nexcept ConnectionRefusedError: print('refused')")
    check(f"{name}: a closed port", "refused" in output, output)
    s.type("(list 'drops (assq 'bad-ipv4 (network-statistics n)) (assq 'fragments (network-statistics n)))\r")
    check(f"{name}: counted", re.search(r"\(drops #f \(fragments \. [1-9]", s.settle(0.6)), s.screen.text())


def hosted(options):
    with tempfile.TemporaryDirectory(prefix="ringlet") as folder:
        link = driver.Session([*COMMAND, os.path.join(machine.ROOT, "build/host/ringlet"), "--link", "tap:tap0"])
        with link as s:
            exchange("hosted", s, options)
            file = os.path.join(folder, "some.pcap")
            with subprocess.Popen([*COMMAND, "ping", "-q", "-c", "5", "-i", "0.2", OURS], stdout=subprocess.DEVNULL):
                s.type(f"(write-pcap \"{file}\" (dump-packets \"eth0\" 6 5))\r")
                s.settle(2)
            _, output = run("tcpdump", "-n", "-r", file)
            check("tcpdump reads our file", output.count("ICMP echo request") >= 2 and "truncated" not in output and "bad" not in output, output)


def in_qemu(options):
    card = ["-netdev", "tap,id=n0,ifname=tap0,script=no,downscript=no", "-device", "rtl8139,netdev=n0"]
    with driver.Machine(extra=card, wrapper=COMMAND) as s:
        exchange("qemu", s, options)


def dhcp():
    """The network begins by itself: an address within two seconds, and what is typed first works, on one card and on two."""
    card = ["-netdev", "user,id=n0", "-device", "rtl8139,netdev=n0"]
    with driver.Machine(extra=card) as s:
        s.wait_for("> ", 60)
        s.type("(ping \"10.0.2.2\" 2)\r")
        s.wait_for("number 2", 10)
        check("the gateway answers at once", "no answer" not in s.settle(0.2), s.screen.text())
        s.type("(ifconfig)\r")
        check("an address by itself", "10.0.2.15/24  gateway 10.0.2.2  dhcp bound" in s.settle(0.5), s.screen.text())
        s.type("(import (ringlet net) (scheme time))\r")
        s.settle(0.5)
        s.type("(define (lease) (let ((begun (current-jiffy)) (n (network-start! \"eth0\"))) (let wait () (let-values (((ip p) (network-address n)))"
               " (if (= ip 0) (wait) (list 'lease (< (- (current-jiffy) begun) 2000000) (- (current-jiffy) begun)))))))\r")
        s.settle(0.3)
        s.type("(lease)\r")
        s.settle(3)
        found = re.search(r"\(lease (#.) (\d+)\)", s.output)
        check("DHCP within two seconds", found and found[1] == "#t", s.screen.text())
        if found:
            print(f"section DHCP in QEMU: {int(found[2]) / 1000:.0f} ms")
    two = card + ["-netdev", "user,id=n1,net=10.0.3.0/24", "-device", "ne2k_pci,netdev=n1"]
    with driver.Machine(extra=two) as s:
        s.wait_for("> ", 60)
        s.type("(ping \"10.0.2.2\" 1)\r")
        s.wait_for("number 1", 10)
        s.settle(1)
        s.type("(ping \"10.0.3.2\" 1)\r")
        check("two cards: the second gateway", "number 1" in s.settle(2), s.screen.text())
        s.type("(ifconfig)\r")
        text = s.settle(1)
        check("two cards: two addresses", "10.0.2.15/24" in text and "10.0.3.15/24" in text, s.screen.text())
    with driver.Machine() as s:
        s.wait_for("> ", 60)
        s.type("(ifconfig)\r")
        check("no card: it says so", "There is no network card" in s.settle(1), s.screen.text())
        s.type("(ping \"10.0.2.2\")\r")
        check("no card: no ping", "there is no network" in s.settle(1), s.screen.text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=["host", "qemu"])
    parser.add_argument("--pings", type=int, default=20000)
    parser.add_argument("--datagrams", type=int, default=100000)
    options = parser.parse_args()
    tests = []
    if has_namespaces():
        if options.on in (None, "host"):
            tests.append(("hosted", lambda: hosted(options)))
        if options.on in (None, "qemu"):
            tests.append(("qemu", lambda: in_qemu(options)))
    tests.append(("dhcp", dhcp))
    try:
        for name, test in tests:
            test.__name__ = name
            driver.attempt(test)
    finally:
        subprocess.run(["ip", "netns", "del", SPACE], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    driver.finish()


main()
