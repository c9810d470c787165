# PyCF_ALLOW_TOP_LEVEL_AWAIT: the code of a module that awaits makes a coroutine.
import ast, inspect, traceback, types
F = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
def comp(s, mode="exec"): return compile(s, "<t>", mode, flags=F)
def drive(c):
    try:
        c.send(None)
    except StopIteration as e:
        return e.value
    raise RuntimeError("it waits")

async def five(): return 5
async def gen():
    for i in range(3): yield i
class CM:
    async def __aenter__(self): return "in"
    async def __aexit__(self, *e): return False
def run(s, mode="exec"):
    ns = {"five": five, "gen": gen, "CM": CM}
    co = comp(s, mode)
    print(bool(co.co_flags & inspect.CO_COROUTINE), end=" ")
    r = eval(co, ns)
    if inspect.iscoroutine(r):
        print(r.__name__, end=" ")
        r = drive(r)
    print(r, {k: v for k, v in ns.items() if k in "abc"})
run("a = await five()")
run("await five()", "eval")
run("a = []\nasync for b in gen(): a.append(b)")
run("async with CM() as a: pass")
run("a = [i async for i in gen()]")
run("a = [await five() for i in range(2)]")
run("a = {i async for i in gen()}")
run("a = (i async for i in gen())\nb=1; a = None")
run("a = 1")
run("async def f(): return await five()\na = await f()")
run("def f(): return locals() is globals()\na = f()\nb = locals() is globals()\nc = await five()")
f = types.FunctionType(comp("a = await five()"), ns := {"five": five})
print(drive(f()), ns["a"])
async_tree = ast.parse("a = await five()")
co = compile(async_tree, "<t>", "exec", flags=F)
print(bool(co.co_flags & inspect.CO_COROUTINE))
for bad in "def f(): await x", "lambda: await x", "class C: await x", "yield 1", "return await x":
    try: comp(bad); print("fine", bad)
    except SyntaxError as e: print(bad, "->", e.msg)
for bad in "await x", "async for a in b: pass", "async with a: pass", "[a async for a in b]":
    try: compile(bad, "<t>", "exec"); print("fine", bad)
    except SyntaxError as e: print(bad, "->", e.msg)
co = eval(comp("await five()", "single"), {"five": five})
drive(co)
co = eval(comp("1 + await five()", "eval"), {"five": five})
print(co.cr_code.co_name, co.cr_frame.f_locals["five"] is five); co.close()
async def boom(): raise ValueError("x")
try: drive(eval(comp("\nawait boom()"), {"boom": boom}))
except ValueError as e:
    print([(t.name, t.lineno) for t in traceback.extract_tb(e.__traceback__)][-2:])
