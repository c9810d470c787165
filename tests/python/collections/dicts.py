# collections.defaultdict, OrderedDict, Counter's and namedtuple's helpers.
from _collections import defaultdict, OrderedDict
import _collections
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

# defaultdict
print(defaultdict(), defaultdict(int), defaultdict(None, {1: 2}), defaultdict(list, a=1), defaultdict(int, [(1, 2)], b=3))
fails(defaultdict, 1); fails(defaultdict, int, 1); fails(defaultdict, int, {}, 3); fails(defaultdict, [(1, 2)])
d = defaultdict(list); d["a"].append(1); d["a"].append(2); print(d, d["b"], d, d.get("z"), "z" in d, d.default_factory, len(d))
d.default_factory = None; fails(lambda: d["q"]); d.default_factory = lambda: 5; print(d["q"], d.__missing__("r"), sorted(d))
d = defaultdict(int, x=1); print(d.copy(), type(d.copy()), d.__copy__(), d | {"y": 2}, {"y": 2} | d, type({} | d), d == {"x": 1}); fails(lambda: d | [1]); fails(lambda: [1] | d)
r = d.__reduce__(); print(r[:4], list(r[4])); print(defaultdict(None, {1: 2}).__reduce__()[1])
class D(defaultdict):
    def __missing__(self, k): return "own " + str(k)
x = D(int, {1: 2}); print(x, x[5], x[1], type(x.copy()), repr(x)); x.a = 1; print(x.a)
def raises(): raise ValueError("factory")
fails(lambda: defaultdict(raises)[1]); d = defaultdict(raises); d[1] = d; print(len(repr(d)) > 10); d.clear()
d = defaultdict(int)
for c in "mississippi": d[c] += 1
print(d, sorted(d.items()))
z = defaultdict(None); z[1] = z; print(z); z.clear()

# OrderedDict
o = OrderedDict([(1, "a"), (2, "b"), (3, "c")])
print(o, OrderedDict(), OrderedDict(a=1, b=2), OrderedDict({1: 2}, z=3), len(o), OrderedDict.fromkeys("ab"), OrderedDict.fromkeys(iterable=[1], value=2))
fails(OrderedDict, 1); fails(OrderedDict, 1, 2); fails(OrderedDict, [(1,)]); fails(OrderedDict, [(1, 2, 3)]); fails(OrderedDict, [()]); fails(o.update, 1, 2); fails(hash, o)
o.move_to_end(1); print(list(o)); o.move_to_end(3, last=False); print(list(o)); o.move_to_end(3, False); o.move_to_end(key=1); print(list(o)); fails(o.move_to_end, 9); fails(o.move_to_end); fails(o.move_to_end, [])
print(o.popitem(), o.popitem(last=False), o.popitem(False), o); fails(o.popitem); fails(o.popitem, 1, 2)
o.update([(1, 2), (3, 4)]); o.update({5: 6}, k=7); print(o, o.pop(1), o.pop(9, "d"), o.pop(key=9, default=None), o); fails(o.pop, 9); fails(o.pop); fails(o.pop, 1, 2, 3)
print(o.setdefault(3), o.setdefault(8), o.setdefault(key=9, default=1), o); del o[3]; print(o); fails(o.__delitem__, 3)
a, b = OrderedDict([(1, 2), (3, 4)]), OrderedDict([(3, 4), (1, 2)])
print(a == b, a != b, a == dict(b), dict(a) == b, a == a.copy(), a == OrderedDict(a), a == [(1, 2)], a.__eq__(5)); fails(lambda: a < b)
print(a | {1: 9, 7: 7}, {7: 7} | a, type({} | a), a | b); fails(lambda: a | [1]); a |= [(5, 6)]; print(a); a |= {1: 0}; print(a)
print(a.keys(), a.values(), a.items(), list(reversed(a)), list(reversed(a.keys())), list(reversed(a.values())), list(reversed(a.items())))
print(type(a.keys()), type(iter(a)), a.keys() & {1}, a.keys() == {1, 3, 5}, len(a.items()), (1, 0) in a.items(), 5 in a.keys(), isinstance(a.keys(), type({}.keys())))
it = iter(a.items()); print(next(it), it.__reduce__()[1:], list(it)); print(iter(a).__reduce__()[1])
r = a.__reduce__(); print(r[:4], list(r[4])); print(a.copy(), type(a.copy()))
class O(OrderedDict): pass
p = O(a=1); p.q = 2; print(p, p.__reduce__()[:4], type(p.copy()), p.__dict__, vars(OrderedDict())); p["self"] = p; print(p); p.clear(); print(p, p.q)
q = OrderedDict(); q.attr = 5; print(q.attr, q.__dict__)
class Upper(OrderedDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
    def __missing__(self, k): return "missing " + str(k)
u = Upper(a=1); u.update(b=2); u.setdefault("c", 3); u |= {"d": 4}; print(u, u["zz"], u.copy()); fails(u.pop, "zz")
def walk(o, change):
    for k in o: change(o, k)
for change in (lambda o, k: o.__setitem__(k + 100, 1), lambda o, k: o.__delitem__(k), lambda o, k: o.move_to_end(k), lambda o, k: o.clear(), lambda o, k: o.popitem(), lambda o, k: o.__setitem__(k, 5)):
    fails(walk, OrderedDict.fromkeys(range(4)), change)
o = OrderedDict.fromkeys(range(4)); it = iter(o); next(it); o[9] = 1; fails(next, it); print(next(it, "end"))
o = OrderedDict(); model = []
state = 3
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (state >> 33) % n
for spread in (5, 12, 100):
    o.clear(); model.clear()
    for step in range(4000):
        k = rnd(spread); op = rnd(8)
        if op < 2:
            if k not in model: model.append(k)
            o[k] = k
        elif op == 2:
            if k in model: model.remove(k); del o[k]
        elif op == 3:
            if k in model: model.remove(k); model.append(k); o.move_to_end(k)
        elif op < 6:
            if k in model: model.remove(k); model.insert(0, k); o.move_to_end(k, last=False)
        elif op == 6:
            if model: assert o.popitem()[0] == model.pop()
        elif model: assert o.popitem(last=False)[0] == model.pop(0)
        if step % 50 == 0: assert list(o) == model and list(reversed(o)) == model[::-1] and len(o) == len(model) and all(x in o for x in model)
print("model ok")
lru = OrderedDict.fromkeys(range(1000))
for i in range(100000): lru.move_to_end(i * 7 % 1000)
for i in range(100000): lru[i + 1000] = 1; lru.popitem(last=False)
for i in range(100000): lru.move_to_end(next(reversed(lru)), last=False)
print(len(lru))

# helpers
m = {}; print(_collections._count_elements(m, "abca"), m); m = {"a": 2.5}; _collections._count_elements(m, "ab"); print(m)
class M(dict):
    def get(self, k, d=None): return 10
m = M(); _collections._count_elements(m, "aab"); print(m); fails(_collections._count_elements, {}, [[]]); fails(_collections._count_elements, {}, 1); fails(_collections._count_elements, {"a": "x"}, "a")
m = {1: 2 ** 62 - 1}; _collections._count_elements(m, [1, 1]); print(m)
g = _collections._tuplegetter(1, "doc"); print(g, g.__get__((1, 2)), g.__doc__, g.__reduce__()[1], g.__get__(None, int) is g); fails(g.__get__, [1]); fails(g.__get__, (1,)); fails(g.__set__, (1, 2), 3); fails(g.__delete__, (1, 2)); fails(_collections._tuplegetter, "a", 1); fails(_collections._tuplegetter)
