"""Class statements: __prepare__, metaclass keywords, __mro_entries__, __class__ cells, name mangling, __set_name__, __init_subclass__."""


class Namespace(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            print("set", key)
        super().__setitem__(key, value)

    def __getitem__(self, key):
        if key == "magic":
            return "made up"
        return super().__getitem__(key)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", mcs.__name__, name, [b.__name__ for b in bases], kw)
        return Namespace()

    def __new__(mcs, name, bases, namespace, **kw):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")), kw, type(namespace).__name__)
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kw):
        print("init", name, kw)

    def __call__(cls, *args, **kw):
        print("call", cls.__name__, args)
        return super().__call__(*args, **kw)


class A(metaclass=Meta, option=1, **{"more": 2}):
    x = 1
    y = magic
    def f(self): return __class__
    z: int = 3
    w: "str"


print(A.y, A.f(A()), A.__annotations__, type(A).__name__)


class B(A, option=3): pass


class Entries:
    def __init__(self, *bases): self.bases = bases
    def __mro_entries__(self, bases):
        print("mro entries", len(bases))
        return self.bases


class C(Entries(int), Entries(), Entries(A.__base__) if False else Entries()): pass


print(C.__bases__, C.__orig_bases__.__len__())


class Mangled:
    __private = 1
    __dunder__ = 2
    ___ = 3
    def __method(self, __arg=4):
        __local = self.__private
        import os as __os
        lambda __inner: __inner
        [__c for __c in "ab"]
        def nested(): return __local
        return __local, __arg, nested(), sorted(k for k in locals() if "os" in k or "arg" in k)
    def call(self): return self.__method(), self._Mangled__private
    class _Inner:
        __x = 1
        def f(self): return self.__x
    def kw(self, *, __k=1): return __k
    __slots__ = ()
    global __global
    __global = 5
    try: raise ValueError
    except ValueError as __e: pass
    def set(self):
        global __written
        __written = 1


print(Mangled().call(), sorted(k for k in vars(Mangled) if "Mangled" in k), Mangled._Inner()._Inner__x, Mangled().kw(_Mangled__k=3))
Mangled().set()
print(_Mangled__written, _Mangled__global, Mangled.kw.__kwdefaults__)


class _: __a = 1
class __U: __a = 2
print(sorted(k for k in vars(_) if "a" in k and "__" == k[:2] and k.endswith("a")), [k for k in vars(__U) if k.endswith("__a")])


class Described:
    def __set_name__(self, owner, name): print("set name", owner.__name__, name)


class Base:
    a = Described()
    b = c = Described()
    def __init_subclass__(cls, /, tag=None, **kw):
        print("init subclass", cls.__name__, tag, kw, [b.__name__ for b in cls.__mro__[1:2]])
        super().__init_subclass__(**kw)
    def __class_getitem__(cls, item): return cls.__name__, item


class Child(Base, tag="t"): pass
print(Base[int], Child["x", 1])
for text in ["class X(Base, nope=1): pass", "class X(1): pass", "class X(int, str): pass", "class X(Base, Base): pass", "class X(bool): pass", "class X(metaclass=1): pass",
             "class X(object, metaclass=lambda *a, **k: 42): pass\nprint(X)", "class X(A, metaclass=type): pass\nprint(type(X).__name__)", "class M2(type): pass\nclass X(A, metaclass=M2): pass",
             "class X(object, Base): pass", "class X: __slots__ = ('a',); a = 1", "class X(int): __slots__ = ('a',)", "class X: __slots__ = 'a b'", "class X: __slots__ = 1", "class X:\n  def __init_subclass__(cls): 1/0\nclass Y(X): pass",
             "class X:\n  class D:\n    def __set_name__(self, o, n): 1/0\n  d = D()", "class X: x = undefined_name", "class X:\n  def __new__(cls): return 1\nprint(X())", "class X:\n  def __init__(self): return 1\nX()",
             "class X:\n  __class__ = 5\nprint(X().__class__)", "class X:\n  def f(self): nonlocal __class__; __class__ = 1\n", "class X(*[int], **{'metaclass': type}): pass\nprint(X.__mro__)", "class X:\n  __prepare__ = 1\nprint(X)",
             "class P(type):\n  def __prepare__(n, b): return 5\nclass X(metaclass=P): pass", "class P(type):\n  @classmethod\n  def __prepare__(m, n, b): return 5\nclass X(metaclass=P): pass",
             "class X:\n  def f(self): return super().nope\nX().f()", "class X:\n  def f(): return super()\nX.f()", "class X:\n  def f(self):\n    del self\n    return super()\nX().f()", "def f(x): return super()\nf(1)", "class X:\n  f = lambda self: super().__repr__\nprint(X().f() is not None)"]:
    try:
        exec(text, dict(globals()))
    except Exception as e:
        print(repr(text), "->", type(e).__name__, e)


def cells():
    class Outer:
        def who(self): return __class__.__name__
        class Inner:
            def who(self): return __class__.__name__
        comp = [lambda self: __class__ for _ in range(1)]
    return Outer().who(), Outer.Inner().who(), Outer.comp[0](1)


print(cells()[:2], cells()[2].__qualname__)


class Late:
    def get(self): return __class__
    early = None


print(Late().get() is Late, Late.get.__qualname__, Late.get.__code__.co_freevars)
print(type("Dyn", (Base,), {"q": 1}, tag="dyn").__name__, Child.__qualname__, cells.__qualname__)
x = 1
class Conditional:
    if x:
        y = 1
    else:
        y = 2
    for i in range(2): z = i
    with open("/dev/null") as f: pass
    del f
    def m(self): pass
    m2 = m
    (w := 5)
print(sorted(k for k in vars(Conditional) if not k.startswith("_")), Conditional.__doc__, Conditional.__module__)
class Doc:
    "doc"
    __doc__ += " more"
print(Doc.__doc__, Doc.__dict__.__class__.__name__)
