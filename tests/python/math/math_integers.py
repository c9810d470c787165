# math: gcd, lcm, factorial, comb, perm, isqrt.
import math
def show(f, *args, **kw):
    try:
        r = repr(f(*args, **kw))
        print(r if len(r) < 60 else (r[:30], len(r), hash(r) if False else sum(map(ord, r))), end='; ')
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:160], end='; ')
class Ix:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print('gcd')
for args in [(), (5,), (-5,), (0, 0), (12, 18), (-12, 18), (12, 18, 8), (2**100, 6**70), (3**200 * 7, 3**150 * 11), (0, 2**70), (2**70, 0), (2**62, 2**61), (1.5,), ('x', 1), (Ix(12), Ix(8)), (True, 3), (10**40 + 1, 10**39 - 1)]:
    show(math.gcd, *args); show(math.lcm, *args)
show(math.gcd, a=1); show(math.lcm, x=1)
print()
x = 1
for i in range(300):
    x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
    a = x**((i % 7) + 1)
    x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
    b = x**((i % 5) + 1)
    g = math.gcd(a, b)
    assert a % g == 0 and b % g == 0 and math.gcd(a // g, b // g) == 1
    assert math.gcd(a * b, b * 12345) % b == 0 and math.gcd(-a * x, a * 7) % a == 0
    assert math.lcm(a, b) == a // g * b
fib = [1, 1]
while len(fib) < 600: fib.append(fib[-1] + fib[-2])
assert math.gcd(fib[599], fib[598]) == 1 and math.gcd(fib[599], fib[399]) == fib[199]

print('factorial')
for v in [0, 1, 2, 5, 12, 20, 21, 25, 100, 1000, -1, 5.0, 5.5, 'x', 10**20, -10**20, Ix(6), True, None]:
    show(math.factorial, v)
show(math.factorial)
show(math.factorial, 1, 2)
print()
f = 1
for n in range(1, 400):
    f *= n
    assert math.factorial(n) == f
print('comb and perm')
for args in [(0, 0), (5, 2), (5, 0), (5, 5), (5, 6), (50, 25), (100, 50), (1000, 3), (1000, 997), (-1, 2), (2, -1), (5.0, 2), (5, 2.0), ('x', 1), (2**70, 1), (2**70, 2), (2**70, 5), (2**70, 2**70 - 2), (2**70, 2**69), (Ix(6), Ix(3)), (10**18, 3), (68, 34), (62, 31), (1000, 500), (3,), (5, None), (2, 10**30)]:
    show(math.comb, *args); show(math.perm, *args)
print()
for n in range(0, 80):
    row = 1
    for k in range(n + 1):
        assert math.comb(n, k) == row, (n, k)
        assert math.perm(n, k) == row * math.factorial(k)
        row = row * (n - k) // (k + 1)
assert math.comb(2000, 1000) == math.factorial(2000) // math.factorial(1000)**2
print('isqrt')
for v in [0, 1, 2, 3, 4, 15, 16, 17, 10**40, 2**62 - 1, 2**62, 2**64 - 1, 2**64, 2**128 - 1, -1, -2**70, 4.0, 'x', Ix(50), True]:
    show(math.isqrt, v)
print()
for n in list(range(2000)) + [10**k + d for k in range(1, 120, 3) for d in (-1, 0, 1)] + [k * k + d for k in (2**31, 2**32 - 1, 2**60, 10**50 + 7) for d in (-1, 0, 1)]:
    r = math.isqrt(n)
    assert r * r <= n < (r + 1)**2
