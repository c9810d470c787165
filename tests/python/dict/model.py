# A dict against a list of pairs under random changes, with keys of all kinds: ints, floats, strs, tuples, bad hashes.
state = 99
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (state >> 33) % n

class Bad:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 3
    def __eq__(self, other): return type(other) is Bad and self.n == other.n

makers = [lambda n: n, lambda n: "key%d" % n, lambda n: float(n), lambda n: (n, str(n)), lambda n: Bad(n), lambda n: n << 40, lambda n: -n, lambda n: n * 2 ** 61]
checksum = 0
for kinds in ([0], [1], [0, 1], [2], [0, 2], [3], [4], [5], [6, 0], [7], range(8)):
    kinds = list(kinds)
    for spread in (6, 40, 400):
        d, model = {}, []
        def find(k):
            for i, (a, b) in enumerate(model):
                if a == k: return i
            return -1
        for step in range(300 if 4 in kinds or len(kinds) > 1 else 500):
            k = makers[kinds[rnd(len(kinds))]](rnd(spread))
            i = find(k)
            op = rnd(12)
            if op < 5:
                d[k] = step
                if i < 0: model.append((k, step))
                else: model[i] = (model[i][0], step)
            elif op < 7:
                assert d.pop(k, "no") == (model.pop(i)[1] if i >= 0 else "no")
            elif op == 7:
                if d: assert d.popitem() == model.pop()
            elif op == 8:
                assert d.get(k, "no") == (model[i][1] if i >= 0 else "no") and (k in d) == (i >= 0)
            elif op == 9:
                assert d.setdefault(k, step) == (model[i][1] if i >= 0 else step)
                if i < 0: model.append((k, step))
            elif op == 10:
                if d:
                    first = next(iter(d)); assert first == model[0][0]; del d[first]; model.pop(0)
            elif step % 5 == 0:
                d = d.copy() if step % 2 else dict(d.items())
            if step % 20 == 0:
                assert list(d.items()) == model and len(d) == len(model) and list(reversed(d)) == [a for a, b in model][::-1]
        checksum += len(d)
print(checksum)

# queue and stack use of large dicts is linear
d = dict.fromkeys(range(50000))
for i in range(50000, 150000):
    del d[next(iter(d))]; d[i] = None
print(len(d), next(iter(d)), next(reversed(d)))
for i in range(100000): d[i + 10 ** 6] = 0; d.popitem()
while d: d.popitem()
d = dict.fromkeys(range(30000))
while d: del d[next(iter(d))]
print(d)
# sizes do not lie
import sys
assert sys.getsizeof({}) < sys.getsizeof(dict.fromkeys(range(100))) < sys.getsizeof(dict.fromkeys(range(1000)))
# integers that collide in their low bits
d = {i << 32: i for i in range(3000)}; print(all(d[i << 32] == i for i in range(3000)), len(d), 1 << 31 in d)
d = {float(i): i for i in range(1000)}; print(all(d[i] == i for i in range(1000)))
