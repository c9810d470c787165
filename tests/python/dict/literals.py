# Displays of every size: with keys that are equal, of equal hash, of all types; what is looked up in them afterwards.
import gc
import sys


class Key:
    def __hash__(self):
        return hash("a")

    def __eq__(self, other):
        return other == "a"


class Text(str):
    pass


a, b, one, minus = "a", "b", 1, -1
built = "".join(["a"])
print({a: 1, built: 2}, {a: 1, b: 2, built: 3}, {built: 1, "a": 2}, {one: 1, 1: 2}, {one: "i", True: "b", 1.0: "f"})
print({minus: 1, -2: 2}, {-2: 1, minus: 2}, {0: "int", "": "str"}, {2 ** 61 - 1: "p", 0: "z"}, {2 ** 61: "q", one: "o"})
print(len({a: 1, Key(): 2}), len({Key(): 2, a: 1}), {Text("a"): 1, a: 2}, {a: 1, Text("a"): 2}, {None: 1, None: 2}, {(): 1, (): 2})
print({"a": a, "a": b}, {"x": a, "y": b, "x": one}, {1: a, 1.0: b}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "a": 6})


def fails(make):
    try:
        print(make())
    except TypeError as e:
        print(e)


fails(lambda: {a: 1, []: 2})
fails(lambda: {[]: 1})
fails(lambda: {a: 1, b: 2, (1, {}): 3})

for n in range(1, 20):
    for kind in "%d", "'k%d'", "(%d,)", "%d.5", "k(%d)", "i(%d)":
        pairs = ", ".join(kind % i + ": v(%d)" % i for i in range(n))
        values = [object() for i in range(n)]
        space = {"k": lambda i: "k%d" % i, "i": lambda i: i, "v": values.__getitem__}
        counts = [sys.getrefcount(v) for v in values]
        d = eval("{%s}" % pairs, space)
        assert list(d.values()) == values and len(d) == n
        assert [sys.getrefcount(v) for v in values] == [c + 1 for c in counts]
        keys = list(d)
        assert all(d[eval(kind % i, space)] is values[i] and keys[i] == eval(kind % i, space) for i in range(n))
        assert d.get("absent") is None and d.get(99) is None
        d["more"] = 1
        d[keys[0]] = 2
        assert len(d) == n + 1 and list(d) == keys + ["more"] and d.pop("more") == 1 and d[keys[0]] == 2
        del d
        assert [sys.getrefcount(v) for v in values] == counts

# a display that refers to itself is found by the collector
class Node:
    alive = 0

    def __init__(self):
        Node.alive += 1

    def __del__(self):
        Node.alive -= 1


gc.collect()
for display in lambda n: {"n": n}, lambda n: {a: 1, b: n}, lambda n: {"x": 1, "n": [n]}, lambda n: {7: None, 8: n}:
    n = Node()
    n.d = display(n)
    assert gc.is_tracked(n.d)
    del n
    gc.collect()
    assert Node.alive == 0
print(gc.is_tracked({"a": 1, "b": "c"}), gc.is_tracked({a: one, b: a}))
