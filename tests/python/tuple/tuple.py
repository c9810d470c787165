# Tuples: making, comparing, hashing, methods, errors; slices of them.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)
class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n

print((), (1,), (1, 2), tuple(), tuple([1]), tuple("ab"), tuple(range(3)), tuple(x for x in "xy"), tuple({1: 2}))
t = (1, 2); print(tuple(t) is t, () is tuple(), t[:] is t, tuple([]) is (), t * 1 is t, t + () is t, () + t is t, () * 5 is ())
fails(tuple, 1); fails(tuple, 1, 2); fails(tuple, iterable=1)
class T(tuple):
    def __init__(self, *a, **k): self.k = k
x = T([1, 2], z=3); print(x, x.k, type(x), type(x + ()), type(x[:]), type(x * 1), x == (1, 2), hash(x) == hash((1, 2)), tuple(x), type(tuple(x)))
class U(tuple): pass
fails(U, a=1); print(U([1]) + (2,), U() + (1,), (1,) + U(), type(U() + ()), U("ab").__getnewargs__(), type(U("ab").__getnewargs__()[0]))
for h in [(), (1,), (1, 2), (1, 2, 3), (0,), (-1,), (-1, -2), (True, False), ((1, 2), (3,)), (1, (2, (3, (4,)))), tuple(range(100)), (2 ** 61 - 1, 2 ** 70), (1.5, 2.0)]: print(hash(h), end=" ")
print(); fails(hash, ([],)); fails(hash, (1, {}))
for a, b in [((1,), (2,)), ((1, 2), (1,)), ((), ()), ((1,), (1.0,)), ((1, (2,)), (1, (3,))), ((2,), (1, 9))]: print(a < b, a <= b, a == b, a != b, a > b, a >= b)
fails(lambda: (1,) < [1]); fails(lambda: (1,) < ("a",)); print((1,) == [1], (1,).__eq__([1]), (1,).__lt__(1))
nan = float("nan"); print((nan,) == (nan,), nan in (nan,), (nan,).count(nan))
t = (1, 2, 1, 3.0, True, "x")
print(t.count(1), t.count(9), t.index(3), t.index(1, 1), t.index(1, -2), t.index("x", 2, 99), len(t), 3 in t, "y" in t)
fails(t.index, 9); fails(t.index, 2, 2); fails(t.index, 1, "a"); fails(t.count); fails(t.index)
print(t[0], t[-1], t[Index(1)], t[True]); fails(lambda: t[6]); fails(lambda: t[-7]); fails(lambda: t["a"]); fails(lambda: t[1.0]); fails(lambda: t[2 ** 80])
for s in [slice(1, 3), slice(None, None, -1), slice(5, 0, -2), slice(9, 10), slice(None, None, 3), slice(-2, None)]: print(t[s])
fails(lambda: t[::0])
print((1,) + (2,), (1, 2) * 2, 2 * (1,), (1,) * 0, (1,) * -1, (1,) * True); fails(lambda: (1,) + [2]); fails(lambda: (1,) + 1); fails(lambda: (1,) * "a"); fails(lambda: (1,) * 1.0); fails(lambda: (1,) * 2 ** 70); fails(lambda: (1,) * 2 ** 60)
def item(): t[0] = 1
def gone(): del t[0]
def attr(): t.x = 1
fails(item); fails(gone); fails(attr)
it = iter((1, 2, 3)); print(type(it), it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1:], list(it), it.__reduce__()[1:], list(it)); fails(type(it))
it = iter((1, 2, 3)); it.__setstate__(2); print(list(it)); it = iter((1, 2)); it.__setstate__(-1); print(list(it)); it = iter((1, 2)); it.__setstate__(77); print(list(it)); fails(it.__setstate__, "x")
l = []; t = (l,); l.append(t); print(t, l); l.clear()
class R:
    def __repr__(self): return repr(holder)
r = R(); holder = (r, 1); print(holder); holder = None
print(tuple[int, ...], repr((1, "a", None)), reversed((1, 2)), list(reversed((1, 2, 3)))) if False else print(list(reversed((1, 2, 3))), tuple[int])
class Eq:
    def __eq__(self, o): raise KeyError("eq")
fails(lambda: (Eq(),) == (1,)); fails((Eq(),).count, 1); fails((Eq(),).index, 1); fails(lambda: 1 in (Eq(),))

# slices
print(slice(1), slice(1, 2), slice(1, 2, 3), slice(None), slice("a", [], 1.5), slice(1) == slice(None, 1, None), slice(1) != slice(2), slice(1, 2) < slice(1, 3), slice(1).__eq__(1))
fails(slice); fails(slice, 1, 2, 3, 4); fails(slice, a=1); fails(hash, slice(1)); fails(lambda: slice(1) < 1); fails(lambda: slice(None) < slice(1))
s = slice(1, 2, 3); print(s.start, s.stop, s.step, s.__reduce__(), slice(None, None).indices(5))
def setstart(): s.start = 5
fails(setstart)
for s in [slice(None), slice(2), slice(-3, None), slice(None, None, -1), slice(10, 0, -3), slice(2 ** 70), slice(-2 ** 70, 2 ** 70, 2 ** 65), slice(None, None, -2 ** 70), slice(Index(1), Index(-1), Index(2)), slice(True, None)]:
    print(s.indices(0), s.indices(6), s.indices(2 ** 80), s.indices(Index(3)))
fails(slice(1).indices, -1); fails(slice(1).indices, "a"); fails(slice("a").indices, 5); fails(slice(1, 2, 0).indices, 5); fails(slice(1).indices); fails(slice(1.0).indices, 5)
