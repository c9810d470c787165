# What a relative __import__ takes for the package, and what it warns of.
import warnings, types
def t(**g):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            r = __import__("", g, None, ("x",), 1)
        except Exception as e:
            r = "%s: %s" % (type(e).__name__, e)
        print(r if isinstance(r, str) else r.__name__, [(w.category.__name__, str(w.message)) for w in seen])
NS = types.SimpleNamespace
import os.path, collections.abc
t(__package__=None, __spec__=None, __name__="__main__")
t(__package__=None, __spec__=None, __name__="collections.abc")
t(__package__=None, __spec__=None, __name__="collections", __path__=[])
t(__spec__=NS(parent="collections"))
t(__spec__=NS(parent=5))
t(__spec__=NS())
t(__package__="collections", __spec__=NS(parent="json"))
t(__package__="collections", __spec__=NS(parent="collections"))
t(__package__=3)
t(__name__=4)
t()
with warnings.catch_warnings():
    warnings.simplefilter("error")
    t(__package__="collections", __spec__=NS(parent="json"))
try: exec("from . import x", {"__name__": "__main__"})
except ImportError as e: print(e)
class Doc:
    pass
for doc in "x", "\xc4", "\U0001f40d", "x\0y", b"x", 42, None, "x\udcdcy":
    try: print(ascii(type("A", (), {"__doc__": doc}).__doc__))
    except UnicodeEncodeError as e: print(e)
Doc.__doc__ = "x\udcdcy"; print(ascii(Doc.__doc__))
def outer():
    a = b = 1
    def inner(): return a, b
    return inner
f = outer(); cells = f.__closure__
for c in cells, list(cells), (int, cells[0]), cells[:1], None:
    try: exec(f.__code__, {}, closure=c); print("fine")
    except TypeError as e: print(e)
