# The names of a generator, a coroutine and an async generator can be set; the function's stay.
import gc
import sys


def f():
    yield 1


async def c():
    pass


async def a():
    yield 1


for make in f, c, a:
    g, other = make(), make()
    g.__name__ = "name"
    print(g.__name__, g.__qualname__, repr(g).split(" at ")[0])
    g.__qualname__ = "qual.name"
    print(g.__name__, g.__qualname__, repr(g).split(" at ")[0], other.__name__, make.__name__)
    for attribute in "__name__", "__qualname__":
        for change in lambda: setattr(g, attribute, 1), lambda: delattr(g, attribute):
            try:
                change()
            except TypeError as e:
                print(e)
    g.__name__ = "again"
    print(g.__name__)
    if make is c:
        g.close()
        other.close()
    del g

# A cycle through a name that is a str of a subclass.


class Text(str):
    pass


g = f()
g.__name__ = Text("text")
g.__name__.generator = g
del g
print(gc.collect() > 0)

# An exception that cannot propagate and has passed no frame: the report tells where the program was.
reports = []


def hook(report):
    reports.append((report.exc_type.__name__, str(report.exc_value),
                    [] if report.exc_traceback is None else [report.exc_traceback.tb_frame.f_code.co_name]))


def ignores():
    while True:
        try:
            yield
        except GeneratorExit:
            pass


def inside():
    g = ignores()
    next(g)
    del g
    g = ignores()
    next(g)


sys.unraisablehook = hook
inside()
print(reports)
kept = []
sys.unraisablehook = kept.append
inside()
print([k.exc_traceback.tb_frame.f_code.co_name for k in kept], [list(k.exc_traceback.tb_frame.f_locals) for k in kept])
kept.clear()
sys.unraisablehook = hook
