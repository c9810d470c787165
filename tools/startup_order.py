#!/usr/bin/env python3
"""startup_order.py OURO > src/cli/startup.ld: the functions that a program executes which does nothing, for the linker.

They are put side by side (meson.build).  Spread over all of the code, as the files' order has them, they make the system
map nearly all of it: 1.5 MB; side by side they are a quarter of a megabyte.  A name that is no more does no harm, a
function that is missing costs a page: the list need not be made anew for each change.

Needs valgrind, and an interpreter built with --buildtype=release, whose symbols it reads.
"""
import re
import subprocess
import sys
import tempfile

# Of each, the functions are taken.
PROGRAMS = ["pass"]


def executed(interpreter, program):
    with tempfile.NamedTemporaryFile(mode="r") as out:
        subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out.name, interpreter, "-c", program],
                       stderr=subprocess.DEVNULL, check=True)
        text = out.read()
    files, functions, ours, names = {}, {}, False, set()
    for kind, number, name in re.findall(r"^(c?ob|c?fn)=\((\d+)\)(?: (.*))?$", text, re.M):
        known = files if kind.endswith("ob") else functions
        if name:
            known[number] = name
        if kind == "ob":
            ours = known[number].endswith("/ouro")
        elif kind == "fn" and ours:
            names.add(re.match(r"\w*", known[number]).group())  # without .part.0, 'recursion level
    return {name for name in names if name[:1].isalpha() or name[:1] == "_"} - {"main"}


def main(interpreter):
    names = set().union(*(executed(interpreter, program) for program in PROGRAMS))
    print("/* Made by tools/startup_order.py. */\nSECTIONS\n{\n    .text.first :\n    {")
    for name in sorted(names):
        print("        *(.text.%s .text.%s.*)" % (name, name))
    print("    }\n}\nINSERT BEFORE .text;")


main(*sys.argv[1:])
