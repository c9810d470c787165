# co_positions() and co_lines() are read as one goes, and f_lasti // 2 is the index into the first.
import inspect, itertools, sys, traceback
def here():
    f = inspect.currentframe().f_back
    info = inspect.getframeinfo(f)
    return info.lineno, f.f_lineno, info.positions
def t():
    x = 1
    sys.getrefcount(x)

    a = here()
    b = (1,
         here())
    print(a); print(b[1])
    for i in range(3):
        if i == 2:
            d = here()
    print(d)
    print([e.lineno for e in inspect.stack()][:2], [e.code_context[0].strip() for e in inspect.stack()][:2])
t()
print(here())
f = sys._getframe()
print(f.f_lasti % 2, 0 <= f.f_lasti < 2 * len(list(f.f_code.co_positions())))
p, l = t.__code__.co_positions(), t.__code__.co_lines()
print(type(p).__name__, type(l).__name__, iter(p) is p, iter(l) is l)
print(next(p)[0] == t.__code__.co_firstlineno, len(list(p)) > 20, list(p), next(p, "end"))
runs = list(l)
print(next(l, "end"), all(a[1] == b[0] for a, b in zip(runs, runs[1:])))
lines = [q[0] for q in t.__code__.co_positions()]
print(all(lines[i // 2] == line for start, end, line in runs for i in range(start, end, 2)), runs[0][0], runs[-1][1] == 2 * len(lines))
for bad in lambda: type(p)(), lambda: type(l)(t.__code__):
    try: bad()
    except TypeError as e: print(e)
# a long body: its last line's traceback does not look at every line for every line
n = 40000
names = {}
exec(compile("def long():\n" + "  x = 1\n" * n + "  1/0\n", "<long>", "exec"), names)
code = names["long"].__code__
print(len({q[0] for q in code.co_positions()}) > n, len({r[2] for r in code.co_lines()}) > n)
try: names["long"]()
except ZeroDivisionError as e: print(traceback.format_exc().splitlines()[-2:], inspect.trace()[-1].lineno)
