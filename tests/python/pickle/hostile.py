"""Pickles that are cut off, changed at random, or made to ask for too much: an exception, or some value, and nothing worse.  And
what nests too deep."""
import collections
import fractions
import gc
import io
import pickle
import random
import sys

choose = random.Random(1)


class A:
    def __init__(self):
        self.x = 1
        self.y = [self, "a", b"b"]


value = [1, -1, 2**40, 2**100, 1.5, "text", "\u20ac", b"bytes", bytearray(b"ba"), (), (1,), (1, 2, 3, 4), [[]], {1: {}, "a": 2}, {1, 2}, frozenset([3]), A(), A, len, fractions.Fraction(1, 2),
         collections.OrderedDict(a=1), None, True, ..., range(3), "x" * 300]
expected = (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, KeyError, OverflowError, MemoryError, RecursionError, UnicodeDecodeError, LookupError,
            ZeroDivisionError, ArithmeticError)


class Careful(pickle.Unpickler):
    """Names nothing that could reach outside."""

    def find_class(self, module, name):
        if module in ("__main__", "builtins", "fractions", "collections", "_codecs") and name in ("A", "len", "Fraction", "OrderedDict", "range", "getattr", "bytearray", "set", "frozenset", "encode", "Ellipsis"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("not that")


count = collections.Counter()


def attempt(data, source=io.BytesIO):
    try:
        Careful(source(data)).load()
    except expected as e:
        count["raised"] += 1
    else:
        count["loaded"] += 1


# cut off anywhere: nothing can come of it
for protocol in range(6):
    data = pickle.dumps(value, protocol)
    for end in range(len(data)):
        try:
            pickle.loads(data[:end])
        except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError) as e: # a name may be cut off, too
            pass
        else:
            print("loaded", protocol, end)

# bytes changed, taken out, doubled
for protocol in range(6):
    data = pickle.dumps(value, protocol)
    for i in range(500):
        bad = bytearray(data)
        for change in range(choose.randrange(1, 4)):
            at = choose.randrange(len(bad))
            what = choose.randrange(4)
            if what == 0:
                bad[at] = choose.randrange(256)
            elif what == 1:
                bad[at] ^= 1 << choose.randrange(8)
            elif what == 2:
                del bad[at:at + choose.randrange(1, 5)]
            else:
                bad[at:at] = bad[at:at + choose.randrange(1, 9)]
        attempt(bytes(bad), choose.choice((io.BytesIO, lambda b: io.BufferedReader(io.BytesIO(b)))))

# opcodes thrown together
codes = b"(.012FIJKLMNQRSTUVXabc}eghijl]opqrstu)GBC" + bytes(range(0x80, 0x99))
for i in range(2000):
    attempt(bytes(choose.choice(codes) if choose.random() < 0.8 else choose.randrange(256) for j in range(choose.randrange(40))) + b".")
pieces = [b"(", b"]", b"}", b")", b"\x8f", b"N", b"K\1", b"\x8c\1a", b"\x94", b"h\0", b"h\1", b"q\0", b"0", b"1", b"2", b"a", b"e", b"s", b"u", b"t", b"\x85", b"\x86", b"\x90", b"\x91", b"b", b"R", b"\x81", b"d", b"l", b"o",
          b"c__main__\nA\n", b"cbuiltins\nset\n", b"ccollections\nOrderedDict\n", b"\x88", b"C\1x", b"\x98", b"\x92", b"i__main__\nA\n"]
for i in range(6000):
    attempt(b"".join(choose.choice(pieces) for j in range(choose.randrange(1, 30))) + b".")
print(sum(count.values()), min(count.values()) > 200)

# lengths and numbers that no pickle of this size can mean
for opcode, size in ((b"X", 4), (b"B", 4), (b"T", 4), (b"\x8b", 4), (b"\x8d", 8), (b"\x8e", 8), (b"\x96", 8), (b"\x95", 8)):
    for number in (1 << 31, (1 << 32) - 1, 1 << 40, (1 << 62), (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        data = opcode + (number % (1 << 8 * size)).to_bytes(size, "little") + b"abc."
        try:
            pickle.loads(data)
        except (pickle.UnpicklingError, OverflowError) as e:
            pass
        else:
            print("loaded", data)
        for source in (io.BytesIO(data), io.BufferedReader(io.BytesIO(data))):
            try:
                pickle.load(source)
            except (pickle.UnpicklingError, OverflowError) as e:
                pass
            else:
                print("loaded", data)
for number in (0xffffffff, 0x7fffffff, 1 << 20, 1 << 30):
    data = b"]r" + number.to_bytes(4, "little") + b"\x940j" + number.to_bytes(4, "little") + b"h\1\x86."
    try:
        print(pickle.loads(data))
    except pickle.UnpicklingError as e:
        print(e)
print(pickle.loads(b"Np123456789012345678\n0g123456789012345678\n."))
for data in (b"Np99999999999999999999\n.", b"g99999999999999999999\n."):
    try:
        pickle.loads(data)
    except OverflowError as e:
        print("OverflowError")
# a memo with all numbers from the top down stays small
data = b"".join(b"K\1r" + number.to_bytes(4, "little") + b"0" for number in range(5000, 0, -1)) + b"j\1\0\0\0j\x88\x13\0\0\x86."
print(pickle.loads(data))
u = pickle.Unpickler(io.BytesIO(data))
u.load()
print(len(u.memo.copy()), u.memo.copy()[5000])

# nesting: writing is recursive and says so, reading is not
gc.disable() # a test may collect often
deep = []
for i in range(100000):
    deep = [deep]
for nested in (deep, (deep,), {1: deep}):
    for protocol in range(6):
        try:
            pickle.dumps(nested, protocol)
        except RecursionError as e:
            pass
        else:
            print("written", protocol)
n = 200000
v = pickle.loads(b"]" * n + b"a" * (n - 1) + b".")
depth = 0
while v:
    v, depth = v[0], depth + 1
print(depth)
v = pickle.loads(b")" + b"\x85" * n + b".")
depth = 0
while v:
    v, depth = v[0], depth + 1
print(depth)
v = pickle.loads(b"(" * n + b"t" * n + b".")
del v


class Endless:
    def __reduce__(self):
        return Endless, (Endless(),)


class EndlessId(pickle.Pickler):
    def persistent_id(self, obj):
        return [obj]


for f in (lambda: pickle.dumps(Endless()), lambda: EndlessId(io.BytesIO()).dump(1) or 1 / 0):
    try:
        f()
    except (RecursionError, ZeroDivisionError) as e:
        print(type(e).__name__)
x = A()
for i in range(100000):
    x.next = A(); x.next.y = None; x = x.next
chain = A()
for i in range(100000):
    new = A(); new.y = chain; chain = new
try:
    pickle.dumps(chain)
except RecursionError:
    print("RecursionError")
while chain:
    chain = chain.y if isinstance(chain.y, A) else None
sys.setrecursionlimit(100)
try:
    pickle.dumps([[[[[[[]]]]]]])
except RecursionError:
    print("RecursionError")
