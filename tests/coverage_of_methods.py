#!/usr/bin/env python3
"""coverage_of_methods.py INTERPRETER [REFERENCE]

Lists every attribute of every built-in type and every name of the modules written in C, in the reference interpreter
(python3.11) and in the one under test, and says
  - which are missing in the one under test, but for those in MISSING, each with its reason;
  - which methods no program under tests/python/ mentions, but for those in UNTOLD.
The last line is "N passed, M failed": names that are there and mentioned, and the others.
"""
import fnmatch
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# What is not there, and why: PATTERN of "TYPE.NAME" or "MODULE::NAME".
MISSING = {
    "*.__vectorcalloffset__": "a detail of CPython's calling convention",
    "code._co_code_adaptive": "CPython's specializing interpreter",
    "code._varname_from_oparg": "CPython's bytecode",
    "sys::_getquickenedcount": "CPython's specializing interpreter",
    "sys::_git": "the build of CPython",
    "sys::_home": "CPython's search for its own installation",
    "sys::__interactivehook__": "set by the site module",
    "sys::ps?": "only at a prompt",
    "builtins::copyright": "set by the site module", "builtins::credits": "set by the site module",
    "builtins::license": "set by the site module", "builtins::help": "set by the site module",
    "builtins::exit": "set by the site module", "builtins::quit": "set by the site module",
    "*::__file__": "extension modules of CPython are files; here they are part of the program",
    "collections::abc": "there only once collections.abc was imported",
    "_*IOBase.__del__": "closing is the type's finalizer", "io.*.__del__": "closing is the type's finalizer",
    "*generator.__del__": "closing is the type's finalizer", "coroutine.__del__": "closing is the type's finalizer",
    "*.__module__": "a built-in type computes it, and keeps it out of its dict",
    "ExceptionGroup.__weakref__": "an exception has no weak references here, whatever its type",
    "time::pthread_getcpuclockid": "the identifier of a thread is not the system's",
    "sys::getdlopenflags": "no extension modules are loaded", "sys::setdlopenflags": "no extension modules are loaded",
    "*RawIOBase.readinto": "abstract in CPython too", "*RawIOBase.write": "abstract in CPython too",
}
# Mentioned by no program: what every type has from object, and what only says something of the interpreter.
UNTOLD = ["*.__doc__", "*.__text_signature__", "*.__init_subclass__", "*.__subclasshook__", "*.__module__", "*::__*__", "sys::_stdlib_dir", "sys::api_version",
          "sys::pycache_prefix", "*._abc_impl", "*._dealloc_warn", "functools.partialmethod._*", "collections.*._[A-Za-z]*", "weakref.*._[A-Za-z]*"]

