# A function made of the code of a module or class body runs it with its globals as names.
import types
ns = {}
f = types.FunctionType(compile("a = 1; b = a", "x", "exec"), ns)
print(f(), ns.get("a"), ns.get("b"))
print([k for k in ns])
class C: pass
g = compile("class D:\n  x = 1\n  def m(self): return x\n  y = sorted([__qualname__])\n", "x", "exec").co_consts[0]
ns={"__name__":"n"}
f = types.FunctionType(g, ns)
print(f(), sorted(ns))
def t(): return f()
print(t())
list(map(lambda i: f(), [1,2]))
