# Parts of bytes in every number around those at which the list that holds them has to grow; joins of bytes alone, and of
# bytes with everything else that has a buffer; bytes of lists whose items are not all small ints, or change the list.

class Sub(bytes):
    pass


for kind in (bytes, bytearray):
    for n in list(range(16)) + [23, 24, 25, 26, 100]:
        parts = [b'w' * (i % 3 + 1) + str(i).encode() for i in range(n)]
        text = kind(b' \t' + b'  '.join(parts) + b'\n')
        assert text.split() == parts == text.rsplit() and len({type(x) for x in text.split()} | {kind}) == 1
        for limit in (0, 1, 11, 12, 13, 24):
            assert len(text.split(None, limit)) == len(text.rsplit(None, limit)) == min(n, limit + 1)
        if n:
            assert kind(b'::'.join(parts)).split(b'::') == parts == kind(b'::'.join(parts)).rsplit(b'::')
            assert kind(b','.join(parts)).rsplit(b',', 12)[1:] == parts[-12:][-(n - 1):] if 1 < n < 14 else True
        assert kind(b'\r\n'.join(parts)).splitlines() == parts

for separator in (b'', b'-', b'<=>', Sub(b'-'), bytearray(b'-')):
    for items in ([], [b'a'], [Sub(b'a')], [b'a', b'bc', b''], (b'', b''), [b'a', bytearray(b'b'), memoryview(b'c')],
                  (Sub(b'x'), b'y'), iter([b'1', b'2']), (x for x in [b'1', bytearray(b'2')])):
        joined = separator.join(items)
        print(type(joined).__name__, bytes(joined), end='; ')
    print()
one = b'only'
print(b'-'.join([one]) is one, b'-'.join((one,)) is one, type(b''.join([Sub(b'x')])) is bytes)
for wrong in ([b'a', 'b'], ('b',), [1], 5, 'ab'):
    try:
        b'-'.join(wrong)
    except TypeError as e:
        print(e)


class Index:
    def __init__(self, value, action=None):
        self.value, self.action = value, action

    def __index__(self):
        if self.action:
            self.action()
        return self.value


print(bytes([]), bytes(()), bytes([0, 255, 65]), bytes((1, True, False)), bytes([Index(7), 8]))
items = [1, Index(2, lambda: items.clear()), 3]
print(bytes(items))
items = [1, Index(2, lambda: items.append(4) if len(items) < 6 else None), 3]
print(bytes(items), bytearray([5, Index(6)]))
for wrong in ([256], [-1], [1, 2**70], (-2**70,), ['a'], [1.0], [None]):
    for kind in (bytes, bytearray):
        try:
            kind(wrong)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)


class List(list):
    def __bytes__(self):
        return b'own'


print(bytes(List([1])), bytearray(List([1])))
