"""Cycles and their collector: claims 24 to 54."""
import gc
import subprocess
import sys
import threading
import time
import tracemalloc
import types
import weakref

from claims import (OURO, THRESHOLD, Thing, alive, between, equal, needs, report, ring, seconds,
                    watched)


def claim_024():
    """Two objects that refer to each other never reach count 0, even when all names are deleted."""
    gc.disable()
    a, b = Thing(), Thing()
    a.other, b.other = b, a
    seen = weakref.ref(a), weakref.ref(b)
    del a, b
    equal(alive(seen), 2)
    equal([sys.getrefcount(r()) for r in seen], [2, 2])  # the other one, and the argument
    assert seen[0]().other is seen[1]()


PILE = """
import gc, resource, sys

class Node:
    def __init__(self):
        self.me = self
        self.data = bytearray(100_000)

class Final(Node):
    def __del__(self):
        pass

kind = Final if "finalizer" in sys.argv else Node
if "off" in sys.argv:
    gc.disable()
with open("/proc/self/statm") as f:
    used = int(f.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 120_000_000, resource.RLIM_INFINITY))
try:
    for made in range(3000):
        kind()
except MemoryError:
    made = -made
    gc.collect()
print(made)
"""


def claim_025():
    """Left alone, such ghosts pile up until the program crashes.

    In fact: with the collector off.
    Here: before a MemoryError all garbage goes that has no finalizer, also with the collector off; so only what has one piles up.
    """
    gc.disable()
    ghosts = [ring(2) for _ in range(1000)]
    equal(alive(ghosts), 1000)
    tracemalloc.start()
    for pile in 1, 2, 3:
        for _ in range(10):
            ring(1)().data = bytearray(100_000)
        between(pile * 1_000_000, tracemalloc.get_traced_memory()[0], pile * 1_000_000 + 50_000)

    def run(*arguments):
        done = subprocess.run([sys.executable, "-c", PILE, *arguments], capture_output=True, text=True)
        return int(done.stdout)

    equal(run("finalizer"), 2999)
    between(-1250, run("off", "finalizer"), -800)
    if OURO:
        equal(run("off"), 2999)
    else:
        between(-1250, run("off"), -800)


def claim_026():
    """The cyclic collector finds isolated cycles and destroys them.

    In fact: gc.collect() returns how many unreachable objects it found, 2 for a cycle of two.
    """
    for size in 1, 2, 3, 50:
        lists = [[] for _ in range(size)]
        for i in range(size):
            lists[i].append(lists[i - 1])
        del lists
        equal(gc.collect(), size)
        equal(gc.collect(), 0)
    cycle = ring(2)
    gc.collect()
    assert cycle() is None


def claim_027():
    """The collector runs periodically.

    In fact: when a container is made and more than the threshold are there since the last time; never by time.
    """
    with watched() as seen:
        time.sleep(0.05)
        total = 0
        for i in range(100_000):
            total += i * 1.5
        equal(seen, [])
        kept = [[] for _ in range(THRESHOLD[0] + 50)]
        equal(seen, [0])
    del kept


def claim_028():
    """The collector runs in the background.

    In fact: in the thread that makes containers, which stands still meanwhile.
    Here: garbage of large heaps may be looked for in a forked copy of the process; it dies in the program's threads all the same.
    """
    threads = []

    class Loud(Thing):
        def __del__(self):
            threads.append(threading.get_ident())

    gc.disable()
    ring(2, Loud)
    ring(2, Loud)

    def worker():
        gc.enable()
        [[] for _ in range(2000)]
        gc.disable()

    thread = threading.Thread(target=worker)
    thread.start()
    worker_id = thread.ident
    thread.join()
    equal(threads, [worker_id] * 4)
    assert worker_id != threading.get_ident()

    steps, at = [0], []

    def note(phase, info):
        at.append((phase, steps[0]))

    gc.callbacks.append(note)
    try:
        gc.enable()
        kept = []
        for steps[0] in range(3000):
            kept.append([])
    finally:
        gc.callbacks.remove(note)
    between(2, len(at), 20)
    for (first, begun), (second, ended) in zip(at[::2], at[1::2]):
        equal((first, second, ended), ("start", "stop", begun))


