"""guppy: partitions, sets, kinds, graph questions, statistics; the tool itself is not in the heap it shows."""
import contextlib
import gc
import io
import os
import re
import sys

from guppy import hpy

h = hpy()


class Node:
    __slots__ = ("inner",)

    def __init__(self, inner=None):
        self.inner = inner


class Open:
    def __init__(self):
        self.name = "an instance with attributes"


SIZE = sys.getsizeof(Node())
kept = [Node([i]) for i in range(100)]
nodes = h.heap() & Node

# the table
print(re.sub(" *%d" % (100 * SIZE), lambda m: " " * (len(m.group()) - 4) + "SIZE", str(nodes)))
print(nodes.count, nodes.size == 100 * SIZE, len(nodes), bool(nodes), nodes[0].count)
print(str(h.heap()).split("\n")[1], len(str(h.heap()).split("\n")))
first, second = str(h.heap()).split("\n")[-1], str(h.heap().more).split("\n")
print(first.startswith("<") and first.endswith(" more rows. Type e.g. '_.more' to view.>"), second[1].split()[0])
print(str(h.Nothing).split("\n"))

# other sides
print([(row.count, str(row).split("\n")[2][45:].strip()) for row in nodes.byrcs])
print([(row.count, str(row).split("\n")[2][45:].strip()) for row in nodes[0].bysize] == [(100, str(SIZE))])
print(sorted(str(row).split("\n")[2][45:].strip() for row in nodes.byvia)[:3], len(nodes.byvia))
print(h.iso(*[n.inner for n in kept]).byvia[0].count, (h.heap() & list & h.Via(".inner")).count)
print(str(nodes.byunity).split("\n")[1][45:], nodes.bytype.count, nodes.byclass.er.header, nodes.byclodo == nodes)
print([m.count for m in h.iso(sys, os, kept).bymodule], str(h.iso(sys).bymodule).split()[-1])
long, short = "x" * 100, "abc"
print(str(h.iso(long, short).byid).split("\n")[2][38:], "|", str(h.iso(long, short).byid).split("\n")[3][38:])
print(str(h.iso(long, short).byid).split("\n")[0].startswith("Set of 2 <str> objects. Total size = "))
marked = Open()
marked.__dict__["more"] = {}
print((h.heap() & h.Clodo(dictof=Open)).nodes == [marked.__dict__], str(h.iso(marked.__dict__)).split("\n")[2][45:])
print(str(h.iso(vars(sys))).split("\n")[2][45:], "|", str(h.iso({})).split("\n")[2][45:])

# algebra
a, b = h.iso(*kept[:60]), h.iso(*kept[40:])
print((a & b).count, (a | b).count, (a - b).count, (a ^ b).count, a <= (a | b), a < a, a == h.idset(kept[:60]), a.isdisjoint(b))
print(kept[3] in a, kept[80] in a, h.test_contains(a | b, a), h.iso(kept[5]).theone is kept[5], h.iso(1, None).count)
for wrong in (lambda: a.theone, lambda: a | Node, lambda: a & 5, lambda: a.by("Colour"), lambda: a[7], lambda: h.Type(1, 2)):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, e)
mixed = h.iso(kept[0], kept[0].inner, marked)
print((mixed & Node).count, (mixed - Node).count, (mixed & (h.Type(Node) | h.Type(list))).count, (mixed & ~h.Type(list)).count,
      (mixed & h.Size(SIZE)).count >= 1, (mixed & h.Id(id(marked))).theone is marked, (mixed & mixed.kind) == mixed)
print((h.heap() & h.Rcs(Node)).count, [part.kind for part in (mixed & list).parts])

# the graph
only = h.iso(kept[7])
print(only.referents.theone is kept[7].inner if only.referents.count == 1 else [type(o).__name__ for o in only.referents.nodes])
print(only.referrers.theone is kept, only.imdom.theone is kept)
print((only.dominos & list).theone is kept[7].inner, only.domisize == SIZE + sys.getsizeof(kept[7].inner))
paths = only.sp
print([str(path) for path in str(paths).split("\n") if "__main__" in path], paths.numpaths >= 1)
pattern = str(only.rp).split("\n")
print(pattern[0], [line.partition(":")[2].rpartition(":")[0] for line in pattern[1:3]])
print([line[:19] for line in pattern[1:4]])
print(h.iso(marked.__dict__).owners.theone is marked)

# the tool is not in the heap
gc.collect()
first = h.heap()
second, third = h.heap().byrcs, h.heap()
str(second), str(third.byvia), third.stat
before = h.heap().count
sets = [h.heap(), h.heap().bysize, h.heap().sp.numpaths]
print(h.heap().count - before <= 2, not any(type(o).__module__.startswith("guppy") for o in h.heap().nodes))

# since a moment
h.setrelheap()
more = [Node() for _ in range(5)]
print((h.heap() & Node).count, h.heap().count < 100)
loop = [Node()]
loop[0].inner = loop
loop.append(h)
gc.disable()
del loop
garbage = h.heapu(rma=0)
print(str(garbage).split(".")[0], [row for row in str(garbage).split("\n") if "Node" in row][0].split()[1])
gc.enable()

# numbers that stay
stat = nodes.stat
stat.dump("heap.stat")
(nodes | h.iso("one more")).dump("heap.stat")
loaded = h.load("heap.stat")
print(len(loaded.samples), loaded.count, str(loaded.samples[0]) == str(nodes), loaded.samples[0].timemade == stat.timemade)
print([(count, name) for count, _, name in (loaded - loaded.samples[0]).rows], loaded[0].count)
for text in ("", ".head: x\n", "nonsense\n", ".row: 1 2\n"):
    with open("bad.stat", "w") as f:
        f.write(text)
    try:
        h.load("bad.stat")
    except ValueError as e:
        print(e)
h.pb()
growth = nodes.stat
growth.dump("grown.stat", "w")
(nodes | h.iso("one more", "and one")).dump("grown.stat")
out = io.StringIO()
with contextlib.redirect_stdout(out):
    h.pb("grown.stat")
shown = out.getvalue().split("\n")
print([line.split()[0] for line in shown[:3]], shown[1].split()[3] == str(nodes.count), shown[3:5][1].split(", ")[0])
print([(count, name) for count, _, name in (nodes | h.iso("one more")).diff(nodes).rows],
      [(count, name) for count, _, name in nodes.diff(growth).rows])
