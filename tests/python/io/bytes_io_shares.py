# BytesIO shares the bytes that it is made from and that getvalue() gives, until one of both would see the other's change.
import gc
import io
import sys
import tracemalloc

SIZE = 1_000_000
source = bytes(range(250)) * (SIZE // 250)
piece = bytes(1000)


def takes(make, most):
    """Peak in sizes of the source; what is made is kept until it is measured."""
    tracemalloc.start()
    result = make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most * SIZE + 2000, peak / SIZE
    return result


def written():
    f = io.BytesIO()
    for _ in range(SIZE // 1000):
        f.write(piece)
    return f


def appended():
    f = io.BytesIO(source)
    f.seek(0, 2)
    f.write(b"x")
    return f


assert takes(lambda: io.BytesIO(source), 0).getvalue() == source
assert takes(lambda: io.BytesIO(source).getvalue(), 0) == source
assert takes(lambda: io.BytesIO(source).read(), 0) == source
assert takes(lambda: io.BufferedReader(io.BytesIO(source)).read(10), 0.02) == source[:10]
assert takes(lambda: io.BytesIO(bytearray(source)), 2.05).getvalue() == source
assert takes(written, 1.2).getvalue() == bytes(SIZE)
assert takes(lambda: written().getvalue(), 1.2) == bytes(SIZE)
assert takes(appended, 1.15).getvalue() == source + b"x"

# Each change leaves what was given out as it was.
small = b"0123456789"
f = io.BytesIO(small)
values = [f.getvalue()]


def change(name, do):
    result = do()
    values.append(f.getvalue())
    print(name, result if not isinstance(result, memoryview) else "view", values[-1], f.tell())


change("write", lambda: f.write(b"ab"))
change("write again", lambda: f.write(b"cd"))
change("read", lambda: f.read(3))
change("truncate", lambda: f.truncate())
change("seek behind", lambda: f.seek(12))
change("write behind", lambda: f.write(b"!"))
change("write all of it", lambda: (f.seek(0), f.write(f.getvalue() * 2)))
change("truncate to one", lambda: f.truncate(1))
change("seek to 0", lambda: f.seek(0))
change("read one", lambda: f.read())
change("truncate to none", lambda: f.truncate(0))
change("write to none", lambda: (f.seek(0), f.write(b"new text")))
with f.getbuffer() as view:
    view[0] = 78
    print(f.getvalue(), f.read(), bytes(view))
    for refused in lambda: f.write(b"x"), lambda: f.truncate(2), lambda: f.close():
        try:
            refused()
        except BufferError as e:
            print(e)
change("view", lambda: f.seek(2))
state = f.__getstate__()
f.write(b"W")
other = io.BytesIO()
other.__setstate__(state)
print(state, other.getvalue(), other.tell(), f.getvalue())
f.__init__(f.getvalue())
change("init", lambda: f.write(b"init"))
print(values, small)

# The hash of what was given out and came back is not that of the next contents.
f = io.BytesIO()
f.write(b"first")
first = hash(f.getvalue())
f.seek(0)
f.write(b"other")
print(hash(f.getvalue()) == hash(b"other") != first, {f.getvalue(): 1}[b"other"])
f.write(b"x" * 100)
f.truncate(5)
print(f.getvalue(), hash(f.getvalue()) == hash(b"other"))

# Its size tells of the contents that nobody else holds.
f = io.BytesIO(source)
print(sys.getsizeof(f) < 1000)
f.write(b"x")
print(SIZE < sys.getsizeof(f))
value = f.getvalue()
print(sys.getsizeof(f) < 1000, value[0])


class Named(io.BytesIO):
    pass


f = Named(b"in a cycle")
f.me = f
del f
gc.collect()
for wrong in ("text", 3, [1]):
    f = io.BytesIO(b"before")
    try:
        f.__init__(wrong)
    except TypeError as e:
        print(e, f.getvalue())
