"""The answer that docs/finding-leaks.md shows for its example is the one that the example gets, and the innocent are not in it."""
import os
import re
import sys
import tracemalloc

import ouro

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
with open(os.path.join(ROOT, "docs", "finding-leaks.md"), encoding="utf-8") as f:
    told = re.search(r"^LEAK   (.*); \.\.\.$", f.read(), re.M)[1]
path = os.path.join(ROOT, "examples", "leaky_service.py")
with open(path, encoding="utf-8") as f:
    source = f.read()
tracemalloc.start(20)
sys.argv = [path, "0"]
exec(compile(source, path, "exec"))
for round in range(5):
    for i in range(500):
        app.handle("%d of %d" % (i, round), "/item/%d" % (i * 7 % 400), "language %d" % (i % 40))
    ouro.snapshot("service-%d.heap" % round)
status = os.system("'%s' leaks service-*.heap >out" % sys.executable)
with open("out", encoding="utf-8") as f:
    found = f.read().strip().split("\n")
print(os.waitstatus_to_exitcode(status), len(found))


def words(line):
    return re.sub(r"[\d.]+ [KM]B", "SIZE", line.replace(os.path.dirname(path) + os.sep, "").partition("; the oldest")[0])


print([words(line) for line in found] == [words("LEAK   " + told)] or (found, told))
