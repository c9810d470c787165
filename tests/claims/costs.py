"""What the built-in types cost: claims 79 to 102."""
import collections
import dataclasses
import gc
import math
import sys
import tracemalloc

from claims import OURO, Thing, between, bytes_each, equal, held_by, raises, report, seconds


class Plain:
    def __init__(self, a, b, c):
        self.a, self.b, self.c = a, b, c


class Slots:
    __slots__ = "a", "b", "c"

    def __init__(self, a, b, c):
        self.a, self.b, self.c = a, b, c


@dataclasses.dataclass(slots=True)
class Data:
    a: int
    b: str
    c: int


def with_dict(thing):
    """The object, after somebody asked for its dict."""
    thing.__dict__
    return thing


def claim_079():
    """By default every object has a hidden __dict__.

    In fact: instances of classes without __slots__ do; it is made when somebody asks for it.
    """
    equal(Plain(1, 2, 3).__dict__, {"a": 1, "b": 2, "c": 3})
    for thing in 1, 1.5, "text", [], {}, (), None, object(), Slots(1, 2, 3), Data(1, "", 3):
        assert not hasattr(thing, "__dict__"), thing
    for thing in Thing(), Thing, claim_079, sys, type("L", (list,), {})(), ValueError():
        assert isinstance(thing.__dict__, collections.abc.Mapping), thing
    assert bytes_each(lambda i: with_dict(Plain(1, 2, 3))) > bytes_each(lambda i: Plain(1, 2, 3)) + 48


def claim_080():
    """Dicts are fat: they need room for quick look-up.

    In fact: {} is 64 bytes, a display of three names 184; with one key inserted 224, with six 352.
    Here: 32, 96; 96, 176: index and entries grow each for itself, in smaller steps.
    """
    one, six = {}, {}
    one[1] = None
    for key in range(6):
        six[key] = None
    sizes = [sys.getsizeof(d) for d in ({}, {"a": 1, "b": 2, "c": 3}, one, six)]
    equal(sizes, [32, 96, 96, 176] if OURO else [64, 184, 224, 352])
    for size, keys in zip(sizes, (0, 3, 1, 6)):
        assert size > sys.getsizeof((None,) * keys), keys
    record = {"a": 1, "b": 2, "c": 3}
    between(1.5, sys.getsizeof(record) / sys.getsizeof(tuple(record)), 3)


def claim_081():
    """A million profiles in dicts choke the RAM.

    In fact: about 184 bytes each, without their values, make 184 MB.
    Here: about 96.
    """
    each = bytes_each(lambda i: {"name": "n", "age": i, "token": "t"})
    between(80, each, 140) if OURO else between(180, each, 240)
    between(0, bytes_each(lambda i: Slots("n", i, "t")), 0.6 * each)


def claim_082():
    """dataclass(slots=True) needs Python 3.10."""
    assert sys.version_info >= (3, 10)
    thing = Data(1, "two", 3)
    equal((repr(thing), Data.__slots__, thing == Data(1, "two", 3)), ("Data(a=1, b='two', c=3)", ("a", "b", "c"), True))


def claim_083():
    """__slots__ takes the dict away from the objects, and slots=True makes __slots__.

    In fact: slots=True makes a second class, and leaves the first as it was.
    """
    class First:
        a: int = 5

    second = dataclasses.dataclass(slots=True)(First)
    assert second is not First and hasattr(First(), "__dict__") and not hasattr(second(), "__dict__")
    equal((second.__slots__, second().a, second.__name__), (("a",), 5, "First"))
    assert not hasattr(Slots(1, 2, 3), "__dict__")

    class Below(Slots):
        pass

    assert hasattr(Below(1, 2, 3), "__dict__")  # all classes on the way must have them


def claim_084():
    """With __slots__ the layout is fixed: no other attribute can be set."""
    for thing in Slots(1, 2, 3), Data(1, "", 3):
        thing.a = 10
        message = raises(AttributeError, setattr, thing, "d", 4)
        equal((thing.a, message), (10, "'%s' object has no attribute 'd'" % type(thing).__name__))
    thing = Plain(1, 2, 3)
    thing.d = 4
    equal(thing.d, 4)


