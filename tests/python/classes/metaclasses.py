# Metaclasses, __init_subclass__, __class_getitem__, __prepare__, attributes of classes.
def fails(f, *args, **kw):
    try:
        f(*args, **kw)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

class Meta(type):
    def __new__(mcls, name, bases, ns, **kw):
        print("new", name, [b.__name__ for b in bases], sorted(k for k in ns if k[0] != "_"), kw)
        return super().__new__(mcls, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k)
        return super().__call__(*a, **k)
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", name, kw)
        return {"prepared": 1}
    def meta_method(cls): return "meta", cls.__name__
    @property
    def prop(cls): return "prop of " + cls.__name__
class A(metaclass=Meta, key=1):
    def __init__(self, x): self.x = x
    attr = 5
print(A(3).x, A.prepared, A.meta_method(), A.prop, type(A).__name__)
fails(getattr, A(1), "meta_method")
fails(setattr, A, "prop", 1)
class B(A): pass
print(type(B).__name__, B.prop, isinstance(B, Meta), issubclass(Meta, type))
class M2(type): pass
class Z(metaclass=M2): pass
try:
    class Y(A, Z): pass
except TypeError as e:
    print(e)
class M3(Meta, M2): pass
class Y(A, Z, metaclass=M3): pass
print(type(Y).__name__)
# a metaclass need not be a class
def function(name, bases, ns, **kw):
    return name, bases, sorted(k for k in ns if k[0] != "_"), kw
class F(metaclass=function, extra=2):
    a = 1
print(F)

class Plugin:
    found = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.found.append((cls.__name__, tag))
class P1(Plugin, tag="one"): pass
class P2(P1): pass
print(Plugin.found, type(Plugin.__dict__["__init_subclass__"]).__name__)
def sub(**kw):
    class P3(Plugin, **kw): pass
fails(sub, unknown=1)
def sub2(**kw):
    class P4(**kw): pass
fails(sub2, unknown=1)

class G:
    def __class_getitem__(cls, item): return cls.__name__, item
print(G[int], G[1, 2], type(G.__dict__["__class_getitem__"]).__name__)
fails(lambda: A[1])
fails(lambda: int[1])
print(list[int], type[int])
class MG(type):
    def __getitem__(cls, i): return "meta", i
class GG(metaclass=MG):
    def __class_getitem__(cls, i): return "class", i
print(GG[2])

# attributes of classes
class C:
    "doc"
    x: int = 1
    def f(self): pass
print(C.__name__, C.__qualname__, C.__module__, C.__doc__, C.__annotations__, C.__bases__, C.__base__)
print(sorted(C.__dict__), type(C.__dict__).__name__)
C.__name__ = "Renamed"
C.__qualname__ = "Out.Renamed"
C.__doc__ = "other"
C.__module__ = "elsewhere"
print(C, C.__name__, C.__doc__, C().__class__.__qualname__, repr(C()).startswith("<elsewhere.Out.Renamed object at"))
fails(setattr, C, "__name__", 5)
fails(setattr, C, "__qualname__", 5)
fails(delattr, C, "__name__")
fails(setattr, C, "__dict__", {})
fails(setattr, C, "__mro__", ())
fails(setattr, int, "__name__", "x")
fails(setattr, int, "__doc__", "x")
fails(lambda: C.__dict__.__setitem__("a", 1))
fails(getattr, C, "missing")
fails(delattr, C, "missing")
fails(getattr, int, "__annotations__")
fails(getattr, C, "__abstractmethods__")
fails(getattr, type, "__abstractmethods__")
class NoAnn: pass
print(NoAnn.__annotations__, "__annotations__" in NoAnn.__dict__)
NoAnn.__annotations__ = {"a": 1}
print(NoAnn.__annotations__)
del NoAnn.__annotations__
fails(delattr, NoAnn, "__annotations__")
D = type("D", (C,), {"y": 2, "__qualname__": "Q.D"})
print(D.__qualname__, D.__module__, "__qualname__" in D.__dict__, D.__doc__)
fails(type, "D", (), {"__qualname__": 5})
print(type(5), type("x", (), {}).__name__, type.__name__, type(type), int.__module__, int.__qualname__)
print(int.__doc__ is not None, object.__subclasshook__(), type.__base__, type.__prepare__())
print((5).__class__, C.__class__, type.__class__, None.__class__)
print(dir(NoAnn)[:3], sorted(set(dir(type)) - set(dir(object)))[:6])
class WithDir:
    def __dir__(self): return ["b", "a"]
print(dir(WithDir()))
print(C.__flags__ & (1 << 9) != 0, int.__flags__ & (1 << 24) != 0, type.__flags__ & (1 << 31) != 0)

# abstract
from abc import ABC, abstractmethod
class Ab(ABC):
    @abstractmethod
    def one(self): ...
    @property
    @abstractmethod
    def two(self): ...
fails(Ab)
class Half(Ab):
    def one(self): return 1
fails(Half)
class Whole(Half):
    two = 2
print(Whole().one(), Whole().two, sorted(Ab.__abstractmethods__), Whole.__abstractmethods__)
class Sub(ABC):
    @classmethod
    def __subclasshook__(cls, c): return hasattr(c, "quack")
class Duck:
    quack = 1
print(isinstance(Duck(), Sub), issubclass(int, Sub))
class Reg(ABC): pass
Reg.register(int)
print(isinstance(3, Reg), issubclass(bool, Reg), issubclass(str, Reg))
class IC(type):
    def __instancecheck__(cls, o): return o == 1
    def __subclasscheck__(cls, o): return o is int
class ICC(metaclass=IC): pass
print(isinstance(1, ICC), isinstance(2, ICC), issubclass(int, ICC), issubclass(str, ICC), isinstance(ICC(), ICC))
class Fake:
    __class__ = int
print(isinstance(Fake(), int), type(Fake()).__name__, isinstance(Fake(), str))
print(isinstance(1, int | str), issubclass(int, int | None))
