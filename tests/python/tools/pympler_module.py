"""pympler: sizes, tables, trackers, graphs and garbage.  Numbers that differ with the build are compared, not printed."""
import gc
import io
import re
import sys

from pympler import asizeof, classtracker, garbagegraph, muppy, process, refbrowser, refgraph, summary, tracker
from pympler.classtracker_stats import ConsoleStats, HtmlStats, Stats
from pympler.util.stringutils import pp, pp_timestamp, trunc


class Row:
    def __init__(self, n=0):
        self.cells = ["cell %d" % n, 5]
        self.more = {"key": ("value", n)}


def size(*objects):
    return sum(map(sys.getsizeof, objects))


# sizes
row = Row()
parts = [row, row.cells, row.cells[0], row.more, "key", row.more["key"], "value"]
print(asizeof.asizeof(row) == size(*parts), asizeof.flatsize(row) == size(row))
print(asizeof.asizeof(row, row) == size(*parts), asizeof.asizesof(row, row.cells, "another") == (size(*parts), 0, size("another")))
print(asizeof.asizeof([row, Row, asizeof, len, None]) == size(*parts) + size([1, 2, 3, 4, 5]), asizeof.asizeof([]) == size([]))
print(asizeof.asizeof(Row, code=True) > size(Row) == asizeof.asizeof(Row))
print(re.sub(r"=\d+|0x\w+", "N", asizeof.asized([1, 2, (3, 4), "text"], detail=1).format()))
tree = asizeof.asized(row, detail=2)
print([(r.name, r.size == asizeof.asizeof(r.name == "cells" and row.cells or row.more)) for r in tree.refs], tree.size == size(*parts))
print(sorted(r.name for r in tree.get("more").refs), tree.get("nothing"), tree.flat == size(row))
print([r.name for r in asizeof.named_refs(row)], [r is row.cells or r is row.more for r in asizeof.refs(row)])
sizer = asizeof.Asizer()
sizer.exclude_refs(row.cells)
sizer.exclude_types(dict)
print(sizer.asizeof(row) == size(row), sizer.total == size(row), sizer.duplicate, sizer.asizeof(row), sizer.duplicate, sizer.seen)
chain = None
for _ in range(300):
    chain = [chain]
print(asizeof.asizeof(chain) == 101 * size([1]), asizeof.asizeof(chain, limit=1000) == 300 * size([1]))
deep = None
for _ in range(50000):
    deep = (deep,)
print(asizeof.asizeof(deep, limit=10 ** 6) == 50000 * size((1,)), asizeof.isclass(Row), asizeof.leng("abc"), asizeof.leng(5))
out = io.StringIO()
asizeof.Asizer(stream=out).asizeof(row, stats=4)
print(re.sub(r"\d+", "N", re.sub(r"0x\w+", "N", out.getvalue())))
out = io.StringIO()
asizeof.Asizer(stream=out).asizesof([row] * 200, "short", stats=3)
asizeof.Asizer(stream=out).asized(row, ["short"], detail=1, stats=1)
print(re.sub(r"\d+", "N", re.sub(r" [\d.]+ [KM]iB", " N", re.sub(r"0x\w+", "N", out.getvalue()))))
print(re.sub(r"=\d+", "N", tree.format("%(name)s=%(size)d", depth=0)).split(" at ")[0], tree.format("%(name)s", depth=1, order_by="name").split("\n")[1:])
sizer = asizeof.Asizer(clip=50, above=10, limit=20)
sizer.exclude_objs(row.more)
sizer.exclude_types(tuple)
print(sizer.asizeof(row) == size(row, row.cells, "cell 0"), sizer.excluded == (tuple, row.more), sizer.ranked)
print(sizer.above, sizer.clip, sizer.limit, sizer.derive, sizer.frames, sizer.ignored, sizer.infer, sizer.stats)
sizer.set(above=5, stats=0)
sizer.reset(limit=7)
print(sizer.above, sizer.limit, sizer.total, sizer.ranked)
del sizer  # (what it leaves out it holds)
for wrong in (lambda: asizeof.asizeof(1, colour=3), lambda: asizeof.asizeof(1, align=3)):
    try:
        wrong()
    except (KeyError, ValueError) as e:
        print(type(e).__name__, e)

