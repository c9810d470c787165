#!/usr/bin/env python3
"""write_calls.py OURO [PYTHON]: writes tests/python/every_method/calls_AREA.py and .out: for each type (and the modules math, cmath,
itertools, operator) calls of every method and attribute, drawn by fuzz_calls.py's generator with a fixed seed.  The expected
output is PYTHON's.  Calls whose answer holds an address, or on which the two differ, are left out and counted: the
fuzzer is there to find those."""
import os
import subprocess
import sys
import tempfile

import fuzz_calls

FOLDER = os.path.join(fuzz_calls.HERE, "..", "python", "every_method")
HEAD = '''# Calls of every method of %s, made by tests/fuzz/write_calls.py.
import os
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fuzz", "calls_prelude.py")) as f:
    exec(f.read())
'''
TRIES = 4


def cases_of(writer, area, names):
    """TRIES calls of each name, as sources of case(...)."""
    for name in names:
        writer.methods = {area: [name]}
        for attempt in range(TRIES):
            if area in fuzz_calls.RECEIVERS:
                yield (writer.method if attempt else writer.attribute)(area)[1]
            else:
                yield writer.module_function(area)[1]


def answers(interpreter, text):
    with tempfile.NamedTemporaryFile("w", prefix="calls_", suffix=".py", dir=FOLDER, delete=False, encoding="utf-8") as f:
        f.write(text)
    try:
        done = subprocess.run([interpreter, "-W", "ignore", f.name], capture_output=True, timeout=300, preexec_fn=fuzz_calls.limit)
    finally:
        os.remove(f.name)
    found = {}
    for line in done.stdout.decode("utf-8", "replace").split("\n"):
        head, _, rest = line.partition(" ")
        if head.isdigit():
            found[int(head)] = rest
    return found


def main():
    ouro, reference = sys.argv[1], (sys.argv[2:] or ["python3.11"])[0]
    os.makedirs(FOLDER, exist_ok=True)
    methods = fuzz_calls.methods_of_types()
    dropped = 0
    for area, names in methods.items():
        head = HEAD % area + fuzz_calls.HELPERS
        cases = list(cases_of(fuzz_calls.Writer(area, methods), area, names))
        text = head + "".join("case(%s)\n" % c for c in cases)
        want, got = answers(reference, text), answers(ouro, text)
        kept = [c for i, c in enumerate(cases, 1) if want.get(i) is not None and want.get(i) == got.get(i) and " at 0x" not in want[i]
                and "str_ascii" not in want[i]]
        dropped += len(cases) - len(kept)
        stem = os.path.join(FOLDER, "calls_" + area)
        with open(stem + ".py", "w", encoding="utf-8") as f:
            f.write(head + "".join("case(%s)\n" % c for c in kept))
        with open(stem + ".out", "wb") as f:
            f.write(subprocess.run([reference, "-W", "ignore", stem + ".py"], capture_output=True).stdout)
        print("%-15s %5d calls of %d names" % (area, len(kept), len(names)))
    print("%d left out" % dropped)


main()
