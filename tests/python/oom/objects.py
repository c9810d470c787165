# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
from each_allocation import sweep

def instances():
    class P:
        def __init__(self, x, y):
            self.x, self.y = x, y

        def __eq__(self, other):
            return (self.x, self.y) == (other.x, other.y)

        def __repr__(self):
            return f'P({self.x!r}, {self.y!r})'

    p = [P(i, str(i)) for i in range(10)]
    p[0].extra = 1
    p[1].__dict__['more'] = 2
    return repr(p[:2]), p[3] == P(3, '3'), vars(p[0]), p[1].more


def classes():
    class Meta(type):
        def __new__(m, name, bases, ns, **kw):
            return super().__new__(m, name, bases, dict(ns, made=True))

    class A(metaclass=Meta):
        __slots__ = ('a', '__weakref__')

        @property
        def p(self):
            return self.a

        @classmethod
        def c(cls):
            return cls.__name__

        @staticmethod
        def s():
            return 's'

    class B(A):
        def __init_subclass__(cls, **kw):
            cls.kw = kw

        def __getattr__(self, name):
            return name

    class C(B, key=1):
        pass

    c = C()
    c.a = 5
    return C.made, c.p, c.c(), c.s(), C.kw, c.nothing, [k.__name__ for k in C.__mro__], type(C).__name__


def cycles():
    import gc

    class N:
        def __del__(self):
            log.append(1)

    log = []
    for i in range(5):
        a, b = N(), N()
        a.o, b.o = b, a
        a.list = [a, (b,), {'k': b}]
    del a, b
    gc.collect()
    return None if len(log) < 10 else len(log)


def weak():
    from _weakref import proxy, ref

    class W:
        x = 3

    w = W()
    r, p, s = ref(w), proxy(w), ref(w, lambda r: None)
    got = r() is w, p.x, s() is w, r == s
    del w
    return got + (r(), s())


def closures():
    def outer(a, b=2, *args, c=3, **kw):
        def inner():
            nonlocal a
            a += 1
            return a, b, args, c, sorted(kw)
        return inner

    f = outer(1, 2, 3, 4, d=5)
    g = [lambda i=i: i for i in range(5)]
    return f(), f(), [h() for h in g], outer.__defaults__, (lambda *a, **k: (a, k))(*[1, 2], **{'x': 3})


def generators():
    def count(n):
        try:
            for i in range(n):
                got = yield i
                if got:
                    yield got
        finally:
            log.append('closed')

    def chain(*its):
        for it in its:
            yield from it

    log = []
    g = count(5)
    a = next(g), g.send('x'), next(g)
    g.close()
    return a, list(chain(count(3), 'ab', (x * x for x in range(3)))), log


def exceptions():
    log = []
    try:
        try:
            {}['x']
        except KeyError as e:
            raise ValueError('again', 5) from e
        finally:
            log.append('finally')
    except ValueError as e:
        log.append((e.args, repr(e.__cause__)))
    try:
        raise ExceptionGroup('g', [TypeError(1), ValueError(2)])
    except* TypeError as t:
        log.append(len(t.exceptions))
    except* ValueError as v:
        log.append(str(v))
    return log


def matching():
    class Point:
        __match_args__ = 'x', 'y'

        def __init__(self, x, y):
            self.x, self.y = x, y

    def f(v):
        match v:
            case [1, *rest]:
                return rest
            case {'k': value, **others}:
                return value, others
            case Point(x, y=2):
                return x
            case str() | bytes() as s:
                return s
            case _:
                return None

    return f([1, 2, 3]), f({'k': 5, 'z': 6}), f(Point(7, 2)), f('s'), f(1.5)


for f in instances, classes, cycles, weak, closures, generators, exceptions, matching:
    sweep(f)