def claim_029():
    """The collector scans containers: lists, dicts, sets, classes.

    In fact: also tuples, instances, functions, generators, modules, frames, cells; not int, str, float, bytes.  Dicts and
    tuples that hold only such are not looked at (a tuple from when it is first scanned).
    Here: such a tuple never is.
    """
    def fail():
        raise ValueError

    try:
        fail()
    except ValueError as e:
        frame = e.__traceback__.tb_next.tb_frame
    cell = (lambda x: lambda: x)([]).__closure__[0]
    generator = (x for x in [])
    for thing in ([], {"a": []}, {1}, Thing, ([],), Thing(), claim_029, generator, gc, frame, cell,
                  types.SimpleNamespace(), Thing().__init__, frozenset([()]), property()):
        assert gc.is_tracked(thing), thing
    for thing in 1, 1 << 100, "text", 1.5, 2j, b"bytes", bytearray(), None, True, range(3), {}, {"a": 1}, ():
        assert not gc.is_tracked(thing), thing
    pair = tuple([1, "text"])
    gc.collect()
    assert not gc.is_tracked(pair)
    grown = {"a": 1}
    grown["b"] = []
    assert gc.is_tracked(grown)


def claim_030():
    """The detector looks through a generation, finds cycles that cannot be reached, and frees them.

    In fact: it subtracts from the counts the references from within.
    """
    gc.disable()
    cycle = ring(5)
    handle = cycle().next.next  # one reference from outside keeps all
    tail = Thing()
    tail.behind = Thing()
    shared = Thing()
    cycle().tail, cycle().shared = tail, shared
    behind, kept = weakref.ref(tail.behind), weakref.ref(shared)
    del tail
    equal(gc.collect(), 0)
    assert cycle() is not None and behind() is not None
    del handle
    assert gc.collect() >= 7  # the ring, and what hangs on it
    assert cycle() is None and behind() is None and kept() is shared
    equal(sys.getrefcount(shared), 2)


def claim_031():
    """The collector prevents leaks by circular references.

    In fact: unless it is switched off.
    """
    class Counted(Thing):
        living = most = 0

        def __init__(self):
            Counted.living += 1
            Counted.most = max(Counted.most, Counted.living)

        def __del__(self):
            Counted.living -= 1

    for _ in range(5_000):
        ring(2, Counted)
    between(500, Counted.most, 1_500)
    gc.disable()
    gc.collect()
    equal(Counted.living, 0)
    for _ in range(5_000):
        ring(2, Counted)
    equal(Counted.living, 10_000)


def claim_032():
    """The collector cleans up circular references."""
    def of_list():
        x = [Thing()]
        x.append(x)
        return x[0]

    def of_dict():
        x = {"thing": Thing()}
        x["me"] = x
        return x["thing"]

    def of_tuple():
        x = ([], Thing())
        x[0].append(x)
        return x[1]

    def of_closure():
        kept = Thing()

        def me():
            return me, kept
        return kept

    def of_method():
        x = Thing()
        x.call = types.MethodType(lambda self: None, x)
        return x

    def of_class():
        class Local:
            kept = Thing()
        return Local.kept

    def of_generator():
        def run():
            me = yield
            kept = Thing()
            yield kept
            return me
        x = run()
        next(x)
        return x.send(x)

    def of_exception():
        kept = Thing()
        try:
            raise ValueError
        except ValueError as e:
            error = e  # noqa: F841
        return kept

    gc.disable()
    for make in of_list, of_dict, of_tuple, of_closure, of_method, of_class, of_generator, of_exception:
        seen = weakref.ref(make())
        assert seen() is not None, make
        gc.collect()
        assert seen() is None, make


def claim_033():
    """The collector cleans up unused objects.

    In fact: only those in a cycle or behind one; the others die by their count.
    """
    dropped = [weakref.ref(Thing()) for _ in range(1000)]
    equal((alive(dropped), gc.collect()), (0, 0))
    gc.disable()
    cycle = ring(1)
    cycle().behind = [Thing() for _ in range(10)]
    behind = [weakref.ref(thing) for thing in cycle().behind]
    equal(alive(behind), 10)
    gc.collect()
    equal(alive(behind), 0)


def claim_034():
    """The collector cleans up fragmentation.

    In fact: it does not; no object ever moves.
    """
    many = [Thing() for _ in range(20_000)]
    kept = many[::100]
    del many
    addresses = [id(thing) for thing in kept]
    pages = len({address >> 12 for address in addresses})
    gc.collect()
    equal([id(thing) for thing in kept], addresses)
    between(100, pages, 200)  # what would be in three pages is still in as many


def claim_035():
    """The collector handles only cycles, not everything."""
    gc.disable()
    seen = []
    for _ in range(1000):
        parts = [Thing() for _ in range(3)]
        whole = Thing()
        whole.parts, whole.table = parts, {"first": parts[0], "all": tuple(parts)}
        seen += [weakref.ref(whole), weakref.ref(parts[2])]
        del whole, parts
    equal(alive(seen), 0)
    equal(gc.collect(), 0)


def generation(thing):
    return [g for g in range(3) if any(thing is other for other in gc.get_objects(generation=g))]


