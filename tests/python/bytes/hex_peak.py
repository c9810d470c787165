# hex() of a view takes the size of its result, and nothing beside it.
import binascii
import tracemalloc

data = bytes(range(256)) * 4_000
view = memoryview(data)


def takes(make, size):
    tracemalloc.start()
    result = make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.1 * size + 1000, peak / size
    return result


assert takes(view.hex, 2 * len(data)) == data.hex() and len(data.hex()) == 2 * len(data)
assert takes(lambda: view.hex(":"), 3 * len(data)) == data.hex(":")
assert takes(lambda: binascii.hexlify(data), 2 * len(data)) == data.hex().encode() == binascii.hexlify(view)
assert binascii.hexlify(b"") == b"" and binascii.hexlify(b"\xf0") == b"f0" and binascii.hexlify(bytearray(b"ab"), ":") == b"61:62"
assert view[::2].hex() == data[::2].hex() and view[::-1].hex("-", 3) == data[::-1].hex("-", 3)
print(memoryview(b"").hex(), memoryview(b"ab")[:0].hex("."), memoryview(b"abcd").cast("I").hex(), memoryview(b"abcd").cast("B", (2, 2)).hex(".", -2),
      memoryview(b"a").cast("B", ()).hex())


class Releases:
    """Its view stays while hex() reads from it."""

    def __index__(self):
        try:
            gone.release()
        except BufferError as e:
            print(type(e).__name__)
        return 2


for gone in memoryview(b"abcd"), memoryview(b"abcd")[::2]:
    print(gone.hex(".", Releases()))
gone = memoryview(b"ab")
gone.release()
try:
    gone.hex()
except ValueError as e:
    print(e)
