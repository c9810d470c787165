# Dicts that change while they are searched, compared, shown, walked or updated.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

def walk(d, change):
    for k in d: change(d, k)
fails(walk, {1: 1}, lambda d, k: d.__setitem__(k + 1, 1))
fails(walk, {1: 1, 2: 2}, lambda d, k: d.pop(k))
fails(walk, {1: 1, 2: 2}, lambda d, k: d.clear())
fails(walk, {0: 0}, lambda d, k: (d.pop(k), d.__setitem__(k + 1, 0)))
fails(walk, {0: 0}, lambda d, k: (d.pop(0), d.__setitem__(0, 0)))
fails(walk, {1: 1, 2: 2}, lambda d, k: d.__setitem__(k, "new value"))
for view in ("keys", "values", "items"):
    d = {1: 1, 2: 2}
    it = iter(getattr(d, view)()); next(it); d[3] = 3; fails(next, it); fails(next, it); fails(list, it)
    d = {1: 1, 2: 2}
    it = reversed(getattr(d, view)()); next(it); d[3] = 3; fails(next, it); fails(next, it)
d = {1: 1}; it = iter(d); list(it); d[2] = 2; print(list(it))

class Key:
    def __init__(self, n, h=1): self.n, self.h = n, h
    def __hash__(self): return self.h
    def __eq__(self, other):
        if hook: hook(self, other)
        return isinstance(other, Key) and self.n == other.n
    def __repr__(self): return "K%d" % self.n
hook = None
def table(n): return {Key(i): i for i in range(n)}

for size in (3, 8, 9, 30):
    d = table(size)
    hook = lambda a, b: d.clear()
    print(d.get(Key(size - 1), "gone"), len(d)); hook = None
    d = table(size); count = [0]
    def hook(a, b):
        count[0] += 1
        if count[0] < 5: d[Key(100 + count[0], 2)] = 0
    print(d[Key(size - 1)], len(d)); hook = None
    d = table(size)
    def hook(a, b):
        global hook
        hook = None
        for k in list(d)[1:]: del d[k]
        d.update(table(3))
    d[Key(size + 5)] = "x"; print(d); hook = None
    d = table(size)
    def hook(a, b): raise ZeroDivisionError("eq")
    fails(lambda: d[Key(77)]); fails(d.__setitem__, Key(77), 1); fails(d.pop, Key(77)); fails(d.__delitem__, Key(0)); fails(d.setdefault, Key(77)); fails(d.update, {Key(77): 1}); fails(lambda: d == table(size)); fails(d.__contains__, Key(5)); hook = None
    print(len(d))

class BadHash:
    def __hash__(self): raise KeyError("hash")
class NotInt:
    def __hash__(self): return "x"
class NoHash:
    __hash__ = None
for b in (BadHash(), NotInt(), NoHash()):
    fails({}.__setitem__, b, 1); fails({1: 2}.get, b); fails({1: 2}.pop, b); fails(lambda: {b: 1}); fails(lambda: b in {})
class MinusOne:
    def __hash__(self): return -1
print(hash(MinusOne()), {MinusOne: 1} is None, {-1: "a", -2: "b"}[-1], {-1: "a", -2: "b"}[-2], hash(-1), hash(-2))
class Big:
    def __hash__(self): return 2 ** 100 + 5
    def __eq__(self, o): return True
print({Big(): 1}[Big()])

# repr, equality and update while values change the dict
class Evil:
    def __init__(self, f): self.f = f
    def __repr__(self): self.f(); return "evil"
    def __eq__(self, other): self.f(); return True
    __hash__ = object.__hash__
d = {}; d.update({1: Evil(d.clear), 2: 3}); print(repr(d)); d.update({1: 5, 2: Evil(lambda: d.pop(1, 0)), 3: 4}); print(repr(d))
d.clear(); d.update({1: Evil(d.clear), 2: 2}); print(d == {1: 1, 2: 2}, len(d))
e = {1: 1, 2: 2}; d = {1: Evil(e.clear), 2: 2}; print(e == d, e)
src = {Key(1): 1, Key(2): 2, Key(3): 3}; d = {Key(9): 0}
def hook(a, b): src.pop(Key(2, 7), None); src[Key(50, 50)] = 1
fails(d.update, src); hook = None; print(len(d))
class Del:
    def __del__(self): d.clear()
d = {1: Del(), 2: 3}; d[1] = 0; print(d); d = {1: Del(), 2: 3}; del d[1]; print(d); d = {1: Del(), 2: 3}; print(d.pop(2)); d.clear(); print(d)
d = {1: Del()}; d.update({1: 5, 2: 6}); print(d)
class Keys:
    def keys(self): d["grown"] = 1; return ["k"]
    def __getitem__(self, k): d.clear(); return k
d = {}; d.update(Keys()); print(d)
def gen():
    yield 1, 2
    d.clear()
    yield 3, 4
d = {0: 0}; d.update(gen()); print(d)
