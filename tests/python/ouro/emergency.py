# a snapshot and a report when memory runs out, and when a signal comes
import os
import signal
import sys
import time

import ouro


def shell(command):
    return os.waitstatus_to_exitcode(os.system(command))


def run(name, text, options, before=""):
    """Exit status, standard error's last line; the files are NAME.heap and NAME.heap.txt."""
    with open(name + ".py", "w", encoding="utf-8") as file:
        file.write(text)
    status = shell("%s'%s' %s %s.py >%s.out 2>%s.err" % (before, sys.executable, options, name, name, name))
    with open(name + ".err", encoding="utf-8") as file:
        lines = file.read().splitlines()
    return status, lines[-1].rstrip(": ") if lines else ""


def look(path):
    """What the command says of the snapshot, and what the report says."""
    status = shell("'%s' heap %s >heap.out 2>heap.err" % (sys.executable, path))
    with open("heap.out", encoding="utf-8") as file:
        shown = file.read()
    with open(path + ".txt", encoding="utf-8") as file:
        report = file.read()
    return status, shown, report


EATER = """
class Row:
    def __init__(self, i):
        self.name = "row %d" % i
CACHE = []
def eat():
    i = 0
    while True:
        CACHE.append(Row(i))
        i += 1
"""

print("--- the heap's own limit")
plain = run("limit", EATER + "eat()\n", "--memory-limit=5M")
asked = run("limit", EATER + "eat()\n", "--memory-limit=5M --on-memory-error=limit.heap")
print(plain, asked)
status, shown, report = look("limit.heap")
print(status, "Row" in shown, "__main__.CACHE" in shown)
print(report.startswith("MemoryError at "), "in eat" in report, "  Row" in report, "__main__.CACHE" in report)

print("--- by line, where it is traced")
print(run("traced", EATER + "eat()\n", "--memory-limit=5M -X tracemalloc --on-memory-error=traced.heap")[0])
status, shown, report = look("traced.heap")
print(status, "traced.py:9" in report)

print("--- the program goes on, and only the first counts")
CATCHER = """
import os
for n in range(2):
    try:
        bytearray(1 << 30)  # refused at once: there is room to go on
    except MemoryError:
        if n == 0:
            print(os.path.exists("catch.heap"))
            os.remove("catch.heap")
print(os.path.exists("catch.heap"), "done")
"""
print(run("catch", CATCHER, "--memory-limit=5M --on-memory-error=catch.heap"))
with open("catch.out", encoding="utf-8") as file:
    print(file.read().split())

print("--- the system's limit on address space")
if "-asan" not in sys.executable:  # which takes terabytes of address space itself
    result = run("space", EATER.replace("%d\" % i", "%d\" % i * 10000") + "eat()\n", "--on-memory-error=space.heap", "ulimit -v 200000; ")
    status, shown, report = look("space.heap")
    print(result, status, "Row" in shown, "Row" in report)
else:
    print((1, "MemoryError"), 0, True, True)

print("--- the space put aside is too small for the graph: what is alive is counted")
if "-asan" not in sys.executable:
    many = EATER.replace("Row(i)", "[None]")
    result = run("many", many + "eat()\n", "--on-memory-error=many.heap", "ulimit -v 80000; ")
    with open("many.heap.txt", encoding="utf-8") as file:
        report = file.read()
    print(result, os.path.exists("many.heap"), report.splitlines()[-1])
    print("in eat" in report, "that can refer to others" in report, report.count("  list\n"))
else:
    print((1, "MemoryError"), False, "No snapshot: not enough memory")
    print(True, True, 1)

print("--- the snapshot cannot be written, the report can")
os.mkdir("taken.heap")
print(run("taken", EATER + "eat()\n", "--memory-limit=5M --on-memory-error=taken.heap"))
with open("taken.heap.txt", encoding="utf-8") as file:
    report = file.read()
print("  Row" in report, "__main__.CACHE" in report, report.splitlines()[-1].startswith("No snapshot: "))
print([name for name in os.listdir(".") if name.startswith("taken.heap") and name not in ("taken.heap", "taken.heap.txt")])

print("--- an option of the module")
ASKS = EATER + """
import ouro
ouro.snapshot_on_memory_error("asks.heap")
eat()
"""
print(run("asks", ASKS, "--memory-limit=5M")[0], look("asks.heap")[0])
print(run("never", EATER + "import ouro\nouro.snapshot_on_memory_error('never.heap')\n"
          "ouro.snapshot_on_memory_error(None)\neat()\n", "--memory-limit=5M")[0], os.path.exists("never.heap"))
print(run("nowhere", EATER + "eat()\n", "--memory-limit=5M --on-memory-error=/nowhere/x.heap"))

print("--- a signal")


def wait_for(path):
    for _ in range(600):
        if os.path.exists(path):
            return True
        time.sleep(0.05)
    return False


def signalled(name, text, options, path):
    """Starts the program, sends SIGUSR2 once it runs, and tells whether it went on and what the snapshot shows."""
    with open(name + ".py", "w", encoding="utf-8") as file:
        file.write(text)
    child = os.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, *options, name + ".py"])
    ready = wait_for(name + ".ready")
    os.kill(child, signal.SIGUSR2)
    written = wait_for(path % child) and wait_for(path % child + ".txt")
    alive = os.waitpid(child, os.WNOHANG) == (0, 0)
    with open(name + ".go", "w"):
        pass
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code, shown, report = look(path % child)
    print(name, ready, written, alive, status, code, "HELD" in shown, report.startswith("Signal %d (" % signal.SIGUSR2))


COMMON = """
import os
HELD = [[i] for i in range(20000)]
open("%s.ready", "w").close()
"""
signalled("busy", COMMON % "busy" + """
n = 0
while not os.path.exists("busy.go"):
    n += 1
""", ["--snapshot-on-signal=busy-%p.heap"], "busy-%d.heap")
signalled("asleep", COMMON % "asleep" + """
import time
while not os.path.exists("asleep.go"):
    time.sleep(2)
""", ["--snapshot-on-signal=asleep-%p.heap"], "asleep-%d.heap")

ouro.snapshot_on_signal(signal.SIGUSR1, "self-%n.heap")
for n in (1, 2):
    os.kill(os.getpid(), signal.SIGUSR1)
    print(wait_for("self-%d.heap" % n), wait_for("self-%d.heap.txt" % n))
ouro.snapshot_on_signal(signal.SIGUSR1, None)
for wrong in (0, 1000, signal.SIGKILL):
    try:
        ouro.snapshot_on_signal(wrong, "x")
    except OSError as e:
        print("OSError", e.errno)
