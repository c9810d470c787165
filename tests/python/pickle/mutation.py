"""What is being pickled, or the pickler itself, changes underneath: reducers, persistent_id, hash and eq of keys, the file's write()."""
import gc
import io
import pickle
import weakref


def tried(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


class Act:
    """Does something while it is pickled."""

    def __init__(self, act):
        self.act = act

    def __reduce__(self):
        self.act()
        return str, ("acted",)


# containers that change in front of the pickler
for protocol in range(6):
    v = [Act(lambda: v.clear()), "a" * 3, ["b"], 4]
    print(protocol, pickle.loads(pickle.dumps(v, protocol)), v)
    v = ["x", Act(lambda: v.extend(["more"] * 5) if len(v) < 20 else None), "y"]
    print(pickle.loads(pickle.dumps(v, protocol)))
    v = [[Act(lambda: v.__delitem__(slice(None)))], ["z"]]
    print(pickle.loads(pickle.dumps(v, protocol)))
    d = {i: Act(lambda: d.clear()) for i in range(3)}
    print(tried(pickle.dumps, d, protocol))
    d = {1: Act(lambda: d.update({len(d) + 1: "new"})), 2: 3}
    print(tried(pickle.dumps, d, protocol))
    d = {1: Act(lambda: d.__setitem__(2, "changed")), 2: ["gone"]}
    print(pickle.loads(pickle.dumps(d, protocol)))
    s = {Act(lambda: s.clear()), Act(lambda: s.clear())}
    print(str(tried(pickle.dumps, s, protocol))[:45] if protocol >= 4 else "")
    s = {Act(lambda: s.add(5)), 1}
    print(str(tried(pickle.dumps, s, protocol))[:45] if protocol >= 4 else "")
    b = [bytearray(b"x" * 10), Act(lambda: b[0].clear()), b"q"]
    print(pickle.loads(pickle.dumps(b, protocol)))


# instances whose attributes change while they are written
class A: pass


def changed(change):
    a = A()
    a.first = [1]
    a.act = Act(lambda: change(a))
    a.last = ["last"]
    a.end = 5
    again = pickle.loads(pickle.dumps(a))
    return sorted(vars(again).items(), key=lambda kv: kv[0]), sorted(vars(a))


print(tried(changed, lambda a: delattr(a, "last")))
print(tried(changed, lambda a: vars(a).clear()))
print(tried(changed, lambda a: setattr(a, "more", 1)))
print(tried(changed, lambda a: a.__dict__.update(q=1)))


class B:
    pass


def become(a):
    a.__class__ = B


print(tried(changed, become))


# the pickler is used by what it pickles
f = io.BytesIO()
p = pickle.Pickler(f)
print(tried(p.dump, [Act(lambda: p.dump(1))]))
print(tried(p.dump, [Act(lambda: p.__init__(f))]))
f = io.BytesIO()
p = pickle.Pickler(f)
p.dump(["a1", Act(lambda: p.clear_memo()), "b1", Act(lambda: setattr(p, "memo", {})), "a1"])
p = pickle.Pickler(io.BytesIO())
p.dump([Act(lambda: setattr(p, "fast", 1)), ["x"], Act(lambda: setattr(p, "bin", 0)), ["y"], 1, "z", Act(lambda: setattr(p, "fast", 0)), {1: 2}])
p = pickle.Pickler(io.BytesIO())
p.fast = 1
p.dump([Act(lambda: setattr(p, "fast", 0)), ["x"], [["y"]]])
p = pickle.Pickler(io.BytesIO())
p.persistent_id = lambda obj: setattr(p, "persistent_id", lambda obj: None)
p.dump([1, "a"])
p.dispatch_table = {Act: lambda act: setattr(p, "dispatch_table", {}) or (str, ("table",))}
p.dump([Act(None), Act(lambda: None)])


class Writer:
    def write(self, data):
        p.memo.clear()
        held.append(len(data))
        big.clear()


held = []
big = [bytearray(b"x" * 100000), ["y" * 100000], list(range(50000)), "z"]
p = pickle.Pickler(Writer())
p.dump(big)
print(len(held))


class Closing(io.BytesIO):
    def write(self, data):
        super().write(data)
        return p.dump(1)


p = pickle.Pickler(Closing())
print(tried(p.dump, list(range(100000))))


# temporary objects stay alive as long as the memo needs them
class Temporary:
    def __reduce__(self):
        return list, (["t"],)


print(pickle.loads(pickle.dumps([Temporary() for i in range(50)])))


class Making:
    def __getstate__(self):
        return {"state": [object.__new__(A) for i in range(3)], "t": (1, [2])}


print(len(pickle.loads(pickle.dumps([Making() for i in range(20)]))))


# cycles through what __reduce__ returns
class Ring:
    def __init__(self, items=()):
        self.items = list(items)

    def __reduce__(self):
        return Ring, (), {"items": self.items}


class Inner:
    """Its arguments lead back to it: only a list in between makes that possible."""

    def __init__(self, holder=None):
        self.holder = holder

    def __reduce__(self):
        return Inner, (self.holder,)


r = Ring()
r.items.append(r)
for protocol in range(6):
    again = pickle.loads(pickle.dumps(r, protocol))
    assert again.items[0] is again
    holder = []
    holder.append(Inner(holder))
    again = pickle.loads(pickle.dumps(holder, protocol))
    assert again[0].holder is again
    t = (Inner([]),)
    t[0].holder.append(t)
    again = pickle.loads(pickle.dumps(t, protocol))
    assert again[0].holder[0][0].holder[0][0] is not None


# reading: keys, setstate and constructors that come back to the unpickler
class Key:
    def __init__(self, n=0):
        self.n = n

    def __hash__(self):
        if acts:
            acts.pop()()
        return 1

    def __eq__(self, other):
        if acts:
            acts.pop()()
        return self is other


acts = []
data = pickle.dumps([{Key(i): i for i in range(10)}, {Key(i) for i in range(10)}, frozenset([Key()])], 4)
u = pickle.Unpickler(io.BytesIO(data))
acts.extend([u.memo.clear, lambda: setattr(u, "memo", {}), gc.collect] * 20)
print(tried(u.load))
acts.clear()
u = pickle.Unpickler(io.BytesIO(data + data))
acts.append(u.load)
print(tried(u.load))
u = pickle.Unpickler(io.BytesIO(data + data))
acts.append(lambda: u.__init__(io.BytesIO()))
print(tried(u.load))
acts.clear()


class State:
    def __setstate__(self, state):
        if acts:
            acts.pop()(self)
        self.__dict__.update(state)


s = State(); s.a = 1; s.b = [2]
data = pickle.dumps([s, s])
acts.append(lambda self: setattr(self, "__class__", A))
print(sorted(vars(pickle.loads(data)[0])))
acts.append(lambda self: 1 / 0)
print(tried(pickle.loads, data))


class Appending(list):
    def append(self, item):
        acts.append(item)
        raise ValueError("no more")
    extend = property(lambda self: 1 / 0)


print(tried(pickle.loads, pickle.dumps(Appending([1, 2, 3]))))
acts.clear()


class OnlyAppend:
    def __init__(self):
        self.items = []

    def append(self, item):
        self.items.append(item)

    def add(self, item):
        self.items.append(item)

    def __setitem__(self, key, value):
        self.items.append((key, value))

    def __reduce__(self):
        return OnlyAppend, (), None, iter(range(2500)), iter([(i, i) for i in range(1500)])


print(len(pickle.loads(pickle.dumps(OnlyAppend())).items), len(pickle.loads(b"c__main__\nOnlyAppend\n)R(K\1K\2K\3\x90.").items))


# a finalizer of a value that is replaced by what the pickle sets
class Dying:
    def __del__(self):
        if acts:
            acts.pop()()


class Holder:
    def __new__(cls):
        self = object.__new__(cls)
        self.a = Dying()
        self.b = 2
        return self


h = Holder()
h.a = 5
data = pickle.dumps([h, h], 2)
acts.append(lambda: gc.collect())
print([vars(x) for x in pickle.loads(data)])

# what was pickled is let go of
a = A()
r = weakref.ref(a)
p = pickle.Pickler(io.BytesIO())
p.dump([a])
del a
print(r() is None)
p.clear_memo()
print(r() is None)
u = pickle.Unpickler(io.BytesIO(pickle.dumps(A())))
r = weakref.ref(u.load())
print(r() is None)
u.memo = {}
print(r() is None)

# picklers in cycles of their own
for i in range(3):
    p = pickle.Pickler(io.BytesIO())
    p.persistent_id = p.dump
    p.dispatch_table = [p]
    q = pickle.Pickler(io.BytesIO())
    q.dump([A(), "s"])
    q.memo = {1: (1, q)}
    u = pickle.Unpickler(io.BytesIO(b"N."))
    u.persistent_load = u.load
    u.memo = {1: u, 10**9: [u]}
    u.load()
    b = bytearray(5)
    x = A()
    x.buffer = pickle.PickleBuffer(b)
    x.x = x
    del p, q, u, x
gc.collect()
b.append(1)
print(len(b))
