# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
from each_allocation import sweep

import collections
import copyreg
import io
import pickle

import _pickle


class A:
    def __init__(self, x):
        self.x = x
        self.y = [x]


class Slots:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1


class Reduced:
    def __reduce__(self):
        return Reduced, (), {"state": 1}, iter([]), iter([])


class Many(list):
    pass


class Stored(pickle.Pickler):
    def persistent_id(self, v):
        return "id" if v is A else None


class Fetched(pickle.Unpickler):
    def persistent_load(self, key):
        return A


values = [1, -2**70, 1.5, "text", "\u20ac" * 9, b"bytes", bytearray(b"array"), (1, 2, (3,)), [[]], {"a": 1, 2: "b"}, {1, 2}, frozenset([3]), None, ...]
objects = [A(1), A(2), Slots(), Reduced(), Many([1, 2, 3]), len, A, dict.fromkeys]


def written_values():
    return [len(_pickle.dumps(values, protocol)) for protocol in (0, 2, 3, 5)]


def written_objects():
    return [len(_pickle.dumps(objects, protocol)) for protocol in (2, 3, 4)]


def read_values():
    return [_pickle.loads(data)[3:5] for data in value_pickles]


def read_objects():
    return [type(v).__name__ for data in object_pickles for v in _pickle.loads(data)]


def many():
    return len(_pickle.loads(_pickle.dumps(["%d" % i for i in range(200)], 4)))


def by_file():
    f = io.BytesIO()
    p = Stored(f, 5)
    p.dump([A, A(1), _pickle.PickleBuffer(b"xy"), "x" * 100])
    p.memo = p.memo.copy()
    p.memo = p.memo
    f.seek(0)
    u = Fetched(f)
    found = u.load()
    u.memo = u.memo.copy()
    u.memo = {1: 2, 10**9: 3}
    return found[2:], len(u.memo.copy())


value_pickles = [pickle.dumps(values, protocol) for protocol in range(6)]
object_pickles = [pickle.dumps(objects, protocol) for protocol in range(2, 6)]
for work in (written_values, written_objects, read_values, read_objects, many, by_file):
    sweep(work)
