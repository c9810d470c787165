# int() and its text: every base, prefixes, underscores, white space, errors, the digits limit.
import sys
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:120])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])

for text in ['0', '-0', '+5', ' 12 ', '\t\n-7\r\x0b\x0c', '1_000', '1__0', '_1', '1_', '', ' ', '+', '-', '+-1', '1 2', '0x10', '12a',
             '१२३', '１２', '\u2003 42\u3000', '1\x00', '\x1c5\x1f', 'é', '9' * 30, '-' + '9' * 30, '\ud800', "it's", 'a"b', '1e5', '1.0']:
    show(int, text)
for text in ['0', '00', '0_0', '010', '0x1F', '0X_1f', '0o17', '0b101', '-0b11', '0b', '0b2', '0x', '0b_1', '0_b1', '1_0', '0x__1', '08', ' 0x1 ', '+0xf']:
    show(int, text, 0)
for text, base in [('101', 2), ('0b101', 2), ('0b1', 16), ('0x1', 2), ('zz', 36), ('ZZ', 36), ('z', 35), ('777', 8), ('0o777', 8), ('2', 2),
                   ('1', 1), ('1', 37), ('1', -1), ('1', 2**70), ('1' * 100, 3), ('0xff', 16), ('v' * 40, 32), ('3' * 33, 4), ('ab', 13)]:
    show(int, text, base)
show(int)
show(int, base=10)
show(int, '1', base='x')
show(int, 1, 10)
show(int, 1.5, 10)
show(int, '1', 2, 3)
show(int, '11', base=2)
show(int, x=1)
show(int, '1', foo=2)
show(int, None)
show(int, [])
show(int, 1j)
show(int, b'12')
show(int, b'1f', 16)
show(int, bytearray(b' 7 '))
show(int, bytearray(b'x'), 10)
show(int, memoryview(b'34'))
show(int, b'\xff')
show(int, b'x')
show(int, True)
show(int, 1e20)
show(int, -1.9)
show(int, float('inf'))
show(int, float('nan'))

class I:
    def __init__(self, r): self.r = r
    def __int__(self): return self.r
class X:
    def __init__(self, r): self.r = r
    def __index__(self): return self.r
show(int, I(5))
show(int, I(2**70))
show(int, I(5.0))
show(int, I('5'))
show(int, X(6))
show(int, X(None))
show(int, '1', X(2))
show(int, '11', X(2))

for base in range(2, 37):
    digits = '0123456789abcdefghijklmnopqrstuvwxyz'[:base]
    for n in (1, 17, 40, 3000):
        text = (digits[-1] + digits[1:] + digits[0]) * (n // base + 1)
        v = int(text[:n], base)
        w = 0
        for c in text[:n] if n < 100 else '':
            w = w * base + int(c, 36)
        assert n >= 100 or v == w, base
        out, rest = [], v
        while rest and n < 100:
            rest, d = divmod(rest, base)
            out.append(digits[d])
        assert n >= 100 or ''.join(reversed(out)) == (text[:n].lstrip('0')), (base, n)

for v in (0, 1, -1, 255, -255, 2**60, -2**61, 2**62, 2**64, -10**30):
    print(str(v), repr(v), bin(v), oct(v), hex(v))

print('limit')
print(sys.get_int_max_str_digits())
show(int, '1' * 4300)
show(int, '1' * 4301)
show(int, '1_' * 4300 + '1')
show(int, b'1' * 5000)
show(int, 'z' * 5000, 36)
show(lambda: int('f' * 5000, 16).bit_length())
show(str, 10**4299)
show(str, 10**4300)
show(repr, -10**5000)
show(lambda: '%d' % 10**5000)
show(lambda: f'{10**5000:,}')
show(lambda: len(hex(10**5000)))
show(sys.set_int_max_str_digits, 100)
show(sys.set_int_max_str_digits, -1)
sys.set_int_max_str_digits(0)
for n in (4301, 10007, 60013):
    v = 7**n
    s = str(v)
    assert int(s) == v and s == s.strip() and len(s) > 3600
    t = '9' * n
    assert str(int(t)) == t and int(t) + 1 == 10**n
    t = '1' + '0' * n
    assert str(int(t)) == t and int(t) == 10**n
    t = '12345678901234567890' * (n // 20)
    assert str(int(t)) == t and str(-int(t)) == '-' + t
print(hash(str(3**50000)) == hash(str(int(str(3**50000)))), str(3**50000)[:20], len(str(3**50000)))
