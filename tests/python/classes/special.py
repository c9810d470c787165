# Special methods of classes: which is called when, and what their results must be.
def fails(f, *args):
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")

class Empty: pass
e = Empty()
import operator as op
fails(len, e); fails(iter, e); fails(next, e); fails(lambda: e[0]); fails(lambda: e())
fails(op.setitem, e, 0, 1); fails(op.delitem, e, 0); fails(lambda: 1 in e); fails(lambda: -e); fails(lambda: +e)
fails(lambda: ~e); fails(abs, e); fails(int, e); fails(float, e); fails(complex, e); fails(op.index, e); fails(reversed, e)
fails(lambda: e + 1); fails(lambda: 1 + e); fails(lambda: e @ e); fails(lambda: e ** 2); fails(pow, e, 2, 3)
fails(divmod, e, 1); fails(lambda: e < e); fails(lambda: e >= 1); fails(round, e); fails(lambda: e << 1)
fails(lambda: print >> e); fails(lambda: [] * e); fails(lambda: e * "a"); fails(lambda: "a" + e); fails(lambda: [] + e)
def inplace():
    x = e
    x += 1
fails(inplace)
def inplace2():
    x = e
    x **= 1
fails(inplace2)
fails(hex, e); fails(bytes, e); fails(format, e, "x"); fails(list, e); fails(dict, e); fails(sum, e); fails(range, e)
print(bool(e), e == e, e != e, e == Empty(), hash(e) == hash(e), e.__eq__(5))

def cls(**methods):
    return type("T", (), methods)()
fails(len, cls(__len__=lambda s: -1)); fails(len, cls(__len__=lambda s: "x")); fails(len, cls(__len__=lambda s: 2**70))
print(len(cls(__len__=lambda s: True)), bool(cls(__len__=lambda s: 0)))
fails(bool, cls(__len__=lambda s: -1)); fails(bool, cls(__bool__=lambda s: 1)); print(bool(cls(__bool__=lambda s: False)))
fails(hash, cls(__hash__=lambda s: "x")); print(hash(cls(__hash__=lambda s: -1)), hash(cls(__hash__=lambda s: 2**64)) == hash(2**64))
fails(hash, cls(__hash__=None)); fails(hash, cls(__eq__=lambda s, o: True))
fails(repr, cls(__repr__=lambda s: 5)); fails(str, cls(__str__=lambda s: 5)); print(str(cls(__repr__=lambda s: "R")))
fails(format, cls(__format__=lambda s, f: 5), ""); print(format(cls(__format__=lambda s, f: "<%s>" % f), ">3"))
fails(iter, cls(__iter__=lambda s: 5)); fails(iter, cls(__iter__=None)); fails(lambda: 1 in cls(__contains__=None))
print(1 in cls(__contains__=lambda s, x: "yes"), list(cls(__iter__=lambda s: iter([1, 2]))), 2 in cls(__iter__=lambda s: iter([1, 2])))
print(list(cls(__getitem__=lambda s, i: [5, 6][i])), 6 in cls(__getitem__=lambda s, i: [5, 6][i]))
fails(int, cls(__int__=lambda s: "x")); print(int(cls(__int__=lambda s: 5)), int(cls(__index__=lambda s: 6)), float(cls(__float__=lambda s: 1.5)))
fails(float, cls(__float__=lambda s: 1)); fails(op.index, cls(__index__=lambda s: 1.0)); print([10, 20, 30][cls(__index__=lambda s: 1)])
fails(op.index, cls(__index__=None)); fails(lambda: cls(__call__=5)())
print(op.index(True), type(op.index(True)).__name__, cls(__call__=lambda s, *a, **k: (a, k))(1, b=2))
fails(next, cls(__next__=lambda s: (_ for _ in ()).throw(KeyError("k"))))
def stop(s): raise StopIteration(5)
fails(next, cls(__next__=stop)); print(next(cls(__next__=stop), "default"))
print(list(reversed(cls(__reversed__=lambda s: iter([1])))), list(reversed(cls(__len__=lambda s: 2, __getitem__=lambda s, i: i))))
fails(reversed, cls(__reversed__=None))

# looked up on the type, not on the instance
e.__len__ = lambda: 5
e.__call__ = lambda: 5
fails(len, e); fails(lambda: e())

