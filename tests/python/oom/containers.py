# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
from each_allocation import sweep

def lists():
    x = []
    for i in range(30):
        x.append([i])
    x.extend([1, 2, 3] * 10)
    x.insert(0, 'a')
    x = x[2:10] + x[::-1]
    x += (1, 2)
    y = sorted(x[:5], key=lambda v: str(v), reverse=True)
    x[1:3] = [7] * 20
    del x[5]
    return len(x), y, x.count(1), [a for a in x if a == 7][:2]


def dicts():
    d = {}
    for i in range(30):
        d[i] = str(i)
        d[str(i)] = i
    e = dict(d, x=1)
    e.update({(1, 2): 3})
    f = {**d, **e}
    g = {k: v for k, v in f.items() if isinstance(k, int)}
    return len(d), len(e), len(f), len(g), g.pop(3), list(g)[:3], e.setdefault('q', []), d.get('zz')


def sets():
    s = set()
    for i in range(20):
        s.add((i, str(i)))
    t = frozenset(s) | {1, 2}
    u = s & t
    v = t - s
    w = {s for s in 'hello'}
    return len(s), len(t), len(u), sorted(v), sorted(w), s <= t, s ^ t == {1, 2}


def tuples():
    t = tuple(i for i in range(20))
    a, *b, c = t
    d = dict(zip(t, map(str, t)))
    return t[1:3], a, b[:2], c, len(d), (t + (1,))[-1], t * 2 == t + t, max(t), divmod(17, 5)


def copies():
    x = [[i] * 3 for i in range(5)]
    y = [list(r) for r in x]
    y[0][0] = 9
    z = list(reversed(y))
    w = list(enumerate(z))
    return x[0], y[0], len(z), w[0], list(filter(None, [0, 1, 2])), any(x), all(x)


def big_numbers():
    x = 1
    for i in range(1, 40):
        x *= i
    y = x // 12345678901234567890 % 1000007
    return str(x)[:10], y, x.bit_length(), hex(x)[:8], -x >> 60, float(x), int('9' * 50) + 1, 7 ** 77 % 1000


def bytearrays():
    b = bytearray()
    for i in range(50):
        b.append(i)
        b += b'xy'
    c = bytes(b)
    m = memoryview(b)[3:9]
    return len(b), c[:4], bytes(m), c.find(b'xy'), c.replace(b'x', b'zz')[:5], b.decode('latin1')[:3], c.hex()[:6]


for f in lists, dicts, sets, tuples, copies, big_numbers, bytearrays:
    sweep(f)
