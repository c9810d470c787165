# __del__: when, how often, in which order; resurrection.
import gc
import sys
import weakref

gc.disable()
gc.collect()
log = []


class D:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


def show(what):
    print(what, log)
    log.clear()


x = D('one')
del x
show('at once')

x = [D('a'), D('b'), D('c')]
del x
show('list')
x = (D('a'), D('b'), D('c'))
del x
show('tuple')
x = {1: D('a'), 2: D('b')}
del x
show('dict')
x = D('outer')
x.first = D('first')
x.second = D('second')
del x
show('attributes')
x = D('outer')
x.inner = D('inner')
x.inner.inner = D('innermost')
del x
show('nested')


def f():
    a = D('local a')
    b = D('local b')


f()
show('locals')

# cycles
x, y = D('x'), D('y')
x.other, y.other = y, x
del x, y
show('before')
gc.collect()
show('cycle')
gc.collect()
show('once')

# old and young garbage
x = D('old')
x.me = x
gc.collect()
y = D('young')
y.me = y
del x, y
gc.collect(0)
show('young only')
gc.collect()
show('all')

# the whole graph is intact while finalizers run
class Intact:
    def __del__(self):
        log.append((self.n, self.peer.n, self.peer.peer is self))


a, b = Intact(), Intact()
a.n, b.n = 1, 2
a.peer, b.peer = b, a
del a, b
gc.collect()
show('intact')

# resurrection
kept = []


class R:
    count = 0

    def __del__(self):
        R.count += 1
        kept.append(self)


x = R()
del x
print(R.count, len(kept), gc.is_finalized(kept[0]), gc.is_tracked(kept[0]))
kept.clear()
print(R.count)

x = R()
x.me = x
x.data = [1, 2]
w = weakref.ref(x)
del x
gc.collect()
print(R.count, len(kept), kept[0].data, kept[0].me is kept[0], w())
kept.clear()
gc.collect()
print(R.count, w())

# resurrected by another's finalizer, with all it reaches
class Other:
    pass


class Saver:
    def __del__(self):
        kept.append(self.friend)


s = Saver()
s.friend = Other()
s.friend.back = s
s.friend.list = [3]
lost = Other()
lost.me = lost
wl = weakref.ref(lost)
del s, lost
gc.collect()
print(len(kept), kept[0].list, kept[0].back.friend is kept[0], wl() is None)
kept.clear()
print(gc.collect() > 0, kept)

# errors are reported and ignored
def hook(info):
    print('unraisable', info.exc_type.__name__, info.exc_value, info.object.__qualname__)


sys.unraisablehook = hook


class Bad:
    def __del__(self):
        raise ValueError('in del')


x = Bad()
del x
x = Bad()
x.me = x
del x
gc.collect()

# a finalizer does not see, nor disturb, the exception being raised
class Quiet:
    def __del__(self):
        log.append(sys.exc_info()[0])
        try:
            1 / 0
        except ZeroDivisionError:
            pass


try:
    try:
        q = Quiet()
        raise KeyError('outer')
    finally:
        del q
except KeyError as e:
    print('still', e)
log.clear()

# deleting during iteration of what dies
class Chain:
    def __init__(self, next):
        self.next = next

    def __del__(self):
        Chain.count += 1


Chain.count = 0
head = None
for i in range(1000):
    head = Chain(head)
del head, i
print(Chain.count)

# a finalizer that makes new garbage with finalizers, a bounded number of times
class Maker:
    left = 5

    def __del__(self):
        log.append(Maker.left)
        if Maker.left:
            Maker.left -= 1
            m = Maker()
            m.me = m


m = Maker()
m.me = m
del m
while gc.collect():
    pass
show('maker')

# __del__ set on the class later, removed later
class Late:
    pass


x = Late()
Late.__del__ = lambda self: log.append('late')
del x
x = Late()
del Late.__del__
del x
show('late')

# a subclass that overrides, and calls the base's
class Base:
    def __del__(self):
        log.append('base')


class Derived(Base):
    def __del__(self):
        log.append('derived')
        super().__del__()


x = Derived()
del x
show('super')

# generators are finalized in cycles
def g():
    try:
        me = yield
        yield
    finally:
        log.append('generator closed')


x = g()
next(x)
x.send(x)
del x
gc.collect()
show('generator')

# __del__ of an object in a slot, with weak reference callback
class Slotted:
    __slots__ = ('x', '__weakref__')

    def __del__(self):
        log.append('slotted ' + str(self.x))


s = Slotted()
s.x = 5
w = weakref.ref(s, lambda r: log.append('callback'))
del s
show('slotted')
