# The containers of weakref.py, on our _weakref.
import gc
import weakref
from weakref import WeakKeyDictionary, WeakMethod, WeakSet, WeakValueDictionary


class C:
    def __init__(self, v=None):
        self.v = v

    def __repr__(self):
        return f'C({self.v})'

    def method(self):
        return self.v


# values
d = WeakValueDictionary()
a, b = C('a'), C('b')
d['a'], d['b'], d['c'] = a, b, C('c')
print(len(d), sorted(d), d['a'], d.get('c'), 'b' in d, 'c' in d)
print(sorted(d.items(), key=lambda i: i[0]), sorted(map(repr, d.values())), len(d.valuerefs()))
print(d.setdefault('a', b), d.setdefault('x', b), d.pop('x'), d.pop('zz', None))
del a
print(sorted(d.keys()), dict(d.copy()))
d.update({'q': b, 'r': b})
print(sorted(d))
try:
    d['nothing']
except KeyError as e:
    print('KeyError', e)
i = iter(d.items())
next(i)
del b, i
print(len(d), list(d))
d2 = WeakValueDictionary({1: C})
print(d2 | {2: C}, d2 == d2) if False else print(sorted((d2 | {2: C})))

# keys
k = WeakKeyDictionary()
a, b = C('a'), C('b')
k[a], k[b], k[C('c')] = 1, 2, 3
print(len(k), k[a], a in k, sorted(k.values()), sorted(map(repr, k)))
print(k.get(C('zz'), 'none'), k.pop(b), len(k), len(k.keyrefs()))
del a
print(len(k), list(k.items()))

# removal while iterating
k = WeakKeyDictionary()
objects = [C(i) for i in range(20)]
for o in objects:
    k[o] = o.v
seen = 0
for key in k:
    seen += 1
    if objects:
        objects.pop(0)
del key
print(seen > 0, len(k))
gc.collect()
print(len(k))

# sets
s = WeakSet()
a, b = C('a'), C('b')
s.add(a)
s.add(b)
s.add(C('c'))
print(len(s), a in s, C('x') in s, sorted(map(repr, s)))
t = WeakSet([a])
print(s & t == t, t <= s, s >= t, len(s | t), len(s - t), len(s ^ t), t.isdisjoint(s))
s.discard(a)
print(len(s))
del b
print(len(s), list(s))

# bound methods
a = C('a')
m = WeakMethod(a.method, lambda r: print('method gone'))
print(m()(), m == WeakMethod(a.method), weakref.ref(a.method)())
del a
print(m())

# finalize
def bye(*args, **kw):
    print('bye', args, kw)
    return 'result'


a = C('a')
f = weakref.finalize(a, bye, 1, x=2)
print(f.alive, f.atexit, f.peek()[0] is a, f.peek()[1:] == (bye, (1,), {'x': 2}))
del a
print(f.alive, f.peek(), f())
b = C('b')
f = weakref.finalize(b, bye, 'called')
print(f(), f.alive)
del b
c = C('c')
f = weakref.finalize(c, bye, 'detached')
print(f.detach()[1] is bye, f.alive)
del c
d = C('d')
f = weakref.finalize(d, bye, 'at exit')
