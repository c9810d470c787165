"""objgraph beside the package of that name for odd arguments: what is no list, limits below zero, objects that lie or raise.

The package is looked for in OURO_TEST_PACKAGES, else where Debian installs it; without it there is nothing to compare.  Pictures here
name references that the package cannot name; these labels are left out of the comparison.  What fails writes nothing here, the
package what came before: only what succeeds, and the exceptions of what has written nothing, are compared.
"""
import contextlib
import gc
import importlib.util
import io
import os
import re
import sys

import objgraph as ours

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


class Meta(type):
    @property
    def __name__(cls):
        return "odd"


class Odd(metaclass=Meta):
    pass


class Liar:
    @property
    def __class__(self):
        return int


class BadLen:
    def __len__(self):
        raise RuntimeError("len")

    def __bool__(self):
        raise RuntimeError("bool")


class BadEq:
    def __eq__(self, other):
        raise RuntimeError("eq")
    __hash__ = object.__hash__


class Cls:
    def meth(self):
        pass
    cm = classmethod(lambda cls: 1)


class Writer:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


def bad(o):
    raise ValueError("filter")


def normal(text):
    """Addresses in the order in which they come."""
    names = {}
    text = re.sub(r"(?<![a-z])o\d{6,}", lambda m: names.setdefault(m.group(), "o%d" % len(names)), text)
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", re.sub(r" \[\d+\]", " [N]", text))


def unlabelled(a, b):
    """Edges that have a label in `a` alone lose it."""
    others = b.split("\n")
    return "\n".join(line.split(" [label=")[0] + ";" if i < len(others) and " -> " in line and "[label=" in line and
                     "[label=" not in others[i] else line for i, line in enumerate(a.split("\n")))


def answer(module, call):
    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(told):
        try:
            result = call(module, out)
        except BaseException as e:
            result = type(e).__name__, str(e)
    return repr(result), normal(out.getvalue()), normal(told.getvalue())


