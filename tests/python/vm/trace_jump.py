"""Assigning frame.f_lineno from a trace function."""
import sys
import warnings

warnings.simplefilter("ignore")


def run(function, jumps, event="line"):
    """Jumps, for each pair of lines relative to the def, once from the first to the second."""
    jumps = dict(jumps)
    first = function.__code__.co_firstlineno
    output = []

    def tracer(frame, what, arg):
        if frame.f_code is not function.__code__:
            return None
        line = frame.f_lineno - first
        if what == event and line in jumps:
            target = jumps.pop(line)
            frame.f_lineno = target if not isinstance(target, int) else first + target
        return tracer

    sys.settrace(tracer)
    try:
        result = function(output)
        if hasattr(result, "__next__"):
            result = list(result)
        print(function.__name__, output, result)
    except Exception as e:
        print(function.__name__, output, type(e).__name__, e)
    finally:
        sys.settrace(None)


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)


run(straight, {1: 3})
run(straight, {3: 1})
run(straight, {2: 2})
run(straight, {2: 100})
run(straight, {2: -5})
run(straight, {2: "x"})
run(straight, {1: 3}, "call")
run(straight, {0: 3}, "call")
run(straight, {3: 1}, "return")


def loop(out):
    for i in 1, 2, 3:
        out.append(i)
        out.append(-i)
    out.append(9)
    out.append(10)


run(loop, {2: 3})
run(loop, {3: 4})
run(loop, {2: 5})
run(loop, {4: 2})
run(loop, {4: 1})
run(loop, {3: 2})


def whiles(out):
    n = 3
    while n:
        out.append(n)
        n -= 1
    out.append("end")


run(whiles, {3: 5})
run(whiles, {1: 3})


def handlers(out):
    try:
        out.append(1)
        1 / 0
        out.append(2)
    except ZeroDivisionError:
        out.append(3)
        out.append(4)
    finally:
        out.append(5)
    out.append(6)


run(handlers, {3: 4})
run(handlers, {2: 6})
run(handlers, {6: 7})
run(handlers, {6: 10})
run(handlers, {10: 2})
run(handlers, {2: 10})
run(handlers, {5: 4})


class Manager:
    def __init__(self, out):
        self.out = out

    def __enter__(self):
        self.out.append("enter")

    def __exit__(self, *arguments):
        self.out.append("exit")


def withs(out):
    out.append(1)
    with Manager(out):
        out.append(2)
        out.append(3)
    out.append(4)


run(withs, {3: 4})
run(withs, {3: 5})
run(withs, {1: 5})
run(withs, {1: 3})


def nested(out):
    for i in 1, 2:
        for j in 3, 4:
            out.append((i, j))
        out.append(i)
    return out[-1]


run(nested, {3: 4})
run(nested, {3: 5})
run(nested, {4: 3})
run(nested, {5: 1})


def generator(out):
    out.append(1)
    yield 1
    out.append(2)
    yield 2


run(generator, {2: 4})
run(generator, {1: 3})
run(generator, {3: 1})


def branches(out):
    if out:
        out.append(1)
    else:
        out.append(2)
    x = [
        1,
        out.append(3),
    ]


run(branches, {1: 2})
run(branches, {4: 2})
run(branches, {7: 1})

frame = sys._getframe()
for value in (1, "x"):
    try:
        frame.f_lineno = value
    except ValueError as e:
        print(e)
try:
    del frame.f_lineno
except AttributeError as e:
    print(e)


# the first frame of a jump over an assignment: the local is None
def unbound(out):
    out.append(1)
    x = 5
    out.append(x)


run(unbound, {2: 3})
