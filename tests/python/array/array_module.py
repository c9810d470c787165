# array: typecodes and their ranges, sequence operations, methods, buffers, pickling.
import array as module
from array import array
import io
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
print(module.typecodes, module.ArrayType is array, array)
for code in module.typecodes:
    a = array(code)
    print(a, a.typecode, a.itemsize, len(a), bool(a), end=' ')
    line = []
    for v in (0, 1, -1, 127, 128, 255, 256, -129, 32767, 32768, 65535, 65536, -32769, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64, -2**63, -2**63 - 1, 1.5, 'x', 'é', 'xy', b'x', None):
        try: line.append(array(code, [v])[0])
        except Exception as e: line.append(type(e).__name__[0] + ':' + str(e))
    print(line)
for args in [(), ('z',), ('ii',), (5,), ('i', 'x'), ('i', b'abcd'), ('i', b'abc'), ('b', bytearray(b'\1\2')), ('u', 'héllo'), ('u', ['a', 'bc']), ('i', array('u', 'ab')), ('u', array('i', [65])), ('i', 5), ('i', array('d', [1.0])), ('d', array('i', [1])), ('i', array('i', [1, 2])), ('i', (1, 2)), ('i', iter([1, 2])), ('i', [1], 2), ('f', [0.1]), ('i', None), ('h', memoryview(b'\1\2'))]:
    show(array, *args)
show(array, 'i', x=1)
a = array('i', [1, 2, 3, 4, 5])
for f in [lambda: a[0], lambda: a[-1], lambda: a[5], lambda: a[-6], lambda: a['x'], lambda: a[1.0], lambda: a[2**70], lambda: a[1:3], lambda: a[::2], lambda: a[::-1], lambda: a[10:], lambda: a[3:1], lambda: a[::0], lambda: a + array('i', [6]), lambda: a + [1], lambda: a + array('b'), lambda: a * 2, lambda: 2 * a, lambda: a * -1, lambda: a * 'x', lambda: a * 1.5, lambda: a * 2**62, lambda: a == array('d', [1, 2, 3, 4, 5]), lambda: a == [1, 2, 3, 4, 5], lambda: a < array('i', [1, 2, 4]), lambda: a > array('i', [1, 2]), lambda: a <= array('i', [1, 2, 3, 4, 5]), lambda: a != array('i'), lambda: a < [1], lambda: 3 in a, lambda: 3.0 in a, lambda: 'x' in a, lambda: a.index(3), lambda: a.index(9), lambda: a.index(3, 3), lambda: a.index(3, 0, -1), lambda: a.index(5, -1), lambda: a.count(3), lambda: a.count('x'), lambda: list(a), lambda: list(reversed(a)), lambda: a.tolist(), lambda: a.tobytes(), lambda: hash(a), lambda: a.buffer_info()[1], lambda: repr(iter(a))[:20], lambda: a.__copy__(), lambda: a.__deepcopy__({}), lambda: a.tounicode(), lambda: a.fromunicode('x'), lambda: a.remove(9), lambda: a.pop(10), lambda: a.pop('x'), lambda: array('i').pop(), lambda: a.insert('x', 1), lambda: a.insert(1, 'x'), lambda: a.append('x'), lambda: a.extend([1.5]), lambda: a.extend(array('d')), lambda: a.extend(5), lambda: a.frombytes(b'abc'), lambda: a.frombytes('x'), lambda: a.fromlist(5), lambda: a.fromlist([1, 'x']), lambda: a.fromfile(5, 1), lambda: a.__iadd__([1]), lambda: sum(a), lambda: max(a), lambda: [x * 2 for x in a], lambda: a.__reduce_ex__(2), lambda: a.__reduce_ex__('x'), lambda: a.typecode, lambda: setattr(a, 'typecode', 'x')]:
    show(f)
