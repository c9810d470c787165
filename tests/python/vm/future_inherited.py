# A __future__ statement of a module holds for what compile() and exec() make inside of it, unless dont_inherit says no.
from __future__ import annotations
import __future__

exec("def f(a: undefined) -> missing: pass")
print(f.__annotations__)
exec(compile("def g(a: undefined): pass", "<g>", "exec"))
print(g.__annotations__)
try:
    exec(compile("def h(a: undefined): pass", "<h>", "exec", 0, True))
except NameError as e:
    print(e)
flag = __future__.annotations.compiler_flag
print(f.__code__.co_flags & flag == flag, (lambda: 0).__code__.co_flags & flag == flag)
print(compile("0", "<c>", "eval", 0, True).co_flags & flag)
print(compile("from __future__ import annotations", "<c>", "exec", 0, True).co_flags & flag == flag)
