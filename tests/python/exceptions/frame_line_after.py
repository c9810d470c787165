# The line that a frame tells after an exception has left it (PEP 626), beside the traceback's.
def show(f):
    try:
        f()
    except BaseException as e:
        t = e.__traceback__.tb_next
        out = []
        while t:
            first = t.tb_frame.f_code.co_firstlineno
            out.append((t.tb_lineno - first, t.tb_frame.f_lineno - first))
            t = t.tb_next
        print(f.__name__, type(e).__name__, out)
def other_except():
    try:
        1/0
    except TypeError as ex:
        pass
def other_excepts():
    try:
        1/0
    except TypeError as ex:
        pass
    except (KeyError,
            ValueError):
        pass
def other_finally():
    try:
        1/0
    except TypeError as ex:
        pass
    finally:
        a = 1
        b = 2
def fin():
    try:
        1/0
    finally:
        pass
def fin_long():
    try:
        1/0
    finally:
        x = 1
        y = (2 +
             x)
def fin_else():
    try:
        pass
    except ValueError:
        pass
    else:
        1/0
def nested():
    try:
        try:
            1/0
        except TypeError:
            pass
    except ValueError:
        pass
def loop():
    for i in range(2):
        try:
            if i: 1/0
        except ValueError:
            continue
        finally:
            x = i
def gen():
    def g():
        try:
            yield 1
            1/0
        except KeyError:
            pass
    list(g())
class Noop:
    def __enter__(self): return self
    def __exit__(self, *a): pass
def with_():
    with Noop():
        1/0
        pass
for f in (other_except, other_excepts, other_finally, fin, fin_long, fin_else, nested, loop, gen, with_):
    show(f)
