"""bytes_of.py KIND: growth of resident memory for each element of a list of a million things of a kind, the list's own 8
bytes included.  Runs under any Python; bench/run.py runs it under two."""
import sys

COUNT = 1_000_000


class Two:
    def __init__(self, a, b):
        self.a = a
        self.b = b


class Eight:
    def __init__(self, a):
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = self.h = a


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


class Node:
    def __init__(self, next):
        self.next = next
        self.value = None


def closure(x):
    return lambda: x


def one(x):
    yield x


def suspended():
    g = one(1)
    next(g)
    return g


def chain():
    node = None
    for _ in range(COUNT):
        node = Node(node)
    return node


SHARED = "shared"
KINDS = {
    "int": lambda: [i for i in range(10 ** 9, 10 ** 9 + COUNT)],
    "float": lambda: [i + 0.5 for i in range(COUNT)],
    "str of 8 letters": lambda: ["%08x" % i for i in range(COUNT)],
    "tuple of two": lambda: [tuple([SHARED, SHARED]) for i in range(COUNT)],
    "instance, 2 attributes": lambda: [Two(SHARED, SHARED) for i in range(COUNT)],
    "instance, 8 attributes": lambda: [Eight(SHARED) for i in range(COUNT)],
    "instance, __slots__": lambda: [Slots(SHARED, SHARED) for i in range(COUNT)],
    "empty list": lambda: [[] for i in range(COUNT)],
    "list of three": lambda: [[SHARED, SHARED, SHARED] for i in range(COUNT)],
    "dict of one": lambda: [{SHARED: SHARED} for i in range(COUNT)],
    "dict of eight": lambda: [dict.fromkeys("abcdefgh") for i in range(COUNT)],
    "set of one": lambda: [{SHARED} for i in range(COUNT)],
    "closure": lambda: [closure(SHARED) for i in range(COUNT)],
    "generator": lambda: [suspended() for i in range(COUNT)],
    "node of a chain": chain,
}


def resident():
    """Anonymous memory: pages of code, read for the first time, are no part of the data."""
    with open("/proc/self/status") as f:
        for line in f:
            if line.startswith("RssAnon"):
                return int(line.split()[1]) * 1024


if len(sys.argv) < 2:
    print("\n".join(KINDS))
else:
    wanted, COUNT = COUNT, 1000
    KINDS[sys.argv[1]]()  # first a few, and with them what is made once
    resident()
    COUNT = wanted
    before = resident()
    kept = KINDS[sys.argv[1]]()
    print((resident() - before) / COUNT)
