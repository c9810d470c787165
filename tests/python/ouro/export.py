"""Snapshots for other tools: each file is parsed again and agrees with the snapshot."""
import json
import struct
import tracemalloc

import ouro

tracemalloc.start(10)


class Row:
    def __init__(self, text):
        self.text = text


def make(n):
    return [Row('quote " backslash \\ é \ud800 tab\t%d' % i) for i in range(n)]


ROWS = make(10)
first = ouro.snapshot()
MORE = make(20)
del ROWS[0]
s = ouro.snapshot()
tracemalloc.stop()  # what reads the files need not be traced


# ---- Chrome's DevTools ----

def load(name):
    with open(name, encoding="utf-8") as f:
        text = f.read()
    data = json.loads(text)
    keys = ["snapshot", "nodes", "edges", "trace_function_infos", "trace_tree", "samples", "locations", "strings"]
    assert list(data) == keys and all(text.count('"%s":' % k) == 1 for k in keys[1:])
    return data


def nodes_of(data):
    raw, strings = data["nodes"], data["strings"]
    types = data["snapshot"]["meta"]["node_types"][0]
    return [(types[raw[i]], strings[raw[i + 1]]) + tuple(raw[i + 2:i + 7]) for i in range(0, len(raw), 7)]


s.export("s.heapsnapshot")
data = load("s.heapsnapshot")
nodes = nodes_of(data)
print(len(nodes) == data["snapshot"]["node_count"] == s.objects + 1)
print(len(data["edges"]) // 3 == data["snapshot"]["edge_count"] == sum(n[4] for n in nodes))
print(nodes[0][:2], sum(n[3] for n in nodes) == s.size)
print(all(n[2] % 2 == 1 for n in nodes), len({n[2] for n in nodes}) == len(nodes))
print(all(t % 7 == 0 and t // 7 < len(nodes) for t in data["edges"][2::3]))
rows = [n for n in nodes if n[:2] == ("object", "Row")]
print(len(rows), min(n[3] for n in rows) >= 24)
print(sorted(n[1] for n in nodes if n[0] == "string" and n[1].startswith('quote "'))[-1].encode("unicode_escape"))

# names and kinds of edges
types = data["snapshot"]["meta"]["edge_types"][0]
edges, at = {}, 0
for number, n in enumerate(nodes):
    for _ in range(n[4]):
        kind, name, to = data["edges"][at:at + 3]
        kind = types[kind]
        label = name if kind in ("element", "hidden") else data["strings"][name]
        edges.setdefault(number, []).append((kind, label, to // 7))
        at += 3
main = [to for kind, label, to in edges[0] if label == "__main__"][0]
print({kind for kind, _, _ in edges[0]})
namespace = [to for kind, label, to in edges[main] if label == "__dict__"][0]
more = [(kind, to) for kind, label, to in edges[namespace] if label == "MORE"][0]
print(more[0], nodes[more[1]][:2], sorted(label for kind, label, to in edges[more[1]] if kind == "element")[-1])
row = edges[more[1]][0][2]
print([(kind, label) for kind, label, to in edges[row] if kind == "property"])

# where they were allocated: five fields for each node, the fifth an array with its children, five fields each
lines = {}
def walk(children, stack):
    total = 0
    assert len(children) % 5 == 0
    for at in range(0, len(children), 5):
        number, function, count, size, below = children[at:at + 5]
        info = data["trace_function_infos"][function * 6:function * 6 + 6]
        lines[number] = stack + [(data["strings"][info[1]], info[4])]
        total += size + walk(below, lines[number])
    return total
total = walk(data["trace_tree"], [])
print(len(data["trace_tree"]), nodes[0][2])
traced = [n for n in nodes if n[5]]
print(total == sum(n[3] for n in traced), len(data["trace_function_infos"]) // 6 == data["snapshot"]["trace_function_count"])
print([name for name, line in lines[rows[-1][5]]][1:])

# the same object has the same id in each
first.export("first.heapsnapshot")
s.export("second.heapsnapshot", "chrome", [first])
before, after = nodes_of(load("first.heapsnapshot")), nodes_of(load("second.heapsnapshot"))
ids = {n[2] for n in before if n[:2] == ("object", "Row")}, {n[2] for n in after if n[:2] == ("object", "Row")}
print(len(ids[0]), len(ids[1]), len(ids[0] & ids[1]))

# ---- stacks ----

s.export("s.collapsed", "collapsed")
with open("s.collapsed", encoding="utf-8", errors="replace") as f:
    stacks = [line.rstrip("\n").rsplit(" ", 1) for line in f]
print(sum(int(size) for _, size in stacks) == s.size, "(not traced)" in dict(stacks))
print({stack.split(";")[-1].split()[0] for stack, _ in stacks if ";make (" in stack})

s.export("s.speedscope.json", "speedscope")
with open("s.speedscope.json", encoding="utf-8") as f:
    data = json.load(f)
memory, objects = data["profiles"]
print(sum(memory["weights"]) == memory["endValue"] == s.size, len(memory["samples"]) == len(memory["weights"]))
print(sum(objects["weights"]) == s.objects, {p["type"] for p in data["profiles"]})
print(all(0 <= f < len(data["shared"]["frames"]) for sample in memory["samples"] for f in sample))

s.export("s.pb.gz", "pprof")
with open("s.pb.gz", "rb") as f:
    raw = f.read()
profile, at = b"", 10
while True:
    final, size, inverse = raw[at], *struct.unpack("<HH", raw[at + 1:at + 5])
    assert size ^ inverse == 0xFFFF
    profile += raw[at + 5:at + 5 + size]
    at += 5 + size
    if final:
        break
print(raw[:3], struct.unpack("<I", raw[-4:])[0] == len(profile), at == len(raw) - 8)


def messages(data):
    """(field, value or bytes) of a message of the protocol-buffer encoding."""
    at = 0
    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2
            size = varint()
            yield key >> 3, data[at:at + size]
            at += size


def numbers(packed):
    result, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            result.append(value)
            value = shift = 0
    return result


strings = [v.decode("utf-8", "replace") for k, v in messages(profile) if k == 6]
samples = [dict(messages(v)) for k, v in messages(profile) if k == 2]
locations = {dict(messages(v))[1] for k, v in messages(profile) if k == 4}
print(strings[0] == "", [strings[dict(messages(v))[1]] for k, v in messages(profile) if k == 1])
print(sum(numbers(x[2])[1] for x in samples) == s.size, sum(numbers(x[2])[0] for x in samples) == s.objects)
print(all(set(numbers(x[1])) <= locations for x in samples))

for call in (lambda: s.export("x", "gif"), lambda: s.export("x", 1), lambda: s.export("x", "chrome", [1]),
             lambda: s.export("missing/x"), lambda: s.export("/dev/full")):
    try:
        call()
    except (TypeError, ValueError, OSError) as e:
        print(type(e).__name__, e)
