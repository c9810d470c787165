# Weak references to garbage: which callbacks run, and when.
import gc
import weakref

gc.disable()
gc.collect()
log = []


class C:
    def __init__(self, name='c'):
        self.name = name


class D(C):
    def __del__(self):
        log.append('del ' + self.name)


def show(what):
    print(what, log)
    log.clear()


# reference outside of the garbage: its callback runs
c = C()
c.me = c
w = weakref.ref(c, lambda r: log.append(r() is None))
del c
gc.collect()
show('outside')

# inside: it does not
c = C()
c.me = c
c.w = weakref.ref(c, lambda r: log.append('inside'))
del c
gc.collect()
show('inside')

# inside one garbage cycle, to another, that dies with it
a, b = C('a'), C('b')
a.me, b.me = a, b
a.w = weakref.ref(b, lambda r: log.append('from a'))
del a, b
gc.collect()
show('both')

# the referent is garbage, the reference is held, its callback is garbage: still runs
a = C('a')
a.me = a
b = C('b')
b.callback = lambda r: log.append('callback ' + b.name)
w = weakref.ref(a, b.callback)
del a
gc.collect()
show('callback held by the reference')

# callbacks come before finalizers; weak references are dead in both
d = D('d')
d.me = d
w = weakref.ref(d, lambda r: log.append(('callback', r())))
w2 = weakref.ref(d)
D.look = lambda self: None
del d
gc.collect()
show('order')


class Look:
    def __del__(self):
        log.append(self.w() is None)


x = Look()
x.me = x
x.w = weakref.ref(x)
w = weakref.ref(x)
del x
gc.collect()
show('dead in the finalizer of a cycle')
x = Look()
x.w = weakref.ref(x)
del x
show('alive in the finalizer of a plain death')

# newest first
c = C()
refs = [weakref.ref(c, lambda r, i=i: log.append(i)) for i in range(4)]
del c
show('plain death')
c = C()
c.me = c
refs = [weakref.ref(c, lambda r, i=i: log.append(i)) for i in range(4)]
del c
gc.collect()
show('collected')

# a callback that makes garbage, collects, and looks at the garbage
def busy(r):
    log.append(gc.collect())
    x = []
    x.append(x)


c = C()
c.me = c
w = weakref.ref(c, busy)
del c
gc.collect()
show('busy')
print(gc.collect())

# a resurrected object has lost its weak references
kept = []


class R:
    def __del__(self):
        kept.append(self)


r = R()
r.me = r
w = weakref.ref(r)
del r
gc.collect()
print(len(kept), w() is None, weakref.getweakrefcount(kept[0]))
w = weakref.ref(kept[0])
print(w() is kept[0])
kept.clear()
gc.collect()
print(w())

# weak containers
s = weakref.WeakSet()
v = weakref.WeakValueDictionary()
k = weakref.WeakKeyDictionary()
for i in range(5):
    c = C(i)
    c.me = c
    s.add(c)
    v[i] = c
    k[c] = i
del c
print(len(s), len(v), len(k))
gc.collect()
print(len(s), len(v), len(k))

# proxies
c = C('proxied')
c.me = c
p = weakref.proxy(c, lambda p: log.append('proxy callback'))
print(p.name)
del c
gc.collect()
show('proxy')
try:
    p.name
except ReferenceError as e:
    print(e)