# the object measured is not changed by it
bare = Row()
before = sys.getsizeof(bare)
asizeof.asized(bare, detail=3), asizeof.asizeof(bare), asizeof.named_refs(bare)
print(sys.getsizeof(bare) == before)

# lists of objects
rows = [Row(i) for i in range(7)]
found = muppy.get_objects()
print(sum(isinstance(o, Row) for o in found), len(muppy.filter(found, Type=Row)), len({id(o) for o in found}) == len(found))
print(any(o is row.cells[0] for o in found), any(isinstance(o, type(sys._getframe())) for o in found))
print(muppy.get_size(rows) == 7 * size(row), [len(v) for v in muppy.get_diff(rows[:5], rows[2:]).values()])
print(muppy.sort(["x" * 100, "", "x" * 10]) == ["", "x" * 10, "x" * 100], muppy.filter(["x" * 100, ""], max=100) == [""])
print(len(muppy.get_referents(rows, 1)), len(muppy.get_referents(row, 2)) > 2, muppy.get_usage(lambda: None))
kept = []
print([(name, count) for name, count, _ in muppy.get_usage(lambda: kept.append(Row(99)))])
del found

# tables
table = [["dict", 546, 976180], ["str", 8270, 631252], ["function (f)", 1, 136], ["none", 0, 1024]]
summary.print_(table)
summary.print_(table, limit=2, sort="#", order="ascending")
print(sorted(row[:2] for row in summary.summarize([1, 2, "a", rows[0], Row, sys, len, summary.summarize])))
print(summary.get_diff([["a", 1, 10], ["b", 2, 20]], [["b", 3, 24], ["c", 1, 8]]), summary.subtract([["Row", 2, 99]], 5)[1][:2])
for wrong in (lambda: list(summary.format_(table, sort="colour")), lambda: list(summary.format_(table, order="x"))):
    try:
        wrong()
    except ValueError as e:
        print(e)
print([pp(n) for n in (0, 1024, 1025, 3 << 20, 5 << 30, -2000)], pp_timestamp(3725.5), trunc("long text here", 8), trunc("long text", 8, left=1))

# trackers
watch = tracker.SummaryTracker()
watch.diff()
rows += [Row(i) for i in range(100, 110)]
print([(name, count) for name, count, _ in watch.diff() if name in ("__main__.Row", "list", "dict", "tuple", "cell")])
# (code has its caches from its first call on: the tracker's own has just had some)
print([line for line in watch.format_diff() if not line.lstrip().startswith("code ")][1:])
watch.store_summary("now")
del rows[-4:]
print([(name, count) for name, count, _ in watch.diff(watch.summaries["now"]) if name == "__main__.Row"])
try:
    watch.diff(None, watch.summaries["now"])
except ValueError as e:
    print(e)
objects = tracker.ObjectTracker()
objects.get_diff()
rows += [Row(200)]
del rows[0]
diff = objects.get_diff()
print(sorted(type(o).__name__ for o in diff["+"] if type(o) in (Row, list)), [type(o).__name__ for o in diff["-"] if type(o) is Row])
diff = None
objects.get_diff()
left = list(objects.format_diff())
print(left[0], left[3], [line for line in left if "Row" in line])

# referrers
holder = {"it": row.more}
out = io.StringIO()
refbrowser.StreamBrowser(row.more, maxdepth=1, stream=out).print_tree()
print(sorted(re.findall(r"[\w.]+", out.getvalue())))  # in the order of the heap
refbrowser.FileBrowser(row.more, maxdepth=1, str_func=lambda o: type(o).__name__.upper()).print_tree("tree.txt")
with open("tree.txt") as f:
    print(f.readline().startswith("DICT-+-"), len(f.readlines()))
print(len(refbrowser.RefBrowser(row.more, maxdepth=2, repeat=False).get_tree().children))

