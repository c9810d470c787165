# Modules, SimpleNamespace.
import sys
M = type(sys)
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

m = M("mod", "doc")
print(m, m.__name__, m.__doc__, m.__package__, m.__loader__, m.__spec__, sorted(m.__dict__))
t(M)
t(M, 1)
t(M, "a", x=1)
m.x = 1
print(m.x, m.__dict__["x"], "x" in dir(m))
del m.x
t(getattr, m, "x")
t(delattr, m, "x")
t(setattr, m, "__dict__", {})
print(m.__annotations__, m.__annotations__ is m.__dict__["__annotations__"])
m.__annotations__ = {"a": 1}
del m.__annotations__
t(delattr, m, "__annotations__")
m.__file__ = "f.py"
print(m)
del m.__file__
m.__loader__ = 5
print(m)
class Spec:
    name = "specname"
    origin = None
    loader = None
    has_location = False
    _initializing = False
    def __repr__(self): return "S"
s = m.__spec__ = Spec()
print(m)
s.loader = "L"
print(m)
s.origin = "org"
print(m)
s.has_location = True
print(m)
s._initializing = True
t(getattr, m, "nothing")
s._initializing = False
s._uninitialized_submodules = ["sub"]
t(getattr, m, "sub")
t(getattr, m, "other")
del m.__name__
t(getattr, m, "other")
m.__name__ = "n"
m.__getattr__ = lambda name: name.upper()
print(m.hello, hasattr(m, "anything"))
def ga(name): raise AttributeError("mine")
m.__getattr__ = ga
t(getattr, m, "x")
m.__dir__ = lambda: ["b", "a"]
print(dir(m))
class Sub(M):
    y = 2
    @property
    def p(self): return self.__name__ + "!"
s = Sub("s")
s.z = 3
print(s.y, s.p, s.z, s.__dict__["z"], s)
b = M.__new__(M)
print(b.__doc__, b.__dict__)
try:
    b.foo
except AttributeError as e:
    print(e)
try:
    sys.nothing
except AttributeError as e:
    print(e, e.name, e.obj is sys)
print(repr(sys), sys.__name__)

import types
N = types.SimpleNamespace
n = N(a=1, b="x")
print(n, n.a, n == N(a=1, b="x"), n == N(a=1), n != N(), n == 1, vars(n), N())
n.c = n
print(n)
del n.c
t(delattr, n, "zz")
t(getattr, n, "zz")
t(N, 1)
t(hash, n)
t(lambda: n < n)
print(n.__reduce__()[1:])
class NS(N):
    def m(self): return self.a
print(NS(a=5), NS(a=5).m())
setattr(n, "not an identifier", 1)
print(n)

# a loader that tells how its modules are shown
class Told:
    @staticmethod
    def module_repr(module):
        return "<told %s>" % module.__name__
class Fails:
    @staticmethod
    def module_repr(module):
        raise ValueError("no text")
class Odd:
    module_repr = 5
    def __repr__(self):
        return "Odd()"
for loader in Told, Fails, Odd():
    m = types.ModuleType("shown")
    m.__loader__ = loader
    print(repr(m).replace(__name__ + ".", ""))
    m.__file__ = "/x.py"
    print(repr(m))