LISTING = r"""
import types, collections, itertools, functools, operator, math, cmath, array, struct, mmap, time, io, weakref, gc, sys, builtins
import _collections, _functools, _io, _operator, _struct, _weakref
def gen(): yield
async def coro(): pass
async def agen(): yield
def traceback_of():
    try: raise ValueError
    except ValueError as e: return e.__traceback__
def outer():
    x = 1
    def inner(): return x
    return inner
class Slots: __slots__ = ("a",)
class Old:
    def __getitem__(self, i): return 0
c = coro(); c.close()
waiting = coro(); awaited = type(waiting.__await__()); waiting.close()
ag, tb, d = agen(), traceback_of(), {}
found = {"object": object, "type": type, "NoneType": type(None), "ellipsis": type(...), "NotImplementedType": type(NotImplemented),
    "bool": bool, "int": int, "float": float, "complex": complex, "str": str, "bytes": bytes, "bytearray": bytearray, "memoryview": memoryview,
    "tuple": tuple, "list": list, "dict": dict, "set": set, "frozenset": frozenset, "slice": slice, "range": range, "function": type(gen),
    "cell": type(outer().__closure__[0]), "method": types.MethodType, "builtin_function": type(len), "property": property,
    "classmethod": classmethod, "staticmethod": staticmethod, "super": super, "generator": type(gen()), "coroutine": type(c),
    "async_generator": type(ag), "async_generator_asend": type(ag.asend(None)), "async_generator_athrow": type(ag.athrow(ValueError)),
    "coroutine_wrapper": awaited, "traceback": type(tb), "frame": type(tb.tb_frame), "code": type(gen.__code__), "module": type(sys),
    "mappingproxy": type(type.__dict__), "SimpleNamespace": types.SimpleNamespace, "GenericAlias": type(list[int]), "Union": type(int | str),
    "wrapper_descriptor": type(int.__add__), "method-wrapper": type((1).__add__), "method_descriptor": type(str.join),
    "classmethod_descriptor": type(dict.__dict__["fromkeys"]), "getset_descriptor": type(type(gen).__dict__["__code__"]),
    "member_descriptor": type(Slots.a), "enumerate": enumerate, "zip": zip, "map": map, "filter": filter, "reversed": reversed,
    "list_iterator": type(iter([])), "list_reverseiterator": type(reversed([])), "tuple_iterator": type(iter(())), "str_iterator": type(iter("\u1234")),
    "bytes_iterator": type(iter(b"")), "bytearray_iterator": type(iter(bytearray())), "memory_iterator": type(iter(memoryview(b""))),
    "range_iterator": type(iter(range(0))), "longrange_iterator": type(iter(range(2**100))), "set_iterator": type(iter(set())),
    "dict_keys": type(d.keys()), "dict_values": type(d.values()), "dict_items": type(d.items()), "dict_keyiterator": type(iter(d)),
    "dict_valueiterator": type(iter(d.values())), "dict_itemiterator": type(iter(d.items())), "dict_reversekeyiterator": type(reversed(d)),
    "dict_reversevalueiterator": type(reversed(d.values())), "dict_reverseitemiterator": type(reversed(d.items())),
    "callable_iterator": type(iter(int, 1)), "iterator": type(iter(Old())), "arrayiterator": type(iter(array.array("b"))),
    "unpack_iterator": type(struct.iter_unpack("b", b"")), "odict_iterator": type(iter(collections.OrderedDict())),
    "odict_keys": type(collections.OrderedDict().keys()), "odict_items": type(collections.OrderedDict().items()),
    "odict_values": type(collections.OrderedDict().values())}
for name in dir(builtins):
    value = getattr(builtins, name)
    if isinstance(value, type) and issubclass(value, BaseException): found[name] = value
for module in (itertools, functools, _functools, collections, _collections, operator, _operator, math, cmath, array, struct, _struct, mmap, time,
               io, _io, weakref, _weakref, gc, builtins, sys):
    for name in dir(module):
        if name.startswith("_") and not module.__name__.startswith("_") and module not in (builtins, sys): continue
        print("%s::%s" % (module.__name__, name))
        try:
            value = getattr(module, name)
            home = str(getattr(value, "__module__", "")).lstrip("_")
        except ImportError: continue  # __loader__ and its kin ask importlib
        if isinstance(value, type) and module is not builtins and home == module.__name__.lstrip("_"): found[home + "." + name] = value
for name, kind in found.items():
    for attribute in dir(kind):
        print("%s.%s%s" % (name, attribute, "" if attribute in kind.__dict__ else " inherited"))
"""


def listing(interpreter):
    done = subprocess.run([*interpreter.split(), "-W", "ignore", "-c", LISTING], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s cannot list its types: %s" % (interpreter, done.stderr[-500:]))
    names = {}
    for line in done.stdout.split("\n"):
        if line:
            name, _, inherited = line.partition(" ")
            names[name] = bool(inherited)
    return names


def mentioned():
    """Every word of the programs under tests/python."""
    words = set()
    for folder, _, files in os.walk(os.path.join(HERE, "python")):
        for file in files:
            if file.endswith(".py"):
                with open(os.path.join(folder, file), encoding="utf-8", errors="replace") as f:
                    words.update(re.findall(r"\w+", f.read()))
    return words


def main():
    interpreter, reference = sys.argv[1], (sys.argv[2:] or ["python3.11"])[0]
    try:
        want = listing(reference)
    except FileNotFoundError:
        print("%s is not installed: nothing to compare\n0 passed, 0 failed" % reference)
        return 0
    got, words = listing(interpreter), mentioned()
    missing = [n for n in want if n not in got and not any(fnmatch.fnmatchcase(n, p) for p in MISSING)]
    own = [n for n, inherited in want.items() if not inherited and n not in missing and not any(fnmatch.fnmatchcase(n, p) for p in [*UNTOLD, *MISSING])]
    untold = [n for n in own if n.replace("::", ".").rsplit(".", 1)[1] not in words]
    for name in missing:
        print("missing:", name)
    for name in untold:
        print("in no program:", name)
    print("%d passed, %d failed" % (len(want) - len(missing) - len(untold), len(missing) + len(untold)))
    return bool(missing or untold)


if __name__ == "__main__":
    sys.exit(main())
