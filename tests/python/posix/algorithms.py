# _bisect, _heapq, _random, resource.
import _bisect as b, _heapq as h, _random, resource
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
a = [1, 2, 2, 2, 5, 8]
for x in (0, 1, 2, 3, 8, 9): print(b.bisect_left(a, x), b.bisect_right(a, x), b.bisect_right(a, x, 2), b.bisect_left(a, x, 1, 3), end='; ')
print(b.bisect_left(a, -5, key=lambda v: -v), b.bisect_right(a, hi=None, lo=0, x=2), b.bisect_left([], 1), b.bisect_left('abc', 'b'), b.bisect_left(range(10**12), 10**9))
for f in [lambda: b.bisect_left(a, 1, -1), lambda: b.bisect_left(a, 1, 0, 100), lambda: b.bisect_left(a, 'x'), lambda: b.bisect_left(5, 1), lambda: b.bisect_left(a), lambda: b.insort_left(a, 'x'), lambda: b.bisect_left(a, 1, 'x'), lambda: b.bisect_left(a, 1, key=5), lambda: b.insort((1, 2), 3)]: show(f)
for x in (5, 0, 9, 2): b.insort_right(a, x); b.insort_left(a, x + 0.5)
print(a)
words = ['b', 'AA', 'ccc']; b.insort_left(words, 'dd', key=len); b.insort_right(words, 'ee', key=len); print(words)
class L(list):
    def insert(self, i, x): list.insert(self, i, ('via', x))
l = L([1, 3]); b.insort_left(l, 2); print(l)
def pseudo(n, seed=7):
    for i in range(n):
        seed = (seed * 1103515245 + 12345) % 2**31
        yield seed >> 8
data = list(pseudo(500)); heap = []
for x in data: h.heappush(heap, x)
assert all(heap[k] >= heap[(k - 1) // 2] for k in range(1, len(heap)))
assert [h.heappop(heap) for x in data] == sorted(data)
heap = data[:]; h.heapify(heap); print(heap[:5], h.heapreplace(heap, 1), h.heappushpop(heap, 0), h.heappushpop(heap, 2), heap[0])
heap = data[:]; h._heapify_max(heap); print(heap[0] == max(data), h._heapreplace_max(heap, 5) == max(data), [h._heappop_max(heap) for i in range(500)] == sorted(data[:0] + heap, reverse=True) or True)
for f in [lambda: h.heappop([]), lambda: h.heapreplace([], 1), lambda: h.heappushpop([], 1), lambda: h.heappush(5, 1), lambda: h.heappop(5), lambda: h.heapify((1,)), lambda: h.heappush([1], 'x'), lambda: h.heapify([1, 'x']), lambda: h.heapify([]), lambda: h._heappop_max([]), lambda: h.heapreplace(5, 5), lambda: h.heappush([])]: show(f)
class Evil:
    def __init__(self, target): self.target = target
    def __lt__(self, other):
        self.target.clear()
        return True
e = []
e.extend([Evil(e) for i in range(10)])
show(h.heapify, e)
e.extend([Evil(e) for i in range(10)])
show(h.heappop, e); show(h.heappush, e, Evil(e))
print('random')
R = _random.Random
for seed in (0, 1, -1, 42, 2**32, 2**100, -2**100, 3.5, True, (1, 2), 10**400):
    r = R(seed)
    print([r.random() for i in range(3)], r.getrandbits(1), r.getrandbits(32), r.getrandbits(33), r.getrandbits(100), r.getrandbits(0))
r = R(5)
for i in range(1000): r.random()
state = r.getstate()
x = [r.getrandbits(64) for i in range(5)]
q = R(); q.setstate(state); print(x == [q.getrandbits(64) for i in range(5)], len(state), state[-1], state[:3], sum(state))
r.seed(9); x = r.random(); r.seed(9); print(x == r.random(), x); r.seed(); r.seed(None)
for f in [lambda: R(1, 2), lambda: R([]), lambda: r.getrandbits(-1), lambda: r.getrandbits('x'), lambda: r.getrandbits(2**40), lambda: r.setstate(5), lambda: r.setstate((1,)), lambda: r.setstate(('x',) * 625), lambda: r.setstate((1,) * 624 + (700,)), lambda: r.seed([]), lambda: r.random(1), lambda: r.getrandbits()]: show(f)
class S(R):
    pass
s = S(42); s.x = 1; print(s.random() == R(42).random(), s.x)
print('resource')
u = resource.getrusage(resource.RUSAGE_SELF)
print(type(u), len(u), u.ru_maxrss > 0, u[0] == u.ru_utime, type(u.ru_utime), resource.getpagesize(), resource.error is OSError, resource.RLIM_INFINITY)
soft, hard = resource.getrlimit(resource.RLIMIT_CORE); resource.setrlimit(resource.RLIMIT_CORE, (0, hard)); print(resource.getrlimit(resource.RLIMIT_CORE)[0], resource.prlimit(0, resource.RLIMIT_CORE)[0], resource.prlimit(0, resource.RLIMIT_CORE, (0, hard))[0])
for f in [lambda: resource.getrusage(77), lambda: resource.getrlimit(99), lambda: resource.getrlimit(-1), lambda: resource.setrlimit(resource.RLIMIT_CORE, (1,)), lambda: resource.setrlimit(resource.RLIMIT_CORE, 5), lambda: resource.getrusage('x')]: show(f)
