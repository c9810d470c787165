"""object.__getattribute__ of objects whose __dict__ is kept in other ways."""
import functools
import types

module = types.ModuleType("mine", "its text")
module.answer = 42


class Module(types.ModuleType):
    def __getattribute__(self, name):
        return "asked " + name


def function(): "a function's text"
function.mark = 1
sub = Module("sub", "a text")


class Plain:
    def __init__(self): self.x = 1
    def __getattribute__(self, name): return "never"




for what, name in [(module, "__doc__"), (module, "answer"), (sub, "__doc__"), (sub, "__name__"), (function, "__doc__"), (function, "mark"),
                   (classmethod(function), "__doc__"), (staticmethod(function), "__name__"), (types.SimpleNamespace(y=2), "y"),
                   (functools.partial(int, base=2), "keywords"), (Plain(), "x"),
                   (super(Plain, Plain()), "__thisclass__"), (Plain(), "gone"), (function, "gone"), (types.SimpleNamespace(), "gone")]:
    try:
        print(type(what).__name__, name, object.__getattribute__(what, name))
    except AttributeError as e:
        print(type(what).__name__, name, "AttributeError", e)
