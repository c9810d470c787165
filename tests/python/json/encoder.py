"""_json.make_encoder: text from values, the markers, keys of every kind, default, errors; against the library's Python."""
import enum
import gc
import hashlib
import json
import json.encoder
import random
from _json import encode_basestring, encode_basestring_ascii, make_encoder

assert json.encoder.c_make_encoder is make_encoder


def tried(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as e:
        return type(e).__name__, str(e)


def plain(value, markers=None, default=None, encoder=encode_basestring_ascii, key=": ", item=", ", sort=False, skip=False, nan=True):
    result = make_encoder(markers, default, encoder, None, key, item, sort, skip, nan)(value, 0)
    return "".join(result)


# generated values, every way
choose = random.Random(3)
digest = hashlib.sha256()


def anything(depth):
    kind = choose.randrange(10 if depth else 7)
    if kind == 0:
        return choose.choice([None, True, False])
    if kind in (1, 2):
        return choose.choice([0, -1, 7, 10**18, -10**18, 2**62, -2**62, 2**63, 2**200, choose.randrange(10**6)])
    if kind == 3:
        return choose.choice([0.0, -0.0, 1.5, 1e300, -1e-300, 1e16, 123456789.123, float(choose.randrange(1000)), 5e-324])
    if kind in (4, 5, 6):
        return choose.choice(["", "a", "\xe9", "\u20ac", "\U0001f600", '"', "\\", "\n\t\r\b\f", "\x00\x1f", "\x7f", "</script>", "long" * 20 + "\x01" + "tail" * 9,
                              "\ud800", "x\u20acy" * 7])
    count = choose.randrange(12)
    if kind == 7:
        return [anything(depth - 1) for _ in range(count)]
    if kind == 8:
        return tuple(anything(depth - 1) for _ in range(count))
    return {choose.choice([str(i), "key \u20ac%d" % i, "k%d" % i]): anything(depth - 1) for i in range(count)}


for i in range(300):
    value = anything(3)
    for keywords in [{}, {"ensure_ascii": False}, {"sort_keys": True}, {"separators": (",", ":")}, {"check_circular": False}]:
        text = json.dumps(value, **keywords)
        encoder = json.JSONEncoder(**keywords)
        assert text == "".join(encoder.iterencode(value)), value
        digest.update(text.encode("utf-8", "surrogatepass"))
    assert "\ud800" in repr(value) or repr(json.loads(text)) == repr(json.loads("".join(json.JSONEncoder().iterencode(value))))
print(digest.hexdigest())

# keys
keys = {"a": 1, 1: 2, 2.5: 3, True + 2: 4, None: 5, False: 6, 10**30: 7, float("inf"): 8, float("nan"): 9, -float("inf"): 10, -0.0 + 1e-9: 11}
print(plain(keys), plain({True: 1, 0: 2}))
print(tried(plain, {(1,): 2}), tried(plain, {b"x": 2}), tried(plain, {"a": 1, frozenset(): 2, "b": 3}))
print(plain({(1,): 1, "a": 2, b"b": 3, "c": {(): 1}, (2,): 4}, skip=True), plain({(1,): 1}, skip=True), plain({(): 1, "x": 2}, skip=True, sort=False))
print(tried(plain, {float("nan"): 1}, nan=False), tried(plain, {"a": float("inf")}, nan=False), tried(plain, [-float("inf")], nan=False))
print(plain([float("nan"), float("inf"), -float("inf")]))
print(plain({"b": 1, "a": 2, "\u20ac": 3}, sort=True), plain({3: 1, 1.5: 2, 2: 3}, sort=True), tried(plain, {1: 1, "a": 2}, sort=True))

# subclasses show as what they are derived from, with their own text or not
class I(int):
    __repr__ = __str__ = lambda self: "wrong"


class F(float):
    __repr__ = __str__ = lambda self: "wrong"


class S(str):
    __repr__ = __str__ = lambda self: "wrong"
    def __iter__(self):
        raise ZeroDivisionError


class L(list):
    __iter__ = lambda self: iter("wrong")
    __len__ = lambda self: 100
    __getitem__ = lambda self, i: "wrong"


class E(enum.IntEnum):
    ONE = 1


class NoItems(list):
    __iter__ = None


print(tried(plain, NoItems([1])), tried(plain, L([1]), item="|"))
print(plain([I(3), F(2.5), S("s\u20ac"), L([1, 2]), E.ONE, {I(4): I(5), F(4.5): 6, S("k"): 7, E.ONE: 1}, L()]))


class Items(dict):
    def __init__(self, items):
        super().__init__(a=1)
        self.result = items

    def items(self):
        return self.result


for items in [("b", 2),], [("b", 2), ("a", 3)], [], [5], [(1, 2, 3)], [[1, 2]], 5, None, iter([("z", 1)]):
    print(tried(plain, Items(items)), tried(plain, Items(items), sort=True))
d = Items([("b", 2)])
d.clear()
print(plain(d))

# foreign objects
class Thing:
    def __init__(self, *values):
        self.values = values


print(plain([Thing(1, Thing()), {"k": Thing("x")}], markers={}, default=lambda o: o.values))
print(tried(plain, Thing(), default=lambda o: 1 / 0), tried(plain, [Thing()], default=5), tried(json.dumps, [{"a": Thing}]))
print(tried(plain, Thing(1), markers={}, default=lambda o: [o]), tried(plain, Thing(1), markers={}, default=lambda o: o))
marks = {}
print(tried(plain, [[Thing(1)]], markers=marks, default=lambda o: 1 / 0)[0], len(marks), sorted(type(v).__name__ for v in marks.values()))
marks = {}
print(plain([[Thing(1)], {"a": [Thing(2)]}], markers=marks, default=lambda o: o.values), marks)
marks = {}
print(tried(plain, [[Thing(1)]], markers=marks, default=lambda o: marks.clear())[0])

loop = []
loop.append({"a": (loop,)})
print(tried(plain, loop, markers={}), tried(json.dumps, loop))
for check in {"check_circular": False},:
    try:
        json.dumps(loop, **check)
    except RecursionError as e:
        print(e)
deep = []
for i in range(100000):
    deep = [deep]
try:
    json.dumps(deep)
except RecursionError as e:
    print(e)
del deep
deep = {}
for i in range(400):
    deep = {"a": [deep]}
print(len(json.dumps(deep)))
same = [1]
print(json.dumps([same, same, {"a": same}]))

# what is written changes meanwhile
target = [1, Thing(), 3]
print(plain(target, default=lambda o: target.append(4) or "seen"))
target = [1, Thing(), 3, 4]
print(plain(target, default=lambda o: target.clear() or gc.collect()))
for many in range(3, 30, 20):
    target = {str(i): Thing(i) for i in range(many)}
    print(plain(target, default=lambda o: target.clear() or gc.collect() and 0 or o.values[0]))
target = {"a": Thing(), "b": 2}
print(plain(target, default=lambda o: target.update(c=1, b=5)))

# encoders of strings
print(plain(["\xe9", {"\xe9": 1, 2: "x"}], encoder=encode_basestring), plain(["\xe9", {"k": 1, 2: None}], encoder=lambda s: "<%s>" % s))
print(tried(plain, ["a"], encoder=lambda s: 5), tried(plain, {"a": 1}, encoder=lambda s: None), tried(plain, {1: 1}, encoder=lambda s: 1 / 0))
print(plain(["a", 1], encoder=lambda s: "", item=""), plain("", encoder=lambda s: ""), plain({"a": [1, 2]}, key="\u20ac", item="\U0001f600"))
print(tried(plain, ["x"], encoder=len), plain([], encoder=None), plain(1, encoder=None), tried(plain, "a", encoder=None))

# the encoder alone
usual = (None, None, encode_basestring_ascii, None, ": ", ", ", False, False, True)
encoder = make_encoder(*usual)
for arguments in [(1,), (), (1, "x"), (1, 2**70), (1, 2, 3), (1, 0.0)]:
    print(arguments, tried(encoder, *arguments))
print(encoder(obj=[1], _current_indent_level=5), tried(encoder, 1, level=0), tried(encoder, 1, obj=2))
for change in [(0, []), (0, 5), (4, None), (4, b""), (5, 3), (0, {})]:
    given = list(usual)
    given[change[0]] = change[1]
    print(change, type(tried(make_encoder, *given)) is make_encoder or tried(make_encoder, *given))


class NoTruth:
    def __bool__(self):
        raise ArithmeticError("no")


for i in 6, 7, 8:
    given = list(usual)
    given[i] = NoTruth()
    print(tried(make_encoder, *given), end=" ")
print(tried(make_encoder), tried(make_encoder, *usual, 1), tried(make_encoder, *usual[:-1]), tried(make_encoder, *usual[:-1], allow=1))
print(make_encoder.__name__, make_encoder.__doc__, tried(type, "S", (make_encoder,), {}))
for name in "markers", "default", "encoder", "indent", "key_separator", "item_separator", "sort_keys", "skipkeys":
    shown = getattr(encoder, name)
    print(name, shown if shown is not encode_basestring_ascii else "own", type(getattr(make_encoder, name)).__name__, getattr(make_encoder, name).__doc__,
          tried(setattr, encoder, name, 1))
print(tried(plain, 10**5000), tried(plain, {10**5000: 1})[0])

# a large one
rows = [{"id": i, "name": "row %d" % i, "ok": i % 2 == 0, "score": i / 7, "tags": ["a", "b", None]} for i in range(500)]
print(hashlib.sha256(json.dumps(rows).encode()).hexdigest(), json.loads(json.dumps(rows)) == rows)


# a cycle through an encoder is found
class Owner:
    def __init__(self):
        self.encoder = make_encoder({}, self.default, encode_basestring, None, ":", ",", False, False, True)

    def default(self, value):
        return None

    def __del__(self):
        print("owner gone")


o = Owner()
print(o.encoder(object(), 0))
del o
gc.collect()
