# The classes of tracemalloc, on traces made by hand: grouping, differences, filters, texts.
import tracemalloc
from tracemalloc import DomainFilter, Filter, Frame, Snapshot, Statistic, StatisticDiff, Trace, Traceback

old = Snapshot([
    (0, 10, (("a.py", 2), ("b.py", 4)), 3),
    (0, 10, (("a.py", 2), ("b.py", 4)), 3),
    (1, 2, (("a.py", 5), ("b.py", 4)), 3),
    (2, 66, (("b.py", 1),), 1),
    (3, 7, (("<unknown>", 0),), 1),
], 2)
new = Snapshot([
    (0, 10, (("a.py", 2), ("b.py", 4)), 3),
    (0, 10, (("a.py", 2), ("b.py", 4)), 3),
    (2, 2, (("a.py", 5), ("b.py", 4)), 3),
    (2, 5000, (("a.py", 5), ("b.py", 4)), 3),
    (4, 400000, (("c.py", 578),), 1),
], 2)
for key in "filename", "lineno", "traceback":
    print(key)
    for stat in new.statistics(key):
        print("  ", stat, "|", repr(stat))
    for diff in new.compare_to(old, key):
        print("  ", diff, "|", repr(diff))
for key in "filename", "lineno":
    print("cumulative", key, [str(s) for s in new.statistics(key, cumulative=True)])
    print([str(s) for s in new.compare_to(old, key, True)])

print("-- traces")
print(old.traces, len(old.traces), old.traces[0], repr(old.traces[-1]))
print(old.traces[1:3], Trace((1, 2, (("a.py", 5), ("b.py", 4)), 3)) in old.traces)
print(old.traces == old.filter_traces([]).traces, old.traces == new.traces, old.traces == 3)
print([t.size for t in old.traces], [t.domain for t in reversed(old.traces)])
print(sum(t.size * t.traceback.total_nframe for t in new.traces))

print("-- filters")
def sizes(*filters):
    return [trace[1] for trace in old.filter_traces(filters).traces._traces]
print(sizes(Filter(True, "b.py")), sizes(Filter(True, "b.py", all_frames=True)), sizes(Filter(False, "b.py")))
print(sizes(Filter(False, "b.py", all_frames=True)), sizes(Filter(True, "?.py", 5)), sizes(Filter(True, "*")))
print(sizes(Filter(True, "[a-c]*.p[!z]")), sizes(Filter(True, "[!a]*")), sizes(Filter(True, "[")))
print(sizes(DomainFilter(True, 0)), sizes(DomainFilter(False, 0)), sizes(DomainFilter(True, 1), DomainFilter(True, 3)))
print(sizes(Filter(True, "a.py", domain=1)), sizes(Filter(False, "a.py", domain=0)), sizes(Filter(False, "a.py", domain=7)))
print(sizes(Filter(True, "a.pyc")), Filter(True, "a.pyc").filename_pattern, Filter(True, "x").inclusive)
print(sizes(Filter(True, "a.py"), Filter(True, "b.py"), Filter(False, "*", 5)))

print("-- frames")
frame = Frame(("a.py", 7))
print(frame, repr(frame), frame.filename, frame.lineno, frame == Frame(("a.py", 7)), frame == ("a.py", 7))
print(frame < Frame(("a.py", 8)), frame >= Frame(("a.py", 8)), frame <= Frame(("b", 0)), frame > Frame(("b", 0)))
print(hash(frame) == hash(Frame(("a.py", 7))), len({frame, Frame(("a.py", 7))}))
traceback = Traceback((("in.py", 3), ("mid.py", 2), ("out.py", 1)), 9)
print(traceback, repr(traceback), len(traceback), traceback.total_nframe, traceback[0], traceback[1:], list(traceback))
print(frame in traceback, Frame(("mid.py", 2)) in traceback, traceback == Traceback((("in.py", 3),)))
print(traceback < Traceback((("a", 1),)), traceback >= Traceback((("a", 1),)), repr(Traceback((), 0)), repr(Traceback(())))
print(traceback.index(Frame(("in.py", 3))), traceback.count(frame))
for arguments in {}, {"limit": 2}, {"limit": -1}, {"limit": 0}, {"most_recent_first": True}, {"limit": 9}:
    print(arguments, traceback.format(**arguments))
print(Traceback(((__file__, 2),)).format()[1:])

print("-- statistics")
print(Statistic(traceback, 3, 0), repr(Statistic(traceback, 3, 1)), Statistic(traceback, 3, 1) == Statistic(traceback, 3, 1))
print(StatisticDiff(traceback, 1 << 20, -(5 << 30), 7, -3), StatisticDiff(traceback, 0, 0, 0, 0))
print(hash(Statistic(traceback, 3, 1)) == hash(Statistic(traceback, 3, 1)), Statistic(traceback, 3, 1) != 3)
for size in 0, 99, 1023, 10239, 10240, 102399, 102400, 1 << 20, 10 << 20, 123 << 30, 1 << 40, 7 << 50:
    print(Trace((0, size, (("a", 1),), 1)), end="; ")
print()

print("-- errors")
for call in (lambda: old.statistics("x"), lambda: old.statistics("traceback", True), lambda: old.compare_to(new, 5),
             lambda: old.filter_traces(Filter(True, "a")), lambda: tracemalloc.start(0), lambda: tracemalloc.start(65536),
             lambda: tracemalloc.start("a"), lambda: tracemalloc.start(1, 2), lambda: tracemalloc.take_snapshot(),
             lambda: frame < 3, lambda: tracemalloc.start(-1), lambda: tracemalloc.start(1 << 40)):
    try:
        call()
        print("no error")
    except Exception as e:
        print(type(e).__name__, e)