def claim_036():
    """Three generations: new, survived a collection, long-lived; survivors move up."""
    equal((len(gc.get_stats()), len(gc.get_count()), len(gc.get_threshold())), (3, 3, 3))
    gc.disable()
    thing = [[]]
    told = [generation(thing)]
    for collected in 0, 0, 1, 2, 2:
        gc.collect(collected)
        told.append(generation(thing))
    equal(told, [[0], [1], [1], [2], [2], [2]])


def claim_037():
    """Older generations are collected less often.

    In fact: a million lists that survive took 1300, 118 and 8 collections.
    """
    with watched() as seen:
        kept = [[] for _ in range(100_000)]
    del kept
    between(120, seen.count(0), 145)
    between(9, seen.count(1), 14)
    between(0, seen.count(2), 3)


def claim_038():
    """Older generations are more stable and costlier to look through; so they are looked through less often."""
    gc.disable()
    old = [[[]] for _ in range(60_000)]
    gc.collect()
    assert seconds(lambda: gc.collect(2)) > 10 * seconds(lambda: gc.collect(0))
    dead = [0, 0]
    for i in range(1000):
        thing = weakref.ref(ring(1)() if i % 10 else Thing())
        gc.collect(0)
        dead[0] += thing() is None
    dead[1] = gc.collect(2)
    equal(dead, [1000, 0])
    equal(len(old), 60_000)


def claim_039():
    """Generations are there for performance."""
    def build(collect):
        kept = []
        for i in range(40_000):
            kept.append([])
            if i % THRESHOLD[0] == 0:
                collect()

    automatic = seconds(lambda: build(int), 3)
    gc.disable()
    assert seconds(lambda: build(gc.collect), 1) > 2 * automatic


def claim_040():
    """The default thresholds are (700, 10, 10)."""
    equal(THRESHOLD, (700, 10, 10))


def claim_041():
    """Generation 0 is collected every 700 allocations.

    In fact: when containers made, less those gone, are over 700; 50,000 that die at once trigger none.
    """
    at, kept = [], []

    def note(phase, info):
        if phase == "start":
            at.append(len(kept))

    gc.callbacks.append(note)
    try:
        while len(at) < 4:
            kept.append([])
    finally:
        gc.callbacks.remove(note)
    between(690, at[0], 705)
    equal([at[i + 1] - at[i] for i in range(3)], [701] * 3)
    with watched() as seen:
        for i in range(50_000):
            [i]
    equal(seen, [])


def claim_042():
    """Generation 1 is collected every 10 collections of generation 0.

    In fact: when there were more than 10: after every 11th.
    """
    gc.set_threshold(50, 10, 10)
    gc.collect()
    with watched() as seen:
        kept = []
        while len(seen) < 36:
            kept.append([])
    equal(seen, ([0] * 11 + [1]) * 3)


def claim_043():
    """Generation 2 is collected every 10 collections of generation 1.

    In fact: and only when what waits to be examined is over 25 % of the long-lived objects.
    """
    old = [[] for _ in range(20_000)]
    gc.collect()
    long_lived = len(gc.get_objects(generation=2))
    gc.set_threshold(50, 2, 2)
    kept = []
    with watched() as seen:
        while 2 not in seen and len(kept) < 100_000:
            kept.append([])
    between(0.25 * long_lived - 500, len(kept), 0.25 * long_lived + 2_000)
    assert seen.count(1) > 20, seen.count(1)
    equal(len(old), 20_000)


def claim_044():
    """gc.collect() forces a full collection.

    In fact: gc.collect(0) only looks at generation 0; the answer is the number of unreachable objects.
    """
    gc.disable()
    with watched() as seen:
        for asked in ((), (0,), (1,), (2,)):
            gc.collect(*asked)
    equal(seen, [2, 0, 1, 2])
    a = []
    a.append(a)
    gc.collect()
    del a
    equal([gc.collect(0), gc.collect(1), gc.collect()], [0, 0, 1])


def claim_045():
    """gc.disable() switches the collector off.

    In fact: its automatic runs; gc.collect() goes on working.
    """
    gc.disable()
    assert not gc.isenabled()
    cycle = ring(2)
    with watched() as seen:
        kept = [[] for _ in range(5_000)]
    equal(seen, [])
    assert cycle() is not None
    gc.collect()
    assert cycle() is None
    gc.enable()
    with watched() as seen:
        kept += [[] for _ in range(5_000)]
    between(6, len(seen), 8)


ENABLED = gc.isenabled()


def claim_046():
    """gc.isenabled() is True by default."""
    equal(ENABLED, True)
    gc.disable()
    equal(gc.isenabled(), False)
    gc.enable()
    equal(gc.isenabled(), True)


def claim_047():
    """gc.get_threshold() tells the thresholds."""
    gc.set_threshold(123, 4, 5)
    equal(gc.get_threshold(), (123, 4, 5))
    gc.set_threshold(77)
    equal(gc.get_threshold(), (77, 4, 5))


