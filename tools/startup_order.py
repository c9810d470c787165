#!/usr/bin/env python3
"""startup_order.py OURO > src/cli/startup.ld: the functions and the constants that a program touches which does nothing,
for the linker.

They are put side by side (meson.build).  Spread over all of the file, as the sources' order has them, they make the system
map nearly all of it, because it maps 64 KiB at a time: 2 MB; side by side they are 0.6 MB.  A name that is no more does no
harm, one that is missing costs a few pages: the list need not be made anew for each change.

Needs valgrind, and an interpreter built with --buildtype=release, whose symbols it reads.
"""
import bisect
import re
import subprocess
import sys

PROGRAM = "pass"
LINE = 64


def touched(interpreter):
    """The addresses that are executed and those that are read or written, by lines of the cache."""
    code, data = set(), set()
    with subprocess.Popen(["valgrind", "--tool=lackey", "--trace-mem=yes", interpreter, "-c", PROGRAM],
                          stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            access = re.match(r"(I | S| L| M) +([0-9a-f]+),", line)
            if access:
                address = int(access.group(2), 16)
                code.add(address) if access.group(1) == "I " else data.add(address // LINE * LINE)
    return code, data


def symbols(interpreter):
    """(address, size, kind, name) of all that have a size, in order."""
    table = subprocess.run(["nm", "-n", "-S", interpreter], capture_output=True, text=True, check=True).stdout
    fields = [line.split() for line in table.split("\n")]
    return [(int(f[0], 16), int(f[1], 16), f[2], f[3]) for f in fields if len(f) == 4]


def hit(table, addresses, kinds, width):
    """Names of the symbols that the addresses, each `width` bytes wide, fall into."""
    table = [s for s in table if s[2] in kinds]
    starts = [s[0] for s in table]
    names = set()
    for address in addresses:
        i = bisect.bisect_right(starts, address + width - 1) - 1
        while i >= 0 and table[i][0] + table[i][1] > address:
            names.add(table[i][3])
            i -= 1
    return names


def stem(name):
    """Without what the compiler appends (.lto_priv.0, .constprop.0, .0): that changes from build to build."""
    return re.sub(r"\.(lto_priv|constprop|isra|part|cold|[0-9]+)\b.*", "", name)


def sections(prefixes, names):
    for name in sorted(names):
        print("        *(%s)" % " ".join("%s.%s %s.%s.*" % (prefix, name, prefix, name) for prefix in prefixes))


def main(interpreter):
    code, data = touched(interpreter)
    table = symbols(interpreter)
    functions = hit(table, code, "tT", 1)
    cold = {stem(name) for name in functions if name.endswith(".cold")}
    functions = {stem(name) for name in functions if not name.endswith(".cold")}
    constants = {stem(name) for name in hit(table, data, "rRdD", LINE)}
    print("/* Made by tools/startup_order.py. */\nSECTIONS\n{\n    .text.first :\n    {")
    sections([".text", ".text.startup", ".text.hot"], functions)
    sections([".text.unlikely"], cold)
    print("        *libgcc.a:*(.text)")
    print("    }\n}\nINSERT BEFORE .text;\nSECTIONS\n{\n    .rodata.first : ALIGN(0x10000)\n    {")
    # Names of attributes and methods; longer texts, which have sections of other names, are mostly documentation.
    print("        *(.rodata.str1.1 .rodata.*.str1.1 .rodata.cst2 .rodata.cst4 .rodata.cst8 .rodata.cst16 .rodata.cst32)")
    print("        *(.rodata.*_module_def)")  # a module's name is looked for among all of them
    sections([".rodata"], constants)
    sections([".rodata"], functions)
    # Documentation: only that of types is touched.
    print("        *(.rodata.str1.8 .rodata.*.str1.8)")
    print("    }\n}\nINSERT AFTER .rodata;")


main(*sys.argv[1:])
