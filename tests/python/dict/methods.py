# Every method and operator of dict, its views and iterators: results and errors.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

print({}, {1: 2}, dict(), dict(a=1), dict({1: 2}, b=3), dict([(1, 2), [3, 4], "ab"]), dict(zip("xy", (1, 2))), {**{1: 2}, 3: 4}, {1: 1, 1.0: 2, True: 3})
fails(dict, 1); fails(dict, 1, 2); fails(dict, [1]); fails(dict, ["abc"]); fails(dict, [(1,)]); fails(dict, [(1, 2), (1, 2, 3)]); fails(hash, {}); fails(dict, [([], 1)])
fails(lambda: {[]: 1}); fails(lambda: {{}: 1}); fails(lambda: {}[[]]); fails(lambda: {}["a"]); fails(lambda: {}[1, 2]); fails(lambda: {}[None])
class K:
    def __init__(self, d): self.d = d
    def keys(self): return self.d
    def __getitem__(self, k): return "got " + str(k)
print(dict(K("abc")), dict(K([]), z=1))
class K2:
    keys = None
fails(dict, K2())
d = {}
d["a"] = 1; d[2] = "b"; d[(1, 2)] = 3; d[None] = 4; d[1.5] = 5; d["a"] = 6
print(d, len(d), bool(d), bool({}), "a" in d, "z" in d, 2.0 in d, (1, 2) in d); fails(lambda: [] in d)
print(d.get("a"), d.get("z"), d.get("z", 0), d.get(None, 0), d.get(2)); fails(d.get); fails(d.get, []); fails(d.get, 1, 2, 3); fails(d.get, key=1)
print(d.setdefault("a", 9), d.setdefault("n"), d.setdefault("m", 7), d); fails(d.setdefault, []); fails(d.setdefault)
print(d.pop("a"), d.pop("a", "none"), d.pop(None), d); fails(d.pop, "a"); fails(d.pop); fails(d.pop, []); fails({}.pop, []); fails({}.pop, 1, 2, 3)
print(d.popitem(), d.popitem(), d); fails({}.popitem); fails({}.popitem, 1)
del d[2]; print(d); fails(d.__delitem__, "nope"); fails(d.__delitem__, [])
print(d.update({1: 2}), d.update([(3, 4)]), d.update(x=5), d.update({1: 6}, y=7), d.update(), d); fails(d.update, 1); fails(d.update, 1, 2); fails(d.update, [1]); fails(d.update, [(1, 2, 3)])
d.update(self=1, key=2); print(d)
e = d.copy(); e["new"] = 1; print("new" in d, type(e)); d.clear(); print(d, len(d), len(e))
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), dict.fromkeys({5: 6}), dict.fromkeys({1}, "s"), dict.fromkeys(frozenset([2]), 3), {}.fromkeys("x")); fails(dict.fromkeys, 1); fails(dict.fromkeys); fails(dict.fromkeys, [[]])
print({1: 2} | {1: 3, 4: 5}, {1: 2}.__or__([(1, 2)])); fails(lambda: {} | [(1, 2)]); fails(lambda: [(1, 2)] | {})
d = {1: 2}; d |= {3: 4}; d |= [(5, 6)]; print(d)
def ior(x): global d; d |= x
fails(ior, 1); fails(ior, None)
print({1: 2} == {1: 2.0}, {1: 2, 3: 4} == {3: 4, 1: 2}, {1: 2} == {1: 3}, {1: 2} == {2: 2}, {} == [], {1: 2} != {1: 2}, {}.__eq__(1), {1: 2} == {1: 2, 3: 4}); fails(lambda: {} < {})
print(list(reversed({1: 2, 3: 4})), list({1: 2, 3: 4}), tuple({1: 2}.items()), max({1: 2, 3: 4}))

