"""A recording for other tools: each file is parsed again and agrees with the others and with what the program itself counted."""
import json
import os
import sys


def run(arguments):
    """Status, standard output and standard error of the command."""
    status = os.system("'%s' %s >out 2>err </dev/null" % (sys.executable, arguments))
    with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


with open('quote " one;two.py', "w") as f:
    f.write("""import gc
gc.disable()
gc.collect()
class Node:
    pass
def circles(n):
    for i in range(n):
        a = Node()
        a.me = a
def grow():
    return [bytes(20000) for _ in range(300)]
circles(500)
gc.collect(1)
most = grow()
kept = most[:10]
del most
circles(100)
gc.collect()
circles(3)
gc.collect(0)
print([(s["collections"], s["collected"]) for s in gc.get_stats()])
""")
status, out, err = run("record -o a.ouro 'quote \" one;two.py'")
stats = eval(out)
print(status, stats[0][0] >= 1, stats[1][0] >= 1, stats[2][0] >= 1)

# ---- over time ----
print(run("export --format chrome-trace -o a.json a.ouro"))
with open("a.json", encoding="utf-8") as f:
    data = json.load(f)
events = data["traceEvents"]
print(sorted(data), sorted({e["ph"] for e in events}), data["otherData"]["command"], data["otherData"]["whole"])
print([e["args"]["name"] for e in events if e["ph"] == "M"])
print(all(type(e["pid"]) is int and (e["ph"] == "M" or e["ts"] >= 0) for e in events))
slices = [e for e in events if e["ph"] == "X"]
found = [[0, 0], [0, 0], [0, 0]]
for e in slices:
    found[e["args"]["generation"]][0] += 1
    found[e["args"]["generation"]][1] += e["args"]["objects collected"]
    assert e["name"] == "collection of generation %d" % e["args"]["generation"] and e["dur"] >= 0
# (a start may have collected before, an end collects after)
print([e["args"]["objects collected"] for e in slices if e["args"]["objects collected"] in (500, 1000, 100, 200, 3, 6)][:3] in ([500, 100, 3], [1000, 200, 6]))
print(all(a["ts"] + a["dur"] <= b["ts"] + 0.001 for a, b in zip(slices, slices[1:])))
print(all(many >= n for (many, _), (n, _) in zip(found, stats)), data["otherData"]["collections in the sums alone"])
counters = {}
for e in events:
    if e["ph"] == "C":
        (unit, value), = e["args"].items()
        counters.setdefault((e["name"], unit), []).append((e["ts"], value))
print([len(counters[key]) == len(counters["live", "bytes"]) >= 2 for key in (("resident", "bytes"), ("blocks", "live"))])
print(all(times == sorted(times) for times in ([t for t, _ in c] for c in counters.values())))
grown = counters['line quote " one;two.py:11', "bytes"]
print(max(v for _, v in grown) > 2000000 > grown[-1][1] >= 200000, len([1 for name, _ in counters if name.startswith("line ")]) <= 10)
print(max(v for _, v in counters["type bytes", "bytes"]) >= 200000, len([1 for name, _ in counters if name.startswith("type ")]) <= 10)
peak, = [e for e in events if e["ph"] == "i"]
print((peak["ts"], peak["args"]["bytes"]) in counters["live", "bytes"], peak["args"]["bytes"] == max(v for _, v in counters["live", "bytes"]))
live = counters["live", "bytes"][-1][1]

# ---- by call stack ----
sums = {}
for by in ("live", "peak", "total"):
    status, out, err = run("export --format collapsed --by %s a.ouro" % by)
    rows = [line.rsplit(" ", 1) for line in out.rstrip("\n").split("\n")]
    sums[by] = sum(int(n) for _, n in rows)
    if by == "peak":
        print({stack.split(";")[-2].split(" (")[0] for stack, n in rows if int(n) > 2000000}, ";two" in out, "_two" in out)
print(sums["live"] == live, sums["peak"] == peak["args"]["bytes"], sums["live"] < sums["peak"] < sums["total"])
print(run("export --format collapsed a.ouro")[1] == run("export --format collapsed --by live a.ouro")[1])

print(run("export --format speedscope --by peak -o a.speedscope.json a.ouro"))
with open("a.speedscope.json", encoding="utf-8") as f:
    data = json.load(f)
profiles = {p["name"]: p for p in data["profiles"]}
print([(p["name"], p["type"], p["unit"]) for p in data["profiles"]])
print([sum(profiles[name]["weights"]) == profiles[name]["endValue"] for name in profiles if name != "Collections"])
print([profiles[name]["endValue"] == sums[by] for name, by in
       (("Live memory at the end", "live"), ("Live memory at the peak", "peak"), ("Allocated memory", "total"))])
gc_events, frames = profiles["Collections"]["events"], data["shared"]["frames"]
print([e["type"] for e in gc_events] == ["O", "C"] * len(slices), all(a["frame"] == b["frame"] for a, b in zip(gc_events[::2], gc_events[1::2])))
print([e["at"] for e in gc_events] == sorted(e["at"] for e in gc_events), gc_events[-1]["at"] <= profiles["Collections"]["endValue"])
print([frames[e["frame"]]["name"] for e in gc_events[::2]] == [e["name"] for e in slices])

print(run("export --format pprof -o a.pb.gz a.ouro"))
with open("a.pb.gz", "rb") as f:
    print(f.read(3), os.path.getsize("a.pb.gz") > 200)

# ---- what breaks off, and what is wrong ----
with open("a.ouro", "rb") as f:
    whole = f.read()
with open("broken.ouro", "wb") as f:
    f.write(whole[:-30])
status, out, err = run("export --format chrome-trace broken.ouro")
print(status, err, json.loads(out)["otherData"]["whole"])
with open("nothing.ouro", "wb") as f:
    f.write(b"OUROREC1")
with open("snap.py", "w") as f:
    f.write("import ouro; ouro.snapshot('s.heap')\n")
run("snap.py")
for wrong in ("--format chrome a.ouro", "--format gif a.ouro", "--format chrome-trace s.heap", "--format pprof a.ouro s.heap",
              "--format pprof --by peak s.heap", "--format chrome-trace nothing.ouro", "--format chrome-trace missing.ouro",
              "--format collapsed --by growth a.ouro", "--format chrome-trace -o /dev/full a.ouro", "--format chrome-trace -o missing/x a.ouro"):
    status, out, err = run("export -o wrong " + wrong)
    print(status, err.split("\n")[0], os.path.exists("wrong") and os.path.getsize("wrong"))
print(run("export --format collapsed s.heap")[0], run("export --help")[0])
