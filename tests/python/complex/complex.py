# complex: construction, text, operators, comparison, methods, formatting, subclasses; cmath.
import cmath, operator
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
inf, nan = float('inf'), float('nan')
for args in [(), (1,), (1, 2), (1.5, -0.0), ('1+2j',), (' ( 1 - 2J ) ',), ('j',), ('-j',), ('1j',), ('1+j',), ('1',), ('1e5-1e-5j',), ('infj',), ('nan+infj',), ('1_0+2_0j',), ('',), ('1+',), ('1 + 2j',), ('(1',), ('1)',), ('1+2',), ('j1',), ('++1j',), ('१j',), ('1\0',),
             ('1', 2), (1, '2'), ([],), (1, []), (None,), (1j, 2j), (1 + 2j, 3 + 4j), (10**400,), (1, 2, 3), (2**70, 1)]:
    show(complex, *args)
show(complex, real=1, imag=2); show(complex, imag=3); show(complex, x=1); show(complex, 1, real=2)
class C:
    def __init__(self, r): self.r = r
    def __complex__(self): return self.r
class F:
    def __float__(self): return 2.5
class I:
    def __index__(self): return 3
show(complex, C(1 + 2j)); show(complex, C(1.0)); show(complex, F()); show(complex, I()); show(complex, F(), I()); show(complex, 1, C(1j))
for z in [0j, 1j, -1j, 1 + 0j, -0.0 + 1j, complex(-0.0, -0.0), complex(0, -0.0), 1.5 - 2.5j, complex(inf, nan), complex(nan, -inf), 1e20 + 1e-20j, complex(1, -0.0)]:
    print(repr(z), str(z), -z, +z, z.conjugate(), z.real, z.imag, bool(z), abs(z), hash(z) == hash(z), z.__getnewargs__(), z.__complex__(), end='; ')
print()
print(hash(1 + 0j) == hash(1), hash(1.5 + 0j) == hash(1.5), hash(2j), hash(-1j), hash(1 + 1j), hash(0.5 - 3j))
values = [0j, 1j, 1 + 2j, -3 + 0.5j, 2, -1.5, 0, True, 2**70, complex(inf, 1), complex(nan, 0), 1e200 + 1e200j]
for name in 'add sub mul truediv pow'.split():
    op, line = getattr(operator, name), []
    for a in values:
        for b in values:
            if isinstance(a, complex) or isinstance(b, complex):
                try:
                    r = op(a, b)
                    line.append(repr(r) if name != 'pow' or r.real == r.real and abs(r.real) < 1e15 else '?')
                    if name == 'pow' and line[-1] != '?': line[-1] = '%.10g%+.10gj' % (r.real, r.imag)
                except Exception as e: line.append(type(e).__name__ + str(e)[:12])
    print(name, ' '.join(line))
for f in [lambda: 1j // 1, lambda: 1j % 1, lambda: divmod(1j, 1), lambda: 1j < 1, lambda: 1j / 0, lambda: 0j**-1, lambda: 0j**1j, lambda: pow(1j, 2, 3), lambda: (1e200 + 1e200j)**3, lambda: abs(complex(1.7e308, 1.7e308)), lambda: int(1j), lambda: float(1j), lambda: 1j + 'x', lambda: 1j + 10**400, lambda: round(1j), lambda: 2**0.5j, lambda: (1 + 1j)**200, lambda: (1 + 1j)**-3, lambda: 1j**100, lambda: 1j**101]:
    show(f)
print(1j == 1j, 1 + 0j == 1, 1 + 0j == 1.0, 1j != 1, 2**53 + 0j == 2**53, complex(2**53) == 2**53 + 1, 1j == 'x', complex(nan) == complex(nan), complex(1e300) == int(1e300), 1j == None)
class S(complex):
    def __repr__(self): return 'S' + complex.__repr__(self)
s = S(1, 2)
s.x = 5
print(s, repr(s), type(s + 1), s.x, type(complex(s)), type(+s), f'{s}', S('1j'), s == 1 + 2j, isinstance(s, complex))
show(setattr, 1j, 'real', 5)
for z in (0j, 1 + 2j, -1.5 + 0j, 2j, complex(inf, nan), 1e6 - 1e-6j):
    for spec in ('', 'e', 'f', 'g', 'n', '.2f', '+', ' ', '+.1f', '>25', '<25', '^25.1f', ',', ',.2f', '_', '.3', '#', '*^30', 'G', 'z.1f'):
        print(format(z, spec), end='|')
    print()
for z, spec in [(1j, 'd'), (1j, '%'), (1j, '=10'), (1j, '010'), (1j, 'x'), (1j, 's'), (1j, ',n'), (1j, '0=10')]:
    show(format, z, spec)

print('cmath')
print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.infj, cmath.nan, cmath.nanj)
def fmt(z): return '%.10g%+.10gj' % (z.real + 0, z.imag + 0) if isinstance(z, complex) else '%.10g' % z
names = 'acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase'.split()
points = [0.5, -0.5, 2, -2, 1 + 1j, -1.5 + 0.25j, 3 - 4j, 0.1j, -2j, 10 + 10j, 1e-10, 0.7 - 0.7j, -3.5]
for name in names:
    print(name, ' '.join(fmt(getattr(cmath, name)(z)) for z in points))
for name in names:
    line = []
    for z in [0j, 1, -1, 1j, -1j, complex(inf, 0), complex(-inf, 0), complex(0, inf), complex(inf, inf), complex(-inf, inf), complex(nan, 0), complex(0, nan), complex(inf, nan), complex(-inf, 3), 1000, 1000j, -1000]:
        try: line.append(fmt(getattr(cmath, name)(z)).replace('-nan', 'nan').replace('-0', '0').replace('+0', '0'))
        except Exception as e: line.append(type(e).__name__ + str(e)[5:8])
    print(name, ' '.join(line))
print(cmath.polar(3 + 4j), cmath.polar(-1), cmath.polar(0), cmath.rect(1, 0), cmath.rect(0, 5), fmt(cmath.rect(2, cmath.pi / 3)), cmath.phase(-1), cmath.phase(complex(-1, -0.0)))
print(fmt(cmath.log(8, 2)), fmt(cmath.log(1j, 10)), cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 2), cmath.isclose(1, 1.1, rel_tol=0.2), cmath.isclose(0, 1e-9, abs_tol=1e-8), cmath.isclose(inf, inf), cmath.isclose(complex(inf, 0), 1))
print(cmath.isnan(nan), cmath.isinf(complex(0, -inf)), cmath.isfinite(1 + 1j), cmath.isfinite(complex(nan, 0)))
for f in [lambda: cmath.sqrt('x'), lambda: cmath.log(0), lambda: cmath.log(1, 0), lambda: cmath.log(2, 1), lambda: cmath.exp(1000), lambda: cmath.isclose(1, 1, rel_tol=-1), lambda: cmath.sqrt(), lambda: cmath.rect(1, inf), lambda: cmath.rect(1), lambda: cmath.log10(0j), lambda: cmath.atanh(1), lambda: cmath.atan(1j)]:
    show(f)
