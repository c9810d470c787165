"""A thread that waits for a full pipe lets the others run: raw, buffered and text writers, several on one file."""
import io
import os
import sys
import threading

SIZE = 1 << 20


def through_pipe(write):
    """What arrives when `write(fd)` writes to a pipe that another thread empties."""
    source, target = os.pipe()
    got = []

    def drain():
        with open(source, "rb", buffering=0) as f:
            while part := f.read(1 << 16):
                got.append(part)

    reader = threading.Thread(target=drain)
    reader.start()
    write(target)
    reader.join(20)
    return b"".join(got)


def raw(fd):
    with io.FileIO(fd, "w") as f:
        data = memoryview(bytes(SIZE))
        while data:
            data = data[f.write(data):]


def buffered(fd):
    with open(fd, "wb") as f:
        print(f.write(b"x" * SIZE), f.write(b"y" * 10))


def text(fd):
    with open(fd, "w") as f:
        for i in range(20000):
            f.write("line %d\n" % i)


def shared(fd):
    """Four threads write lines through one file: none is lost or torn (CPython promises that for binary files alone)."""
    text = sys.implementation.name == "ouro"
    with open(fd, "w" if text else "wb") as f:
        def lines(name):
            for i in range(3000):
                line = "%s%04d\n" % (name * 30, i)
                f.write(line if text else line.encode())
                if i % 1000 == 0:
                    f.flush()
        threads = [threading.Thread(target=lines, args=(c,)) for c in "abcd"]
        for t in threads:
            t.start()
        for t in threads:
            t.join(30)


print(through_pipe(raw) == bytes(SIZE))
print(through_pipe(buffered) == b"x" * SIZE + b"y" * 10)
print(through_pipe(text).decode().split("\n")[-2:], )
lines = through_pipe(shared).decode().splitlines()
print(len(lines), len(set(lines)), sorted(set(map(len, lines))))
for name in "abcd":
    own = [line for line in lines if line[0] == name]
    print(name, len(own), own == sorted(own))


def closed_meanwhile():
    """Closing a file on which another thread is writing."""
    source, target = os.pipe()
    f = open(target, "wb", buffering=64)
    errors = []

    def write():
        try:
            for _ in range(100):
                f.write(b"z" * 4096)
        except ValueError as e:
            errors.append(str(e))

    writer = threading.Thread(target=write)
    writer.start()
    taken = 0
    while taken < 90 * 4096:
        taken += len(os.read(source, 4096))
    closer = threading.Thread(target=f.close)
    closer.start()
    while part := os.read(source, 4096):
        taken += len(part)
    writer.join(20)
    closer.join(20)
    os.close(source)
    return f.closed, errors in ([], ["write to closed file"]), taken <= 100 * 4096


print(closed_meanwhile())
