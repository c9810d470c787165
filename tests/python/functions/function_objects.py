# Functions written in Python as objects: every attribute, and what it accepts.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

def f(a, /, b: int = 1, *args: "x", c, d=2, **kw) -> str:
    "doc of f"
    return a, b, args, c, d, kw

print(f.__name__, f.__qualname__, f.__module__, f.__doc__)
print(f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__closure__, f.__dict__)
print(f.__globals__ is globals(), f.__builtins__ is __builtins__.__dict__, f.__code__.co_name)
print(f(0, c=1), f(0, 5, 6, c=1, d=3, e=4))

# setting
f.__defaults__ = (7,)
f.__kwdefaults__ = {"c": 8, "d": 2}
print(f(0))
f.__defaults__ = None
f.__kwdefaults__ = None
t(f, 0)
for name, bad in [("__defaults__", 1), ("__kwdefaults__", 1), ("__annotations__", 1), ("__name__", 1),
                  ("__qualname__", 1), ("__code__", 1), ("__dict__", 1), ("__globals__", {}), ("__closure__", None),
                  ("__builtins__", None)]:
    t(setattr, f, name, bad)
for name in ["__name__", "__qualname__", "__code__", "__dict__", "__globals__"]:
    t(delattr, f, name)
f.__name__ = "g"
f.__qualname__ = "Q.g"
print(f.__name__, repr(f)[:14], f.__code__.co_name)
f.__doc__ = None
print(f.__doc__)
f.__doc__ = 5
print(f.__doc__)
del f.__doc__
print(f.__doc__)
f.__module__ = "m"
print(f.__module__)
del f.__module__
print(f.__module__)
f.__annotations__ = {"z": 1}
print(f.__annotations__)
del f.__annotations__
print(f.__annotations__)
del f.__defaults__, f.__kwdefaults__
print(f.__defaults__, f.__kwdefaults__)

# own attributes
f.x = 1
f.__dict__["y"] = 2
print(f.x, f.y, f.__dict__, vars(f) is f.__dict__)
del f.x
t(getattr, f, "x")
t(delattr, f, "x")
f.__dict__ = {"z": 3}
print(f.z, hasattr(f, "y"))

# changing the code
def one(): return 1
def two(): return 2
def cell():
    v = 1
    def inner(): return v
    return inner
one.__code__ = two.__code__
print(one(), one.__name__)
t(setattr, one, "__code__", cell().__code__)

# closures and cells
def outer(n):
    m = n * 2
    def inner():
        nonlocal m
        m += 1
        return n, m
    return inner
i = outer(3)
print(i(), i.__code__.co_freevars, [c.cell_contents for c in i.__closure__])
i.__closure__[0].cell_contents = 100
print(i())
c = cell().__closure__[0]
Cell = type(c)
print(repr(c).split(" at ")[0], Cell(1) == Cell(1), Cell(1) < Cell(2), Cell() < Cell(1), Cell() == Cell(), Cell() == 1)
t(lambda: Cell().cell_contents)
x = Cell(1)
x.cell_contents = 5
print(x.cell_contents)
del x.cell_contents
t(lambda: x.cell_contents)
t(hash, x)
t(Cell, 1, 2)

# making functions
F = type(f)
g = F(two.__code__, {})
print(g(), g.__name__, g.__module__)
g = F(outer.__code__, globals(), "renamed", (9,))
print(g.__name__, g.__defaults__, g()())
t(F, 1, {})
t(F, two.__code__, 1)
t(F, two.__code__, {}, 1)
t(F, two.__code__, {}, None, 1)
t(F, i.__code__, {})
t(F, i.__code__, {}, None, None, (1,))
t(F, i.__code__, {}, None, None, (1, 2))
t(F, two.__code__, {}, None, None, (Cell(1),))
print(F(i.__code__, {}, None, None, (Cell(1), Cell(2)))())
t(type, "X", (F,), {})

# descriptors
class A:
    def m(self, x=1):
        return x
a = A()
print(A.m is A.__dict__["m"], a.m.__func__ is A.m, a.m.__self__ is a, A.m.__get__(a, A)(5), A.m.__get__(None, A) is A.m)
print(a.m == a.m, a.m is a.m, a.m != A().m, hash(a.m) == hash(a.m), a.m.__name__, a.m.__qualname__)
A.m.attr = 1
print(a.m.attr, repr(a.m)[:24])
t(setattr, a.m, "attr", 2)
t(getattr, a.m, "nothing")
M = type(a.m)
t(M)
t(M, 1, 2)
t(M, len, None)
print(M(len, [1, 2])(), M(A.m, a)(3), M(lambda *a, **k: (a, k), 0)(1, 2, *range(12), z=3))
b = M(A.m, 1)
print(b.__get__(a, A) is b, b.__self__)

# lambdas
print((lambda x, *y: (x, y))(1, 2).__class__, (lambda: 0).__name__, (lambda: 0).__qualname__)
