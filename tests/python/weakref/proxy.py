# weakref.proxy does with its referent whatever is done with it.
import operator
import weakref
from weakref import proxy


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class N:
    """Answers every operator with its name."""

    def __init__(self):
        self.x = 1

    def __str__(self):
        return 'str'

    def __repr__(self):
        return 'repr'

    def __bool__(self):
        return False

    def __len__(self):
        return 3

    def __getitem__(self, k):
        return 'item', k

    def __setitem__(self, k, v):
        print('set', k, v)

    def __delitem__(self, k):
        print('del', k)

    def __contains__(self, k):
        return k == 5

    def __iter__(self):
        return iter([1, 2])

    def __int__(self):
        return 7

    def __float__(self):
        return 7.5

    def __index__(self):
        return 2

    def __bytes__(self):
        return b'bytes'

    def __reversed__(self):
        return iter('cba')

    def __eq__(self, other):
        return 'eq'

    def __lt__(self, other):
        return 'lt'

    def __neg__(self):
        return '-'

    def __pos__(self):
        return '+'

    def __invert__(self):
        return '~'

    def __abs__(self):
        return '||'

    def method(self, *args, **kw):
        return args, kw


names = 'add sub mul matmul truediv floordiv mod divmod lshift rshift and or xor pow'.split()
for name in names:
    setattr(N, f'__{name}__', lambda self, o, name=name: (name, o if not isinstance(o, N) else 'N'))
    setattr(N, f'__r{name}__', lambda self, o, name=name: ('r' + name, o))
    if name != 'divmod':
        setattr(N, f'__i{name}__', lambda self, o, name=name: ('i' + name, o))

n = N()
p = proxy(n)
print(type(p), type(p) is weakref.ProxyType, isinstance(p, N), p.__class__ is N, proxy(n) is p)
print(repr(p).startswith('<weakproxy at 0x'), ' to N at 0x' in repr(p), str(p), bool(p), len(p))
print(p[3], p['a':1], 5 in p, 6 in p, list(p), int(p), float(p), [10, 20, 30][p], bytes(p), list(reversed(p)))
p[1] = 2
del p[1]
print(p == 1, p < 1, 1 > p, -p, +p, ~p, abs(p))
for name in names:
    op = getattr(operator, name + '_' if name in ('and', 'or') else name, None) or divmod
    print(op(p, 1), op(1, p), op(p, p)[0], end=' ')
    iop = getattr(operator, 'i' + name, None)
    print(iop(p, 1) if iop else '')
print(pow(proxy(set), 1, 1) if False else operator.pow(p, 2))
print(p.x, p.method(1, a=2))
p.y = 5
print(n.y)
del p.y
print(hasattr(n, 'y'), hasattr(p, 'y'))
attempt(lambda: hash(p))
attempt(lambda: p())
attempt(lambda: next(p))
print(weakref.getweakrefcount(n), '{}'.format(p) == 'str')
attempt(lambda: p.nothing)

# callable
def f(a, b=2):
    return a, b


q = proxy(f)
print(type(q), q(1), q(1, b=3), q.__name__)


class Callable:
    def __call__(self, *args):
        return args


c = Callable()
print(type(proxy(c)), proxy(c)(1, 2))
attempt(lambda: q())

# an iterator
it = (i for i in [1, 2])
i = proxy(it)
print(next(i), next(i), next(i, 'end'))

# two proxies of one object
print(operator.eq(p, proxy(n)), p is proxy(n), proxy(n, print) is p)

# after death
q = proxy(n, lambda r: print('gone', r is q))
del n
for f in [lambda: p.x, lambda: str(p), lambda: bool(p), lambda: len(p), lambda: p + 1, lambda: 1 + p, lambda: p == 1,
          lambda: p[0], lambda: 0 in p, lambda: iter(p), lambda: int(p), lambda: -p, lambda: p.__class__, lambda: dir(p),
          lambda: isinstance(p, N), lambda: setattr(p, 'a', 1), lambda: operator.setitem(p, 1, 1), lambda: bytes(p)]:
    attempt(f)
print('NoneType' in repr(p))

# arguments
attempt(lambda: proxy())
attempt(lambda: proxy(c, 1, 2))
attempt(lambda: proxy(c, callback=None))
attempt(lambda: proxy(1))
attempt(lambda: weakref.ProxyType(c))
attempt(lambda: type('X', (weakref.ProxyType,), {}))
attempt(lambda: weakref.ref(weakref.proxy(c)))
attempt(lambda: weakref.ref(weakref.ref(c)))
attempt(lambda: proxy([]))


# the referent stays alive during an operation that drops it
class Suicidal:
    def __len__(self):
        global s
        del s
        return 4

    def __del__(self):
        print('del')


s = Suicidal()
p = proxy(s)
print(len(p))
attempt(lambda: len(p))
