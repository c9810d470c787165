"""Tracebacks: the carets under what failed, for every kind of expression and statement."""
import io
import os
import sys

SNIPPETS = r'''
1 / 0
x = 1 + (2 / 0) * 3
x = a.b.c.d
x = none.b
x = none.b.c
x = none[0]
x = none[0][1]
x = lst[10]
x = lst[10:2:'a']
x = lst[lst[10]]
x = dct['missing']
x = dct['a']['b']['c']
x = f()
x = f(1)
x = boom()
x = boom(1, 2)
x = obj.boom()
x = obj.boom(1).other
x = (obj.boom)(1)
x = obj.boom(boom())
x = none()
x = none(1, *lst, **dct)
x = f(*none)
x = f(**none)
x = f(1, 2, a=1, **{'a': 2})
x = -none
x = ~none
x = not bad
x = +none
x = none + 1
x = 1 + none
x = (none) + (1)
x = none   +   1
x = none ** 2
x = none @ 2
x = 1 << -1
x = 1 if bad else 2
x = bad and 1
x = 1 and bad and 2
x = bad or 1
x = 1 < none
x = 1 < 2 < none
x = 1 < none < 2
x = none in none
x = 1 in none
x = 1 not in 5
x = [1, none + 1, 3]
x = (1, none + 1)
x = {1: none + 1}
x = {none + 1: 1}
x = {lst}
x = {lst: 1}
x = {**none}
x = [*none]
x = (*none,)
x = {*none}
x = [1/0 for i in lst]
x = [i for i in none]
x = [i for i in lst if i.nope]
x = [i for i in lst for j in i]
x = {i: 1/0 for i in lst}
x = {i/0 for i in lst}
x = list(i/0 for i in lst)
x = (lambda: 1/0)()
x = (lambda a: a)()
x = f'{none.x}'
x = f'{1/0} {2}'
x = f'{1:{none.x}}'
x = f'{1:bad}'
x = f"""{1
/ 0}"""
x = '%d' % 'a'
x = 'a' % 1
x = (y := none.x)
x = undefined
x = undefined.a
x = undefined()
del undefined
del lst[10]
del none.a
del dct['zz']
a, b = 1
a, b = 1, 2, 3
a, *b = ()
(a, b), c = 1, 2
[a, b] = lst
none.a = 1
none[0] = 1
none.a.b = 1
lst[10] = 1
lst[0][1] = 2
lst += 1
none += 1
none.x += 1
none[0] += 1
lst[10] += 1
obj.a.b += 1
x: int = 1/0
x: 1/0 = 1
x: undefined_type
assert False
assert bad
assert 1 == 2, 'message'
assert False, 1/0
raise ValueError
raise ValueError('x')
raise 1
raise ValueError from 1
raise none.x
for i in none: pass
for a, b in lst: pass
for i in lst: i.nope
while bad: pass
if bad: pass
if 1 and none.x: pass
with none: pass
with ctx() as c, none as d: pass
with ctx(): 1/0
with (ctx() as c, ctx(1) as d): pass
import nosuchmodule
import os.nosuch
from os import nosuch
from nosuchmodule import x
from . import x
return_ = [boom() for _ in range(2)]
class A(none): pass
class A(int, str): pass
class A(metaclass=none): pass
class A: x = 1/0
class A(undefined): pass
def g(x=1/0): pass
def g(x: 1/0): pass
@none
def g(): pass
@boom
def g(): pass
@obj.nope
class A: pass
match none.x:
    case 1: pass
match 1:
    case none.x: pass
match 1:
    case f(): pass
match obj:
    case Obj(1, 2, 3): pass
try: 1/0
except none: pass
try: 1/0
except (ValueError, none): pass
try: 1/0
except ZeroDivisionError as e: e.nope
try: 1/0
finally: none.x
try: 1/0
except* none: pass
try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
except* ValueError: pass
global_ = (1 +
    2 +
    none)
x = (boom
    ())
x = obj.boom(
    1,
    2,
)
x = [
    1,
    none.x,
]
x = obj \
    .nope
x = obj.a(1).b(2).c(3)
x = lst[0](1)(2)
x = "é" + none + "ü"
x = "日本" + none.x
if True:	x = none.x
x = (yield_ := 1) + none
print(1, none.x, sep=none.y)
print(*none)
print(**none)
x = int('a')
x = int('a', base=1)
x = open('nosuchfile')
x = [].pop()
x = {}.popitem()
x = next(iter(()))
x = max()
x = sorted([1, 'a'])
x = list(map(boom, [1]))
x = getattr(obj, 'nope')
x = type('A', (1,), {})
x = 'a'.join([1])
x = lst.index(99)
exec('1/0')
eval('1 +')
compile('x = = 1', 'f', 'exec')
x = __import__('nosuchmodule')
import sys; sys.exit(none.x)
x = await_
x = super().x
x = obj.prop
x = obj.prop.y + 1
x = ~obj.prop
x = lst[obj.prop]
x = a_long_name_here.attribute_one.attribute_two(1, 2, 3)[4].x
x = some_dict['k1']['k2']['k3']['k4']
x = none.a + none.b
x = (none.a) + (none.b)
x = f(none.a, b=none.b)
x = 1 + 2 + 3 + none + 4
x = 1 * 2 + none * 3
x = a_func(a_func(a_func(none.x)))
x = none  .  x
x = none [ 0 ]
x = f ( none . x )
x = lst[0] / lst[1] // (lst[2] % 0)
x = 2 ** -none
x = 1if none.x else 2
x = 'a' 'b' + none
x = 5 .nope
x = (lambda *, k: k)(1)
x = [].nope
x = ().nope.nope
x = {}['a']
x = 'abc'[10]
x = b'abc'['x']
x = 1 .real.nope
'''

