# Every method and operator of list: results, errors, sizes.
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
class Bad:
    def __index__(self): raise ArithmeticError("index")

print([], [1], list(), list("abc"), list((1, 2)), list({1: 2}), list(range(3)), list(x for x in "xy"))
fails(list, 1); fails(list, 1, 2); fails(list, iterable=[]); fails(list, [], []); fails(hash, [])
class L(list):
    def __new__(cls, *a, **k): return super().__new__(cls)
    def __init__(self, *a, extra=None): super().__init__(*a); self.extra = extra
l = L("ab", extra=5)
print(l, l.extra, type(l), isinstance(l, list), type(l + []), type(l[:]), type(l * 2), type(l.copy()))
class M(list): pass
fails(M, a=1)
m = M([1]); m.x = 2; print(m, m.x, m == [1], [1] == m)
l = [3]; l.__init__(); print(l); l.__init__("xy"); print(l)

a = [1, 2, 3]
print(a.append(4), a, a.extend("xy"), a, a.extend(a), a)
a = [1, 2, 3]
a.insert(0, "f"); a.insert(100, "l"); a.insert(-1, "m"); a.insert(-100, "g"); a.insert(Index(1), "i"); print(a)
fails(a.insert, "a", 1); fails(a.insert, 2 ** 70, 1); fails(a.insert, -2 ** 70, 1); fails(a.insert, 1); fails(a.insert, 1.0, 1)
print(a.pop(), a.pop(0), a.pop(-2), a.pop(Index(1)), a)
fails([].pop); fails([1].pop, 1); fails([1].pop, -2); fails([1].pop, "a"); fails([1].pop, 2 ** 70); fails([1].pop, 1, 2); fails([1].pop, Bad())
a = [1, 2, 1, 3, 1.0, True]
print(a.count(1), a.count(9), a.index(3), a.index(1, 1), a.index(1, -3), a.index(1, 1, 100), a.index(1, Index(1)))
fails(a.index, 9); fails(a.index, 2, 2); fails(a.index, 2, 0, 1); fails(a.index, 1, "x"); fails(a.index, 1, None); fails(a.index)
print(a.index(3, -100, 2 ** 80), a.index(3, -2 ** 80))
print(a.remove(1), a, a.remove(1), a); fails(a.remove, 9); fails(a.remove)
print(a.reverse(), a, [].reverse(), [1].reverse())
b = a.copy(); print(b, b is a, a.clear(), a, b)
print([1, 2] + [3], [1] * 3, 3 * [1], [1] * 0, [1] * -5, [[]] * 2, [1, 2] * True, [1] * Index(2))
fails(lambda: [1] + (2,)); fails(lambda: [1] + 1); fails(lambda: [1] * 1.5); fails(lambda: [1] * "a"); fails(lambda: [1] * 2 ** 70); fails(lambda: [1] - [1])
fails(lambda: [1] * 2 ** 62)
a = b = [1]; a += (2,); a += "x"; a *= 2; print(a, a is b); a *= 0; print(a, a is b); a += a; print(a)
a = [1, 2]; a *= -1; print(a); a = [1, 2]; a += a; print(a)
def iadd(x): global a; a += x
fails(iadd, 1); fails(iadd, None)
print(1 in [1], 1.0 in [1], "a" in [1], [] in [[]], len([1, 2]), bool([]), bool([0]))
for x, y in [([1], [2]), ([1, 2], [1]), ([], []), ([1], [1.0]), ([1, [2]], [1, [3]])]:
    print(x < y, x <= y, x == y, x != y, x > y, x >= y)
fails(lambda: [1] < (1,)); fails(lambda: [1] < ["a"]); print([1] == ["a"], [1] == (1,), [1].__lt__((1,)), [1].__eq__(1))
nan = float("nan"); print([nan] == [nan], [nan] == [float("nan")], nan in [nan], [nan].count(nan), [nan].index(nan))

# indexing
a = list(range(5))
print(a[0], a[-1], a[Index(2)], a[True]); fails(lambda: a[5]); fails(lambda: a[-6]); fails(lambda: a["a"]); fails(lambda: a[1.0]); fails(lambda: a[None]); fails(lambda: a[2 ** 70]); fails(lambda: a[Bad()])
a[0] = "x"; a[-1] = "y"; print(a)
fails(a.__setitem__, 5, 1); fails(a.__setitem__, "a", 1); fails(a.__delitem__, 7); fails(a.__delitem__, "a")
del a[0], a[-1]; print(a)
a = list(range(10))
for s in [slice(None), slice(2, 5), slice(-3, None), slice(None, None, 2), slice(None, None, -1), slice(8, 2, -2), slice(5, 2), slice(100), slice(-100, 100, 3), slice(None, None, 2 ** 70), slice(2 ** 70), slice(-2 ** 70, None), slice(None, None, -2 ** 70), slice(Index(1), Index(4))]:
    print(a[s])
fails(lambda: a[::0]); fails(lambda: a["a":]); fails(lambda: a[1.5:]); fails(lambda: a[:Bad()])

# slice assignment and deletion
def assign(n, s, v):
    a = list(range(n))
    name = v if not hasattr(v, "__next__") else "iterator"
    try:
        a[s] = v
    except Exception as e:
        print(s, name, type(e).__name__, e)
    else:
        print(s, name, a)
for s in [slice(0, 0), slice(2, 4), slice(None), slice(4, 2), slice(-1, None), slice(100, 200), slice(0, 6, 2), slice(None, None, -1), slice(5, 0, -2)]:
    for v in [[], ["a", "b"], "xyz", (1, 2, 3, 4, 5, 6), 3, iter("pq")]:
        if not hasattr(v, "__next__"): assign(6, s, v)
        else: assign(6, s, iter("pq"))
a = [1, 2, 3]; a[:] = a; print(a); a[1:1] = a; print(a); a[::2] = a[::2]; print(a); a[::-1] = a; print(a); a[1:] = a; print(a)
for s in [slice(0, 0), slice(2, 4), slice(None), slice(4, 2), slice(0, 9, 2), slice(None, None, -3), slice(8, 1, -2), slice(3, 3, -1), slice(1, None, 2 ** 70)]:
    a = list(range(9)); del a[s]; print(s, a)
a = [1, 2, 3]
def gen():
    a.clear(); yield 7
a[1:2] = gen(); print(a)

# growing and shrinking
a = []
for i in range(3000): a.append(i)
while len(a) > 10: a.pop()
print(a, len(a))
for i in range(200): a.insert(0, i)
for i in range(200): a.pop(0)
print(a)
a = list(range(100)); del a[10:90]; print(len(a), a[9:11])

# repr of what contains itself
a = [1]; a.append(a); a.append([a]); print(a, str(a)); a.clear()
class R:
    def __repr__(self): raise KeyError("repr")
fails(repr, [R()]); print(repr([1, "a", None, 1.5, b"x"]))
print(list[int], type(list[int]), list.__doc__ is not None)
