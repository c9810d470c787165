# collections.deque: every method, bounds, iteration, mutation, pickling state.
from _collections import deque
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

print(deque(), deque("abc"), deque([1, 2, 3], 2), deque(maxlen=3), deque(iterable=[1], maxlen=None), deque(range(5), maxlen=0), deque([1], True).maxlen)
fails(deque, 1); fails(deque, [], -1); fails(deque, [], "a"); fails(deque, 1, 2, 3); fails(deque, a=1); fails(deque, [], 2 ** 70); fails(hash, deque()); fails(deque, [], 1.0)
d = deque([1, 2, 3])
d.append(4); d.appendleft(0); print(d, d.pop(), d.popleft(), d, len(d), bool(deque()))
d.extend("ab"); d.extendleft("xy"); print(d); d.extend(d); print(d); d.clear(); print(d, d.clear())
fails(d.pop); fails(d.popleft); fails(d.append); fails(d.extend, 3); fails(d.pop, 1)
d = deque(range(5)); d.extendleft(d); print(d)
d = deque(range(6))
for n in (1, -1, 2, -2, 0, 7, -13, 6, 3): d.rotate(n); print(n, list(d))
d.rotate(); print(d); d.rotate(Index(1)); print(d); deque().rotate(5); fails(d.rotate, "a"); fails(d.rotate, 1, 2); fails(d.rotate, 1.5)
for size in (1, 5, 8, 9, 17):
    for n in (0, 1, 3, -2, 8, -8, 100): 
        d = deque(range(size)); d.rotate(n); k = n % size; assert list(d) == list(range(size))[size - k:] + list(range(size))[:size - k]
d = deque("abcab")
print(d.count("a"), d.count("z"), d.index("b"), d.index("b", 2), d.index("a", -2), d.index("a", 1, 100), "c" in d, 5 in d)
fails(d.index, "z"); fails(d.index, "a", 4); fails(d.index, "c", 0, 2); fails(d.index, "a", "x")
d.remove("c"); print(d); fails(d.remove, "z"); d.reverse(); print(d); d = deque([1]); d.reverse(); print(d)
for n in range(7):
    row = []
    for i in range(-8, 9, 4):
        d = deque(range(n)); l = list(range(n)); d.insert(i, "X"); l.insert(i, "X"); assert list(d) == l; row.append(len(d))
    for i in range(n):
        d = deque(range(n)); l = list(range(n)); del d[i]; del l[i]; assert list(d) == l
        d = deque(range(n)); d[i] = "Y"; l = list(range(n)); l[i] = "Y"; assert list(d) == l and d[i] == "Y" and d[i - n] == "Y"
fails(deque([1, 2], 2).insert, 0, 3); fails(d.insert, "a", 1); fails(d.insert, 2 ** 70, 1)
d = deque([1, 2, 3]); print(d[0], d[-1], d[Index(1)]); fails(lambda: d[3]); fails(lambda: d[-4]); fails(lambda: d["a"]); fails(lambda: d[1:2]); fails(lambda: d[2 ** 70]); fails(d.__setitem__, 5, 1); fails(d.__delitem__, 5)
print(d + deque([4]), d * 2, 2 * d, d * 0, d * -1, deque([1, 2, 3], 4) * 3, deque([1, 2], 3) + deque([3, 4]), deque() * 100, deque([1, 2, 3, 4], 5) * 10 ** 15)
fails(lambda: d + [1]); fails(lambda: [1] + d); fails(lambda: d * "a"); fails(lambda: d * 1.5); fails(lambda: d + 1); fails(lambda: d * 2 ** 70)
e = d; e += [4, 5]; e *= 2; print(d, e is d); e += e; print(len(d)); e *= 0; print(d); e = deque([1, 2], 3); e += "xyz"; e *= 2; print(e)
for a, b in [([1], [2]), ([1, 2], [1]), ([], []), ([1], [1.0])]:
    a, b = deque(a), deque(b); print(a < b, a <= b, a == b, a != b, a > b, a >= b)
