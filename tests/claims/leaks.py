"""What leaks, and how: claims 103 to 114."""
import collections
import functools
import gc
import os
import socket
import sys
import tempfile
import tracemalloc
import types
import warnings
import weakref

from claims import Thing, alive, between, equal, peak_of, raises, report

SIZE = 100_000


class Big(Thing):
    def __init__(self):
        self.data = bytearray(SIZE)


def kept_until(hold, release):
    """hold(big) must keep a big object alive when its name is gone, and release() must be what lets it go."""
    big = Big()
    seen = weakref.ref(big)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    big.data = bytearray(SIZE)
    hold(big)
    del big
    assert seen() is not None, "not kept"
    between(SIZE, tracemalloc.get_traced_memory()[0] - before, SIZE + 20_000)
    release()
    assert seen() is None, "still kept"
    between(-20_000, tracemalloc.get_traced_memory()[0] - before, 20_000)
    tracemalloc.stop()


def traced_rounds(work, rounds=4):
    """How much more is alive after each round than before it, the first left out."""
    tracemalloc.start()
    sizes = []
    for _ in range(rounds):
        work()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return [after - before for before, after in zip(sizes, sizes[1:])]


REGISTRY = []
TABLE = {}


def claim_103():
    """Leaks are objects that are not released: circular references, globals, large unused objects, bad caching.

    In fact: circular references only until the next collection.
    """
    def circle(big):
        big.me = big

    gc.disable()
    kept_until(circle, gc.collect)
    kept_until(REGISTRY.append, REGISTRY.clear)
    unused = Thing()
    kept_until(lambda big: setattr(unused, "for_later", big), lambda: delattr(unused, "for_later"))
    cached = functools.lru_cache(maxsize=None)(lambda big: len(big.data))
    kept_until(cached, cached.cache_clear)


def claim_104():
    """Leaks come from lingering references, global caches, closures, large lists in scope, open files, cycles of classes."""
    names, made = {}, []
    kept_until(lambda big: names.update(alias=big), names.clear)
    kept_until(lambda big: TABLE.update({"key": big}), TABLE.clear)
    kept_until(lambda big: made.append(lambda: len(big.data)), made.clear)

    def in_scope(big):
        rows = [big] * 1000  # noqa: F841
        yield

    running = []

    def start(big):
        running.append(in_scope(big))
        next(running[0])

    kept_until(start, running.clear)

    class Parent(Thing):
        pass

    def family(big):
        parent, child = Parent(), Parent()
        parent.child, child.parent, child.data = child, parent, big

    gc.disable()
    kept_until(family, gc.collect)
    before = open_files()
    made.append(open(__file__))
    equal(open_files(), before + 1)
    made.clear()
    equal(open_files(), before)


def claim_105():
    """Global lists and caches that grow do so without end, silently."""
    bounded = collections.deque(maxlen=20)

    def traffic(history):
        for request in range(100):
            history.append(bytes(1000))

    growing = traced_rounds(lambda: traffic(REGISTRY))
    equal(len(REGISTRY), 400)
    REGISTRY.clear()
    for grown in growing:
        between(100_000, grown, 110_000)
    for grown in traced_rounds(lambda: traffic(bounded)):
        between(-2_000, grown, 2_000)


def claim_106():
    """Caches whose entries never expire leak (of web applications, of models)."""
    number = iter(range(1_000_000))
    unbounded = functools.lru_cache(maxsize=None)(lambda key: bytes(1000))

    def visitors(cached):
        for _ in range(100):
            cached(next(number))  # no visitor comes twice

    for grown in traced_rounds(lambda: visitors(unbounded)):
        between(100_000, grown, 130_000)
    equal(unbounded.cache_info()[:2], (0, 400))
    bounded = functools.lru_cache(maxsize=50)(unbounded.__wrapped__)
    for grown in traced_rounds(lambda: visitors(bounded)):
        between(-2_000, grown, 2_000)
    equal(bounded.cache_info().currsize, 50)


def claim_107():
    """Closures keep large objects alive after their function has ended.

    In fact: those that the inner function uses.
    """
    def make(uses):
        big, other = Big(), Big()

        def with_big():
            return len(big.data)

        def without():
            return SIZE

        return (with_big if uses else without), weakref.ref(big), weakref.ref(other)

    f, big, other = make(True)
    equal((f(), alive([big, other])), (SIZE, 1))
    assert f.__closure__[0].cell_contents is big()
    del f
    equal(big(), None)
    f, big, other = make(False)
    equal((f(), alive([big, other]), f.__closure__), (SIZE, 0, None))


def claim_108():
    """Loops leave objects referred to by accident.

    In fact: the loop's variable after its end, and exceptions that are kept, with all locals of their frames.
    """
    def loop():
        seen = []
        for thing in (Big() for _ in range(5)):
            seen.append(weakref.ref(thing))
        after = alive(seen), seen[-1]() is thing
        del thing
        return after, alive(seen)

    equal(loop(), ((1, True), 0))
    errors, seen = [], []

    def work(number):
        local = Big()
        seen.append(weakref.ref(local))
        raise ValueError(number)

    for number in range(5):
        try:
            work(number)
        except ValueError as e:
            errors.append(e)
    equal(alive(seen), 5)
    errors[0].__traceback__ = None
    equal(alive(seen), 4)
    errors.clear()
    equal(alive(seen), 0)


