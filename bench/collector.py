#!/usr/bin/env python3
"""collector.py: what the collector of cycles costs Python programs, ours beside CPython's in one run.

    build/ouro bench/collector.py --part NAME     one measurement: prints its figure
    build/ouro bench/collector.py --build NAME on|off
    python3 bench/collector.py OURO [PEER]        all of them, the two interpreters in turn, medians

`full` parts: nanoseconds of processor time of gc.collect() for each live object (best of five): a list of a million
nodes in the order of their birth, a tree, and nodes that refer to two others at random.
`build` parts: seconds to build a million nodes with automatic collection on, over the same with it off.
`pause`: the longest of the automatic collections while cyclic garbage is made beside a million live objects, in ms.
"""
import gc
import os
import sys
import time

COUNT = 1000000


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


def pause():
    kept = tree()
    gc.collect()
    longest = begin = 0

    def watch(phase, info):
        nonlocal longest, begin
        if phase == "start":
            begin = time.process_time()
        else:
            longest = max(longest, time.process_time() - begin)

    gc.callbacks.append(watch)
    for _ in range(COUNT):
        a = [None]
        a[0] = a
    gc.callbacks.remove(watch)
    return longest * 1e3


PARTS = {"in order": lambda: full(in_order), "tree": lambda: full(tree), "shuffled": lambda: full(shuffled), "pause": pause}
BUILDS = {"tree": tree, "closures": closures, "lists": lists}
BUDGETS = {"in order": 10, "tree": 12, "shuffled": 40}
BUILD_BUDGET = 1.15


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


def main(ours, peer="/usr/bin/python3.11"):
    interpreters = [ours] + [peer] * os.path.exists(peer)
    print("%-34s %10s %10s %10s" % ("the collector", "ours", "CPython", "at most"))
    for name in ("in order", "tree", "shuffled"):
        row("full collection, %s: ns/object" % name, interpreters, part, name, BUDGETS[name])
    for name in BUILDS:
        row("building %s: on over off" % name, interpreters, ratio, name, BUILD_BUDGET)
    row("longest pause, 1 million live: ms", interpreters, part, "pause", None)


if sys.argv[1:2] == ["--part"]:
    print(PARTS[sys.argv[2]]())
elif sys.argv[1:2] == ["--build"]:
    print(build(BUILDS[sys.argv[2]], sys.argv[3] == "on"))
else:
    main(*sys.argv[1:])
