"""Coroutines, asynchronous generators, comprehensions, loops and context managers, driven by hand."""
import sys
import types


class Suspend:
    def __init__(self, value): self.value = value
    def __await__(self):
        got = yield self.value
        return got


class Iterator:
    def __init__(self, *items): self.items = list(items)
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.items:
            raise StopAsyncIteration
        await Suspend(("next", self.items[0]))
        return self.items.pop(0)


class Manager:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    async def __aenter__(self):
        await Suspend(("enter", self.name))
        return self.name
    async def __aexit__(self, kind, value, traceback):
        await Suspend(("exit", self.name, kind and kind.__name__))
        return self.swallow


def run(coroutine, log=True):
    sent = None
    trail = []
    try:
        while True:
            trail.append(coroutine.send(sent))
            sent = len(trail)
    except StopIteration as e:
        result = ("returned", e.value)
    except BaseException as e:
        result = ("raised", type(e).__name__, str(e), repr(e.__cause__), repr(e.__context__))
    print(trail if log else len(trail), result)


async def loops():
    out = []
    async for x in Iterator(1, 2, 3):
        if x == 2:
            continue
        out.append(x)
    else:
        out.append("else")
    async for x in Iterator(1, 2):
        break
    else:
        out.append("not reached")
    return out


async def comprehensions():
    a = [x async for x in Iterator(1, 2) if x]
    b = {x async for x in Iterator(3)}
    c = {x: y async for x, y in Iterator((1, 2))}
    d = (x async for x in Iterator(5, 6))
    e = [y for x in [1, 2] for y in [await Suspend(x)]]
    f = [[y async for y in Iterator(x)] for x in (1, 2)]
    g = [x async for x in d]
    h = [await Suspend(x) async for x in Iterator(7) if await Suspend("if")]
    return a, b, c, e, f, g, h


async def managers():
    async with Manager("a") as a, Manager("b") as b:
        pass
    async with (Manager("c") as c, Manager("d", True)):
        raise ValueError("swallowed")
    try:
        async with Manager("e"):
            return "from inside", a, b, c
    finally:
        await Suspend("finally")


async def failing():
    async with Manager("f"):
        raise KeyError("through")


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                await Suspend(("got", got))
    except ValueError as e:
        yield "caught"
    finally:
        await Suspend("agen finally")


async def drive():
    g = agen(3)
    out = [await g.asend(None), await g.asend("x"), await g.athrow(ValueError)]
    await g.aclose()
    try:
        await g.__anext__()
    except StopAsyncIteration as e:
        out.append(repr(e))
    h = agen(2)
    out.append([x async for x in h])
    k = agen(5)
    async for x in k:
        break
    await k.aclose()
    return out


async def bad_aiter():
    async for x in 5: pass
async def bad_anext():
    class A:
        def __aiter__(self): return self
        def __anext__(self): return 5
    async for x in A(): pass
async def bad_enter():
    async with 5: pass
async def bad_exit():
    class A:
        async def __aenter__(self): pass
    async with A(): pass
async def bad_await():
    await 5
async def bad_await_result():
    class A:
        def __await__(self): return 5
    await A()
async def stop():
    raise StopIteration("x")
async def stop_async():
    yield 1
    raise StopAsyncIteration("y")
async def use_stop_async():
    return [x async for x in stop_async()]
async def twice():
    c = loops()
    await c
    await c
async def running():
    await me
me = running()


@types.coroutine
def old_style():
    got = yield "old"
    return got


async def uses_old():
    return await old_style()


for make in (loops, comprehensions, managers, failing, drive, bad_aiter, bad_anext, bad_enter, bad_exit, bad_await, bad_await_result, stop, use_stop_async, twice, uses_old):
    print(make.__name__)
    run(make())
run(me)

g = agen(1)
a = g.asend(None)
print(a.send(None) if False else type(a).__name__, type(g.athrow(ValueError)).__name__, type(g.aclose()).__name__)
try:
    g.asend(1).send(None)
except TypeError as e:
    print(e)
c = loops()
try:
    c.send(1)
except TypeError as e:
    print(e)
print(c.cr_running, c.cr_frame is not None, c.cr_await, c.cr_code.co_name, c.__name__, c.__qualname__)
try:
    c.throw(ZeroDivisionError("thrown"))
except ZeroDivisionError as e:
    print("thrown", e)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
c.close()
for wrong in ("iter(loops)", "[x for x in agen(1)]", "next(agen(1))", "agen(1).__anext__().__next__", "loops().__iter__", "list(loops())"):
    try:
        value = eval(wrong)
        print(wrong, "ok")
    except (TypeError, AttributeError) as e:
        print(wrong, type(e).__name__, e)


async def returns_early():
    yield 1
    return
    yield 2


async def collect():
    return [x async for x in returns_early()], await anext(agen(1)), await anext(Iterator(), "default"), [type(x).__name__ async for x in aiter(Iterator(None))]


run(collect())
hooks = []
old = sys.get_asyncgen_hooks()
sys.set_asyncgen_hooks(firstiter=lambda g: hooks.append("first"), finalizer=lambda g: hooks.append("finalizer"))


async def abandon():
    async for x in agen(3):
        break


run(abandon())
sys.set_asyncgen_hooks(*old)
print(hooks)
