# FileIO, BufferedReader, BufferedWriter, BufferedRandom, BufferedRWPair.
import io, os
d = "/tmp/ouro-io-%d" % os.getpid()
os.mkdir(d)
p = os.path.join(d, "f.bin")
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(repr(r).replace(d, "D"))
    except Exception as e:
        print(type(e).__name__, str(e).replace(d, "D"))


f = io.FileIO(p, "w")
print(repr(f).replace(d, "D"), f.mode, f.closefd, f.readable(), f.writable(), f.seekable(), f.isatty(), f.name == p)
show(f.write, b"hello")
show(f.write, bytearray(b" world"))
show(f.write, memoryview(b"!"))
show(f.write, "x")
show(f.read)
show(f.readinto, bytearray(1))
show(f.tell)
show(f.seek, 0)
show(f.truncate, 5)
show(f.seek, -1)
show(f.seek, 0, 9)
f.close()
print(repr(f), f.closed)
for m in ("read", "readall", "tell", "fileno", "isatty", "readable", "seekable", "flush", "__enter__"):
    show(getattr(f, m))
f = io.FileIO(p)
show(f.read, 2)
show(f.read)
show(f.read)
show(f.write, b"x")
show(f.truncate)
show(f.seek, 0)
show(f.readall)
b = bytearray(3)
f.seek(1)
show(f.readinto, b)
print(b)
f.seek(0)
show(f.readline)
f.seek(0)
show(f.readlines)
f.close()
for mode in ("q", "rw", "", "r+", "rb+", "wb", "x", "+"):
    try:
        with io.FileIO(p, mode) as f:
            print(mode, f.mode)
    except Exception as e:
        print(mode, type(e).__name__, str(e).replace(d, "D"))
show(io.FileIO)
show(io.FileIO, p, "r", False)
show(io.FileIO, -5)
show(io.FileIO, 1.5)

with open(p, "wb") as f:
    print(repr(f).replace(d, "D"), f.mode, f.raw.mode, f.readable(), f.writable())
    show(f.write, b"0123456789" * 3)
    show(f.tell)
    show(f.seek, 5)
    show(f.write, b"AB")
    show(f.tell)
    show(f.read)
    show(f.write, "x")
    show(f.truncate)
    show(f.seek, 0, 2)
show(f.write, b"x")
show(f.flush)
show(f.tell)
print(open(p, "rb").read())
open(p, "wb").write(b"line1\nline2\n\nline4" + bytes(range(256)) * 100)
with open(p, "rb") as f:
    print(repr(f).replace(d, "D"), f.peek(1)[:5])
    show(f.read, 3)
    show(f.readline)
    show(f.tell)
    show(f.readline, 2)
    show(f.readline, 0)
    show(f.read1, 3)
    show(len, f.read(10000))
    show(f.tell)
    show(f.seek, -5, 1)
    show(f.read, 5)
    show(f.seek, -4, 2)
    show(f.read)
    show(f.read)
    show(f.read, 5)
    show(f.read, -2)
    show(f.read, "a")
    show(f.write, b"x")
    show(f.seek, 2)
    b = bytearray(6)
    show(f.readinto, b)
    show(f.readinto1, b)
    print(b)
    show(f.seek, 0)
    show(lambda: [len(x) for x in f][:5])
    show(f.seek, 0, 7)
    show(f.truncate)
    show(f.readinto, b"x")
for m in ("read", "readline", "peek", "tell", "flush", "fileno", "read1", "detach", "__next__"):
    show(getattr(f, m))
with open(p, "r+b", buffering=16) as f:
    print(repr(f).replace(d, "D"), f.mode)
    show(f.read, 5)
    show(f.write, b"<w>")
    show(f.tell)
    show(f.read, 4)
    show(f.seek, 0)
    show(f.read, 20)
    show(f.write, b"=" * 40)
    show(f.tell)
    show(f.seek, 18)
    show(f.read, 50)
    show(f.peek)
    show(f.truncate, 30)
    show(f.seek, 0)
    show(f.read)
