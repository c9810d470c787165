# _lsprof.Profiler: what is counted, and how time is shared, with a clock that the program moves itself.
import _lsprof
import sys


class Clock:
    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


clock = Clock()


def spend(ticks):
    clock.now += ticks


def name(code):
    return code if isinstance(code, str) else code.co_name


def show(profiler, title, unit=1):
    print(title)
    for entry in sorted(profiler.getstats(), key=lambda e: name(e.code)):
        print("  ", name(entry.code), entry.callcount, entry.reccallcount, entry.totaltime * unit, entry.inlinetime * unit,
              "-" if entry.calls is None else len(entry.calls))
        for sub in sorted(entry.calls or (), key=lambda e: name(e.code)):
            print("     ", name(sub.code), sub.callcount, sub.reccallcount, sub.totaltime * unit, sub.inlinetime * unit)


def profile(function, *args, **options):
    clock.now = 0
    profiler = _lsprof.Profiler(clock, 1.0, **options)
    profiler.enable()
    try:
        function(*args)
    except Exception as e:
        spend(1)
    profiler.disable()
    return profiler


def leaf(ticks):
    spend(ticks)


def twice():
    leaf(3)
    spend(2)
    leaf(5)


show(profile(twice), "inner calls")


def factorial(n):
    spend(1)
    return 1 if n == 0 else n * factorial(n - 1)


show(profile(factorial, 4), "recursion")


def even(n):
    spend(1)
    return n == 0 or odd(n - 1)


def odd(n):
    spend(2)
    return n != 0 and even(n - 1)


show(profile(even, 5), "two that call each other")
show(profile(even, 5, subcalls=False), "without callers")


def numbers():
    spend(1)
    yield 1
    spend(10)
    yield 2
    spend(100)


def consume():
    for i in numbers():
        spend(1000)


show(profile(consume), "each resumption of a generator is a call")


def raises(depth):
    spend(1)
    if depth == 0:
        raise ValueError
    raises(depth - 1)


def catches():
    try:
        raises(2)
    except ValueError:
        spend(10)


show(profile(catches), "exceptions end calls")
show(profile(raises, 1), "also those that leave the outermost")


def natives():
    items = []
    items.append(1)
    list.append(items, 2)
    push = items.append
    push(*[3])
    [].append(4)
    max(items, key=lambda i: spend(1) or i)
    try:
        items.index(9)
    except ValueError:
        pass
    sorted(items, reverse=True)
    "".join(map(str, items))
    sys.getrecursionlimit()
    dict.fromkeys(items)
    int.from_bytes(b"1", byteorder="big")
    str.maketrans("a", "b")


show(profile(natives), "native functions")
show(profile(natives, builtins=False), "without native functions")


class Stack(list):
    def append(self, item):
        spend(1)
        self.extend([item])

    def __len__(self):
        spend(5)
        return 7

    def __init__(self):
        spend(3)

    @property
    def top(self):
        spend(2)
        return self[-1]


def methods():
    s = Stack()
    s.append(1)
    len(s)
    s.top
    [s.top for i in range(2)]


show(profile(methods), "methods, properties, comprehensions")


async def waits():
    spend(1)
    await inner()
    spend(2)


async def inner():
    spend(4)


def runs():
    coroutine = waits()
    try:
        coroutine.send(None)
    except StopIteration:
        spend(8)


show(profile(runs), "coroutines")


def thrown():
    try:
        yield
    finally:
        spend(1)


def closes():
    g = thrown()
    next(g)
    g.close()
    g = thrown()
    next(g)
    try:
        g.throw(KeyError())
    except KeyError:
        pass


show(profile(closes), "close() and throw()")

# Times as seconds, and as parts of them.
seconds = _lsprof.Profiler(lambda: clock.now / 4)
seconds.enable()
twice()
seconds.disable()
show(seconds, "a clock of seconds")
parts = _lsprof.Profiler(clock, 0.5)
parts.enable()
twice()
parts.disable()
show(parts, "half seconds")

# Counting goes on, until it is cleared.
parts.enable(subcalls=False, builtins=False)
twice()
parts.disable()
show(parts, "once more")
parts.clear()
show(parts, "cleared")
parts.enable()
leaf(1)
parts.disable()
show(parts, "the switches stay as they were")
parts.enable(True, True)
twice()
parts.disable()
show(parts, "on again")

# What goes on is not told before it has ended.
going = _lsprof.Profiler(clock, 1.0)


def looks():
    leaf(1)
    show(going, "while it runs")


going.enable()
looks()
going.disable()
print(sorted(name(e.code) for e in going.getstats() if name(e.code) in ("looks", "leaf")))


# A call that began before enable() and one that ends after disable().
def begins():
    going.enable()
    spend(3)
    leaf(4)


def ends():
    spend(5)
    leaf(6)
    going.disable()
    spend(7)


going.clear()
begins()
spend(2)
ends()
show(going, "halves")

# The entries are tuples with names.
entry = next(e for e in seconds.getstats() if e.calls)
print(type(entry), len(entry), entry[:1] == (entry.code,), type(entry.calls[0]), len(entry.calls[0]))
print([n for n in dir(_lsprof) if not n.startswith("__")])