# graphs
loop = ["start"]
loop.append({"back": loop})
graph = refgraph.ReferenceGraph([loop, loop[1], row, row.cells, rows])
print(sorted(e.label for e in graph.edges if e.label), [len(c) for c in graph.find_cycles()], graph.count)
print(graph.reduce_to_cycles().count, len(graph.reduce_to_cycles().objects), graph.num_in_cycles)
print([g.count for g in graph.split_and_sort()], refgraph.ReferenceGraph([row]).reduce_to_cycles())
print(re.sub(r"X\w+|\d+ bytes|0x\w+", "N", graph.write_graph("graph.dot")).count("N -> N"), graph.total_size == size(loop, loop[1], row, row.cells, rows))
print(refgraph.ReferenceGraph([]).render("x.ps"))
try:
    graph.render("x.ps", cmd="no-such-program")
except OSError as e:
    print(e)

# garbage
garbagegraph.start_debug_garbage()
loop = graph = diff = None
garbage = garbagegraph.GarbageGraph()
out = io.StringIO()
garbage.print_stats(out)
print({"list", "dict"} <= {line.split()[2] for line in out.getvalue().split("\n")[1:] if line.startswith("0x")}, garbage.count >= 2)
print(garbage.reduce_to_cycles() is not None, out.getvalue().split("\n")[-2].startswith("Garbage: "))
del garbage
garbagegraph.end_debug_garbage()
print(gc.garbage, gc.get_debug())

# classes
out = io.StringIO()
watch = classtracker.ClassTracker(stream=out)
init = Row.__init__
watch.track_class(Row, trace=True)
watch.create_snapshot("before")
made = [Row(i) for i in range(4)]
watch.track_object(set_ := frozenset([1.25]), name="a set")
watch.create_snapshot("with four")
del made[:3]
watch.create_snapshot("one is left", compute_total=True)
watch.stats.print_summary()
print(re.sub(r" +\d+     B| +[\d.]+ KB| +[\d.]+ MB", "      N", re.sub(r" +\d+%", "  N%", out.getvalue())))
print([s.total >= s.tracked_total for s in watch.snapshots], watch.snapshots[1].tracked_total == asizeof.Asizer().asizeof(made[0]) * 0 + sum(
    t.get_size_at_time(watch.snapshots[1].timestamp) for ts in watch.index.values() for t in ts))
stats = watch.stats
stats.dump_stats("stats.dump")
loaded = ConsoleStats(filename="stats.dump", stream=io.StringIO())
loaded.print_summary()
print(loaded.stream.getvalue() == out.getvalue(), loaded.tracked_classes)
loaded.sort_stats("classname", "birth").reverse_order().print_stats(clsname="Row", limit=2)
print("( free )" in loaded.stream.getvalue(), loaded.stream.getvalue().count("finalize"), "pympler_module.py:" in loaded.stream.getvalue())
HtmlStats(tracker=watch).create_html("stats.html")
with open("stats.html") as f:
    print("__main__.Row" in f.read())
try:
    Stats().sort_stats("colour")
except ValueError as e:
    print(e)
watch.detach_all()
print(Row.__init__ is init, watch.index)
info = process.ProcessMemoryInfo()
print(info.rss > 0, info.vsz >= info.rss, info.pid > 0, isinstance(info - info, list), process.is_available())

# charts; what is not there says so
from pympler import charts, web
watch = classtracker.ClassTracker()
watch.track_class(Row, name="a <row>")
charted = [Row(1)]
watch.create_snapshot("one")
charts.tracker_timespace("one.svg", watch.stats)
charted += [Row(2), Row(3)]
watch.create_snapshot("th&ree")
charts.tracker_timespace("two.svg", watch.stats)
one, two = open("one.svg").read(), open("two.svg").read()
print([text.count("<polygon") for text in (one, two)], [text.count("stroke-dasharray") for text in (one, two)], "a &lt;row&gt;" in two, "th&amp;ree" in two)
heights = [float(point.split(",")[1]) for point in re.search('points="([^"]*)"', two).group(1).split()]
print(len(heights), heights[1] < heights[0] < heights[2] == heights[3])
HtmlStats(tracker=watch).create_html("chart.html")
print("<svg" in open("chart.html").read())
for wrong in (lambda: charts.tracker_timespace("x.png", watch.stats), lambda: charts.tracker_timespace("x.svg", Stats()), web.start_profiler,
              web.start_in_background, lambda: refbrowser.InteractiveBrowser(charted)):
    try:
        wrong()
    except (ValueError, NotImplementedError) as e:
        print(type(e).__name__, str(e)[:60])
watch.close()