def claim_109():
    """Dataframes (arrays, big lists) that nobody deletes stay.

    In fact: a view keeps its base.
    Not checked: pandas, which is no part of Python; memoryview stands for its views.
    """
    views = []

    class Frame(bytearray):
        pass

    frame = Frame(SIZE)
    seen = weakref.ref(frame)
    views.append(memoryview(frame)[10:20])
    raises(BufferError, frame.extend, b"more")
    del frame
    assert seen() is not None and views[0].obj is seen()
    views[0] = bytes(views[0])  # a copy of ten bytes keeps nothing
    equal((seen(), views), (None, [bytes(10)]))

    def steps(delete):
        table = [bytearray(SIZE) for _ in range(10)]
        total = sum(map(len, table))
        if delete:
            del table
        return total + sum(map(len, [bytearray(SIZE) for _ in range(10)]))

    between(20 * SIZE, peak_of(lambda: steps(False)), 22 * SIZE)
    between(10 * SIZE, peak_of(lambda: steps(True)), 12 * SIZE)


def open_files():
    return len(os.listdir("/proc/self/fd"))


def claim_110():
    """Files (sockets, connections) that are never closed leak.

    In fact: when its last reference goes a file is closed at once, with a ResourceWarning; what is kept stays open.
    """
    before = open_files()
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "name")
        kept = [open(name, "w") for _ in range(5)] + [socket.socket() for _ in range(5)]
        equal(open_files(), before + 10)
        for thing in kept:
            thing.close()
        equal((open_files(), len(kept)), (before, 10))
        for make in lambda: open(name), socket.socket:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                thing = make()
                equal((open_files(), told), (before + 1, []))
                del thing
            equal(open_files(), before)
            equal([w.category for w in told], [ResourceWarning])


def claim_111():
    """Cycles between instances of classes leak.

    In fact: until the next collection.
    """
    class Document(Thing):
        def __init__(self):
            self.sections = [Section(self) for _ in range(3)]

    class Section(Thing):
        def __init__(self, document):
            self.document = document
            self.text = bytearray(1000)

    gc.disable()
    seen = [weakref.ref(Document()) for _ in range(100)]
    equal(alive(seen), 100)
    assert gc.collect() >= 400
    equal(alive(seen), 0)
    gc.enable()
    seen = [weakref.ref(Document()) for _ in range(1000)]
    between(0, alive(seen), 300)


def claim_112():
    """That variables disappear when a function ends is a myth: closures, globals and caches keep what they refer to."""
    cached = functools.lru_cache(lambda thing: thing)
    made = []

    def nothing(local):
        pass

    def closure(local):
        made.append(lambda: local)

    def as_global(local):
        global KEPT
        KEPT = local

    def cache(local):
        cached(local)

    def outlives(function):
        seen = weakref.ref((lambda thing: (function(thing), thing)[1])(Thing()))
        return seen() is not None

    equal([outlives(f) for f in (nothing, closure, as_global, cache)], [False, True, True, True])
    made.clear()
    cached.cache_clear()
    del globals()["KEPT"]


def claim_113():
    """References hide in closures, globals, objects that live long."""
    holders = []

    def default(big):
        def function(argument=big):
            pass
        holders.append(function)

    def method(big):
        holders.append(types.MethodType(len, big))

    def attribute_of_function(big):
        claim_113.note = big

    def on_class(big):
        Thing.shared = big

    def module(big):
        sys.modules["somewhere"] = made = types.ModuleType("somewhere")
        made.note = big

    kept_until(default, holders.clear)
    kept_until(method, holders.clear)
    kept_until(attribute_of_function, lambda: delattr(claim_113, "note"))
    kept_until(on_class, lambda: delattr(Thing, "shared"))
    kept_until(module, lambda: sys.modules.pop("somewhere"))
    thing = Thing()
    REGISTRY.append({"deep": [thing]})
    found = [h for h in gc.get_referrers(thing) if type(h) is list]
    while found and found[-1] is not REGISTRY:
        found = [h for h in gc.get_referrers(found[-1]) if type(h) is dict and "deep" in h or h is REGISTRY]
    assert found and found[-1] is REGISTRY  # what hides can be found from its end
    REGISTRY.clear()


def claim_114():
    """Not streaming: the whole file in memory.

    In fact: as much as the file; by pieces, as much as a piece.
    """
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"some words of a line\n" * 100_000)
        f.flush()

        def whole():
            with open(f.name, "rb") as data:
                return len(data.read().split(b"\n")) - 1

        def streamed():
            with open(f.name, "rb") as data:
                return sum(1 for _ in data)

        equal((whole(), streamed()), (100_000, 100_000))
        between(2_100_000, peak_of(whole), 12_000_000)
        between(0, peak_of(streamed), 300_000)


report(globals())
