d, s = {}, set()
for i in range(40):
    d['k%d' % i] = i
    s.add(i * 1.5)
for i in range(0, 40, 3):
    del d['k%d' % i]
print(len(d), len(s), sum(d.values()), len(d | {1: 2}), len(s & {0.0, 3.0, 99}), frozenset([1, 2]) < s | {1, 2})
l = list(d)
l.extend(range(60))
print(l[:2], len(l), l[::20])
