# Every n-th allocation fails, for n = 1, 2, ..., in the midst of each operation of the containers: MemoryError or success,
# nothing half done, nothing left, all counts right.
import _ouro
from _collections import deque, OrderedDict, defaultdict
import itertools
class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 3
    def __eq__(self, o): return self.n == o.n
class L(list): pass
class D(dict): pass
class T(tuple): pass
R = range(20)
base_list = [i * 7 % 20 for i in R]
base_dict = {str(i): i for i in R}
base_set = set(base_list)
keys = [Key(i) for i in R]
cases = {
 "list append": lambda: [x for x in R] + list(R) + [*R, *R],
 "list methods": lambda: (l := base_list[:], l.extend(R), l.insert(3, 5), l.__setitem__(slice(2, 9), [1] * 30), l.__setitem__(slice(None, None, 2), l[::2]), l.__delitem__(slice(None, None, 3)), l.pop(2), l.reverse(), l * 3, l.__imul__(2), l.copy()),
 "list sort": lambda: (sorted(base_list * 20, key=lambda x: -x), sorted(map(str, base_list * 10)), sorted((x, 1) for x in base_list * 10), sorted(base_list, reverse=True)),
 "list repr": lambda: (repr([base_list, base_dict, base_set, (1, 2)]), str({1: {2: [3]}})),
 "sub": lambda: (L(R), D(base_dict), T(R), L(R)[1:5], D.fromkeys(R)),
 "dict build": lambda: ({k: v for k, v in base_dict.items()}, dict(base_dict), dict(zip(R, R)), dict([(1, 2), (3.5, 4)]), {**base_dict, 1.5: 2}, dict.fromkeys(R, 1), dict.fromkeys(base_set)),
 "dict methods": lambda: (d := dict(base_dict), d.update({i: i for i in R}), d.setdefault(1.5, 2), d.pop("3"), d.popitem(), d | base_dict, d.__ior__(base_dict), d.copy(), list(d.items()), list(reversed(d)), d == dict(d)),
 "dict keys": lambda: (d := {k: 1 for k in keys}, [d[k] for k in keys], d.update({Key(i): 2 for i in range(25)}), len(d)),
 "dict views": lambda: (base_dict.keys() & ["1"], base_dict.keys() | ["x"], base_dict.items() - base_dict.items(), base_dict.keys() ^ base_dict.keys(), base_dict.keys() == set(base_dict), repr(base_dict.items()), base_dict.keys().mapping),
 "set": lambda: (set(R), base_set | set("abc"), base_set & {1, 2}, base_set - {1}, base_set ^ {1.5}, frozenset(keys), {frozenset([1]), frozenset([2])}, base_set.union([1], "a"), base_set.intersection([1, 2]), repr(frozenset(R)), base_set <= base_set, base_set.copy().symmetric_difference_update([1, 99])),
 "tuple": lambda: (tuple(R), (1,) + tuple(base_list), (1, 2) * 5, tuple(base_list)[::2], hash((1, (2, "a"))), tuple(x for x in R)),
 "range": lambda: (range(2 ** 70, 2 ** 70 + 5)[2], list(range(2 ** 62, 2 ** 62 + 3)), range(10)[::2], reversed(range(5)), slice(1, 2).indices(5), repr(range(3)), 5.0 in range(10)),
 "deque": lambda: (d := deque(R, 30), d.extend(R), d.extendleft("ab"), d.rotate(3), d.insert(2, 1) if len(d) < 30 else 0, d.copy(), d + d, d * 2, repr(d), list(reversed(d)), deque(R) == deque(R)),
 "ordered": lambda: (o := OrderedDict(base_dict), o.move_to_end("3"), o.move_to_end("5", last=False), o.popitem(last=False), o.update(a=1), o.copy(), repr(o), list(o.items()), o | {1: 2}, o == OrderedDict(o)),
 "defaultdict": lambda: (d := defaultdict(list), d[1].append(2), d[2], repr(d), d.copy(), d | {3: 4}),
 "itertools": lambda: (list(itertools.product(R, "ab")), list(itertools.permutations("abcd", 2)), list(itertools.combinations(R, 2)), list(itertools.groupby(base_list, lambda x: x > 5)), list(itertools.chain(R, R)), list(itertools.islice(itertools.cycle("ab"), 10)), [list(t) for t in itertools.tee(R, 3)], list(itertools.zip_longest(R, "ab")), list(itertools.accumulate(R)), list(itertools.pairwise(R)), list(itertools.starmap(pow, [(2, 3)] * 3))),
 "reduce": lambda: (iter([1]).__reduce__(), iter(base_dict).__reduce__(), iter(base_set).__reduce__(), deque(R).__reduce__(), itertools.cycle(R).__reduce__(), base_set.__reduce__()),
}
def snapshot(): return (base_list[:], dict(base_dict), set(base_set), len(keys))
for name, case in cases.items():
    case(); before = snapshot(); n = 0
    while True:
        n += 1
        _ouro.fail_at(n)
        try:
            case()
        except MemoryError: ok = False
        else: ok = True
        seen = _ouro.fail_seen()
        _ouro.fail_at(0)
        if seen < n: break
        if n > 3000: break
    assert snapshot() == before, name
    print(name, "survived", n > 5)
faults = _ouro.heap_check()
print(faults)
