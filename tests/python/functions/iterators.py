# enumerate, reversed, zip, map, filter, iter: every method.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

e = enumerate("ab", 5)
print(next(e), list(e), list(e), list(enumerate("ab", start=2**62 - 1)), list(enumerate("a", 10**20)))
t(enumerate, "a", "b")
t(enumerate, 1)
print(enumerate("a").__reduce__()[1][1], iter(e) is e, enumerate[int])

r = reversed([1, 2, 3])
print(r.__length_hint__(), next(r), r.__length_hint__(), list(r), r.__length_hint__())
class S:
    def __len__(self): return 3
    def __getitem__(self, i): return i * 10
s = reversed(S())
print(type(s), s.__length_hint__(), list(s), list(s))
s = reversed(S())
next(s)
print(s.__reduce__()[2])
s.__setstate__(0)
print(list(s))
t(reversed, {1})
t(reversed, 1)
class N:
    __reversed__ = None
    def __len__(self): return 1
    def __getitem__(self, i): return i
t(reversed, N())
class R:
    def __reversed__(self): return "rev"
print(reversed(R()))

print(list(zip()), list(zip("ab")), list(zip("ab", [1, 2, 3])), list(zip("ab", [1, 2], strict=True)))
t(list, zip("ab", [1], strict=True))
t(list, zip("a", [1, 2], strict=True))
t(list, zip("a", "b", [1, 2], strict=True))
t(list, zip("ab", "cd", [1], strict=True))
t(list, zip("", "", [1], strict=True))
z = zip("ab", strict=True)
print(z.__reduce__()[2:], zip("a").__reduce__()[2:])
z = zip("a", [])
z.__setstate__(True)
t(list, z)

print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])))
print(list(map(lambda *a: a, *[[i] for i in range(10)])))
t(list, map(len, [1]))
t(map, len)
t(map, len, 1)
t(map, len, x=1)
m = map(int, "12")
print(m.__reduce__()[0], next(m), list(m))

print(list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(bool, [0, 2])))
t(filter, None)
t(filter, None, 1)
t(list, filter(len, [1]))

# iter(callable, sentinel) and the old protocol
n = [3]
def count():
    n[0] -= 1
    return n[0]
it = iter(count, 0)
print(list(it), list(it), type(it).__name__)
def stop(): raise StopIteration
print(list(iter(stop, 0)))
t(iter, 1, 2)
t(iter, 1)
class G:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i
g = iter(G())
print(next(g), list(g), list(g), type(g).__name__)
g = iter(S())
next(g)
print(g.__length_hint__(), g.__reduce__()[2])
g.__setstate__(2)
print(g.__length_hint__(), next(g))
t(type(g))
t(next, [])
t(next, iter([]))
t(next, iter([]), "d")
def gen():
    yield 1
    return 5
h = gen()
next(h)
try:
    next(h)
except StopIteration as e:
    print("value", e.value)

class It:
    "counts, its own iterator"
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
print(list(zip(It(), It())), list(map(lambda x: x, It())), list(enumerate(It())), sum(It()), max(It()))
class Sub(map):
    x = 1
print(list(Sub(str, [1])), Sub(str, []).x)

# all, any, min, max, sum, sorted
print(all([]), all([1, 0]), any([]), any([0, 2]), all(x < 3 for x in range(3)))
print(min(3, 1, 2), max([3, 1, 2]), max("a", "b", key=ord), min([], default="d"), max([1], default=2))
for bad in [((),), ([],), (1,), (1, "a")]:
    t(max, *bad)
t(max, 1, 2, default=3)
t(max, 1, foo=2)
print(max([1, 1.0, True]), min(["b", "aa"], key=len), max(1, 2, key=None))
print(sum([1, 2, 3]), sum([1.5, 2]), sum([True, 2**70, 1]), sum([[1], [2]], []), sum([], 5), sum([0.5, 1 + 2j]))
print(sum([2**61, 2**61, 2**61, 0.5]), sum([1, 2.5, 2**70]), sum(x for x in range(5)))
for bad in [(["a"],), ("ab",), (["a"], ""), ([b"a"], b""), ([], bytearray()), (1,)]:
    t(sum, *bad)
t(sorted, [1, "a"])
print(sorted("bca"), sorted({3: 1, 1: 2}), sorted([1, 2, 3], key=lambda x: -x))
