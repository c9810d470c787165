# Source nested deeper than the parser goes: an error, not a crash.
def tell(name, text, mode='eval'):
    try:
        compile(text, 'x', mode)
        print(name, 'compiled')
    except (SyntaxError, RecursionError, MemoryError) as e:
        print(name, 'refused')


N = 100000
for name, text in [
    ('parentheses', '(' * N + ')' * N), ('brackets', '[' * N + ']' * N), ('braces', '{' * N + '}' * N),
    ('unclosed', '(' * N), ('calls', 'f(' * N + ')' * N), ('subscripts', 'a[' * N + ']' * N),
    ('minus', '-' * N + '1'), ('not', 'not ' * N + '1'), ('lambda', 'lambda: ' * N + '1'),
    ('if', '1 if 1 else ' * N + '1'), ('power', '2 ** ' * N + '1'), ('await', 'await ' * N + '1'),
    ('f-string', 'f"{' * 200 + '1' + '}"' * 200), ('starred', '*' * N + 'a'),
]:
    tell(name, text)
tell('while', ''.join(' ' * i + 'while 1:\n' for i in range(99)) + ' ' * 99 + 'pass\n', 'exec')
tell('indent', ''.join(' ' * i + 'if 1:\n' for i in range(150)) + ' ' * 150 + 'pass\n', 'exec')
tell('def', ''.join(' ' * i + 'def f():\n' for i in range(98)) + ' ' * 98 + 'pass\n', 'exec')
tell('long', 'x = [' + '1,' * N + ']', 'exec')
tell('elif', 'if 0: pass\n' + 'elif 0: pass\n' * 300, 'exec')
tell('statements', 'x = 1\n' * N, 'exec')
