"""objgraph beside the package of that name, in one process: the same answers, tables and pictures for the same objects.

The package is looked for in OURO_TEST_PACKAGES, else where Debian installs it; without it there is nothing to compare.  Pictures here
name references that the package cannot name; these labels are left out of the comparison.
"""
import contextlib
import gc
import importlib.util
import inspect
import io
import os
import re
import sys
import types

import objgraph as ours

assert "frozen" in ours.__file__, ours.__file__
package = None
for place in os.environ.get("OURO_TEST_PACKAGES", "/usr/lib/python3/dist-packages").split(":"):
    path = os.path.join(place, "objgraph.py")
    if place and os.path.exists(path):
        spec = importlib.util.spec_from_file_location("objgraph_package", path)
        package = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(package)
if package is None:
    sys.stderr.write("skipped: the package objgraph is not installed\n")
    print("same: all")
    sys.exit()


class Node:
    def __init__(self, *inner):
        self.inner = list(inner)


class Slots:
    __slots__ = ("a", "b")


class Elsewhere:
    pass


Elsewhere.__module__ = "deep.er"


class Ends:
    def __del__(self):
        pass


class Unspeakable:
    def __repr__(self):
        raise RuntimeError


differences, pictures = [], {}


def same(what, a, b):
    if a != b:
        differences.append(what)
        a, b = next(((x, y) for x, y in zip(a[1], b[1]) if x != y), (a[1][len(b[1]):], b[1][len(a[1]):])) if what in pictures else (a, b)
        print("%s\n  here:    %r\n  package: %r" % (what, a, b))


# ---- names and signatures ----
for name in ours.__all__:
    a, b = inspect.signature(getattr(ours, name)), inspect.signature(getattr(package, name))
    same("signature of " + name, str(a), str(b))
    same("docstring of " + name, bool(getattr(ours, name).__doc__), True)
public = {name for name, value in vars(package).items() if isinstance(value, types.FunctionType) and value.__module__ == package.__name__
          and not name.startswith("_")}
same("functions", public - set(ours.__all__), set())


# ---- answers and tables ----
def answer(module, call):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            value = call(module)
        except Exception as e:
            value = type(e).__name__, str(e)
    return value, out.getvalue()


nodes = [Node() for _ in range(5)]
objects = [1, "a", nodes[0], nodes[1], [], {}, (), Elsewhere(), Node, len, sys, [nodes[1]]]
kind = type(nodes[0])
calls = {
    "count": lambda m: [m.count(name, objects) for name in ("Node", "__main__.Node", "deep.er.Elsewhere", "builtins.int", "int", "?")],
    "count all": lambda m: m.count("Node"),
    "count wrongly": lambda m: m.count(5),
    "typestats": lambda m: [m.typestats(objects, shortnames=s) for s in (True, False)],
    "typestats filtered": lambda m: m.typestats(objects, filter=lambda o: type(o) is Node),
    "most_common_types": lambda m: [m.most_common_types(n, objects, s) for n in (10, 2, None, 0) for s in (True, False)],
    "show_most_common_types": lambda m: [m.show_most_common_types(n, objects, s) for n in (10, 3) for s in (True, False)],
    "by_type": lambda m: [len(m.by_type(name, objects)) for name in ("Node", "deep.er.Elsewhere", "Elsewhere", "builtins.list")],
    "at": lambda m: [m.at(id(nodes[2])) is nodes[2], m.at(5)],
    "at_addrs": lambda m: [[o is nodes[2] for o in m.at_addrs(those)] for those in ({id(nodes[2])}, [id(nodes[2])], [])],
    "is_proper_module": lambda m: [m.is_proper_module(o) for o in (sys, 5, types.ModuleType("sys"), types.ModuleType("q"))],
    "get_leaking_objects": lambda m: [type(o).__name__ for o in m.get_leaking_objects(objects)],
    "chains": lambda m: [list(map(id, m.find_ref_chain(objects, lambda o: o is nodes[1]))),
                         list(map(id, m.find_ref_chain(objects, lambda o: o == "nowhere"))),
                         list(map(id, m.find_ref_chain(objects, lambda o: o is nodes[1], max_depth=0))),
                         [type(o).__name__ for o in m.find_backref_chain(nodes[3], m.is_proper_module)]],
    "empty chain": lambda m: m.show_chain([]),
    "both": lambda m: m.show_refs([1], output=io.StringIO(), filename="x.dot"),
    "sortby": lambda m: m.get_new_ids(sortby="colour"),
}
for what, call in calls.items():
    same(what, answer(ours, call), answer(package, call))


