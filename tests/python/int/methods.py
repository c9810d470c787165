# Methods and attributes of int and bool, rounding, bytes, subclasses, formatting.
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:150])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])

v = 2**70
print(v.real == v, v.imag, v.numerator == v, v.denominator, v.conjugate() == v, (5).as_integer_ratio(), (-5).bit_length(), True.real, True.numerator)
print((5).__trunc__(), (5).__floor__(), (5).__ceil__(), (5).__index__(), (5).__int__(), (5).__float__(), (5).__getnewargs__(), True.__index__())
show(setattr, 5, 'real', 1)
show(setattr, 5, 'x', 1)
show(lambda: (5).x)

print('bytes')
for value, n, order, signed in [(0, 0, 'big', False), (0, 1, 'little', True), (255, 1, 'big', False), (256, 1, 'big', False), (127, 1, 'big', True),
                                (128, 1, 'big', True), (-128, 1, 'big', True), (-129, 1, 'big', True), (-1, 0, 'big', True), (-1, 1, 'big', False),
                                (1, 0, 'big', False), (2**64 - 1, 8, 'little', False), (2**100, 20, 'big', False), (-2**100, 13, 'little', True),
                                (-2**103, 13, 'little', True), (-2**103 - 1, 13, 'little', True), (2**120 - 1, 15, 'big', False)]:
    show(value.to_bytes, n, order, signed=signed)
show((5).to_bytes)
show((5).to_bytes, 1, 'middle')
show((5).to_bytes, 1, 3)
show((5).to_bytes, -1, 'big')
show((5).to_bytes, 'x', 'big')
show((5).to_bytes, length=2, byteorder='little')
for data in (b'', b'\0', b'\xff', b'\x80\0', b'\0\x80', b'\xff' * 9, b'\x80' + b'\0' * 14, bytes(range(1, 30))):
    print([int.from_bytes(data, order, signed=s) for order in ('big', 'little') for s in (False, True)])
show(int.from_bytes, b'\1\2')
show(int.from_bytes, [1, 2, 255], 'little')
show(int.from_bytes, 'x', 'big')
show(int.from_bytes, 5, 'big')
show(int.from_bytes, b'x', 'up')
show(int.from_bytes, [256])
show(bool.from_bytes, b'\1', 'big')
for n in range(0, 200, 7):
    for value in (2**n, 2**n - 1, -2**n, -2**n - 1, 2**n + 12345):
        size = value.bit_length() // 8 + 1
        for order in 'big', 'little':
            assert int.from_bytes(value.to_bytes(size, order, signed=True), order, signed=True) == value

print('round')
for value in (0, 5, 15, 25, 45, -5, -15, -25, 149, 150, 151, 250, 2**70, 10**30 + 5 * 10**14):
    print([round(value, n) for n in (2, 0, -1, -2, -15, -40)])
show(round, 5, 'x')
show((5).__round__, None)
show(round, 5, None)
show(round, 5, 2**70)

print('bool')
print(True + True, True * 5, -True, ~True, True & False, True | 1, True ^ True, True & 3, 3 | False, True << 3, True / 2, True // 2, True ** 2)
print(bool(), bool(0), bool([]), bool('x'), bool(0.0), bool(None), repr(True), str(False), hash(True), True == 1, True is (1 == 1), type(True & True), type(True & 1))
show(bool, 1, 2)
show(bool, x=1)
show(lambda: type('B', (bool,), {}))
class NoBool:
    def __bool__(self): return 5
show(bool, NoBool())

print('subclass')
class MyInt(int):
    tag = 'x'
    def __new__(cls, value=0, extra=None):
        self = super().__new__(cls, value)
        self.extra = extra
        return self
    def __repr__(self): return 'MyInt(%s)' % int.__repr__(self)
for value in (0, 5, -5, 2**61, 2**62, 2**100, -2**100):
    m = MyInt(value, 'e')
    print(m, m.extra, m == value, hash(m) == hash(value), type(m + 0), type(+m), type(abs(m)), type(int(m)), m + 1, m * 2, -m, m / 2 if value < 2**1000 else 0, m.__dict__)
    print({value: 'found'}[m], [0, 1, 2, 3, 4, 5][m] if value == 5 else '', isinstance(m, int), m is MyInt(value), bool(m), f'{m:d} {m!r} {m}')
print(MyInt.from_bytes(b'\1\0', 'big'), type(MyInt.from_bytes(b'\1\0', 'big')), MyInt('7', 5), MyInt(True))
show(MyInt, 'x')
show(int.__new__)
show(int.__new__, 5)
show(int.__new__, str)
show(int.__new__, MyInt, 'zz')
show(int.__add__, 'x', 1)
print(int.__add__(1, 'x'), (5).__radd__(3), (5).__rsub__(3), (5).__rpow__(2), (5).__lt__(2.0), (5).__divmod__(2), (5).__pow__(2, 7), (5).__bool__())

print('format')
for value in (0, 1, -1, 255, -255, 1234567, -1234567890, 2**70):
    for spec in ('', 'd', 'b', 'o', 'x', 'X', '#b', '#o', '#x', '#X', 'n', ',', '_', '_b', '_x', '+', ' ', '-', '10', '<10', '^10', '=10', '010', '+010', '*^12', '#010x', '#_x',
                 '020,', '021,', '022,', '012_b', 'e', '.2f', '%', 'g', ',.1f', '030,.2f', 'x=+20,d'):
        print(format(value, spec), end='|')
    print()
for value, spec in [(65, 'c'), (8364, '>5c'), (65, '05c'), (-1, 'c'), (2**70, 'c'), (1, '+c'), (1, '#c'), (1, ',c'), (1, '.2'), (1, '.2d'), (1, 's'), (1, 'q'), (1, 'dd'),
                    (1, 'z'), (1, ',_'), (1, ',,'), (1, '__'), (1, ',x'), (1, ',n'), (1, '9' * 30), (1, '.'), (1, '€'), (1, '\0'), (10**400, 'f'), (True, ''), (True, 'd'), (True, '5'), (1, 'é^5')]:
    show(format, value, spec)
show((5).__format__, 5)
show((5).__format__)
