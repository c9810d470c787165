"""Tracing changes nothing that a program can see of itself: its output, reference counts, and the order of finalization.

Each program runs plainly, with every call of each allocation traced, and recorded; all three must print the same.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = """
import gc, sys, weakref
class Noisy:
    def __init__(self, name, *parts):
        self.name, self.parts = name, list(parts)
    def __del__(self):
        print("del", self.name, sys.getrefcount(self), len(self.parts))
a = Noisy("a")
b = Noisy("b", a)
ref = weakref.ref(a, lambda r: print("gone", r() is None))
print(sys.getrefcount(a), sys.getrefcount(b), sys.getrefcount(Noisy), len(gc.get_referrers(a)), len(gc.get_referents(b)))
c, d = Noisy("c"), Noisy("d")
c.parts.append(d)
d.parts.append(c)
del c, d, a
print(gc.collect(), gc.get_count()[1:], gc.isenabled())
def frames():
    x = Noisy("x")
    try:
        y = Noisy("y", x)
        raise ValueError(y.name)
    except ValueError as e:
        print(sys.getrefcount(e), sys.getrefcount(x), sys.getrefcount(y))
    return [sys.getrefcount(v) for v in (x, y)]
print(frames())
def generator():
    z = Noisy("z")
    yield sys.getrefcount(z)
    print("never")
g = generator()
print(next(g))
del g
kept = [Noisy(str(i)) for i in range(3)]
weakref.finalize(b, print, "finalized", "b")
print([sys.getrefcount(k) for k in kept])
del b  # not left to the end: in what order the finalizers of one collection run, neither we nor CPython promise
del kept
"""


def run(options, program):
    """Status, output and errors."""
    status = os.system("'%s' %s '%s' >out 2>err </dev/null" % (sys.executable, options, program))
    with open("out", "rb") as out, open("err", "rb") as err:
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


with open("own.py", "w") as f:
    f.write(OWN)
programs = [os.path.abspath("own.py")]
for area in ("weakref", "gc", "classes", "exceptions", "functions"):
    directory = os.path.join(os.path.dirname(HERE), area)
    names = sorted(name for name in os.listdir(directory) if name.endswith(".py"))
    programs += [os.path.join(directory, name) for name in names[:3]]
different, printed = [], 0
for program in programs:
    plain = run("", program)
    printed += len(plain[1])
    for options in ("-X tracemalloc=50", "record -o x.ouro --interval=1"):
        traced = run(options, program)
        errors = b"\n".join(line for line in traced[2].split(b"\n") if not line.startswith(b"ouro: recorded"))
        if traced[:2] != plain[:2] or errors.strip() != plain[2].strip():
            different.append((os.path.basename(program), options, traced[0], plain[0]))
print(len(programs) > 12, printed > 2000, different)
print(run("", "own.py")[1].decode(), end="")