PRELUDE = {}
exec('''
class Obj:
    a = 1
    def boom(self, *a): raise RuntimeError('boom')
    @property
    def prop(self): raise RuntimeError('prop')
class Bad:
    def __bool__(self): raise RuntimeError('no truth')
class Ctx:
    def __init__(self, fails=0): self.fails = fails
    def __enter__(self):
        if self.fails: raise RuntimeError('enter')
    def __exit__(self, *a): raise RuntimeError('exit')
def boom(*a): raise RuntimeError('boom')
def f(): pass
''', PRELUDE)


def names():
    return dict(PRELUDE, none=None, lst=[1, 2, 3], dct={"a": {"b": {}}}, obj=PRELUDE["Obj"](), bad=PRELUDE["Bad"](),
                ctx=PRELUDE["Ctx"], some_dict={"k1": {"k2": {}}}, a_func=lambda x: x, __name__="s")


def split(text):
    snippet = []
    for line in text.strip("\n").split("\n"):
        starts = line[:1] not in " \t)]}/" and not line.startswith(("except", "finally", "else"))
        if starts and snippet and not snippet[-1].startswith("@"):
            yield "\n".join(snippet) + "\n"
            snippet = []
        snippet.append(line)
    yield "\n".join(snippet) + "\n"


def show(source, wrap):
    if wrap:
        source = "def outer():\n    global x, a, b, c\n" + "".join("    %s\n" % s for s in source.rstrip("\n").split("\n")) + "outer()\n"
    with open("s.py", "w", encoding="utf-8") as f:
        f.write(source)
    stream, sys.stderr = sys.stderr, io.StringIO()
    try:
        exec(compile(source, "s.py", "exec"), names())
        print("no error:", source)
    except BaseException:
        kind, value, traceback = sys.exc_info()
        sys.__excepthook__(kind, value, traceback.tb_next)
        text = sys.stderr.getvalue()
        print(text.replace(os.path.dirname(os.path.abspath(__file__)), "HERE").replace(os.getcwd(), "CWD") if "object at 0x" not in text else text.split(" object at")[0])
    finally:
        sys.stderr = stream


for snippet in split(SNIPPETS):
    print("#", ascii(snippet))
    show(snippet, False)
    if not snippet.startswith(("lst +=", "none +=", "from . ", "x: ", "global_")) and '"""' not in snippet:
        show(snippet, True)
os.unlink("s.py")
