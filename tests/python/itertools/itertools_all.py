# Every iterator of itertools: items, arguments, errors, state for pickling.
from itertools import *
import itertools, operator
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
        if hasattr(r, "__next__"): r = list(islice(r, 5))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)
def take(n, it): return list(islice(it, n))
def state(it):
    def show(v):
        if isinstance(v, tuple): return tuple(show(x) for x in v)
        if isinstance(v, list): return [show(x) for x in v]
        return type(v).__name__ if hasattr(v, "__next__") and type(v).__name__ not in ("str_iterator", "str_ascii_iterator") else "str_iterator" if hasattr(v, "__next__") else v
    return show(it.__reduce__())
class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
class Boom:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise ZeroDivisionError("boom")
        self.n -= 1; return self.n

print("== count")
print(take(3, count()), take(3, count(5)), take(3, count(5, -2)), take(3, count(1.5, 0.5)), take(3, count(start=2, step=3)), take(2, count(2 ** 62 - 1)), take(3, count(2 ** 62 - 2)), take(2, count(-2 ** 62, -1)), take(2, count(1j)), take(2, count(2 ** 70, 2 ** 69)), take(3, count(True)), take(2, count(step=0)))
print(count(), count(3), count(3, 2), count(1.5), count(2 ** 70), count(3, 1), count(-5, -1)); fails(count, "a"); fails(count, 1, "a"); fails(count, 1, 2, 3); fails(count, x=1); fails(count, None)
print(state(count(1)), state(count(1, 2)), state(count(1.5)), state(count(1, 1.0)))
c = count(2 ** 62 - 2); take(3, c); print(next(c), c)
print("== repeat")
print(take(3, repeat(1)), list(repeat("a", 2)), list(repeat("a", 0)), list(repeat("a", -1)), list(repeat(object=1, times=2)), repeat(1), repeat(1, 3), repeat(1, -1), repeat(5, 4).__length_hint__(), list(repeat(1, Index(2)))); fails(repeat); fails(repeat, 1, 2, 3); fails(repeat, 1, "a"); fails(repeat, 1, None); fails(repeat(1).__length_hint__); fails(repeat, 1, 2 ** 70)
r = repeat(1, 3); next(r); print(state(r), state(repeat(2)), r, list(map(pow, range(4), repeat(2))))
print("== chain")
print(list(chain()), list(chain("ab", [1], (), {2: 3})), list(chain.from_iterable(["ab", [1]])), list(chain.from_iterable(x for x in ("p", "q")))); fails(chain, 1); fails(chain.from_iterable, 1); fails(chain, a=1); fails(chain, [1], 2); fails(chain.from_iterable, [[1], 2])
c = chain("ab", [3]); next(c); print(state(c), list(c), state(c)); c.__setstate__((iter([[7], [8]]), iter([6]))); print(list(c)); fails(c.__setstate__, 1); fails(c.__setstate__, (1,)); fails(c.__setstate__, ()); fails(c.__setstate__, (iter([]), iter([]), 3))
class C(chain): pass
print(type(C("a")), list(C("ab")), type(C.from_iterable([])), chain[int])
print("== cycle")
print(take(7, cycle("abc")), list(cycle([])), take(3, cycle(iter([1])))); fails(cycle); fails(cycle, 1); fails(cycle, "a", "b"); fails(cycle, a=1); fails(cycle, Boom(2))
c = cycle("abc"); print(state(c)); next(c); print(state(c)); take(4, c); print(state(c)); c.__setstate__((["x", "y"], 1)); print(take(3, c)); fails(c.__setstate__, 1); fails(c.__setstate__, ("a", 1)); fails(c.__setstate__, ([], "a")); fails(c.__setstate__, ([],))
print("== accumulate")
print(list(accumulate([])), list(accumulate([1, 2, 3])), list(accumulate("abc")), list(accumulate([1, 2, 3], operator.mul)), list(accumulate([1, 2], initial=10)), list(accumulate([], initial=7)), list(accumulate([3, 1, 2], max)), list(accumulate([1], None, initial=None)), list(accumulate(iterable=[1, 2], func=operator.sub)))
fails(accumulate); fails(accumulate, 1); fails(accumulate, [1, 2], 5); fails(accumulate, [1, "a"]); fails(accumulate, [1], None, 5); fails(accumulate, Boom(3)); fails(accumulate, [1], x=1)
a = accumulate([1, 2, 3]); print(state(a)); next(a); print(state(a)); a.__setstate__(100); print(list(a)); a = accumulate([1, 2], initial=5); print(state(a)); next(a); print(state(a)); a = accumulate([None, 1], lambda x, y: None); next(a); print(state(a))
print("== takewhile dropwhile filterfalse starmap compress")
odd = lambda n: n % 2
print(list(takewhile(odd, [1, 3, 4, 5])), list(takewhile(odd, [])), list(dropwhile(odd, [1, 3, 4, 5])), list(filterfalse(odd, range(6))), list(filterfalse(None, [0, 1, "", "a", []])), list(filterfalse(bool, [0, 2])), list(starmap(pow, [(2, 3), [3, 2], iter((4, 2))])), list(compress("abcdef", [1, 0, 1, 0, 1, 1])), list(compress("abc", [1])), list(compress("a", [1, 1, 1])), list(compress(data="ab", selectors=[0, 1])))
for f in (takewhile, dropwhile, filterfalse, starmap, compress): fails(f); fails(f, 1); fails(f, odd, 1); fails(f, odd, [1, "a", 2]); fails(f, 1, [1]); fails(f, odd, [], x=1); fails(f, 1, 2, 3)
fails(takewhile, odd, Boom(0)); fails(dropwhile, lambda n: 1 // 0, [1]); fails(filterfalse, odd, Boom(4)); fails(starmap, pow, [1]); fails(starmap, pow, [(1,)]); fails(compress, "abc", Boom(1))
t = takewhile(bool, [1, 0, 1]); print(state(t)[2], list(t), list(t), state(t)[2]); t.__setstate__(0); print(list(t)); fails(t.__setstate__, Boom(1)) if False else None
t = dropwhile(bool, [1, 0, 1, 0]); print(state(t)[2], next(t), state(t)[2], list(t)); t.__setstate__([]); print(list(t)); print(state(filterfalse(None, [1])), state(starmap(pow, [])), state(compress("a", [1])))
print("== islice")
for args in [(3,), (2, 4), (0, None), (None,), (1, None, 2), (None, None, 3), (0,), (5, 2), (3, 100), (2, 9, 3), (None, 5), (Index(1), Index(4), Index(2))]: print(args[:1] if isinstance(args[0], Index) and False else len(args), list(islice(range(10), *args)), end=" ")
print(); it = iter(range(10)); print(list(islice(it, 3)), next(it), list(islice(it, 1, 3)), next(it), list(islice(it, 0)), next(it))
for args in [(), (1,), (1, 2), (-1,), (1, -1), (1, 2, 0), (1, 2, -1), ("a",), (1, "a"), ("a", 1), (1, 2, "a"), (1.0,), (2 ** 70,), (1, 2, 3, 4), (-1, 5)]: fails(islice, [1, 2, 3], *args) if args else fails(islice)
fails(islice, 1, 2); fails(islice, x=1); i = islice([1, 2, 3, 4], 1, 3); print(state(i)); next(i); print(state(i), list(i), state(i), list(i)); i = islice("abc", 2, None); print(state(i)); i.__setstate__(1); print(list(i)); fails(i.__setstate__, "a"); fails(islice(Boom(1), 3).__next__)
print("== pairwise zip_longest")
print(list(pairwise("abcd")), list(pairwise("a")), list(pairwise([]))); fails(pairwise); fails(pairwise, 1); fails(pairwise, "a", "b"); fails(pairwise, iterable="a"); fails(pairwise, Boom(2)); fails(pairwise, Boom(0))
print(list(zip_longest()), list(zip_longest("ab", [1, 2, 3], fillvalue="-")), list(zip_longest("abc", "x")), list(zip_longest([], [])), list(zip_longest("a", fillvalue=9)), list(zip_longest(*["ab"] * 10))[1][9]); fails(zip_longest, 1); fails(zip_longest, "a", x=1); fails(zip_longest, "a", Boom(1)); fails(zip_longest, [1], 2)
z = zip_longest("ab", "c", fillvalue=0); print(state(z), next(z), state(z), next(z), state(z)); z = zip_longest("ab", "c"); z.__setstate__("new"); print(list(z), state(zip_longest())); kept = list(zip_longest("abc", "de")); print(kept)
print("== product permutations combinations")
print(list(product()), list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product("ab", [])), list(product(repeat=3)), list(product("ab", repeat=0)), len(list(product(range(3), repeat=4))), list(product("a", "b", repeat=2)))
fails(product, 1); fails(product, "a", repeat=-1); fails(product, "a", repeat="x"); fails(product, "a", x=1); fails(product, "ab", repeat=2 ** 62); fails(product, "ab", repeat=None)
p = product("ab", "cd"); print(state(p), next(p), state(p), next(p), state(p), list(p), state(p), list(p)); p = product("ab", "cd"); p.__setstate__((1, 0)); print(list(p)); p.__setstate__((99, -5)); print(list(p)); fails(p.__setstate__, 1); fails(p.__setstate__, (1,)); fails(p.__setstate__, ("a", "b"))
for f in (permutations, combinations, combinations_with_replacement):
    print(f.__name__, list(f("abc", 2)), list(f("abc", 0)), list(f("ab", 3)) if f is not combinations_with_replacement else len(list(f("ab", 3))), list(f([], 0)), list(f([], 1)), len(list(f(range(6), 3))), list(f(iterable="ab", r=1)))
    fails(f); fails(f, 1, 1); fails(f, "ab", -1); fails(f, "ab", "a"); fails(f, "ab", 1, 1); fails(f, "ab", 1.0); fails(f, "ab", r=2 ** 70)
    p = f("abc", 2); print(state(p), next(p), state(p), next(p), state(p), list(p), state(p), list(p)); print(state(f("ab", 5)))
    fails(f("abc", 2).__setstate__, 1); fails(f("abc", 2).__setstate__, (1,)); fails(f("abc", 2).__setstate__, ("a", "b")); fails(f("ab", 9).__setstate__, (1, 2))
