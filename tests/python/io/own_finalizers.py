# A class of a stream with a __del__ of its own can call the stream's, which closes it.
import io, gc, os, tempfile
path = os.path.join(tempfile.mkdtemp(), "f")
def t(base, *args, closes=True):
    record = []
    class Mine(base):
        def __del__(self):
            record.append("del")
            super().__del__()
        def close(self):
            record.append("close")
            super().close()
        def flush(self):
            record.append("flush")
            super().flush()
    f = Mine(*args)
    if f.writable(): f.write("text" if isinstance(f, io.TextIOBase) else b"bytes")
    del f
    gc.collect()
    print(base.__name__, record)
t(io.FileIO, path, "wb")
print(open(path, "rb").read())
t(io.BufferedWriter, io.FileIO(path, "wb"))
print(open(path, "rb").read())
t(io.TextIOWrapper, io.BufferedWriter(io.FileIO(path, "wb")))
print(open(path, "rb").read())
t(io.BufferedReader, io.BytesIO(b"x"))
t(io.BytesIO); t(io.StringIO)
class Plain(io.IOBase):
    def __del__(self): print("del"); super().__del__()
    def close(self): print("close"); super().close()
p = Plain(); del p
class Raw(io.RawIOBase):
    def close(self): print("close raw"); super().close()
r = Raw(); del r
class Sub(io.TextIOWrapper): pass
s = Sub(io.BufferedWriter(io.FileIO(path, "wb")), encoding="ascii"); s.write("sub"); del s
print(open(path, "rb").read())
print([hasattr(c, "__del__") for c in (io.IOBase, io.FileIO, io.BytesIO, io.StringIO, io.TextIOWrapper)])
print("__del__" in vars(io.FileIO), "__del__" in vars(io.IOBase.__mro__[1]))
cycle = Raw(); cycle.me = cycle; del cycle; gc.collect()
f = open(path, "w"); f.__del__(); print(f.closed)
os.unlink(path); os.rmdir(os.path.dirname(path))

# a class of Python's before the built-in one among the bases
class Mixin:
    pass
for kind in io.IOBase, io.RawIOBase, io.BufferedIOBase, io.TextIOBase:
    class Mixed(Mixin, kind):
        def close(self):
            print("close", kind.__name__)
            super().close()
    class Deeper(Mixed):
        def __del__(self):
            print("del")
            super().__del__()
    Mixed()
    Deeper()
