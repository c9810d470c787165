"""Uncaught exceptions as text: causes, contexts, groups, notes, recursion, odd str and repr, SyntaxErrors."""
import io
import os
import sys


def show(source, filename="s.py"):
    with open("s.py", "w") as f:
        f.write(source)
    stream, sys.stderr = sys.stderr, io.StringIO()
    try:
        exec(compile(source, filename, "exec"), {"__name__": "s", "__builtins__": __builtins__})
        text = "no error"
    except BaseException:
        kind, value, traceback = sys.exc_info()
        sys.__excepthook__(kind, value, traceback.tb_next)
        text = sys.stderr.getvalue()
    finally:
        sys.stderr = stream
    print(text.replace(os.path.dirname(os.path.abspath(__file__)), "HERE").replace(os.getcwd(), "CWD"))


CASES = '''
def f(n): return f(n + 1)
f(0)
---
def f(n):
    if n == 0: 1/0
    f(n - 1)
f(10)
---
def f(n):
    if n == 0: 1/0
    f(n - 1)
f(2)
---
def f(n):
    if n == 0: 1/0
    g(n - 1)
def g(n):
    f(n)
f(10)
---
try:
    1/0
except ZeroDivisionError as e:
    raise KeyError("x") from e
---
try:
    1/0
except ZeroDivisionError as e:
    raise KeyError("x") from None
---
try:
    1/0
except ZeroDivisionError as e:
    none.x
---
try:
    try:
        1/0
    except ZeroDivisionError as e:
        raise ValueError
finally:
    [][1]
---
e = ValueError("a")
e.__cause__ = e
raise e
---
a, b = ValueError("a"), ValueError("b")
a.__context__ = b
b.__context__ = a
raise a
---
e = ValueError("noted")
e.add_note("first note")
e.add_note("second\\nwith lines")
raise e
---
e = ValueError("bad notes")
e.__notes__ = 5
raise e
---
e = ValueError("bad notes")
e.__notes__ = ["a", 5, None]
raise e
---
raise ExceptionGroup("group", [ValueError(1), TypeError("two")])
---
def f(): raise ValueError("inner")
try: f()
except ValueError as e: one = e
try: raise KeyError("k") from one
except KeyError as e: two = e
raise ExceptionGroup("outer", [one, ExceptionGroup("nested", [two, OSError(2, "no file", "name")]), SyntaxError("bad", ("f.py", 3, 2, "a b c", 3, 4))])
---
raise BaseExceptionGroup("many", [ValueError(i) for i in range(20)])
---
e = ExceptionGroup("deep", [ValueError(0)])
for i in range(12): e = ExceptionGroup(f"level {i}", [e])
raise e
---
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2)])
except* ValueError as g:
    g.add_note("a note")
    raise
---
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2)])
except* ValueError:
    raise KeyError("from handler")
except* TypeError as e:
    none.x
---
class E(Exception):
    def __str__(self): raise ValueError
raise E
---
class E(Exception):
    def __str__(self): return 5
raise E
---
class E(Exception):
    def __str__(self): return ""
raise E
---
class E(Exception): pass
E.__module__ = "some.module"
raise E("with module")
---
class E(Exception): pass
E.__module__ = None
raise E("x")
---
class Outer:
    class E(Exception): pass
raise Outer.E(1, 2)
---
raise Exception("multi\\nline\\nmessage")
---
raise Exception("")
---
raise Exception(None)
---
raise Exception
---
raise KeyError("quoted 'text'")
---
raise SyntaxError("only message")
---
raise SyntaxError("with file", ("file.py", 7, None, None))
---
raise SyntaxError("with text", ("file.py", 7, 3, "  abc def\\n", 7, 6))
---
raise SyntaxError("many lines", ("file.py", 7, 3, "  abc def\\n", 9, 6))
---
raise SyntaxError("offset beyond", ("file.py", 7, 30, "  abc def\\n", 7, 40))
---
raise SyntaxError("zero offset", ("file.py", 7, 0, "  abc def\\n", 7, 0))
---
raise SyntaxError("no text", ("s.py", 1, 1, None))
---
raise IndentationError("indent", ("file.py", 1, 5, "    x\\n", 1, 9))
---
compile("x = (1,\\n  2,\\n  3 4)", "inner.py", "exec")
---
x = 1
eval("1 +\\n(")
---
exec("def f():\\n  1/0\\nf()")
---
import nosuch.module
---
undefined_nam = 1
undefined_name
---
class A:
    attribute = 1
A().atribute
---
import sys
sys.exi
---
def f():
    local_variable = 1
    return local_varable
f()
---
class A:
    def __getattr__(self, n): raise AttributeError(n)
A().x
---
class A:
    def __dir__(self): raise ValueError
A().x
---
lenn("abc")
---
[].apend(1)
---
def f():
    yield 1
    1/0
list(f())
---
def outer():
    def inner():
        raise RuntimeError("in inner")
    return [inner() for _ in range(1)]
outer()
---
lambda: 1/0
(lambda: (lambda: 1/0)())()
---
class A:
    def __enter__(self): return self
    def __exit__(self, *a): raise KeyError("exit")
with A():
    raise ValueError("body")
---
raise KeyboardInterrupt
---
raise SystemExit("text")
---
raise StopIteration(5)
---
def g():
    raise StopIteration("in generator")
    yield
next(g())
---
raise OSError(2, "No such file", "a.txt", None, "b.txt")
---
raise UnicodeDecodeError("utf-8", b"abc\\xff", 3, 4, "invalid")
---
raise UnicodeEncodeError("ascii", "a\\xe9b", 1, 2, "ordinal")
---
int("5" * 5000)
---
assert (1 ==
        2), "message"
---
x = {
    "a": 1,
    "b": none["x"],
}
---
if True:
        x = [
            1,
            2][
            5]
'''
for case in CASES.strip("\n").split("\n---\n"):
    print("#", ascii(case))
    show(case + "\n")
show("1/0\n", "<nofile>")
show("\n\n1/0  # é\n")
show("def f():\n\n\n    return 1/0\nf()\n")
with open("s.py", "w") as f:
    f.write("changed = 1\n")
try:
    exec(compile("\n\n\n1/0", "s.py", "exec"))
except ZeroDivisionError:
    stream, sys.stderr = sys.stderr, io.StringIO()
    sys.__excepthook__(*sys.exc_info())
    text, sys.stderr = sys.stderr.getvalue(), stream
    print(text.replace(os.path.dirname(os.path.abspath(__file__)), "HERE").replace(os.getcwd(), "CWD").split("\n", 3)[3])
os.unlink("s.py")
