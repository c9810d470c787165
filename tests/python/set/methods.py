# Every method and operator of set and frozenset: results (shown sorted), errors, identities.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)
def s(x): return type(x).__name__ + str(sorted(x))

print(set(), frozenset(), {1}, frozenset([1]), set([1, 1]), s(set("hello")), s(frozenset({3: 4, 1: 2})), s({*"ab", 1 and "c"}))
fails(set, 1); fails(set, 1, 2); fails(set, iterable=1); fails(frozenset, 1); fails(frozenset, 1, 2); fails(frozenset, a=1); fails(set, [[]]); fails(lambda: {[]}); fails(hash, set())
class S(set): pass
class F(frozenset): pass
class SI(set):
    def __init__(self, *a, **k): super().__init__(*a); self.k = k
class FI(frozenset):
    def __new__(cls, *a, **k): return super().__new__(cls, *a)
    def __init__(self, *a, **k): self.k = k
print(S([1]), F([1]), S(), F(), SI([1], z=2).k, FI([1], z=2).k); fails(S, a=1); fails(F, a=1); fails(F, 1, 2)
f = frozenset("ab"); print(frozenset(f) is f, F(f) is f, f.copy() is f, type(F(f).copy()), set(f) == f)
class R(set):
    def __repr__(self): return "R"
print(R(), {1: R()})

a = {1, 2, 3}
print(a.add(4), a.add(1), s(a), a.discard(9), a.discard(4), s(a), a.remove(3), s(a)); fails(a.remove, 3); fails(a.remove, []); fails(a.discard, []); fails(a.add, []); fails(a.add); fails(a.add, 1, 2)
x = {1}; print(x.pop(), x); fails(x.pop); fails(set().pop, 1)
a.clear(); print(a, a.clear())
a = {1, 2, 3}; b = a.copy(); b.add(9); print(s(a), s(b), 1 in a, 9 in a, len(a), bool(set())); fails(lambda: [] in a)
n = {frozenset([1, 2]), frozenset()}
print({1, 2} in n, {3} in n, set() in n, n.discard({1, 2}), len(n), n.remove(set()), n); fails(n.remove, {5}); fails(n.__contains__, [1])

a, b = {1, 2, 3}, {2, 3, 4}
for x, y in [(a, b), (frozenset(a), b), (a, frozenset(b)), (S(a), F(b)), (F(a), S(b)), (a, a), (a, set())]:
    print(s(x | y), s(x & y), s(x - y), s(x ^ y), x == y, x != y, x < y, x <= y, x > y, x >= y)
for op in ("__or__", "__and__", "__sub__", "__xor__", "__lt__", "__eq__", "__ror__", "__rand__", "__rsub__", "__rxor__"):
    print(op, getattr(a, op)([1]), getattr(frozenset(a), op)("x"))
fails(lambda: a | [1]); fails(lambda: a & {1: 2}); fails(lambda: a - 1); fails(lambda: a ^ "a"); fails(lambda: a < [1]); fails(lambda: frozenset() >= 1)
print(s(a.union()), s(a.union([7], "x", {8: 1}) - {"x"}), s(a.intersection()), s(a.intersection([1, 2], (2, 5))), s(a.difference()), s(a.difference([1], {2: 3})), s(a.symmetric_difference([1, 1, 9])), s(a.symmetric_difference({1: 2})))
print(s(frozenset(a).union([9])), s(F(a).difference([1])), type(F(a).intersection(a)), type(S(a).union()))
print(a.issubset([1, 2, 3, 4]), a.issubset({1}), a.issuperset("a"), a.issuperset([1, 2]), a.issuperset([]), a.isdisjoint([7]), a.isdisjoint({1}), a.isdisjoint(a), set().isdisjoint(set()), a.issubset(iter([1, 2, 3])))
for m in ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint", "update", "intersection_update", "difference_update", "symmetric_difference_update"):
    fails(getattr({1}, m), 5); fails(getattr({1}, m), [[]])
fails(a.symmetric_difference); fails(a.issubset); fails(a.isdisjoint, 1, 2)
c = set(a); print(c.update([7], {8}), s(c), c.update(), c.intersection_update([7, 8, 1], {7, 1}), s(c), c.difference_update([7]), s(c), c.symmetric_difference_update([1, 5]), s(c), c.update(c), c.difference_update(c), c, c.intersection_update(), c)
c = set(a); c.symmetric_difference_update(c); print(c); c = set(a); c.intersection_update(c); print(s(c))
c = d = set(a); c |= {9}; c &= {1, 9, 2}; c -= {2}; c ^= {1, 7}; print(s(c), c is d); c -= c; print(c); c ^= {1}; c ^= c; print(c)
f = g = frozenset([1]); f |= {2}; print(s(f), g, f is g)
def ior(v): global c; c |= v
def isub(v): global c; c -= v
fails(ior, [1]); fails(isub, "x")

# which of two equal items stays
i, fl = {1}, {1.0}
print(i | fl, fl | i, i & fl, fl & i, i ^ {2.0}, {1, 2, 3} & fl, fl & {1, 2, 3}, i.union([True]), {True}.intersection([1]))
i.add(1.0); print(i); i.update({True}); print(i)

print(hash(frozenset()) == hash(frozenset([])), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), hash(frozenset([1, 2, 3])), hash(frozenset(range(100))), hash(frozenset()), {frozenset([1]): 5}[frozenset([1])])
print(hash(frozenset([0])), hash(frozenset([-1])), hash(frozenset([(1, 2)])), len({hash(frozenset([a, b])) for a in range(50) for b in range(a)}))
print({1, 2} == frozenset([1, 2]), frozenset([1]) == {1}, {1} == [1], S([1]) == {1}, {1} != 5)

print(set().__reduce__(), frozenset([1]).__reduce__(), S([1]).__reduce__()); t = S([2]); t.attr = 1; print(t.__reduce__(), t.attr)
it = iter({1, 2, 3}); print(type(it), it.__length_hint__(), len([next(it)]), it.__length_hint__(), len(list(it)), it.__length_hint__(), list(it)); fails(type(it))
it = iter({5}); print(it.__reduce__()[1:], list(it), it.__reduce__()[1:])
def walk(v, change):
    for x in v: change(v, x)
fails(walk, {1}, lambda v, x: v.add(2)); fails(walk, {1, 2}, lambda v, x: v.discard(1) or v.discard(2)); fails(walk, {1, 2}, lambda v, x: v.clear()); fails(walk, {1, 2}, lambda v, x: v.add(1))
it = iter({1, 2}); v = {1, 2, 3}; it = iter(v); next(it); v.add(9); fails(next, it); fails(next, it); print(it.__length_hint__())
class Rec:
    def __init__(self): self.s = None
    def __repr__(self): return "Rec(%r)" % (self.s,)
r = Rec(); r.s = {r}; print(r.s); r.s = S([r]); print(r.s); r.s = F([r]); print(r.s); r.s = None
print(set[int], frozenset[int], [m for m in dir(set) if m not in dir(frozenset)])
x = set(range(1000)); print(len(x), sum(x), len(x - set(range(0, 1000, 2))), len(x & set(range(500, 2000))))
while x: x.pop()
print(x, len({i << 40 for i in range(2000)}), len({float(i) for i in range(100)} | set(range(100))))
