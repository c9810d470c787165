# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
from each_allocation import sweep

def strings():
    s = ''
    for i in range(30):
        s += chr(97 + i % 26)
    t = s.upper().replace('A', 'éé') + '\u20ac\U0001f600'
    parts = t.split('D')
    return '-'.join(parts)[:8], t.find('C'), len(t), t.encode()[:6], s.title()[:3], '%s %5d %r' % ('a', 5, 'b'), s.center(40)[:7]


def formatting():
    x, y = 3.14159, 'abc'
    return f'{x:.2f} {y!r:>8} {x=} {1000000:,}', '{0} {k[1]} {1!s}'.format(1, 2, k=[3, 4]), format(255, '#x'), f'{y:{10}}|', '%(a)s' % {'a': 1}


def evaluating():
    ns = {}
    exec('def f(a, *b, c=1):\n    "doc"\n    return [x for x in b if x > a], c\nclass K:\n    z: int = 3\n', ns)
    return ns['f'](1, 2, 3), ns['K'].z, eval('1 + 2 * 3'), eval('{i: (j, [k]) for i, j, k in [(1, 2, 3)]}'), ns['f'].__doc__


def syntax_errors():
    log = []
    for text in 'def f(:', 'x = = 1', '"abc', 'return', '(1, 2', 'a b', 'for', 'f(**a, *b)', "f'{a'":
        try:
            compile(text, 'name', 'exec')
        except SyntaxError as e:
            log.append((e.msg[:12], e.lineno, e.offset))
    return log


def codecs():
    s = 'aé€😀'
    return s.encode('utf-8'), s.encode('utf-16-le')[:6], b'\xff\xfe'.decode('latin1'), s.encode('ascii', 'backslashreplace'), b'a\xffb'.decode('utf-8', 'replace')


def itertool():
    import itertools
    return (list(itertools.chain([1], (2, 3))), list(itertools.islice(itertools.count(3), 4)),
            list(itertools.permutations('abc', 2))[:3], list(itertools.product([1, 2], 'xy')),
            [(k, list(g)) for k, g in itertools.groupby('aabb')], list(itertools.accumulate([1, 2, 3])),
            list(itertools.combinations(range(4), 2))[-1], list(itertools.zip_longest('ab', 'c')))


def collection():
    from _collections import defaultdict, deque, OrderedDict
    d = deque(maxlen=5)
    for i in range(10):
        d.append([i])
    d.rotate(2)
    dd = defaultdict(list)
    for i in range(10):
        dd[i % 3].append(i)
    o = OrderedDict((str(i), i) for i in range(5))
    o.move_to_end('0')
    return list(d), dict(dd), list(o), o.popitem()


def structs():
    import struct
    import math
    return struct.pack('<ihd4s', 1, 2, 3.0, b'abcd'), struct.unpack('>HH', b'\0\1\0\2'), math.factorial(30), math.comb(50, 25), math.gcd(2 ** 70, 6 ** 40)


for f in strings, formatting, evaluating, syntax_errors, codecs, itertool, collection, structs:
    sweep(f)
