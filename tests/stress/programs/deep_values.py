# Values nested 100,000 deep: RecursionError, not a crash; and all is well after it.
N = 100000


def nest(wrap, value):
    for i in range(N):
        value = wrap(value)
    return value


def tell(name, work):
    try:
        work()
        print(name, 'done')
    except RecursionError as e:
        print(name, 'RecursionError')
    except Exception as e:
        print(name, type(e).__name__, e)


def survive(name, work):
    try:
        work()
    except RecursionError: # it depends on how much the native stack holds
        pass
    print(name, 'survived')


lists = nest(lambda v: [v], []), nest(lambda v: [v], [])
tuples = nest(lambda v: (v,), ()), nest(lambda v: (v,), ())
dicts = nest(lambda v: {1: v}, {}), nest(lambda v: {1: v}, {})
for name, pair in ('list', lists), ('tuple', tuples), ('dict', dicts):
    tell('repr ' + name, lambda: repr(pair[0]))
    tell('str ' + name, lambda: str(pair[0]))
    tell('format ' + name, lambda: '%r' % (pair[0],))
    tell('equal ' + name, lambda: pair[0] == pair[1])
    tell('in ' + name, lambda: pair[0] in [pair[1]])
tell('less', lambda: lists[0] < lists[1])
survive('hash', lambda: hash(tuples[0]))
survive('key', lambda: {tuples[0]: 1})
survive('frozenset', lambda: hash(nest(lambda v: frozenset([v]), frozenset())))
survive('isinstance', lambda: isinstance(1, nest(lambda v: (v,), str)))
survive('issubclass', lambda: issubclass(int, nest(lambda v: (v,), str)))
tell('startswith', lambda: 'x'.startswith(tuples[0]))


class Box:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return 'Box(%r)' % (self.v,)

    def __eq__(self, other):
        return self.v == other.v

    def __hash__(self):
        return hash(self.v)

    def __len__(self):
        return len(self.v)

    def __bool__(self):
        return bool(self.v)

    def __getattr__(self, name):
        return getattr(self.v, name)

    def __call__(self):
        return self.v()

    def __iter__(self):
        return iter(self.v)

    def __getitem__(self, i):
        return self.v[i]

    def __add__(self, other):
        return self.v + other

    def __index__(self):
        return self.v.__index__()


boxes = nest(Box, 0), nest(Box, 0)
for name, work in [
    ('repr', lambda: repr(boxes[0])), ('eq', lambda: boxes[0] == boxes[1]), ('hash', lambda: hash(boxes[0])),
    ('len', lambda: len(boxes[0])), ('bool', lambda: bool(boxes[0])), ('getattr', lambda: boxes[0].missing),
    ('call', lambda: boxes[0]()), ('iter', lambda: iter(boxes[0])), ('getitem', lambda: boxes[0][0]),
    ('add', lambda: boxes[0] + 1), ('index', lambda: [][boxes[0]]), ('hasattr', lambda: hasattr(boxes[0], 'x')),
]:
    tell('box ' + name, work)

e = None
for i in range(N):
    new = ValueError(i)
    new.__context__ = e
    e = new
tell('chain', lambda: repr(e))
del e, new


def copy(v):
    return [copy(x) for x in v]


tell('copy', lambda: copy(lists[0]))


class Self:
    def __getattr__(self, name):
        return self.other


class Loop:
    @property
    def p(self):
        return self.p

    def __eq__(self, other):
        return self == other

    def __str__(self):
        return str(self)

    def __del__(self):
        def f():
            f()
        try:
            f()
        except RecursionError:
            print('in __del__')


tell('self getattr', lambda: Self().x)
tell('self property', lambda: Loop().p)
tell('self eq', lambda: Loop() == 1)
tell('self str', lambda: str(Loop()))
l = []
l.append(l)
m = []
m.append(m)
tell('cyclic eq', lambda: l == m)
print(l, {1: l})
m = map(int, [])
for i in range(N):
    m = map(int, m)
tell('map', lambda: list(m))
del m


def chain(g):
    yield from g


g = iter([1])
for i in range(N):
    g = chain(g)
tell('generators', lambda: next(g))
del g


async def wait(c):
    return await c if c else None


c = None
for i in range(5000):
    c = wait(c)
tell('coroutines', lambda: c.send(None))
c.close()
print('end')
