# Traceback objects.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

def chain(tb):
    out = []
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return out

def a(): b()
def b(): c()
def c(): 1 / 0
try:
    a()
except ZeroDivisionError as e:
    tb = e.__traceback__
print(chain(tb), dir(tb), type(tb).__name__)
print(tb.tb_lasti % 2, tb.tb_frame.f_lineno == tb.tb_lineno, tb.tb_frame is not tb.tb_next.tb_frame)
T = type(tb)
n = T(None, tb.tb_frame, 4, 7)
print(n.tb_next, n.tb_lasti, n.tb_lineno)
n.tb_next = tb
print(chain(n)[:2])
t(setattr, tb, "tb_next", n)
t(setattr, n, "tb_next", n)
t(setattr, n, "tb_next", 1)
t(delattr, n, "tb_next")
n.tb_next = None
print(n.tb_next)
for bad in [(1, tb.tb_frame, 1, 1), (None, 1, 1, 1), (None, tb.tb_frame, "a", 1), (None, tb.tb_frame, 1)]:
    t(T, *bad)
for name in ("tb_frame", "tb_lasti", "tb_lineno"):
    try:
        setattr(tb, name, 1)
    except AttributeError as e:
        print("AttributeError")
e = ValueError().with_traceback(tb)
print(e.__traceback__ is tb)
try:
    raise e
except ValueError as e2:
    print(chain(e2.__traceback__))

# raise, re-raise, finally, generators: one entry for each frame passed
def again():
    try:
        c()
    except ZeroDivisionError:
        raise
def again2():
    try:
        c()
    except ZeroDivisionError as e:
        raise e
def fin():
    try:
        c()
    finally:
        x = 1
def gen():
    yield 1
    c()
def use():
    for x in gen(): pass
def comp(): return [c() for x in "a"]
def from_():
    try:
        c()
    except ZeroDivisionError as e:
        raise KeyError from e
def handler():
    try:
        c()
    except ZeroDivisionError:
        {}["k"]
class M:
    def __enter__(self): return self
    def __exit__(self, *a): return False
def with_():
    with M():
        c()
def native(): return sorted([1, 2], key=lambda x: c())
for f in (again, again2, fin, use, comp, from_, handler, with_, native):
    try:
        f()
    except Exception as e:
        print(f.__name__, chain(e.__traceback__))
        if e.__context__:
            print("   ", chain(e.__context__.__traceback__))