root = Node(Node(5), BadEq(), BadLen(), Liar(), Odd())
objs = [1, "a", root, Odd(), Liar(), BadEq(), BadLen(), Odd, Cls().meth, Cls.cm]
CALLS = {
    "extra_info none": lambda m, o: m.show_refs([root], extra_info=lambda x: None, output=o),
    "extra_info int": lambda m, o: m.show_refs([root], extra_info=lambda x: 5, output=o),
    "too_many 0": lambda m, o: m.show_refs([root], too_many=0, output=o),
    "max_depth 0": lambda m, o: m.show_refs([root], max_depth=0, output=o),
    "max_depth -1": lambda m, o: m.show_refs([root], max_depth=-1, output=o),
    "empty": lambda m, o: m.show_refs([], output=o),
    "tuple": lambda m, o: m.show_refs((root, root.inner), max_depth=1, output=o),
    "single": lambda m, o: m.show_refs(root, max_depth=1, output=o),
    "str": lambda m, o: m.show_refs("abc", max_depth=1, output=o),
    "dict": lambda m, o: m.show_refs({1:2}, max_depth=1, output=o),
    "gen": lambda m, o: m.show_refs(iter([root]), max_depth=0, output=o),
    "output write only": lambda m, o: (lambda w: (m.show_refs([1], output=w), normal(w.text)))(Writer()),
    "output bad": lambda m, o: m.show_refs([1], output=5),
    "filename int": lambda m, o: m.show_refs([1], filename=5),
    "extra_ignore": lambda m, o: m.show_refs([root], extra_ignore=[id(root.inner)], output=o),
    "dup roots": lambda m, o: m.show_refs([root, root], max_depth=1, output=o),
    "bound": lambda m, o: m.show_refs([Cls().meth, Cls.cm], max_depth=0, output=o),
    "odds": lambda m, o: m.show_refs(objs, max_depth=0, output=o),
    "odds long": lambda m, o: m.show_refs(objs, max_depth=0, shortnames=False, output=o),
    "refcounts": lambda m, o: m.show_refs([root], max_depth=1, refcounts=True, output=o),
    "backrefs empty": lambda m, o: m.show_backrefs([], output=o),
    "backrefs hi": lambda m, o: m.show_backrefs(root.inner[0], max_depth=2, filter=lambda x: x is root or x is root.inner, highlight=lambda x: x is root, extra_info=lambda x:"e", output=o),
    "chain empty": lambda m, o: m.show_chain(output=o),
    "chain2": lambda m, o: m.show_chain([root, root.inner, root.inner[0]], [root, root.inner], output=o),
    "chain2 fwd": lambda m, o: m.show_chain([root, root.inner, root.inner[0]], [root, root.inner], backrefs=False, output=o),
    "frc raises": lambda m, o: m.find_ref_chain(root, bad),
    "frc depth": lambda m, o: [type(x).__name__ for x in m.find_ref_chain(root, lambda x: x == 5 if type(x) is int else False, max_depth=4)],
    "frc ignore": lambda m, o: len(m.find_ref_chain(root, lambda x: type(x) is int and x==5, extra_ignore=[id(root.inner)])),
    "typestats": lambda m, o: m.typestats(objs),
    "typestats long": lambda m, o: m.typestats(objs, shortnames=False),
    "typestats raise": lambda m, o: m.typestats(objs, filter=bad),
    "typestats gen": lambda m, o: m.typestats(iter(objs)),
    "count list": lambda m, o: [m.count(n, objs) for n in ("odd","Odd","Liar","int","method","__main__.Liar","__main__.odd", "", None, "a.b.c")],
    "by_type": lambda m, o: [len(m.by_type(n, objs)) for n in ("odd","Liar","int","method", "__main__.Liar", "")],
    "by_type none": lambda m, o: m.by_type(None, objs),
    "mct": lambda m, o: [m.most_common_types(l, objs) for l in (0,1,-1,None,100)],
    "mct str": lambda m, o: m.most_common_types("x", objs),
    "smct": lambda m, o: [m.show_most_common_types(l, objs, file=o) for l in (0,1,-1,None)],
    "smct raise": lambda m, o: m.show_most_common_types(5, objs, filter=bad, file=o),
    "growth raise": lambda m, o: m.growth(filter=bad),
    "growth limit": lambda m, o: [m.growth(limit=l, peak_stats={}, filter=lambda x: type(x) is Node) for l in (0,1,None,-1)],
    "show_growth": lambda m, o: [m.show_growth(limit=l, peak_stats={}, file=o, filter=lambda x: type(x) in (Node,BadEq)) for l in (0,1,None)],
    "at": lambda m, o: [m.at(0), m.at(-1), m.at(1<<70), m.at(None)],
    "at str": lambda m, o: m.at("x"),
    "at_addrs": lambda m, o: [m.at_addrs([]), m.at_addrs([0]), len(m.at_addrs({id(root), id(root.inner)}))],
    "ipm": lambda m, o: [m.is_proper_module(x) for x in (sys, None, Cls)],
    "new_ids": lambda m, o: m.get_new_ids(limit=-1, sortby=None, file=o),
    "new_ids2": lambda m, o: m.get_new_ids(sortby="new", shortnames=5, file=o, _state={}) and None,
    "ff": lambda m, o: m.show_refs([1], filename="a.dot", output=None),
}
differences = 0
for what, call in CALLS.items():
    b = answer(package, call)
    a = answer(ours, call)
    a = a[0], unlabelled(a[1], b[1]), a[2]
    if a != b:
        differences += 1
        x, y = next((x, y) for x, y in zip(a, b) if x != y)
        print("%s\n  here:    %r\n  package: %r" % (what, *next(((p, q) for p, q in zip(x.split("\n"), y.split("\n")) if p != q), (x, y))))
print("same: all" if not differences else "%d differences" % differences)

# what fails says so, and writes nothing; no objects are no error
out = io.StringIO()
for keyword in "filter", "highlight", "extra_info", "extra_node_attrs":
    try:
        ours.show_refs([root], output=out, **{keyword: bad})
    except ValueError as e:
        print(keyword, e, repr(out.getvalue()))
print(ours.get_leaking_objects([]))
