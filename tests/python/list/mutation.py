# Comparisons, keys, iterators and finalizers that change the list they are called for.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

class Clears:
    def __init__(self, target, answer=False): self.target, self.answer = target, answer
    def __eq__(self, other): self.target.clear(); return self.answer
class Pops:
    def __init__(self, target): self.target = target
    def __eq__(self, other):
        if self.target: self.target.pop()
        return False
class Grows:
    def __init__(self, target, limit): self.target, self.limit = target, limit
    def __eq__(self, other):
        if len(self.target) < self.limit: self.target.append(0)
        return NotImplemented

a = []; a[:] = [Clears(a), 1, 2]; print(5 in a, a)
a[:] = [Clears(a), 1, 2]; fails(a.index, 5); print(a)
a[:] = [Clears(a), 1, 2]; fails(a.remove, 5); print(a)
a[:] = [Clears(a, True), 1, 2]; fails(a.remove, 5); print(a)
a[:] = [Clears(a), 1, 2]; print(a.count(5), a)
a[:] = [Pops(a), 1, 2, 3]; print(a.count(5), len(a))
a[:] = [Grows(a, 20), 1, 2]; print(a.count(0), len(a)); a.clear()
a[:] = [Clears(a)]; print(a == [1], a); a[:] = [Clears(a), 2]; print(a == [1, 2], a, [1, 2] == a)
b = []; a[:] = [1, 2]; b[:] = [Clears(a), 3]; print(b == [1, 3], a); b[:] = [Clears(a), 3]; a[:] = [1, 2]; fails(lambda: a < b)
a[:] = [Pops(a)] * 5; print(a == [Pops(a)] * 5)

# iterators see the list of the moment
a = [1, 2, 3]; out = []
for x in a:
    out.append(x)
    if x < 3: a.append(x * 10)
print(out, a)
a = list(range(10)); out = []
for x in a: out.append(x); a.pop()
print(out, a)
a = [1, 2, 3]; it = iter(a); print(next(it), it.__length_hint__()); a.clear(); print(list(it), it.__length_hint__()); a.append(9); print(list(it))
a = [1, 2, 3]; it = reversed(a); print(next(it), it.__length_hint__()); a.clear(); print(list(it)); a.extend("abcd"); print(list(it))
it = iter([1, 2, 3, 4]); it.__setstate__(2); print(list(it)); it = iter([1, 2]); it.__setstate__(-5); print(list(it)); it = iter([1]); it.__setstate__(99); print(list(it), it.__length_hint__())
it = reversed([1, 2, 3]); it.__setstate__(1); print(list(it)); it = reversed([1, 2, 3]); it.__setstate__(-9); print(list(it))
print(iter([1, 2]).__reduce__()[1:], reversed([1, 2]).__reduce__()[1:]); it = iter([]); list(it); print(it.__reduce__()[1:], it.__reduce__()[0] is iter)
fails(it.__setstate__, "a"); fails(type(it)); print(type(it), type(reversed([])))
def grow():
    yield 1; target.append("x"); yield 2; target.extend("yz"); yield 3
target = []; target.extend(grow()); print(target)
target = [0]; target += grow(); print(target)
class Hint:
    def __init__(self, hint): self.hint = hint
    def __iter__(self): return iter([1, 2])
    def __length_hint__(self): return self.hint
for h in (0, 1, 100, NotImplemented): print(list(Hint(h)), end=" ")
fails(list, Hint(-1)); fails(list, Hint("a")); fails(list, Hint(2 ** 80)); fails(list, Hint(10 ** 15))
class Stops:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise KeyError("next")
        return self.n
a = ["a"]; fails(a.extend, Stops()); print(a)

# sorting
class Spoils:
    def __init__(self, n, target, what): self.n, self.target, self.what = n, target, what
    def __lt__(self, other): self.what(self.target); return self.n < other.n
for what in (lambda t: t.append(1), lambda t: t.clear(), lambda t: t.extend(range(50)), lambda t: (t.append(1), t.pop()), lambda t: t.insert(0, 1)):
    a = []; a[:] = [Spoils(i * 7 % 5, a, what) for i in range(5)]; fails(a.sort); print(len(a), [x.n for x in a])
seen = []
class Looks:
    def __init__(self, n): self.n = n
    def __lt__(self, other): seen.append(len(watched)); return self.n < other.n
watched = [Looks(3), Looks(1), Looks(2)]; watched.sort(); print(set(seen), [x.n for x in watched])
class Fails:
    def __init__(self, n): self.n = n
    def __lt__(self, other):
        if self.n == 7: raise ZeroDivisionError("lt")
        return self.n < other.n
a = [Fails(i * 37 % 101) for i in range(101)]; ids = sorted(map(id, a)); fails(a.sort); print(len(a), sorted(map(id, a)) == ids)
a = [3, 1, 2]; fails(a.sort, key=lambda x: 1 // (x - 2)); print(a)
a = [3, 1, 2]; fails(a.sort, key=lambda x: a.append(x) or x); print(a)
class Del:
    def __init__(self, log): self.log = log
    def __del__(self): self.log.append(len(kept))
log = []; kept = [Del(log), Del(log), 5]; kept[:2] = []; print(log, kept)
log = []; kept = [Del(log) for _ in range(3)]; kept.clear(); print(log)
log = []; kept = [Del(log) for _ in range(3)]; del kept[::2]; print(log)
class Order:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, end=" ")
a = [Order(i) for i in range(4)]; del a; print(); a = tuple(Order(i) for i in range(3)); del a; print()
a = [Order(i) for i in range(6)]; del a[1:4]; print("|", end=" "); del a; print()
a = {i: Order(i) for i in range(3)}; del a; print()
