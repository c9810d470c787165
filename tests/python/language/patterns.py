"""match: every kind of pattern, captures, guards, order, errors."""
from collections import namedtuple


class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y


class Sub(Point): pass
class NoArgs: a = 1
class BadArgs:
    __match_args__ = ["x"]
    x = 1
class BadName:
    __match_args__ = (1,)
class Const:
    A = 1
    class Inner: B = "b"


Named = namedtuple("Named", "a b")


def describe(v):
    match v:
        case None: return "none"
        case True | False: return "bool"
        case 0: return "zero"
        case -1 | -1.5: return "negative"
        case 1 + 2j | -3 - 4j: return "complex"
        case "a" "b": return "text ab"
        case b"x": return "bytes"
        case Const.A: return "const"
        case Const.Inner.B: return "inner const"
        case []: return "empty sequence"
        case [1]: return "one"
        case [1, 2, *rest]: return ("12", rest)
        case [first, *_, 99]: return ("ends 99", first)
        case (("p", q) | [q, "p"]): return ("p", q)
        case [*all_, ("t" | "u") as last]: return ("as", all_, last)
        case {"kind": "a", "value": v}: return ("dict a", v)
        case {"kind": str(k), **rest}: return ("dict", k, rest)
        case {Const.A: x}: return ("key const", x)
        case {}: return "some mapping"
        case Point(0, 0): return "origin"
        case Point(x, y=0): return ("on x", x)
        case Sub(x=1, y=yy): return ("sub", yy)
        case Point(x=xx) if xx > 100: return ("far", xx)
        case int(n) if n > 1000: return ("big", n)
        case int() | float(): return "number"
        case str(s) if (t := s.upper()) == "SHOUT": return ("guard", t)
        case Named(a, b): return ("named", a, b)
        case NoArgs(a=aa): return ("no args", aa)
        case set() | frozenset(): return "set"
        case (x, y, z): return ("three", x, y, z)
        case [x, [y, [z]]]: return ("nested", x, y, z)
        case _: return "other"


for v in [None, True, False, 0, 0.0, -1, -1.5, 1 + 2j, -3 - 4j, "ab", b"x", 1, "b", [], (), [1], (1,), [1, 2], [1, 2, 3, 4], [5, 99], [5, 6, 99], ("p", 1), [2, "p"],
          [7, 8, "t"], ["u"], {"kind": "a", "value": 3}, {"kind": "b", "z": 1}, {"kind": 5}, {1: "x"}, {}, Point(0, 0), Point(5, 0), Sub(1, 2), Point(101, 3), Point(1, 2),
          5000, 7, 7.5, "shout", "quiet", Named(1, 2), NoArgs(), {1}, frozenset(), (1, 3, 5), [1, [2, [3]]], "xyz", b"abc", bytearray(b"ab"), range(3), iter([1]), object]:
    try:
        print(repr(v) if not isinstance(v, (Point, NoArgs)) and not hasattr(v, "__next__") else type(v).__name__, "->", describe(v))
    except Exception as e:
        print(type(e).__name__, e)

for source in ["match 1:\n case BadArgs(1): pass", "match BadArgs():\n case BadArgs(1): pass", "match BadName():\n case BadName(1): pass", "match NoArgs():\n case NoArgs(1): pass",
               "match Point(1, 2):\n case Point(1, 2, 3): pass", "match Point(1, 2):\n case Point(1, x=1): pass", "match 1:\n case int(1, 2): pass", "match 1:\n case Const.A(): pass",
               "match 1:\n case nope.x: pass", "match {}:\n case {nope.x: 1}: pass", "match 5:\n case x if 1 / 0: pass", "match [1, 2]:\n case [a, b] if print(a, b): pass\n case _: print(a, b)",
               "match 1, 2:\n case a, b: print(a, b)", "match *[1, 2], 3:\n case [a, *b]: print(a, b)", "match (x := 5):\n case 5: print(x)", "match = 1; case = 2; _ = 3; print(match, case, _); match (case)\nprint(1)" if False else "match = 1; case = 2; print(match + case)",
               "match[0] = 1" if False else "match = [0]; match[0] = 5; print(match)", "match = print; match(1, 2)", "match = 1; print(match, -match, match * 2)", "match {'a': {'b': [1, {'c': 2}]}}:\n case {'a': {'b': [_, {'c': c}]}}: print(c)",
               "match 1:\n case 1 | 2 | 3 as n: print(n)", "match 'x':\n case str() as s | s: pass", "match [1, [2, 3]]:\n case [int(a), [int(b), *c]] as whole: print(a, b, c, whole)",
               "match {1: 2, 3: 4}:\n case {1: a, **r}: print(a, r)", "match True:\n case 1: print('one')\n case True: print('true')", "match 1:\n case True: print('true')\n case 1.0: print('float')", "type = 1; _ = match = 2\nmatch match:\n case 2: print('two')"]:
    try:
        exec(source, dict(globals()))
    except Exception as e:
        print(repr(source), "->", type(e).__name__, e)


def permuted(x):
    match x:
        case (a, b, c, 0) | (b, c, a, 1) | (c, a, b, 2) | (c, b, a, 3) | (b, a, c, 4) | (a, c, b, 5):
            return a, b, c


print([permuted((1, 2, 3, k)) for k in range(6)])


def nested_or(x):
    match x:
        case [(("l", y, z) | ("r", z, y)), ({"k": w} | [w])]:
            return y, z, w


print(nested_or([("l", 1, 2), {"k": 3}]), nested_or([("r", 1, 2), [3]]), nested_or([("x", 1, 2), [3]]))


class Log:
    def __init__(self, v): self.v = v
    def __eq__(self, other):
        print("compare", self.v, other)
        return self.v == other


match Log(2):
    case 1: pass
    case 2: print("two")


class M(dict):
    def get(self, k, d=None):
        print("get", k)
        return super().get(k, d)


match M(a=1, b=2):
    case {"a": 1, "b": 3}: pass
    case {"a": x, "b": y, **z}: print(x, y, z)
