# struct: every code in every byte order, sizes and alignment, errors; Struct objects; half floats.
import struct
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
print(struct.error, struct.error.__mro__[1], struct.error.__module__)
for order in '', '@', '=', '<', '>', '!':
    for code in 'xcbB?hHiIlLqQnNPfdesp':
        try: print(order + code, struct.calcsize(order + code), end=' ')
        except struct.error as e: print(order + code, e, end=' ')
    print()
for text in ['bq', 'bq0i', 'qb0q', 'bhi', 'bhibd', 'b3xh', '3s2xq', 'c5p', '=bq', ' b \t h\n', '3b2h', '0s', '0i', '5', 'z', '5 i', 'i5', '<n', '>P', '@n', b'hi', '', '9999999999999999999i', '4611686018427387904q', '999999999999999999q', 'i\0', 'i\xe9', 5, None]:
    show(struct.calcsize, text)
for order in '', '<', '>', '=':
    for code in 'bBhHiIlLqQnNP?':
        if order and code in 'nNP': continue
        line = []
        for v in (0, 1, -1, 127, 128, 255, 256, -128, -129, 32767, 32768, 65535, 65536, -32769, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -2**63, -2**63 - 1, 'x', 1.5, None):
            try: line.append(struct.pack(order + code, v).hex())
            except Exception as e: line.append(type(e).__name__[0] + ':' + str(e))
        print(order, code, ' '.join(line))
        for data in (b'\0' * 8, b'\xff' * 8, b'\x80' + b'\0' * 7, b'\0' * 7 + b'\x80', b'\1\2\3\4\5\6\7\x08'):
            print(struct.unpack_from(order + code, data)[0], end=' ')
        print()
for order in '<', '>', '':
    for code in 'efd':
        for v in (0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 65519.0, 65520.0, 1e-5, 6e-8, 2.98e-8, 3e-8, 1e10, 1e300, 1e-300, float('inf'), float('-inf'), float('nan'), 5, True, 10**400, 'x', None):
            try:
                data = struct.pack(order + code, v)
                print(data.hex(), struct.unpack(order + code, data)[0], end=' ')
            except Exception as e: print(type(e).__name__ + ':' + str(e), end=' ')
        print()
for half in range(0, 65536, 7):
    data = struct.pack('<H', half)
    v = struct.unpack('<e', data)[0]
    assert v != v or struct.pack('<e', v) == data, half
class I:
    def __index__(self): return 77
class B:
    def __bool__(self): return False
class E:
    def __bool__(self): raise KeyError('bool')
for args in [('c', b'a'), ('c', 'a'), ('c', b'ab'), ('c', bytearray(b'a')), ('5s', b'abc'), ('2s', b'abc'), ('s', 'a'), ('s', bytearray(b'xyz')), ('5p', b'abc'), ('3p', b'abcdef'), ('0p', b''), ('p', b'abc'), ('300p', b'q' * 290), ('p', 1), ('?', []), ('?', B()), ('?', E()), ('i', I()), ('2x', ), ('3i', 1, 2, 3), ('ii', 1), ('ii', 1, 2, 3), ('<b2xh', 1, 2), ('bh', 1, 2), ('i',), ()]:
    show(struct.pack, *args)
show(struct.pack, 'i', x=1)
print('unpack')
for args in [('i', b'abcd'), ('i', b'abc'), ('i', b'abcde'), ('2h', b'abcd'), ('c', b'x'), ('?', b'\2'), ('3s', b'abc'), ('3p', b'\5ab'), ('3p', b'\1ab'), ('0s', b''), ('', b''), ('3c', b'abc'), ('2x', b'ab'), ('i', 'abcd'), ('i', 5), ('i',), ('i', memoryview(b'\1\0\0\0')), ('i', bytearray(b'\2\0\0\0'))]:
    show(struct.unpack, *args)
buffer = bytearray(10)
for args in [(), (buffer,), (buffer, 0), (buffer, 2, 258), (buffer, -4, 1), (buffer, 8, 1), (buffer, -2, 1), (buffer, -12, 1), (b'abcd', 0, 1), (buffer, 'x', 1), (buffer, 2**70, 1), (5, 0, 1), (buffer, 0, 'x')]:
    show(struct.pack_into, 'i', *args)
print(buffer)
for args in [(buffer,), (buffer, 2), (buffer, 6), (buffer, 7), (buffer, -4), (buffer, -3), (buffer, -11), (buffer, 'x')]:
    show(struct.unpack_from, 'i', *args)
show(struct.unpack_from, 'h', buffer=buffer, offset=2); show(struct.unpack_from, 'i'); show(struct.unpack_from, 'i', buffer, bogus=1)
show(lambda: list(struct.iter_unpack('<h', b'\1\0\2\0')))
show(struct.iter_unpack, '', b''); show(struct.iter_unpack, 'i', b'abc'); show(struct.iter_unpack, 'i', 'x')
it = struct.iter_unpack('<hb', b'\1\0\2\3\0\4')
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it), list(it), it.__length_hint__(), iter(it) is it, type(it).__name__)
data = bytearray(b'abcd')
it = struct.iter_unpack('2s', data)
show(data.extend, b'x')
print(list(it))
data.extend(b'x')
print('Struct')
S = struct.Struct
s = S('<ih3s')
print(s.format, s.size, s.pack(1, 2, b'abc'), s.unpack(b'\1\0\0\0\2\0abc'), s.unpack_from(b'xx\1\0\0\0\2\0abc', 2), list(s.iter_unpack(b'\0' * 18)))
for f in [lambda: S(), lambda: S('i', 'j'), lambda: S(5), lambda: S(format='h').size, lambda: S(b'h').format, lambda: S('z'), lambda: s.pack(1), lambda: s.unpack(b''), lambda: s.unpack_from(b''), lambda: s.pack_into(buffer), lambda: s.pack_into(buffer, 1, 1, 2, b'abc'), lambda: s.pack(x=1), lambda: setattr(s, 'size', 1), lambda: s.unpack_from(buffer=buffer, offset=1)]:
    show(f)
print(buffer)
class Sub(S):
    def __init__(self, extra):
        super().__init__('>' + extra)
        self.extra = extra
try:
    sub = Sub('h')
    print(sub.pack(1), sub.extra, sub.format, isinstance(sub, S))
except TypeError as e:
    print(e)
big = S('<' + 'bhi' * 20)
print(big.size, len(big.pack(*range(60))), big.unpack(big.pack(*range(60)))[-3:])
s.__init__('h')
print(s.size, s.format, s.pack(5))
struct._clearcache()
