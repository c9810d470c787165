"""Type comments, function types, and sources of older versions: ast.parse(type_comments, mode, feature_version)."""
import ast

COMMENTED = [
    'with (a as b):  # type: int\n    pass',
    'with (a, b):  # type: int\n    pass',
    'with (a):  # type: int\n    pass',
    'with a as b:  # type: int\n    pass',
    'for i in x:  # type: int\n  pass',
    'for i in x:\n # type: int\n  pass',
    'async def f():\n  async for i in x: # type: a\n    pass\n  async with a as b: # type: b\n    pass',
    'def f(): # type: () -> int\n  pass',
    'def f():\n  # type: () -> int\n  pass',
    'def f():\n  # type: () -> int\n  # type: int\n  pass',
    'def f(): # type: a\n  # type: () -> int\n  pass',
    "def f(): # type: a\n  '''x'''\n  # type: () -> int\n  pass",
    'def f(): pass # type: int',
    'def f(): # type: a\n pass',
    'def f(a, # type: int\n b): pass',
    'def f(a # type: int\n ): pass',
    'def f(a, b=1, # type: int\n *, c=2, # type: str\n **k # type: int\n): pass',
    'def f(*, # type: int\n a): pass',
    'def f(a=1 # type: int\n , b=2): pass',
    'def f(*a # type: int\n): pass',
    'def f(*a, # type: int\n): pass',
    'lambda a, # type: int\n b: 1',
    '(lambda a, # type: int\n b: 1)',
    'x = 1 # type: int',
    'x = y = 1 # type: int',
    'x: int = 1 # type: int',
    'x += 1 # type: int',
    'x # type: int',
    'x = 1; y = 2 # type: int',
    '# type: int',
    '# type: int\nx',
    'x\n# type: int\ny',
    'x = [ # type: int\n 1]',
    'x = [1, # type: int\n 1]',
    'if x: # type: int\n  pass',
    'while x: # type: int\n pass',
    'class A: # type: int\n pass',
    '# type: ignore',
    'x # type: ignore',
    'x # type: ignore[a]',
    'x # type:ignore',
    'x #type: ignore',
    'x #  type:   ignore more  ',
    'x # type: ignored',
    'x # type: ignore\xe9',
    '# type: ignore\nx',
    'x = ( # type: ignore\n1)',
    'x = (\n# type: ignore\n1)',
    'if x:\n  # type: ignore\n  y\n# type: ignore\n  z',
    'x = 1 # Type: int',
    'x = 1 #\ttype:\tint  ',
    'x = 1 # type: int # foo',
    'x = 1 # type:',
    'x = 1 # type: ',
    'x = 1 # type: \xe9\u20ac',
    'x = 1 # typ: int',
    'import a # type: int',
    'return # type: int',
    'def f():\n  return 1 # type: int',
    '@a # type: int\ndef f(): pass',
    'try: # type: int\n  pass\nfinally: pass',
    'def f(a, /, # type: int\n b): pass',
    'x = 1 \\\n # type: int\n',
    'def f(a, # type: int\n    # type: str\n b): pass',
    'def f(\n  # type: int\n a): pass',
    'f(a, # type: int\n b)',
    'match x: # type: int\n  case 1: pass',
    'x = 1 # type: ignore\ny = 2 # type: int\nz # type: ignore[abc]',
    'x = yield # type: int',
    'def f():\n  x = yield # type: int',
    'with a: pass # type: int',
    'for i in x: pass # type: int',
    'def f() -> int: # type: int\n pass',
    'async def f(): # type: int\n  pass',
    'def f():# type: int\n\n\n\n  pass',
    'def f():\n\n  # type: int\n\n  pass',
    'def f():\n# type: int\n  pass',
    'def f():\n  # type: ignore\n  pass',
    'def f():\n  # type: int\n  # comment\n  pass',
    'def f(): # type: int\n  # type: ignore\n  pass',
    'if 1:\n  x = 1\n  # type: int',
    'if 1:\n  x = 1\n# type: ignore\n',
    'x = 1 # type: int\n',
    'x = 1 # type: int\r\ny # type: ignore\r\n',
    b'# coding: latin-1\nx = 1 # type: \xe9\n',
]
VERSIONED = [
    'x: int',
    'x: int = 1',
    '(x := 1)',
    'def f(a, /): pass',
    'lambda a, /: 1',
    'lambda a, b=1, /, c=2: 1',
    'def f(a=1, /, *b): pass',
    'with (a as b): pass',
    'with (a, b): pass',
    'with (a): pass',
    'match x:\n  case 1: pass',
    'try: pass\nexcept* E: pass',
    'async def f(): pass',
    'async def f():\n  async for i in x: pass',
    'async def f():\n  async with x: pass',
    'async def f():\n  await x',
    'async def f():\n  [i async for i in x]',
    'async def f():\n  return await x',
    'async = 1',
    'await = 2',
    'async',
    'def async(): pass',
    'async def await(): pass',
    'async def f():\n  def async(): pass',
    'async def f():\n  pass\nasync = 1\nawait = 3',
    'async def f():\n  x\n\nif 1:\n  async = 1',
    'class await: pass',
    'import async.await',
    'a @ b',
    'a @= b',
    '1_000',
    '0x_f',
    '1_0.0',
    "f'a'",
    "f'{a}'",
    "f'{a=}'",
    "f'{a!r}' 'b'",
    'a[*b]',
    'def f(*args: *A): pass',
    '@(a)\ndef f(): pass',
    '@a[b]\ndef f(): pass',
    'return (*a, b)',
    'for i in *a, b: pass',
    'print 1',
    'a <> b',
    'x = async',
    'async  def f(): pass',
    'f(async=1)',
    '[await for await in x]',
    'def f():\n  await x',
    'try: pass\nfinally: continue',
    '{**a}',
    '[*a]',
    'f(*a, *b)',
    'a if (b := c) else d',
    'while x := y: pass',
    'f(x := 1)',
    '{x := 1}',
    'a[x := 1]',
    '[y := 1, 2]',
    '[x async for x in y]',
    '(await x)',
    'async with a: pass',
    'async for i in x: pass',
    'def f(): yield from x',
    'nonlocal x',
    "b'a' rb'c'",
    "u'a'",
    'x = (yield)',
    'lambda: (yield)',
]
FUNCTION_TYPES = [
    '() -> int',
    '(int) -> str',
    '(int, str) -> None',
    '(*int) -> str',
    '(**int) -> a',
    '(int, *str, **x) -> a',
    '(int, *str) -> a',
    '(int, **str) -> a',
    '(*a, **b) -> c',
    '(Callable[complex], More[Complex(call.to_typevar())]) -> None',
    '(int,) -> a',
    '() ->',
    'int -> int',
    '(...) -> int',
    '(a, *b, c) -> d',
    '() -> int\n\n',
    '() -> a, b',
    '(*a, b) -> c',
    '(**a, *b) -> c',
    '(a := 1) -> b',
    '(a for a in b) -> c',
    '(*) -> a',
    '() -> int # type: int',
    '()',
    '',
    '(\nint,\nstr) -> int',
]


