#!/usr/bin/env python3
"""memory_names.py: every function of every public header has a scenario in which memory runs out (memory_test.h), and the
scenario that names it calls it; and every one that takes a runtime is misused in misuse_test.c."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = ["memory_test.c", "memory_core_test.c"]
# From any thread and from signal handlers: these cannot look whether the runtime is closed, which takes a lock.
NOT_CHECKED = {"ouro_interrupt", "ouro_stop", "ouro_is_stopped"}


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as stream:
        return stream.read()


def declared(text):
    """The functions that a header declares for the library to define, with their first parameter's type."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", " ", text, flags=re.S | re.M)
    text = re.sub(r"\b(?:struct|union|enum)\s+\w*\s*\{[^{}]*\}", "struct_body", text)
    found = {}
    for statement in re.split("[;{}]", text):
        match = re.fullmatch(r"\s*((?:[\w*]+\s+|\*)+)(ouro_\w+)\s*\((.*)\)\s*(?:OURO_PRINTF\([^)]*\))?\s*", statement, re.S)
        if match and "typedef" not in match[1] and "inline" not in match[1]:
            found[match[2]] = match[3].split(",")[0].strip()
    return found


def main():
    failures, checks = [], 0
    functions = {}
    for header in sorted(os.listdir(os.path.join(TOP, "include/ouro"))):
        functions.update(declared(read(TOP, "include/ouro", header)))
    named = {}
    for name in SCENARIOS:
        for match in re.finditer(r'^SCENARIO\((\w+),\s*((?:"[^"]*"\s*)+)\)\n(.*?)^\}', read(HERE, name), re.M | re.S):
            for function in "".join(re.findall(r'"([^"]*)"', match[2])).split():
                named[function] = "%s, %s" % (name, match[1])
                checks += 1
                helpers = read(HERE, name)
                if not re.search(r"\b%s\b" % function, match[3]) and len(re.findall(r"\b%s\(" % function, helpers)) < 1:
                    failures.append("%s: %s does not call %s" % (name, match[1], function))
    misused = read(HERE, "misuse_test.c")
    for function, first in functions.items():
        checks += 2
        if function not in named:
            failures.append("%s has no scenario in which memory runs out" % function)
        if first.startswith("ouro_runtime *") and function in declared(read(TOP, "include/ouro/ouro.h")) and \
                function not in NOT_CHECKED and not re.search(r"\b%s\(" % function, misused):
            failures.append("%s is not in misuse_test.c" % function)
    for function in named:
        checks += 1
        if function not in functions:
            failures.append("%s, in %s, is in no header" % (function, named[function]))
    if len(functions) < 200:
        failures.append("only %d functions found in the headers" % len(functions))
    for text in failures:
        print("FAIL", text)
    print("%d passed, %d failed" % (checks - len(failures), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
