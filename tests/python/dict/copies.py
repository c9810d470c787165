# A copy has the items in order and finds them, whatever its source has been through: grown, shrunk, with holes, with
# entries taken from either end, of simple keys and of others; and source and copy then change apart.
import collections


def keys(kind, n):
    return {
        "int": lambda i: i * 7919, "str": lambda i: "k%d" % i, "tuple": lambda i: (i, "t"), "float": lambda i: i + 0.5,
        "mixed": lambda i: (i, "k%d" % i, (i,))[i % 3],
    }[kind](n)


def history(d, kind, size, what):
    for i in range(size):
        d[keys(kind, i)] = i
    if what == "popped":
        for i in range(size // 3):
            d.popitem()
    elif what == "front":
        for i in range(size // 3):
            del d[next(iter(d))]
    elif what == "holes":
        for i in range(0, size, 3):
            del d[keys(kind, i)]
    elif what == "last hole":
        if size > 1:
            del d[keys(kind, size - 2)]
            d.popitem()
    elif what == "again":
        for i in range(size):
            d[keys(kind, size + i)] = d.pop(keys(kind, i))
        while len(d) > size // 2:
            d.popitem()
    elif what == "reserved":
        d.update({keys(kind, size + i): i for i in range(3)})


def check(copy, d, kind, size):
    items = list(d.items())
    assert list(copy.items()) == items and len(copy) == len(items) and copy == d
    for i in range(-2, 2 * size + 4):
        assert copy.get(keys(kind, i), "no") == d.get(keys(kind, i), "no"), (kind, size, i)


def change(copy, kind, size):
    for i in range(0, size, 2):
        copy.pop(keys(kind, i), None)
    for i in range(3 * size, 5 * size + 1):
        copy[keys(kind, i)] = i
    for i in range(3 * size, 5 * size + 1):
        assert copy[keys(kind, i)] == i
    assert len(list(copy)) == len(copy)


count = 0
for kind in "int", "str", "tuple", "float", "mixed":
    for size in 0, 1, 3, 8, 9, 10, 11, 20, 21, 40, 41, 160, 161, 400:
        for what in "grown", "popped", "front", "holes", "last hole", "again", "reserved":
            d = {}
            history(d, kind, size, what)
            items = list(d.items())
            for make in dict.copy, dict, lambda d: {**d}, lambda d: d | {}, lambda d: dict.fromkeys(d, 5):
                copy = make(d)
                if list(copy.values()) == [5] * len(d):
                    assert list(copy) == list(d) and all(k in copy for k in d)
                else:
                    check(copy, d, kind, size)
                check(copy.copy(), copy, kind, size)
                change(copy, kind, size)
                assert list(d.items()) == items
                count += 1
            made = set(d)
            assert sorted(made, key=repr) == sorted(d, key=repr) and all(k in made for k in d) and keys(kind, -5) not in made
            again = made.copy()
            made.discard(keys(kind, size // 2))
            made.add(keys(kind, 9 * size + 1))
            assert sorted(again, key=repr) == sorted(d, key=repr) and all(k in again for k in d)
            assert list(d.items()) == items
            copy = d.copy()
            change(d, kind, size)
            assert list(copy.items()) == items and all(copy[k] == v for k, v in items)
            back = dict.fromkeys(again, 1)
            assert len(back) == len(copy) and all(back[k] == 1 for k in copy)
print(count)
o = collections.OrderedDict.fromkeys(range(30))
for i in range(0, 30, 3):
    o.move_to_end(i, last=False)
for i in range(20):
    o.popitem(last=i % 2 == 0)
print(list(o), list(o.copy()), list(dict(o)), all(k in dict(o) for k in o), len(set(o)))
