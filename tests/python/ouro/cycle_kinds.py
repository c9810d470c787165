# what is told of each kind of cycle: what made it, where its members were allocated, which line closed it, its cost
import gc
import json
import os
import sys
import tracemalloc

import ouro


class Node:
    def __init__(self):
        self.children = []
        self.parent = None

    def add(self, child):
        self.children.append(child)
        child.parent = self  # closes parent and child


def parent_child():
    parent = Node()
    parent.add(Node())


class Button:
    def __init__(self):
        self.on_click = self.click  # closes self-callback

    def click(self):
        pass


class Machine:
    pass


def closure():
    def walk(n):
        return walk
    return None


def instance_closure():
    machine = Machine()
    machine.step = lambda: machine  # closes instance and closure


def exception():
    try:
        raise ValueError("kept")
    except ValueError as e:
        error = e  # closes exception


def generator():
    def run(box):
        yield box
    box = []
    g = run(box)
    next(g)
    box.append(g)  # closes generator


def make_class():
    class Local:
        def method(self):
            return super().method()


def other():
    loop = {}
    loop["self"] = [loop]  # closes other


def item():
    a, b = Machine(), {}
    b["machine"] = a
    a.table = b  # closes item


makers = [parent_child, Button, closure, instance_closure, exception, generator, make_class, other, item]
lines = {}
with open(__file__, encoding="utf-8") as source:
    for number, text in enumerate(source, 1):
        lines[number] = text.split("# closes ")[1].strip() if "# closes " in text else None


def told(maker):
    gc.collect()
    ouro.explain_cycles()
    for _ in range(10):
        maker()
    kinds = ouro.cycles()
    ouro.explain_cycles(False)
    return max(kinds, key=lambda k: k.count)


gc.disable()
print("--- patterns")
for maker in makers:
    kind = told(maker)
    print("%-17s %-24s %d  %s" % (maker.__name__, kind.pattern, kind.count, kind.text))
    assert kind.closed_by == [] and kind.members == [] and kind.age is None

print("--- lines")
tracemalloc.start(1)
ouro.trace_stores()
for maker in makers:
    kind = told(maker)
    members = [(m.type, m.line - maker.__code__.co_firstlineno if hasattr(maker, "__code__") else 0, m.count)
               for m in sorted(kind.members) if m.file == __file__]
    members = [m for m in members if 0 <= m[1] < 10]  # not what the call itself made, on the caller's line
    closed = [(lines[c.line], c.count) for c in kind.closed_by if c.file == __file__]
    print("%-17s %s closed by %s" % (maker.__name__, members[:3], closed))
tracemalloc.stop()

print("--- the youngest store counts, not the last in the source")


class Late:
    pass


def late(first):
    a, b = Late(), Late()
    if first:
        a.b = b
        b.a = a  # closes second line
    else:
        b.a = a
        a.b = b
kind = told(lambda: late(True))
print([lines[c.line] for c in kind.closed_by])
kind = told(lambda: late(False))
print([c.line - late.__code__.co_firstlineno for c in kind.closed_by])


def replaced():
    a, b = Late(), Late()
    a.b = b
    b.a = a
    a.b = None
    setattr(a, "b", b)
kind = told(replaced)
print([c.line - replaced.__code__.co_firstlineno for c in kind.closed_by])
ouro.trace_stores(False)
kind = told(replaced)
print(kind.closed_by)

print("--- what it costs")
kind = told(parent_child)
print(kind.objects, kind.size > 0, kind.watched > 0, abs(kind.bytes_per_second * kind.watched - kind.size) < 1,
      0 < kind.collector < kind.watched, 0 <= kind.waited <= kind.longest_wait * 1.001)
print(len(kind), kind == (kind.text, kind.count, kind.objects, kind.size))

print("--- a recording goes on through the questions of others")
ouro.explain_cycles()
parent_child()
gc.collect()
ouro.assert_no_cycles(lambda: None)
print([k.pattern for k in ouro.cycles()])
closure()
print(sorted(k.pattern for k in ouro.cycles()))
ouro.explain_cycles(False)
print(ouro.cycles())

print("--- stores are traced beside a trace function")
seen = []
sys.settrace(lambda frame, event, arg: seen.append(event))
ouro.trace_stores()
parent_child()
sys.settrace(None)
print(seen[:2])
print([lines[c.line] for k in ouro.cycles() for c in k.closed_by])
ouro.trace_stores(False)

print("--- the report")
PROGRAM = """
class Node: pass
def make():
    a = Node(); b = Node()
    a.b = b
    b.a = a
for i in range(20): make()
"""
with open("program.py", "w", encoding="utf-8") as file:
    file.write(PROGRAM)
assert os.system("'%s' --memory=json --trace-stores -X tracemalloc program.py 2>report" % sys.executable) == 0
with open("report", encoding="utf-8") as file:
    cycles = json.load(file)["cycles"]
(node,) = [c for c in cycles if "Node.b" in c["cycle"]]
print(node["cycle"], node["pattern"], node["count"], [(m["type"], m["line"], m["count"]) for m in node["members"]],
      [(c["line"], c["count"]) for c in node["closed_by"]])
assert os.system("'%s' --memory --trace-stores -X tracemalloc program.py 2>report" % sys.executable) == 0
with open("report", encoding="utf-8") as file:
    print([line.strip().replace(os.getcwd() + os.sep, "") for line in file if "program.py:" in line and "closed" in line])