# operators: order, reflection, subclasses
class N:
    def __init__(s, n): s.n = n
    def __add__(s, o): print("add", s.n, end=" "); return NotImplemented
    def __radd__(s, o): print("radd", s.n, end=" "); return "radd"
    def __sub__(s, o): return "sub"
    def __iadd__(s, o): print("iadd", end=" "); return s
    def __mul__(s, o): return "mul"
    __rmul__ = __mul__
    def __matmul__(s, o): return "matmul"
    def __pow__(s, o, m=None): return ("pow", o, m)
    def __rpow__(s, o): return ("rpow", o)
    def __ipow__(s, o): return ("ipow", o)
    def __divmod__(s, o): return "divmod"
    def __rdivmod__(s, o): return "rdivmod"
    def __and__(s, o): return "and"
    def __lt__(s, o): return "lt"
    def __neg__(s): return "neg"
class Sub(N):
    def __radd__(s, o): print("sub radd", s.n, end=" "); return "subradd"
    def __rsub__(s, o): return "subrsub"
class Sub2(N): pass
a, b = N(1), N(2)
fails(lambda: a + b)
print(a + Sub(3)); print(a + Sub2(4)); print(5 + a); print(a - Sub(1), a - Sub2(1)); fails(lambda: 5 - a)
print(a * 2, 2 * a, a @ 1, a ** 2, pow(a, 2, 3), 2 ** a, divmod(a, 1), divmod(1, a), a & 1, -a, a < 1, 1 > a)
a += 1
print(a is not None)
a **= 3
print(a)
fails(lambda: b > 1); fails(lambda: 1 & b); fails(lambda: pow(2, b, 3)); fails(lambda: "a" @ b if False else "a" - b)
class I(int):
    def __add__(s, o): return "I+"
    def __radd__(s, o): return "+I"
print(I(1) + 1, 1 + I(1), I(1) - 1, I(2) * 3, 1 + I(2) if False else I(1) < 2)
class J(int):
    def __rsub__(s, o): return "J"
print(5 - J(2), J(2) - 5)
class Lst(list):
    def __add__(s, o): return "Lst+"
    def __len__(s): return 99
    def __getitem__(s, i): return "item %r" % (i,)
x = Lst([1, 2])
print(x + [3], len(x), x[0], x[1:2], list(x), x * 2, 2 * x, bool(x))
x += [3]
print(list.__len__(x), x == [1, 2, 3])
class St(str):
    def __eq__(s, o): return "eq"
    __hash__ = str.__hash__
print(St("a") == "b", "b" == St("a"), {St("k"): 1}["k"] if hash(St("k")) == hash("k") else None)
class NE:
    def __eq__(s, o): return 5
print(NE() != 1, NE() == 1)
# changing a class later
class Later: pass
l = Later()
fails(len, l)
Later.__len__ = lambda s: 3
print(len(l), bool(l))
class LaterSub(Later): pass
Later.__len__ = lambda s: 4
print(len(LaterSub()))
del Later.__len__
fails(len, LaterSub())
Later.__call__ = lambda s: "called"
print(LaterSub()())
Later.__getattr__ = lambda s, n: "dynamic " + n
print(l.anything, LaterSub().other)
del Later.__getattr__
fails(getattr, l, "anything")
class MyList(list): pass
ml = MyList([3])
MyList.__len__ = lambda s: 42
print(len(ml))
del MyList.__len__
print(len(ml))

# attribute hooks
class Hook:
    def __init__(s): object.__setattr__(s, "log", [])
    def __getattribute__(s, n):
        if n == "secret": raise AttributeError("hidden")
        return object.__getattribute__(s, n)
    def __getattr__(s, n): return "fallback " + n
    def __setattr__(s, n, v): s.log.append((n, v)); object.__setattr__(s, n, v)
    def __delattr__(s, n): s.log.append(n); object.__delattr__(s, n)
h = Hook()
h.x = 1
print(h.x, h.secret, h.nothing, hasattr(h, "zzz"))
del h.x
print(h.log, h.x)
class Raises:
    @property
    def p(s): raise AttributeError("inner")
    def __getattr__(s, n): return "got " + n
print(Raises().p)
class OnlyGetattr:
    def __getattr__(s, n):
        if n == "a": return 1
        raise AttributeError(n)
print(OnlyGetattr().a, hasattr(OnlyGetattr(), "b"), getattr(OnlyGetattr(), "b", "default"))
class SlotsOnly:
    def __setattr__(s, n, v): print("set", n)
SlotsOnly().a = 1
fails(delattr, SlotsOnly(), "a")
try:
    object().foo
except AttributeError as err:
    print(err.name, type(err.obj).__name__)
try:
    Hook.foo
except AttributeError as err:
    print(err, err.name, err.obj is Hook)
