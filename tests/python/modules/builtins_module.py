# The built-in functions that other tests leave out.
import builtins
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

print(abs(-3), abs(-2.5), abs(3 + 4j), abs(True))
t(abs, "a")
print(ascii("a\xe9\u1234\U0001f600"), repr("a\xe9"), ascii([1, "\xe9"]))
print(bin(10), oct(8), hex(255), bin(-5), hex(2**70), oct(True))
t(hex, 1.5)
print(chr(65), chr(0x10ffff) == "\U0010ffff", ord("a"), ord(b"x"), ord(bytearray(b"y")), ord("\U0001f600"))
for bad in (-1, 0x110000, 10**30, "a"):
    t(chr, bad)
for bad in ("", "ab", b"ab", 1, bytearray(2)):
    t(ord, bad)
print(callable(len), callable(1), callable(int), callable(lambda: 0))
class C:
    def __call__(self): pass
print(callable(C()), callable(C))
print(divmod(7, 3), divmod(-7, 3), divmod(7.5, 2), pow(2, 10), pow(2, 10, 1000), pow(2, -1), pow(3, -1, 7))
t(divmod, 1, 0)
t(divmod, 1, "a")
t(pow, 2, -1, 0)
t(pow, 1, "a")
t(pow, 2.0, 2, 3)
print(format(255, "x"), format("a", ">3"), format(3.14159, ".2f"), format(1), format(None))
t(format, 1, 2)
t(format, object(), "x")
t(format, 1, "zz")
print(round(2.5), round(3.5), round(2.567, 2), round(1234, -2), round(True), round(2.5, None))
t(round, "a")
class R:
    def __round__(self, n=None): return ("rounded", n)
print(round(R()), round(R(), 3))
print(hash(1) == hash(1.0) == hash(True), hash("a") == hash("a"), hash(()) == hash(()))
t(hash, [])
t(hash, {})
a = object()
print(id(a) == id(a), id(1) == id(1), id(None) != id(True))
print(isinstance(1, int), isinstance(1, (str, int)), isinstance(1, (str, (float, int))), issubclass(bool, int))
t(isinstance, 1, 1)
t(isinstance, 1, (1,))
t(issubclass, 1, int)
t(issubclass, int, 1)
class Meta(type):
    def __instancecheck__(cls, x): return x == 5
    def __subclasscheck__(cls, x): return x is str
class K(metaclass=Meta): pass
print(isinstance(5, K), isinstance(6, K), issubclass(str, K), issubclass(int, K), isinstance(K(), K))
print(len([1, 2]), len("abc"), len({}), len(range(10)))
t(len, 1)
class L:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
t(len, L(3))
t(len, L(-1))
t(len, L("a"))
t(len, L(2**70))

class O:
    x = 1
    __slots__ = ("y",)
o = O()
print(getattr(o, "x"), getattr(o, "y", "none"), hasattr(o, "y"), hasattr(o, "x"))
setattr(o, "y", 2)
print(o.y)
delattr(o, "y")
for f, args in [(getattr, (o, "y")), (getattr, (o, 1)), (hasattr, (o, 1)), (setattr, (o, 1, 1)), (delattr, (o, 1)),
                (setattr, (o, "z", 1)), (delattr, (o, "y"))]:
    t(f, *args)
class P:
    @property
    def bad(self): raise ValueError("inside")
    @property
    def missing(self): raise AttributeError("hidden")
t(hasattr, P(), "bad")
t(getattr, P(), "missing", "default")
t(getattr, P(), "missing")

class V:
    def __init__(self): self.a = 1
print(vars(V()), sorted(vars(V))[:3])
t(vars, 1)
t(vars, 1, 2)
def local():
    p, q = 1, 2
    return sorted(vars()), sorted(locals()), dir()
print(local())
print("a" in dir(V()), dir(5)[:2], [n for n in dir(V) if not n.startswith("__")])
class DD:
    def __dir__(self): return ["z", "a"]
print(dir(DD()))
class DB:
    def __dir__(self): return 1
t(dir, DB())
print(globals() is vars(), "builtins" in globals())

print(eval("1 + 2"), eval("x + y", {"x": 1}, {"y": 2}), eval(" 3 "), eval(b"4"), eval(compile("5", "f", "eval")))
for args in [(1,), ("1", 1), ("1", {}, 1), ("1 +",)]:
    t(eval, *args)
ns = {}
print(exec("a = 1\nb = a + 1", ns), ns["b"], "__builtins__" in ns)
exec(compile("c = 5", "f", "exec"), ns)
print(ns["c"])
t(exec, 1)
t(exec, "1", 1)
t(exec, "1", closure=1)
t(compile, "1", "f", "bad")
t(compile, "1", "f", "eval", 999999)
t(compile, 1, "f", "eval")
t(compile, "a b", "f", "exec")
t(compile, "1", "f", "eval", 0, False, 7)
t(__import__, 1)
t(__import__, "")
t(__import__, "no_such_module_here")
print(__import__("builtins") is builtins)
t(__build_class__)
t(__build_class__, 1, 2)
print(__build_class__(lambda: None, "X").__name__)

class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): self.parts.append("flush")
w = W()
print(1, "a", sep="-", end="!", file=w, flush=True)
print(file=w)
print("x", None, sep=None, end=None, file=w)
print(w.parts)
t(print, "a", file=1)
t(print, "a", sep=1)
t(print, "a", end=1)
t(print, "a", foo=1)
class Bad:
    def __str__(self): raise ValueError("no text")
t(print, Bad())
t(print, Bad(), file=w)
print()
print("a", "b", 3, sep="")
print(*range(5), sep=", ")

async def agen():
    yield 1
    yield 2
async def use():
    it = aiter(agen())
    print(await anext(it), await anext(it), await anext(it, "end"))
    try:
        await anext(it)
    except StopAsyncIteration:
        print("stopped")
try:
    use().send(None)
except StopIteration:
    pass
t(aiter, 1)
t(anext, 1)
class AI:
    def __aiter__(self): return 5
t(aiter, AI())
print(sorted(n for n in vars(builtins) if not isinstance(vars(builtins)[n], type) and n[0] != "_"
             and n not in ("copyright", "credits", "exit", "quit", "license", "help")))
print(Ellipsis, NotImplemented, __debug__, type(None), type(...), type(NotImplemented))
t(type(None), 1)
print(type(None)() is None, type(...)() is ..., type(NotImplemented)() is NotImplemented)
print(bool(None), repr(...), NotImplemented.__reduce__(), Ellipsis.__reduce__())
