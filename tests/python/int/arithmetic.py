# Operators of int at every size: immediates, the border to big ints, big ints, and all mixtures of sign.
def show(f, *args):
    try:
        r = f(*args)
    except Exception as e:
        r = type(e).__name__ + ': ' + str(e)
    print(r if len(str(r)) < 100 else (str(r)[:40], len(str(r)), hash(r)))

numbers = [0, 1, -1, 2, -2, 7, -7, 10**9, -10**9, 2**31, 2**53 + 1, 2**60 - 1, 2**60, -2**60, 2**61, 2**62 - 1, 2**62,
           -2**62, -2**62 - 1, 2**63, -2**63, 2**64 - 1, 2**120, -2**120 + 1, 10**40, -10**40 + 7, 3**200, -3**333]
operators = [
    ('+', lambda a, b: a + b), ('-', lambda a, b: a - b), ('*', lambda a, b: a * b), ('//', lambda a, b: a // b),
    ('%', lambda a, b: a % b), ('divmod', divmod), ('/', lambda a, b: a / b), ('&', lambda a, b: a & b),
    ('|', lambda a, b: a | b), ('^', lambda a, b: a ^ b), ('<', lambda a, b: a < b), ('<=', lambda a, b: a <= b),
    ('==', lambda a, b: a == b), ('!=', lambda a, b: a != b), ('>', lambda a, b: a > b), ('>=', lambda a, b: a >= b),
]
# one line for each operator: a checksum over all pairs, so that any difference shows
for name, op in operators:
    total = 0
    for a in numbers:
        for b in numbers:
            try:
                r = op(a, b)
            except ZeroDivisionError as e:
                r = len(str(e))
            except OverflowError as e:
                r = len(str(e))
            total = (total * 1000003 + hash(r)) % (2**61 - 1)
    print(name, total)
for a in numbers:
    print(a if abs(a) < 10**50 else hash(a), hash(a), bool(a), hash(-a), hash(~a), hash(abs(a)), +a == a, a.bit_length(), a.bit_count())

for a in numbers:
    for n in (0, 1, 5, 59, 60, 61, 62, 63, 64, 119, 120, 121, 300):
        q, r = divmod(a, 1 << n)
        assert a >> n == q and (a << n) >> n == a and (a << n) == a * 2**n, (a, n)
        assert q * 2**n + r == a

# identity of division for many shapes
def pseudo(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield seed >> 11
source = pseudo(42)
def big(bits):
    v = 0
    for i in range(bits // 53 + 1):
        v = (v << 53) | next(source)
    return v >> (v.bit_length() - bits) if v.bit_length() > bits else v
for an in (1, 50, 61, 119, 121, 200, 599, 1201, 6000, 20000, 50000):
    for bn in (1, 59, 60, 61, 119, 121, 180, 1000, 5990, 12000, 24001):
        a, b = big(an) or 1, big(bn) or 1
        for x in (a, -a):
            for y in (b, -b):
                q, r = divmod(x, y)
                assert q * y + r == x and (r == 0 or (r < 0) == (y < 0)) and abs(r) < abs(y), (an, bn)
        assert (a * b) % a == 0 and (a * b) // b == a
        assert (a + b) * (a - b) == a * a - b * b
        assert (a ^ b) == (a | b) - (a & b) and (-a & b) == b - ((a - 1) & b) and ~(a | b) == ~a & ~b
# divisors of all ones: the quotient guess is largest there
for n in (60, 120, 180, 6000, 12000, 18000):
    b = (1 << n) - 1
    for a in (b * b, b * b - 1, b * b + b, (b << n) - 1, (1 << 2 * n) - 1):
        q, r = divmod(a, b)
        assert q * b + r == a and 0 <= r < b

show(lambda: 1 // 0)
show(lambda: 1 % 0)
show(lambda: divmod(1, 0))
show(lambda: 1 / 0)
show(lambda: 2**100 // 0)
show(lambda: 2**100 % 0)
show(lambda: 2**100 / 0)
show(lambda: 1 << -1)
show(lambda: 1 >> -1)
show(lambda: 0 << 2**100)
show(lambda: 1 >> 2**100)
show(lambda: -1 >> 2**100)
show(lambda: 1 << 2**64)
show(lambda: 1 << 2**70)
show(lambda: 10**400 / 1)
show(lambda: 10**400 / 10**390)
show(lambda: 10**-400)
show(lambda: 1 + 'x')
show(lambda: 'x' * 2**100)
show(lambda: [1] * 2.0)
show(lambda: 1 < 'x')
show(lambda: 1 == 'x')
show(lambda: 1 & 1.0)
show(lambda: ~1.5)

print('powers')
for a in (0, 1, -1, 2, -2, 3, -3, 10, 2**61, -2**62):
    print([a**n for n in range(6)])
show(lambda: 0**0)
show(lambda: 0**-1)
show(lambda: 2**-1)
show(lambda: (-2)**-3)
show(lambda: 3**1000)
show(lambda: (-1)**(10**30))
show(lambda: 1**(10**30))
show(lambda: 10**400 ** -1)
print('modular')
for args in [(2, 10, 1000), (2, 10, -1000), (-2, 11, 1000), (3, 0, 7), (3, 0, 1), (0, 0, 5), (2, 10**20, 10**9 + 7),
             (3, 10**30, 2**89 - 1), (3, 10**30, 2**90), (-3, 10**30, -2**89 + 1), (7, -1, 11), (7, -3, 2**89 - 1),
             (-7, -2, 13), (2, -1, 4), (2, 3, 0), (0, -1, 7), (10**50, 3, 10**20), (5, 5, 2**60), (5, 5, 2**60 - 1)]:
    show(pow, *args)
show(pow, 2, 3, 1.0)
show(pow, 2, 1.5, 3)
show(pow, 2.0, 3, 3)
show(pow, 2, 3, None)
show(pow, 'a', 3, None)
for p in (2**61 - 1, 2**89 - 1, 2**127 - 1, 10**9 + 7):
    for a in (2, 3, 10**15):
        assert pow(a, p - 1, p) == 1 and a * pow(a, -1, p) % p == 1

print('true division')
for a, b in [(1, 3), (2, 3), (10**30, 3), (10**300, 10**299 + 1), (1, 10**320), (1, 2**1074), (1, 2**1075), (3, 2**1075),
             (1, 2**1076), (2**53 + 1, 1), (2**53 + 3, 1), (2**54 + 2, 1), (2**54 + 6, 1), (2**1024 - 2**970, 1),
             (2**1024 - 2**970 - 1, 1), (-2**1024 + 2**971, 1), (0, -5), (-7, 2), (2**2000, 2**1990 + 1),
             (5 * 10**323, 10**324 * 7 + 1), (10**25, 10**3), (123456789 * 10**50, 10**58)]:
    show(lambda: repr(a / b))
