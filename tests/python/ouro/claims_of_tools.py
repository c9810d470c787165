"""What texts about Python's memory say of the tools, each used the way they show it."""
import gc
import io
import sys
import tracemalloc


class Leak:
    pass


# ---- tracemalloc ----

tracemalloc.start(5)
before = tracemalloc.take_snapshot()
kept = [bytes(1000) for _ in range(100)]
after = tracemalloc.take_snapshot()
top = after.compare_to(before, "lineno")[0]
with open(__file__) as f:
    print("the line:", f.read().split("\n")[top.traceback[0].lineno - 1])
print("its growth:", top.size_diff >= 100_000, top.count_diff >= 100)
print("groups:", [len(after.statistics(key)) > 0 for key in ("lineno", "filename", "traceback")])
current, peak = tracemalloc.get_traced_memory()
print("current, peak:", 100_000 <= current <= peak)
start = tracemalloc.get_traced_memory()[0]
interned = [sys.intern("x" * 1000 + str(i)) for i in range(1000)]
held = tracemalloc.get_traced_memory()[0]
del interned
freed = tracemalloc.get_traced_memory()[0]
print("interned strings are mortal:", held - start > 1_000_000, freed - start < 400_000)
tracemalloc.stop()
print("after stop():", tracemalloc.get_traced_memory())

# ---- objgraph ----

import objgraph

leaks = [Leak() for _ in range(50)]
objgraph.growth()
leaks += [Leak() for _ in range(30)]
growth = {name: (count, delta) for name, count, delta in objgraph.growth(limit=None)}
print("growth:", growth["Leak"])
out = io.StringIO()
objgraph.show_most_common_types(limit=3, file=out)
print("most common types:", len(out.getvalue().splitlines()))
out = io.StringIO()
objgraph.show_backrefs([leaks[0]], output=out)
print("a picture of what holds it:", out.getvalue().startswith("digraph"), "Leak" in out.getvalue())
chain = objgraph.find_backref_chain(leaks[0], objgraph.is_proper_module)
print("chain:", type(chain[0]).__name__, chain[-2] is leaks, chain[-1] is leaks[0])

# ---- memory_profiler, Pympler, Heapy ----

import memory_profiler

out = io.StringIO()


@memory_profiler.profile(stream=out)
def profiled():
    big = [0] * 100_000
    del big


profiled()
print("line by line:", "Line #" in out.getvalue(), "big = [0] * 100_000" in out.getvalue())
print("usage:", memory_profiler.memory_usage(-1, interval=.01, timeout=.02)[0] > 0)

from pympler import asizeof, muppy, summary, tracker

inner = [2] * 10
print("asizeof:", asizeof.asizeof([1, inner]) == sys.getsizeof([1, inner]) + sys.getsizeof(inner))
print("muppy:", sum(type(o) is Leak for o in muppy.get_objects()))
print("summary:", [row[1] for row in summary.summarize(leaks) if row[0].endswith("Leak")])
diffs = tracker.SummaryTracker()
leaks += [Leak() for _ in range(10)]
print("tracker:", [row[1] for row in diffs.diff() if row[0].endswith("Leak")])

from guppy import hpy

heap = hpy().heap()
print("Heapy:", heap.count > 100, (heap & Leak).count)

# ---- gc ----

print("gc:", sum(type(o) is Leak for o in gc.get_objects()), leaks in gc.get_referrers(leaks[0]),
      leaks[0] in gc.get_referents(leaks))
