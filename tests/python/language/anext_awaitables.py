"""What anext() returns with and without a default, where __anext__ gives something that can or cannot be awaited."""
import types


class Gives:
    def __init__(self, awaitable): self.awaitable = awaitable
    def __aiter__(self): return self
    def __anext__(self): return self.awaitable


class Awaits:
    def __init__(self, iterator): self.iterator = iterator
    def __await__(self):
        if isinstance(self.iterator, Exception):
            raise self.iterator
        return self.iterator


async def ends(): raise StopAsyncIteration
async def item(): return "item"
def generator(): yield 1


@types.coroutine
def old_style():
    got = yield "asks"
    return got


async def awaits(awaitable): return await awaitable


def drive(what, make):
    for default in (), ("default",):
        try:
            awaitable = anext(Gives(make()), *default)
            coroutine = awaits(awaitable)
            value = None
            while True:
                value = coroutine.send(value)
                print("  ", what, default, "yields", repr(value))
        except StopIteration as e:
            print("  ", what, default, "returns", repr(e.value))
        except Exception as e:
            print("  ", what, default, type(e).__name__, e)


drive("coroutine", item)
drive("coroutine that ends", ends)
drive("types.coroutine", old_style)
drive("awaitable", lambda: Awaits(iter(["a", "b"])))
drive("awaitable that ends", lambda: Awaits(StopAsyncIteration()))
drive("awaitable that raises", lambda: Awaits(KeyError(1)))
drive("__await__ of no iterator", lambda: Awaits(42))
drive("generator", generator)
drive("iterator", lambda: iter(["a", "b"]))
drive("str", lambda: "text")
for wrong in 1, iter([]), generator():
    for default in (), (None,):
        try:
            anext(wrong, *default)
        except TypeError as e:
            print(e)

a = anext(Gives(Awaits(iter(["a", "b"]))), 7)
for method in "send", "throw", "close":
    try:
        print(method, getattr(a, method)(*{"send": (1,), "throw": (KeyError,), "close": ()}[method]))
    except Exception as e:
        print(method, type(e).__name__, e)