print(a)
def change(f):
    b = array('i', range(6))
    try:
        r = f(b)
        print(b.tolist(), r)
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200], b.tolist())
A = array
for f in [lambda b: b.__setitem__(0, 9), lambda b: b.__setitem__(-1, 9), lambda b: b.__setitem__(6, 1), lambda b: b.__setitem__('x', 1), lambda b: b.__setitem__(0, 'x'), lambda b: b.__setitem__(slice(1, 2), [1]), lambda b: b.__setitem__(slice(1, 2), A('i', [7, 8, 9])), lambda b: b.__setitem__(slice(1, 5), A('i', [7])), lambda b: b.__setitem__(slice(None, None, 2), A('i', [7])), lambda b: b.__setitem__(slice(None, None, 2), A('i', [7, 8, 9])), lambda b: b.__setitem__(slice(None, None, -1), b), lambda b: b.__setitem__(slice(2, 4), b), lambda b: b.__setitem__(slice(1, 2), A('b', [7])), lambda b: b.__setitem__(slice(4, 2), A('i', [9])), lambda b: b.__delitem__(0), lambda b: b.__delitem__(-1), lambda b: b.__delitem__(6), lambda b: b.__delitem__(slice(1, 3)), lambda b: b.__delitem__(slice(None, None, 2)), lambda b: b.__delitem__(slice(None, None, -3)), lambda b: b.__delitem__(slice(None)), lambda b: b.__delitem__('x'), lambda b: b.append(7), lambda b: b.extend([7, 8]), lambda b: b.extend(b), lambda b: b.insert(0, 7), lambda b: b.insert(-1, 7), lambda b: b.insert(100, 7), lambda b: b.insert(-100, 7), lambda b: b.pop(), lambda b: b.pop(0), lambda b: b.pop(-2), lambda b: b.remove(3), lambda b: b.reverse(), lambda b: b.byteswap(), lambda b: b.frombytes(b'\7\0\0\0'), lambda b: b.frombytes(memoryview(b'\x08\0\0\0')), lambda b: b.fromlist([7, 8]), lambda b: b.fromlist([7, 'x']), lambda b: b.__iadd__(A('i', [7])) is b, lambda b: b.__iadd__(b) is b, lambda b: b.__iadd__(A('h')), lambda b: b.__imul__(2) is b, lambda b: b.__imul__(0) is b, lambda b: b.__imul__(-1) is b, lambda b: b.fromfile(io.BytesIO(b'\1\0\0\0\2\0\0\0'), 2), lambda b: b.fromfile(io.BytesIO(b'\1\0\0\0'), 2), lambda b: b.fromfile(io.BytesIO(b''), -1)]:
    change(f)
f = io.BytesIO()
a.tofile(f)
print(f.getvalue() == a.tobytes())
u = array('u', 'a"\'\\é\U0001f600')
print(u, u.tounicode(), u[-1], len(u), u.tolist())
u.fromunicode('zz'); u.byteswap(); u.byteswap(); print(u)
show(u.fromunicode, 5)
for code in 'bBhHiIlLqQ':
    b = array(code, [1, 2]); b.byteswap(); print(code, b.tolist(), end=' ')
print(array('d', [1.5, 0.1, float('inf'), float('nan')]), array('f', [0.1]))
m = memoryview(a)
print(m.format, m.itemsize, m.shape, m.tolist(), m.readonly, memoryview(array('u', 'a')).format, memoryview(array('q', [1])).format)
m[0] = 99
for f in [lambda: a.append(1), lambda: a.pop(), lambda: a.extend(array('i')), lambda: a.extend(array('i', [1])), lambda: a.__imul__(2), lambda: a.__delitem__(0), lambda: a.insert(0, 1), lambda: a.__setitem__(slice(0, 1), array('i', [1, 2])), lambda: a.__setitem__(0, 5)]:
    show(f)
m.release()
a.append(1)
print(a)
class S(array):
    def __new__(cls, code, items=(), extra=None):
        self = super().__new__(cls, code, items)
        self.extra = extra
        return self
    def __init__(self, *args, **kw): pass
s = S('i', [1, 2], extra='e')
print(s, s.extra, type(s + s), type(s[:1]), type(s * 2), s == array('i', [1, 2]), s.__reduce_ex__(2))
R = module._array_reconstructor
for args in [(array, 'i', 2, b'\0\0\0\1'), (array, 'i', 9, b'\0\0\0\1'), (array, 'i', 8, b'\1\0\0\0'), (array, 'd', 17, b'\x3f\xf8' + b'\0' * 6), (array, 'f', 15, b'\x3f\xc0\0\0'), (array, 'u', 18, b'a\0'), (array, 'u', 18, b'a\0b\0'), (array, 'u', 21, b'\0\0\0a\0\0\0b'), (array, 'i', 50, b''), (5, 'i', 2, b''), (int, 'i', 2, b''), (array, 'z', 2, b''), (array, 'i', 2, 5), (array, 'b', 3, b'\1\0'), (array, 'q', 12, b'\xff' * 8), (array, 'i', 8, b'\1')]:
    show(R, *args)
a = array('i')
for i in range(100000): a.append(i)
print(len(a), a[-1], sum(a))
while len(a) > 5: a.pop()
print(a)
