"""memory_profiler: the table of a decorated function, exact increments, measurements over time."""
import io
import re

import memory_profiler
from memory_profiler import LineProfiler, memory_usage, profile, show_results


def shown(text):
    return re.sub(r"Filename: .*/", "Filename: ", text)


def increments(text):
    """line text -> (increment in MiB, occurrences)"""
    rows = {}
    for line in text.split("\n"):
        m = re.match(r"\s*\d+\s+(-?[\d.]+) MiB\s+(-?[\d.]+) MiB\s+(\d+)   (.*)", line)
        if m:
            rows[m.group(4).strip()] = float(m.group(2)), int(m.group(3))
    return rows


out = io.StringIO()


@profile(stream=out)
def work():
    a = [0] * 2 ** 17  # one MiB
    b = [0] * 2 ** 19

    del b
    for i in range(3):
        a.append(i)
    return a


print(len(work()), work.__name__)
text = shown(out.getvalue())
print("\n".join(text.split("\n")[:4]))
rows = increments(text)
for name in ("a = [0] * 2 ** 17  # one MiB", "b = [0] * 2 ** 19", "del b", "for i in range(3):", "a.append(i)", "return a"):
    print(name, rows[name])
print([line.strip() for line in text.split("\n") if line.strip().endswith("def work():")])

out = io.StringIO()


@profile(stream=out, precision=3)
def with_generator():
    return sum(len([0] * n) for n in range(3))


print(with_generator())
print(increments(out.getvalue())["return sum(len([0] * n) for n in range(3))"][1] > 1)


@profile(stream=out)
def failing():
    raise KeyError("x")


try:
    failing()
except KeyError as e:
    print(repr(e))

import sys
print(sys.gettrace())

# a profiler of one's own
prof = LineProfiler(backend="ouro")


def grow(kept):
    kept.append(bytearray(2 ** 20))


kept = []
measured = prof(grow)
measured(kept)
measured(kept)
out = io.StringIO()
show_results(prof, stream=out, precision=1)
increment, occurrences = increments(out.getvalue())["kept.append(bytearray(2 ** 20))"]
print(round(increment), occurrences)  # (the stack may have grown, too)

# over time
print([type(x) for x in memory_usage(-1, interval=.01, timeout=.05)][:2], len(memory_usage()))
print(memory_usage(-1, max_usage=True) > 1)
result = memory_usage((grow, (kept,)), interval=.01, retval=True)
print(all(x > 1 for x in result[0]), result[1], len(kept))
print([len(x) for x in memory_usage(-1, timestamps=True)])
stream = io.StringIO()
memory_usage((lambda: None,), interval=.01, stream=stream)
print(all(re.fullmatch(r"MEM \d+\.\d{6} \d+\.\d{4}", line) for line in stream.getvalue().split("\n")[:-1]))
for backend in ("posix", "psutil", "psutil_pss", "psutil_uss", "tracemalloc", "ouro"):
    print(backend, memory_usage(-1, backend=backend)[0] >= 0)
try:
    memory_usage(-1, backend="guess")
except KeyError as e:
    print(e)

stamper = memory_profiler.TimeStamper("ouro")


@stamper
def timed():
    with stamper.timestamp("inside"):
        pass


timed()
out = io.StringIO()
stamper.show_results(out)
print(re.sub(r"\d+\.\d{4}", "N", out.getvalue()), end="")


# what a generator does is told when it has been exhausted, or is given up
out = io.StringIO()


@profile(stream=out)
def generate(n):
    for i in range(n):
        kept.append(bytearray(2 ** 20))
        yield i


print(list(generate(3)), {name: row for name, row in increments(out.getvalue()).items() if "kept" in name or "yield" in name})
out.seek(0)
out.truncate()
running = generate(9)
next(running)
print(out.getvalue() == "")
running.close()
print(increments(out.getvalue())["kept.append(bytearray(2 ** 20))"])

# of calls in calls each line has what it kept, once; what was kept between two calls belongs to none
prof = LineProfiler(backend="ouro")


@prof
def deep(n):
    if n:
        kept.append(bytearray(2 ** 20)); deep(n - 1)
        kept.append(bytearray(2 ** 21))
    return n


deep(3)
kept.append(bytearray(2 ** 24))
deep(1)
out = io.StringIO()
show_results(prof, stream=out)
print({name: row for name, row in increments(out.getvalue()).items() if name != "@prof"})

for call in (lambda: memory_usage(2 ** 22 + 1, interval=.01), lambda: memory_usage(-1, interval=.01, timeout=0)):
    try:
        print(call())
    except ProcessLookupError as e:
        print(e)
