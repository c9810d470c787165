# Where functions and code that is run find built-in names: what __builtins__ of their globals says; without it, where the
# code that makes or runs them does.
import builtins
import textwrap
import types

print(type(__builtins__).__name__, textwrap.__builtins__ is vars(builtins))
for run in exec, eval:
    names = {}
    run("1", names)
    print(names["__builtins__"] is vars(builtins), list(names))


def use():
    return len("abc")


plain = types.FunctionType(use.__code__, {})
print(plain.__builtins__ is vars(builtins), plain(), plain.__globals__)

# inherited from the code that makes the function
few = {"None": None, "len": lambda s: "their len", "__build_class__": __build_class__}
names = {"type": type, "__builtins__": few, "__name__": "few"}
exec("""
def made(): return len("abc")
bare = type(made)(made.__code__, {})

def outer():
    def inner(): return len("abc")
    class Class:
        size = len("abc")
        def method(self): return len("abc")
    return inner, Class

bare_outer = type(made)(outer.__code__, {"__name__": "bare"})
""", names)
bare = names["bare"]
print(names["made"].__builtins__ is few, bare.__builtins__ is few, bare.__globals__)
print(names["made"](), bare(), use())
inner, Class = names["bare_outer"]()
print(inner.__builtins__ is few, inner(), Class.size, Class().method.__func__.__builtins__ is few, Class().method())

# what has been found once is not changed by what the globals say later
bare.__globals__["__builtins__"] = {"len": lambda s: "later"}
print(bare(), bare.__builtins__ is few)

# exec() goes on with those of its caller
few["exec"] = exec


def run_more():
    space = {}
    exec("size = len('abc')", space)
    return space


space = types.FunctionType(run_more.__code__, {"__builtins__": few})()
print(space["__builtins__"] is few, space["size"])

# a function with its own name and defaults as well
made = types.FunctionType(use.__code__, {"__builtins__": few}, "named", (1,))
print(made.__name__, made.__defaults__, made.__builtins__ is few, made())
try:
    made.__builtins__ = {}
except AttributeError as e:
    print(type(e).__name__)
