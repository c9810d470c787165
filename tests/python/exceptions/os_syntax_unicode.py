# OSError, SyntaxError, UnicodeError and their kin.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)

import errno
for n in (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.EAGAIN, errno.EPIPE,
          errno.ECHILD, errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EINTR, errno.ESRCH,
          errno.ETIMEDOUT, errno.ESHUTDOWN, errno.EINPROGRESS, 9999):
    e = OSError(n, "text")
    print(type(e).__name__, e.errno == n, e.strerror)
for args in [(), (1,), (1, "x"), (2, "x", "f"), (2, "x", "f", None), (2, "x", "f", None, "g"), (1, 2, 3, 4, 5, 6),
             ("a", "b"), (2, "x", None)]:
    e = OSError(*args)
    print(type(e).__name__, repr(e), "|", e, "|", e.args, e.errno, e.strerror, e.filename, e.filename2)
print(OSError(2, "x", "f").__reduce__(), OSError(2, "x", "f", None, "g").__reduce__())
t(OSError, 2, x=1)
b = BlockingIOError(1, "a", 5)
print(b.characters_written, b.filename, b.args)
del b.characters_written
t(lambda: b.characters_written)
t(delattr, b, "characters_written")
b.characters_written = 9
print(b.characters_written)
t(setattr, b, "characters_written", "x")
class MyOS(OSError):
    def __init__(self, a, b, c): super().__init__(a, b)
m = MyOS(2, "b", 3)
print(type(m).__name__, m.errno, m.args, m)
class Other(OSError):
    pass
print(type(Other(2, "x")).__name__, Other(2, "x").errno)
print(EnvironmentError is OSError, IOError is OSError)
try:
    open("/nonexistent/file")
except FileNotFoundError as e:
    print(e, e.errno, e.filename)

s = SyntaxError("m", ("dir/file.py", 3, 4, "text"))
print(s, s.msg, s.filename, s.lineno, s.offset, s.text, s.end_lineno, s.end_offset, s.print_file_and_line)
print(SyntaxError("m", ("f", 3, 4, "t", 5, 6)).end_lineno, SyntaxError("m"), SyntaxError(), SyntaxError(1, 2, 3))
print(SyntaxError("m", (None, 3, 4, "t")), "|", SyntaxError("m", ("f", None, 4, "t")))
for info in [(1, 2), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), 3]:
    t(SyntaxError, "m", info)
s.msg = "other"
s.lineno = 9
print(s)
print(issubclass(TabError, IndentationError), IndentationError("x", ("f", 1, 1, "")))

u = UnicodeEncodeError("ascii", "a\xe9\u1234\U0001f600", 1, 2, "why")
print(u, u.encoding, u.object == "a\xe9\u1234\U0001f600", u.start, u.end, u.reason, u.args[2:])
for a, b in ((2, 3), (3, 4), (1, 4), (10, 11)):
    u.start, u.end = a, b
    print(u)
print(UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "bad"), UnicodeDecodeError("utf-8", b"a\xff", 0, 2, "bad"))
print(UnicodeDecodeError("utf-8", bytearray(b"ab"), 0, 1, "r").object)
print(UnicodeTranslateError("a\xe9", 1, 2, "r"), UnicodeTranslateError("a\xe9", 0, 2, "r").encoding)
t(UnicodeEncodeError)
t(UnicodeEncodeError, 1, 2, 3, 4, 5)
t(UnicodeEncodeError, "a", "b", "c", 4, 5)
t(UnicodeDecodeError, "a", "b", 1, 4, "5")
t(UnicodeDecodeError, "a", b"b", 1, 4, 5)
t(UnicodeTranslateError)
t(UnicodeTranslateError, 1, 2, 3, 4)
t(setattr, u, "start", "x")
t(delattr, u, "start")
try:
    "\xe9".encode("ascii")
except UnicodeEncodeError as e:
    print(e, e.start, e.end)
try:
    b"\xff".decode()
except UnicodeDecodeError as e:
    print(e, e.object)
