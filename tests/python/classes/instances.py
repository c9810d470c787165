# Attributes of instances: order, deletion, __dict__, __class__, many attributes.
def fails(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

class C:
    shared = []
    def __init__(self, *names):
        for n in names:
            setattr(self, n, n.upper())
c = C("a", "b", "c")
print(c.__dict__, list(vars(c)), c.a, c.b)
for gone in ("c", "a"):
    delattr(c, gone)
    print(c.__dict__)
c.a = 1
print(c.__dict__)
fails(delattr, c, "zz")
fails(getattr, c, "zz")

# deletion before __dict__ was ever asked for, then the order
d = C("a", "b", "c", "d")
del d.b
fails(getattr, d, "b")
d.b = "again"
d.e = 5
print(d.__dict__)
e = C("a", "b")
del e.b, e.a
fails(getattr, e, "a")
e.b, e.a = 1, 2
print(e.__dict__)
f = C("a", "b")
del f.a
del f.b
f.x = 1
print(f.__dict__, dir(f)[-3:])

# the dict and the attributes are the same thing
g = C("a")
d = g.__dict__
g.new = 1
d["other"] = 2
del g.a
print(d, g.other, g.__dict__ is d)
g.__dict__ = {"p": 1, 5: 6}
print(g.p, g.__dict__, d)
fails(getattr, g, "new")
del g.__dict__
print(g.__dict__)
fails(setattr, g, "__dict__", 5)
g.q = 1
print(vars(g))
vars(g)["weird name"] = 3
print(getattr(g, "weird name"), getattr(g, "".join(["wei", "rd name"])))

# class attribute behind instance attribute
h = C()
print(h.shared is C.shared)
h.shared = 1
print(h.shared, C.shared)
del h.shared
print(h.shared)
fails(delattr, h, "shared")

# many attributes, and different orders
m = C()
for i in range(300):
    setattr(m, "n%d" % i, i)
print(len(m.__dict__), m.n0, m.n299, sum(vars(m).values()))
for i in range(0, 300, 2):
    delattr(m, "n%d" % i)
print(len(m.__dict__), m.n299, hasattr(m, "n298"))
for order in ("abc", "acb", "bac", "bca", "cab", "cba"):
    print("".join(vars(C(*order))), end=" ")
print()
objects = [C(*("k%d" % j for j in range(i))) for i in range(40)]
print([len(vars(o)) for o in objects] == list(range(40)))

# attribute names that are not plain
fails(getattr, c, 5)
fails(setattr, c, 5, 5)
fails(delattr, c, None)
class Name(str): pass
setattr(c, Name("nice"), 1)
print(c.nice, getattr(c, Name("nice")), list(c.__dict__))

# __class__
class A:
    def who(self): return "A"
class B:
    def who(self): return "B"
x = A()
x.v = 1
x.w = 2
x.__class__ = B
print(x.who(), x.v, x.w, type(x).__name__, x.__dict__)
x.u = 3
x.__class__ = A
print(x.who(), x.__dict__)
class S1: __slots__ = ("a",)
class S2: __slots__ = ("a", "b")
fails(setattr, x, "__class__", S1)
fails(setattr, S1(), "__class__", S2)
fails(setattr, x, "__class__", 5)
fails(setattr, x, "__class__", int)
fails(setattr, 5, "__class__", A)
def delete():
    del x.__class__
fails(delete)

# object takes no attributes; functions and types do or do not
fails(setattr, object(), "x", 1)
fails(setattr, 5, "x", 1)
fails(setattr, "s", "upper", 1)
fails(setattr, [], "append", 1)
fails(delattr, 5, "real")
fails(setattr, int, "x", 1)
fails(delattr, int, "x")
fails(setattr, None, "x", 1)

# subclasses of built-in types
class I(int): pass
class S(str): pass
class T(tuple): pass
class L(list): pass
class D(dict): pass
class F(float): pass
class By(bytes): pass
class E(Exception): pass
for v in (I(5), S("five"), T((1, 2)), L([1]), D(a=1), F(1.5), By(b"x"), E("e")):
    v.attr = [v]
    v.more = 2
    print(type(v).__name__, v == v.attr[0], len(v.__dict__), v.more, sorted(v.__dict__))
    del v.attr
    fails(getattr, v, "attr")
print(I(5) + 1, type(I(5) + 1).__name__, S("a") + "b", T((1,)) + (2,), L([1]) + [2], F(1.5) * 2)
fails(object)
fails(object, 1)
fails(C.__new__)
fails(object.__new__, 5)
fails(object.__new__, int)
fails(int.__new__, str)
fails(int.__new__, object)
class NoInit: pass
fails(NoInit, 1)
class NewOnly:
    def __new__(cls, *a): return super().__new__(cls)
print(type(NewOnly(1, 2)).__name__)
class InitOnly:
    def __init__(self, *a): self.a = a
print(InitOnly(1, 2).a)
class Passes:
    def __init__(self, a): super().__init__(a)
fails(Passes, 1)
class Passes2:
    def __new__(cls, a): return super().__new__(cls, a)
fails(Passes2, 1)
class BadInit:
    def __init__(self): return 5
fails(BadInit)
class Other:
    def __new__(cls): return 7
    def __init__(self): print("never")
print(Other())
