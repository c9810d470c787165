# Keys of namespaces that are no strs: where their hash is that of a name, their __eq__ decides, and may do anything.


class Key:
    def __init__(self, name, action=lambda: False):
        self.name, self.action = name, action

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        asked.append(other)
        return self.action()


asked = []


class Plain:
    pass


def is_there():
    return True


# Of an instance
one = Plain()
one.__dict__[Key("a", is_there)] = 1
print(one.a, asked)
asked.clear()
one.__dict__[Key("b")] = 2
print(hasattr(one, "b"), asked, hasattr(one, "c"))


def fails():
    raise LookupError("asked")


one.__dict__[Key("d", fails)] = 3
try:
    one.d
except LookupError as e:
    print(e)


class Described:
    def method(self):
        return "method"

    @property
    def data(self):
        return "data"


two = Described()
two.__dict__[Key("method", lambda: True)] = lambda: "own"
two.__dict__[Key("data", is_there)] = "never"
for i in range(3):
    print(two.method(), two.data)


def forgets():
    Described.method = None
    two.__dict__.clear()
    return False


three = Described()
three.__dict__[Key("method", forgets)] = 0
print(three.method())
print(three.method)


# A list's subclass has its attributes elsewhere.
class L(list):
    pass


four = L()
four.__dict__[Key("a", is_there)] = 4
print(four.a, four)

# Of a class
asked.clear()
X = type("X", (Plain,), {Key("a", is_there): "of X", "b": 5})
for i in range(3):
    print(X.a, X().a, X.b, X().b, asked.count("a") > 0)


class Y(X):
    pass


def calls(o):
    return o.a.upper()


print([calls(o) for o in (X, X(), Y, Y()) for i in range(3)])
Z = type("Z", (Plain,), {Key("a", fails): 1})
print(hasattr(Z, "a"), hasattr(Z(), "a"))


class Base1:
    a = b = 1


class Base2:
    a = b = 2


def moves():
    W.__bases__ = (Base2,)
    return False


W = type("W", (Base1,), {Key("a", moves): 5})
print(W.a, W.b)


# object.__new__ below a __new__ in Python is not the plain one.
class A:
    def __new__(cls, *args):
        raise AssertionError


class B(A):
    __new__ = object.__new__

    def __init__(self, foo=0):
        self.foo = foo


try:
    B(3)
except TypeError as e:
    print(e)
print(B().foo)


class C(int):
    __new__ = int.__new__

    def __init__(self, *args):
        pass


print(C("7"), C("101", 2))
