"""Smaller things: frames cleared, text of annotations, generators seen on the stack, classes with starred bases in loops."""
from __future__ import annotations
import sys


def f(a: u'text', b: "text", c: x[1:2, ...] | None = 3, *d: lambda q: q) -> -5 if True else {1: [2]}: pass


print(f.__annotations__)
for program in ["object().__debug__: int", "x.__debug__: int = 1", "x[0].y: int", "(x): int = 5"]:
    try:
        exec(program, {"x": None})
        print(program, "ok")
    except Exception as e:
        print(program, type(e).__name__, e)


def generator(log):
    try:
        yield 1
    finally:
        log.append("closed")


log = []
g = generator(log)
next(g)
g.gi_frame.clear()
print(log, g.gi_frame, list(g))
g = generator(log)
frame = g.gi_frame
frame.clear()
print(log, g.gi_frame, list(g))


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass
        else:
            break


g = stubborn()
next(g)
try:
    g.gi_frame.clear()
except RuntimeError as e:
    print(e)


def names(frame):
    out = []
    while frame and frame.f_code.co_name != "<module>":
        out.append(frame.f_code.co_name)
        frame = frame.f_back
    return out


def inner():
    try:
        yield names(sys._getframe())
    except ValueError:
        yield names(sys._getframe())
    finally:
        print("closing", names(sys._getframe()))


def outer():
    print((yield from inner()))


for way in ("next", "throw", "close"):
    g = outer()
    print(next(g))
    if way == "next":
        try:
            next(g)
        except StopIteration:
            pass
    elif way == "throw":
        print(g.throw(ValueError))
    g.close()

for k in range(2):
    class Starred(*[object], **{}): pass
    try:
        raise ValueError(k)
    except ValueError as e:
        print("caught", e)
try:
    match 5:
        case print(): pass
except TypeError as e:
    print(e)
try:
    {**5}
except TypeError as e:
    print(e)
try:
    try:
        raise ExceptionGroup("eg", [TypeError(1), ValueError(2)])
    except* (TypeError, ValueError) as g:
        raise SyntaxError("3")
except BaseException as e:
    print(repr(e), repr(e.__context__), repr(e.exceptions[0].__context__))
