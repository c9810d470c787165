#!/usr/bin/env python3
"""make_module_names.py [PYTHON]

Writes src/modules/stdlib_names.c: the names of the standard library's modules, sys.stdlib_module_names of the CPython 3.11
that is installed (PYTHON: /usr/bin/python3.11).
"""
import os
import subprocess
import sys
import textwrap

HEAD = """/* stdlib_names.c: the names of the modules of CPython 3.11's standard library, on any platform, separated by spaces.
 * Made by tools/make_module_names.py: sys.stdlib_module_names is made of it when it is first asked for. */
#include "modules/sys_private.h"

const char sys_stdlib_names[] =
"""


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/python3.11"
    ask = "import sys; assert sys.version_info[:2] == (3, 11); print(*sorted(sys.stdlib_module_names))"
    names = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout
    lines = textwrap.wrap(names, 110, break_long_words=False, break_on_hyphens=False)
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "modules", "stdlib_names.c")
    with open(target, "w", encoding="ascii") as f:
        f.write(HEAD + "".join('    "%s%s"\n' % (line, " " if line is not lines[-1] else "") for line in lines)[:-1] + ";\n")


if __name__ == "__main__":
    main()
