# A str of 1 GB: made, cut, encoded, compared, searched.
N = 1 << 30
s = 'abcdefgh' * (N // 8)
print(len(s), s[-8:], s[N // 2:N // 2 + 8])
print(s.find('ha', N - 100), s.find('hb'), s.count('h', 0, 1000), s.rfind('abc'))
t = s[1:]
print(len(t), s == t, s[:-1] == 'h' + t[:-1], s < t)
del t
b = s.encode()
print(len(b), b[:3], b.decode('ascii', 'strict') == s)
del b
u = s + '\u20ac'[:0]
print(u is s or u == s, hash(u) == hash(s), s.isascii(), s.islower())
del u
print(len(s.upper()), len(s.replace('abcdefgh', '', 3)))
