"""ouro record and ouro report, -X tracemalloc and PYTHONTRACEMALLOC, from beginning to end: statuses, messages, files that
are damaged, missing or broken off."""
import os
import re
import sys
import time


def run(arguments, before=""):
    """Status, standard output and standard error of the command."""
    status = os.system("%s '%s' %s >out 2>err </dev/null" % (before, sys.executable, arguments))
    with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


def lines(text):
    """The lines of a report's table: the place at the end of each."""
    return [line.split("  ")[-1].strip().replace(os.getcwd() + "/", "") for line in text.split("\n") if re.match(r" +[\d.]+ [KM]?B ", line)]


with open("work.py", "w") as f:
    f.write("""import sys
kept = []
def keep():
    kept.append(bytes(300000))
def waste():
    for i in range(40):
        bytes(100000)
for i in range(10):
    keep()
waste()
print("done", sys.argv[1:])
sys.exit(5)
""")

# recording
status, out, err = run("record -o a.ouro work.py x y")
print(status, out, err, end="")
print(run("record -c 'print(1)'"), os.path.exists("run.ouro"))
print([run("record " + wrong)[0] for wrong in ("-o missing/a.ouro work.py", "--interval=x work.py", "--sample=x work.py", "-o")])
print(run("record -o missing/a.ouro work.py")[1:])
print(run("record -o none.ouro no_such.py")[0], run("record --sample=10K --frames=2 --interval=20 -o b.ouro work.py")[:2])

# what it tells
status, out, err = run("report a.ouro")
print(status, err, out.split("\n")[0], lines(out)[0])
print([lines(run("report --by %s --lines 1 a.ouro" % by)[1]) for by in ("live", "peak", "total", "growth")][:3])
total = run("report --by total a.ouro")[1]
row = next(line for line in total.split("\n") if "(waste)" in line).split()
print(row[0], row[1], float(row[6]) > 3.5, row[7], [int(n) for n in row[8:10]][0], 40 <= int(row[9]) <= 60)
for limit in (1, 3):
    text = run("report --lines %d a.ouro" % limit)[1]
    print(limit, len(lines(text)), re.sub(r"\d+", "N", text.rstrip("\n").split("\n")[-1]))
print("(keep)" in run("report b.ouro")[1] or "keep" in run("report b.ouro")[1], run("report --tree a.ouro")[1].count("keep") >= 1)
for wrong in ("", "--by colour a.ouro", "--lines x a.ouro", "--by", "missing.ouro", "work.py", "--nonsense a.ouro"):
    status, out, err = run("report " + wrong)
    print(status, err.split("\n")[0])

# a full disk, a folder
with open("snap.py", "w") as f:
    f.write("import ouro\nouro.snapshot('one.heap')\nKEPT = [[i] for i in range(3000)]\nouro.snapshot('two.heap')\n")
print(run("snap.py")[0])
if os.path.exists("/dev/full"):
    for command in ("report a.ouro", "report --tree a.ouro", "report --html=- a.ouro", "heap two.heap", "diff one.heap two.heap",
                    "leaks one.heap one.heap two.heap", "why two.heap list", "top"):
        status = os.waitstatus_to_exitcode(os.system("'%s' %s >/dev/full 2>err" % (sys.executable, command)))
        with open("err", encoding="utf-8") as err:
            print(command.split()[0], status, err.read().strip())
print(run("report ."), [run(command + " --help")[0] for command in ("heap", "diff", "leaks", "why", "export", "report", "top", "record")])

# damaged and broken off
with open("a.ouro", "rb") as f:
    whole = f.read()
for cut in (0, 1, 7, len(whole) // 2, len(whole) - 1):
    with open("cut.ouro", "wb") as f:
        f.write(whole[:cut])
    status, out, err = run("report cut.ouro")
    print(cut < 8, status, "the recording breaks off" in out, "Traceback" in err)
faults = set()
for place in range(0, len(whole), max(1, len(whole) // 23)):
    with open("bad.ouro", "wb") as f:
        f.write(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1:])
    faults.add(run("report bad.ouro")[0])
print(faults <= {0, 1}, 0 in faults or 1 in faults)

# a crash in the middle
with open("crash.py", "w") as f:
    f.write("""import os, time
kept = []
def keep():
    kept.append(bytes(500000))
for i in range(20):
    keep()
    time.sleep(0.03)
os.kill(os.getpid(), 9)
""")
status, out, err = run("record --interval=20 -o crash.ouro crash.py")
print(status in (-9, 137))
status, out, err = run("report crash.ouro")
print(status, err, "breaks off" in out, lines(out)[0])

# tracemalloc from the start
SHOW = "-c 'import tracemalloc as t; x = [[]]; print(t.is_tracing(), t.get_traceback_limit(), t.get_object_traceback(x) is not None)'"
for options, environment in (("", ""), ("-X tracemalloc", ""), ("-X tracemalloc=7", ""), ("", "PYTHONTRACEMALLOC=3"),
                             ("-X tracemalloc=2", "PYTHONTRACEMALLOC=3"), ("", "PYTHONTRACEMALLOC=0"), ("-E", "PYTHONTRACEMALLOC=3"),
                             ("-X tracemalloc=0", "")):
    print(options, environment, run(options + " " + SHOW, environment)[1:])
for options, environment in (("-X tracemalloc=x", ""), ("-X tracemalloc=-1", ""), ("", "PYTHONTRACEMALLOC=x"), ("-X tracemalloc=99999999", "")):
    status, out, err = run(options + " -c pass", environment)
    print(options, environment, status, err.split("\n")[0])
