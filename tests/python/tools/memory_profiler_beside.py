"""memory_profiler and mprof beside the packages of these names under CPython: the same tables (less the sizes), numbers of
occurrences, signatures, kinds of answers, and lines of files.

CPython is OURO_TEST_CPYTHON, by default /usr/bin/python3.11; without it or its memory_profiler there is nothing to compare.
"""
import os
import re
import subprocess
import sys

CPYTHON = os.environ.get("OURO_TEST_CPYTHON", "/usr/bin/python3.11")
plain = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "PYTHONPATH")}
plain["PYTHONUNBUFFERED"] = "1"  # what mprof and its program say is then in order
if not os.path.exists(CPYTHON) or subprocess.run([CPYTHON, "-c", "import memory_profiler, mprof, psutil"], env=plain, capture_output=True).returncode:
    sys.stderr.write("skipped: %s has no memory_profiler\n" % CPYTHON)
    print("same: all")
    sys.exit()

PROGRAMS = {
    "lines.py": '''
import asyncio
@profile
def plain(n):
    kept = [bytes(10) for i in range(n)]
    for i in range(3): x = 1

    # nothing here
    f = lambda: 5
    f(); f()
    text = """more
    than one line"""
    try:
        1 / 0
    except ZeroDivisionError:
        while n > 47:
            n -= 1
            if n == 48:
                continue
    return (kept,
            sum(len([0] * k) for k in range(4)))
@profile
def recursive(n):
    if n:
        return recursive(n - 1)
    return 0
class C:
    @profile
    def method(self, a=1, *rest, **kw):
        def inner():
            return a
        return inner() + inner()
@profile
def one_line(): return 5
@profile
def outer():
    one_line()
    return recursive(1)
@profile
async def waits():
    x = [1] * 10
    await asyncio.sleep(0)
    return x
@profile
def never():
    return 1
plain(50), plain(2), recursive(3), C().method(), one_line(), outer(), asyncio.run(waits())
''',
    "decorated.py": '''
import io, sys, memory_profiler
out = io.StringIO()
@memory_profiler.profile(stream=out, precision=3)
def f(n):
    """What it does."""
    return [0] * n
@memory_profiler.profile
def g():
    pass
f(10), f(20)
g()
sys.stdout.write(out.getvalue())
print(f.__name__, f.__doc__, sys.argv, __name__, __file__)
''',
    "answers.py": '''
import inspect, io, os, subprocess, sys, time
import memory_profiler as m
def shape(x):
    return [shape(x[0]), len(x) > 1] if isinstance(x, list) and x else tuple(map(shape, x)) if isinstance(x, tuple) else \\
        type(x).__name__ if isinstance(x, (float, int)) else x
def work(a, k=1):
    time.sleep(0.06)
    return a
call = work, (["v"],), {"k": 2}
for kw in ({}, {"max_usage": True}, {"timestamps": True}, {"retval": True}, {"max_usage": True, "retval": True}, {"max_iterations": 1},
           {"include_children": True}, {"backend": "posix"}, {"backend": "psutil_pss"}, {"backend": "psutil_uss"}):
    print("function", kw, shape(m.memory_usage(call, interval=0.01, **kw)))
for kw in ({}, {"timeout": 0.05}, {"timeout": 0}, {"timestamps": True, "timeout": 0.03}, {"max_usage": True}, {"multiprocess": True}):
    print("process", kw, [shape(m.memory_usage(pid, interval=0.01, **kw)) for pid in (-1, os.getpid())])
print(len(m.memory_usage(-1, interval=0.01, timeout=0.05)), len(m.memory_usage((len, ("a",)), interval=0.01)) > 1)
child = subprocess.Popen(["sleep", "0.2"])
print("child", shape(m.memory_usage(child, interval=0.02)), child.poll())
child = subprocess.Popen(["sh", "-c", "sleep 0.3 & wait"])
time.sleep(0.1)
print("children", [len(x) for x in m.memory_usage(child, interval=0.02, multiprocess=True)][:1])
out = io.StringIO()
print(m.memory_usage(-1, interval=0.01, timeout=0.03, timestamps=True, stream=out), [line.split()[0] for line in out.getvalue().split("\\n") if line])
for wrong in ((), (len, (), {}, 1)):
    try:
        m.memory_usage(wrong)
    except ValueError:
        print("ValueError")
stamper = m.TimeStamper("psutil")
@stamper
def stamped():
    return 7
print(stamped())
with stamper.timestamp("block"):
    stamped()
out = io.StringIO()
stamper.show_results(stream=out)
print([(line.split()[:2], len(line.split()), line.split()[-1]) for line in out.getvalue().split("\\n") if line])
profiler = m.LineProfiler()
profiler(len if False else work)(1)
m.show_results(profiler, stream=(out := io.StringIO()))
print(len(out.getvalue().split("\\n")), str(m.MemitResult([1.5, 2.5], 1.0, 1, None, .1, False)))
for function in (m.profile, m.memory_usage, m.show_results, m.choose_backend, m.exec_with_profiler, m.run_module_with_profiler,
                 m.LineProfiler, m.LineProfiler.runctx, m.LineProfiler.wrap_function, m.LineProfiler.trace_memory_usage, m.CodeMap, m.CodeMap.add,
                 m.CodeMap.trace, m.TimeStamper, m.TimeStamper.wrap_function, m.TimeStamper.call_on_stack, m.TimeStamper.timestamp,
                 m.TimeStamper.show_results, m.LogFile, m.LogFile.write, m.MemitResult):
    print(function.__qualname__, str(inspect.signature(function)).replace(", times=1", ""))
import logging
logging.basicConfig(stream=sys.stdout, format="%(message)s", level=logging.INFO)
m.LogFile("log").write("one two")
log = m.LogFile("log", True)
for row in ("Filename: x", "  1  5.0 MiB  0.5 MiB", "  1  5.0 MiB  0.0 MiB", "Line #  Line Contents", "nothing"):
    log.write(row)
''',
}
for name, text in PROGRAMS.items():
    with open(name, "w") as f:
        f.write(text)
