# Sets that change while they are searched, compared or combined.
def fails(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except BaseException as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error", r)

hook = None
class Key:
    def __init__(self, n, h=1): self.n, self.h = n, h
    def __hash__(self): return self.h
    def __eq__(self, other):
        if hook: hook()
        return isinstance(other, Key) and self.n == other.n
    def __repr__(self): return "K%d" % self.n
def make(n): return {Key(i) for i in range(n)}

for size in (3, 8, 9, 20):
    for change in ("clear", "pop", "add"):
        for op in ("__contains__", "add", "discard", "remove"):
            a = make(size)
            def hook():
                global hook
                hook = None
                if change == "add": a.add(Key(77, 5))
                elif change == "pop" and a: a.pop()
                else: a.clear()
            try: getattr(a, op)(Key(size - 1))
            except KeyError as e: pass
            hook = None
            assert all(isinstance(k, Key) for k in a) and len(list(a)) == len(a)
        for op in ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint", "update", "intersection_update", "difference_update", "symmetric_difference_update", "__eq__", "__lt__"):
            for which in (0, 1):
                a, b = make(size), make(size)
                victim = (a, b)[which]
                left = [3]
                def hook():
                    if left[0]:
                        left[0] -= 1
                        if change == "add": victim.add(Key(50 + left[0], 2))
                        elif change == "pop" and victim: victim.pop()
                        elif change == "clear": victim.clear()
                try: getattr(a, op)(b)
                except (KeyError, RuntimeError): pass
                hook = None
                assert len(list(a)) == len(a) and len(list(b)) == len(b)
def hook(): raise ZeroDivisionError("eq")
h, hook = hook, None
a, b = make(4), make(4)
hook = h
for op in ("union", "intersection", "difference", "symmetric_difference", "issubset", "isdisjoint", "update", "intersection_update", "difference_update", "symmetric_difference_update", "__eq__"):
    fails(getattr(a, op), b)
hook = None
print(len(a), len(b))
def gen(): yield 1; target.clear(); yield 2; raise KeyError("gen")
target = {5}; fails(target.update, gen()); print(target)
target = {5, 1}; fails(target.intersection, gen()); fails(target.difference_update, gen()); fails(target.symmetric_difference_update, gen()); print(target)
class Del:
    def __del__(self): target.clear()
target = {1, 2}; extra = {Del(), 5}; extra.clear(); print(target, extra); target = {1, 2}; extra = [Del()]; target.add(7); del extra; print(target)
print("done")

# random operations against a list
state = 7
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (state >> 33) % n
class Bad:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n & 1
    def __eq__(self, o): return type(o) is Bad and o.n == self.n
total = 0
for make in (lambda n: n, str, float, Bad, lambda n: (n,), lambda n: n if n % 2 else str(n), lambda n: n << 50):
    a, model = set(), []
    for step in range(600):
        k = make(rnd(60)); op = rnd(6)
        if op < 3:
            a.add(k)
            if k not in model: model.append(k)
        elif op == 3:
            a.discard(k)
            if k in model: model.remove(k)
        elif op == 4: assert (k in a) == (k in model)
        elif a and step % 3 == 0:
            k = a.pop(); model.remove(k)
        if step % 50 == 0:
            assert len(a) == len(model) and all(m in a for m in model) and len(list(a)) == len(a)
            o = {make(rnd(60)) for _ in range(20)}
            assert len(a | o) + len(a & o) == len(a) + len(o) and (a - o) | (a & o) == a and (a ^ o) == (a - o) | (o - a) and a & o <= a <= a | o
    total += len(a)
print(total > 0)
