# queue.SimpleQueue, that of C: order, waiting, threads, errors; what it holds is found by the collector.
import _queue
import copy
import gc
import pickle
import queue
import sys
import threading
import time
import weakref


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


assert queue.SimpleQueue is _queue.SimpleQueue and queue.Empty is _queue.Empty
q = queue.SimpleQueue()
print(q.empty(), q.qsize(), queue.SimpleQueue[int])
for i in range(1000):  # the ring grows, wraps round, and shrinks
    q.put(i)
    if i % 3 == 0:
        assert q.get() == i // 3
print(q.qsize(), q.get_nowait(), q.get(False), q.get(timeout=0), q.get(True, 5))
left = []
while not q.empty():
    left.append(q.get())
print(left == list(range(338, 1000)), q.qsize())

fails(q.get, False)
fails(q.get_nowait)
fails(q.get, timeout=0.01)
fails(q.get, timeout=-1)
fails(q.get, timeout=1e300)
fails(q.get, timeout=float("nan"))
fails(q.get, timeout="x")
fails(q.put)
fails(q.put, 1, 2, 3, 4)
fails(q.get, 1, 2, 3)
fails(queue.SimpleQueue, 1)
fails(queue.SimpleQueue, a=1)
fails(copy.copy, q)
fails(pickle.dumps, q)
fails(setattr, q, "a", 1)
print(q.put(1, False, timeout=7), q.put_nowait(item=2), q.qsize())


class Named(queue.SimpleQueue):
    def __init__(self, name):
        self.name = name


print(Named("x").name)

# Takers that wait each get one, however fast the items come.
q = queue.SimpleQueue()
got = queue.SimpleQueue()
threads = [threading.Thread(target=lambda: got.put(q.get())) for _ in range(8)]
for t in threads:
    t.start()
time.sleep(0.05)
for i in range(8):
    q.put(i)
for t in threads:
    t.join()
print(sorted(got.get() for _ in range(8)), q.empty())

# Many of both
q = queue.SimpleQueue()
sums = []


def take():
    total = 0
    while (item := q.get()) is not None:
        total += item
    sums.append(total)


def give(first):
    for i in range(first, first + 1000):
        q.put(i)


takers = [threading.Thread(target=take) for _ in range(4)]
givers = [threading.Thread(target=give, args=(k * 1000,)) for k in range(4)]
for t in takers + givers:
    t.start()
for t in givers:
    t.join()
for t in takers:
    q.put(None)
for t in takers:
    t.join()
print(sum(sums) == sum(range(4000)), q.qsize())


# A finalizer may put while another put or get is under way.
class Puts:
    def __del__(self):
        q.put("finalized")


q.put(Puts())
q.get()
print(q.get())


# A queue in a cycle
class Node:
    pass


n = Node()
n.queue = queue.SimpleQueue()
n.queue.put(n)
n.queue.put([1, n])
gone = weakref.ref(n), weakref.ref(n.queue)
del n
gc.collect()
print(gone[0](), gone[1](), sys.getsizeof(queue.SimpleQueue()) > 0)
