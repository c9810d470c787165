# The functions of the gc module, and what they refuse.
import gc


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


print(gc.isenabled())
gc.disable()
print(gc.isenabled())
gc.enable()
print(gc.isenabled())
gc.disable()

print(gc.get_threshold())
attempt(lambda: gc.set_threshold())
attempt(lambda: gc.set_threshold(1, 2, 3, 4))
attempt(lambda: gc.set_threshold('x'))
attempt(lambda: gc.set_threshold(1.5))
attempt(lambda: gc.set_threshold(threshold0=1))
attempt(lambda: gc.set_threshold(2**40))
gc.set_threshold(1000)
print(gc.get_threshold())
gc.set_threshold(500, 20)
print(gc.get_threshold())
gc.set_threshold(1, 2, 3)
print(gc.get_threshold())
gc.set_threshold(700, 10, 10)

attempt(lambda: gc.collect(3))
attempt(lambda: gc.collect(-1))
attempt(lambda: gc.collect('x'))
attempt(lambda: gc.collect(None))
attempt(lambda: gc.collect(0, 1))
for g in 0, 1, 2:
    print(type(gc.collect(g)), type(gc.collect(generation=g)))

print(gc.get_debug())
gc.set_debug(gc.DEBUG_SAVEALL)
print(gc.get_debug())
gc.set_debug(0)
attempt(lambda: gc.set_debug('x'))
print(gc.DEBUG_STATS, gc.DEBUG_COLLECTABLE, gc.DEBUG_UNCOLLECTABLE, gc.DEBUG_SAVEALL, gc.DEBUG_LEAK)

# counts
gc.collect()
a, b, c = gc.get_count()
x = []
d, e, f = gc.get_count()
print((b, c), (e, f), d > a)
gc.collect(0)
print(gc.get_count()[1:])
gc.collect(0)
print(gc.get_count()[1:])
gc.collect(1)
print(gc.get_count()[1:])
gc.collect(2)
print(gc.get_count()[1:])

# statistics
old = gc.get_stats()
print(type(old), len(old), [sorted(s) for s in old])
gc.collect(0)
new = gc.get_stats()
print([n['collections'] - o['collections'] for n, o in zip(new, old)])
x = []
x.append(x)
del x
gc.collect()
newer = gc.get_stats()
print([n['collections'] - o['collections'] for n, o in zip(newer, new)], newer[2]['collected'] - new[2]['collected'],
      newer[2]['uncollectable'])

# tracked or not
class C:
    pass

class S:
    __slots__ = ()

for v in None, 1, 1.5, 10**100, 'a', b'a', True, ...:
    assert not gc.is_tracked(v), v
    assert not gc.is_finalized(v), v
for v in [], [1], C(), C, len, lambda: 0, set(), {1}, [].append, iter([]), gc, {1: []}, {'a': C()}:
    assert gc.is_tracked(v), v
print(gc.is_tracked({}), gc.is_tracked({'a': 1}), gc.is_tracked({1: 'x', 2: None}), gc.is_tracked(()))
d = {}
d['x'] = 1
print(gc.is_tracked(d))
d['x'] = []
print(gc.is_tracked(d))
t = tuple([1, 'a', None])
gc.collect()
print(gc.is_tracked(t), gc.is_tracked((t, [])))
attempt(lambda: gc.is_tracked())
attempt(lambda: gc.is_finalized(1, 2))

# objects
marker = [object()]
for g in None, 0, 1, 2:
    print(g, any(o is marker for o in gc.get_objects(generation=g)))
gc.collect(0)
for g in None, 0, 1, 2:
    print(g, any(o is marker for o in gc.get_objects(g)))
gc.collect(1)
for g in None, 0, 1, 2:
    print(g, any(o is marker for o in gc.get_objects(g)))
attempt(lambda: gc.get_objects(3))
attempt(lambda: gc.get_objects('x'))
objects = gc.get_objects()
print(any(o is objects for o in objects))
del objects

# referrers and referents
x = [1, 'a', [2]]
holders = [[x], {'k': x}, (x, 1), C()]
holders[3].attribute = x
found = gc.get_referrers(x)
print([any(f is h for f in found) for h in holders[:3]])
print(gc.get_referrers())
print(sorted(map(repr, gc.get_referents(x))))
print(gc.get_referents(1, 'a', None), gc.get_referents())
print(sorted(gc.get_referents([5], (6,), {7: 8})))
print(C in gc.get_referents(holders[3]), x in gc.get_referents(holders[3]))
attempt(lambda: gc.get_referrers(x=1))
attempt(lambda: gc.get_referents(x=1))

# freezing
gc.collect()
print(gc.get_freeze_count())
gc.freeze()
print(gc.get_freeze_count() > 50)
y = []
y.append(y)
del y
print(gc.collect() >= 1)
gc.unfreeze()
print(gc.get_freeze_count())
y = []
y.append(y)
gc.freeze()
del y
before = gc.collect()
gc.unfreeze()
print(before, gc.collect())
print(gc.garbage, type(gc.callbacks))
