# Descriptors: the protocol, property, classmethod, staticmethod, __set_name__, native ones.
def fails(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

class Data:
    def __set_name__(self, owner, name): print("named", owner.__name__, name); self.name = name
    def __get__(self, obj, owner=None): return ("get", self.name, obj is None, owner and owner.__name__)
    def __set__(self, obj, value): print("set", self.name, value)
    def __delete__(self, obj): print("delete", self.name)
class NonData:
    def __get__(self, obj, owner=None): return ("nondata", obj is None)
class OnlySet:
    def __set__(self, obj, value): obj.__dict__["o"] = value
class C:
    d = Data()
    n = NonData()
    o = OnlySet()
c = C()
print(c.d, C.d)
c.d = 5
del c.d
c.__dict__["d"] = "hidden"
print(c.d)
print(c.n, C.n)
c.__dict__["n"] = "seen"
print(c.n)
print(type(c.o).__name__)
c.o = 3
print(c.o)
fails(delattr, c, "o")

class P:
    def __init__(self): self._x = 1
    @property
    def x(self):
        "the x"
        return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
    ro = property(lambda self: 5)
    wo = property(None, lambda self, v: print("wo", v))
    nothing = property()
p = P()
p.x = 10
print(p.x, P.x.__doc__, type(P.x).__name__)
del p.x
fails(getattr, p, "x")
fails(setattr, p, "ro", 1)
fails(delattr, p, "ro")
p.wo = 4
fails(getattr, p, "wo")
fails(getattr, p, "nothing")
fails(delattr, p, "x")
print(P.x.fget.__name__, P.x.fset.__name__, P.x.fdel.__name__, P.ro.fset, P.x.__get__(None, P) is P.x)
print(property(lambda s: 1, doc="given").__doc__, property(P.x.fget).__doc__, property().__doc__)
fails(property, 1, 2, 3, 4, 5)
class MyProp(property):
    """class doc"""
    extra = 1
class Q:
    @MyProp
    def y(self):
        "y doc"
        return 2
    @y.getter
    def y(self): return 3
print(type(Q.y).__name__, Q().y, Q.y.__doc__, Q.y.extra)
lone = property(lambda self: 1)
class Late: pass
Late.p = lone
fails(setattr, Late(), "p", 1)
class Abstract:
    @property
    def a(self): pass
    a.fget.__isabstractmethod__ = True
print(property(Abstract.a.fget).__isabstractmethod__, P.x.__isabstractmethod__)

class M:
    @classmethod
    def c(cls, *a, **k):
        "doc of c"
        return cls.__name__, a, k
    @staticmethod
    def s(*a, **k):
        "doc of s"
        return a, k
    def i(self): return self
class N(M): pass
print(M.c(1, k=2), M().c(), N.c(), N().c(3), M.s(1), M().s(k=1))
print(M.__dict__["c"].__func__.__name__, M.__dict__["s"].__func__.__name__, M.__dict__["s"](4))
print(M.__dict__["c"].__wrapped__ is M.__dict__["c"].__func__, M.__dict__["s"].__name__, M.__dict__["c"].__doc__,
      M.__dict__["s"].__qualname__)
print(M.c.__self__ is M, M().i.__func__ is M.i, M.c == M.c, M().i == M().i)
fails(classmethod)
fails(staticmethod, 1, 2)
sm = M.__dict__["s"]
sm.mark = 1
print(sm.mark, sm.__dict__["mark"])
class Chain:
    @classmethod
    @property
    def cp(cls): return cls.__name__
print(Chain.cp)
print(repr(M.__dict__["s"]).startswith("<staticmethod(<function M.s at 0x"),
      repr(M.__dict__["c"]).startswith("<classmethod(<function M.c at 0x"))

class BadName:
    def __set_name__(self, owner, name): raise ValueError("no")
try:
    class X:
        bad = BadName()
except RuntimeError as e:
    print(e, repr(e.__cause__))

# native descriptors
print(int.real, int.__dict__["real"].__get__(5), type(int.real).__name__, int.real.__name__, int.real.__qualname__)
fails(setattr, 5, "real", 1)
fails(int.real.__get__, "a")
fails(int.real.__set__, 5, 5)
print(str.upper, str.upper("a"), "a".upper.__self__, type("a".upper).__name__, type(str.upper).__name__)
fails(str.upper)
fails(str.upper, 5)
print(int.__add__, int.__add__(1, 2), (1).__add__(2), type(int.__add__).__name__, type((1).__add__).__name__)
print(repr((1).__add__).startswith("<method-wrapper '__add__' of int object at 0x"))
fails(int.__add__)
fails(int.__add__, "a", 1)
fails(int.__add__, 1)
fails(int.__add__, 1, 2, 3)
def kw(): return int.__add__(1, x=2)
fails(kw)
print(int.__add__.__name__, int.__add__.__qualname__, int.__add__.__objclass__, int.__add__.__text_signature__)
print((1).__add__.__self__, (1).__add__.__name__, (1).__add__ == (1).__add__, hash((1).__add__) == hash((1).__add__))
print(dict.fromkeys.__self__, type(dict.__dict__["fromkeys"]).__name__, dict.__dict__["fromkeys"])
print(type(int.__new__).__name__, int.__new__.__self__, int.__new__(int, "5"))
print(type(object.__init__).__name__, type(object().__str__).__name__)
print(object.__eq__(1, 1), object.__eq__(1, 2), object.__ne__(1, 2), object.__lt__(1, 2), object.__hash__(c) == hash(c))
fails(object.__setattr__, int, "x", 1)
fails(object.__delattr__, C, "d")
fails(object.__getattribute__, c, 5)
fails(int.__new__, 5)
fails(type.__call__, 5)
fails(list.__getitem__, [], 5)
fails([].__setitem__, 0)
fails(iter([]).__next__)
fails(P.x.__get__)
fails((lambda: 0).__get__, None, None)
fails(Data().__get__)
