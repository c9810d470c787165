# Parts and lines in every number around those at which the list that holds them has to grow, in all widths of character,
# from both ends, with and without a limit; and equality of strs of every short length that differ in one character.

def words(n, c):
    return [c * (i % 3 + 1) + str(i) for i in range(n)]


for c in 'aé€😀':
    for n in list(range(0, 16)) + [23, 24, 25, 26, 100]:
        parts = words(n, c)
        for space in (' ', '\t\n', '\x1f ', '\u2003'):
            text = space + (space * 2).join(parts) + space
            assert text.split() == parts, (text, text.split())
            assert text.rsplit() == parts
            for limit in (0, 1, 11, 12, 13, 24):
                left, right = text.split(None, limit), text.rsplit(None, limit)
                assert left[:limit] == parts[:limit] and len(left) == min(n, limit + 1)
                assert right[max(0, len(right) - limit):] == parts[max(0, n - limit):] and len(right) == min(n, limit + 1)
        if n:
            for separator in (',', '::', 'é,'):
                text = separator.join(parts)
                assert text.split(separator) == parts == text.rsplit(separator)
                assert separator.join(text.split(separator, 12)) == text == separator.join(text.rsplit(separator, 12))
                assert len(text.split(separator, 12)) == len(text.rsplit(separator, 12)) == min(n, 13)
        for end in ('\n', '\r\n', '\x85', '\u2028'):
            assert end.join(parts).splitlines() == parts
            assert ''.join(end.join(parts).splitlines(True)) == end.join(parts)
    print(ascii(c), 'split')

for c in 'aé€😀':
    for n in range(1, 40):
        one = c * n
        assert one == ''.join([c] * n) and {one: 1}[''.join([c] * n)] == 1
        for i in range(n):
            other = c * i + chr(ord(c) + 1) + c * (n - i - 1)
            assert one != other and other not in {one: 1} and not one == other
print('equal')
