"""Reference counting and the life of objects: claims 1 to 23."""
import gc
import sys
import tracemalloc
import weakref

from claims import OURO, Thing, alive, apart, between, equal, report, ring, watched


def count(thing):
    """The references to it that others hold: what getrefcount tells, less its argument and the parameter here."""
    return sys.getrefcount(thing) - 2


def claim_001():
    """Memory management is layered: counting in front, a collector of cycles behind it, an allocator of its own below."""
    gc.disable()
    alone, cycle = Thing(), ring(2)
    seen = weakref.ref(alone)
    del alone
    assert seen() is None and cycle() is not None
    gc.collect()
    assert cycle() is None
    blocks = sys.getallocatedblocks()
    kept = [object() for _ in range(1000)]
    between(1000, sys.getallocatedblocks() - blocks, 1100)
    del kept
    between(-50, sys.getallocatedblocks() - blocks, 50)


def claim_002():
    """Every object carries a count of the references to it."""
    class Local:
        pass

    def function():
        pass

    for thing in [], {}, Thing(), Local, function, bytearray(10), 1 << 100, "text %d" % len(__file__):
        before = count(thing)
        three = [thing] * 3
        equal(count(thing), before + 3)
        del three
        equal(count(thing), before)
    one, other = [], []
    holders = [one, one]  # noqa: F841
    equal((count(one), count(other)), (3, 1))


def claim_003():
    """Assigning to a further name adds 1."""
    x = []
    equal(count(x), 1)
    y = x
    equal(count(x), 2)
    z = y
    equal(count(x), 3)
    assert x is y is z


def claim_004():
    """Passing an object to a function adds 1 while the function runs.

    In fact: exactly 1, for the parameter: getrefcount says 3 in the callee and 2 outside.
    """
    def callee(parameter):
        return sys.getrefcount(parameter)

    x = []
    equal([sys.getrefcount(x), callee(x), callee(parameter=x), sys.getrefcount(x)], [2, 3, 3, 2])


def claim_005():
    """A new object has the count 1.

    In fact: it is the name's; getrefcount says 2, with its own argument, and 1 for an object without a name.
    """
    x = []
    equal((sys.getrefcount(x), sys.getrefcount([]), sys.getrefcount(Thing())), (2, 1, 1))


def claim_006():
    """del takes a name away and 1 from the count; the object stays while another name refers to it."""
    x = [1, 2, 3]
    y = x
    equal(count(y), 2)
    del x
    equal((count(y), y), (1, [1, 2, 3]))


def claim_007():
    """Leaving a scope takes 1 away for each local."""
    thing = Thing()

    def scope(fail):
        first = second = thing  # noqa: F841
        counts.append(count(thing))
        if fail:
            raise ValueError

    counts = []
    before = count(thing)
    scope(False)
    equal((counts, count(thing)), ([before + 2], before))
    try:
        scope(True)
    except ValueError:
        equal(count(thing), before + 2)  # the traceback keeps the frame
    equal(count(thing), before)


def claim_008():
    """Assigning something else to a name takes 1 from the object it referred to."""
    x = y = Thing()
    seen = weakref.ref(x)
    equal(count(y), 2)
    x = None
    equal(count(y), 1)
    y = x
    assert seen() is None


def claim_009():
    """At count 0 an object is destroyed and its memory freed, before the next statement."""
    gc.disable()
    events = []

    class Loud:
        def __del__(self):
            events.append("deleted")

    x = Loud()
    events.append("before")
    del x
    events.append("after")
    equal(events, ["before", "deleted", "after"])
    tracemalloc.start()
    big = bytearray(1_000_000)
    held = tracemalloc.get_traced_memory()[0]
    del big
    left = tracemalloc.get_traced_memory()[0]
    between(999_000, held - left, 1_001_000)


