"""What await, yield, return, break and continue may stand in, and what the error says where they may not."""
PROGRAMS = ["""def foo():
    await something()
""","await something()","""async def foo():
    yield from []
""","""async def foo():
   await await fut
""","""async def foo(a=await something()):
    pass
""","""async def foo(a:await something()):
    pass
""","""async def foo():
    def bar():
        [i async for i in els]
""","""async def foo():
    def bar():
       [i for c in els for i in await x]
""","async with x: pass","async for x in y: pass","def f():\n async with x: pass","def f():\n async for i in x: pass", "def f():\n [x async for x in y]", "[x async for x in y]","(x async for x in y)","def f(): (await x for x in y)", "[await x for x in y]", "{await x: 1 for x in y}","x = await y","lambda: await x","lambda: (await x for x in y)","async def f():\n [[x async for x in y] for z in w]","async def f():\n (([x async for x in y]) for z in w)","class A:\n await x","class A:\n [x async for x in y]",
"class A:\n yield 1","yield 1","return 1","class A:\n return 1","class A:\n yield from x","[(yield x) for x in y]","((yield x) for x in y)","{(yield x) for x in y}","{(yield x):1 for x in y}","def f():\n [(yield from x) for x in y]",
"async def f():\n yield 1\n return 2","async def f():\n  yield from x", "def f():\n  yield 1\n  return 2","(yield)","def f(x=(yield)): pass","lambda: (yield)", "async def f():\n  return (yield 1)","async def f():\n  lambda: await x",
"break","continue","def f():\n  break","while 1:\n  def f():\n    continue","for x in y:\n  class A:\n    break","if 1:\n  break","try:\n  pass\nfinally:\n  continue",
]
for t in PROGRAMS:
    try: compile(t,'<test>','exec'); print(repr(t),'OK')
    except SyntaxError as e: print(repr(t), e, e.lineno,e.offset,e.end_lineno,e.end_offset,repr(e.text))