# ---- what grows ----
def grow(module):
    peak, kept, told = {}, [], io.StringIO()
    mine = {"filter": lambda o: type(o) in (Node, Elsewhere)}
    for step in range(6):
        kept += [Node() for _ in range(step % 4)] + [Elsewhere()] * (step == 2)
        if step == 3:
            del kept[1:]
        if step % 2:
            told.write(repr(module.growth(peak_stats=peak, **mine)))
        module.show_growth(peak_stats=peak, file=told, limit=1 if step == 4 else 10, shortnames=step < 5, **mine)
    return told.getvalue(), peak


same("growth", grow(ours), grow(package))


def new_ids(module):
    kept, told, state = [], [], {}
    for step in range(9):
        kept += [Node() for _ in range(step % 4)] + [Elsewhere()] * (step == 2)
        if step == 3:
            del kept[1:]
        out = io.StringIO()
        more = {"sortby": ("old", "current", "new", "deltas")[step % 4], "skip_update": step == 5, "limit": None if step < 8 else 0,
                "shortnames": {6: False}.get(step)}
        found = module.get_new_ids(file=out, _state=state, **more)
        name = "Node" if step < 6 else "__main__.Node"
        if step not in (0, 6):
            told.append((type(found).__name__, len(found[name]), len(found["nothing"]), set(map(id, kept[-3:])) & found[name] != set()))
        lines = out.getvalue().split("\n")
        told.append([line.split() for line in lines if "Node" in line or "Elsewhere" in line or "Type" in line])
        told.append({len(line) - max([len(row.split()[0]) for row in lines if row and row[0] != "="]) for line in lines if line and step != 1})
    return told


same("get_new_ids", new_ids(ours), new_ids(package))


# ---- pictures ----
def drawn(module, call):
    out = io.StringIO()
    value = call(module, out)
    names = {}
    text = re.sub(r"(?<![a-z])o\d{6,}", lambda m: names.setdefault(m.group(), "o%d" % len(names)), out.getvalue())
    return value, re.sub(r"( \[\d+)\]", " [N]", text)


def unnamed(a, b):
    """Edges that have a label in `a` alone lose it."""
    lines = []
    for mine, other in zip(a.split("\n"), b.split("\n")):
        named = " -> " in mine and " [label=" in mine and " [label=" not in other
        lines.append(mine.split(" [label=")[0] + ";" if named else mine)
    return "\n".join(lines) + a[len("\n".join(a.split("\n")[:len(lines)])):]


root = Node(Node(), 5, Ends())
slots = Slots()
slots.a = [1]
slots.b = {"x": slots.a, 3: slots.a, (1, 2): [], "not one": [], "k" * 60: {}}


def outer(a, b=[1]):
    def inner():
        return a
    return inner


function, lambda_, nothing = outer([7]), lambda: 0, lambda o: not isinstance(o, (type, types.ModuleType, types.FrameType, type(ours.__dict__)))
odd = [Elsewhere(), Elsewhere, Unspeakable(), 'text\n"quoted"\\\0', 5, 5.5, {1}, (1, 2), frozenset([3]), set(), len, [].append, root.__init__,
       lambda_, function, (lambda: sys._getframe())(), types.ModuleType("mymod"), None, range(3), b"x" * 60]
