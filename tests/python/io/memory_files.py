# BytesIO, StringIO, IncrementalNewlineDecoder.
import io
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


b = io.BytesIO(b"abc\ndef\n\nx")
for call in ("read(2)", "readline()", "readline(2)", "read1(1)", "tell()", "seek(0)", "readlines()", "seek(0)", "readlines(3)", "seek(2, 1)", "seek(-1, 2)", "read()", "read()", "seek(-1)", "seek(0, 9)", "seek(100)",
             "read()", "write(b'Z')", "getvalue()", "truncate(3)", "getvalue()", "tell()", "truncate(-1)", "seek(0)", "readinto(bytearray(2))", "write('x')", "writelines([b'p', b'q'])", "getvalue()", "read('a')", "read(None)",
             "isatty()", "readable()", "writable()", "seekable()", "flush()", "fileno()", "detach()", "closed", "name", "__getstate__()", "seek(1.5)", "truncate()", "getvalue()"):
    print(call, end=": ")
    show(lambda: eval("b." + call))
b.seek(0)
print(list(b))
view = b.getbuffer()
print(view[0], len(view), view.readonly)
view[0] = 33
show(b.write, b"q")
show(b.truncate, 1)
show(b.close)
view.release()
show(b.getvalue)
b.close()
for call in ("read()", "write(b'')", "getvalue()", "getbuffer()", "seek(0)", "tell()", "closed", "__enter__()", "readline()", "flush()"):
    print(call, end=": ")
    show(lambda: eval("b." + call))
show(io.BytesIO, "a")
show(io.BytesIO, 1, 2)
c = io.BytesIO(initial_bytes=b"k")
c.__setstate__((b"new", 1, {"a": 5}))
print(c.read(), c.a)
show(c.__setstate__, 5)
show(c.__setstate__, (b"x", "y", None))
show(c.__setstate__, (b"x", -1, None))
class B(io.BytesIO):
    def write(self, data): return super().write(data.upper())
k = B()
k.write(b"abc")
print(k.getvalue())
s = io.StringIO("abc\ndéf\r\ng\rh€")
for call in ("read(2)", "readline()", "readline(1)", "tell()", "readline()", "seek(0)", "readlines()", "seek(1, 1)", "seek(0, 1)", "seek(0, 2)", "seek(-1)", "seek(0, 7)", "write('zé')", "getvalue()", "seek(30)", "write('😀')",
             "getvalue()", "truncate(4)", "getvalue()", "truncate(-1)", "write(b'x')", "write(1)", "writelines(['p', 'q'])", "getvalue()", "newlines", "line_buffering", "encoding", "errors", "closed", "isatty()", "readable()", "fileno()",
             "__getstate__()[:3]", "seek(0)", "read(None)", "read(-1)", "read('a')", "detach()", "name"):
    print(call, end=": ")
    show(lambda: eval("s." + call))
for nl in (None, "", "\n", "\r", "\r\n"):
    s = io.StringIO("a\nb\r\nc\rd", newline=nl)
    print(repr(nl), repr(s.getvalue()), s.readlines(), s.newlines, s.write("x\ny\r\nz"), repr(s.getvalue()))
    s.seek(0)
    print(list(s))
show(io.StringIO, 5)
show(io.StringIO, "a", 5)
show(io.StringIO, "a", "x")
show(lambda: io.StringIO(newline="\r", initial_value="q").getvalue())
s.close()
for call in ("read()", "write('')", "getvalue()", "seek(0)", "closed", "readline()", "__next__()", "tell()"):
    print(call, end=": ")
    show(lambda: eval("s." + call))
s = io.StringIO()
s.__setstate__(("x\ny", "\n", 1, None))
print(repr(s.read()))
show(s.__setstate__, 5)
print("x", 1, None, file=s, sep="-", end="!")
print(repr(s.getvalue()))
with io.StringIO() as t:
    t.write("a" * 10)
    print(len(t.getvalue()))
for translate in (True, False):
    d = io.IncrementalNewlineDecoder(None, translate)
    print([d.decode(x) for x in ("a\r", "\nb", "\r", "c\n", "\r")], d.newlines, d.getstate(), d.decode("", final=True), d.newlines)
    d.reset()
    print(d.newlines, d.getstate())
    d.setstate((b"", 1))
    print(repr(d.decode("\n")))
show(io.IncrementalNewlineDecoder)
t = io.TextIOWrapper(io.BytesIO(b"ab\xc3\xa9\r\nx"), encoding="utf-8")
print(t.read(3), t.tell(), t.readline(), t.tell(), t.newlines, t.read())
t = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
t.write("é")
print(t.buffer.getvalue())
t = io.TextIOWrapper(io.BytesIO(), encoding="ascii", line_buffering=True)
t.write("a")
print(t.buffer.getvalue())
t.write("b\n")
print(t.buffer.getvalue(), t.line_buffering)
show(io.TextIOWrapper)
show(io.TextIOWrapper, 5)
show(io.TextIOWrapper, io.BytesIO(), "rot13")
show(io.TextIOWrapper, io.BytesIO(), newline="q")
print(io.text_encoding(None), io.text_encoding("x"))