def claim_085():
    """__slots__ saves 40 to 70 % of an instance.

    In fact: against one whose dict exists 72 to 59 % for one to five attributes; against one whose dict nobody asked for
    50 to 36 %.
    Here: against one whose dict exists as much; a plain instance otherwise costs what a slotted one does.
    """
    for number in range(1, 6):
        names = ["a%d" % i for i in range(number)]

        def fill(thing):
            for name in names:
                setattr(thing, name, None)
            return thing

        plain, slots = type("Plain", (), {}), type("Slots", (), {"__slots__": names})
        slotted, without = bytes_each(lambda i: fill(slots())), bytes_each(lambda i: fill(plain()))
        asked = bytes_each(lambda i: with_dict(fill(plain())))
        between(0.40, 1 - slotted / asked, 0.85)
        if OURO:
            between(-0.02, 1 - slotted / without, 0.05)
            between(0, slotted, 24 + 8 * number + 1)
        else:
            between(0.30, 1 - slotted / without, 0.55)


def claim_086():
    """__slots__ makes access to attributes a lot faster.

    In fact: no difference in 3.11.
    """
    def reading(thing):
        def read():
            for _ in range(20_000):
                thing.a, thing.b, thing.c, thing.a, thing.b, thing.c
        return read

    plain, slots = reading(Plain(1, 2, 3)), reading(Slots(1, 2, 3))
    times = [(seconds(plain, 3), seconds(slots, 3)) for _ in range(4)]
    between(0.5, min(t[1] for t in times) / min(t[0] for t in times), 1.7)


def claim_087():
    """The ints from -5 to 256 are there from the start and used again and again.

    In fact: 262 values.
    Here: those, and all others of up to 63 bits: they are values and no objects.
    """
    shared = [n for n in range(-1000, 1000) if int(str(n)) is int(str(n))]
    equal((shared[0], shared[-1], len(shared)), (-1000, 999, 2000) if OURO else (-5, 256, 262))
    if OURO:
        assert int(str(2**62 - 1)) is int(str(2**62 - 1)) and int(str(-(2**62))) is int(str(-(2**62)))
        assert int(str(2**62)) is not int(str(2**62))


def claim_088():
    """Larger ints are different objects: with two 500s `c is d` may be False.

    In fact: equal constants of one code object are one; a 500 that is computed is another object.
    Here: only from 2**62 on, as 87.
    """
    number = "9" * 20 if OURO else "500"
    names = {}
    exec("c = %s\nd = %s" % (number, number), names)
    assert names["c"] is names["d"]
    assert int(number) is not int(number) and int(number) == int(number)
    if OURO:
        assert int("500") is int("500")


def claim_089():
    """Small ints and strings may share memory."""
    assert int("7") is int("7") and len("seven77") is len("7777777")
    between(8_000, held_by(lambda: [n % 200 for n in range(1000)][:]), 10_000)  # the references, and no object
    a, b = "python", "python"
    assert a is b
    assert held_by(lambda: ["same text"] * 100) < held_by(lambda: ["text %d" % i for i in range(100)]) - 4_000


def claim_090():
    """Short strings and identifiers are interned.

    In fact: names, and constants that look like one; others by sys.intern; one character of Latin-1 is shared.
    """
    def constant(text):
        return eval(compile(repr(text), "somewhere", "eval"))

    assert constant("an_identifier") is constant("an_identifier")
    assert constant("not an identifier") is not constant("not an identifier")
    made = "".join(["an_", "identifier"])
    assert made is not constant("an_identifier") and sys.intern(made) is constant("an_identifier")
    for number in 0, 97, 233, 255:
        assert ("x" + chr(number))[1] is (chr(number) * 2)[:1], number
    assert ("\u0394" + "x")[:1] is not ("\u0394" + "x")[:1]
    thing = Thing()
    setattr(thing, "".join(["na", "me"]), 1)
    assert next(iter(thing.__dict__)) is sys.intern("name")


