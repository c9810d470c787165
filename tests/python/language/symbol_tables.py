"""symtable: the scopes of a source; and duplicate keywords whose names are no strings."""
import symtable

PROGRAM = '''
import os.path as path, sys
from a import *
x: int = 1
glob = 2

def outer(a, /, b=1, *args, c, **kwargs):
    "doc"
    global glob
    free = 1
    def inner(p):
        nonlocal free
        free = p
        return lambda q: (q, free, glob, b)
    return [i + j for i in a for j in i if (w := j)], {k: v for k, v in a}, (yield)

class C(outer, metaclass=type):
    __private = 1
    attr: str
    def method(self):
        super().method()
        return __class__, self.__private
    def other(self): return [__class__ for x in self]

async def co():
    async with x as y: pass
    return {z async for z in y}

try: pass
except E as e: pass
match x:
    case [first, *rest] | {"k": first, **rest}: pass
'''


def show(table, depth=0):
    pad = "  " * depth
    print(pad, table.get_type(), table.get_name(), table.get_lineno(), table.is_optimized(), table.is_nested(), table.has_children())
    if table.get_type() == "function":
        print(pad, table.get_parameters(), sorted(table.get_locals()), sorted(table.get_globals()), sorted(table.get_frees()),
              sorted(table.get_nonlocals()))
    elif table.get_type() == "class":
        print(pad, sorted(table.get_methods()))
    for symbol in sorted(table.get_symbols(), key=lambda s: s.get_name()):
        print(pad, "-", symbol.get_name(), *[q for q in ("referenced", "parameter", "global", "nonlocal", "declared_global", "local",
              "annotated", "free", "imported", "assigned", "namespace") if getattr(symbol, "is_" + q)()])
    for child in table.get_children():
        show(child, depth + 1)


for source in (PROGRAM, PROGRAM.encode()):
    show(symtable.symtable(source, "f.py", "exec"))
show(symtable.symtable("[x for x in y]", b"f.py", "eval"))
show(symtable.symtable("x = 1", "f.py", "single"))
for wrong in (("x = = 1", "f.py", "exec"), ("def f(a, a): pass", "f.py", "exec"), ("x", "f.py", "func_type"), (3, "f.py", "exec"),
              ("global x; x: int", "f.py", "exec"), ("x", "f.py", 3), ("a\0", "f.py", "exec")):
    try:
        print(symtable.symtable(*wrong))
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.filename, e.lineno, e.offset)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def f(**kwargs):
    pass


for call in ("f(**{1: 3}, **{1: 5})", "f(**{1: 3}, **{2: 5})", "f(**{1: 3})", "f(a=1, **{'a': 2})", "f(**{(1, 2): 3}, **{(1, 2): 3})"):
    try:
        eval(call)
    except TypeError as e:
        print(call, e)
