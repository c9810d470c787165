# full collections in a forked copy of the process: what may happen between the fork and its answer
import gc
import os
import signal
import threading
import time
import weakref

import _ouro
import ouro

NEVER = 10**9


class Node:
    pass


class Final:
    def __del__(self):
        events.append("del " + self.name)


class Lazarus:
    def __del__(self):
        kept.append(self)


events, kept = [], []


def ring(cls=Node, name=None):
    first, second = cls(), cls()
    first.other, second.other = second, first
    first.name = second.name = name
    return first


def old_ring(cls=Node, name=None):
    r = ring(cls, name)
    gc.collect(1)
    gc.collect(1)
    return r


def fulls():
    return gc.get_stats()[2]["collections"]


def children():
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as f:
            return [int(n) for n in f.read().split()]
    except FileNotFoundError:  # a system that does not tell
        return []


def begin():
    """From here to `end` nothing is collected."""
    gc.set_threshold(NEVER, NEVER, NEVER)
    for _ in range(10000):
        if _ouro.collect_beside():
            return
        time.sleep(0.001)  # the last copy is about to go
    assert False, "no fork"


def end(limit=60):
    """Goes on until the answer has been taken: how many full collections that were."""
    before, deadline = fulls(), time.monotonic() + limit
    gc.set_threshold(100, NEVER, NEVER)
    while fulls() == before and time.monotonic() < deadline:
        made = [[] for _ in range(300)]
        time.sleep(0.001)
    gc.set_threshold(NEVER, NEVER, NEVER)
    return fulls() - before


def last():
    c = ouro.collections()[-1]
    while c.generation != 2:
        c = [c for c in ouro.collections() if c.generation == 2][-1]
    return c


gc.collect()
ouro.log_collections(500)
gc.set_threshold(NEVER, NEVER, NEVER)

print("-- the ordinary case")
phases = []


def phase(name, info):
    if info["generation"] == 2:
        phases.append((name, sorted(info), info["collected"], info["uncollectable"]))


