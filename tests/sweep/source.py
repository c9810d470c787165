code = compile('def f(x, y=2):\n    return x * y\nprint(f(3))\n', '<text>', 'exec')
space = {}
exec(code, space)
print(eval('f(4) + sum([i for i in range(z)])', space, {'z': 4}))
for text in 'x = = 1', 'def f(:\n', '"unterminated':
    try:
        compile(text, '<text>', 'exec')
    except SyntaxError as e:
        print(e.msg, e.lineno)
