"""ouro why: ways, other holders, dominators and lines from a snapshot file; by type, by way, by address; as DOT."""
import os
import re
import sys
import tracemalloc

import ouro

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def run(arguments):
    status = os.system("'%s' why %s >out 2>err" % (sys.executable, arguments))
    with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
        return os.waitstatus_to_exitcode(status), out.read(), err.read()


def shown(text):
    text = re.sub(r"0x[0-9a-f]+", "ADDRESS", text.replace(HERE, ""))
    return re.sub(r" +", " ", re.sub(r"\d+(\.\d+)? (B|KB|MB)\b", "SIZE", text))


tracemalloc.start(5)


class Row:
    pass


class Link:
    pass


class App:
    def __init__(self):
        self.cache = {}
        self.recent = []


def make(app, i):
    row = Row()
    app.cache["key %d" % i] = row
    return row


app = App()
for i in range(100):
    row = make(app, i)
    if i in (57, 93):  # not the first, which stands for all of the same way
        app.recent.append(row)
row = None
class Last:
    pass


chain = Last()
for i in range(60):
    link = Link()
    link.next = chain
    chain = link
link = None
odd = {'a "quoted"\nkey\\': Link()}
ouro.snapshot("now.heap")

status, out, err = run("now.heap Row")
print(status, err == "")
print(re.sub(r"'key \d+'", "'key N'", shown(out)))
status, out, err = run("now.heap __main__.app.recent")
print(status, shown(out))
address = re.search(r"at (0x[0-9a-f]+)", out).group(1)
print(run("now.heap " + address) == (status, out, err))

# an object with another holder
status, out, err = run("\"now.heap\" \"__main__.app.cache['key 57']\"")
print(status, shown(out))
status, out, err = run("--limit 10 now.heap App")
print(status, shown(out))

# the members of a list that is linked are one way, and the way to the last of them is cut in the middle
status, out, err = run("now.heap Link")
print(shown(out.split("\n")[2]))
lines = out.split("\n")
print(status, lines[0].split(",")[0], [line.strip() for line in lines if "more steps" in line])
status, out, err = run("now.heap Last")
print(status, out.count(".next"), [line.strip() for line in out.split("\n") if "more steps" in line])

status, out, err = run("--dot now.heap Row")
print(status, out.startswith("digraph why {\n") and out.endswith("}\n"), 'label=".cache"' in out, "style=bold" in out)
status, out, err = run("--limit 60 --dot=link.dot now.heap Link")
with open("link.dot", encoding="utf-8") as f:
    dot = f.read()
print(status, out == "", '[\'a \\"quoted\\"' in dot, all(re.fullmatch(
    r'digraph why \{|\}|  (rankdir=LR|(node|edge) \[.*\]);|  n\d+( -> n\d+)? \[label="([^"\\]|\\.)*"(, (shape|style)=\w+)?\];', line)
    for line in dot.rstrip("\n").split("\n")))

for wrong in ("", "now.heap", "missing.heap Row", "%s Row" % __file__, "--limit 0 now.heap Row", "--limit", "now.heap Ro",
              "now.heap __main__.nothing", "now.heap 0x10", "now.heap 0xzz", "--dot=missing/x now.heap Row", "now.heap Row more"):
    status, out, err = run(wrong)
    print(status, repr(out), err.split("\n")[0].replace(__file__, "this program"))

# ---- keys and texts that would move the cursor, end the line, or are no UTF-8 ----

class Odd:
    pass


ODD = {"a\nb'\\\x1b[31m\x85é\udc80": {"k": Odd()}}
SAME = ["two\nlines %d" % (i // 30) + "\x1b[2J" for i in range(60)]
ouro.snapshot("odd.heap")
os.system("'%s' why odd.heap Odd >out" % sys.executable)
with open("out", encoding="utf-8") as f:
    print(*[re.sub(r"\d+ B.*", "SIZE", line) for line in f.read().split("\n") if "ODD" in line or "  ['a" in line], sep="\n")
os.system("""'%s' why odd.heap "$(sed -n 's/^1 object.*held as //p' out)" >again""" % sys.executable)
with open("again", encoding="utf-8") as f:
    print(f.read().startswith("Odd at 0x"))
os.system("'%s' heap odd.heap >out" % sys.executable)
with open("out", encoding="utf-8") as f:
    print(sorted(line.split(None, 4)[-1] for line in f if "two" in line))
print("ODD['a\\nb\\'" in ouro.why(next(iter(ODD.values()))))
