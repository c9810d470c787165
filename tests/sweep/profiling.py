import _lsprof


def leaf(n):
    return [n].copy()


def count(n):
    for i in range(n):
        leaf(i)
        yield max(i, 1)


profiler = _lsprof.Profiler(lambda: 1, 1.0)
profiler.enable()
list(count(3))
profiler.disable()
print(sorted((str(e.code)[:14], e.callcount, len(e.calls or ())) for e in profiler.getstats()))
profiler.clear()
profiler.enable()
leaf(1)
profiler.disable()
print(len(profiler.getstats()))