r = old_ring(Final, "a")
callbacks = [weakref.ref(r, lambda ref: events.append("callback")), weakref.ref(r.other, lambda ref: events.append("callback"))]
del r
gc.callbacks.append(phase)
descriptors = sorted(os.listdir("/proc/self/fd"))
stats = gc.get_stats()[2]["collected"]
begin()
print("before the answer:", events, phases)
try:
    print("a child:", os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no child to wait for")
try:
    print("a child:", os.wait())
except ChildProcessError:
    print("nor with wait")
print("one at a time:", _ouro.collect_beside())
print("taken:", end(), events, phases)
print("statistics:", gc.get_stats()[2]["collected"] - stats, gc.garbage)
c = last()
print(c.trigger, c.collected, c.freed >= 2, c.finalizers, c.callbacks, c.beside > 0, c.pause > 0, c.examined > 100)
print("descriptors:", sorted(os.listdir("/proc/self/fd")) == descriptors)
gc.callbacks.remove(phase)

print("-- brought back through a weak reference")
r = old_ring(name="b")
ref = weakref.ref(r)
del r
begin()
strong = ref()
print(end(), strong.other.other is strong, ref() is strong, last().collected)
del strong
print("then collected:", gc.collect(), ref())

print("-- dead in between, and the addresses used again")
rings = [ring(name=i) for i in range(200)]
gc.collect(1)
gc.collect(1)
refs = [weakref.ref(r) for r in rings]
del rings
begin()
for ref in refs:
    ref().other.other = None  # it dies, by its count
print("dead:", all(ref() is None for ref in refs))
again = [ring(name=-1) for _ in range(200)]
lost = [ring(name=-2) for _ in range(20)]
gc.collect(1)
del lost  # a build that looks for misuse keeps what was freed for a while: then they have other addresses
print("used again:", end(), all(r.other.other is r and r.name == -1 for r in again))
del again
print("what is garbage is found:", gc.collect() > 0)

print("-- a finalizer brings some back")
r = old_ring(Lazarus)
del r
begin()
print(end(), len(kept), kept[0].other in kept, last().resurrected >= 2, last().collected)
kept.clear()
print("for ever gone:", gc.collect() >= 2, kept)

print("-- the order: callbacks, finalizers, all of them before anything is cleared")
events.clear()


class Looks:
    def __del__(self):
        events.append(("del", self.other.name))


r = old_ring(Looks, "whole")
ref = weakref.ref(r, lambda ref: events.append("callback"))
del r
begin()
print(end(), events)

print("-- much garbage goes in parts, a group that hangs together as a whole")
many = [ring(name=i) for i in range(8000)]
first = chain = Node()
for _ in range(9999):
    following = Node()
    following.before = chain
    chain = following
first.before = chain
gc.collect(1)
gc.collect(1)
refs = [weakref.ref(r) for r in many] + [weakref.ref(chain)]
del many, first, chain, following
begin()
parts = 0
while any(ref() is not None for ref in refs) and parts < 100:
    parts += end()
found = [c for c in ouro.collections()[-100:] if c.generation == 2][-parts:]
sizes = [c.collected for c in found]
print(sum(sizes), len(sizes) >= 4, max(sizes) in range(10000, 14001), min(sizes) >= 2)
print("told apart:", all(c.beside > 0 for c in found))

print("-- collected when a part has gone")
many = [ring(name=i) for i in range(8000)]
refs = [weakref.ref(r) for r in many]
gc.collect(1)
gc.collect(1)
del many
begin()
part, left = end(), sum(ref() is not None for ref in refs)
gc.collect()
print(part > 0, 0 < left < 8000, sum(ref() is not None for ref in refs), end(0.2))

print("-- collected in between")
r = old_ring()
del r
begin()
before = fulls()
print(gc.collect() >= 2, fulls() - before)
print("no answer comes:", end(0.2))

print("-- switched off in between")
r = old_ring()
ref = weakref.ref(r)
del r
begin()
gc.disable()
print("no answer:", end(0.2), children(), ref() is not None)
print("nor a fork:", _ouro.collect_beside())
gc.enable()
begin()
print("forks again:", end(), ref())

print("-- frozen in between")
r = old_ring()
ref = weakref.ref(r)
del r
begin()
gc.freeze()
print("no answer:", end(0.2), children(), ref() is not None)
gc.unfreeze()
print(gc.collect() >= 2, ref())

print("-- the copy is killed")
r = old_ring()
ref = weakref.ref(r)
del r
begin()
for child in children():
    os.kill(child, signal.SIGKILL)
gc.set_threshold(10, NEVER, NEVER)
for _ in range(100):
    made = [[] for _ in range(50)]
    time.sleep(0.002)
gone = ref() is None
print("waited for:", children(), "collected at last:", gone or gc.collect() >= 2, ref())
gc.collect()
gc.set_threshold(NEVER, NEVER, NEVER)

print("-- the program forks")
r = old_ring(Final, "c")
del r
events.clear()
begin()
child = os.fork()
if child == 0:
    gc.set_threshold(10, NEVER, NEVER)
    made = [[[]] for _ in range(500)]
    status = 0 if gc.collect() >= 2 and events == ["del c"] * 2 else 1
    os._exit(status)
print("the child's own:", os.waitpid(-1, 0) == (child, 0))
print("the parent's:", end(), events)

print("-- not with threads, nor with debug flags")
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
print(_ouro.collect_beside())
stop.set()
thread.join()
gc.set_debug(gc.DEBUG_SAVEALL)
print(_ouro.collect_beside())
gc.set_debug(0)
begin()
print(end())

print("-- one after the other")
refs = []
for i in range(10):
    r = old_ring()
    refs.append(weakref.ref(r))
    del r
    begin()
    assert end() == 1
print([ref() for ref in refs] == [None] * 10, _ouro.heap_check())

print("-- and at the end one is under way")
r = old_ring(Final, "d")
del r
events.clear()
begin()
gc.collect()
print(events)
begin()