p = combinations("abcd", 2); p.__setstate__((1, 2)); print(list(p)); p = combinations("abcd", 2); p.__setstate__((99, -99)); print(take(2, p)); p = combinations_with_replacement("abc", 2); p.__setstate__((1, 1)); print(list(p)); p = permutations("abc", 2); p.__setstate__(((0, 2, 1), (3, 1))); print(list(p)); p = permutations("abc"); p.__setstate__(((9, -9, 1), (0, 9, 9))); print(len(list(p)))
print(list(permutations("abc")), len(set(permutations(range(5)))), list(permutations(range(3), None)) == list(permutations(range(3))), sum(1 for _ in permutations(range(8))))
kept = list(product("ab", "cd")); print(kept, [id(x) for x in kept] != [id(kept[0])] * 4); objs = [[]]; print(list(combinations(objs * 2, 2))[0][0] is objs[0])
print("== groupby")
print([(k, list(g)) for k, g in groupby("aabbca")], [(k, list(g)) for k, g in groupby([1, 3, 2, 4, 5], odd)], [k for k, g in groupby("aab")], [(k, "".join(g)) for k, g in groupby(iterable="aB", key=str.lower)], list(groupby([])))
g = groupby("aabb"); k1, g1 = next(g); k2, g2 = next(g); print(list(g1), list(g2), next(g, "end")); g = groupby("aab"); k, v = next(g); print(next(v), state(g), state(v)); k2, v2 = next(g); print(state(v), k2, list(v), list(v2))
fails(groupby); fails(groupby, 1); fails(groupby, [], 1, 2); fails(groupby, [1], 5); fails(groupby, Boom(0)); fails(groupby, "a", x=1); g = groupby("ab"); fails(g.__setstate__, 1); fails(g.__setstate__, (1,)); G = itertools._grouper; fails(G); fails(G, 1, 2); print(list(G(groupby("aab"), "a")), state(groupby("a")))
class Eq:
    def __eq__(self, o): raise KeyError("eq")