def claim_048():
    """gc.set_threshold(700, 10, 10) tweaks the collector.

    In fact: 0 for the first switches automatic runs off.
    """
    def runs(*thresholds):
        gc.set_threshold(*thresholds)
        gc.collect()
        with watched() as seen:
            kept = [[] for _ in range(5_000)]
        del kept
        return len(seen)

    between(6, runs(700, 10, 10), 8)
    between(48, runs(100, 10, 10), 51)
    equal([runs(10_000, 10, 10), runs(0, 10, 10)], [0, 0])


def claim_049():
    """Tuning the collector helps programs where speed matters, and the search for leaks."""
    def build():
        return [[[]] for _ in range(3_000)]

    with watched() as seen:
        build()
        before = len(seen)
        gc.set_threshold(50_000, 10, 10)
        build()
        equal((len(seen) - before, before > 5), (0, True))
        gc.set_threshold(*THRESHOLD)
        gc.freeze()  # what is there now is no longer looked at
        assert gc.get_freeze_count() > 1000
        gc.unfreeze()
    gc.set_debug(gc.DEBUG_SAVEALL)
    ring(3)
    gc.collect()
    gc.set_debug(0)
    equal(sum(type(thing) is Thing for thing in gc.garbage), 3)  # what leaked can be looked at


def claim_050():
    """That collection slows Python is a myth: it rarely runs unless many containers are made."""
    def work(text):
        words = text.upper().split()
        return sum(len(word) * 1.5 for word in words) + len("".join(words))

    with watched() as seen:
        for i in range(10_000):
            work("some words and the number %d" % i)
    between(0, len(seen), 1)


def claim_051():
    """The collector's pauses can be the bottleneck."""
    pauses = []

    def note(phase, info):
        if phase == "start":
            pauses.append(-time.perf_counter())
        else:
            pauses[-1] += time.perf_counter()

    def pause():
        pauses.clear()
        for _ in range(5):
            gc.collect()
        return min(pauses)

    gc.callbacks.append(note)
    try:
        small = pause()
        heap = [[[], []] for _ in range(50_000)]
        assert pause() > 2 * small > 0
    finally:
        gc.callbacks.remove(note)
    equal(len(heap), 50_000)


def claim_052():
    """One can see whether there are too many collections, or too few.

    In fact: with gc.get_stats() and gc.get_count().
    """
    before = gc.get_stats()
    equal(sorted(before[0]), ["collected", "collections", "uncollectable"])
    gc.disable()
    count = gc.get_count()[0]
    kept = [[] for _ in range(100)]
    between(100, gc.get_count()[0] - count, 105)
    for _ in range(7):
        gc.collect(0)
    equal(gc.get_count()[:2], (0, 7))
    cycles = [ring(2) for _ in range(5)]
    gc.collect()
    equal(alive(cycles), 0)
    after = gc.get_stats()
    equal([after[g]["collections"] - before[g]["collections"] for g in range(3)], [7, 0, 1])
    assert after[2]["collected"] - before[2]["collected"] >= 10
    del kept


def claim_053():
    """Cycles are found with gc.get_objects() and objgraph."""
    gc.disable()
    start = ring(3)()

    def way_back(thing, goal, steps):
        """The types on the way from one instance back to it."""
        if thing is goal and steps:
            return []
        for other in gc.get_referents(thing) if steps < 4 else ():
            if type(other) in (Thing, dict):
                way = way_back(other, goal, steps + 1)
                if way is not None:
                    return [type(thing).__name__, *way]
        return None

    assert any(thing is start for thing in gc.get_objects())
    equal(way_back(start, start, 0).count("Thing"), 3)
    objgraph = needs("objgraph")
    assert any(thing is start for thing in objgraph.by_type("Thing"))
    chain = objgraph.find_ref_chain(start.next, lambda thing: thing is start)
    assert chain[0] is start.next and chain[-1] is start


def claim_054():
    """Cycles are better avoided: by other structures, or by weak references."""
    class Tree(Thing):
        def __init__(self, parent=None, up=weakref.ref):
            self.parent = parent and up(parent)
            self.children = [Tree(self, up) for _ in range(3)] if parent is None else []

    class Table(Thing):
        """Parents by number: no node refers to one."""
        def __init__(self):
            self.children, self.parents = [[1, 2], [], []], [None, 0, 0]

    def left_by(make):
        """Whether a tree is still there when its name is gone, and what then is garbage."""
        tree = make()
        seen = weakref.ref(tree)
        del tree
        return seen() is not None, gc.collect()

    gc.disable()
    equal([left_by(Tree), left_by(Table)], [(False, 0), (False, 0)])
    left, garbage = left_by(lambda: Tree(up=lambda parent: parent))
    assert left and garbage > 3


report(globals())
