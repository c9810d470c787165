#!/usr/bin/env python3
"""run.py OURO [PEER]: ours beside CPython's in one run: bytes for each kind of object, the cost of starting and ending,
processor time of small programs.

Exit status 1 if a budget is broken.  Times: the two interpreters take turns, so that a drift of the machine's speed meets
both; a ratio is the median of the ratios of ROUNDS turns, beside it the lowest and the highest of them.  Processor time,
not the clock's, and of each turn the best of five: what else the machine does disturbs little.  Bytes differ from run to run
by less than the last digit shown, so one run is enough.
"""
import math
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
STARTS = 41

# Bytes for each element at most (the list's slot included).
BYTES = {"int": 8.1, "float": 8.1, "str of 8 letters": 49, "tuple of two": 49, "instance, 2 attributes": 41,
         "instance, 8 attributes": 89, "instance, __slots__": 41, "empty list": 49, "list of three": 81,
         "dict of one": 105, "dict of eight": 190, "set of one": 105, "closure": 113, "generator": 137,
         "node of a chain": 41}
START_MILLISECONDS, START_MEGABYTES = 2.5, 3.0
WORST_RATIO, MEAN_RATIO = 1.5, 1.2

broken = []


def verdict(what, value, limit):
    """Text for the end of a line: empty, or that the budget is broken; notes it."""
    if value <= limit:
        return ""
    broken.append(what)
    return "  OVER"


def run(interpreter, *arguments):
    done = subprocess.run([interpreter, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s %s: %s" % (interpreter, " ".join(arguments), (done.stderr.strip() or "failed").split("\n")[-1]))
    return done.stdout


def compare_bytes(ours, peer):
    script = os.path.join(HERE, "bytes_of.py")
    print("%-26s %10s %10s %10s" % ("bytes for each", "ours", "CPython", "at most"))
    for name in run(ours, script).split("\n"):
        if name:
            a, b = (float(run(interpreter, script, name)) for interpreter in (ours, peer))
            print("%-26s %10.1f %10.1f %10.1f%s" % (name, a, b, BYTES[name], verdict(name, a, BYTES[name])))


def compare_start(ours, peer):
    """bench-startup lies beside the interpreter that is measured: a build directory's own."""
    build = os.path.dirname(os.path.abspath(ours))
    helper = os.path.join(build, "bench", "bench-startup")
    if not os.path.exists(helper):
        subprocess.run(["ninja", "-C", build, "bench/bench-startup"], stdout=subprocess.DEVNULL, check=True)
    print("\n%-26s %10s %10s %10s" % ("start and end of -c pass", "ours", "CPython", "at most"))
    results = [run(helper, str(STARTS), os.path.abspath(interpreter), "-c", "pass").split()
               for interpreter in (ours, peer)]
    (our_time, our_peak), (peer_time, peer_peak) = [(float(ms), int(kib) / 1024) for ms, kib in results]
    print("%-26s %10.2f %10.2f %10.2f%s" % ("processor milliseconds", our_time, peer_time, START_MILLISECONDS,
                                            verdict("start, time", our_time, START_MILLISECONDS)))
    print("%-26s %10.2f %10.2f %10.2f%s" % ("megabytes resident at most", our_peak, peer_peak, START_MEGABYTES,
                                            verdict("start, memory", our_peak, START_MEGABYTES)))


def compare_programs(ours, peer):
    script = os.path.join(HERE, "programs.py")
    print("\n%-26s %10s %10s %10s %14s" % ("processor milliseconds", "ours", "CPython", "ratio", "(spread)"))
    medians = []
    for name in run(ours, script).split():
        turns = [[float(run(interpreter, script, name)) for interpreter in (ours, peer)] for _ in range(ROUNDS)]
        ratios = [a / b for a, b in turns]
        a, b = (statistics.median(column) for column in zip(*turns))
        ratio = statistics.median(ratios)
        medians.append(ratio)
        print("%-26s %10.1f %10.1f %10.2f %7.2f - %.2f%s" % (name, a * 1e3, b * 1e3, ratio, min(ratios), max(ratios),
                                                             verdict(name, ratio, WORST_RATIO)))
    mean = math.exp(statistics.mean(map(math.log, medians)))
    print("geometric mean of the ratios %.2f (at most %.1f), worst %.2f (at most %.1f)%s" %
          (mean, MEAN_RATIO, max(medians), WORST_RATIO, verdict("geometric mean", mean, MEAN_RATIO)))


def main(ours, peer="/usr/bin/python3.11"):
    compare_bytes(ours, peer)
    compare_start(ours, peer)
    compare_programs(ours, peer)
    if broken:
        print("\nover budget: " + ", ".join(broken))
        return 1
    return 0


sys.exit(main(*sys.argv[1:]))
