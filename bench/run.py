#!/usr/bin/env python3
"""run.py OURO [PEER]: ours beside CPython's in one run: bytes for each kind of object, and seconds of small programs.

The two interpreters take turns, so that a drift of the machine's speed meets both; medians of three, ratios.
"""
import math
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Bytes for each element at most, of docs (the list's slot included).
BUDGETS = {"int": 8.1, "float": 8.1, "str of 8 letters": 49, "tuple of two": 49, "instance, 2 attributes": 41,
           "instance, 8 attributes": 89, "instance, __slots__": 41, "empty list": 49, "list of three": 81,
           "dict of one": 105, "dict of eight": 190, "set of one": 105, "closure": 113, "generator": 137,
           "node of a chain": 41}


def run(interpreter, *arguments):
    done = subprocess.run([interpreter, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s %s: %s" % (interpreter, arguments, done.stderr.strip().split("\n")[-1]))
    return done.stdout


def pair(ours, peer, script, name):
    results = ([], [])
    for _ in range(3):
        results[0].append(float(run(ours, script, name)))
        results[1].append(float(run(peer, script, name)))
    return statistics.median(results[0]), statistics.median(results[1])


def main(ours, peer="/usr/bin/python3.11"):
    script = os.path.join(HERE, "bytes_of.py")
    print("%-26s %10s %10s %10s" % ("bytes for each", "ours", "CPython", "at most"))
    over = 0
    for name in run(ours, script).split("\n"):
        if name:
            a, b = pair(ours, peer, script, name)
            over += a > BUDGETS[name]
            print("%-26s %10.1f %10.1f %10.1f%s" % (name, a, b, BUDGETS[name], "  OVER" if a > BUDGETS[name] else ""))
    script = os.path.join(HERE, "programs.py")
    print("\n%-26s %10s %10s %10s" % ("milliseconds", "ours", "CPython", "ratio"))
    ratios = []
    for name in run(ours, script).split():
        a, b = pair(ours, peer, script, name)
        ratios.append(a / b)
        print("%-26s %10.1f %10.1f %10.2f" % (name, a * 1e3, b * 1e3, a / b))
    print("geometric mean of the ratios %.2f, worst %.2f; %d over their budget of bytes" %
          (math.exp(statistics.mean(map(math.log, ratios))), max(ratios), over))


main(*sys.argv[1:])
