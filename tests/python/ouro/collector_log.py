# what each collection did: its reason, what it looked at, what it freed, by type and by line
import gc
import json
import os
import sys
import tracemalloc
import weakref

import ouro

NODES = 40


class Node:
    pass


class Final:
    def __del__(self):
        pass


class Lazarus:
    def __del__(self):
        kept.append(self)


kept = []


def ring(n):
    first = last = Node()
    for _ in range(n - 1):
        node = Node()  # line of the nodes
        node.next = last
        last = node
    first.next = last


def plain(c):
    return c.trigger, c.generation, c.collected, c.freed, c.finalizers, c.resurrected, c.uncollectable


gc.disable()
gc.collect()
print("nothing is kept before:", ouro.collections())
ouro.log_collections(5)

ring(NODES)
gc.collect()
(c,) = ouro.collections()
print(plain(c), c.examined >= NODES, 0 < c.pause < 10, c.live_after < c.live_before)
print([(r.type, r.file, r.line, r.count) for r in c.rows], c.rows[0].size == c.size)

tracemalloc.start()
ring(NODES)
tracemalloc.stop()
tracemalloc.start()
ring(NODES)
line = ring.__code__.co_firstlineno + 3
gc.collect(1)
c = ouro.collections(1)[0]
tracemalloc.stop()
rows = sorted((r.line - line, r.type, r.count) for r in c.rows)
print(plain(c), [r for r in rows if r[2] > 1], sum(r[2] for r in rows))

f = Final()
f.me = f
lazarus = Lazarus()
lazarus.me = lazarus
del f, lazarus
gc.collect()
print(plain(ouro.collections(1)[0]))
kept.clear()

node = Node()
node.me = node
called = []
ref = weakref.ref(node, called.append)
del node
gc.collect()
print(ouro.collections(1)[0].callbacks, len(called))

gc.enable()
gc.set_threshold(50)
while not any(c.trigger == "count" for c in ouro.collections()):
    ring(10)
gc.disable()
gc.set_threshold(700)
c = [c for c in ouro.collections() if c.trigger == "count"][0]
print(c.trigger, c.generation)

numbers = [c.number for c in ouro.collections()]
print(len(numbers), numbers == list(range(numbers[0], numbers[0] + 5)))
ouro.log_collections(2)
print([c.number for c in ouro.collections()] == numbers[-2:])
ouro.log_collections(0)
gc.collect()
print(ouro.collections())
for wrong in (-1, 10 ** 7):
    try:
        ouro.log_collections(wrong)
    except ValueError as e:
        print(e)

# the command's log
PROGRAM = """
class Node: pass
def make():
    a = Node(); b = Node()
    a.b = b; b.a = a
for i in range(20): make()
import gc
gc.collect()
"""


def log(options):
    """Status and standard error of the program."""
    with open("program.py", "w") as file:
        file.write(PROGRAM)
    status = os.system("'%s' %s program.py 2>err" % (sys.executable, options))
    with open("err", encoding="utf-8") as err:
        return os.waitstatus_to_exitcode(status), err.read()


status, text = log("--gc-log -X tracemalloc")
first = [line for line in text.splitlines() if "gc.collect" in line][0]
print(status, first[first.index("freed"):].replace(os.getcwd() + os.sep, ""))
status, text = log("--gc-log=json")
lines = [json.loads(line) for line in text.splitlines()]
asked = [l for l in lines if l["trigger"] == "gc.collect"]
print(asked[0]["freed"], asked[0]["rows"][0]["type"], asked[0]["other_count"], lines[-1]["trigger"])
status, text = log("--gc-log=log.jsonl")
with open("log.jsonl", encoding="utf-8") as file:
    print(status, text == "", len([json.loads(line) for line in file]) == len(lines))
status, text = log("--gc-log=/nowhere/log")
print(status, text.strip())