def show(t):
    return ascii(ast.dump(t))


def run(s, **k):
    try:
        t = ast.parse(s, **k)
        return show(t)
    except SyntaxError as e:
        return ascii((e.msg, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset))
    except Exception as e:
        return repr(e)


for s in COMMENTED:
    print(ascii(s)); print("   ", run(s, type_comments=True))
    print("   ", run(s)[:60])
for s in VERSIONED:
    before = None
    for v in range(3, 12):
        r = run(s, feature_version=(3, v))
        if r != before:
            print(ascii(s), v, r if r.startswith("(") else r[:200])
        before = r
for s in FUNCTION_TYPES:
    print(ascii(s), run(s, mode='func_type'))
for m in ("func_type", "foo"):
    for f in (0, ast.PyCF_ONLY_AST):
        try: print(type(compile("() -> int", "f", m, f)))
        except Exception as e: print(type(e), e)
for s in ("1_0", "x: int"):
  for v in (-1, 0, 5, 100):
    try: compile(s, "f", "exec", _feature_version=v); compile(s, "f", "exec", ast.PyCF_ONLY_AST, _feature_version=v); print('ok')
    except SyntaxError as e: print(e)
m = ast.parse("def f(a): # type: x\n  a = 1 # type: y\n", type_comments=True)
print(type(compile(m, 'f', 'exec')))
m.type_ignores.append(ast.TypeIgnore())
for i in range(3):
    try: print(type(compile(m, 'f', 'exec')))
    except Exception as e: print(type(e), e)
    if i == 0: m.type_ignores[0].lineno = 3
    if i == 1: m.type_ignores[0].tag = ''
print(ast.unparse(ast.parse("def f(a): # type: x\n  a = 1 # type: y\n  for i in x: # type: int\n    pass\n  with a: # type: b\n    pass", type_comments=True)))