os.mkdir("cpython")
os.mkdir("ouro")
differences = 0


def run(who, words, told):
    """What a command says, without what may differ."""
    folder = "ouro" if who == sys.executable else "cpython"
    if words[0] == "mprof" and who != sys.executable:
        words = ["-c", "import sys; sys.argv[0] = 'mprof'; import mprof; sys.exit(mprof.main())", *words[1:]]
    elif words[0] == "mprof":
        words = ["-m", *words]
    done = subprocess.run([who, *words], cwd=folder, env=plain if who != sys.executable else None, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    text = done.stdout + (done.stderr if told else "")
    text = text.replace(who, "PYTHON").replace("mprof: A program", "A program").replace("/%s/" % folder, "/")
    text = re.sub(r"-?\d+\.\d{3,}", "N", text)
    text = re.sub(r"[ -]*\d+\.\d MiB", " N MiB", text)
    text = re.sub(r" +N", " N", text)
    return (done.returncode, re.sub(r"\d{14}|\d\d:\d\d:\d\d \d\d/\d\d/\d{4}|(?<=CHLD )\d+|(?<=Child )\d+", "TIME", text))


def same(what, a, b):
    global differences
    if a != b:
        differences += 1
        lines = [(x, y) for x, y in zip(a[1].split("\n"), b[1].split("\n")) if x != y] if a[0] == b[0] else [(a, b)]
        print("%s\n  here:    %r\n  package: %r" % (what, *(lines or [(a[1], b[1])])[0]))


def both(*words, told=True):
    same(" ".join(words), run(sys.executable, list(words), told), run(CPYTHON, list(words), told))


both("-m", "memory_profiler", "../lines.py", "a", "b")
both("-m", "memory_profiler", "--precision", "5", "../decorated.py", "a")
both("-m", "memory_profiler", "-o", "table.txt", "../lines.py")
both("-m", "memory_profiler", "--include-children", "../lines.py")
both("-m", "memory_profiler", "--timestamp", "../lines.py")
both("-m", "memory_profiler", "not_there.py")
both("-m", "memory_profiler")
both("-m", "memory_profiler", "--version")
both("../decorated.py")
both("../answers.py", told=False)
both("-c", "print(open('table.txt').read())")
both("mprof", "run", "-T", "0.02", "../decorated.py", "x")
both("mprof", "list")
both("mprof", "peak")
both("mprof", "rm", "--dry-run", "0")
both("mprof", "rm", "0")
both("mprof", "list")
both("mprof", "run", "-T", "0.02", "-o", "named.dat", "sh", "-c", "sleep 0.1")
both("mprof", "run", "-C", "-M", "-T", "0.02", "-o", "many.dat", "sh", "-c", "sleep 0.2 & wait")
both("mprof", "run", "-E", "-T", "0.02", "-o", "failed.dat", "sh", "-c", "exit 3", told=False)
both("mprof", "peak", "--func", "nowhere", "named.dat")
both("mprof", "peak", "many.dat")
both("mprof", "run")
for name in "named.dat", "many.dat":
    both("-c", "print(sorted({line.split()[0] for line in open(%r)}), next(line for line in open(%r) if line.startswith('CMDLINE')))" % (name, name))
print("same: all" if not differences else "%d differences" % differences)
