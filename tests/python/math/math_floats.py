# math: every function of floats, with special values and errors.
import math
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(repr(r)[:160], end='; ')
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:160], end='; ')
inf, nan = math.inf, math.nan
print(math.pi, math.e, math.tau, math.inf, math.nan)
def fmt(r): return '%.13g' % r if isinstance(r, float) else repr(r)
values = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.7, 100.0, -100.0, 710.0, 1e-10, 1e300, 5, -3, True, 2**80, inf, -inf, nan]
for name in 'acos acosh asin asinh atan atanh cbrt ceil cos cosh degrees erf erfc exp exp2 expm1 fabs floor gamma isfinite isinf isnan lgamma log log10 log1p log2 radians sin sinh sqrt tan tanh trunc ulp frexp modf'.split():
    f, line = getattr(math, name), []
    for v in values:
        if v == 1e300 and name in ('sin', 'cos', 'tan'): continue
        try: line.append(fmt(f(v)))
        except Exception as e: line.append(type(e).__name__ + ' ' + str(e))
    print(name, ' '.join(line))
for name in 'atan2 copysign fmod remainder pow nextafter'.split():
    f, line = getattr(math, name), []
    for a in (0.0, -0.0, 1.0, -1.0, 2.5, -7.0, 1e308, inf, -inf, nan, 3):
        for b in (0.0, -0.0, 1.0, -2.0, 0.5, 3.0, 1e308, inf, -inf, nan):
            try: line.append(fmt(f(a, b)))
            except Exception as e: line.append(type(e).__name__[0] + str(e)[5:6])
    print(name, ' '.join(line))
for a in (0.0, 1.0, -1.5, inf, nan, 5e-324):
    for b in (0, 1, -1, 1000, -1000, 1024, -1074, -1080, 10**30, -10**30):
        show(math.ldexp, a, b)
print()
for args in [(1.0, 2.0), (1.0, 'x'), ('x', 1), (1.0, True)]: show(math.ldexp, *args)
print()
show(math.log, 8, 2); show(math.log, 10**400); show(math.log2, 2**2000); show(math.log10, 10**400); show(math.log, 0); show(math.log, -1); show(math.log, 10, 1); show(math.log, 10, 0); show(math.log, 2, 10**400); show(math.log); show(math.log, 1, 2, 3); show(math.log, 'x'); show(math.log2, 0); show(math.log10, -10**400); show(math.log, 0.0); show(math.log, -0.0)
print()
print(math.nextafter(1.0, 2.0), math.nextafter(0.0, -1.0), math.ulp(1.0), math.ulp(1.7976931348623157e308), math.ulp(-2.0), math.ulp(0.0))
for args, kw in [((1, 1 + 1e-10), {}), ((1, 2), {}), ((1, 1.1), {'rel_tol': 0.2}), ((0, 1e-9), {'abs_tol': 1e-8}), ((inf, inf), {}), ((inf, 1e308), {}), ((nan, nan), {}), ((1, 1), {'rel_tol': -1}), ((1,), {}), ((1, 1, 1), {}), (('x', 1), {}), ((1, 1), {'foo': 1})]:
    show(math.isclose, *args, **kw)
print()
class Num:
    def __floor__(self): return 'floor'
    def __ceil__(self): return 'ceil'
    def __trunc__(self): return 'trunc'
class Fl:
    def __float__(self): return 2.5
class Ix:
    def __index__(self): return 9
for f in (math.floor, math.ceil, math.trunc, math.sqrt, math.fabs):
    for v in (Num(), Fl(), Ix(), 'x', None, 10**30, 1j, 2.7): show(f, v)
print()
for f in (math.sin, math.floor, math.atan2, math.pow, math.fsum, math.hypot, math.dist, math.prod, math.copysign):
    show(f); show(f, 1, 2, 3, 4)
show(math.sin, x=1)
print()
print('fsum')
for seq in [[], [0.1] * 10, [1e100, 1.0, -1e100], [1e308, 1e308, -1e308], [inf, 1], [inf, -inf], [nan, 1], [inf, nan], [-inf, -inf], [1, 2, 3], [1e-16, 1, 1e16], [1e16, 1, 1e-16], [2.0**53, 0.5, 0.5], [2.0**53, 1.0, 1e-100], [10**400], ['x'], [1e308, 1e308], (i / 7 for i in range(1000)), [(-1)**n / (2 * n + 1) for n in range(500)], [2.0**n for n in range(-1074, 1000, 3)]]:
    show(math.fsum, seq)
show(math.fsum, 5)
print()
print('hypot')
for args in [(), (3,), (-3,), (3, 4), (1, 1, 1), (1e200, 1e200), (1e-200, 1e-200), (5e-324, 5e-324), (5e-324,), (1.7e308, 1.7e308), (inf, nan), (nan, 1), (-inf, 1), (0, 0), (0.1, 0.2, 0.3), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), ('x', 1), (10**400, 1), (1e308, 1e-308), (2**70, 1)]:
    show(math.hypot, *args)
total = 0.0
x = 12345
for i in range(2000):
    x = (x * 1103515245 + 12345) % 2**31
    a = x / 2**20
    x = (x * 1103515245 + 12345) % 2**31
    total = total * 1.0001 + math.hypot(a, x / 1e7) + math.hypot(a, 1.1, x)
print(repr(total))
for p, q in [((1, 2), (4, 6)), ([1], [2]), ((), ()), ((1,), (1, 2)), ((1, 2), 5), ((inf,), (inf,)), ((1, 'x'), (1, 2)), (iter([1, 2]), [3, 4]), ((0,) * 20, (1,) * 20)]:
    show(math.dist, p, q)
print()
print('prod')
for args, kw in [(([],), {}), (([1, 2, 3],), {}), (([2.5, 4],), {}), (([10**20] * 5,), {}), (([1, 2],), {'start': 10}), (([[1], 2],), {}), (('ab',), {}), ((5,), {}), (([2, 'x'],), {}), (([],), {'start': 'x'}), (([1], 2), {})]:
    show(math.prod, *args, **kw)
print()
