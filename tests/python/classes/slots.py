# __slots__: places, errors, inheritance, mangling.
def fails(f, *args, **kw):
    try:
        f(*args, **kw)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x
        self.y = y
p = P(1, 2)
print(p.x, p.y, P.x, type(P.x).__name__, P.x.__name__, P.x.__objclass__ is P)
fails(setattr, p, "z", 1)
fails(getattr, p, "z")
fails(getattr, p, "__dict__")
del p.x
fails(getattr, p, "x")
fails(delattr, p, "x")
p.x = 5
print(P.x.__get__(p), P.x.__get__(None, P) is P.x)
fails(P.x.__get__, 3)
P.x.__set__(p, 7)
print(p.x)
P.x.__delete__(p)
fails(getattr, p, "x")

class Q(P):
    __slots__ = "z"
q = Q(1, 2)
q.z = 3
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
class R(P): pass
r = R(1, 2)
r.w = 4
print(r.__dict__, r.x)
class S(P):
    __slots__ = ["__dict__", "a"]
s = S(1, 2)
s.a, s.b = 3, 4
print(s.__dict__, s.a)
import weakref
fails(weakref.ref, s)
class W(P):
    __slots__ = ("__weakref__",)
w = W(1, 2)
print(weakref.ref(w)() is w)

class Mangled:
    __slots__ = ("__a", "__b__", "_c")
    def __init__(self):
        self.__a = 1
print(sorted(n for n in Mangled.__dict__ if n.endswith("a") or n.startswith("__b")), Mangled()._Mangled__a)

def make(slots, bases=(), **ns):
    ns["__slots__"] = slots
    return type("T", bases, ns)
fails(make, ("a", 1))
fails(make, ("1a",))
fails(make, ("a b",))
fails(make, ("__dict__", "__dict__"))
fails(make, ("__weakref__", "__weakref__"))
fails(make, ("__dict__",), (R,))
fails(make, ("a",), (), a=1)
fails(make, ("a",), (int,))
fails(make, ("a",), (tuple,))
fails(make, 5)
class E1:
    __slots__ = ("a",)
class E2:
    __slots__ = ("b",)
fails(type, "E", (E1, E2), {})
class E3:
    __slots__ = ()
print(type("E", (E1, E3), {"__slots__": ()}).__mro__[1:3] == (E1, E3))
class I(int):
    __slots__ = ()
fails(setattr, I(3), "x", 1)
print(I(3) + 1, hasattr(I(3), "__dict__"))
class LS(list):
    __slots__ = ("tag",)
l = LS([1, 2])
l.tag = "t"
print(l, l.tag, hasattr(l, "__dict__"))
class D:
    __slots__ = {"a": "doc of a", "b": None}
d = D()
d.a = 1
print(d.a, sorted(D.__slots__))
class It:
    __slots__ = (n for n in ("g", "h"))
i = It()
i.g = i.h = 2
print(i.g + i.h)
# a base without slots gives a dict
class Base: pass
class Der(Base):
    __slots__ = ("k",)
x = Der()
x.k, x.other = 1, 2
print(x.__dict__, x.k)
# reference kept in a slot is dropped
class T:
    def __del__(self): print("gone")
e = E1()
e.a = T()
e.a = None
e.a = T()
del e
# cycles through slots are collected
import gc
a, b = E1(), E2()
a.a, b.b = b, (a, T())
del a, b
print("collect")
gc.collect()
# subclasses of str may have slots
class Text(str):
    __slots__ = ("lang", "size")
x = Text("abc")
fails(getattr, x, "lang")
fails(delattr, x, "lang")
x.lang = "en"
x.size = [x]
print(x, x.lang, x.size[0] is x, hasattr(x, "__dict__"), x == "abc")
del x.lang
fails(getattr, x, "lang")
fails(setattr, x, "other", 1)
class More(Text): pass
y = More("d")
y.lang, y.free = 1, 2
print(y.lang, y.free, hasattr(y, "__dict__"))
del x, y
print(gc.collect() > 0)
