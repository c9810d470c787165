"""Functions: every kind of parameter and argument, defaults, annotations, closures, decorators, and the errors of calls."""


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, args, kwargs, "->", f(*args, **kwargs))
    except TypeError as e:
        print(f.__name__, args, kwargs, "->", e)


def plain(a, b): return a, b
def defaults(a, b=2, c=3): return a, b, c
def only(a, b, /): return a, b
def only_default(a, b=2, /, c=3): return a, b, c
def star(*args): return args
def keywords(**kwargs): return kwargs
def keyword_only(*, a, b=2): return a, b
def everything(a, b=2, /, c=3, d=4, *args, e, f=6, **kwargs): return a, b, c, d, args, e, f, kwargs
def bare(a, *, b): return a, b
def clash(a, /, **kwargs): return a, kwargs
def two_missing(a, b, c, *, d, e): return None


for f, calls in [
    (plain, [((1, 2), {}), ((1,), {}), ((), {}), ((1, 2, 3), {}), ((1,), {"b": 2}), ((1,), {"a": 2}), ((1, 2), {"c": 3}), ((), {"a": 1, "b": 2})]),
    (defaults, [((1,), {}), ((1, 5), {"c": 6}), ((), {"a": 1, "c": 9}), ((), {}), ((1, 2, 3, 4), {})]),
    (only, [((1, 2), {}), ((1,), {"b": 2}), ((), {"a": 1, "b": 2}), ((1,), {})]),
    (only_default, [((1,), {}), ((1,), {"b": 3}), ((1, 2), {"c": 4}), ((1, 2, 3, 4), {}), ((), {})]),
    (star, [((), {}), ((1, 2), {}), ((), {"a": 1})]),
    (keywords, [((), {}), ((), {"a": 1, "self": 2}), ((1,), {})]),
    (keyword_only, [((), {"a": 1}), ((), {}), ((1,), {}), ((), {"a": 1, "b": 3, "c": 4}), ((1, 2), {"a": 3})]),
    (everything, [((1,), {"e": 5}), ((1, 2, 3, 4, 5, 6), {"e": 5, "z": 7}), ((1,), {"e": 5, "a": 9, "b": 8}), ((1,), {}), ((), {"e": 1}), ((1,), {"e": 1, "c": 2, "d": 3})]),
    (bare, [((1,), {"b": 2}), ((1, 2), {}), ((1,), {})]),
    (clash, [((1,), {"a": 2}), ((), {"a": 2})]),
    (two_missing, [((), {}), ((1,), {"d": 1}), ((1, 2, 3), {}), ((1, 2, 3), {"d": 1}), ((1, 2), {"d": 1, "e": 2})]),
]:
    for args, kwargs in calls:
        attempt(f, *args, **kwargs)

attempt(lambda a, b=2, *c, d=4, **e: (a, b, c, d, e), 1, 3, 5, d=6, z=7)
attempt(lambda: None, 1)
attempt(lambda *, k: k)
for text in ["plain(*1)", "plain(**1)", "plain(**{1: 2})", "plain(*[1], *[2])", "plain(*[1], **{'b': 2})", "plain(1, **{'a': 2})",
             "keywords(a=1, **{'a': 2})", "keywords(**{'a': 1}, **{'a': 2})", "star(*'ab', 1, *range(2))", "keywords(**{'a': 1}, b=2, **{'c': 3})",
             "plain(b=1, *[2])", "None()", "(1)(2)" if False else "int(1, 2, 3, 4)", "star(*(x for x in range(3)))", "plain(*None)", "plain(**None)",
             "everything(*(1, 2), *(3,), **{'e': 1}, **{})", "star.nope()", "len()", "len(1, 2)", "len(x=1)", "print(1, foo=2)", "[].append()", "[].append(1, 2)", "''.join()", "{}.get()"]:
    try:
        print(text, "->", eval(text))
    except (TypeError, AttributeError) as e:
        print(text, "->", type(e).__name__, e)


class Methods:
    def method(self, a): return a
    @classmethod
    def of_class(cls, a): return cls.__name__, a
    @staticmethod
    def static(a): return a
    def __call__(self, *args, **kwargs): return args, kwargs


m = Methods()
for text in ["m.method()", "m.method(1, 2)", "Methods.method()", "Methods.method(m, 1)", "m.of_class()", "m.of_class(1)", "m.static()", "Methods.static(1)", "m(1, a=2)", "m.method(self=1)"]:
    try:
        print(text, "->", eval(text))
    except TypeError as e:
        print(text, "->", e)

# defaults are made once, annotations kept, closures share
def accumulate(x, into=[]):
    into.append(x)
    return into


print(accumulate(1), accumulate(2), accumulate.__defaults__, keyword_only.__kwdefaults__)


def annotated(a: int, /, b: "text" = 1, *args: (1, 2), c: None = 3, **kw: print) -> {}: pass


print({k: v if k != "kw" else v.__name__ for k, v in annotated.__annotations__.items()})


def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def read():
        return n
    def remove():
        nonlocal n
        del n
    return up, read, remove


up, read, remove = counter()
print(up(), up(5), read(), up.__closure__[0].cell_contents, up.__code__.co_freevars, counter.__code__.co_cellvars)
remove()
try:
    read()
except NameError as e:
    print(type(e).__name__, e)
try:
    print(up.__closure__[0].cell_contents)
except ValueError as e:
    print(e)


def unbound():
    print(later)
    later = 1


def unbound_after_del(x):
    del x
    return x


for f in (unbound, lambda: unbound_after_del(1)):
    try:
        f()
    except UnboundLocalError as e:
        print(e)


def decorate(*args):
    def wrap(f):
        print("decorating", f.__name__, args)
        return f
    return wrap


@decorate(1)
@decorate(2, 3)
@(lambda f: f)
@[decorate("subscript")][0]
@(d := decorate("walrus"))
def decorated(): pass


late = [lambda: i for i in range(3)]
print([f() for f in late], [f() for f in [lambda i=i: i for i in range(3)]])
x = "global"


class Scope:
    x = "class"
    seen = [x for _ in range(1)]
    nested = [[x for _ in range(1)] for _ in range(1)]
    def read(self): return x
    lam = staticmethod(lambda: x)
    first = [y for y in x]


print(Scope.seen, Scope.nested, Scope().read(), Scope.lam(), Scope.first)


def shadow():
    x = "local"
    class Inner:
        print(x)
        x = x + "!"
        print(x)
    def f():
        global x
        return x
    return Inner.x, f()


print(shadow())
exec("def g(a, /, *, b): return a, b\nprint(g(1, b=2))")
print((lambda *a, **k: (a, k))(*[1], 2, *(3,), **{"x": 1}, y=2))
