# list.sort and sorted: stability, keys, patterns that exercise runs, merges and galloping, mixed types.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

state = 12345
def rnd(n):
    global state
    state = (state * 1103515245 + 12345) % 2 ** 31
    return (state >> 8) % n

class Plain:
    __slots__ = ("k", "i")
    def __init__(self, k, i): self.k, self.i = k, i
    def __lt__(self, other): return self.k < other.k

def merge_sort(a, key):
    if len(a) < 2: return a
    m = len(a) // 2
    l, r, out, i, j = merge_sort(a[:m], key), merge_sort(a[m:], key), [], 0, 0
    while i < len(l) and j < len(r):
        if key(r[j]) < key(l[i]): out.append(r[j]); j += 1
        else: out.append(l[i]); i += 1
    return out + l[i:] + r[j:]

def patterns(n):
    yield [rnd(10 ** 6) for _ in range(n)]
    yield [rnd(5) for _ in range(n)]
    yield list(range(n))
    yield list(range(n, 0, -1))
    yield [i // 2 for i in range(n)]
    yield [i % 7 for i in range(n)]
    yield [i if i % 50 else rnd(n) for i in range(n)]
    yield [n - i if (i // 40) % 2 else i for i in range(n)]
    yield [i % (n // 2 + 1) for i in range(n)]
    yield [(i * i) % 101 for i in range(n)]
    yield list(range(n // 2)) + list(range(n // 3))
    yield [0] * n

bad = 0
for n in (0, 1, 2, 3, 5, 10, 31, 32, 33, 63, 64, 65, 100, 257, 1000):
    for p in patterns(n):
        n = len(p)
        want = merge_sort(list(enumerate(p)), lambda t: t[1])
        want_keys = [k for _, k in want]
        bad += sorted(p) != want_keys
        bad += sorted(map(float, p)) != [float(k) for k in want_keys]
        strs = ["%09d" % k for k in p]
        bad += sorted(strs) != ["%09d" % k for k in want_keys]
        objs = sorted(Plain(k, i) for i, k in enumerate(p))
        bad += [(o.i, o.k) for o in objs] != want
        keyed = sorted(range(n), key=p.__getitem__)
        bad += keyed != [i for i, _ in want]
        rev = sorted(range(n), key=p.__getitem__, reverse=True)
        want_rev = merge_sort(list(enumerate(p)), lambda t: -t[1])
        bad += rev != [i for i, _ in want_rev]
        tuples = sorted((k, i) for i, k in enumerate(p))
        bad += tuples != sorted(((k, i) for i, k in want), key=lambda t: t[0])
        mixed = sorted(float(k) if i % 2 else k for i, k in enumerate(p))
        bad += mixed != want_keys
print("bad:", bad)

a = [3, 1, 2]
print(a.sort(), a, a.sort(reverse=True), a, a.sort(reverse=1), sorted(a, key=None), a.sort(key=lambda x: -x), a)
print(sorted("hello world"), sorted({3: 1, 1: 2}), sorted([True, False, 2, 0.5]), sorted([2 ** 70, 1, -2 ** 70, 2 ** 62]))
print(sorted([1e300, -1e300, 0.0, -0.0, 5.5, 1e-300]), sorted(["é", "z", "a", "\U0001f600", ""]), sorted([b"b", b"a"]))
print(sorted(["b", "B", "a", "A"], key=str.lower), sorted(["bb", "a", "ccc"], key=len, reverse=True), sorted([[2], [1, 5], [1]]))
fails([1, "a"].sort); fails(["a", 1].sort); fails([1, None].sort); fails([1j, 2j].sort); fails([1].sort, 5); fails([1].sort, key=3); fails([2, 1].sort, key=3)
fails([].sort, reverse="a"); fails([].sort, foo=1); fails(sorted); fails(sorted, 1); fails(sorted, [], 1); fails(sorted, [2, 1], key=len)
class Truth:
    def __init__(self, n): self.n = n
    def __lt__(self, other): return Bool()
class Bool:
    def __bool__(self): raise KeyError("bool")
fails([Truth(1), Truth(2)].sort)
class OnlyGt:
    def __init__(self, n): self.n = n
    def __gt__(self, other): return self.n > other.n
    def __repr__(self): return "G%d" % self.n
print(sorted([OnlyGt(3), OnlyGt(1), OnlyGt(2)]))
nan = float("nan"); print(len(sorted([3.0, nan, 1.0, nan, 2.0])))
count = 0
class Counts:
    def __init__(self, n): self.n = n
    def __lt__(self, other):
        global count
        count += 1
        return self.n < other.n
def compares(values):
    global count
    count = 0
    [Counts(v) for v in values]
    sorted(Counts(v) for v in values)
    return count
print(compares(range(1000)), compares(range(1000, 0, -1)), compares([1] * 1000) <= 999, compares(list(range(500)) + list(range(500))) < 3000)
print(compares([rnd(10 ** 9) for _ in range(2000)]) < 21000)
