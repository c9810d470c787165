# What functools, enum, collections, contextlib and abc of the standard library need.
import functools, operator, abc, collections, types
print(functools.lru_cache(maxsize=3)(lambda x: x)(3))
@functools.wraps(len)
def w(*a): return len(*a)
print(w.__name__, w([1]))
@functools.singledispatch
def sd(x): return "obj"
@sd.register(int)
def _(x): return "int"
print(sd(1), sd("a"))
@functools.total_ordering
class TO:
    def __init__(s,v): s.v=v
    def __eq__(s,o): return s.v==o.v
    def __lt__(s,o): return s.v<o.v
print(TO(1)<=TO(2), TO(3)>TO(2))
N=collections.namedtuple("N","a b")
print(N(1,2), N(1,2)._replace(a=5))
class AB(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
try: AB()
except TypeError as e: print(e)
print(isinstance([], collections.abc.Sequence), isinstance({}, collections.abc.Mapping))
class cp:
    @functools.cached_property
    def x(self): print("calc"); return 5
c=cp(); print(c.x,c.x)
print(functools.partialmethod, functools.reduce(operator.add,[1,2]))
import enum
class E(enum.Enum):
    A=1; B=2
print(E.A, list(E), E(2), E['A'])
class F(enum.Flag):
    X=1; Y=2
print(F.X|F.Y)
import contextlib, copy, keyword, types, weakref, reprlib, bisect, heapq
with contextlib.suppress(KeyError): {}[1]
print(copy.deepcopy({"a":[1,2]}))
@contextlib.contextmanager
def cm():
    print("in"); yield 1; print("out")
with cm() as v: print(v)
s = contextlib.ExitStack()
with s:
    s.callback(print, "cb")
import warnings
with warnings.catch_warnings(record=True) as wl:
    warnings.simplefilter("always"); warnings.warn("hey"); print(wl[0].message, wl[0].lineno)
