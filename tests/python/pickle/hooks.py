"""What programs put in between: persistent ids, dispatch tables, reducer_override, find_class, the extension registry, memos, fast
mode, files of every kind."""
import collections
import copyreg
import gc
import io
import pickle
import pickletools
import sys
import weakref


def tried(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


def opcodes(data):
    return " ".join(op.name for op, _, _ in pickletools.genops(data))


class Thing:
    def __init__(self, key):
        self.key = key

    def __repr__(self):
        return "Thing(%r)" % (self.key,)


# persistent ids: a method, an attribute, static and class methods
asked = []


class Storing(pickle.Pickler):
    def persistent_id(self, obj):
        asked.append(type(obj).__name__)
        return obj.key if isinstance(obj, Thing) else None


class Fetching(pickle.Unpickler):
    def persistent_load(self, key):
        return Thing(("loaded", key))


for protocol in range(6):
    f = io.BytesIO()
    p = Storing(f, protocol)
    p.dump([Thing("a"), {"x": Thing("b"), 2: (Thing("a"), 1.5, None, b"")}])
    f.seek(0)
    print(protocol, Fetching(f).load(), len(asked), tried(pickle.loads, f.getvalue()))
print(collections.Counter(asked))
f = io.BytesIO()
p = pickle.Pickler(f, 4)
p.persistent_id = lambda obj: "lambda" if isinstance(obj, Thing) else None
p.dump(Thing(1))
f.seek(0)
u = pickle.Unpickler(f)
u.persistent_load = lambda key: key * 2
print(u.load(), p.persistent_id(Thing(1)), u.persistent_load(3))
f = io.BytesIO()
Storing(f, 0).dump(Thing("\xe9" * 0 + "line"))
print(f.getvalue(), tried(Storing(io.BytesIO(), 0).dump, Thing("\u20ac")), tried(Storing(io.BytesIO(), 0).dump, Thing(7)))


class Failing(pickle.Pickler):
    def persistent_id(self, obj):
        1 / 0


print(tried(Failing(io.BytesIO()).dump, 1))


class StaticId(pickle.Pickler):
    @staticmethod
    def persistent_id(obj):
        return "s" if obj is Ellipsis else None


class ClassId(pickle.Pickler):
    @classmethod
    def persistent_id(cls, obj):
        return cls.__name__ if obj is Ellipsis else None


for kind in (StaticId, ClassId):
    f = io.BytesIO()
    p = kind(f)
    p.dump([...])
    u = Fetching(io.BytesIO(f.getvalue()))
    print(u.load(), p.persistent_id(...), u.persistent_load(1))
    r = weakref.ref(p), weakref.ref(u)
    del p, u
    print(r[0](), r[1]())  # no cycle kept them


# dispatch tables
def thing_reduced(thing):
    return Thing, ("by table",)


f = io.BytesIO()
p = pickle.Pickler(f)
p.dispatch_table = copyreg.dispatch_table.copy()
p.dispatch_table[Thing] = thing_reduced
p.dump(Thing(1))
print(pickle.loads(f.getvalue()))


class Tabled(pickle.Pickler):
    dispatch_table = collections.ChainMap({Thing: thing_reduced}, copyreg.dispatch_table)


f = io.BytesIO()
Tabled(f).dump([Thing(1), 1j])
print(pickle.loads(f.getvalue()))
copyreg.pickle(Thing, lambda thing: (Thing, ("by copyreg",)))
print(pickle.loads(pickle.dumps(Thing(1))))
del copyreg.dispatch_table[Thing]


class Strict(dict):
    def __missing__(self, key):
        raise RuntimeError("no " + key.__name__)


p = pickle.Pickler(io.BytesIO())
p.dispatch_table = Strict()
print(tried(p.dump, Thing(1)))


# reducer_override
class Overriding(pickle.Pickler):
    def reducer_override(self, obj):
        asked.append(obj)
        if isinstance(obj, type) and "<locals>" in obj.__qualname__:
            return type, (obj.__name__, (), {})
        if isinstance(obj, Thing) and obj.key == "bad":
            return 3
        return NotImplemented


def local():
    class Local: pass
    return Local


asked.clear()
f = io.BytesIO()
p = Overriding(f)
p.dump([local(), Thing(1), [1], {2: 3}, "s", 4, ()])
print(pickle.loads(f.getvalue())[0].__name__, asked, tried(p.dump, Thing("bad")))


# find_class
class Finding(pickle.Unpickler):
    def find_class(self, module, name):
        asked.append((module, name))
        if name == "Thing":
            return list
        return super().find_class(module, name)


asked.clear()
for protocol in (0, 2, 4):
    print(Finding(io.BytesIO(pickle.dumps([Ellipsis, len, print], protocol))).load(), asked)
print(tried(Finding(io.BytesIO(b"c__main__\nThing\n((K\1K\2ltR.")).load))
print(pickle.loads(b"c__builtin__\nxrange\n(K\3tR."), tried(pickle.loads, b"c__builtin__\nxrange\n(K\3tR.", fix_imports=False))
print(pickle.dumps(range, 2), pickle.dumps(range, 2, fix_imports=False), pickle.dumps(OSError, 0))

# the extension registry
for code in (1, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff):
    copyreg.add_extension("__main__", "Thing", code)
    for protocol in (1, 2, 4):
        data = pickle.dumps(Thing, protocol)
        print(code, protocol, opcodes(data), pickle.loads(data) is Thing, pickle.loads(data) is Thing)
    copyreg.remove_extension("__main__", "Thing", code)
    print(tried(pickle.loads, data))
for wrong in ("x", 0, -1, 2**31):
    copyreg._extension_registry["__main__", "Thing"] = wrong
    print(tried(pickle.dumps, Thing))
del copyreg._extension_registry["__main__", "Thing"]
copyreg._inverted_registry[5] = "nope"
print(tried(pickle.loads, b"\x82\5."))
del copyreg._inverted_registry[5]

# memos
shared = ["shared"]
f = io.BytesIO()
p = pickle.Pickler(f, 2)
p.dump(shared)
p.dump([shared, "new"])
f.seek(0)
u = pickle.Unpickler(f)
a, b = u.load(), u.load()
print(a, b, a is b[0], sorted((n, v) for n, v in p.memo.copy().values()), sorted(u.memo.copy().items()), p.memo.__reduce__()[0])
first = len(f.getvalue())
p.clear_memo()
p.dump(shared)
print(p.memo.copy()[id(shared)][0], opcodes(f.getvalue()[first:]))
other = pickle.Pickler(io.BytesIO(), 2)
other.memo = p.memo
print(len(other.memo.copy()))
other.memo = {id(shared): (300, shared), id(Thing): (2, Thing)}
g = io.BytesIO()
pickle.Pickler.__init__(other, g, 4)
print(other.memo.copy())
other.memo = {id(shared): (300, shared)}
other.dump([shared, Ellipsis.__class__.__name__ + "!"])
u = pickle.Unpickler(io.BytesIO(b"\x80\x02X\6\0\0\0primedr\x2c\1\0\0." + g.getvalue()))
print(u.load(), u.load(), opcodes(g.getvalue()))
u.memo.clear()
p.memo.clear()
print(u.memo.copy(), p.memo.copy())

# fast mode
f = io.BytesIO()
p = pickle.Pickler(f, 4)
p.fast = 1
p.dump([shared, shared, Thing(1)])
print(p.fast, opcodes(f.getvalue()), pickle.loads(f.getvalue()))
ring = []
ring.append({1: ring})
print(tried(p.dump, ring).partition(" at ")[0])
deep = []
for i in range(200):
    deep = [deep] if i % 2 else {1: deep}
print(tried(p.dump, deep), tried(p.dump, [deep, deep]))
p.fast = 0
p.dump(ring)
p = pickle.Pickler(io.BytesIO(), 4)
p.bin = 0
print(tried(p.dump, [1, "a", 2.5, shared, shared]))


# files
class NoPeek:
    def __init__(self, data):
        self.f = io.BytesIO(data)
        self.calls = []

    def read(self, n):
        self.calls.append(n)
        return self.f.read(n)

    def readline(self):
        self.calls.append("line")
        return self.f.readline()


class Into(NoPeek):
    def readinto(self, b):
        self.calls.append(("into", len(b)))
        return self.f.readinto(b)


class Peeking(NoPeek):
    def peek(self, n):
        self.calls.append("peek")
        at = self.f.tell()
        data = self.f.read(min(n, 7))
        self.f.seek(at)
        return data


class NoPeeking(NoPeek):
    def peek(self, n):
        self.calls.append("peek?")
        raise NotImplementedError


value = [1, "text", b"bytes" * 40, bytearray(b"array" * 40), 2.5, {"k": (1, 2)}]
for protocol in range(6):
    data = pickle.dumps(value, protocol) + pickle.dumps("next", protocol) + b"rest"
    for kind in (NoPeek, Into, Peeking, NoPeeking):
        f = kind(data)
        u = pickle.Unpickler(f)
        ok = u.load() == value and u.load() == "next" and f.f.read() == b"rest"
        print(protocol, kind.__name__, ok, len(f.calls), f.calls[:6])
    f = io.BufferedReader(io.BytesIO(data))
    print(pickle.load(f) == value, pickle.load(f), f.read())
big = pickle.dumps([b"x" * 200000, bytearray(b"y" * 200000)], 5)
for kind in (NoPeek, Into, Peeking):
    f = kind(big)
    print(len(pickle.Unpickler(f).load()[1]), f.calls if kind is not Peeking else "")


class Bad(NoPeek):
    def read(self, n):
        return "text"


class Short(Into):
    def readinto(self, b):
        return len(b) - 1


print(tried(pickle.load, Bad(b"")), tried(pickle.load, Short(big)), tried(pickle.load, NoPeek(big[:1000])), tried(pickle.load, NoPeek(b"")))


class BadWriter:
    def write(self, data):
        raise OSError("full")


print(tried(pickle.dump, 1, BadWriter()), tried(pickle.dump, ["x" * 100000], BadWriter()), tried(pickle.dump, list(range(100000)), BadWriter()))

# once more, and without __init__
p = Storing(io.BytesIO())
p.__init__(io.BytesIO(), 2)
p.dump(1)


class Forgetful(pickle.Pickler):
    def __init__(self): pass


class ForgetfulToo(pickle.Unpickler):
    def __init__(self): pass


print(tried(Forgetful().dump, 1), tried(ForgetfulToo().load))

# audit
events = []
sys.addaudithook(lambda event, args: events.append(args) if event == "pickle.find_class" else None)
pickle.loads(pickle.dumps(Thing(1)))
print(events)

# weak references, cycles
p = Storing(f := io.BytesIO())
p.self = p
b = pickle.PickleBuffer(bytearray(3))
r = weakref.ref(b)
del b
print(r())
r = weakref.ref(p)
del p
gc.collect()
print(r())