def claim_091():
    """Interned strings are cached for ever.

    In fact: they die with their last reference in 3.11.
    """
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [sys.intern("x" * 1000 + str(i)) for i in range(1000)]
    held = tracemalloc.get_traced_memory()[0] - before
    del kept
    left = tracemalloc.get_traced_memory()[0] - before
    between(1_000_000, held, 1_400_000)
    between(0, left, 300_000)  # the table


def claim_092():
    """Interning speeds comparison, for names, keys of dicts, tokens.

    In fact: identity is tried first.
    """
    asked = []

    class Key:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            asked.append(other)
            return type(other) is Key

    key = Key()
    table = {key: "found"}
    equal((table[key], key in [key], [key].index(key), asked), ("found", True, 0, []))
    equal((table[Key()], len(asked)), ("found", 1))
    text = "x" * 10_000_000
    other = "".join(["x"] * 10_000_000)
    assert text == other and text is not other
    assert seconds(lambda: text == other) > 20 * seconds(lambda: text == text)


def room(values):
    """The references that a list has room for."""
    return (sys.getsizeof(values) - sys.getsizeof([])) // 8


def appending(count):
    """The room of a list each time it changes, while so many are appended."""
    values = []
    rooms = [room(values)]
    for i in range(count):
        values.append(i)
        if room(values) != rooms[-1]:
            rooms.append(room(values))
        assert room(values) >= len(values)
    return rooms


def claim_093():
    """Lists are dynamic arrays with room to grow."""
    rooms = appending(100_000)
    between(60, len(rooms), 110)
    between(100_000, rooms[-1], 115_000)
    for before, after in zip(rooms[10:], rooms[11:]):
        between(1.1, after / before, 1.2)


def claim_094():
    """A list with room for 10 has room for 14 after an append.

    In fact: 16.
    """
    values = [None] * 10
    equal(room(values), 10)
    values.append(None)
    equal(room(values), 16)
    assert 14 not in appending(100)


def claim_095():
    """Lists grow 0, 4, 8, 16, 25, 35, 46.

    In fact: 0, 4, 8, 16, 24, 32, 40, 52, 64, 76, 92, 108, 128 since 3.9.
    """
    equal(appending(128), [0, 4, 8, 16, 24, 32, 40, 52, 64, 76, 92, 108, 128])


def claim_096():
    """Dicts use open addressing with sparse tables.

    In fact: a sparse index over a dense array of entries, which keeps the order of insertion.
    """
    class Colliding(int):
        def __hash__(self):
            return 7

    table = {Colliding(n): n for n in range(200)}
    for n in range(0, 200, 3):
        del table[Colliding(n)]  # what comes behind on the same way must still be found
    equal([table.get(Colliding(n)) for n in range(200)], [None if n % 3 == 0 else n for n in range(200)])
    order = [n * 7919 % 1000 for n in range(1000)]
    table = dict.fromkeys(order)
    equal(list(table), order)
    del table[order[3]]
    table[order[3]] = None
    equal(list(table), order[:3] + order[4:] + order[3:4])
    between(12 if OURO else 24, sys.getsizeof(table) / len(table), 45)


def inserting(count):
    """The numbers of keys at which a dict became larger."""
    table, at = {}, []
    size = sys.getsizeof(table)
    for i in range(count):
        table[i] = None
        if sys.getsizeof(table) != size:
            size = sys.getsizeof(table)
            at.append(len(table))
    return at


def claim_097():
    """Dicts grow when they are filled to about 66 %.

    In fact: to two thirds: at the keys 6, 11, 22, 43, 86, 171.
    Here: the entries grow by themselves as well, in smaller steps: so there is less room that is not used.
    """
    at = inserting(200)
    if OURO:
        equal(at, [1, 4, 6, 9, 21, 41, 81, 161])
    else:
        equal(at, [1, 6, 11, 22, 43, 86, 171])


