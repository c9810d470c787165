# memoryview: indexing, slices, casts, shapes, comparison, release.
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print("<memory>" if type(r) is memoryview else r)
    except Exception as e:
        print(type(e).__name__, e)


src = bytearray(b"abcdefgh")
m = memoryview(src)
two = m.cast("B", [2, 4])
zero = m[:1].cast("B", [])
expressions = '''m.cast("e")|m["a"]|m[9]|m[1,2]|two[0]|two[0,1]|two[5,1]|two[0:1].tolist()|two[0:1,1:2]|two[0,]|m.cast("x")|m[::2].cast("H")|m.cast("H").cast("I")|m[:3].cast("H")
m.cast("B",[3,3])|m.cast("B",5)|m.cast("B",["a"])|m.cast("B",[0])|two.cast("B",[4,2])|m.__setitem__(0,"a")|m.__setitem__(0,256)|m.__setitem__(slice(0,2),b"abc")|m.__delitem__(0)
memoryview(b"a").__setitem__(0,1)|hash(m)|hash(memoryview(b"ab").cast("H"))|hash(memoryview(b"ab"))==hash(b"ab")|memoryview(1)|memoryview()|memoryview(object=b"a")|m.tobytes("X")|m.cast("?").tolist()|m.cast("c")[0]
m.cast("@H")[0]|m.cast("@H").format|m.tolist()|m[::-1].tolist()|m[::-2].tobytes()|m.cast("B",[2,2,2]).tolist()|two.strides|m.cast("B",[]).tolist()|two.c_contiguous|two.f_contiguous
m[::2].contiguous|m==b"abcdefgh"|m.cast("H")==m|m<m|m.cast("c").__setitem__(0,1)|m.cast("c").__setitem__(0,b"ab")|m.cast("f").__setitem__(0,"a")|m.cast("?").__setitem__(0,5)|len(two)|m.cast("b")[0]
list(two)|m.suboffsets|m.hex(":")|m.hex()|m.toreadonly().readonly|two.nbytes|m[2:4].obj is src|97 in m|m.index|m[...]|m[0:1,0:1]|len(zero)|zero[()]|zero[0]|zero[...]|zero.shape|zero.tolist()|m.cast(5)
m.cast("H").__setitem__(0,70000)|m.cast("H").__setitem__(slice(0,1),b"ab")|m.cast("i").__setitem__(0,-5)|m.cast("i")[0]|m.cast("q").tolist()|m.cast("Q").__setitem__(0,2**64-1)|m.cast("Q").tolist()|m.cast("q").tolist()
m.cast("L").__setitem__(0,-1)|m.__setitem__((0,),5)|two.__setitem__((0,1),5)|two.__setitem__(0,5)|two.__setitem__(slice(0,1),5)|m.__setitem__(slice(0,3),b"XYZ")|m.__setitem__(slice(None,None,-1),bytes(range(8)))|m.tobytes()
m.__setitem__(slice(2,4),m[0:2])|m.tobytes()|m.format|m.itemsize|m.ndim|m.shape|m.strides|m.readonly|m.nbytes|type(iter(m)).__name__|list(m)|list(reversed(m))|m==two|memoryview(b"")==b""|two==two|two.tobytes("F")|two.tobytes("A")
m.cast("d").__setitem__(0,1.5)|m.cast("d")[0]|m.cast("f").tolist()|m.cast("d")==memoryview(b"").cast("d")|m.cast("n")[0]|m==1|m!="a"|memoryview(m)==m|memoryview(m.toreadonly()).readonly|m[1:][1:].tolist()|m[10:].tolist()|m.__len__()
m.cast("P")[0] > 0|m.cast("c").tolist()|m.cast("b").tolist()|bytes(m)|bytearray(m)|b"".join([m, m[:2]])|b"x" + m[:1]|m[:2] == b"\\0\\0"|m.cast("B", shape=(8,)).shape|m.contiguous'''
for e in expressions.replace("\n", "|").split("|"):
    print(e, end=": ")
    show(lambda: eval(e))
with memoryview(src) as k:
    inner = k[1:]
    print(k[0])
show(lambda: k[0])
print(inner.tolist()[:2])
show(src.append, 1)
inner.release()
show(src.append, 1)
m.release()
for e in ("m.tolist()", "m[0]", "len(m)", "repr(m)[:9]", "m==m", "m.obj", "hash(m)", "m.release()", "m.__enter__()", "m.format", "memoryview(m)", "bytes(m)", "m == b''"):
    print(e, end=": ")
    show(lambda: eval(e))
two.release(); zero.release()
show(src.append, 2)
print(len(src))
import weakref
v = memoryview(b"x")
r = weakref.ref(v)
print(r() is v)
del v
print(r())
match memoryview(b"ab"):
    case [a, b]:
        print(a, b)

# a bound of a slice that releases the view
class Releases:
    def __init__(self, view):
        self.view = view
    def __index__(self):
        self.view.release()
        return 4
for key in lambda r: slice(r), lambda r: slice(r, 8), lambda r: slice(None, None, r):
    m = memoryview(bytearray(range(16)))
    print(list(m[key(Releases(m))]))
    m = memoryview(bytearray(range(16)))
    try:
        m[key(Releases(m))] = b"spam"
    except ValueError as e:
        print(e)
