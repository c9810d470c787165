"""What a trace function hears of the StopIteration that ends a loop or a `yield from`."""
import sys


class Once:
    def __init__(self): self.left = 1
    def __iter__(self): return self
    def __next__(self):
        if not self.left:
            raise StopIteration(5)
        self.left -= 1
        return 1


class AsyncOnce(Once):
    __aiter__ = Once.__iter__
    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1


def delegates():
    got = yield from Once()
    yield from [1]
    return got


def loops():
    for i in Once(): pass
    for i in [1]: pass
    for i in (x for x in Once()): pass


async def numbers():
    for i in 1, 2:
        yield i


async def waits():
    async for i in numbers(): pass
    async for i in AsyncOnce(): pass


def trace(frame, event, arg):
    told = arg[:2] if event == "exception" else arg
    print("  ", frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, event, "..." if "object at" in repr(told) else told)
    return trace


for run in lambda: list(delegates()), loops, lambda: waits().send(None):
    sys.settrace(trace)
    try:
        run()
    except StopIteration:
        pass
    finally:
        sys.settrace(None)