holder = {"held": root}
holders = [holder, (1, holder), [holder], [holder], [holder]]
pictures |= {
    "refs": lambda m, out: m.show_refs([root], max_depth=2, output=out),
    "refs deep": lambda m, out: m.show_refs(root, max_depth=5, output=out, filter=nothing),
    "long names": lambda m, out: m.show_refs([root], max_depth=2, output=out, shortnames=False, refcounts=True),
    "colours": lambda m, out: m.show_refs([root], max_depth=3, output=out, highlight=lambda o: type(o) is list, filter=nothing,
                                          extra_info=lambda o: 'i<%s>"\n' % type(o).__name__),
    "attributes": lambda m, out: m.show_refs([root], max_depth=1, output=out, filter=nothing,
                                             extra_node_attrs=lambda o: {"shape": 'a"b', "color": "blue", "none": None}),
    "too many": lambda m, out: m.show_refs([[[i] for i in range(15)]], max_depth=2, too_many=3, output=out),
    "slots": lambda m, out: m.show_refs([slots], max_depth=4, output=out, filter=nothing),
    "keys": lambda m, out: m.show_refs([slots.b], max_depth=1, output=out, shortnames=False),
    "odd": lambda m, out: m.show_refs(odd, max_depth=0, output=out),
    "odd, long": lambda m, out: m.show_refs(odd[:6], max_depth=0, output=out, shortnames=False),
    "functions": lambda m, out: m.show_refs([function, root.__init__, function.__closure__[0]], max_depth=2, output=out, filter=nothing),
    "backrefs": lambda m, out: m.show_backrefs([holder], max_depth=1, output=out, extra_ignore=[id(globals())],
                                               filter=lambda o: any(o is h for h in holders)),
    "many backrefs": lambda m, out: m.show_backrefs([holder], max_depth=2, too_many=2, output=out, extra_ignore=[id(globals())],
                                                    filter=lambda o: any(o is h for h in holders)),
    "backrefs up": lambda m, out: m.show_backrefs([root.inner[0]], max_depth=3, output=out, filter=lambda o: o is root or o is root.inner),
    "chain": lambda m, out: m.show_chain(m.find_backref_chain(root.inner[0], m.is_proper_module), output=out),
    "chain on": lambda m, out: m.show_chain(m.find_ref_chain(root, lambda o: type(o) is Ends), backrefs=False, output=out),
}
for what, call in pictures.items():
    b = drawn(package, call)
    a = drawn(ours, call)
    same(what, (a[0], unnamed(a[1], b[1]).split("\n")), (b[0], b[1].split("\n")))
drawn(ours, pictures["refs deep"])
same("nothing is changed by a picture", [type(o) for o in gc.get_referents(Node(1))], [list, type])


# ---- files ----
def shown(module, path, **more):
    told = answer(module, lambda m: m.show_refs([root], filename=path, max_depth=1, **more))
    return told[0], re.sub(r"/\S*objgraph-\w+", "DOT", told[1])


os.environ["PATH"] = os.getcwd()
for path in ("x.dot", "x.png", None):
    same("file %s" % path, shown(ours, path), shown(package, path))
with open("dot", "w") as f:
    f.write('#!/bin/sh\necho "$@" | /bin/sed "s/[^ ]*objgraph-[^ ]*/DOT/g" >>dot.log\nexit ${DOT_STATUS:-0}\n')
os.chmod("dot", 0o755)
for path in ("x.png", "x.svg", None):
    for status in ("0", "3"):
        os.environ["DOT_STATUS"] = status
        same("dot %s, %s" % (path, status), shown(ours, path), shown(package, path))
with open("dot.log") as f:
    lines = f.read().split("\n")
same("what dot is asked", lines[0::2][:6], lines[1::2][:6])
print("same: all" if not differences else "differences: %s" % differences)
