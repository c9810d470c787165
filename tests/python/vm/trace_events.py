"""sys.settrace: which events a trace function is told, of which line."""
import sys
def show(frame, event, arg):
    if event == "exception":
        arg = (arg[0].__name__, str(arg[1]))
    elif arg is not None and not isinstance(arg, (int, list)):
        arg = type(arg).__name__
    print("%-9s %s:%d %r" % (event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return show
def run(f, *a):
    print("==", f.__name__)
    sys.settrace(show)
    try:
        f(*a)
    except Exception as e:
        sys.settrace(None)
        print("raised", repr(e))
    finally:
        sys.settrace(None)
def simple(x):
    y = x + 1
    if y > 2:
        z = 1
    else:
        z = 2
    return z
def loop(n):
    for i in range(n):
        pass
    while n:
        n -= 1
    return
def fails():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 1
    finally:
        y = 2
    raise ValueError("x")
def outer():
    return simple(1) + simple(2)
def gen():
    yield 1
    x = yield 2
    return 3
def use_gen():
    for x in gen():
        print(x)
    g = gen()
    next(g)
    g.close()
def withs():
    class M:
        def __enter__(self): return self
        def __exit__(self, *a): return True
    with M() as m:
        x = 1
        raise KeyError(1)
    return 5
def comp():
    return [i
            for i in range(3)
            if i]
def lam():
    f = lambda: (
        1)
    return f()
def multi():
    x = max(
        1,
        2)
    return (x
            + 1)
def empty_loop():
    n = 0
    while True:
        n += 1
        if n == 2:
            continue
        if n == 4:
            break
    for i in (): pass
    else:
        n = 9
def m(x):
    match x:
        case [1, y]:
            return y
        case {"a": b}:
            pass
        case _:
            z = 1
def deco():
    def d(f):
        return f
    @d
    @d
    def g(a,
          b=1):
        """doc"""
        return a
    return g(1)
def whiletrue():
    i = 0
    while True:
        i += 1
        if i > 2: break
        pass
def nestedtry():
    for i in range(2):
        try:
            try:
                if i: raise ValueError
            finally:
                a = 1
        except ValueError:
            continue
    assert a, "x"
    del a
    global gg
    gg = 1
def cond(a):
    x = (a and
         a > 1 or
         3)
    return 1 if x else \
        2
def withret():
    class M:
        def __enter__(self): return self
        def __exit__(self, *a): return False
    with M() as m, \
         M() as n:
        return 7
async def co():
    async def inner():
        return 1
    x = await inner()
    return x
def use_co():
    c = co()
    try:
        c.send(None)
    except StopIteration as e:
        return e.value
def passes():
    pass
    pass
def dostring():
    "doc"
def ifs(x):
    if x:
        if x > 1:
            pass
        else:
            pass
    elif x is None:
        pass
def iffalse():
    if 0:
        x = 1
    while 0:
        pass
    if 1:
        y = 1
    return y
for f in (outer, fails, use_gen, withs, comp, lam, multi, empty_loop, deco, whiletrue, nestedtry, withret, use_co, passes, dostring, iffalse): run(f)
run(loop, 2)
run(simple, 1)
for a in ([1, 2], {"a": 1}, 3): run(m, a)
for a in (0, 1, 2, None): run(cond, a if a is not None else 0); run(ifs, a)
