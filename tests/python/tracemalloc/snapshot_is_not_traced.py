# A snapshot does not measure itself: what it is made of is born untraced.
import gc
import tracemalloc

def make(n):
    return [bytes(n) for n in range(n)]

tracemalloc.start()
kept = make(400)  # 400 sizes: a snapshot of as many rows
first = tracemalloc.take_snapshot()
traced = tracemalloc.get_traced_memory()[0]
snapshots = [tracemalloc.take_snapshot() for _ in range(10)]
print("grown by less than a kilobyte each:", tracemalloc.get_traced_memory()[0] - traced < 10_000)
print("rows that came:", len(snapshots[-1].traces) - len(first.traces) < 100)
more = make(100)
print("traced again afterwards:", tracemalloc.get_object_traceback(more[-1]) is not None)
traced = tracemalloc.get_traced_memory()[0]
snapshots.clear()
print("their end counts for nothing:", 0 <= traced - tracemalloc.get_traced_memory()[0] < 10_000)

# A collection on the way, in whose finalizer the tracer goes, or comes anew.
class Stopper:
    def __init__(self, again):
        self.me, self.again = self, again
    def __del__(self):
        tracemalloc.stop()
        if self.again:
            tracemalloc.start()

for again in False, True:
    tracemalloc.start()
    gc.collect()
    old = gc.get_threshold()
    Stopper(again)
    gc.set_threshold(1)
    tracemalloc.take_snapshot()
    gc.set_threshold(*old)
    gc.collect()
    print(again, tracemalloc.is_tracing())
    if tracemalloc.is_tracing():
        print(tracemalloc.get_object_traceback(bytes(1000)) is not None)
tracemalloc.stop()

# Nor do the collector's arrays and the stack of frames count: the line on which they grow did not ask for them.
def deep(n):
    return deep(n - 1) if n else tracemalloc.get_traced_memory()[0]

gc.collect()
objects = [None] * 20_000
tracemalloc.start()
for i in range(20_000):
    objects[i] = []
    gc.collect(0) if i % 5000 == 0 else None
each = (tracemalloc.get_traced_memory()[0]) / 20_000
print("bytes a list, less than:", 64 if each < 64 else each)
largest = max(trace.size for trace in tracemalloc.take_snapshot().traces)
print("no block larger than a list:", largest < 5000)
now = tracemalloc.get_traced_memory()[0]
print("900 frames take next to nothing:", deep(900) - now < 5000)
