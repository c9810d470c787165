"""The command's answers about snapshot files: ouro heap, diff, leaks, export."""
import os
import re
import sys
import time
import tracemalloc

import ouro


def run(arguments):
    """Status, standard output and standard error of the command, sizes and times as N."""
    status = os.system("'%s' %s >out 2>err" % (sys.executable, arguments))
    with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


def shown(text):
    text = text.replace(os.path.dirname(os.path.abspath(__file__)) + os.sep, "")
    return re.sub(r"\d+(\.\d+)? (B|KB|MB)\b", "SIZE", text)


tracemalloc.start()
CACHE = {}


class Row:
    pass


def make(i):
    row = Row()
    row.name = "row %d" % (i % 7)
    row.me = row
    return row


for moment in range(4):
    for i in range(500):
        CACHE[500 * moment + i] = make(i)
    ouro.snapshot("%d.heap" % moment)

status, out, err = run("heap 3.heap")
print(status, err == "", out.startswith("3.heap: "))
print([line for line in out.split("\n") if line and not line.startswith(" ")][2:])
print([shown(line).split(None, 1)[1] for line in out.split("\n") if "__main__.CACHE" in line])
print([shown(line).split(None, 1)[1] for line in out.split("\n") if "'row 1'" in line])
status, out, err = run("diff 0.heap 3.heap")
print(status, [line.split()[-3:] for line in out.split("\n") if line.endswith("  Row")])
status, out, err = run("diff --by line 0.heap 3.heap")
print(status, shown(out).split("\n")[1].split()[-4:])
status, out, err = run("leaks 0.heap 1.heap 2.heap 3.heap")
print(status, shown(out).rstrip().split("; ")[:2])
print((status, out, err) == run("leaks 3.heap 0.heap 2.heap 1.heap"))  # put in order of time
print(run("why 3.heap CACHE")[:2] == run("why 3.heap __main__.CACHE")[:2])
status, out, err = run("leaks 3.heap 3.heap")
print(status, out)
status, out, err = run("export --format collapsed 3.heap")
print(status, [line.rpartition(" ")[0].replace(os.path.dirname(os.path.abspath(__file__)), "") for line in out.split("\n")
               if line.startswith("make (")][0])
print(run("export --format pprof -o 3.pb.gz 3.heap"), os.path.getsize("3.pb.gz") > 100)
print(run("export --format chrome -o 3.heapsnapshot 2.heap 3.heap"), os.path.getsize("3.heapsnapshot") > 10000)

for wrong in ("heap", "heap missing.heap", "heap %s" % __file__, "diff 0.heap", "diff --by colour 0.heap 1.heap",
              "leaks 0.heap", "export 0.heap", "export --format gif 0.heap", "export --format chrome -o missing/x 0.heap",
              "export --format chrome -o /dev/full 0.heap"):
    status, out, err = run(wrong)
    print(status, repr(out), err.split("\n")[0].replace(__file__, "this program"))

# ---- files of the wrong kind, of other processes, and what cannot be written ----

os.system("'%s' record -o run.ouro -c 'pass' 2>err" % sys.executable)
print(run("heap run.ouro"))
print(run("leaks 0.heap run.ouro"))
print(run("report 3.heap"))
os.system("""'%s' -c 'import ouro; ouro.snapshot("other.heap")'""" % sys.executable)
status, out, err = run("leaks other.heap 0.heap")
print(re.sub(r"process \d+", "process N", err))
ouro.snapshot("forked.heap", fork=True)
while not os.path.exists("forked.heap"):
    time.sleep(0.01)
print("of process %d at" % os.getpid() in run("heap forked.heap")[1])
