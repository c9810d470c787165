"""Order of evaluation: assignments, augmented assignments, calls, displays, comparisons, slices, del, with, decorators."""
LOG = []


def note(x, value=None):
    LOG.append(x)
    return value if value is not None else x


class Box:
    def __init__(self, name):
        object.__setattr__(self, "name", name)

    def __getattr__(self, key):
        note(f"{self.name}.get({key})")
        return Number(key)

    def __setattr__(self, key, value):
        note(f"{self.name}.set({key}, {value})")

    def __delattr__(self, key):
        note(f"{self.name}.del({key})")

    def __getitem__(self, key):
        note(f"{self.name}[{key}]")
        return Number(key)

    def __setitem__(self, key, value):
        note(f"{self.name}[{key}] = {value}")

    def __delitem__(self, key):
        note(f"del {self.name}[{key}]")

    def __enter__(self):
        note(f"enter {self.name}")
        return self

    def __exit__(self, *args):
        note(f"exit {self.name}")

    def __call__(self, *args, **kwargs):
        note(f"call {self.name} {[getattr(a, '__name__', a) for a in args]} {sorted(kwargs.items())}")
        return self

    def __repr__(self):
        return f"Box {self.name}"

    def __lt__(self, other):
        note(f"{self.name} < {other.name}")
        return True

    def __contains__(self, other):
        note(f"{other} in {self.name}")
        return True

    def __iter__(self):
        note(f"iter {self.name}")
        return iter("ab")

    def keys(self):
        note(f"keys {self.name}")
        return ["x"]


class Number:
    def __init__(self, name):
        self.name = name

    def __iadd__(self, other):
        note(f"{self.name} += {other}")
        return self

    def __add__(self, other):
        note(f"{self.name} + {other}")
        return self

    def __repr__(self):
        return f"N{self.name}"


def b(name):
    return note(f"make {name}", Box(name))


def n(name):
    return note(f"value {name}", Number(name))


def i(name):
    return note(f"index {name}", name)


STATEMENTS = """
b('a').x = n(1)
b('a').x = b('b').y = n(1)
b('a')[i(1)] = b('b')[i(2)] = n(3)
b('a').x, b('b')[i(0)] = n(1), n(2)
[b('a').x, *b('b').y] = n(1), n(2), n(3)
b('a').x += n(1)
b('a')[i(1)] += n(2)
b('a')[i(1):i(2)] += n(2)
b('a')[i(1):i(2):i(3)] = n(2)
b('a').x.y
b('a').x: n(9) = n(1)
b('a')[i(1)]: n(9) = n(1)
b('a')[i(1)]: n(9)
(b('a').x): n(9)
del b('a').x, b('b')[i(1)], b('c')[i(1):i(2)]
b('f')(n(1), *b('s'), n(2), k=n(3), **b('k'), j=n(4))
b('f')(*b('s'), *b('t'), a=n(1), **b('k'))
b('f').m(n(1), k=n(2))
(n(1), n(2), *b('s'), n(3))
[n(1), *b('s'), n(2)]
{n(1): n(2), **b('k'), n(3): n(4)}
{1, i(2), *b('s')}
{i(1): n(1) for q in b('s') if note('if')}
[(x, y) for x in b('s') for y in b('t')]
b('a') < b('b') < b('c')
i(1) in b('a')
i(1) if note('cond') else n(2)
note('x', 0) and n(1) or n(2)
f"{n(1)} {n(2):{i('>10')}} {n(3)!r}"
for b('a').x in b('s'): note('body')
for b('a')[i(1)], b('b').y in ['pq']: note('body')
with b('a') as b('t').x, b('b') as b('t')[i(1)]: note('body')
with (b('a'), b('b') as c): note('body')
assert note('test', True), note('message')
x = (y := n(1)) + (z := n(2))
print(n(1), n(2), end=note('end', chr(10)), sep=i(' '))
n(1) + n(2) + n(3)
global g; g = n(1)
b('a')[i(1)][i(2)].x[i(3)] = n(4)
lambda a=n(1), *, k=n(2): 0
raise note('exception', ValueError('x')) from note('cause', KeyError('y'))
return_ = [note(k) for k in (note('iterable', 'ab'))]
b('a')[b('b').x, i(2), *b('s')] = n(1)
import sys as b_; note('imported')
"""
for statement in STATEMENTS.strip().splitlines():
    LOG.clear()
    try:
        exec(statement, globals())
    except Exception as e:
        note(f"raised {e!r} from {e.__cause__!r}")
    print(statement)
    print("   ", LOG)

LOG.clear()


@b("first")
@b("second")(n(1))
def function(a: n("annotation a"), b_=n("default b"), *args: n("annotation args"), c=n("default c"), **kw: n("kw")) -> n("returns"):
    pass


@b("class decorator")
class Class(*[note("base", object)], metaclass=note("metaclass", type)):
    note("body")

    @b("method decorator")
    def method(self):
        pass


print(LOG)

# unpacking errors
for target, value in [("a, b", "1"), ("a, b", "[1]"), ("a, b", "[1, 2, 3]"), ("a, *b", "[]"), ("a, *b, c", "[1]"),
                      ("*a, b, c", "iter([1])"), ("()", "[1]"), ("[]", "1"), ("(a, b), c", "[1, 2]"), ("a, b", "'abc'"),
                      ("a, b", "{1: 2}"), ("a, b", "None"), ("*a,", "5"), ("a, b", "(x for x in range(9))"),
                      ("a", "*1,"), ("a, b, c", "range(2)"), ("a,", "()")]:
    try:
        exec(f"{target} = {value}")
        print(target, value, "ok")
    except Exception as e:
        print(target, value, type(e).__name__, e)

# finally overrides
def overrides():
    for what in ("return", "break", "continue", "raise"):
        def run(what=what):
            trace = []
            for k in range(3):
                try:
                    try:
                        if what == "return":
                            return trace
                        if what == "break":
                            break
                        if what == "continue":
                            continue
                        raise ValueError(k)
                    finally:
                        trace.append(("inner", k))
                        if k == 1:
                            return trace + ["overridden"]
                except ValueError as e:
                    trace.append(("caught", k))
                else:
                    trace.append("else")
                finally:
                    trace.append(("outer", k))
                    if what == "raise" and k == 0:
                        continue
            else:
                trace.append("loop done")
            return trace
        print(what, run())


overrides()


def swallow():
    while True:
        try:
            1 / 0
        finally:
            break
    for k in range(2):
        try:
            raise KeyError(k)
        finally:
            continue
    try:
        return "first"
    finally:
        return "second"


print(swallow())
