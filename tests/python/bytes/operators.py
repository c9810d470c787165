# Construction, operators, subclasses, repr, hash of bytes and bytearray.
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(type(r).__name__, r)
    except Exception as e:
        print(type(e).__name__, e)


class Idx:
    def __init__(self, v): self.v = v
    def __index__(self): return self.v
class HasBytes:
    def __bytes__(self): return b"from __bytes__"
class BadBytes:
    def __bytes__(self): return "no"
for kind in (bytes, bytearray):
    for args in ((), (5,), (b"abc",), (bytearray(b"x"),), (memoryview(b"yz"),), ([1, 2, 255],), ((1, 2),), (range(3),), ({65},), ("aé", "utf-8"), ("aé", "latin-1"), ("aé", "ascii", "replace"),
                 ("a",), (-1,), (1, "x"), ([256],), ([-1],), (1.5,), (["a"],), (None,), (10**30,), (b"a", "utf-8"), ("a", 1), ("a", "utf-8", 1), (object(),), (Idx(3),), ([Idx(65)],), ([Idx(300)],),
                 (HasBytes(),), (BadBytes(),), (1, 2, 3, 4), (True,), (iter([65, 66]),), ([10**30],), ("a", "foo")):
        if not (args and type(args[0]) is object and False):
            show(kind, *args)
    show(kind, source=b"kw")
    show(kind, errors="x")
    show(kind, encoding="x")
    show(kind, foo=1)
    b = kind(b"hello")
    for key in (0, -1, 5, -6, True, Idx(1), 1.5, "a", None, 10**30, slice(1, 3), slice(None, None, -1), slice(None, None, 2), slice(4, 1, -2), slice(9, 20), slice(None, None, 0)):
        show(lambda: b[key])
    for other in (b"x", bytearray(b"y"), memoryview(b"z"), "s", 1, None):
        show(lambda: b + other)
        show(lambda: b == other)
        show(lambda: b != other)
        show(lambda: b < other)
        show(lambda: b >= other)
        show(lambda: other in b)
    for n in (0, 1, 3, -1, 1.5, "a", True):
        show(lambda: b * n)
        show(lambda: n * b)
    show(lambda: 104 in b)
    show(lambda: 300 in b)
    show(lambda: Idx(104) in b)
    print([x for x in b], list(reversed(b)), len(b), bool(b), bool(kind()))
    it = iter(b)
    next(it)
    print(type(it).__name__, it.__length_hint__(), list(it))
    for text in (b"", b"'", b'"', b"'\"", b"\\\n\r\t\0\x7f\x80\xff", b"abc~"):
        print(repr(kind(text)), str(kind(text)))
    for f, a in (("%s|%b", (b"x", bytearray(b"y"))), ("%d %5.1f %x", (1, 2.5, 255)), ("%c%c", (65, b"B")), ("%a %r", ("é", "é")), ("%s", "x"), ("%c", 256), ("%c", "a"), ("%d", "x"), ("%(a)s", {b"a": b"v"}),
                 ("%(a)s", {"a": b"v"}), ("%5s|%-5s|%.1s", (b"a", b"b", b"cd")), ("%f", "x"), ("%s", 1), ("a", 1), ("%s", HasBytes()), ("%y", 1), ("%%", ()), ("%*d", (5, 1))):
        show(lambda: kind(f.encode()) % a)
print(hash(b"") == 0, hash(b"abc") == hash(bytes([97, 98, 99])), {b"a": 1}[b"a"])
show(hash, bytearray())
print(b"abc".__getnewargs__(), b"x".__bytes__(), bytes(b"abc") is not None)
class B(bytes):
    pass
x = B(b"abc")
x.attr = 1
print(x, x.attr, x == b"abc", type(x + b""), type(x[:]), type(x * 1), hash(x) == hash(b"abc"), type(B(b"a").__bytes__()), B([1, 2]))
print(b"\x41\101\n", rb"\n", b"a" b"b")
print(bytes.__doc__.splitlines()[0], bytearray.__doc__.splitlines()[0])
