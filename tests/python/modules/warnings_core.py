# _warnings without the Python module on top.
import sys, _warnings
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Warning as e:
        print("raised", type(e).__name__, e)
    except Exception as e:
        print(type(e).__name__, e)

class Out:
    def __init__(self): self.text = ""
    def write(self, s): self.text += s
    def flush(self): pass
def caught(f, *a, **k):
    saved, sys.stderr = sys.stderr, Out()
    try:
        t(f, *a, **k)
        text = sys.stderr.text
    finally:
        sys.stderr = saved
    print([line.rsplit("/", 1)[-1] for line in text.splitlines()])

sys.modules.pop("warnings", None)
filters = _warnings.filters
print(type(filters), [f[:1] + f[2:] for f in filters], _warnings._defaultaction, type(_warnings._onceregistry))
def warn(): _warnings.warn("hello")
caught(warn)
caught(warn)
def dep(): _warnings.warn("old", DeprecationWarning)
caught(dep)
def pend(): _warnings.warn("older", PendingDeprecationWarning)
caught(pend)
caught(lambda: _warnings.warn(RuntimeWarning("as instance")))
def level(): _warnings.warn("level", stacklevel=2)
def outer():
    level()
caught(outer)
caught(_warnings.warn, 5)
caught(_warnings.warn, "m", int)
caught(_warnings.warn, "m", 5)
caught(_warnings.warn)
caught(_warnings.warn_explicit, "explicit", UserWarning, "some/file.py", 12)
caught(_warnings.warn_explicit, "explicit", UserWarning, "some/file.py", 12, "mod", {})
registry = {}
caught(_warnings.warn_explicit, "r", UserWarning, "f.py", 1, "m", registry)
caught(_warnings.warn_explicit, "r", UserWarning, "f.py", 1, "m", registry)
print(sorted(map(str, registry)))
caught(_warnings.warn_explicit, "r", UserWarning, 5, 1)
caught(_warnings.warn_explicit, "r", UserWarning, "f.py", 1, "m", 5)

def with_filter(*item):
    filters.insert(0, item)
    _warnings._filters_mutated()
with_filter("error", None, UserWarning, None, 0)
caught(_warnings.warn, "now an error")
caught(_warnings.warn, "not this", RuntimeWarning)
filters.pop(0)
with_filter("always", None, UserWarning, None, 0)
def twice():
    for i in range(2): _warnings.warn("always")
caught(twice)
filters.pop(0)
with_filter("once", None, UserWarning, None, 0)
caught(twice)
caught(lambda: _warnings.warn("always"))
filters.pop(0)
with_filter("module", None, UserWarning, None, 0)
caught(lambda: _warnings.warn("per module"))
caught(lambda: _warnings.warn("per module"))
filters.pop(0)
with_filter("ignore", "text", UserWarning, None, 0)
caught(_warnings.warn_explicit, "text", UserWarning, "f", 1)
caught(_warnings.warn_explicit, "other", UserWarning, "f", 1)
filters.pop(0)
with_filter("ignore", None, UserWarning, "m", 3)
caught(_warnings.warn_explicit, "x", UserWarning, "f", 3, "m")
caught(_warnings.warn_explicit, "x", UserWarning, "f", 4, "m")
filters.pop(0)
with_filter("strange", None, UserWarning, None, 0)
caught(_warnings.warn, "x")
filters.pop(0)
with_filter("short", None)
caught(_warnings.warn, "x")
filters.pop(0)
with_filter(5, None, UserWarning, None, 0)
caught(_warnings.warn, "x")
filters.pop(0)
_warnings._filters_mutated()
caught(lambda: bool(NotImplemented))
filters.insert(0, ("always", None, DeprecationWarning, None, 0))
_warnings._filters_mutated()
caught(lambda: bool(NotImplemented))
