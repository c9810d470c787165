"""The import statement: packages, namespaces, cycles, modules that replace themselves, __import__, and the errors."""
import os
import sys

sys.path.insert(0, os.getcwd())


def write(name, text=""):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as f:
        f.write(text)


def attempt(text, **names):
    try:
        exec(text, names)
    except BaseException as e:
        print(text.strip().splitlines()[-1], "->", type(e).__name__, str(e).replace(os.getcwd(), "CWD"),
              getattr(e, "name", None), str(getattr(e, "path", None)).replace(os.getcwd(), "CWD"))
    else:
        print(text.strip().splitlines()[-1], "-> ok", sorted(k for k in names if not k.startswith("__")))


write("pkg/__init__.py", "__all__ = ['a', 'sub', 'value']\nvalue = 1\n_hidden = 2\n")
write("pkg/a.py", "from . import sub\nfrom .sub import b\nfrom .sub.b import name\nfrom .. import nothing\n" if False else "name = __name__\n")
write("pkg/sub/__init__.py", "from .. import value\nfrom ..a import name\n")
write("pkg/sub/b.py", "from .. import a as other\nfrom ... import x\n")
write("ns/part.py", "print('namespace part', __name__, __package__)\n")
write("cycle_a.py", "import cycle_b\nx = 1\n")
write("cycle_b.py", "import cycle_a\nfrom cycle_a import x\n")
write("cycle_c.py", "import cycle_d\ny = 1\n")
write("cycle_d.py", "import cycle_c\ncycle_c.y\n")
write("raising.py", "value = 1\nraise ValueError('in module')\n")
write("syntax.py", "x = = 1\n")
write("replaces.py", "import sys\nsys.modules[__name__] = 'something else'\n")
write("dynamic.py", "def __getattr__(name):\n    if name == 'made':\n        return 42\n    raise AttributeError(f'no {name} here')\ndef __dir__():\n    return ['made']\n")
write("badall.py", "__all__ = ['a', 1]\na = 1\n")
write("missingall.py", "__all__ = ['nosuch']\n")
write("private.py", "_a = 1\nb = 2\n__c = 3\n")
write("future.py", "from __future__ import annotations\ndef f(x: undefined): pass\nprint(f.__annotations__)\n")
write("reloaded.py", "count = globals().get('count', 0) + 1\n")
write("data/__init__.py")
write("data/text.txt", "resource\n")

attempt("import pkg.sub")
attempt("import pkg.sub as s; print(s.__name__)")
attempt("import pkg.a, pkg.sub; print(pkg.a.name)")
attempt("from pkg import *")
attempt("from pkg import value as v, a")
attempt("from pkg import _hidden, nosuch")
attempt("import pkg.sub.b")
attempt("import pkg.nosuch")
attempt("import pkg.a.deeper")
attempt("import nosuch.deeper")
attempt("import ns.part; print(type(ns.__path__).__name__ in ('_NamespacePath', 'list'), ns.__file__ if hasattr(ns, '__file__') else None)")
attempt("import ns.nosuch")
attempt("import cycle_a")
attempt("import cycle_c")
print("cycle_a" in sys.modules, "cycle_c" in sys.modules)
attempt("import raising")
print("raising" in sys.modules)
attempt("import syntax")
attempt("import replaces; print(replaces)")
attempt("import dynamic; print(dynamic.made, dir(dynamic)); dynamic.other")
attempt("from dynamic import made; print(made)")
attempt("from dynamic import other")
attempt("from badall import *")
attempt("from missingall import *")
attempt("from private import *")
attempt("import future")
attempt("from sys import nosuch")
attempt("from . import x", __name__="__main__")
attempt("from .x import y", __package__="pkg", __name__="pkg.z")
attempt("from ..x import y", __package__="pkg", __name__="pkg.z")
attempt("from . import x", __package__=3)
attempt("from . import a; print(a.name)", __name__="pkg.q")
attempt("from . import a; print(a.name)", __name__="pkg", __path__=[])
attempt("from . import a", __package__="notthere", __name__="notthere.q")
sys.modules["blocked"] = None
attempt("import blocked")
attempt("from blocked import x")
attempt("__import__('')")
attempt("__import__(3)")
attempt("__import__('pkg', level=-1)")
attempt("print(__import__('pkg.sub').__name__, __import__('pkg.sub', fromlist=['x']).__name__)")
attempt("def f():\n    from pkg import *\n")

real = __import__


def tracing(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level)
    return real(name, globals, locals, fromlist, level)


import builtins
builtins.__import__ = tracing
import pkg.a
from pkg import value, a
from pkg.sub import name as n
builtins.__import__ = real
