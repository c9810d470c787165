# The module ast: constructors, trees from source, trees to code with CPython's complaints, and what ast.py makes of them.
import ast
def t(f):
    try:
        v = f()
        print('ok', type(v).__name__ if ' at 0x' in repr(v) else v)
    except BaseException as e: print(type(e).__name__, e)
t(lambda: ast.Name(1,2,3,4)); t(lambda: ast.Name(1, id=2)); t(lambda: ast.Name(x=2).x)
print(ast.Name, ast.Name.__module__, ast.Name.__doc__, ast.Name.__mro__, ast.Name._fields, ast.Name.__match_args__, ast.Name._attributes, ast.expr._attributes, ast.AST._attributes, ast.AST._fields)
print(ast.expr.__doc__); print(ast.AST.__doc__, ast.operator.__doc__, ast.arguments.__doc__, ast.comprehension.__doc__, ast.Load.__doc__, ast.Add.__doc__, ast.mod.__doc__, ast.Pass.__doc__, ast.excepthandler.__doc__)
def c(n, mode='exec'): return compile(n, '<t>', mode)
t(lambda: c(ast.Module([ast.Expr()], [])))
t(lambda: c(ast.Module([ast.Expr(None)], [])))
t(lambda: c(ast.Module([ast.Expr(None, lineno=1, col_offset=0)], [])))
t(lambda: c(ast.Module([ast.Expr(ast.Constant(1), lineno=1, col_offset=0)], [])))
t(lambda: c(ast.Module([ast.Expr(ast.Constant(1, lineno=1, col_offset=0), lineno=1, col_offset=0)], [])))
t(lambda: c(ast.Module([3], [])))
t(lambda: c(ast.Module(3, [])))
t(lambda: c(ast.Module([])))
t(lambda: c(ast.Expression(3), 'eval'))
t(lambda: c(ast.Expression(3), 'exec'))
t(lambda: c(3))
t(lambda: c(ast.Pass()))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Name(3, ast.Load()))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Name("a", 3))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Name("a", ast.Store()))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Constant([]))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.BoolOp(ast.And(), []))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.BoolOp(None, []))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.If(ast.Constant(1), [], [])], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Global([])], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Dict([ast.Constant(1)], [None]))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.Call(ast.Name("f", ast.Load()), [None], []))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.ImportFrom("a", [ast.alias("b")], "x")], []))))
t(lambda: c(ast.Module([ast.Pass(lineno="x", col_offset=0)], [])))
t(lambda: c(ast.Module([ast.Pass(lineno=5, col_offset=0, end_lineno=3)], [])))
t(lambda: c(ast.Module([ast.Pass(lineno=5, col_offset=6, end_lineno=5, end_col_offset=3)], [])))
t(lambda: c(ast.Module([ast.Pass(lineno=5, col_offset=-6)], [])))
t(lambda: c(ast.parse("1", mode="eval"), "exec"))
t(lambda: c(ast.parse("f(*a)\nreturn 1")))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Assign([ast.Constant(1)], ast.Constant(1))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Assign([], ast.Constant(1))], []))))
t(lambda: c(ast.fix_missing_locations(ast.Module([ast.Expr(ast.NamedExpr(ast.Constant(1), ast.Constant(1)))], []))))
t(lambda: eval(c(ast.fix_missing_locations(ast.Expression(ast.Constant((1,frozenset([2]),-3, 1+2j)))), 'eval')))
e = ast.Constant(1)
for i in range(3000): e = ast.UnaryOp(ast.Not(), e)
for i in range(3000): e.lineno=e.col_offset=1; e=e.operand
for i in range(2000): e = ast.UnaryOp(ast.Not(), e, lineno=1, col_offset=1)
t(lambda: c(ast.Expression(e), 'eval'))
s='+'.join('1'*2500)
t(lambda: ast.parse(s)); s='+'.join('1'*4500)
t(lambda: ast.parse(s))
t(lambda: compile("x", "f", "exec", 1024|ast.PyCF_TYPE_COMMENTS))
t(lambda: compile(ast.Module([],[]), "f", "exec", 1024))
t(lambda: c(ast.Module([ast.Expr(ast.Constant("x"*3, lineno=1, col_offset=0, kind=3), lineno=1, col_offset=0)], [])))
t(lambda: ast.AST(1)); t(lambda: ast.AST(a=1).a); t(lambda: ast.Name("a").ctx); t(lambda: ast.Return().value)
class N(ast.Name): pass
t(lambda: eval(c(ast.Expression(ast.fix_missing_locations(N("t", ast.Load()))), "eval")))
import pickle, copy
x = ast.parse("a+1\ndef f(a,*b,c=1,**d)->int: pass"); print(ast.dump(pickle.loads(pickle.dumps(x)), include_attributes=True)==ast.dump(x, include_attributes=True), ast.dump(copy.deepcopy(x)))
print(ast.Name.__reduce__, ast.Name("a").__reduce__(), ast.Name().__dict__)
print(ast.unparse(x)); print(ast.literal_eval("[1,(2,),{'a':-1.5}, 1+2j, b'x', None, ...]") )
print(ast.dump(x, indent=2))

for node in ast.walk(x):
    if isinstance(node, ast.Name):
        print(node.id, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)
tree = ast.fix_missing_locations(Double().visit(ast.parse("print(1 + 2, 'ab', [3, (4, 5)])")))
exec(compile(tree, "<double>", "exec"))
source = """
import a.b as c, d
from . import *
from ..e import f as g
@deco
async def h(a, /, b: int, *, k=1, **kw) -> None:
    async with x as y, z: pass
    async for i in j: await i
    else: return
    global q; nonlocal_ = 1
class K(B, metaclass=M):
    "doc"
    x: int = 3
    (y): str
    z += 1
try:
    raise E from None
except (A, B) as e:
    del e, f[0], g.h
except C: pass
else: assert 1, "m"
finally: pass
try: pass
except* D: pass
match p:
    case [1, *rest, -2.5, 1+2j] if rest: pass
    case {"k": v, **others}: pass
    case P(1, x=2) | None | a.b: pass
    case [*_] as w: pass
    case _: pass
while 1:
    break
else:
    pass
lambda *a, b=1: (yield)
f"a{b!r:>{w}}c{d=}" "e" u"f"
[x async for x in y if z for w in v]; {k: v for k in l}; {*s}; (g for g in h)
a[1:2, ::3, ...] = b = *c, d
x if y else not z; a < b <= c is not d not in e; a and b or c
(n := 5); a @ b // c ** -d << ~e
"""
tree = ast.parse(source)
print(ast.dump(tree, include_attributes=True))
print(ast.unparse(tree))
print(ast.dump(ast.parse(ast.unparse(tree))) == ast.dump(tree))
compile(ast.parse("def f():\n    return [x for x in range(3)]"), "<f>", "exec")
