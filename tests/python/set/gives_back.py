# A set from which most is subtracted keeps room for what is left, not for what it held.
import sys

N = 20_000
whole = set(range(N))
empty = sys.getsizeof(set())


class Item:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n

    def __eq__(self, other):
        return isinstance(other, Item) and self.n == other.n


def subtracted(change, most):
    s = set(range(N))
    before = sys.getsizeof(s)
    change(s)
    assert sys.getsizeof(s) < most, (before, sys.getsizeof(s))
    return s


rest = set(range(0, N, 100))
for change in (lambda s: s.difference_update(i for i in range(N) if i % 100), lambda s: s.__isub__(whole - rest),
               lambda s: s.difference_update(list(whole - rest))):
    s = subtracted(change, 20_000)
    assert s == rest and sorted(s) == sorted(rest) and all(i in s for i in rest) and 1 not in s
    s.update(range(300))
    assert s == rest | set(range(300))
    s.difference_update(whole)
    assert s == set() and sys.getsizeof(s) <= empty + 600, sys.getsizeof(s)
    s.add(1)
    assert s == {1}

items = {Item(i) for i in range(1000)}
left = items.copy()
left.difference_update(Item(i) for i in range(990))
assert sorted(i.n for i in left) == list(range(990, 1000)) and Item(995) in left and Item(5) not in left and len(items) == 1000

s = set(range(1000))
it = iter(s)
first = next(it)
s -= set(range(10, 1000))
try:
    next(it)
except RuntimeError as e:
    print(e)
s.update(range(10, 1000))
print(len(list(s)), s == set(range(1000)))
