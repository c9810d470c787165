"""objgraph: counts, growth, chains, pictures as DOT."""
import gc
import io
import re
import sys

import objgraph


class Node:
    def __init__(self, *parts):
        self.parts = list(parts)


class Slotted:
    __slots__ = ("inner",)


# counting
nodes = [Node() for _ in range(7)]
print(objgraph.count("Node"), objgraph.count("__main__.Node"), objgraph.count("Nothing"))
print(objgraph.count("Node", nodes[:3] + [1, "x"]), len(objgraph.by_type("Node")))
print(objgraph.typestats([1, 2, "x", nodes[0]]), objgraph.typestats([nodes[0]], shortnames=False))
print(objgraph.typestats([1, 2, "x"], filter=lambda x: x != 2))
print(objgraph.most_common_types(2, [1, 2, 3, "x", "y", 2.5]))
objgraph.show_most_common_types(objects=[1, 2, 3, "long", nodes[0]])
out = io.StringIO()
objgraph.show_most_common_types(objects=[1, "x"], limit=1, file=out)
print(repr(out.getvalue()))
print(objgraph.at(id(nodes[3])) is nodes[3], objgraph.at_addrs({id(nodes[1])}) == [nodes[1]])

# growth
peak = {}
objgraph.growth(limit=None, peak_stats=peak)
print(objgraph.growth(limit=None, peak_stats=peak))
more = [Node() for _ in range(5)]
print([row for row in objgraph.growth(limit=None, peak_stats=peak) if row[0] == "Node"])
out = io.StringIO()
more += [Node() for _ in range(3)]
objgraph.show_growth(peak_stats=peak, file=out, filter=lambda o: isinstance(o, Node))
print(out.getvalue(), end="")
out = io.StringIO()
objgraph.get_new_ids(file=out)
extra = [Node(), Node()]
new = objgraph.get_new_ids(limit=3, file=out)
print({id(n) for n in extra} <= new["Node"], len(new["Node"]))
try:
    objgraph.get_new_ids(sortby="size")
except KeyError as e:
    print(e)

# chains
inner = Node()
outer = Node(Node(inner))
chain = objgraph.find_ref_chain(outer, lambda x: x is inner)
print([type(x).__name__ for x in chain if type(x) in (Node, list)], chain[0] is outer, chain[-1] is inner)
chain = objgraph.find_backref_chain(inner, objgraph.is_proper_module)
print(chain[0] is sys.modules["__main__"], chain[-1] is inner)
print(objgraph.find_backref_chain(inner, lambda x: False, max_depth=3) == [inner])
print(objgraph.is_proper_module(sys), objgraph.is_proper_module(type(sys)("sys")), objgraph.is_proper_module(1))


# pictures
def drawn(text):
    """DOT without addresses and places."""
    names = {}
    text = re.sub(r"o\d{5,}", lambda m: names.setdefault(m.group(), "o%d" % (len(names) + 1)), text)
    return re.sub(r" at 0x[0-9a-f]+", "", text)


slotted = Slotted()
slotted.inner = (inner,)
out = io.StringIO()
objgraph.show_refs([slotted], max_depth=2, output=out, filter=lambda x: not isinstance(x, type))
print(drawn(out.getvalue()))
out = io.StringIO()
objgraph.show_backrefs([inner.parts], max_depth=1, output=out, refcounts=False, extra_info=lambda x: "here",
                       highlight=lambda x: x is inner.parts)
print(drawn(out.getvalue()))
out = io.StringIO()
objgraph.show_chain(objgraph.find_backref_chain(inner.parts, objgraph.is_proper_module), output=out)
text = out.getvalue()
print(text.startswith("digraph ObjectGraph {") and text.endswith("}\n"), "__main__" in text, text.count("->") >= 2)
out = io.StringIO()
objgraph.show_refs([[[i] for i in range(20)]], max_depth=1, too_many=4, output=out)
print("16 more references" in out.getvalue(), out.getvalue().count("->"))
try:
    objgraph.show_refs([1], output=out, filename="x.dot")
except ValueError as e:
    print(e)
sys.stdout, real = io.StringIO(), sys.stdout
objgraph.show_refs([inner], filename="refs.dot")
sys.stdout, told = real, sys.stdout.getvalue()
print(re.sub(r"\d+ nodes", "N nodes", told), end="")
with open("refs.dot") as f:
    print(f.readline(), end="")

# what nobody refers to
gc.collect()
print(any(isinstance(o, Node) for o in objgraph.get_leaking_objects()))
