# weakref.ref: making, calling, comparing, hashing, subclasses; what refuses.
import gc
import weakref
from weakref import ref, getweakrefs, getweakrefcount


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class C:
    def __init__(self, v=0):
        self.v = v

    def __eq__(self, other):
        return isinstance(other, C) and self.v == other.v

    def __hash__(self):
        return hash(self.v)


c = C(1)
r = ref(c)
print(r() is c, ref(c) is r, r.__callback__, type(r), type(r) is ref, ref.__name__)
print(repr(r).startswith('<weakref at 0x'), "; to 'C' at 0x" in repr(r), repr(r).endswith('>'))
print(getweakrefcount(c), getweakrefs(c) == [r])
f = lambda r: None
r2 = ref(c, f)
print(r2 is r, r2 == r, r2.__callback__ is f, getweakrefcount(c), [x is r for x in getweakrefs(c)])
r3 = ref(c, None)
print(r3 is r, r3.__callback__)
del c
print(r(), r2(), r2.__callback__, repr(r).endswith('; dead>'))
print(r == r, r == r2, r != r2)

# a function shows its name
def named():
    pass


print(repr(ref(named)).endswith(' (named)>'))

# hash and equality follow the referent while it lives
a, b, d = C(1), C(1), C(2)
ra, rb, rd = ref(a), ref(b), ref(d)
print(ra == rb, ra != rb, ra == rd, ra != rd, hash(ra) == hash(1), hash(ra) == hash(rb))
print({ra: 'x'}[rb], ra == a)
del a
print(ra == rb, hash(ra) == hash(1), ra == ra)
never_hashed = ref(d)
r_new = ref(C(5))
attempt(lambda: hash(r_new))
attempt(lambda: ra < rb)
attempt(lambda: ra.v)


class Unhashable:
    __hash__ = None


u = Unhashable()
attempt(lambda: hash(ref(u)))

# arguments
attempt(lambda: ref())
attempt(lambda: ref(b, 1, 2))
attempt(lambda: ref(b, callback=1))
attempt(lambda: ref(ob=b))
attempt(lambda: r(1))
attempt(lambda: r(x=1))

# what can be referred to
for v in 1, 1.5, 10**100, 'a', b'a', None, (), [], {}, object(), True, range(3), slice(1), ...:
    attempt(lambda: ref(v))


class L(list):
    pass


class I(int):
    pass


class T(tuple):
    pass


class S:
    __slots__ = 'x'


class W:
    __slots__ = '__weakref__'


for v in L(), W(), C, named, set(), frozenset(), (i for i in ()), print, [].append, C().__eq__, ref, weakref, C.__eq__:
    r = ref(v)
    print(r() is v, end=' ')
print()
x = bytearray
print(ref(x)() is x)
for v in I(5), T(), S():
    attempt(lambda: type(ref(v)))

# subclasses
class MyRef(ref):
    __slots__ = 'key',

    def __new__(type, ob, callback, key):
        self = ref.__new__(type, ob, callback)
        self.key = key
        return self

    def __init__(self, ob, callback, key):
        super().__init__(ob, callback)

    def __call__(self):
        x = super().__call__()
        return x and (x.v, self.key)


m = MyRef(b, None, 'k1')
m2 = MyRef(b, None, 'k2')
print(m(), m2(), m is m2, m == m2, hash(m) == hash(m2), len(getweakrefs(b)))
del b
print(m(), m == m2, m.key)


class WithDict(ref):
    def __init__(self, ob, callback=None, **kw):
        super().__init__(ob, callback)
        self.kw = kw


w = WithDict(d, None, extra=1)
print(w.kw, w() is d, isinstance(w, ref), type(w).__mro__[1] is ref)
w.back = w
del w
gc.collect()
print(len([x for x in getweakrefs(d) if type(x) is WithDict]))

# the callback gets the reference, after it is dead
log = []
x = C()
r = ref(x, lambda r: log.append((r is saved[0], r(), r.__callback__)))
saved = [r]
del x
print(log)
# not if the reference died first
x = C()
r = ref(x, lambda r: log.append('never'))
del r
del x
print(len(log))

# errors in callbacks
import sys
sys.unraisablehook = lambda info: print('unraisable', info.exc_type.__name__, info.exc_value)


def bad(r):
    raise RuntimeError('in callback')


x = C()
r, s = ref(x, bad), ref(x, lambda r: print('other'))
del x

# many, some dropped in the middle, by callbacks too
x = C()
refs = [ref(x, lambda r: log.append(1)) for i in range(10)]
del refs[3:6]
print(getweakrefcount(x))
log.clear()
del x
print(len(log))
x = C()
refs = []
refs.extend(ref(x, lambda r: refs.clear()) for i in range(5))
del x
print(refs)

# making references in __del__ and callbacks
class Del:
    def __del__(self):
        self.r = ref(self, lambda r: print('dead'))
        print(self.r() is self)


Del()
print(ref[int])
print(getweakrefcount(5), getweakrefs('x'), getweakrefcount(None))
