# Reading a whole file takes its size and little more; as text, once more for the text.
import io
import tempfile
import tracemalloc

SIZE = 8_000_000


def peak(read):
    tracemalloc.start()
    length = len(read())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return length, most / SIZE


with tempfile.NamedTemporaryFile() as f:
    f.write(b"text " * (SIZE // 5))
    f.flush()

    def whole(mode, **options):
        with open(f.name, mode, **options) as data:
            return data.read()

    def rest():
        with open(f.name, "rb") as data:
            data.read(10)
            return data.read()

    def raw():
        with io.FileIO(f.name) as data:
            return data.readall()

    for read, most in ((lambda: whole("rb"), 1.5), (lambda: whole("rb", buffering=0), 1.5), (raw, 1.5), (lambda: whole("r"), 3)):
        length, times = peak(read)
        print(length, 1 <= times < most)
    print(peak(rest)[0])
    f.seek(0, 2)

    def grows():
        """The file is longer than it was when its end was read for the first time."""
        with io.FileIO(f.name) as data:
            first = data.readall()
            f.write(b"more")
            f.flush()
            return first[-5:] + data.readall() + data.readall()

    print(grows())
