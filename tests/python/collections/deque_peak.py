# A deque takes little more than its items, while it grows, is copied and gives its items back; its ring may begin anywhere.
from collections import deque
import random
import tracemalloc

random.seed(3)
for maxlen in None, 1, 33, 200:
    d, model = deque(maxlen=maxlen), []
    for round in range(2000):
        # Phases that grow and phases that shrink, at ends that change.
        grows, first = random.random() < (0.8 if round // 500 % 2 == 0 else 0.2), random.random() < 0.5
        for _ in range(random.randrange(9)):
            if grows:
                (d.appendleft if first else d.append)(round)
                model.insert(0, round) if first else model.append(round)
                if maxlen is not None and len(model) > maxlen:
                    model.pop() if first else model.pop(0)
            elif model:
                assert (d.popleft if first else d.pop)() == model.pop(0 if first else -1)
        if model and round % 7 == 0:
            d.rotate(3)
            k = 3 % len(model)
            model = model[-k:] + model[:-k] if k else model
        if round % 100 == 0:
            more = deque(d, maxlen)
            more *= 2
            assert list(more) == ((model * 2)[-maxlen:] if maxlen is not None else model * 2)
        assert list(d) == model, (maxlen, round)

N = 200_000
SIZE = 8 * N
BESIDES = 600_000  # what a collection takes while it runs
items = list(range(N))


def takes(make, most, least=0):
    """Peak and end of the traced memory, in sizes of the items."""
    tracemalloc.start()
    result = make()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < most * SIZE + BESIDES and least * SIZE < now, (peak / SIZE, now / SIZE)
    return result


def pushed(push):
    d = deque()
    for i in items:
        push(d, i)
    return d


def slid():
    d = deque(maxlen=1000)
    d.extend(items)
    return d


def popped(pop):
    d = deque(items)
    while len(d) > N // 8:
        pop(d)
    tracemalloc.reset_peak()
    return d


source = deque(items)
for source_of in items, tuple(items), source:
    assert list(takes(lambda: deque(source_of), 1.05, 1)) == items
assert list(takes(lambda: deque(i for i in items), 1.2, 1)) == items
assert list(takes(lambda: pushed(deque.append), 1.2, 1)) == items
assert list(takes(lambda: pushed(deque.appendleft), 1.2, 1)) == items[::-1]
assert takes(source.copy, 1.05, 1) == source
assert list(takes(lambda: source * 3, 3.05, 3)) == items * 3
assert list(takes(lambda: source + source, 2.05, 2)) == items * 2
assert list(takes(slid, 0.02)) == items[-1000:]
for pop, rest in (deque.pop, items[:N // 8]), (deque.popleft, items[-(N // 8):]):
    assert list(takes(lambda: popped(pop), 0.26)) == rest


del items, source


class Last:
    """Changes the deque while it falls off its end."""

    def __del__(self):
        seen.append(list(d))
        d.extend([5, 6])


seen = []
d = deque([Last(), 2], 2)
d.append(3)
print(seen, d)
d = deque([1, Last()], 2)
d.appendleft(0)
print(seen[1:], d)
d = deque([], 0)
d.append(1)
d.appendleft(1)
it = iter(d)
d.append(1)
try:
    next(it)
except RuntimeError as e:
    print(e, d)
