# Ranges: small and beyond every machine word; items, slices, search, equality, iterators.
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
B = 2 ** 64
print(range(3), range(1, 3), range(1, 10, 2), range(5, 0, -1), range(Index(4)), range(True), range(0, 3, 1), range(B), range(-B, B, B))
fails(range); fails(range, 1, 2, 3, 4); fails(range, 1, 2, 0); fails(range, "a"); fails(range, 1.0); fails(range, 1, "a"); fails(range, 1, 2, None); fails(range, stop=1)
for r in [range(0), range(5), range(5, 0), range(5, 0, -1), range(0, 10, 3), range(0, -10, -3), range(10, 10), range(-5, 5, 4), range(2 ** 62 - 2, 2 ** 62 + 3), range(-2 ** 62 - 2, -2 ** 62 + 2), range(2 ** 63 - 2, 2 ** 63 + 2), range(B, B + 5, 2), range(B, B - 7, -3), range(2 ** 62, 2 ** 62 - 4, -1)]:
    print(r, len(r), bool(r), list(r), list(reversed(r)), r.start, r.stop, r.step, hash(r) == hash(range(r.start, r.stop, r.step)), sum(r), r == range(r.start, r.stop, r.step))
    for i in (0, -1, 1):
        try: print(r[i], end=" ")
        except IndexError as e: print(e, end=" ")
    for s in (slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(-2, None), slice(4, 0, -2), slice(2 ** 70), slice(None, None, 2 ** 70)): print(r[s], end=" ")
    for x in (0, 3, 4.0, "a", B, B + 2, 2 ** 62, r.start): print(x in r, r.count(x), end=" ")
    print()
r = range(0, 20, 3)
print(r.index(9), r.index(9.0), r.index(True * 3), r.count(9), r.count(10), r.count(9.0)); fails(r.index, 10); fails(r.index, "a"); fails(r.index); fails(r.index, 1, 2); fails(range(3).index, B)
class Nine:
    def __eq__(self, o): return o == 9
print(Nine() in r, r.index(Nine()), r.count(Nine()), r.count(Index(9)))
class Raises:
    def __eq__(self, o): raise KeyError(o)
fails(lambda: Raises() in r); fails(r.index, Raises()); fails(r.count, Raises())
fails(lambda: r[7]); fails(lambda: r[-8]); fails(lambda: r["a"]); fails(lambda: r[1.0]); fails(lambda: r[B]); fails(lambda: r[::0]); fails(lambda: r["a":])
fails(len, range(B)); print(range(B)[B - 1], range(B)[-1], range(-B, B)[B], range(B).index(B - 5), B - 1 in range(B), B in range(B), range(0, B, 3).count(9), bool(range(B)))
print(range(B)[5:], range(B)[:-5], range(B)[::-1], range(B)[B - 1:B - 4:-1])
print(range(0) == range(2, 1), range(0, 3, 2) == range(0, 4, 2), range(3) == [0, 1, 2], range(1, 2, 5) == range(1, 2), hash(range(0)) == hash(range(5, 5)), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), hash(range(5)), range(3) != range(4)); fails(lambda: range(3) < range(4))
def attr(): r.start = 5
def item(): r[0] = 1
fails(attr); fails(item)
try:
    class R(range): pass
except TypeError as e: print(e)
print(r.__reduce__(), (range(B)).__reduce__())
for r in (range(4), range(B, B + 4), range(5, 1, -1), range(-B, B * 5, B)):
    it = iter(r); print(type(it), it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1:], list(it), next(it, "end"), it.__length_hint__(), it.__reduce__()[1:])
    it = iter(r); it.__setstate__(2); print(list(it)); it = iter(r); it.__setstate__(-4); print(list(it)); it = iter(r); it.__setstate__(100); print(list(it))
    it = reversed(r); print(type(it), next(it), it.__length_hint__(), list(it))
fails(iter(range(3)).__setstate__, "a"); fails(type(iter(range(3)))); fails(iter(range(3)).__setstate__, B)
n = 0
for i in range(100000): n += i
print(n, sum(range(10 ** 6)), max(range(B, B + 3)), 5 in range(10 ** 18), list(range(2 ** 63 - 1, 2 ** 63 + 1)), list(range(-2 ** 63 - 1, -2 ** 63 + 1)))
print([*range(3)], tuple(range(2)), list(zip(range(3), range(5, 8))), [i for i in range(10, 0, -3)], range(5)[1:4][::-1], list(range(5)[1:4][::-1]))
