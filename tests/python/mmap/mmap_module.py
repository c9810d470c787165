# mmap: anonymous and file maps, access modes, every method, buffers, errors.
import mmap, os
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
M = mmap.mmap
print(M, mmap.error is OSError, mmap.PAGESIZE, mmap.ALLOCATIONGRANULARITY, mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY, mmap.MAP_SHARED, mmap.PROT_READ)
m = M(-1, 20)
for f in [lambda: M(-1, 0), lambda: M(-1, -1), lambda: M(-1, 10, access=9), lambda: M(-1, 10, access=1, prot=1), lambda: M(-1, 10, offset=-1), lambda: M(-1, 10, offset=1), lambda: M('x', 1), lambda: M(9999, 10), lambda: len(m), lambda: m[0], lambda: m[:3], lambda: m[::2], lambda: m[::-1], lambda: m[50], lambda: m['x'], lambda: m.__setitem__(0, 65), lambda: m.__setitem__(-1, 66), lambda: m.__setitem__(0, 300), lambda: m.__setitem__(0, 'x'), lambda: m.__setitem__(0, b'x'), lambda: m.__setitem__(50, 1), lambda: m.__setitem__(slice(0, 3), b'abc'), lambda: m.__setitem__(slice(0, 3), b'ab'), lambda: m.__setitem__(slice(0, 6, 2), b'xyz'), lambda: m.__setitem__(slice(0, 1), 5), lambda: m.__delitem__(0), lambda: m.__delitem__(slice(0, 1)), lambda: m.__setitem__('x', 1), lambda: m[:8], lambda: m.find(b'y'), lambda: m.find(b'q'), lambda: m.find(b'z', -17), lambda: m.find(b'y', 3), lambda: m.find(b'y', 0, 2), lambda: m.rfind(b'x'), lambda: m.rfind(b'\0', 0, 5), lambda: m.find('x'), lambda: m.find(b''), lambda: m.rfind(b''), lambda: m.read(3), lambda: m.tell(), lambda: m.find(b'x'), lambda: m.read_byte(), lambda: m.readline(), lambda: m.seek(0), lambda: m.seek(-1), lambda: m.seek(0, 2), lambda: m.seek(-3, 2), lambda: m.seek(1, 1), lambda: m.tell(), lambda: m.seek(1, 5), lambda: m.seek(100), lambda: m.seek('x'), lambda: m.read(), lambda: m.read(), lambda: m.read_byte(), lambda: m.write(b'a'), lambda: m.write_byte(1), lambda: m.seek(0), lambda: m.write(b'hello\nworld'), lambda: m.write('x'), lambda: m.write_byte(300), lambda: m.write_byte(-1), lambda: m.write_byte('x'), lambda: m.write_byte(33), lambda: m.seek(0), lambda: m.readline(), lambda: m.readline(), lambda: m.size(), lambda: m.flush(), lambda: m.flush(0, 4), lambda: m.flush(1, 2), lambda: m.flush(-1), lambda: m.flush(0, 100), lambda: m.move(0, 6, 5), lambda: m[:12], lambda: m.move(1, 0, 5), lambda: m[:12], lambda: m.move(0, 100, 5), lambda: m.move(-1, 0, 0), lambda: m.resize(40), lambda: len(m), lambda: m[:13], lambda: m.madvise(mmap.MADV_NORMAL), lambda: m.madvise(mmap.MADV_NORMAL, 1, 1), lambda: m.madvise(mmap.MADV_NORMAL, 100), lambda: m.madvise(mmap.MADV_NORMAL, 0, -1), lambda: m.closed, lambda: repr(m), lambda: m.read(None), lambda: m.seek(5), lambda: m.read(-1), lambda: m.read('x'), lambda: m.read(1.5), lambda: list(m)[:3], lambda: b'w' in m, lambda: 97 in m, lambda: m + b'x', lambda: m * 2, lambda: m == m, lambda: m.__enter__() is m, lambda: bytes(m[:3]), lambda: memoryview(m).readonly, lambda: memoryview(m).format, lambda: M(-1, 5, prot=mmap.PROT_READ).__setitem__(0, 1), lambda: repr(M(-1, 5, prot=mmap.PROT_READ)), lambda: repr(M(-1, 5, access=mmap.ACCESS_WRITE)), lambda: repr(M(-1, 5, flags=mmap.MAP_PRIVATE))]:
    show(f)
v = memoryview(m)
v[0] = 90
show(m.close); show(m.resize, 10)
v.release()
print(m[:2])
with m as n:
    print(n is m, n.closed)
show(m.close)
for f in [lambda: m[0], lambda: m.__setitem__(0, 1), lambda: len(m), m.read, m.readline, m.read_byte, lambda: m.write(b'x'), lambda: m.write_byte(1), lambda: m.seek(0), m.tell, lambda: m.find(b'x'), m.flush, m.size, lambda: m.resize(5), lambda: m.move(0, 0, 0), lambda: m.madvise(0), lambda: m.__enter__(), lambda: memoryview(m), lambda: m.closed, lambda: repr(m)]:
    show(f)
path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'ouro-mmap-test-%d' % os.getpid())
fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
show(M, fd, 0)
os.write(fd, b'line one\nline two\n' + b'x' * 5000)
r = M(fd, 0, access=mmap.ACCESS_READ)
print(len(r), r.size(), r[:8], r.readline(), r.readline(), r.tell(), r.find(b'two'), r.rfind(b'line'), r)
for f in [lambda: r.__setitem__(0, 1), lambda: r.__setitem__(slice(0, 1), b'x'), lambda: r.write(b'x'), lambda: r.write_byte(1), lambda: r.move(0, 1, 1), lambda: r.resize(1), lambda: memoryview(r).readonly, lambda: r.flush(), lambda: M(fd, 6000), lambda: M(fd, 0, offset=8192), lambda: len(M(fd, 0, offset=4096)), lambda: M(fd, 10, offset=4096)[:3]]:
    show(f)
c = M(fd, 0, access=mmap.ACCESS_COPY)
c[0] = 90
print(c[:4], r[:4], c)
show(c.resize, 5)
w = M(fd, 18)
w[:4] = b'LINE'
print(r[:4], os.pread(fd, 4, 0), w.size(), len(w))
w.flush()
w.resize(9000)
print(w.size(), os.fstat(fd).st_size, len(w), w[8999])
for x in (r, c, w): x.close()
os.close(fd)
os.unlink(path)
class S(M):
    pass
s = S(-1, 10)
s.extra = 1
print(s.extra, len(s), isinstance(s, M))
