# BaseException: arguments, text, context, cause, notes, and the plain fields of its subclasses.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)

for e in (ValueError(), ValueError(1), ValueError("a"), ValueError(1, "b"), KeyError("k"), KeyError(), KeyError(1, 2)):
    print(repr(e), "|", str(e), "|", e.args)
e = ValueError(1)
e.args = [2, 3]
print(e.args, e)
t(setattr, e, "args", 1)
t(delattr, e, "args")
t(ValueError, x=1)
for name in ("__traceback__", "__context__", "__cause__"):
    print(name, getattr(e, name))
    t(setattr, e, name, 1)
    t(delattr, e, name)
print(e.__suppress_context__)
e.__cause__ = KeyError()
print(e.__suppress_context__, repr(e.__cause__))
e.__cause__ = None
e.__suppress_context__ = False
t(setattr, e, "__suppress_context__", 1)
t(delattr, e, "__suppress_context__")
e.foo = 1
print(e.__dict__, e.__reduce__())
e.__setstate__({"bar": 2})
e.__setstate__(None)
print(e.bar)
t(e.__setstate__, 1)
print(e.with_traceback(None) is e)
t(e.with_traceback, 1)
t(lambda: e.__notes__)
e.add_note("n1")
e.add_note("n2")
print(e.__notes__)
t(e.add_note, 1)
e.__notes__ = 1
t(e.add_note, "x")
del e.__notes__
e.add_note("again")
print(e.__notes__)

# raising
def chain():
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise KeyError("k") from z
try:
    chain()
except KeyError as k:
    print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__, k.__traceback__.tb_next.tb_lineno > 0)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        [].pop()
except IndexError as i:
    print(repr(i.__context__), i.__cause__, i.__suppress_context__)
try:
    try:
        raise ValueError("a")
    except ValueError as a:
        try:
            raise TypeError("b")
        except TypeError as b:
            raise a
except ValueError as x:
    print(repr(x), repr(x.__context__), x.__context__.__context__)
t(lambda: exec("raise 1"))
t(lambda: exec("raise int"))
t(lambda: exec("raise ValueError from 1"))
class Bad(Exception):
    def __new__(cls): return 5
try:
    raise Bad
except TypeError as e:
    print(e)

# fields
print(StopIteration().value, StopIteration(1).value, StopIteration(1, 2).value, StopAsyncIteration(1).args)
print(SystemExit().code, SystemExit(1).code, SystemExit(1, 2).code)
i = ImportError("m", name="n", path="p")
print(i, i.msg, i.name, i.path, repr(i), i.__reduce__(), ImportError("a", "b").msg, ImportError("a", "b"))
t(ImportError, "m", foo=1)
t(ImportError, "m", a=1, b=2, c=3)
m = ModuleNotFoundError("x", name="y")
print(m.name, m.path, isinstance(m, ImportError))
a = AttributeError("m", name="n", obj=5)
print(a, a.name, a.obj, AttributeError().name)
t(AttributeError, foo=1)
try:
    (5).nothing
except AttributeError as e:
    print(e, e.name, e.obj)
try:
    nothing_here
except NameError as e:
    print(e, e.name)
print(NameError("x", name="y").name, UnboundLocalError("x", name="z").name)
t(NameError, foo=1)
def unbound():
    x
    x = 1
try:
    unbound()
except UnboundLocalError as e:
    print(e)

# hierarchy
import builtins
for name in sorted(vars(builtins)):
    c = getattr(builtins, name)
    if isinstance(c, type) and issubclass(c, BaseException):
        print(name, c.__name__, [b.__name__ for b in c.__bases__])

# subclasses
class E(ValueError):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.b = b
    def __str__(self):
        return f"E<{self.args}{self.b}>"
try:
    raise E(1, b=3)
except ValueError as e:
    print(e, repr(e), e.__dict__, e.args)
class Slot(Exception):
    __slots__ = ("q",)
s = Slot(1)
s.q = 2
print(s.q, s.args)
class S2(StopIteration):
    pass
print(S2(7).value)
t(lambda: BaseException.__new__(int))
print(BaseException.__new__(ValueError, 1, 2).args)
