# What a repeated list holds, in which order, and that each place has a reference of its own.
import sys


class Item:
    pass


for size in 0, 1, 2, 3, 7, 9, 20:
    for count in -1, 0, 1, 2, 3, 5, 8, 13:
        items = [Item() for i in range(size)]
        before = [sys.getrefcount(item) for item in items]
        expected = []
        for i in range(count):
            expected.extend(items)
        made = items * count
        assert made == expected and made is not items, (size, count)
        expected.clear()
        after = [sys.getrefcount(item) for item in items]
        assert after == [n + max(count, 0) for n in before], (size, count, before, after)
        while made:
            made.pop()
        assert [sys.getrefcount(item) for item in items] == before
        kept = list(items)
        items *= count
        assert len(items) == size * max(count, 0) and items == kept * count, (size, count)
        assert [sys.getrefcount(item) for item in kept] == [n + max(count, 0) for n in before], (size, count)

mixed = [1, None, "s", 2.5, 10 ** 30]
assert mixed * 3 == mixed + mixed + mixed
assert [None] * 4 == [None, None, None, None] and 3 * [[]] == [[], [], []]
one = [[]] * 3
one[0].append(1)
print(one, sys.getrefcount(one[0]))
