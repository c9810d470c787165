# _functools: reduce, partial, cmp_to_key, and the wrapper of lru_cache.
import _functools as F
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

add = lambda a, b: a + b
print(F.reduce(add, [1, 2, 3]), F.reduce(add, [], 5), F.reduce(add, "ab", "c"), F.reduce(add, [7]))
t(F.reduce, add)
t(F.reduce, add, 1)
t(F.reduce, add, [])
t(F.reduce, add, [1, "a"])

def show(*a, **k): return a, k
p = F.partial(show, 1, x=2)
print(p(), p(3, y=4), p(x=5), p.func is show, p.args, p.keywords)
q = F.partial(p, 9, z=8)
print(q.func is show, q.args, q.keywords, q(10))
print(repr(F.partial(len, [1])), F.partial(len, [1])(), F.partial(show)(*range(12)))
t(F.partial)
t(F.partial, 1)
p.attr = 1
print(p.attr, p.__dict__, F.partial(p, 2).func is p)
print(F.partial(len).__reduce__())
r = F.partial(len)
r.__setstate__((show, (1,), {"k": 2}, {"own": 3}))
print(r(5), r.own)
t(r.__setstate__, 1)
t(r.__setstate__, (1, (), {}, None))
t(setattr, p, "func", len)
class PS(F.partial): pass
print(isinstance(PS(len), F.partial), PS(len, "abc")(), F.partial[int])
rec = F.partial(show)
rec.__setstate__((rec, (), {}, None))
print(repr(rec))
rec.__setstate__((len, (), {}, None))

k = F.cmp_to_key(lambda a, b: b - a)
print(sorted([1, 3, 2], key=k), k(1) < k(2), k(1) == k(1), k(5).obj, k(1) >= k(2))
t(F.cmp_to_key)
t(k)
t(k, 1, 2)
t(lambda: k(1) < 2)
t(hash, k(1))
print(sorted([2, 1], key=F.cmp_to_key(mycmp=lambda a, b: (a > b) - (a < b))))

W = F._lru_cache_wrapper
info = lambda *a: a
calls = []
def f(x, y=0):
    calls.append((x, y))
    return x * 10 + y
c = W(f, 2, False, info)
print(c(1), c(1), c(2), c(1), c(3), c(2), c.cache_info(), calls)
c.cache_clear()
print(c.cache_info(), c(1, y=2), c(1, y=2), c.cache_info())
t(c, [])
t(c)
u = W(f, None, False, info)
print(u(1), u(1.0), u(True), u.cache_info())
ty = W(f, None, True, info)
print(ty(1), ty(1.0), ty(x=1), ty.cache_info())
z = W(f, 0, False, info)
print(z(1), z(1), z.cache_info(), W(f, -5, False, info).cache_info())
t(W, 1, 2, 3, 4)
t(W, f, "a", False, info)
print(c.__get__(None, int) is c, c.__copy__() is c, c.__deepcopy__({}) is c)
class M:
    @lambda f: W(f, 8, False, info)
    def m(self, x): return x + 1
m = M()
print(m.m(1), m.m(1), M.m.cache_info())
# the function calls the wrapper again
def fib(n): return n if n < 2 else cached(n - 1) + cached(n - 2)
cached = W(fib, 3, False, info)
print(cached(50), cached.cache_info()[2:])
# a key whose comparison clears the cache
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, other):
        if clear: w.cache_clear()
        return self.n == other.n
clear = False
w = W(lambda x: x.n, 4, False, info)
print([w(K(i)) for i in (1, 2, 3, 1, 2, 3)], w.cache_info())
clear = True
print([w(K(i)) for i in (1, 2, 3, 4, 5, 1, 2)], w.cache_info()[2])
# a result whose death fills the cache
class R:
    def __del__(self):
        if deep: v(99)
deep = False
v = W(lambda n: R() if n < 50 else None, 2, False, info)
v(1); v(2)
deep = True
v(3); v(4)
deep = False
print(v.cache_info()[3] <= 2)
# many
big = W(lambda n: n, 100, False, info)
for i in range(1000): big(i % 150)
print(big.cache_info())
# cycles die
class N: pass
n = N()
n.c = W(lambda x: n, 5, False, info)
n.c(1)
del n
