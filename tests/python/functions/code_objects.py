# The code type: what a program can ask of compiled code.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

def f(a, b, /, c, *args, d, e=1, **kw):
    "doc"
    x = a
    def inner():
        return x, c
    return inner

c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_firstlineno)
print(c.co_varnames, c.co_cellvars, c.co_freevars, c.co_nlocals == len(c.co_varnames))
i = f(1, 2, 3, d=4).__code__
print(i.co_name, i.co_qualname, i.co_varnames, i.co_cellvars, sorted(i.co_freevars), i.co_flags & 0x10 != 0)
print(c.co_flags & 4 != 0, c.co_flags & 8 != 0, c.co_flags & 3 == 3)
def g(): yield
async def co(): pass
async def ag(): yield
print(g.__code__.co_flags & 0x20, co.__code__.co_flags & 0x80, ag.__code__.co_flags & 0x200)
print(repr(c).startswith("<code object f at 0x"), repr(c).endswith(", line 8>"), c.co_filename.endswith("code_objects.py"))
print(type(c.co_code), type(c.co_consts), type(c.co_names), c.co_stacksize > 0)
print([n for n in (lambda: len([print, abs])).__code__.co_names])
lines = {l for _, _, l in c.co_lines() if l is not None}
print(sorted(lines - {8}), all(s < e for s, e, _ in c.co_lines()))
p = list(c.co_positions())
print(len(p) == len(c.co_code) // 2 or len(p) == len(c.co_code) // 4, all(len(x) == 4 for x in p))
print(c == c, c == i, c != i, hash(c) == hash(c), len({c, c, i}))
def make(n):
    def h(): return n
    return h
print(make(1).__code__ is make(2).__code__)
r = c.replace(co_name="renamed", co_firstlineno=100, co_filename="other")
print(r.co_name, r.co_firstlineno, r.co_filename, c.co_name, r == c, r.co_varnames == c.co_varnames)
def two(): return 1 + 1
two.__code__ = two.__code__.replace(co_name="deux")
print(two(), two.__name__, two.__code__.co_name)
for name in ("co_name", "co_argcount", "co_code", "co_varnames"):
    try:
        setattr(c, name, 1)
    except AttributeError as e:
        print("AttributeError")
t(type, "X", (type(c),), {})
print(callable(c), type(c).__name__)
import _weakref
print(_weakref.ref(c)() is c)
print(eval((lambda: 5 * 5).__code__))
