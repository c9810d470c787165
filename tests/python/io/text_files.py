# open() in text mode: reading, writing, newlines, encodings, positions, errors.
import io, os
d = "/tmp/ouro-io-%d" % os.getpid()
os.mkdir(d)
p = os.path.join(d, "f.txt")
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(ascii(r).replace(d, "D"))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)).replace(d, "D"))


with open(p, "w") as f:
    print(f.name == p, f.mode, f.encoding.lower(), f.errors, f.closed, f.writable(), f.readable(), f.seekable(), f.isatty(), f.line_buffering, f.write_through, f.newlines)
    show(f.write, "héllo\n")
    show(f.writelines, ["wörld\n", "€uro\n", "last"])
    show(f.write, b"x")
    show(f.read)
    show(f.readline)
    show(f.tell)
    f.flush()
    show(f.fileno().__class__)
print(f.closed, repr(f).replace(d, "D"))
for m in ("read", "readline", "readlines", "flush", "tell", "fileno", "isatty", "readable", "seekable", "__enter__", "__next__"):
    show(getattr(f, m))
show(f.write, "x")
show(f.close)
show(next, f)
print(open(p, "rb").read())
with open(p) as f:
    print(f.read())
    show(f.read)
    show(f.seek, 0)
    show(f.readline)
    show(f.tell)
    show(f.read, 3)
    pos = f.tell()
    show(f.read, 2)
    f.seek(pos)
    show(f.read, 100)
    f.seek(0)
    show(f.readlines)
    f.seek(0)
    show(f.readlines, 8)
    f.seek(0)
    show(list, f)
    f.seek(0)
    next(f)
    show(f.tell)
    show(f.readline, 2)
    show(f.readline, 0)
    show(f.write, "x")
    show(f.seek, 1, 1)
    show(f.seek, 0, 1)
    show(f.seek, 1, 2)
    show(f.seek, 0, 2)
    show(f.seek, -1)
    show(f.seek, 0, 5)
    show(f.truncate, 3)
    show(f.read, "a")
    show(f.readline, 1.5)
raw = b"a\nb\r\nc\rd\n\re\r"
open(p, "wb").write(raw)
for nl in (None, "", "\n", "\r", "\r\n"):
    with open(p, newline=nl) as f:
        print(repr(nl), f.readlines(), f.newlines)
        f.seek(0)
        print([f.read(1) for _ in range(12)], f.newlines)
        f.seek(0)
        f._CHUNK_SIZE = 1
        print(f.readlines())
        f.seek(0)
        positions = []
        while True:
            positions.append(f.tell())
            if not f.readline():
                break
        print(len(positions))
        for at in positions:
            f.seek(at)
            print(repr(f.readline()), end=" ")
        print()
    with open(p + "w", "w", newline=nl) as f:
        f.write("x\ny\r\nz")
    print(open(p + "w", "rb").read())
text = "aé€😀\n" * 3
for enc in ("utf-8", "utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "ascii", "cp1252"):
    with open(p, "w", encoding=enc, errors="replace") as f:
        f.write(text)
        f.write("z")
    with open(p, "a", encoding=enc, errors="replace") as f:
        f.write("!")
    print(enc, len(open(p, "rb").read()))
    with open(p, encoding=enc) as f:
        show(f.readline)
        at = f.tell()
        show(f.readline)
        f.seek(at)
        show(f.readline)
        f.seek(0)
        show(f.read)
        f.seek(at)
        show(f.read, 3)
open(p, "wb").write(b"ok\xff\xfe\xe2\x82\nend\xe2")
for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape"):
    with open(p, encoding="utf-8", errors=errors) as f:
        show(f.read)
    with open(p, encoding="utf-8", errors=errors) as f:
        show(f.readline)
        show(f.tell)
with open(p, "w", encoding="ascii") as f:
    show(f.write, "é")
    show(f.write, "ok")
print(open(p).read())
with open(p, "w+", encoding="utf-8") as f:
    f.write("abc€\ndef")
    f.seek(0)
    show(f.readline)
    f.write("X")
    f.seek(0)
    show(f.read)
    f.truncate(3)
    f.seek(0)
    show(f.read)
for mode in ("", "q", "rw", "rr", "r+b+", "tb", "rt+", "br", "rb+t", "x", "b", "U"):
    try:
        open(p, mode).close()
        print(mode, "ok")
    except Exception as e:
        print(mode, type(e).__name__, str(e).replace(d, "D"))
show(open, p, "rb", encoding="utf-8")
show(open, p, "rb", errors="x")
show(open, p, "rb", newline="")
show(open, p, newline="x")
show(open, p, newline=1)
show(open, p, "r", 0)
show(open, p, encoding="foo")
show(open, p, encoding=1)
show(open, p, 1)
show(open, os.path.join(d, "nope"))
show(open, d)
show(open, 1.5)
show(open, None)
show(open, "a\0b")
show(open, b"a\0b")
show(open, -1)
show(open, 9999)
show(open, p, closefd=False)
show(open)
class P:
    def __fspath__(self): return p
with open(P()) as f:
    print(f.read())
with open(os.fsencode(p)) as f:
    print(f.read())
with open(p, opener=lambda path, flags: os.open(path, flags)) as f:
    print(f.read())
show(open, p, opener=lambda path, flags: -5)
show(open, p, opener=lambda path, flags: "x")
f = open(p, "w")
f.write("unflushed")
f2 = f.detach()
show(f.write, "x")
show(f.read)
show(repr, f)
f2.close()
print(open(p).read())
with open(p, "w") as f:
    f.write("a")
    f.reconfigure(encoding="utf-16", newline="\r\n", errors="ignore", line_buffering=True)
    f.write("b\n")
    print(f.encoding, f.errors, f.line_buffering)
print(open(p, "rb").read())
with open(p, "rb") as f:
    t = io.TextIOWrapper(f, encoding="latin-1")
    show(t.readline)
    t.extra = 1
    print(t.extra, t.buffer is f)
    show(t.reconfigure, encoding="utf-8")
big = "line of text %d\n"
with open(p, "w") as f:
    for i in range(20000):
        f.write(big % i)
with open(p) as f:
    total = 0
    for i, line in enumerate(f):
        assert line == big % i
        total += len(line)
    print(total, i)
    f.seek(0)
    print(len(f.read(100000)), f.tell(), f.readline())
for n in os.listdir(d):
    os.remove(os.path.join(d, n))
os.rmdir(d)
