# Text, bytes and files while the n-th allocation fails: MemoryError or success, nothing left behind.
import _ouro, io, os
def work():
    s = "héllo €uro %s %5.2f {}".format("x" * 50)
    t = (s % ("a", 1.5)).upper().split()
    u = ",".join(t).encode("utf-16").decode("utf-16")
    b = bytearray(u.encode()); b.extend(b"xyz"); b += b"q"; del b[2:5]; b.insert(3, 7)
    m = memoryview(b)[::2].tobytes(); m = memoryview(b).cast("B", [len(b)]).tolist()
    v = bytes(b).replace(b"l", b"LL").split(b"L"); b"-".join(v).hex(":")
    f = io.StringIO(); f.write(u); f.seek(0); f.readlines(); f.getvalue()
    g = io.BytesIO(b"a\nb\n"); list(g); g.write(b"z" * 100)
    w = io.TextIOWrapper(io.BufferedWriter(io.FileIO("no-memory.txt", "w")), encoding="utf-8"); w.write("é" * 9000); w.close()
    r = open("no-memory.txt"); r.readline(10); r.tell(); r.read(); r.close()
    repr(u); ascii(u); u.translate({104: "zz"}); u.partition("x"); u.title(); u.center(100); str.maketrans("a", "b")
    b"a\xffb".decode("utf-8", "backslashreplace"); "a\u1234".encode("ascii", "xmlcharrefreplace")
    try:
        b"a\xff".decode()
    except UnicodeDecodeError as e:
        str(e)
    d = {}
    for i in range(20):
        d["key%d" % i] = f"{i:05d}|{i!r:>10}"
    return sorted(d)
work()
n = done = 0
for forever in (False, True):
    n = 0
    while True:
        n += 1
        ok = False
        _ouro.fail_at(n, forever)
        try:
            work()
            ok = _ouro.fail_seen() < n
        except MemoryError:
            pass
        finally:
            _ouro.fail_at(0)
        if ok:
            break
        done += 1
os.remove("no-memory.txt")
print("done", done > 100)