print(deque([1]) == [1], deque([1], 5) == deque([1]), deque().__eq__([])); fails(lambda: deque() < [])
d = deque([1, 2], 3); c = d.copy(); print(c, c is d, d.__copy__(), d.maxlen, deque().maxlen)
def setmax(): d.maxlen = 5
fails(setmax)
d = deque(maxlen=3)
for i in range(6): d.append(i)
print(d); d.appendleft("l"); print(d); d.extendleft("pqrs"); print(d); d = deque(maxlen=0); d.append(1); d.extend([1, 2]); d.appendleft(3); print(d)
r = deque([1, 2, 3]).__reduce__(); print(r[:3], list(r[3])); r = deque([1], 4).__reduce__(); print(r[:3], list(r[3]))
class D(deque): pass
x = D([1, 2], 5); x.a = 1; print(x, x.copy(), type(x.copy()), type(x + x), type(x * 2), x.__reduce__()[:3], x.__copy__().maxlen, x.a)
class NoDeque(deque):
    def __new__(cls, *a): return object.__new__(list) if False else deque.__new__(cls)
print(NoDeque("ab"))
it = iter(d := deque([1, 2, 3])); print(type(it), it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1], list(it), list(it))
it = reversed(d); print(type(it), it.__length_hint__(), list(it), type(it)(d, 1) is not it, list(type(it)(d, 1)), list(type(iter(d))(d, 2)), list(type(iter(d))(d)), list(type(iter(d))(d, 99))); fails(type(iter(d))); fails(type(iter(d)), 1)
def walk(d, change):
    for x in d: change(d)
for change in (lambda d: d.append(1), lambda d: d.pop(), lambda d: d.rotate(), lambda d: d.clear(), lambda d: d.extend(""), lambda d: d.reverse(), lambda d: d.__setitem__(0, 5)):
    fails(walk, deque([1, 2, 3]), change)
it = iter(d); d.append(1); fails(next, it); fails(next, it)
class E:
    def __init__(self, f, r=False): self.f, self.r = f, r
    def __eq__(self, o): self.f(); return self.r
d = deque([1, 2, 3])
for what in (d.clear, lambda: d.append(1)):
    for op in ("count", "index", "remove", "__contains__"):
        d.extend([1, 2]); fails(getattr(d, op), E(what))
    d.extend([1, 2]); fails(lambda: d == deque([E(what)] * len(d)))
d.clear(); d.append(d); d.append([d]); print(d); d.clear()
log = []
class Del:
    def __init__(self, n): self.n = n
    def __del__(self): log.append((self.n, len(d)))
d.extend([Del(1), Del(2)]); d.clear(); print(log); d.append(Del(3)); d[0] = 0; del d[0]; print(log); d = deque([Del(4), Del(5)], 1); print(log[-1][0])
d = deque(); import _weakref as weakref; w = weakref.ref(d); print(w() is d); del d; print(w())
d = deque(range(100000))
for _ in range(300000): d.append(d.popleft())
while len(d) > 3: d.pop()
print(d, deque[int])
state = 5
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (state >> 33) % n
for maxlen in (None, 7, 20):
    d, l = deque(maxlen=maxlen), []
    for step in range(3000):
        op = rnd(9)
        if op < 3:
            d.append(step); l.append(step)
            if maxlen and len(l) > maxlen: del l[0]
        elif op < 5:
            d.appendleft(step); l.insert(0, step)
            if maxlen and len(l) > maxlen: del l[-1]
        elif op == 5 and l: assert d.pop() == l.pop()
        elif op == 6 and l: assert d.popleft() == l.pop(0)
        elif op == 7 and l: i = rnd(len(l)); del d[i]; del l[i]
        elif op == 8 and l: n = rnd(50) - 25; d.rotate(n); k = n % len(l); l[:] = l[len(l) - k:] + l[:len(l) - k]
        if step % 40 == 0: assert list(d) == l and list(reversed(d)) == l[::-1] and d == deque(l)
print(len(l) > 0)