def claim_010():
    """Counts run 1, 2, 3, 2, 1, 0 through three names and three dels."""
    a = Thing()
    seen = weakref.ref(a)
    counts = [count(a)]
    b = a
    counts.append(count(a))
    c = a
    counts.append(count(a))
    del b
    counts.append(count(a))
    del c
    counts.append(count(a))
    del a
    equal((counts, seen()), ([1, 2, 3, 2, 1], None))


def claim_011():
    """sys.getrefcount shows the count, one too high for its own argument: about 2, 3, 2.

    In fact: exactly 2, 3, 2.
    """
    a = [1, 2, 3]
    told = [sys.getrefcount(a)]
    b = a
    told.append(sys.getrefcount(a))
    del b
    told.append(sys.getrefcount(a))
    equal(told, [2, 3, 2])


def claim_012():
    """Counting makes cleanup deterministic, lifetimes predictable, destruction fast.

    In fact: of what is in no cycle.
    """
    def run():
        events = []

        class Loud:
            def __init__(self, name, *parts):
                self.name, self.parts = name, parts

            def __del__(self):
                events.append(self.name)

        whole = Loud("whole", Loud("part", Loud("part of the part")))
        shared = Loud("shared")
        user = Loud("user", shared)
        del whole, shared
        events.append("still used")
        del user
        return events

    gc.disable()
    first = run()
    equal(first, ["whole", "part", "part of the part", "still used", "user", "shared"])
    equal([run() for _ in range(20)], [first] * 20)


def claim_013():
    """Reference counting does about 90 % of the cleanup.

    In fact: nobody says where the figure is from.  The share is the program's own: all of it where nothing is in a cycle.
    """
    with watched() as seen:
        for i in range(50_000):
            [i]
    equal(seen, [])

    def share(plain, cycles):
        gc.disable()
        dropped = [weakref.ref(Thing()) for _ in range(plain)] + [ring(1) for _ in range(cycles)]
        counted = 1 - alive(dropped) / len(dropped)
        gc.collect()
        equal(alive(dropped), 0)
        return counted

    equal([share(90, 10), share(50, 50), share(100, 0)], [0.9, 0.5, 1.0])


def claim_014():
    """The life of an object: creation with count 1, initialization, use, deletion."""
    events = []

    class Living:
        def __new__(cls, *arguments):
            self = super().__new__(cls)
            events.append(("created", count(self)))
            return self

        def __init__(self, name):
            self.name = name
            events.append("initialized")

        def __del__(self):
            events.append("deleted " + self.name)

    x = Living("x")
    events.append("used " + x.name)
    del x
    equal(events, [("created", 1), "initialized", "used x", "deleted x"])


def claim_015():
    """__del__ is called when the object is destroyed.

    In fact: at count 0 or by the collector, in cycles too, and once for an object; at the interpreter's exit not surely.
    """
    deleted, saved = [], []

    class Loud(Thing):
        def __del__(self):
            deleted.append(type(self).__name__)

    class Saved(Loud):
        def __del__(self):
            super().__del__()
            saved.append(self)

    x = Loud()
    del x
    equal(deleted, ["Loud"])
    gc.disable()
    ring(3, Loud)
    equal(len(deleted), 1)
    gc.collect()
    equal(deleted, ["Loud"] * 4)
    Saved()
    equal((deleted[4:], len(saved)), (["Saved"], 1))
    saved.clear()
    equal(len(deleted), 5)  # brought back once, and not finalized again


def claim_016():
    """More references raise the count; when all are dropped it is 0."""
    thing = Thing()
    seen = weakref.ref(thing)
    before = count(thing)
    holder = Thing()
    holder.attribute = thing
    places = [[thing], {"key": thing}, (thing,), {thing}, holder, (lambda kept: lambda: kept)(thing), iter([thing])]
    equal(count(thing), before + len(places))
    del thing, holder
    for left in range(len(places), 0, -1):
        assert seen() is not None, left
        places.pop()
    assert seen() is None