model = bytearray(open(p, "rb").read())
with open(p, "r+b", buffering=8) as f:
    at, seed = 0, 99
    for step in range(2000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        op, n = seed // 65536 % 5, seed // 9 % 23
        if op == 0:
            assert f.read(n) == model[at:at + n], step
            at = min(at + n, max(len(model), at))
        elif op == 1:
            data = bytes([seed % 256]) * n
            assert f.write(data) == n
            if n:
                model.extend(bytes(max(0, at - len(model))))
                model[at:at + n] = data
                at += n
        elif op == 2:
            at = seed % (len(model) + 1)
            assert f.seek(at) == at
        elif op == 3:
            assert f.tell() == at, step
        else:
            line = f.readline(n)
            end = model.find(b"\n", at)
            assert line == model[at:min(at + n, end + 1 if end >= 0 else len(model))], step
            at += len(line)
print(open(p, "rb").read() == model, len(model))
with open(p, "ab") as f:
    print(f.tell() == len(model))
    f.write(b"app")
    print(f.tell() == len(model) + 3)

class Raw(io.RawIOBase):
    def __init__(self, chunks): self.chunks = list(chunks); self.out = []
    def readable(self): return True
    def writable(self): return True
    def readinto(self, b):
        if not self.chunks:
            return 0
        c = self.chunks.pop(0)
        if c is None:
            return None
        b[:len(c)] = c
        return len(c)
    def write(self, b):
        self.out.append(bytes(b))
        return len(b)
r = io.BufferedReader(Raw([b"ab\nc", b"d\n", None, b"e", b""]))
show(r.readline)
show(r.readline)
show(r.read, 3)
show(r.read)
show(r.seek, 0)
show(r.tell)
raw = Raw([])
w = io.BufferedWriter(raw, 4)
show(w.write, b"ab")
show(w.write, b"cdefgh")
show(w.flush)
print(raw.out)
show(Raw([b"12", b"3"]).read)
show(Raw([b"12", b"3"]).read, 1)
show(Raw([b"12", b"3"]).readall)
show(Raw([b"1\n2", b"3"]).readlines)
show(io.BufferedReader, raw, 0)
show(io.BufferedReader, raw, -1)
show(io.BufferedReader, 5)
show(io.BufferedReader, io.BytesIO(), 10)
show(io.BufferedRandom, raw)
class Full(io.RawIOBase):
    def writable(self): return True
    def write(self, b): return None
w = io.BufferedWriter(Full(), 4)
show(w.write, b"abc")
try:
    w.write(b"defgh")
except BlockingIOError as e:
    print(e.args, e.characters_written)
try:
    w.flush()
except BlockingIOError as e:
    print(e.args, e.characters_written)
pair = io.BufferedRWPair(Raw([b"in"]), raw)
show(pair.read)
show(pair.write, b"out")
show(pair.flush)
print(raw.out[-1], pair.readable(), pair.writable(), pair.closed)
pair.close()
print(pair.closed)
class Bad(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b): return 99999
show(io.BufferedReader(Bad()).read, 5)
base = io.IOBase()
for m in ("seek", "truncate", "detach", "read"):
    show(getattr(base, m, lambda *a: "none"), 0)
show(base.readline)
print(base.closed, base.readable(), base.isatty())
base.close()
show(base.flush)
show(base.isatty)
show(io.BufferedIOBase().read)
show(io.TextIOBase().write)
print(issubclass(io.UnsupportedOperation, OSError), issubclass(io.UnsupportedOperation, ValueError), io.UnsupportedOperation.__module__, io.DEFAULT_BUFFER_SIZE)
log = []
class C(io.IOBase):
    def close(self):
        log.append("close")
        super().close()
c = C()
del c
print(log)
with C() as c:
    pass
print(log, c.closed)
for n in os.listdir(d):
    os.remove(os.path.join(d, n))
os.rmdir(d)

# a flush of the file's own is called before it is closed, and what it raises is not lost
import tempfile
with tempfile.NamedTemporaryFile() as named:
    f = io.FileIO(named.name, "w")
    seen = []
    def own_flush():
        seen.append(f.closed)
        raise OSError("own flush")
    f.flush = own_flush
    try:
        f.close()
    except OSError as e:
        print(e, seen, f.closed)