# views
d = {1: "a", 2: "b", 3: "c"}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), len(v), len(i), 1 in k, "a" in v, (1, "a") in i, (1, "b") in i, 5 in i, (1,) in i, [] in v)
fails(lambda: [] in k); fails(lambda: ([], 1) in i); print((4, []) in i)
d[4] = "d"; print(k, v, i, list(reversed(k)), list(reversed(v)), list(reversed(i)))
print(sorted(k & {1, 2, 9}), sorted(k | [7]), sorted(k - (1, 2)), sorted(k ^ {1, 9}), sorted({1, 9} - k), sorted([1, 9] - k), sorted({1, 9} | k), sorted({1, 9} & k), sorted({1, 9} ^ k), sorted([1, 8] | k))
print(sorted(i & {(1, "a"), (1, "z")}), sorted(i - [(1, "a")]), sorted(i ^ {(1, "a"), (5, 5)}), len(i | {(9, 9)}), type(k & k), type(k | k))
fails(lambda: k & 1); fails(lambda: k | None); fails(lambda: 1 - k); fails(lambda: v & v); fails(lambda: k & [[]])
print(k == {1, 2, 3, 4}, k == d.keys(), k != {1}, k < {1, 2, 3, 4, 5}, k <= {1}, k > {1}, k >= {1, 2}, i == dict(d).items(), k == [1, 2, 3, 4], v == v, v == d.values(), {1, 2, 3, 4} == k, {1} < k, k == frozenset(k)); fails(lambda: k < [1])
print(k.isdisjoint([7, 8]), k.isdisjoint({1}), i.isdisjoint([(1, "z")]), k.isdisjoint(k), {}.keys().isdisjoint({}.keys())); fails(k.isdisjoint, 1)
fails(hash, k); fails(hash, i); print(hash(v) == hash(v), type(k.mapping), k.mapping == d, dict(v.mapping) == d); fails(k.mapping.__class__.__setitem__ if hasattr(k.mapping.__class__, "__setitem__") else (lambda: 1 / 0))
fails(type(k)); fails(type(iter(k))); fails(lambda: k[0])
d = {1: []}; d[1].append(d.values()); d[2] = d; print(d, d.values()); d.clear()
d = {}; d["self"] = d.items(); print(d); d.clear()

# iterators
for view in ({1: 2, 3: 4}, {1: 2, 3: 4}.values(), {1: 2, 3: 4}.items()):
    it = iter(view); print(type(it), it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1:], list(it), it.__length_hint__(), list(it), next(it, "end"))
    it = reversed(view); print(type(it), it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1:], list(it))
pairs = list({1: 2, 3: 4}.items()); print(pairs); a, b = {1: 2, 3: 4}.items(); print(a, b)
kept = []
for p in {i: i * i for i in range(5)}.items(): kept.append(p)
print(kept)

# subclasses
class D(dict):
    def __missing__(self, key): return ("missing", key)
d = D(a=1); print(d["a"], d["b"], d.get("b"), "b" in d, d, type(d.copy()), type(d | {}), type({} | d), type(D.fromkeys("x"))); fails(d.pop, "q"); d.attribute = 1; print(d.attribute)
class E(dict):
    def __missing__(self, key): raise ValueError(key)
fails(lambda: E()[3])
class F(dict):
    def __getitem__(self, k): return "get"
    def __setitem__(self, k, v): print("set", k)
    def keys(self): return ["overridden"]
f = F({1: 2}); f.update({3: 4}); print(f, f[1], dict(f), {**f}, f.setdefault(9, 9), f == {1: 2, 3: 4, 9: 9})
class G(dict):
    def __iter__(self): return iter(["it"])
    def __getitem__(self, k): return "item " + k
    def keys(self): return ["key"]
print(dict(G({1: 2})), len(G({1: 2})))
class H(dict):
    def __init__(self, *a, **k): super().__init__(); print("init", a, k)
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
h = H(1, x=2); h["q"] = 5; print(h, H.fromkeys("ab", 1))
class NotDict:
    def __new__(cls): return []
fails(dict.fromkeys.__func__ if hasattr(dict.fromkeys, "__func__") else (lambda: {}.fromkeys()))
print(dict[int, str], {"a": 1}.__contains__("a"), {}.__len__(), {1: 2}.__getitem__(1))
class S(str):
    pass
d = {S("a"): 1, "b": 2}; print(d["a"], d[S("b")], S("a") in d, d, list(map(type, d))); d["a"] = 5; print(d, type(list(d)[0]))