def claim_017():
    """Python is deterministic for most objects but not for cycles.

    In fact: a cycle dies at some later collection.
    """
    counted = Thing()
    seen = weakref.ref(counted)
    del counted
    assert seen() is None
    cycle = ring(2)
    assert cycle() is not None
    kept = []
    while cycle() is not None and len(kept) < 10_000:
        kept.append([])
    between(600, len(kept), 800)  # when the young generation is full


def claim_018():
    """x = 100 creates an object on the heap, puts a reference on the stack and tracks the count.

    In fact: 100 is one of the ints that are there from the start: nothing is created; and a global name is an entry of a dict.
    Here: no int of up to 63 bits is an object of the heap; its count says that nobody counts.
    """
    module = {"x": None}
    statement = compile("x = 100", "a module", "exec")
    exec(statement, module)
    gc.disable()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(100):
        exec(statement, module)
    between(-100, tracemalloc.get_traced_memory()[0] - before, 100)
    assert module["x"] is int("100")
    if OURO:
        equal(sys.getrefcount(100), sys.getrefcount(1 << 60))
    else:
        numbers = [100] * 1000  # noqa: F841
        between(1000, sys.getrefcount(100), 1 << 31)


def claim_019():
    """The stack has the variables, which are references; the heap has the objects; both are managed automatically.

    In fact: locals are slots of a frame, frames lie in chunks of their own and not on the stack of C; globals are in a dict.
    """
    def frame_has(argument):
        local = argument
        names = sys._getframe().f_locals
        return names["local"] is local, sorted(names), "local" in globals()

    equal(frame_has([]), (True, ["argument", "local"], False))
    assert globals()["claim_019"] is claim_019

    def deep(n):
        return n and deep(n - 1)

    def deeper_than_the_stack_of_c():  # 8 MiB are 160 bytes for each call
        sys.setrecursionlimit(60_000)
        return deep(50_000)

    equal(apart(deeper_than_the_stack_of_c), 0)


def claim_020():
    """A variable is a reference to an object."""
    x = [1]
    y = x
    equal(id(x), id(y))
    y.append(2)
    equal(x, [1, 2])
    y = [1, 2]
    assert x == y and x is not y
    y.append(3)
    equal(x, [1, 2])


def claim_021():
    """Everything is an object: numbers, strings, functions, classes."""
    for thing in 1, 1.5, 2j, "text", b"bytes", None, True, ..., [], {}, claim_021, len, Thing, type, gc, sys._getframe():
        assert isinstance(thing, object) and issubclass(type(thing), object)
        assert sys.getrefcount(thing) > 0 and sys.getsizeof(thing) > 0
        equal(id(thing), id((lambda x: x)(thing)))
        assert thing.__class__ is type(thing) and dir(thing)
    assert type(type) is type and isinstance(object, object)


def claim_022():
    """Every object holds its type, its count, its value and other metadata.

    In fact: object() is 16 bytes, count and type; containers have a header of 16 bytes for the collector before them.
    Here: the 16 bytes have the collector's part as well, and an object has no further header.
    """
    plain = object()
    equal((sys.getsizeof(plain), object.__basicsize__, type(plain), count(plain)), (16, 16, object, 1))
    header = sys.getsizeof([]) - list.__basicsize__
    equal(header, 0 if OURO else 16)
    for size in range(0, 300, 60):
        equal(sys.getsizeof(bytes(size)) - sys.getsizeof(b""), size if not OURO else (size + 7) // 8 * 8)


def claim_023():
    """A new object: without references destroyed at once; kept while it has some; in a cycle destroyed by the collector.

    In fact: a cycle is destroyed only when nothing outside of it refers to it.
    """
    gc.disable()
    assert weakref.ref(Thing())() is None
    kept = Thing()
    isolated, held = ring(3), ring(3)
    handle = held().next
    gc.collect()
    assert isolated() is None and held() is not None and kept
    assert handle.next.next.next is handle
    del handle
    assert held() is not None
    gc.collect()
    assert held() is None


report(globals())
