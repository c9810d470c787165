# A tuple of an iterable is filled where it will stay: its making takes its own size and an eighth, not two times it.
import gc
import tracemalloc
import weakref

N = 500_000
SIZE = 8 * N
BESIDES = 600_000  # what a collection takes while it runs
items = list(range(N))


def takes(make, most):
    tracemalloc.start()
    result = make()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < most * SIZE + BESIDES and SIZE < now < SIZE + 200, (peak / SIZE, now / SIZE)
    return result


for source in items, set(items), dict.fromkeys(items), dict.fromkeys(items).keys():
    assert takes(lambda: tuple(source), 1.05) == tuple(items)
assert takes(lambda: tuple(reversed(items)), 1.05) == tuple(items[::-1])
assert takes(lambda: tuple(i for i in items), 1.2) == tuple(items)
assert takes(lambda: tuple(map(int, items)), 1.2) == tuple(items)


class Hints:
    """Says that there are `hint` items, gives `count`."""

    def __init__(self, hint, count):
        self.hint, self.count = hint, count

    def __length_hint__(self):
        if isinstance(self.hint, Exception):
            raise self.hint
        return self.hint

    def __iter__(self):
        return self

    def __next__(self):
        if self.count <= 0:
            raise StopIteration
        self.count -= 1
        return [self.count]


for hint in 0, 1, 5, 30, NotImplemented, TypeError("no hint"):
    for count in 0, 1, 5, 6, 100:
        assert tuple(Hints(hint, count)) == tuple([i] for i in range(count))[::-1], (hint, count)
for hint in -1, "1", ValueError("hint"), 2**70:
    try:
        tuple(Hints(hint, 3))
    except Exception as e:
        print(type(e).__name__, e)


class Named(tuple):
    pass


empty = ()
print(Named(Hints(1, 2)), tuple(x for x in "") is empty, Named(iter("")) is empty)


def fails(n):
    yield from ([i] for i in range(n))
    raise LookupError(n)


for n in 0, 3, 50:
    try:
        tuple(fails(n))
    except LookupError as e:
        print("failed after", e)


# What was filled while collections ran is whole for the collector when it is done.
def collects():
    for i in range(30):
        gc.collect()
        yield [i]


made = tuple(collects())
made[3].append(made)
print(len(made), made[3][1] is made)
held = Hints(made, 0)
made[4].append(held)
left = weakref.ref(held)
del made, held
gc.collect()
print(left())
