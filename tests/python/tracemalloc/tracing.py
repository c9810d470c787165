# What is traced: start, stop, peaks, sizes, resizing, objects from before, generators, recursion, fork.
import os
import sys
import tracemalloc

def line():
    return sys._getframe(1).f_lineno

def born(o):
    traceback = tracemalloc.get_object_traceback(o)
    return traceback and traceback[-1].lineno - sys._getframe(1).f_lineno

print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory())
before = bytes(300)
print(tracemalloc.get_object_traceback(before), tracemalloc._get_traces())
tracemalloc.start()
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_object_traceback(before))
mine = bytes(300)
print(born(mine), tracemalloc.get_object_traceback(5),
      str(tracemalloc.get_object_traceback(mine)).rsplit("/", 1)[-1])

print("-- sizes")
empty = sys.getsizeof(b"")
for size in 100, 505, 12345, 1 << 20:
    tracemalloc.clear_traces()
    data = b"x" * (size - empty)
    current, peak = tracemalloc.get_traced_memory()
    print(size <= current <= size + 4096, peak >= current, [t[1] for t in tracemalloc._get_traces() if t[1] == size])
    data = None
    print(tracemalloc.get_traced_memory()[0] < 4096, tracemalloc.get_traced_memory()[1] >= size)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < 4096)
tracemalloc.clear_traces()
print(tracemalloc.get_traced_memory())

print("-- a list that grows belongs to the line that made it grow")
tracemalloc.clear_traces()
grown = []
first = line() - 1
for i in range(10000):
    grown.append(i)
appended = line() - 1
stats = {s.traceback[0].lineno: s for s in tracemalloc.take_snapshot().statistics("lineno")
         if s.traceback[0].filename == __file__}
print(stats[first].size < 200, stats[appended].size > 70000, stats[appended].count)

print("-- off and on again")
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_object_traceback(grown), tracemalloc.get_traced_memory())
tracemalloc.stop()
tracemalloc.start(3)
tracemalloc.start(9)
print(tracemalloc.get_traceback_limit(), tracemalloc.get_object_traceback(grown))
del grown, mine, before
print(tracemalloc.get_traced_memory()[0] < 10000)

print("-- callers")
def inner():
    return bytes(300)
def middle():
    return inner()
def outer():
    return middle()
def lines(o):
    return [frame.lineno for frame in tracemalloc.get_object_traceback(o)]
base = inner.__code__.co_firstlineno
x, y = outer(), middle()
print([n - base for n in lines(x)], [n - base for n in lines(y)])
def generate():
    while True:
        yield bytes(300)
def resume(g):
    return next(g)
g = generate()
base = generate.__code__.co_firstlineno
a = next(g)
b = resume(g)
print([n - base for n in lines(a)], [n - base for n in lines(b)])
def recurse(n):
    if n == 0:
        return bytes(300)
    return recurse(n - 1)
base = recurse.__code__.co_firstlineno
print([n - base for n in lines(recurse(0))], [n - base for n in lines(recurse(1))], [n - base for n in lines(recurse(500))])
tracemalloc.stop()
tracemalloc.start(65535)
def deep(n):
    return bytes(300) if n == 0 else deep(n - 1)
print(len(lines(deep(100))), len(lines(deep(7))), len(set(lines(deep(100)))))
traces = tracemalloc._get_traces()
print(all(len(t) == 4 and t[0] == 0 and len(t[2]) <= t[3] for t in traces), len(traces) > 0)

print("-- fork")
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    inside = bytes(300)
    os._exit(0 if tracemalloc.is_tracing() and born(inside) == -1 and born(x) is None else 1)
print(os.waitpid(pid, 0)[1])

print("-- snapshots of different limits, compared after the end")
one = tracemalloc.take_snapshot()
kept = [bytes(1000) for i in range(100)]
kept_line = line() - 1  # (here the comprehension, called once, has its caches, too)
two = tracemalloc.take_snapshot()
tracemalloc.stop()
top = two.compare_to(one, "lineno")[0]
print(top.traceback[0].lineno == kept_line, top.size_diff >= 100000, top.count_diff in (101, 102, 103), one.traceback_limit)
print(two.filter_traces([tracemalloc.Filter(True, "nowhere")]).statistics("lineno"))
try:
    tracemalloc.take_snapshot()
except RuntimeError as e:
    print(e)
