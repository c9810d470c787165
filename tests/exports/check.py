#!/usr/bin/env python3
"""The exports of ouro, loaded by the tools they are for: check.py OURO.

    npm ci --prefix tests/exports --ignore-scripts        once; then
    python3 tests/exports/check.py build/ouro

.heapsnapshot by memlab, speedscope (of a snapshot and of a recording) by its published schema, pprof by `go tool pprof` where Go
is installed.  Without node or
its modules it says so and does nothing: `tests/python/ouro/export.py` is the test that always runs.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = '''
import json, tracemalloc
import ouro
tracemalloc.start(10)
class Row:
    pass
CACHE = {}
def make(i):
    row = Row()
    row.name = "row %d" % i
    row.data = [i] * 10
    return row
def fill(n):
    for i in range(n):
        CACHE["key %d" % len(CACHE)] = make(i)
fill(100)
first = ouro.snapshot("first.heap")
fill(200)
ouro.snapshot("second.heap")
second = ouro.load("second.heap")
with open("expected.json", "w") as f:
    json.dump({"objects": second.objects, "bytes": second.size, "rows": 300, "oldRows": 100,
               "retained": ouro.retained(CACHE)}, f)
'''


def main(argv):
    ouro = os.path.abspath(argv[0])
    node = shutil.which("node")
    if not node or not os.path.isdir(os.path.join(HERE, "node_modules")):
        print("exports: skipped: %s" % ("`npm ci --prefix tests/exports --ignore-scripts` first" if node else "node is not installed"))
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "program.py"), "w", encoding="utf-8") as f:
            f.write(PROGRAM)

        def run(*command):
            return subprocess.run(command, cwd=folder, check=True, timeout=300, env=dict(os.environ, NODE_PATH=os.path.join(HERE, "node_modules")))
        run(ouro, "record", "-o", "run.ouro", "program.py")
        run(ouro, "program.py")  # (its files, not those of the recorded run)
        run(ouro, "export", "--format", "chrome", "-o", "first.heapsnapshot", "first.heap")
        run(ouro, "export", "--format", "chrome", "-o", "second.heapsnapshot", "first.heap", "second.heap")
        run(ouro, "export", "--format", "speedscope", "-o", "second.speedscope.json", "second.heap")
        run(ouro, "export", "--format", "pprof", "-o", "second.pb.gz", "second.heap")
        run(ouro, "export", "--format", "speedscope", "-o", "recording.speedscope.json", "run.ouro")
        run(ouro, "export", "--format", "pprof", "-o", "recording.pb.gz", "run.ouro")
        try:
            run(node, os.path.join(HERE, "check.js"), "expected.json")
        except subprocess.CalledProcessError:
            failed = 1
        go = shutil.which("go")
        if go:
            for name, index in ("second", "inuse_space"), ("recording", "alloc_space"), ("recording", "peak_space"):
                top = subprocess.run([go, "tool", "pprof", "-top", "-sample_index=" + index, name + ".pb.gz"], cwd=folder, capture_output=True,
                                     text=True)
                if top.returncode != 0 or "make" not in top.stdout:
                    print("FAIL go tool pprof: %s%s" % (top.stdout, top.stderr))
                    failed = 1
        else:
            print("go is not installed: pprof was not loaded")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
