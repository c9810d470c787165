# The library's collections module on top of ours: Counter, namedtuple, ChainMap, UserDict; copies and pickles of all.
from collections import deque, defaultdict, OrderedDict, Counter, namedtuple, ChainMap, UserDict, UserList
import copy, pickle, itertools
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)
c = Counter("mississippi"); print(c, c.most_common(2), c["zz"], c + Counter("ss"), c - Counter("iiiiii"), sorted(c.elements()), c.total(), Counter(a=3) & Counter(a=1), -Counter(a=-2))
P = namedtuple("P", "x y", defaults=[5]); p = P(1); print(p, p.x, p.y, p._replace(x=9), p._asdict(), P._fields, P.x, p == (1, 5), P._make([3, 4])); fails(P); fails(setattr, p, "x", 1); fails(delattr, p, "x")
print(ChainMap({1: 2}, {1: 3, 4: 5}), dict(ChainMap({1: 2}, {4: 5})), UserDict(a=1), UserList([1]) + [2])
for x in (deque([1, [2]], 3), defaultdict(list, {1: [2]}), OrderedDict([(1, [2]), (0, 3)]), Counter("aab"), [1, [2]], {1: [2]}, {1, 2}, frozenset([3]), (1, [2]), range(1, 9, 2), slice(1, 2), p):
    print(copy.copy(x) == x, copy.deepcopy(x) == x, type(copy.copy(x)).__name__, end=" ")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1): assert pickle.loads(pickle.dumps(x, protocol)) == x and type(pickle.loads(pickle.dumps(x, protocol))) is type(x)
    print("pickled")
makers = [lambda: iter([1, 2, 3, 4]), lambda: reversed([1, 2, 3, 4]), lambda: iter((1, 2, 3)), lambda: iter(range(5)), lambda: iter(range(2 ** 70, 2 ** 70 + 4)), lambda: iter({1: 2, 3: 4}), lambda: iter({1: 2, 3: 4}.items()), lambda: iter({5, 6}), lambda: iter(deque("abc")), lambda: iter("xyz"), lambda: iter(b"xyz"),
    lambda: itertools.chain("ab", "cd"), lambda: itertools.count(3), lambda: itertools.cycle("abc"), lambda: itertools.accumulate([1, 2, 3]), lambda: itertools.islice("abcdef", 1, 5, 2), lambda: itertools.product("ab", "cd"), lambda: itertools.permutations("abc", 2), lambda: itertools.combinations("abcd", 2), lambda: itertools.combinations_with_replacement("abc", 2), lambda: itertools.groupby("aabb", str.upper), lambda: itertools.repeat(1, 5), lambda: itertools.zip_longest("abc", "d"), lambda: itertools.compress("abcd", [1, 0, 1, 1]), lambda: itertools.takewhile(bool, [1, 2, 0]), lambda: itertools.dropwhile(bool, [1, 0, 3]), lambda: itertools.tee("abc")[0], lambda: itertools.starmap(pow, [(1, 2), (2, 3)]), lambda: itertools.filterfalse(None, [0, 1, 0])]
show = lambda it: [v[0] if isinstance(v, tuple) and hasattr(v[-1], "__next__") else v for v in itertools.islice(it, 8)]
for make in makers:
    for skip in range(3):
        it = make(); list(itertools.islice(it, skip))
        copies = [pickle.loads(pickle.dumps(it, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        shown = show(it)
        assert all(show(c) == shown for c in copies), (type(it), skip, shown, [show(c) for c in copies])
print("iterators pickled")
