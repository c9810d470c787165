# bytes % values where the pieces are bytes of every length and content, cut and padded; and what has no type.
import array


class Own:
    def __bytes__(self):
        return b'\xffown'


for value in (b'', b'a', b'\x80', b'abc', bytes(range(256)), bytearray(b'array\xfe'), memoryview(b'view'), array.array('b', [65]), Own(),
              memoryview(b'abcdef')[::2]):
    for form in (b'%s', b'%b', b'<%s>', b'%5s|', b'%-5b|', b'%.2s', b'%6.1b\xe9', b'%ls', b'%hb', b'%s%%', b'%#s', b'%0s'):
        print(form % (value,), end=' ')
    print()
    print(bytearray(b'x%sy%b') % (value, value), b'%(k)s' % {b'k': value})
big = bytes(range(256)) * 5000
assert b'%s' % big == big and b'%s' % (big,) is not None and b'(%s)' % big == b'(' + big + b')' and b'%.3s' % big == big[:3]
for form, value in ((b'%s', 'text'), (b'%s', 1), (b'%y', 1), (b'%', 1), (b'%l', 1), (b'%h', 1), (b'%5', 1), (b'%s', ()),
                    (b'%s', (b'a', b'b')), (b'%d', b'1'), (b'%c', 256), (b'%c', b'ab'), (b'%b', None), (b'%%', 1), (b'%5%', ())):
    try:
        print(form, form % value)
    except (TypeError, ValueError, OverflowError) as e:
        print(form, type(e).__name__, e)
for form, value in (('%y', 1), ('%', 1), ('%l', 1), ('%lld', 1), ('%ld %hd %Ld', (1, 2, 3)), ('%5', 1), ('%\xff', 1), ('%b', 1), ('%H', 1),
                    ('%\u20ac', 1), ('%s', ()), ('%s', ('a', 'b')), ('%c', 0x110000), ('%c', 'ab'), ('%%', 1), ('%%', ()), ('%5%', 1), ('%i%u', (1, 2))):
    try:
        print(ascii(form), form % value)
    except (TypeError, ValueError, OverflowError) as e:
        print(ascii(form), type(e).__name__, ascii(str(e)))
