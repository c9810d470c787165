# Collections that come by themselves.
import gc
import weakref


class C:
    pass


def cycle():
    c = C()
    c.me = c
    return weakref.ref(c)


# within a thousand allocations
gc.enable()
gc.collect()
w = cycle()
keep = []
for i in range(2000):
    keep.append([])
    if w() is None:
        break
print(w() is None, i < 1500)

# a loop without calls
w = cycle()
keep = None
for i in range(5000):
    keep = [keep, []] if i % 100 else None
print(w() is None)

# not when disabled, nor with threshold 0
gc.disable()
w = cycle()
keep = [[] for i in range(5000)]
print(w() is None)
gc.enable()
gc.set_threshold(0)
keep = [[] for i in range(5000)]
print(w() is None)
gc.set_threshold(700, 10, 10)
keep = [[] for i in range(5000)]
print(w() is None)

# temporary objects do not make collections
before = gc.get_stats()
for i in range(100000):
    [i]
after = gc.get_stats()
print([a['collections'] - b['collections'] <= 1 for a, b in zip(after, before)])

# garbage does not pile up
gc.collect()
for i in range(20000):
    c = C()
    c.me = c
    assert i % 1000 or len([o for o in gc.get_objects() if type(o) is C]) < 1500, i
print('bounded')

# finalizers run by themselves, one after the other, and may do anything
log = []


class F:
    def __init__(self):
        self.me = self

    def __del__(self):
        log.append(len(log))
        x = [[] for i in range(10)]
        y = []
        y.append(y)


for i in range(3000):
    F()
gc.collect()
print(len(log) == 3000, log == list(range(3000)))

# an object just being made is not taken away
for i in range(300):
    t = tuple(cycle() for j in range(20))
    l = [cycle() for j in range(20)]
    d = {j: cycle() for j in range(20)}
    s = sorted([C() for j in range(20)], key=id)
    assert len(t) == len(l) == len(d) == len(s) == 20
print('whole')
