# Recursion to the limit through Python calls, native calls and both; a raised limit too.
import sys


def down(n):
    return down(n - 1) if n else 0


def through_map(n):
    return list(map(through_map, [n + 1]))


def through_sort(n):
    return sorted([1, 2], key=lambda x: through_sort(n + 1))


def through_eval(n):
    return eval('through_eval(n + 1)')


def through_exec(n):
    exec('through_exec(n + 1)')


class Call:
    def __call__(self):
        return self()


class New:
    def __new__(cls):
        return cls()


for name, work in [
    ('call', lambda: down(10 ** 9)), ('map', lambda: through_map(0)), ('sort', lambda: through_sort(0)),
    ('eval', lambda: through_eval(0)), ('exec', lambda: through_exec(0)), ('__call__', lambda: Call()()),
    ('__new__', lambda: New()), ('lambda', lambda: (lambda f: f(f))(lambda f: f(f))),
]:
    try:
        work()
    except RecursionError as e:
        print(name, str(e)[:32])
print(down(500))
sys.setrecursionlimit(200000)
print(down(150000))
for name, work in ('map', lambda: through_map(0)), ('sort', lambda: through_sort(0)):
    try:
        work()
    except RecursionError as e:
        print(name, 'RecursionError')
sys.setrecursionlimit(1000)
print(down(500))
