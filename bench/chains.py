#!/usr/bin/env python3
"""chains.py OURO [PEER]: who holds this object, at a million objects: ours beside CPython's in one run.

    get_referrers            one step back: gc.get_referrers(leaf)
    find_backref_chain       objgraph's search from an object to a module; the same text runs in both
    typestats                objgraph's count of what is tracked, by type; the same text, which asks our collector
    ouro.census              how many objects of each type, and their bytes: only ours has it
    ouro.why                 all holders, the shortest way and what would be freed with it: only ours has it
    ouro.snapshot, diff      the graph of a million objects, and two of them compared
    guppy heap()             the heap as a set, with its table; guppy3 is in C and not the peer's own

Processor time in milliseconds, the best of three.
"""
import importlib.util
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
OBJECTS = 500_000  # of each: an instance, and the list that it has


class Node:
    __slots__ = ("inner", "next")


def build():
    nodes = []
    for i in range(OBJECTS):
        node = Node()
        node.inner = [i]
        nodes.append(node)
    for a, b in zip(nodes, nodes[1:]):
        a.next = b
    return nodes


def best(function):
    times = []
    for _ in range(3):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times) * 1e3


class Heapy:
    """What a peer has in place of our module of that name."""
    @staticmethod
    def tracked():
        import gc
        counts = {}
        for o in gc.get_objects():
            kind = type(o)
            counts[kind] = counts.get(kind, 0) + 1
        return counts.items()


def objgraph():
    path = os.path.join(HERE, "..", "src", "modules", "objgraph.py")
    if "_heapy" not in sys.builtin_module_names:
        sys.modules["_heapy"] = Heapy  # the peer has none
    spec = importlib.util.spec_from_file_location("objgraph", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KEPT = []
LIMITS = {"ouro.census": 2, "guppy_heap": 2000}  # milliseconds


def run():
    import gc
    KEPT.append(build())
    gc.collect()
    gc.disable()
    leaf = KEPT[0][OBJECTS // 2].inner
    graph = objgraph()
    print("get_referrers", best(lambda: gc.get_referrers(leaf)))

    def chain():
        found = graph.find_backref_chain(leaf, graph.is_proper_module)
        assert len(found) > 2 and found[-1] is leaf
    print("find_backref_chain", best(chain))
    print("typestats", best(lambda: graph.typestats()))
    if sys.implementation.name != "ouro" and "ouro" not in sys.version:
        return
    import ouro
    from guppy import hpy
    h = hpy()
    print("ouro.census", best(lambda: ouro.census(False)))
    print("ouro.why", best(lambda: ouro.why(leaf)))
    print("ouro.snapshot", best(ouro.snapshot))
    old = ouro.snapshot()
    more = [[i] for i in range(1000)]
    new = ouro.snapshot()
    print("ouro.diff", best(lambda: ouro.diff(old, new)))
    print("guppy_heap", best(lambda: str(h.heap())))
    print("guppy_domisize", best(lambda: h.iso(KEPT[0]).domisize))
    del more


def main(ours, peer="/usr/bin/python3.11"):
    columns = []
    for interpreter in (ours, peer):
        done = subprocess.run([interpreter, os.path.abspath(__file__), "--run"], capture_output=True, text=True)
        if done.returncode:
            sys.exit("%s: %s" % (interpreter, (done.stderr.strip() or "failed").split("\n")[-1]))
        columns.append({name: float(value) for name, value in map(str.split, done.stdout.split("\n")[:-1])})
    print("%-34s %10s %10s" % ("milliseconds at a million objects", "ours", "CPython"))
    for name, value in columns[0].items():
        peers = columns[1].get(name)
        print("%-34s %10.2f %10s" % (name, value, "-" if peers is None else "%.2f" % peers))
    slower = [name for name, value in columns[1].items() if columns[0][name] > value]
    over = slower + [name for name, limit in LIMITS.items() if columns[0][name] > limit]
    print("OVER: %s" % ", ".join(over) if over else "within budget")
    return 1 if over else 0


if sys.argv[1:] == ["--run"]:
    run()
elif __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