def claim_098():
    """Growing keeps access O(1), makes things faster, and costs memory."""
    def reading(count):
        table = {i * 37: i for i in range(count)}
        keys = [key for key, _ in zip(table, range(1000))]

        def read():
            for key in keys:
                table[key]
        return read

    assert seconds(reading(200_000)) < 20 * seconds(reading(1000))  # the same 1000 keys; a search would take 200 times as long
    between(8, len(inserting(100_000)), 30)
    table = dict.fromkeys(range(100_000))
    entries = (16 if OURO else 24) * len(table)
    between(1.05 * entries, sys.getsizeof(table), 4 * entries)


def claim_099():
    """Lists and dicts grow, but do not shrink by themselves.

    In fact: lists do, below half their room.  Dicts and sets not by deletion, but when they would grow next; clear() frees.
    """
    values = list(range(1000))
    before = room(values)
    while len(values) > 501:
        values.pop()
    equal(room(values), before)
    while len(values) > 100:
        values.pop()
    between(100, room(values), 200)
    for make, add, take in (dict.fromkeys, lambda d, x: d.update({x: None}), dict.pop), (set, set.add, set.remove):
        table = make(range(1000))
        full = sys.getsizeof(table)
        for i in range(990):
            take(table, i)
        equal(sys.getsizeof(table), full)
        for i in range(2000, 5000):
            add(table, i)
            take(table, i)
        between(0, sys.getsizeof(table), full / 4)
        equal(sorted(table), list(range(990, 1000)))
        table.clear()
        equal(sys.getsizeof(table), sys.getsizeof(make(())))


def claim_100():
    """Types keep more than count and type.

    In fact: an int takes 28 bytes, a str of n 49 + n, a list 56 + 8n, a tuple 40 + 8n.
    Here: at most as much; an int of up to 63 bits the 8 of the reference to it.
    """
    for n in 0, 1, 5, 24, 100:
        equal(sys.getsizeof([None] * n) - sys.getsizeof([]), 8 * n)
        equal(sys.getsizeof((None,) * n) - sys.getsizeof(()), 8 * n)
        between(n, sys.getsizeof("x" * n), 49 + n)
    sizes = [sys.getsizeof(thing) for thing in (1, [], (), "", 1.5)]
    equal(sizes, [8, 40, 24, 32, 8] if OURO else [28, 56, 40, 49, 24])
    equal([sys.getsizeof(text * 1000) // 1000 for text in ("x", "\u0394", "\U0001d11e")], [1, 2, 4])


def claim_101():
    """sys.getsizeof(obj) tells the size in bytes.

    In fact: of the object alone, without what it refers to; [1, 2, 3] is 88.
    Here: 64, with room for three.
    """
    equal(sys.getsizeof([1, 2, 3]), 64 if OURO else 88)
    big = bytes(1_000_000)
    equal(sys.getsizeof([big]), sys.getsizeof([None]))
    between(1_000_000, sys.getsizeof(big), 1_010_000)

    class Sized:
        def __sizeof__(self):
            return 1000

    between(1000, sys.getsizeof(Sized()), 1032)
    between(0, bytes_each(lambda i: [None] * 10) - sys.getsizeof([None] * 10), 8)


def claim_102():
    """id(x) is the address in memory.

    In fact: in CPython; the promise is that no two objects that live have the same.
    Here: too, of what is an object; that of an int or float that is none is never an address of one.
    """
    many = [object() for _ in range(1000)]
    ids = [id(thing) for thing in many]
    equal(len(set(ids)), 1000)
    gc.collect()
    equal([id(thing) for thing in many], ids)
    with open("/proc/self/maps") as f:
        writable = [[int(end, 16) for end in line.split()[0].split("-")] for line in f if line.split()[1].startswith("rw")]
    for address in ids:
        assert any(low <= address < high for low, high in writable), hex(address)
    equal(math.gcd(*ids) % 8, 0)
    numbers = [1, 2, 1 << 40, 1.5, 2.5, -1]
    equal(len({id(n) for n in numbers}), 6)
    if OURO:
        assert not any(low <= id(n) < high for n in numbers for low, high in writable)


report(globals())
