"""The real objgraph, memory_profiler and pympler, as Debian packages them, run unmodified.

They are looked for in OURO_TEST_PACKAGES (directories as in sys.path), else where Debian installs them; one that is not there
is skipped, with the reason on standard error.  memory_profiler needs psutil, which is in C: of it the few calls that it makes
are made here from /proc, as somebody would who wants to run it here.
"""
import gc
import io
import os
import re
import sys

PLACES = [p for p in os.environ.get("OURO_TEST_PACKAGES", "/usr/lib/python3/dist-packages").split(":") if p]


def real(name):
    """Is the real package there?  Makes it the one that is imported."""
    for place in PLACES:
        if os.path.exists(os.path.join(place, name + ".py")) or os.path.isdir(os.path.join(place, name)):
            sys.path.append(place)
            return True
    sys.stderr.write("skipped: %s is in none of %s\n" % (name, ", ".join(PLACES)))
    return False


class Node:
    def __init__(self, *inner):
        self.inner = list(inner)


def use_objgraph():
    import objgraph
    assert objgraph.__file__.endswith("objgraph.py") and "frozen" not in objgraph.__file__, objgraph.__file__
    nodes = [Node() for _ in range(7)]
    assert objgraph.count("Node") == 7 and len(objgraph.by_type("Node")) == 7
    assert objgraph.typestats([1, 2, "x", nodes[0]]) == {"int": 2, "str": 1, "Node": 1}
    assert objgraph.at(id(nodes[3])) is nodes[3]
    peak = {}
    objgraph.growth(limit=None, peak_stats=peak)
    more = [Node() for _ in range(5)]
    assert [row for row in objgraph.growth(limit=None, peak_stats=peak) if row[0] == "Node"] == [("Node", 12, 5)]
    inner = Node()
    outer = Node(Node(inner))
    chain = objgraph.find_ref_chain(outer, lambda x: x is inner)
    assert chain[0] is outer and chain[-1] is inner, chain
    globals()["holder"] = outer
    chain = objgraph.find_backref_chain(inner, objgraph.is_proper_module)
    assert chain[0] is sys.modules["__main__"] and chain[-1] is inner, chain
    for show in (objgraph.show_refs, objgraph.show_backrefs):
        out = io.StringIO()
        show([inner], max_depth=2, output=out)
        assert out.getvalue().startswith("digraph ObjectGraph {") and out.getvalue().count("->") >= 1
    out = io.StringIO()
    objgraph.show_most_common_types(limit=3, file=out)
    assert len(out.getvalue().split("\n")) == 4
    objgraph.get_new_ids(file=io.StringIO())
    extra = [Node()]
    assert {id(n) for n in extra} <= objgraph.get_new_ids(file=io.StringIO())["Node"]
    gc.collect()
    assert not any(isinstance(o, Node) for o in objgraph.get_leaking_objects())
    del more


PSUTIL = '''
import collections, os
memory = collections.namedtuple("memory", "rss vms uss pss")
class Error(Exception): pass
class AccessDenied(Error): pass
class NoSuchProcess(Error): pass
class ZombieProcess(NoSuchProcess): pass
class Process:
    def __init__(self, pid=None):
        self.pid = os.getpid() if pid is None else pid
    def memory_info(self):
        try:
            with open("/proc/%d/statm" % self.pid) as f:
                pages = f.read().split()
        except OSError:
            raise NoSuchProcess(self.pid) from None
        return memory(int(pages[1]) * 4096, int(pages[0]) * 4096, 0, 0)
    memory_full_info = memory_info
    def children(self, recursive=False):
        return []
'''


def use_memory_profiler():
    with open("psutil.py", "w") as f:
        f.write(PSUTIL)
    sys.path.insert(0, os.getcwd())
    import memory_profiler
    assert "frozen" not in memory_profiler.__file__, memory_profiler.__file__
    out = io.StringIO()

    @memory_profiler.profile(stream=out, precision=2)
    def grow():
        kept = [bytes(1 << 20) for _ in range(20)]
        return len(kept)
    assert grow() == 20
    table = out.getvalue()
    assert "Line #    Mem usage    Increment  Occurrences   Line Contents" in table, table
    row = re.search(r"([\d.]+) MiB +([-\d.]+) MiB +(\d+) +kept = ", table)
    assert row and float(row.group(2)) > 10, table
    usage = memory_profiler.memory_usage(-1, interval=0.01, timeout=0.05)
    assert len(usage) >= 2 and all(mib > 1 for mib in usage), usage


def use_pympler():
    import contextlib
    from pympler import asizeof, muppy, refgraph, summary, tracker
    assert "frozen" not in asizeof.__file__, asizeof.__file__
    node = Node(["text", 5], {"key": ("value",)})
    tree = asizeof.asized(node, detail=2)
    assert tree.size == asizeof.asizeof(node) > tree.flat > 0, tree
    assert asizeof.asizeof(node, node) == tree.size and asizeof.asizeof([node]) > tree.size
    with contextlib.redirect_stdout(io.StringIO()) as out:
        asizeof.asizeof(node, stats=4)
    assert "1 object given" in out.getvalue() and "deepest recursion" in out.getvalue(), out.getvalue()
    nodes = [Node() for _ in range(9)]
    assert len(muppy.filter(nodes + [1, "x"], Type=Node)) == 9
    rows = summary.summarize(nodes)
    assert [row[1] for row in rows if row[0].endswith("Node")] == [9], rows
    assert list(summary.format_(rows))[0].split() == ["types", "|", "#", "objects", "|", "total", "size"]
    watch = tracker.SummaryTracker()
    watch.diff()
    nodes += [Node() for _ in range(4)]
    assert [row[1] for row in watch.diff() if row[0].endswith("Node")] == [4]
    loop = [[]]
    loop[0].append(loop)
    assert refgraph.ReferenceGraph([loop, loop[0], nodes[0]]).reduce_to_cycles().num_in_cycles == 2


for name, use in (("objgraph", use_objgraph), ("memory_profiler", use_memory_profiler), ("pympler", use_pympler)):
    if real(name):
        use()
    print(name)
