# Each n-th allocation fails, once and from then on: MemoryError or success, and a whole heap afterwards.
# CPython has no _ouro: there it only runs the programs.
import _functools, _operator, _abc, sys
try:
    import _ouro
except ImportError:
    _ouro = None
def w1():
    try:
        raise ValueError("a")
    except ValueError as e:
        e.add_note("n"); str(e), repr(e); e.args = [1]; e.__reduce__()
def w2():
    g = ExceptionGroup("m", [ValueError(1), TypeError(2), ExceptionGroup("x",[KeyError(1)])])
    g.split(ValueError); g.subgroup(lambda e: True); repr(g); str(g)
def w3():
    p = _functools.partial(print, 1, a=2); q = _functools.partial(p, 3); repr(q); q.__reduce__()
    k = _functools.cmp_to_key(lambda a,b: a-b); sorted([3,1,2], key=k)
def w4():
    c = _functools._lru_cache_wrapper(lambda x, y=1: x, 2, True, lambda *a: a)
    for i in range(5): c(i, y=i)
    c(4, y=4); c.cache_info(); c.cache_clear()
def w5():
    _operator.itemgetter(1, 2)([1,2,3]); _operator.attrgetter("a.b", "c"); _operator.methodcaller("upper")("a")
    repr(_operator.methodcaller("x", 1, b=2))
def w6():
    repr(list[int]), list[int] | None, hash(dict[str, int]), (int | str) == (str | int), isinstance(1, int | str)
def w7():
    def f(a: int, b=1, *, c=2): return a
    f.x = 1; f.__annotations__; f.__name__ = "z"; repr(f); f.__dict__; f.__defaults__ = (1,)
    f.__code__.co_varnames; list(f.__code__.co_lines()); f.__code__.replace(co_name="n"); f.__closure__
def w8():
    list(zip([1,2],"ab")); list(map(lambda a,b:a, [1],[2])); list(filter(None,[1,0])); list(enumerate("ab")); list(reversed([1,2]))
    list(iter([1].pop, 1)); sum([[1],[2]],[]); max([1,2],key=lambda x:-x); sorted("cab")
def w9():
    class Meta(type):
        def __subclasscheck__(cls, s): return _abc._abc_subclasscheck(cls, s)
        def __instancecheck__(cls, s): return _abc._abc_instancecheck(cls, s)
    class A(metaclass=Meta): pass
    _abc._abc_init(A); _abc._abc_register(A, int); isinstance(1, A), issubclass(str, A), _abc._get_dump(A)
def w10():
    m = type(sys)("mod"); m.x = 1; repr(m); dir(m); 
    try: m.y
    except AttributeError: pass
    try: OSError(2, "x", "f")
    except OSError: pass
    str(OSError(2,"x","f")); str(SyntaxError("m",("f",1,2,"t"))); str(UnicodeEncodeError("a","b",0,1,"r"))
    try: len(1, 2)
    except TypeError: pass
    try: sorted(1, foo=2)
    except TypeError: pass
    print(end="", sep="", *[])
def w11():
    hex(255), oct(8), bin(3), chr(300), ord("a"), dir(1), divmod(5,2), format(1,"x"), vars(sys), callable(1), getattr(1,"real",None), round(2.5), pow(2,3,5)

def attempt(work, n, forever):
    """How many allocations the work asks for when the n-th fails; None: something else than MemoryError came of it."""
    _ouro.fail_at(n, forever)
    try:
        work()
        wrong = None
    except MemoryError:
        wrong = None
    except BaseException as e:
        wrong = e
    seen = _ouro.fail_seen()
    _ouro.fail_at(0, False)
    if wrong is not None:
        print(work.__name__, n, forever, repr(wrong))
    return seen

for work in (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11):
    work()
    if _ouro:
        n = 1
        while attempt(work, n, False) >= n and attempt(work, n, True) >= n and n < 2000:
            n += 1
        if _ouro.heap_check():
            print(work.__name__, _ouro.heap_check())
    print(work.__name__, "ok")
