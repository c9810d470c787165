# Programs that change classes while they are in use, recurse without end, or drop what is being used.
import gc
def fails(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, str(e)[:60])
    else:
        print("no error")

# recursion
class R:
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __getattr__(self, n): return getattr(self, n + "x")
    def __add__(self, o): return self + o
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __getitem__(self, i): return self[i]
    def __contains__(self, x): return x in self
    def __bool__(self): return not self
    def __format__(self, f): return format(self, f)
    def __index__(self): return [1][self]
    def __call__(self): return self()
def kind(f):
    try: f()
    except RecursionError: return "R"
    except Exception as e: return type(e).__name__
    return "none"
r = R()
print([kind(f) for f in (lambda: repr(r), lambda: str(r), lambda: r == 1, lambda: hash(r), lambda: r.a, lambda: r + 1,
       lambda: len(r), lambda: iter(r), lambda: r[0], lambda: 1 in r, lambda: bool(r), lambda: format(r, "x"), lambda: [1][r], lambda: r())])
class Self: pass
Self.__call__ = Self()
print(kind(Self()))
class Prop:
    @property
    def p(self): return self.p
print(kind(lambda: Prop().p))
class SetAttr:
    def __setattr__(self, n, v): setattr(self, n, v)
print(kind(lambda: setattr(SetAttr(), "a", 1)))
class Check(type):
    def __instancecheck__(cls, o): return isinstance(o, cls)
class Checked(metaclass=Check): pass
print(kind(lambda: isinstance(1, Checked)))
t = ()
for _ in range(60000): t = (t,)
print(kind(lambda: isinstance(1, t)), kind(lambda: hash(t)) in ("none", "R"), kind(lambda: t == (t,)))
del t

# long chains of classes
c = object
for i in range(300):
    c = type("C%d" % i, (c,), {"__slots__": ()})
print(len(c.__mro__))
base = c.__mro__[-2]
base.method = lambda self: "found"
print(c().method())
del base.method
fails(lambda: c().method())
del c, base

# changing what is being looked up
class A:
    def f(self): return "A.f"
class B(A):
    def f(self):
        del B.f
        return super().f()
b = B()
print(b.f(), b.f())
class D:
    def __get__(self, o, t):
        del E.d
        return "gone"
    def __set__(self, o, v): pass
class E: d = D()
e = E()
print(e.d)
fails(lambda: e.d)
class Hook:
    def __getattr__(self, n):
        del Hook.__getattr__
        return "once"
h = Hook()
print(h.x)
fails(lambda: h.x)
class Eq:
    def __eq__(self, o):
        Eq.__eq__ = lambda s, o: "second"
        return "first"
q = Eq()
print(q == 1, q == 1)
class Add:
    def __add__(self, o):
        self.__class__ = Other
        return "added"
class Other: pass
a = Add()
print(a + 1, type(a).__name__)
fails(lambda: a + 1)
class P:
    @property
    def x(self):
        P.x = 5
        return "property"
p = P()
print(p.x, p.x)
class SelfDel:
    def __init__(self): self.a = self.b = self
    def __del__(self): print("deleted", sorted(self.__dict__))
s = SelfDel()
s.__dict__["c"] = s
del s
gc.collect()
def loop():
    class Local:
        def m(self): return Local
    return Local().m().__name__
print(loop(), gc.collect() > 0)

# attributes during construction and destruction
class Counting(type):
    count = 0
    def __new__(m, n, b, d): Counting.count += 1; return super().__new__(m, n, b, d)
    def __del__(cls): print("class died", cls.__name__)
class X(metaclass=Counting): pass
x = X()
del X
print(gc.collect() >= 0, type(x).__name__)
del x
gc.collect()

# mro() that looks at the half-made class, or fails
class Peek(type):
    def mro(cls):
        seen.append((cls.__name__, cls.__mro__, hasattr(cls, "v")))
        return super().mro()
seen = []
class Peeked(metaclass=Peek): v = 1
print(seen)
class Fail(type):
    def mro(cls): raise KeyError("mro")
fails(Fail, "F", (), {})
class Switch(type):
    def mro(cls): return type.mro(cls) if not broken else [1]
broken = False
class S1(metaclass=Switch): v = 1
class S2(S1): pass
class S3: v = 3
broken = True
def assign(): S2.__bases__ = (S1, S3)
fails(assign)
broken = False
print(S2.__bases__, S2.v, [k.__name__ for k in S2.__mro__])

# __set_name__ and __init_subclass__ that add to the class
class Adds:
    def __set_name__(self, owner, name):
        for i in range(50): setattr(owner, "%s%d" % (name, i), i)
class Has:
    a = Adds()
    b = Adds()
print(Has.a49, Has.b0, len([n for n in Has.__dict__ if n[0] in "ab"]))
class Reg:
    def __init_subclass__(cls): cls.extra = lambda self: "extra"; cls.__len__ = lambda self: 7
class Sub(Reg): pass
print(Sub().extra(), len(Sub()))

# weird dicts
class N: pass
n = N()
n.__dict__[1] = 2
n.__dict__[None] = 3
print(n.__dict__, [k for k in dir(N) if k == "zz"])
fails(vars, 5)
fails(vars, N.__slots__ if hasattr(N, "__slots__") else object())
n.__dict__.clear()
fails(lambda: n.x)
d = n.__dict__
n.x = d
del n
print(list(d))
d.clear()
# a class in a cycle with its instance, metaclass and method
class M(type): pass
class C(metaclass=M):
    def f(self): return C
C.inst = C(); C.inst.me = C; M.c = C
del C, M
gc.collect()
print("done")
