"""f-strings of 3.11: nesting, conversions, specifications, the equals sign, quotes, and their errors."""

a, b, width, name, none = 12.3456, "text", 10, "World", None
print(f"{a} {b!r} {b!s} {name!a} {a:.2f} {a:{width}.{2}f}|{b:>{width}}|{b:*^{width}}|{b!r:>{width}}|")
print(f"{a=} {b=} {b=!s} {a=:.1f} {b = } {a + 1 = :>10.2f} { b =!r:>8}")
print(f"{{}} {{{b}}} {{{{ {b} }}}}", f"{'a' 'b'}" f"{'c'}" "d" 'e', f"")
print(f"{b if a else name} {(lambda x: x * 2)(3)} {[i for i in range(3)]} { {1: 2}[1] } {{1, 2}} { {1, 2} == {2, 1} }")
print(f"""{f'{f"{b}"}'}""", f'{"nested " + name}', f"""{
    a
    + 1
}""", f'''{b
}''')
print(f"{'''triple'''}", rf"\n{b}\d", fr'{b}\t', F"{b}", Rf"{b}\x", f"\x41\u00e9\N{DEGREE SIGN}{b}\{b}" if False else f"\x41\u00e9\N{DEGREE SIGN}{b}")
print(f"{a!r:^{width}}", f"{a:{'>'}{width}}", f"{1,2}", f"{*[1, 2], 3}", f"{(yield_ := 5)}", f"{yield_:=5}")
print(f"{1:<5}|{1:>5}|{1:^5}|{-1:=5}|{1:05}|{255:#x}|{255:#_b}|{1234567:,}|{0.5:%}|{1e10:g}|{True:d}|{'c':c<3}|" if False else f"{1:<5}|{1:>5}|{1:^5}|{-1:=5}|{1:05}|{255:#x}|{255:#_b}|{1234567:,}|{0.5:%}|{1e10:g}|{True:d}|")
print(f"{3.14:10.10}", f"{'x':10.10}", f"{a:{width}.{width}}", f"{name:.{3}}", f"{a:}", f"{b!s:}", f"{none}", f"{none!r:>6}")


class Custom:
    def __format__(self, spec): return f"<{spec}>"
    def __repr__(self): return "repr"
    def __str__(self): return "str"


c = Custom()
print(f"{c} {c:spec} {c!r} {c!s:>5} {c:{b}-{name}} {c:%Y:%m} {c:a{{b}}c}" if False else f"{c} {c:spec} {c!r} {c!s:>5} {c:{b}-{name}} {c:%Y:%m}")
print(f"{c=} {c=:x} {c=!s}", f"{'é' + 'ü'!a}", f"{b!r}" "{not a field}" f"{1}")
print(f"{b.upper()} {b[0]} {b[-1:]} {b['a' == 'b']} {a > 3} {a != 3} {a == 3} {not a} {a and b} {a < 3 < 4}")
print(f"{lambda_ if (lambda_ := 3) else 0}", f"{(lambda: 1)()}", f"{dict(a=1)['a']}", f"{'a' if True else 'b':>3}")
def f(x): return f"{x}" + f"{f(x - 1) if x else ''}"
print(f(3), f.__code__.co_consts[1:2] is not None)
async def coroutine(x): return f"{await x}"
print(coroutine.__name__)
print(f"{3!r:{'>'}{5}}", "%s" % f"{1}", f"{'%s'}" % 1, f"{1}".format(), "{}".format(f"{2}"))
print(f'{a["x"] if isinstance(a, dict) else "no"}')
print(len(f"{'x' * 1000:>2000}"), f"{'{'}{'}'}", f"{chr(123)}")

ERRORS = ["f'{'", "f'}'", "f'{}'", "f'{ }'", "f'{!r}'", "f'{:x}'", "f'{a!}'", "f'{a!x}'", "f'{a!rr}'", "f'{a b}'", "f'{a:{b:{c}}}'",
          "f'{a:{b:{c:{d}}}}'", "f'{a\\\\b}'", "f'{#}'", "f'{a#b}'", "f'{a[}'", "f'{a(}'", "f'{(}'", "f'{a]}'", "f'{a)}'", "f'{lambda x: 1}'",
          "f'{a'", "f'{a:'", "f'{a!r'", "f'{a:{b'", "f'{\"a'", "f'{a = !x}'", "f'{*a}'", "f'{**a}'", "f'{a=b}'", "f'{a; b}'",
          "f'{yield}'", "f'{1 +}'", "f'{+}'", "f'{a.}'", "f'{.a}'", "f'{import x}'", "f'{x for x in y}'", "f'{,}'", "f'{a,,b}'",
          "f'{a!r:{b!x}}'", "f'{ !r}'", "f'{=}'", "f'{a$b}'", "f'{0x}'", "f'{1.2.3}'", "f'{\"\"\"}'", "rf'{a\\'b}'", "f'{f\"{}\"}'", "f'a{1}' b'c'",
          "f'{a' 'b}'", "'a' f'{' 'b'", "f'{{}'", "f'{}}'", "f'{a}}'", "f'{{a}'", "f'{a}' = 1", "f'{a}' += 1", "del f'{a}'", "for f'{a}' in b: pass", "f''()", "def f(a=f'{'): pass"]
for text in ERRORS:
    try:
        compile(text, "<f>", "exec")
        print(text, "compiles")
    except SyntaxError as e:
        print(repr(text), e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))
for text in ["f'{a:d}'", "f'{b:d}'", "f'{none:5}'", "f'{a!r:d}'", "f'{undefined}'", "f'{a:{undefined}}'", "f'{1:{2.5}}'", "f'{a.nope}'", "f'{[]:x}'"]:
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)
