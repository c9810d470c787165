#!/usr/bin/env python3
"""collector.py: what the collector of cycles costs Python programs, ours beside CPython's in one run.

    build/ouro bench/collector.py --part NAME     one measurement: prints its figure
    build/ouro bench/collector.py --build NAME on|off
    build/ouro bench/collector.py --pause MILLIONS
    python3 bench/collector.py OURO [PEER]        all of them, the two interpreters in turn, medians

`full` parts: nanoseconds of processor time of gc.collect() for each live object (best of five): a list of a million
nodes in the order of their birth, a tree, and nodes that refer to two others at random.
`build` parts: seconds to build a million nodes with automatic collection on, over the same with it off.
`pause`: the longest that a turn of a loop takes which makes cyclic garbage beside 5 million live objects, in ms of
processor time of this process: a collection, a fork, and what the program pays afterwards, whatever it is.  A part of the
garbage gets old before it is garbage, so that full collections come too.

Ends with status 1 when a figure of ours is over its budget.
"""
import gc
import os
import sys
import time

COUNT = 1000000
OLD = 50000  # cycles that live until so many others have come: they get old


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def in_order():
    return [Node(i, None) for i in range(COUNT)]


def tree(count=COUNT):
    if count == 0:
        return None
    half = (count - 1) // 2
    return Node(tree(half), tree(count - 1 - half))


def shuffled():
    nodes = [Node(None, None) for _ in range(COUNT)]
    number = 1
    for node in nodes:
        number = (number * 1103515245 + 12345) % 2147483648
        node.left = nodes[(number >> 4) % COUNT]
        number = (number * 1103515245 + 12345) % 2147483648
        node.right = nodes[(number >> 4) % COUNT]
    return nodes


def closure(x):
    return lambda: x


def closures():
    return [closure(i) for i in range(COUNT)]


def lists():
    return [[i] for i in range(COUNT)]


def full(make):
    gc.disable()
    kept = make()
    gc.collect()
    best = 1e9
    for _ in range(5):
        begin = time.process_time()
        gc.collect()
        best = min(best, time.process_time() - begin)
    return best / COUNT * 1e9


def build(make, collect):
    if not collect:
        gc.disable()
    begin = time.process_time()
    kept = make()
    return time.process_time() - begin


def pause(live):
    kept = tree(live)
    gc.collect()
    clock = time.process_time
    ring = [None] * OLD
    longest = 0
    last = clock()
    for i in range(live):
        a = [None]
        a[0] = a
        if i % 2 == 0:
            ring[i // 2 % OLD] = a
        now = clock()
        if now - last > longest:
            longest = now - last
        last = now
    return longest * 1e3


PARTS = {"in order": lambda: full(in_order), "tree": lambda: full(tree), "shuffled": lambda: full(shuffled)}
BUILDS = {"tree": tree, "closures": closures, "lists": lists}
BUDGETS = {"in order": 10, "tree": 12, "shuffled": 40}
BUILD_BUDGET = 1.15
PAUSE_BUDGET = 5


def run(interpreter, *arguments):
    import subprocess  # not needed by what is measured

    done = subprocess.run([interpreter, os.path.abspath(__file__), *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s %s: %s" % (interpreter, arguments, done.stderr.strip().split("\n")[-1]))
    return float(done.stdout)


def part(interpreter, name):
    return run(interpreter, "--part", name)


def ratio(interpreter, name):
    return run(interpreter, "--build", name, "on") / run(interpreter, "--build", name, "off")


def row(title, interpreters, measure, name, budget):
    results = [[] for _ in interpreters]
    for _ in range(3):
        for i, interpreter in enumerate(interpreters):
            results[i].append(measure(interpreter, name))
    medians = [sorted(r)[1] for r in results]
    cells = ["%10.2f" % m for m in medians] + [" " * 10] * (2 - len(medians))
    over = budget is not None and medians[0] > budget
    print("%-34s %s %10s%s" % (title, " ".join(cells), budget or "", "  OVER" if over else ""), flush=True)
    return over


def longest(interpreter, millions):
    return run(interpreter, "--pause", millions)


def main(ours, peer="/usr/bin/python3.11"):
    interpreters = [ours] + [peer] * os.path.exists(peer)
    over = 0
    print("%-34s %10s %10s %10s" % ("the collector", "ours", "CPython", "at most"))
    for name in ("in order", "tree", "shuffled"):
        over += row("full collection, %s: ns/object" % name, interpreters, part, name, BUDGETS[name])
    for name in BUILDS:
        over += row("building %s: on over off" % name, interpreters, ratio, name, BUILD_BUDGET)
    over += row("longest pause, 5 million live: ms", interpreters, longest, "5", PAUSE_BUDGET)
    return over


if sys.argv[1:2] == ["--part"]:
    print(PARTS[sys.argv[2]]())
elif sys.argv[1:2] == ["--pause"]:
    print(pause(int(sys.argv[2]) * 1000000))
elif sys.argv[1:2] == ["--build"]:
    print(build(BUILDS[sys.argv[2]], sys.argv[3] == "on"))
else:
    sys.exit(1 if main(*sys.argv[1:]) else 0)
