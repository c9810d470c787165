# Classes that change while they are made, and slots that do not belong.
import types


def attempt(function, *arguments):
    try:
        print("->", function(*arguments))
    except Exception as e:
        print(type(e).__name__ + ":", e)


# __bases__ assigned from within mro()
class M(type):
    def mro(cls):
        if cls.__mro__ is None:
            if not M.busy:
                M.busy = True
                cls.__bases__ += ()
                M.busy = False
        return type.mro(cls)


M.busy = False


class A(metaclass=M):
    pass


print(A.__mro__)


class Cyclic(type):
    ready = False

    def mro(cls):
        if Cyclic.ready:
            if cls.__name__ == "B1":
                B2.__bases__ = (B1,)
            if cls.__name__ == "B2":
                B1.__bases__ = (B2,)
        return type.mro(cls)


class Base(metaclass=Cyclic):
    pass


class B1(Base):
    pass


class B2(Base):
    pass


Cyclic.ready = True
try:
    B1.__bases__ += ()
except TypeError as e:
    print(e)
Cyclic.ready = False


class Twice(type):
    ready = False

    def mro(cls):
        if Twice.ready and cls.__name__ == "C":
            if C.__bases__ == (D2,):
                Twice.ready = False
            else:
                C.__bases__ = (D2,)
                raise LookupError("mro")
        return type.mro(cls)


class D(metaclass=Twice):
    pass


class D1(D):
    pass


class D2(D):
    pass


class C(D):
    pass


Twice.ready = True
try:
    C.__bases__ = (D1,)
except LookupError as e:
    print(e, C.__bases__, C.__mro__ == tuple(type.mro(C)), D.__subclasses__(), D2.__subclasses__())


# __slots__ of other names are another layout
class AB:
    __slots__ = ("a", "b")


class BA:
    __slots__ = ("b", "a")


class CB:
    __slots__ = ("c", "b")


x = AB()
x.a, x.b = 1, 2
x.__class__ = BA
print(x.a, x.b, type(x).__name__)
attempt(setattr, AB(), "__class__", CB)


# methods of a type that is no base
class Wrong(int):
    __eq__ = str.__eq__
    __add__ = str.__add__


attempt(lambda: Wrong() == Wrong())
attempt(lambda: Wrong() + Wrong())


class Loop:
    pass


Loop.__repr__ = Loop.__str__
attempt(repr, Loop())


# a slot called __classcell__
class Meta(type):
    def __new__(cls, name, bases, namespace):
        return super().__new__(cls, name, bases, namespace)


class Celled(metaclass=Meta):
    __slots__ = ["__classcell__"]

    def __init__(self):
        super().__init__()


print(type(Celled.__dict__["__classcell__"]), type(Celled()).__name__)


# the __dict__ of classes and modules behind a plain class
class Plain:
    pass


class MetaAfter(Plain, type):
    pass


class E(metaclass=MetaAfter):
    spam = 1


print(type(E.__dict__), E.__dict__["spam"])
attempt(setattr, E, "__dict__", {})


class ModuleAfter(Plain, types.ModuleType):
    pass


module = ModuleAfter("spam")
module.x = 1
print(module.__dict__["x"])
attempt(setattr, module, "__dict__", {})


def documented() -> int:
    "doc"


print(classmethod(documented).__dict__, sorted(staticmethod(documented).__dict__))

for descriptor in (types.FunctionType.__globals__, types.CodeType.co_flags, complex.real, type.__base__, types.TracebackType.tb_lasti):
    print(descriptor, type(descriptor).__name__)
attempt(setattr, documented.__code__, "co_flags", 1)
attempt(setattr, 1j, "real", 1)
print(object.__text_signature__, list.__text_signature__, complex.__text_signature__, int.__text_signature__, Plain.__text_signature__)
