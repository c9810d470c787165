# float: construction, text both ways, operators, comparison with ints, methods, formatting.
import sys
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
inf, nan = float('inf'), float('nan')

print('text')
for text in ['0', '-0', '1', ' 1.5 ', '\t-2e3\n', '.5', '5.', '1e', '.', 'e5', '1e5', '1E+05', '1e-400', '1e400', '-1e400', 'inf', '-Infinity', '+nan', 'INF', 'infin', 'nan(1)',
             '1_000.000_1', '1__0', '_1', '1_', '1_.5', '1._5', '1e1_0', '1e_1', '१.५', '１２', '\u20031\u3000', '1\0', '0x1', '', ' ', '1 2', '1' * 400, '0.' + '0' * 400 + '1', '1e99999999999999999999',
             '9007199254740993', '9007199254740992.99999999999999999999', '2.2250738585072011e-308', '4.9e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '1.7976931348623158e308', '1.7976931348623159e308', '123456789012345678901234567890e-25']:
    show(float, text)
show(float); show(float, None); show(float, []); show(float, 1, 2); show(float, x=1); show(float, b'1.5'); show(float, bytearray(b'x')); show(float, memoryview(b'2')); show(float, True); show(float, 10**400); show(float, 2**1023 * 1); show(float, 1j)
class F:
    def __init__(self, r): self.r = r
    def __float__(self): return self.r
class X:
    def __index__(self): return 7
show(float, F(2.5)); show(float, F(1)); show(float, F('x')); show(float, X())
for d in [0.1, 0.2 + 0.1, 1 / 3, 1e15, 1e16, 1e17, 123456789012345680.0, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.0001, 0.00001, 100.0, 1.5e-7, 12345.678, 2**-44, 2.0**-1000, 2.0**1000, 9007199254740992.0, 9.5, 1e-5, 3.14159, 299792458.0, 6.02214076e23, -0.0, inf, -inf, nan, 4.35, 0.5, 2.5e-10]:
    print(repr(d), str(d), d.hex(), end=' ')
    assert d != d or float(repr(d)) == d
print()
def pseudo(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield seed
import struct
source, total = pseudo(1), 0
for i in range(3000):
    d = struct.unpack('<d', struct.pack('<Q', next(source)))[0]
    if d == d and abs(d) != inf:
        text = repr(d)
        assert float(text) == d
        for c in text: total = (total * 31 + ord(c)) % 1000000007
for e in range(-1074, 1024):
    for d in (2.0**e, 2.0**e * (1 + 2**-52) if e > -1000 else 2.0**e, -2.0**e):
        text = repr(d)
        assert float(text) == d
        for c in text: total = (total * 31 + ord(c)) % 1000000007
print(total)

print('operators')
values = [0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 3.0, 1e300, 1e-300, inf, -inf, nan, 0.1, 7, -3, 2**70, True]
import operator
for name in 'add sub mul truediv floordiv mod'.split():
    op, line = getattr(operator, name), []
    for a in values:
        for b in values:
            if isinstance(a, float) or isinstance(b, float):
                try: line.append(repr(op(a, b)))
                except Exception as e: line.append(type(e).__name__[0])
    print(name, ' '.join(line))
for a in values:
    for b in values:
        if isinstance(a, float) or isinstance(b, float):
            try: q, r = divmod(a, b)
            except ZeroDivisionError: continue
            assert repr(q) == repr(a // b) and repr(r) == repr(a % b)
line = []
for a in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -8.0, inf, -inf, nan):
    for b in (0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.5, 1e10, inf, -inf, nan):
        try: line.append(repr(a**b)[:22])
        except Exception as e: line.append(type(e).__name__ + str(e)[:10])
print(' '.join(line))
for f in [lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: divmod(1.0, 0), lambda: 0.0**-1, lambda: 1e300**2, lambda: pow(2.0, 3, 4), lambda: 1.0 + 'x', lambda: 1.0 + 10**400, lambda: 10**400 * 1.0, lambda: 1.0 < 'x', lambda: 1.5 & 1, lambda: -(1.5), lambda: +1.5, lambda: abs(-1.5), lambda: ~1.5]:
    show(f)
print('compare')
for a in (0.5, 1.0, 2.0**53, 2.0**62, 2.0**63, 2.0**64, 1e300, -2.0**63, inf, -inf, nan, -0.5, 9007199254740993.0):
    for b in (0, 1, 2**53, 2**53 + 1, 2**62, 2**63, 2**63 - 1, 2**64, -2**63, -2**63 - 1, int(1e300), int(1e300) + 1, 10**400, -10**400):
        print(int(a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a != b) + 16 * (a > b) + 32 * (a >= b), int(b < a) + 2 * (b == a) + 4 * (b > a), end=' ')
print()
for a in (0.0, 1.0, -1.0, 0.5, 0.1, 1e20, 1e300, 2.0**61, 2.0**61 - 256, inf, -inf, -0.0, 5e-324, -2.0, 1.5):
    print(hash(a), end=' ')
print(hash(nan) == hash(nan), hash(1.0) == hash(1), len({1, 1.0, True, 1 + 0j}), len({nan, nan}), [nan].count(nan), nan == nan)

print('methods')
for d in (0.0, -0.0, 1.5, -1.5, 2.5, 1e20, 0.1, -1e-5, 2**-1074):
    print(d.is_integer(), d.as_integer_ratio(), d.conjugate(), d.real, d.imag, d.__trunc__(), d.__floor__(), d.__ceil__(), round(d), int(d), bool(d), d.__getnewargs__())
for f in (inf.as_integer_ratio, nan.as_integer_ratio, inf.__floor__, nan.__ceil__, inf.__trunc__, lambda: int(nan), lambda: round(inf), lambda: round(nan), inf.is_integer, inf.hex, nan.hex):
    show(f)
for text in ['0x1.8p1', '-0x1p-1074', '0x1p-1075', '0x1.8p-1075', '0x.8', '1.8', 'inf', '-nan', ' 0X1P5 ', '0x1p99999', '0x1.fffffffffffff8p1023', '0x1.fffffffffffff7fp1023', '0x', 'x', '0x1p', '1p+', '', '0x1.00000000000008p0', '0x1.00000000000008000001p0', '0x1.00000000000018p0', '0x' + 'f' * 50, '0x0.' + '0' * 300 + '1p1200', 'infinityx', '0x1p-99999999999999999999']:
    show(float.fromhex, text)
show(float.fromhex, 5)
class S(float):
    pass
s = S(2.5)
s.x = 1
print(s, type(s + 1), type(-s), type(S.fromhex('0x1p0')), S('1.5'), s.__dict__, type(float(s)), f'{s}', hash(s), s == 2.5, S(1e300).x if hasattr(S(1e300), 'x') else 'none', isinstance(s, float))
for d in (2.675, 2.5, 3.5, -2.5, 1234.5678, 5e15 + 0.5, 1e-10, 25.0, 35.0, 15.0, 0.5, 1.5, 1e22, 123456789.0, 5.5):
    print([round(d, n) for n in (0, 1, 2, 3, 10, -1, -2, -8, -9, -10, -23)], end=' ')
print()
for args in [(1.5, None), (1.5, 'x'), (1.7e308, -308), (1.7e308, -309), (1.5, 400), (inf, 2), (nan, 2), (-0.4, 0), (0.04, 1), (-5.0, -1), (50.000001, -2), (1e308, 2**80), (1.0, -2**80), (1.5, 1.5)]:
    show(round, *args)
show(float.__getformat__, 'double'); show(float.__getformat__, 'x'); show(float.__getformat__, 1)
print(sys.float_info.max, sys.float_info.epsilon)

print('format')
for d in (0.0, -0.0, 1.0, -1.5, 1234567.891, 1e16, 1e-5, 123.456, inf, -inf, nan, 0.00012345, 1e100, 99.995):
    for spec in ('', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%', '.0f', '.3', '.0', '.1', '.6', '.17', '#.0f', '#g', '#', '#.3', '+', ' ', 'z.1f', ',', '_', ',.2f', '012', '<12', '^12', '=12', '+012,.1f', '010.1%', '*>15.3e', 'z', '020,'):
        print(format(d, spec), end='|')
    print()
for d, spec in [(1.5, 'd'), (1.5, 'x'), (1.5, 'c'), (1.5, 's'), (1.5, ',n'), (1.5, '.99999999999f'), (1.5, '€'), (1.5, '.'), (1.5, 'ff'), (1.5, ',_')]:
    show(format, d, spec)
print(format(1e308, '.3f')[:10], len(format(1.0, '.1000f')), format(2.5, '.0f'), format(0.5, '.0f'), format(1.5, '.0f'), '%.3f %5.1e %g %G %%' % (1.0005, 12345.6, 1e-10, 1e20), '%r' % 0.1, '%010.2f|%-10.2f|%+.1f|% .1f' % (3.14159, 2.5, 1.0, 1.0))
