# _lsprof.Profiler where programs get in its way: clocks that fail or use the profiler, threads, other hooks, cycles.
import _lsprof
import gc
import sys
import threading
import weakref


def t(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


def name(code):
    return code if isinstance(code, str) else code.co_name


def counts(profiler):
    return {name(e.code): e.callcount for e in sorted(profiler.getstats(), key=lambda e: name(e.code))
            if not isinstance(e.code, str)}


def leaf():
    pass


def calls(n):
    for i in range(n):
        leaf()


# Arguments.
t(_lsprof.Profiler, timeunit="x")
t(_lsprof.Profiler, 1, 2, 3, 4, 5)
t(_lsprof.Profiler, subcalls="x")
t(_lsprof.Profiler().enable, subcalls=1.5)
t(_lsprof.Profiler().enable, "x")
t(_lsprof.Profiler().disable)
t(_lsprof.Profiler().getstats)
t(_lsprof.Profiler().clear)
t(sys.getprofile)

# A clock that fails is reported each time, and the calls are counted.
reports = []
sys.unraisablehook = lambda report: reports.append((report.exc_type.__name__, report.object))


def clock_with(result):
    def clock():
        if isinstance(result, type):
            raise result
        return result
    return clock


for result, unit in (KeyError, 0.0), ("x", 0.0), ("x", 1.0), (1.5, 1.0), (1 << 70, 1.0), (float("nan"), 0.0), (1e300, 0.0):
    clock = clock_with(result)
    profiler = _lsprof.Profiler(clock, unit)
    profiler.enable()
    leaf()
    profiler.disable()
    print(result, unit, reports == [(e, clock) for e, c in reports], [e for e, c in reports], counts(profiler),
          [e.totaltime for e in profiler.getstats() if name(e.code) == "leaf"])
    del reports[:]
profiler = _lsprof.Profiler(7)
profiler.enable()
leaf()
profiler.disable()
print(reports[0], len(reports))
del sys.unraisablehook
sys.unraisablehook = sys.__unraisablehook__


# A clock is not profiled, and may do anything to its profiler.
class Meddler:
    def __init__(self):
        self.calls = 0
        self.plan = {}

    def __call__(self):
        self.calls += 1
        if self.calls in self.plan:
            self.plan[self.calls]()
        return self.calls


for at in range(1, 8):
    for action in "disable", "clear", "getstats", "enable", "__init__":
        meddler = Meddler()
        profiler = _lsprof.Profiler(meddler, 1.0)
        meddler.plan[at] = getattr(profiler, action)
        profiler.enable()
        calls(2)
        leaf()
        profiler.disable()
        seen = counts(profiler)
        print(at, action, seen, sys.getprofile())


def drop():
    global profiler
    sys.setprofile(None)
    profiler = None


for at in range(1, 5):
    meddler = Meddler()
    meddler.plan[at] = drop
    profiler = _lsprof.Profiler(meddler, 1.0)
    profiler.enable()
    calls(1)
    print(at, profiler, meddler.calls)


# The program forgets calls that go on.
def forgets():
    leaf()
    profiler.clear()
    leaf()


profiler = _lsprof.Profiler()
profiler.enable()
forgets()
leaf()
profiler.disable()
print(counts(profiler))

# Two profilers: the newer one replaces the older, whose calls wait for its disable().
first, second = _lsprof.Profiler(), _lsprof.Profiler()
first.enable()
leaf()
second.enable()
print(sys.getprofile() is second)
leaf()
first.disable()
print(sys.getprofile())
second.disable()
print(counts(first), counts(second))

# sys.setprofile in its place, and the other way round.
events = []


def hook(frame, event, arg):
    if frame.f_code is leaf.__code__ or event.startswith("c_"):
        events.append((event, frame.f_code.co_name, getattr(arg, "__name__", arg)))


first = _lsprof.Profiler()
first.enable()
leaf()
sys.setprofile(hook)
leaf()
first.enable()
leaf()
first.disable()
leaf()
print(counts(first), events)

# Together with a trace function: what each of them hears stays the same.
lines = []


def trace(frame, event, arg):
    if frame.f_code in (calls.__code__, leaf.__code__):
        lines.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
        return trace


first = _lsprof.Profiler()
sys.settrace(trace)
first.enable()
calls(2)
first.disable()
sys.settrace(None)
print({n: c for n, c in counts(first).items() if n != "trace"}, lines)
del lines[:]


def turns_on():
    sys.settrace(trace)
    calls(1)
    sys.settrace(None)
    leaf()


first.clear()
first.enable()
turns_on()
leaf()
first.disable()
print(counts(first), lines)

# Each thread has its own; one profiler may serve several.
done = []


def works(profiler, n):
    profiler.enable()
    calls(n)
    profiler.disable()
    done.append(sys.getprofile())


own = [_lsprof.Profiler() for i in range(3)]
threads = [threading.Thread(target=works, args=(p, 10 * (i + 1))) for i, p in enumerate(own)]
first = _lsprof.Profiler()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(done, [counts(p)["leaf"] for p in own], [counts(p)["calls"] for p in own])
first.enable()
thread = threading.Thread(target=calls, args=(3,))
thread.start()
thread.join()
print(sys.getprofile() is first)
first.disable()
print("calls" in counts(first))
shared = _lsprof.Profiler()
threads = [threading.Thread(target=works, args=(shared, 1000)) for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counts(shared)["leaf"] <= 3000)


# Subclasses have attributes and are collected with what they hold.
class Profile(_lsprof.Profiler):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tag = "tag"

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *e):
        self.disable()


class Owner:
    def __init__(self):
        self.profiler = Profile(self.clock)

    def clock(self):
        return 0.0


owner = Owner()
with owner.profiler as profiler:
    leaf()
print(profiler.tag, counts(profiler)["leaf"])
dead = weakref.ref(owner)
del owner, profiler
gc.collect()
print(dead())

# A profiler that is still on at the end of its last reference is the thread's own.
profiler = Profile()
profiler.enable()
profiler = None
leaf()
print(counts(sys.getprofile())["leaf"])
sys.setprofile(None)


# Code that is gone stays known.
def temporary():
    exec("def f(): pass\nf()\nf()", {})


first.clear()
first.enable()
temporary()
first.disable()
gc.collect()
print(counts(first)["f"], sorted({type(e.code).__name__ for e in first.getstats()}))

# Many functions, deep recursion.
namespace = {}
exec("\n".join("def f%d(): pass" % i for i in range(300)), namespace)


def many():
    for i in range(300):
        namespace["f%d" % i]()


def deep(n):
    if n:
        deep(n - 1)


first.clear()
first.enable()
many()
deep(500)
first.disable()
stats = {name(e.code): e for e in first.getstats()}
print(sum(e.callcount for e in stats.values() if name(e.code)[0] == "f"), len(stats["many"].calls),
      stats["deep"].callcount, stats["deep"].reccallcount)

# The end of a profiler that is being replaced cannot put another one in its place.
class Stubborn(_lsprof.Profiler):
    def __del__(self):
        t(first.enable)
        t(first.disable)
        t(sys.setprofile, leaf)


Stubborn().enable()
sys.setprofile(None)
print(sys.getprofile())
Stubborn().enable()
first.enable()
print(sys.getprofile() is first)
first.disable()

# An end with the profiler on.
profiler = Profile()
profiler.enable()
