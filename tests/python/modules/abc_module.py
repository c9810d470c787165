# _abc, as abc.ABCMeta uses it.
from _abc import (get_cache_token, _abc_init, _abc_register, _abc_instancecheck, _abc_subclasscheck, _get_dump,
                  _reset_registry, _reset_caches)
class Meta(type):
    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        _abc_init(cls)
        return cls
    def register(cls, subclass): return _abc_register(cls, subclass)
    def __instancecheck__(cls, instance): return _abc_instancecheck(cls, instance)
    def __subclasscheck__(cls, subclass): return _abc_subclasscheck(cls, subclass)
def abstract(f):
    f.__isabstractmethod__ = True
    return f
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

class A(metaclass=Meta):
    @abstract
    def m(self): pass
    @property
    @abstract
    def p(self): pass
    def c(self): pass
class B(A):
    def m(self): pass
class C(B):
    p = 1
print(sorted(A.__abstractmethods__), sorted(B.__abstractmethods__), C.__abstractmethods__)
t(A)
t(B)
print(type(C()).__name__, isinstance(C(), A), issubclass(C, A), isinstance(1, A), issubclass(int, A))
before = get_cache_token()
print(A.register(int) is int, get_cache_token() > before, isinstance(1, A), issubclass(bool, A), isinstance(1.0, A))
t(A.register, 1)
t(B.register, A)
t(issubclass, 1, A)
class D(metaclass=Meta):
    @classmethod
    def __subclasshook__(cls, other):
        if other is str: return True
        if other is bytes: return False
        return NotImplemented
class E(bytes): pass
D.register(E)
print(issubclass(str, D), issubclass(bytes, D), issubclass(E, D), issubclass(list, D), isinstance("", D))
class Wrong(metaclass=Meta):
    @classmethod
    def __subclasshook__(cls, other): return 5
t(issubclass, int, Wrong)
# registered with a subclass
class Base(metaclass=Meta): pass
class Derived(Base): pass
print(issubclass(float, Base))
Derived.register(float)
print(issubclass(float, Base), issubclass(float, Derived))
registry, cache, negative, version = _get_dump(Base)
print(len(registry), [r() for r in cache], len(negative), version == get_cache_token())
print([r() for r in _get_dump(Derived)[0]])
_reset_caches(Base)
_reset_registry(Derived)
print(_get_dump(Base)[1:3], issubclass(float, Base))
# __class__ that lies
class Lies:
    __class__ = property(lambda self: C)
print(isinstance(Lies(), A), isinstance(Lies(), Base))
# classes are not kept alive
import gc
class Temp: pass
issubclass(Temp, Base)
Base.register(Temp)
del Temp
gc.collect()
print(sum(r() is not None and r().__name__ == "Temp" for r in _get_dump(Base)[0]))
for i in range(200):
    issubclass(type("T%d" % i, (), {}), Base)
gc.collect()
print(len(_get_dump(Base)[2]) < 200)
# sequence patterns
class Seq(metaclass=Meta):
    __abc_tpflags__ = 1 << 5
class MySeq:
    def __len__(self): return 2
    def __getitem__(self, i):
        if i > 1: raise IndexError
        return i
print(hasattr(Seq, "__abc_tpflags__"))
Seq.register(MySeq)
match MySeq():
    case [a, b]:
        print("sequence", a, b)
    case _:
        print("no")
