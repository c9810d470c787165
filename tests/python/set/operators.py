# The four operations against their definition, for sets of simple keys, of others and of both, with holes, and the order
# and identity of what a result keeps.
import itertools


class Key:
    """Equals by a number; every comparison may call something."""
    hook = None

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        if Key.hook:
            Key.hook()
        return self.n == (other.n if isinstance(other, Key) else other)


def ints(a, b):
    return set(range(a, b))


def strs(a, b):
    return {"k%d" % i for i in range(a, b)}


def tuples(a, b):
    return {(i,) for i in range(a, b)}


def floats(a, b):
    return {float(i) for i in range(a, b)}


def mixed(a, b):
    return ints(a, b) | strs(a, b)


def objects(a, b):
    return {Key(i) for i in range(a, b)}


def holes(a, b):
    made = ints(a - 3, b + 3)
    for i in (a - 3, a - 2, a - 1, b, b + 1, b + 2):
        made.remove(i)
    return made


count = 0
makers = ints, strs, tuples, floats, mixed, objects, holes
for left, right in itertools.product(makers, makers):
    for (a, b), (c, d) in itertools.product(((0, 0), (0, 3), (0, 20), (5, 90)), ((0, 0), (2, 5), (10, 30), (0, 400))):
        for kind, other in (set, frozenset), (frozenset, set):
            s, t = kind(left(a, b)), other(right(c, d))
            size = len(s), len(t)
            results = s - t, s & t, s ^ t, s | t
            assert all(type(r) is kind for r in results)
            minus, common, either, union = results
            assert len(minus) + len(common) == len(s) and len(common) + len(either) == len(union)
            assert len(union) + len(common) == len(s) + len(t) and (len(s), len(t)) == size
            for k in s:
                inside = k in t
                assert (k in minus) != inside and (k in common) == inside and (k in either) != inside and k in union
            for k in t:
                inside = k in s
                assert k not in minus and (k in common) == inside and (k in either) != inside and k in union
            for r in results:
                assert len(list(r)) == len(r) == len(set(list(r))) and all(k in r for k in r)
                r = set(r)
                while r:
                    k = r.pop()
                    assert k not in r
            assert s - s == s ^ s == set() and s & s == s | s == s and s - dict.fromkeys(t).keys() == minus
            count += 1
print(count)

# program code in the searched set changes the walked one: nothing comes twice
for op in "__and__", "__sub__", "__xor__", "__or__":
    for n in 3, 20:
        walked, searched = ints(0, n), objects(0, 2 * n)

        def again():
            first = next(iter(walked), None)
            walked.discard(first)
            walked.add(first)
            left[0] -= 1
            if not left[0]:
                Key.hook = None

        for a, b in (walked, searched), (searched, walked):
            left = [50]
            Key.hook = again
            made = getattr(a, op)(b)
            Key.hook = None
            assert len(list(made)) == len(made) == len(set(list(made)))