fails(groupby, [1, Eq(), 2]); g = groupby("aabb"); g.__setstate__(("z", "Z", "z")); print([(k, list(v)) for k, v in g])
print("== tee")
a, b = tee("abc"); print(list(a), list(b), list(a)); x = tee([1, 2], 3); print(len(x), [list(i) for i in x], tee([], 0), tee(iterable := [1]) is not None); fails(tee); fails(tee, 1); fails(tee, [], -1); fails(tee, [], "a"); fails(tee, [], 1, 2)
a, b = tee(range(200)); print(sum(islice(a, 150)), sum(islice(b, 20)), sum(a), sum(b)); a, = tee("abcd", 1); next(a); c = a.__copy__(); d = a.__copy__(); print(list(a), list(c), list(d), type(a))
a, b = tee("abc"); next(a); print(state(a)[1], a.__reduce__()[2][1], b.__reduce__()[2][1], a.__reduce__()[2][0].__reduce__()[1][1:]); T = itertools._tee; D = itertools._tee_dataobject; t = T(()); t.__setstate__((D(iter("yz"), ["w", "x"], None), 1)); print(list(t), list(T("pq"))); fails(T); fails(t.__setstate__, 1); fails(t.__setstate__, (1, 2)); fails(t.__setstate__, (D(iter([]), [], None), 99)); fails(D, 1, 2, 3); fails(D, iter([]), [], 5); fails(D, iter([]), [1] * 58, None)
class Re:
    def __iter__(self): return self
    def __next__(self): return next(second)
first, second = tee(Re()); fails(next, first)
class Fails:
    def __iter__(self): return self
    def __next__(self): raise KeyError("in tee")
a, b = tee(Fails()); fails(next, a); fails(next, b)
import _weakref as weakref; a, b = tee("ab"); w = weakref.ref(a); print(w() is a); del a; print(w() is None)
deep = iter([1]); 
for _ in range(2000): deep = chain(deep)
print("deep", sum(1 for _ in islice(count(), 10 ** 5)))
a, b = tee(range(100000)); print(sum(1 for _ in a)); del b
fails(lambda: pairwise("ab").__reduce__()); fails(type(iter(count())).__new__, int) if False else None
