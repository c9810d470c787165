"""mprof: run, list, peak, plot, rm, clean, attach; and memory_profiler's program and its pieces."""
import os
import re
import sys
import time


def run(arguments, module="mprof"):
    """Status, standard output and error of the command; numbers that differ from run to run as N."""
    status = os.system("'%s' -m %s %s >out 2>err" % (sys.executable, module, arguments))
    with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
        texts = [re.sub(r"\d+\.\d+|\d{14}|\d\d:\d\d:\d\d \d\d/\d\d/\d{4}", "N", f.read()) for f in (out, err)]
    return os.waitstatus_to_exitcode(status), *texts


with open("grow.py", "w") as f:
    f.write("""import sys, time
@profile
def grow(n):
    kept = [bytes(100000) for i in range(n)]
    time.sleep(0.3)
    return kept
kept = grow(50)
time.sleep(0.2)
sys.exit(3)
""")
print(run("run -T 0.02 -o one.dat grow.py x"))
with open("one.dat") as f:
    lines = f.read().split("\n")
print(lines[0].replace(sys.executable, 'OURO'), {line.split()[0] for line in lines[1:] if line}, [line.split()[1] for line in lines if line.startswith("FUNC")])
sizes = [float(line.split()[1]) for line in lines if line.startswith("MEM")]
times = [float(line.split()[2]) for line in lines if line.startswith("MEM")]
print(max(sizes) - min(sizes) > 4, times == sorted(times), abs(times[-1] - time.time()) < 60, len(times) > 3)
call = [line.split() for line in lines if line.startswith("FUNC")][0]
print(float(call[4]) - float(call[2]) > 4.5, float(call[5]) - float(call[3]) > 0.25, call[6])
print(run("run -E -T 0.02 grow.py")[0], run("run -E -o sh.dat sh -c 'exit 4'"), run("run no-such-program")[::2])
print(run("run missing.py"), run("run")[0])
before = len(run("list")[1].split("\n"))
for again in range(3):
    run("run -T 0.5 true")
print(len(run("list")[1].split("\n")) - before, "files of three runs that follow each other at once")
print(re.sub(r"^\d", "N", run("list")[1]).count("\n"), run("peak one.dat"), run("peak")[1].split("\n")[0])
status, out, err = run("plot one.dat")
print(status, out.split("\n")[0].replace(sys.executable, "OURO"), out.count("|"), re.sub(r"\+?N", "N", out.split("\n")[-2]), "#" in out)
print(run("plot -o one.svg --slope -t 'a < b' one.dat"))
with open("one.svg") as f:
    svg = f.read()
depth = 0
for closing, name, empty in re.findall(r"<(/?)(\w+)[^<>]*?(/?)>", svg):
    depth += 0 if empty else -1 if closing else 1
print(depth, svg.count("<polyline"), "a &lt; b" in svg, "__main__.grow" in svg, "peak" in svg, "MiB/s" in svg)
print(run("plot -n -w 0,0.1 -o part.txt one.dat"), os.path.getsize("part.txt") > 500)
for wrong in ("plot -w 3 one.dat", "plot -o x.png one.dat", "plot -w 900,901 one.dat", "peak grow.py", "peak 77", "rm", "rm nothing",
              "attach 999999999", ""):
    status, out, err = run(wrong)
    print(status, err.split("\n")[0])
with open("cut.dat", "w") as f:
    f.write("CMDLINE x\nMEM 1.5 100.0\nMEM 2.5 100.1\nMEM 3.5 10")
print(run("peak cut.dat")[1])
print(len(run("clean --dry-run")[1].split("\n")) >= 3, run("rm one.dat cut.dat")[0], os.path.exists("one.dat"))
run("clean")
print([name for name in os.listdir(".") if name.startswith("mprofile")], run("peak"))
pid = os.fork()
if pid == 0:
    with open("/proc/self/comm", "w") as f:  # a name of its own
        f.write("mprof-%d" % os.getppid())
    time.sleep(100)
    os._exit(0)
print(run("attach --timeout 0.2 -T 0.05 -o attached.dat %d" % pid)[::2], run("peak attached.dat")[0])
print(run("run -a -t 0.2 -T 0.05 -o attached.dat %d" % pid)[::2], run("peak attached.dat")[0])
print(run("attach -t 0.2 -T 0.05 -o attached.dat mprof-%d" % os.getpid())[::2], run("attach no-such-name-of-all")[::2])
os.kill(pid, 9)
os.waitpid(pid, 0)

# a program that does not end by itself, and what was in use while a function ran
print(run("run -t 0.2 -T 0.05 -o short.dat sleep 1")[0], run("peak short.dat")[0])
print(run("run -T 0.02 -o func.dat grow.py x")[0])
peaks = [float(os.popen("'%s' -m mprof peak %s func.dat" % (sys.executable, more)).read().split()[-2]) for more in ("", "--func __main__.grow")]
print(peaks[0] >= peaks[1] > 5, run("peak --func nothing func.dat"))
print(run("run -M -T 0.02 -o many.dat --nopython sh -c 'sleep 0.3 & wait'")[0], run("peak many.dat")[1].count("Child") >= 1)

# the program of memory_profiler
status, out, err = run("--precision 1 grow.py", "memory_profiler")
print(status, re.sub(r" +", " ", out.replace(os.getcwd(), "")).split("\n")[2:8], err)
print(run("-o table.txt grow.py", "memory_profiler")[0], os.path.getsize("table.txt") > 100)
print(run("--timestamp grow.py", "memory_profiler")[1].startswith("FUNC __main__.grow"), run("", "memory_profiler")[0])
print(run("--backend nonsense grow.py", "memory_profiler")[0])

# calls as bars, above those that call them; options that say what they do not do here
with open("calls.dat", "w") as f:
    f.write("CMDLINE x\n" + "".join("MEM %d.0 %d.0\n" % (i + 1, 100 + i) for i in range(11)) +
            "FUNC m.outer 1.0 100.0 9.0 108.0 0\nFUNC m.inner 2.0 102.0 4.0 104.0 1\nFUNC m.inner 5.0 105.0 6.0 106.0 1\nFUNC m.late 11.0 110.0 11.0 110.0 0\n")
print(run("plot --flame -o calls.txt calls.dat"))
print(*[line for line in open("calls.txt") if "[" in line], sep="", end="")
print(run("plot -f -w 3,5.5 -o calls.txt calls.dat")[0], *[line for line in open("calls.txt") if "[" in line], sep="\n", end="")
print(run("plot -f -n -o calls.txt calls.dat")[0], "[" in open("calls.txt").read())
print(run("plot --flame --backend Agg -o calls.svg calls.dat"))
svg = open("calls.svg").read()
bars = [tuple(map(float, bar)) for bar in re.findall(r'<g><rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"', svg)]
print(len(bars), sorted({y for _, y, _ in bars}), [round(width / max(w for _, _, w in bars), 2) for _, _, width in bars], re.findall("<text x=\"[^\"]*\" y=\"[^\"]*\">([\\w.]*)</text><title>", svg))
print({run(command + " --version")[:2] for command in ("run", "attach", "plot", "list", "rm", "clean", "peak")}, run("attach -E --nopython -t 0.05 -T 0.02 -o me.dat %d" % os.getpid())[0])
