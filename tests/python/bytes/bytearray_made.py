# A bytearray from a count or from other bytes takes its own size at its making, and nothing beside it.
import array
import tracemalloc

N = 8_000_000
source = bytes(range(256)) * 32_000


class Index:
    def __index__(self):
        return 3


class Both(bytearray):
    def __index__(self):
        return 2


def made(*arguments):
    tracemalloc.start()
    result = bytearray(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, peak < 1.5 * len(result) + 1000


for argument in N, source, bytearray(source), memoryview(source), memoryview(bytearray(source))[5:-5], array.array("q", range(N // 8)):
    result, small = made(argument)
    print(len(result), small, result == (bytes(N) if argument is N else bytes(argument)))
values = list(source[:1_000_000])
for argument in values, tuple(values):
    result, small = made(argument)
    print(len(result), small, result == source[:1_000_000])
values.append(0)


class Emptying:
    def __index__(self):
        values.clear()
        return 7


values[-2] = Emptying()
print(made(values)[0][-2:], values, made([])[0], made([0, 255])[0], made([1, True])[0], made((Index(),))[0])
for argument in 0, True, Index(), Both(b"abcdef"), [1, 2, 3], memoryview(b"abcdef")[::2], memoryview(b"abcdef")[::-1], b"", (), array.array("h"):
    print(made(argument)[0])
print(bytearray("text", "ascii"), bytearray(source=b"by name"), bytearray(source=3))
for arguments in (-1,), (2**70,), (2**62,), (1.5,), ("text",), (3, "ascii"), (b"x", "ascii"), ([256],), (None,), (3, 4, 5, 6):
    try:
        bytearray(*arguments)
    except Exception as e:
        print(arguments, type(e).__name__, e)
again = bytearray(b"first")
again.__init__(3)
print(again)
again.__init__(again)
print(again)
again.__init__()
again.__init__(again)
print(again)
view = memoryview(again)
again.__init__(b"")
try:
    again.__init__(3)
except BufferError as e:
    print(e)
view.release()
again.__init__(3)
print(again)


class Below(bytearray):
    pass


print(Below(3), Below(b"abc"), type(Below(Below(b"abc"))).__name__)
# A view whose items do not lie side by side is taken item by item.
gaps = memoryview(b"abcdef")[::2]
print(bytes(gaps), bytearray(gaps), int.from_bytes(gaps, "big"), bytes(memoryview(array.array("h", range(6)))[::3]))
again[1:2] = gaps
print(again)
released = memoryview(b"abcdef")[::2]
released.release()
for kind in bytes, bytearray:
    try:
        kind(released)
    except ValueError as e:
        print(e)
for refused in (lambda: b"x" + gaps, lambda: bytearray(b"x") + gaps, lambda: again.__iadd__(gaps), lambda: again.extend(gaps),
                lambda: b",".join([gaps]), lambda: bytearray(b",").join([b"x", gaps])):
    try:
        refused()
    except TypeError as e:
        print(e)
