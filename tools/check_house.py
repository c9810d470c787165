#!/usr/bin/env python3
"""Rules of the house that a machine can check:

    - includes point down the floors (docs/architecture.md);
    - no file is over 1,500 lines;
    - every function in a public header has a comment;
    - a source file begins with a comment that says what it is;
    - a function that a header of src/ declares is named somewhere besides its declaration and its definition.
"""
import collections
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOORS = {"base": 0, "mem": 1, "object": 2, "gc": 3, "types": 4, "lang": 5, "vm": 6, "modules": 7, "embed": 8, "cli": 9}
WINGS = {"trace": {"base", "mem"}, "heap": {"base", "mem", "object"}}
LONGEST = 1500

checks = failures = 0


def check(ok, message):
    global checks, failures
    checks += 1
    if not ok:
        failures += 1
        print("FAIL " + message)


def sources(folder, suffixes):
    for root, folders, names in os.walk(os.path.join(TOP, folder)):
        folders[:] = [name for name in folders if name != "node_modules"]  # (what tests/exports installs)
        for name in sorted(names):
            if name.endswith(suffixes):
                path = os.path.join(root, name)
                with open(path, encoding="utf-8") as f:
                    yield os.path.relpath(path, TOP), f.read()


def check_includes(path, text):
    parts = path.split(os.sep)
    if parts[0] != "src" or len(parts) < 3:
        return
    floor = parts[1]
    for target in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
        other = target.split("/")[0]
        if other not in FLOORS or floor not in FLOORS:
            continue
        check(FLOORS[other] <= FLOORS[floor], "%s includes %s, which is a floor above" % (path, target))


def check_public(path, text):
    """A declaration in a public header stands below a comment, or in a block of declarations below one."""
    lines = text.split("\n")
    commented = False
    for number, line in enumerate(lines):
        if line.strip().endswith("*/"):
            commented = True
        elif not line.strip():
            commented = False
        elif re.match(r"^(OURO_NODISCARD |OURO_PUBLIC )*[a-z][\w ]*[ *]ouro_\w+\(", line) and line.rstrip().endswith((";", ",", "(")):
            check(commented, "%s:%d: a public function without a comment" % (path, number + 1))


def without_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", text, flags=re.S)


def check_named():
    """Each function of the inner headers has a caller: its name stands in the sources a third time."""
    declared, named = {}, collections.Counter()
    for folder in "src", "tests", "bench", "examples":
        for path, text in sources(folder, (".c", ".h")):
            text = without_comments(text)
            named.update(re.findall(r"\w+", text))
            if folder == "src" and path.endswith(".h"):
                for name in re.findall(r"^(?!static\b|typedef\b)[A-Za-z_][\w *]*?\b(\w+)\([^;{}]*;", text, re.M):
                    declared[name] = path
    for name, path in declared.items():
        check(named[name] > 2, "%s declares %s, which nobody calls" % (path, name))


for path, text in sources("src", (".c", ".h")):
    check(text.count("\n") <= LONGEST, "%s has over %d lines" % (path, LONGEST))
    check(text.startswith("/*"), "%s does not begin with a comment that says what it is" % path)
    check_includes(path, text)
for path, text in sources("include", (".h",)):
    check_public(path, text)
check_named()
for path, text in sources("tests", (".c", ".h", ".py")):
    check(text.count("\n") <= LONGEST, "%s has over %d lines" % (path, LONGEST))
print("%d passed, %d failed" % (checks - failures, failures))
sys.exit(1 if failures else 0)
