# A closed stream in memory takes no state; an object whose length cannot be told cannot extend a bytearray.
import io, copy, pickle
for make, state in (io.BytesIO, (b"x", 0, None)), (io.StringIO, ("x", "\n", 0, None)):
    f = make()
    f.__setstate__(state); print(f.getvalue())
    g = make.__new__(make); g.__setstate__(state); print(g.read(), g.tell())
    f.close()
    try: f.__setstate__(state); print("took it")
    except ValueError as e: print(e)
class BadLen:
    def __iter__(self): return iter(range(10))
    def __len__(self): raise RuntimeError("no length")
class BadHint:
    def __iter__(self): return iter(range(10))
    def __length_hint__(self): raise RuntimeError("no hint")
class NoHint:
    def __iter__(self): return iter(range(10))
    def __length_hint__(self): return NotImplemented
class Negative(NoHint):
    def __length_hint__(self): return -1
for kind in list, bytearray:
    for x in BadLen(), BadHint(), NoHint(), Negative():
        b = kind()
        try: b.extend(x); print(b)
        except (RuntimeError, ValueError) as e: print(type(e).__name__, e, b)
