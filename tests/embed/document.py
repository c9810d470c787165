#!/usr/bin/env python3
"""document.py DOCUMENT INCLUDE-FOLDER [COMPILER-ARGUMENT...]: compiles and runs the C code of a document.

Each fenced block of C is a program of its own when it has a `main`; else a comment before it (which readers of the
page do not see) says what is to be put around it:

    <!-- code: in main -->       statements; the wrapper is main
    <!-- code: in a runtime -->  statements; the wrapper is main, with a runtime `rt` opened before them and closed after
                                 them, which must leave nothing
    <!-- code: before -->        definitions for the block that follows

A block without either is a fault.  A fenced block after `<!-- output -->` is what the code before it must print.  Both
with ownership in the types and without: -DOURO_OWNERSHIP_CHECKED is tried for those marked `, owned`.

The arguments of the compiler are the libraries to link with.  The compiler is $CC, or cc.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-unused-but-set-variable"]
BEFORE = "#include <ouro/ouro.h>\n#include <ouro/heap.h>\n#include <ouro/trace.h>\n#include <stdio.h>\n#include <string.h>\n"
AROUND = {
    "in main": "int main(void)\n{\n%s\n    return 0;\n}\n",
    "in a runtime": "static int example(ouro_runtime *rt)\n{\n%s\n    return 0;\n}\nint main(void)\n{\n"
                    "    ouro_config isolated = ouro_config_default();\n    isolated.isolated = true;\n"
                    "    ouro_runtime *rt = ouro_open(&isolated);\n    int status = rt == NULL || example(rt) != 0;\n"
                    "    if (rt != NULL && ouro_failed(rt)) {\n        ouro_error_print(rt);\n        status = 1;\n    }\n"
                    "    return ouro_close(rt) != 0 ? 2 : status;\n}\n",
}


class Fault(Exception):
    pass


def blocks(text):
    """(line, marker or None, language, contents) of each fenced block."""
    pattern = r"(?:^<!-- ([^\n]*?) -->\n+)?^```(\w*)\n(.*?)^```$"
    for match in re.finditer(pattern, text, re.M | re.S):
        yield text.count("\n", 0, match.start(2)) + 1, match[1], match[2], match[3]


def programs(text):
    """(line, source, output or None, options)"""
    found, before = [], ""
    for line, marker, language, contents in blocks(text):
        if marker == "output":
            if not found or found[-1][2] is not None:
                raise Fault("line %d: output without code" % line)
            found[-1][2] = contents
        elif language == "c":
            where, _, option = (marker or "").removeprefix("code: ").partition(", ")  # "owned"
            if where == "before":
                before += "#line %d\n%s" % (line + 1, contents)
                continue
            numbered = "#line %d\n%s" % (line + 1, contents)
            if re.search(r"\bint main\(", contents):
                source = before + numbered
            elif where in AROUND:
                source = BEFORE + before + AROUND[where] % numbered
            else:
                raise Fault("line %d: neither a program nor marked: %r" % (line, marker))
            found.append([line, source, None, option])
            before = ""
    if before:
        raise Fault("definitions that no block follows")
    return found


def check(source, output, options, include, arguments):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "example.c")
        with open(name, "w", encoding="utf-8") as stream:
            stream.write(source)
        compiler = shlex.split(os.environ.get("CC", "cc"))
        program = os.path.join(folder, "example")
        common = compiler + WARNINGS + ["-I", include, name]
        if "owned" in options:
            strict = subprocess.run(common + ["-DOURO_OWNERSHIP_CHECKED", "-fsyntax-only"], capture_output=True, text=True)
            if strict.returncode:
                return "ownership:\n" + strict.stderr
        built = subprocess.run(common + ["-o", program] + arguments, capture_output=True, text=True)
        if built.returncode:
            return built.stderr
        ran = subprocess.run([program], capture_output=True, text=True, timeout=60, cwd=folder, stdin=subprocess.DEVNULL)
        if ran.returncode or ran.stderr:
            return "exit status %d\n%s" % (ran.returncode, ran.stderr)
        if ran.stdout != (output or ""):
            return "--- expected\n%s--- got\n%s" % (output or "", ran.stdout)
    return None


def main(document, include, *arguments):
    with open(document, encoding="utf-8") as stream:
        text = stream.read()
    failed = 0
    found = programs(text)
    for line, source, output, options in found:
        problem = check(source, output, options, include, list(arguments))
        if problem:
            failed += 1
            print("FAIL %s:%d: %s" % (os.path.basename(document), line, problem))
    print("%d passed, %d failed" % (len(found) - failed, failed))
    return 1 if failed or not found else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
