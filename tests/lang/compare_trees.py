#!/usr/bin/python3.11
"""Compares the front end with CPython's over the source files of a directory.

    python3.11 compare_trees.py AST_DUMP [--quick] [DIRECTORY]

For each file: the syntax tree with all its positions must equal ast.dump's, the scopes must equal the symbol table's,
and where CPython refuses the file, the error must be the same.  --quick takes every 25th file.  DIRECTORY is the
standard library when it is not given.
"""
import _symtable
import ast
import glob
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import warnings

# Decoding errors of files carry positions that depend on how CPython buffers a file.
EXCEPTIONS = {'bad_coding2.py', 'badsyntax_pep3120.py'}
RESOLUTIONS = '?LGgFC'


def describe_error(error):
    details = error.args[1] if len(error.args) > 1 else (None, error.lineno, error.offset)
    return '%s|%s|%s|%s' % (type(error).__name__, error.args[0], details[1], details[2])


def expected_tree(source, path):
    return ast.dump(ast.parse(source, path), include_attributes=True)


def scope_lines(table, out):
    names = table.symbols
    resolved = {name: RESOLUTIONS[flags >> 11 & 15] for name, flags in names.items()}
    cells = sorted(name for name, kind in resolved.items() if kind == 'C')
    free = sorted(name for name, kind in resolved.items() if kind == 'F' or names[name] & 64)
    kind = ('function', 'class', 'module')[table.type]
    uses = sorted('%s:%d%s' % (name, flags & 0x3ff, resolved[name]) for name, flags in names.items())
    out.append('%s %s %d %s params=%s cells=%s frees=%s names=%s' % (
        kind, table.name, table.lineno, 'n' if table.nested else '', ','.join(table.varnames), ','.join(cells),
        ','.join(free), ','.join(uses)))
    for child in table.children:
        scope_lines(child, out)
    return out


def our_scope_line(line):
    m = re.fullmatch(r'(\S+ .* -?\d+) flags=(\S*) (params=.*) names=(.*)', line)
    if not m:
        return line
    return '%s %s %s names=%s' % (m[1], 'n' if 'n' in m[2] else '', m[3], ','.join(sorted(m[4].split(','))))


def same_error(error, output):
    ours = output.split('\n')[0].split('|')
    return ours[:4] == describe_error(error).split('|')


def run(command, path):
    result = subprocess.run(command + [path], capture_output=True)
    if result.stderr or result.returncode < 0 or result.returncode > 1:
        raise RuntimeError('%s: status %d\n%s' % (path, result.returncode, result.stderr.decode()))
    return result.stdout.decode('utf-8', 'surrogatepass')


def write_names(source, file):
    """The characters that the file names with \\N{...}, for ast_dump -N."""
    for name in sorted(set(re.findall(rb'\\N\{([^}\n]+)\}', source))):
        try:
            character = unicodedata.lookup(name.decode())
        except (KeyError, UnicodeDecodeError):
            continue
        if len(character) == 1:
            file.write('%x %s\n' % (ord(character), name.decode()))
    file.flush()


def compare_file(tool, path):
    with open(path, 'rb') as file:
        source = file.read()
    with tempfile.NamedTemporaryFile('w') as names:
        write_names(source, names)
        command = [tool, '-N', names.name]
        output = run(command, path)
        try:
            tree = expected_tree(source, path)
        except SyntaxError as error:
            return same_error(error, output) or 'error: %s\n   ours: %s' % (describe_error(error), output[:200])
        ours = output[:-1]
        if ours != tree:
            at = next((i for i, (a, b) in enumerate(zip(ours, tree)) if a != b), min(len(ours), len(tree)))
            return 'tree: %s\n  ours: %s' % (tree[max(0, at - 80):at + 80], ours[max(0, at - 80):at + 80])
        output = run(command + ['-s'], path)
        try:
            scopes = scope_lines(_symtable.symtable(source, path, 'exec'), [])
        except SyntaxError as error:
            return output.startswith('SyntaxError|' + error.args[0]) or 'error: %s\n   ours: %s' % (error, output[:200])
        for line, our in zip(scopes, output.splitlines()):
            if line != our_scope_line(our):
                return 'scope: %s\n  ours: %s' % (line, our_scope_line(our))
        return len(scopes) == len(output.splitlines()) or 'number of scopes'


def main():
    tool, *rest = sys.argv[1:]
    quick = '--quick' in rest
    rest = [argument for argument in rest if argument != '--quick']
    directory = rest[0] if rest else os.path.dirname(os.__file__)
    warnings.simplefilter('ignore')
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(10000)
    files = sorted(glob.glob(os.path.join(directory, '**', '*.py'), recursive=True))
    wrong = 0
    for path in files[::25] if quick else files:
        if os.path.basename(path) in EXCEPTIONS:
            continue
        verdict = compare_file(tool, path)
        if verdict is not True:
            wrong += 1
            print('%s\n%s' % (path, verdict))
    print('%d files, %d differ' % (len(files[::25] if quick else files), wrong))
    sys.exit(wrong > 0)


main()
