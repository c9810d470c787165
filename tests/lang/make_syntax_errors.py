#!/usr/bin/python3.11
"""Brings syntax_errors.txt up to date: wrong programs, and what CPython 3.11 says of them.

    python3.11 make_syntax_errors.py syntax_errors.txt

Each line: a program (\\n, \\t, \\r, \\f, \\\\, \\xhh and \\uhhhh are escapes), a tab, and what the parser and the symbol
table report: class|message|line|column|end line|end column, or "ok".  To add a program, add a line with it alone
and run this.  Lines that begin with "# " are titles.
"""
import _symtable
import re
import sys
import warnings


def unescape(line):
    def one(m):
        c = m[1]
        if c[0] in 'ux':
            return chr(int(c[1:], 16))
        return {'n': '\n', 't': '\t', 'r': '\r', 'f': '\f'}.get(c, c)
    return re.sub(r'\\(u[0-9a-f]{4}|x[0-9a-f]{2}|.)', one, line)


def judge(source):
    try:
        _symtable.symtable(source, '<string>', 'exec')
    except SyntaxError as error:
        details = error.args[1] if len(error.args) > 1 else None
        if details is None:
            # The future statements are checked before the position is known.
            details = (None, error.lineno, error.offset, None, error.end_lineno, error.end_offset)
        place = [str(-1 if item is None else item) for item in (details[1], details[2], details[4], details[5])]
        return '|'.join([type(error).__name__, error.args[0]] + place)
    except Exception as error:
        return '%s|%s|0|0|0|0' % (type(error).__name__, error)
    return 'ok'


def main():
    warnings.simplefilter('ignore')
    path = sys.argv[1]
    with open(path, encoding='utf-8') as file:
        lines = file.read().rstrip('\n').split('\n')
    for i, line in enumerate(lines):
        if not line.startswith('# '):
            program = line.split('\t')[0]
            lines[i] = program + '\t' + judge(unescape(program))
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')


main()
