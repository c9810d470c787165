# What __sizeof__ and sys.getsizeof say grows with what is inside.
import array, collections, io, itertools, struct, sys


def grown(small, large):
    """How much larger the second is by __sizeof__, and whether getsizeof agrees that it is at least that."""
    by = large.__sizeof__() - small.__sizeof__()
    return by, sys.getsizeof(large) >= large.__sizeof__() > 0, sys.getsizeof(small) >= small.__sizeof__() > 0


def grown_by(small, large, least):
    by, a, b = grown(small, large)
    return by >= least, a, b


print(grown_by(b"", bytes(1000), 984), grown_by(bytearray(), bytearray(1000), 1000))
print(grown_by("a", "a" * 1000, 980), grown_by("\u20ac" * 2, "\u20ac" * 1000, 1996), grown_by("\U0001f600", "\U0001f600" * 1000, 3996))
print(grown_by((1,), (1,) * 101, 800), grown_by([], [None] * 100, 800), grown_by([1, 2, 3], list(range(1000)), 7000))
print(grown_by({}, dict.fromkeys(range(1000)), 16000), grown_by(set(), set(range(1000)), 8000), grown_by(frozenset(), frozenset(range(1000)), 8000))
print(grown_by(1 << 70, 1 << 7000, 700), (5).__sizeof__() > 0, (1.5).__sizeof__() > 0, (1j).__sizeof__() >= 16)
print(grown_by(array.array("d"), array.array("d", range(1000)), 8000), grown_by(collections.deque(), collections.deque(range(1000)), 8000 - 512))
print(grown_by(collections.OrderedDict(), collections.OrderedDict.fromkeys(range(1000)), 16000))
print(grown_by(io.BytesIO(), io.BytesIO(bytes(100000)), 0), grown_by(struct.Struct("b"), struct.Struct("bhilq" * 20), 20))
print(grown_by(itertools.product(), itertools.product(*"abcdefgh" * 10), 1), grown_by(itertools.combinations("abcdef", 1), itertools.combinations("abcdef", 6), 1))
print(grown_by(itertools.permutations("abcdef", 1), itertools.permutations("abcdef", 6), 1),
      grown_by(itertools.combinations_with_replacement("abcdef", 1), itertools.combinations_with_replacement("abcdef", 60), 1))


def few(): pass


def many():
    a = b = c = d = 1
    return [a + b * c - d for a in range(10) for b in range(10) if a != b and c != d or a == d], {a: b, c: d}, a(b, c, d=d)


print(grown_by(few.__code__, many.__code__, 10))


def small(): yield


def big(a=0, b=0, c=0, d=0, e=0, f=0, g=0, h=0): yield a, b, c, d, e, f, g, h


print(grown_by(small(), big(), 8))


class Plain: pass


p = Plain()
before = sys.getsizeof(p) + sys.getsizeof(p.__dict__)
for i in range(100):
    setattr(p, "name%d" % i, i)
print(sys.getsizeof(p) + sys.getsizeof(p.__dict__) - before > 800, type.__sizeof__(Plain) > 0, sys.getsizeof(Plain) > 100)


class Wrong:
    def __sizeof__(self): return self.answer


w = Wrong()
for w.answer in (-1, "x", 2.5, 10 ** 30):
    try:
        print(sys.getsizeof(w))
    except Exception as e:
        print(type(e).__name__, e)
print(sys.getsizeof(type("NoSize", (), {"__sizeof__": None})(), "default"))
