# Method resolution order: C3, its conflicts, custom mro(), assignment to __bases__.
def names(cls):
    return [c.__name__ for c in cls.__mro__]

class O: pass
class A(O): pass
class B(O): pass
class C(A, B): pass
class D(B): pass
class E(C, D): pass
print(names(E))

# the example of the C3 paper
class F: pass
class G: pass
class H: pass
class K1(F, G): pass
class K2(G, H): pass
class K3(K1, K2): pass
print(names(K3), K3.mro() == list(K3.__mro__))

def fails(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

fails(type, "X", (A, C), {})
fails(type, "X", (O, A), {})
fails(type, "X", (A, A), {})
fails(type, "X", (int, str), {})
fails(type, "X", (bool,), {})
fails(type, "X", (type(None),), {})
fails(type, "X", (1,), {})
fails(type, "X", (A, 3), {})
fails(type, "X", [A], {})
fails(type, 3, (A,), {})
fails(type, "X", (A,), [])
fails(type, "X\0", (A,), {})
fails(type)
fails(type, "X", ())

# cooperative super along the diamond
class Root:
    def f(self): return ["Root"]
class L(Root):
    def f(self): return ["L"] + super().f()
class R(Root):
    def f(self): return ["R"] + super().f()
class X(L, R):
    def f(self): return ["X"] + super().f()
print(X().f(), names(X))

# __bases__
class P:
    def who(self): return "P"
class Q:
    def who(self): return "Q"
class S(P): pass
class T(S): pass
t = T()
print(t.who(), S.__bases__, P.__subclasses__(), Q.__subclasses__())
S.__bases__ = (Q,)
print(t.who(), names(T), P.__subclasses__(), Q.__subclasses__() == [S])
S.__bases__ = (Q, P)
print(t.who(), names(T))
def assign(cls, bases):
    cls.__bases__ = bases
fails(assign, S, (T,))
fails(assign, S, ())
fails(assign, S, [P])
fails(assign, S, (1,))
fails(assign, int, (P,))
fails(assign, S, (int,))
def delete():
    del S.__bases__
fails(delete)
print(names(T), t.who())

# a metaclass with an order of its own
class Backwards(type):
    def mro(cls):
        default = super().mro()
        return [default[0]] + default[1:-1][::-1] + [default[-1]]
class M1: x = 1
class M2: x = 2
class M(M1, M2, metaclass=Backwards): pass
print(names(M), M.x)
class Bad(type):
    def mro(cls): return [cls, 5]
fails(Bad, "N", (), {})
class Bad2(type):
    def mro(cls): return [cls, int, object]
fails(Bad2, "N", (), {})

print(object.__subclasses__ is not None, bool.__base__, object.__base__, object.__bases__, bool.__mro__)
print(issubclass(E, O), issubclass(O, E), isinstance(E(), (int, B)), issubclass(bool, (str, int)))
fails(isinstance, 1, 5)
fails(isinstance, 1, (str, 5))
fails(issubclass, 1, int)
fails(issubclass, int, 5)
import gc
class Gone(O): pass
print(Gone in O.__subclasses__())
del Gone
gc.collect()
print([c.__name__ for c in O.__subclasses__()])
