"""guppy: the names of its interface beside the tables: paths in and out, ways that avoid, kinds and their algebra, pages, patterns."""
import contextlib
import io
import re
import tracemalloc

import guppy
from guppy import hpy
from guppy.heapy import RM

h = hpy()
NAMES = {
    "session": (h, "heap heapu heapg iso idset findex load monitor pb setref setrelheap test test_contains doc Anything Class Clodo Id "
                   "Module Nothing Prod Rcs Root Size Type Unity Via"),
    "set": (h.iso(1), "all alt at biper brief by byclass byclodo byid bymodule byprod byrcs bysize bytype byunity byvia count dictof diff "
                      "disjoint dominos domisize dump er fam get_rp get_shpaths imdom indisize isdisjoint kind maprox more nodes owners "
                      "partition parts pathsin pathsout prod refdby referents referrers rp shpaths size sp stat test_contains theone"),
    "kind": (h.Type(int), "alt biper brief dictof disjoint er fam refdby"),
    "classifier": (h.Clodo, "dictof refdby"),
    "statistics": (h.iso(1).stat, "all at count dump more size timemade"),
    "ways": (h.iso(h).sp, "all at avoid avoided edges iter more numpaths prev top"),
}
for what, (value, names) in NAMES.items():
    missing = [name for name in names.split() if name not in dir(type(value)) and not hasattr(value, name)]
    print(what, "is complete" if not missing else missing)
print(type(guppy.Root().guppy.heapy.Use).__name__, h.Root, [name in repr(h.doc) for name in ("pathsin", "findex", "Anything")])
print(h.doc.Size, "|", str(h.doc.idset))
for wrong in (h.monitor, RM.on, lambda: h.doc.nothing):
    try:
        wrong()
    except (NotImplementedError, AttributeError) as e:
        print(type(e).__name__, str(e)[:46])


class Node:
    __slots__ = ("inner", "other")

    def __init__(self, inner=None):
        self.inner = inner


class Sub(Node):
    __slots__ = ()


class Open:
    def __init__(self, name):
        self.name = name


# ---- paths ----
leaf = ["leaf"]
a, b = Node(leaf), Node(leaf)
ends = h.iso(leaf)
print(sorted(str(p) for p in ends.pathsin), "Src.inner" in map(str, ends.pathsin))
print([p.src is a or p.src is b for p in ends.pathsin if str(p) == "Src.inner"], {id(p.dst) for p in ends.pathsin} == {id(leaf)})
print(sorted(str(p) for p in h.iso(a).pathsout), sorted(type(p.dst).__name__ for p in h.iso(a).pathsout))
print("hpy().Root.i0_modules['sys']" in map(str, h.iso(h.Root.i0_modules["sys"]).pathsin))


def inside():
    local = Node()
    return [str(p) for p in h.iso(local).pathsin], [str(p) for p in h.iso(local).sp]


print(re.sub(r" at [^']*:", " at FILE:", str(inside())))
chain = Node(Node(Node(leaf)))
ways = h.iso(leaf).get_shpaths(h.iso(chain))
print(ways, len(ways[0]), ways[0].src is chain, ways[0].relations, ways[0].nodes[1] is chain.inner)
print({str(p)[:13] for p in h.iso(leaf).get_shpaths(h.iso(chain), avoid_nodes=h.iso(chain.inner))}, h.iso(chain).get_shpaths(h.iso(chain))[0])
chain.other = [[Node(leaf)]]
print(h.iso(leaf).get_shpaths(h.iso(chain), avoid_nodes=h.iso(chain.inner)))
print(ways.avoided(0), "|", ways.avoided(-1), "|", ways.avoided().avoided(0).numpaths)
print(h.iso(leaf).get_shpaths(h.iso(chain), avoid_edges=ways.avoid(1)), len(ways.avoid()), len(ways.avoid(0)), len(ways.edges))
ones = h.iso(chain, a).get_shpaths()
print("hpy().Root.i0_modules['__main__'].__dict__['a']" in list(map(str, ones)), any("['a']" in str(p) for p in ones.avoided(-1)))
for wrong in (lambda: h.iso(leaf).pathsin.avoided(0), lambda: ends.get_shpaths(a), lambda: ends.get_shpaths(avoid_edges=[5])):
    try:
        wrong()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, str(e)[:60])

# ---- pages ----
many = [Node() for _ in range(25)]
table = h.iso(*many).byid
print([len(str(t).split("\n")) for t in (table, table.more, table.more.more, table.more.more.more, table.all, table.more.prev, table.at(-3))])
print(str(table.at(5)).split("\n")[1].split()[0], str(table.more.more.prev).split("\n")[1].split()[0], table.more.more.top.start)
print(str(table.more).split("\n")[1].split()[3] == str(11 * h.iso(many[0]).size))
holder = h.iso(*[[n] for n in many])
inward = h.iso(*many).pathsin
print(str(inward.more).split("\n")[0][:3], len(str(inward.all).split("\n")) == inward.numpaths, [str(p)[:4] for p in inward.iter(len(inward) - 1)])
rows = h.iso(1, "a", 2.5, [], (), {}, set(), b"", len, Node, many[0], Open(1), h.Root.i0_modules["sys"])
print(len(str(rows.stat.all).split("\n")) - 2 == len(rows), len(str(rows.all).split("\n")) - 2 == len(rows), str(rows).split("\n")[-1])

# ---- kinds ----
sub, plain, opened = Sub(), Node(), Open("x")
mixed = h.iso(sub, plain, opened, leaf, 5)
kind = h.Type(Node)
print((mixed & kind.alt("<=")).count, (mixed & kind.alt("<")).theone is sub, (mixed & kind.alt(">")).count, (mixed & kind.alt("!=")).count,
      (mixed & h.Size(h.iso(plain).size).alt("<")).count, kind.alt("<="), h.Via(".a", ".b").alt("<="))
print(plain in kind, sub in kind, (mixed & h.Anything) == mixed, h.iso(plain) <= kind, mixed <= kind, h.iso(sub, plain) <= kind.alt("<="))
either = h.iso(sub, plain).kind
print(kind <= either, kind < either, either <= kind, kind == h.Type(Node), kind.disjoint(h.Type(Sub)), either.disjoint(kind), either.er is h.Clodo,
      h.iso(sub, plain).bytype.kind >= kind, kind.fam is h.Type, len({kind, h.Type(Node)}))
print((mixed & ~h.iso(plain)).count, (h.Type(int) | h.iso(plain)).select(mixed._nodes).list() == (mixed & (h.Type(int) | h.iso(plain))).nodes,
      (h.Anything - kind).brief, plain in ~h.iso(sub))
for text in str(mixed.by(kind.biper)).split("\n")[1:], str(mixed.by(h.findex(int, h.Type(Node).alt("<="), h.iso(leaf)))).split("\n")[1:]:
    print([(line[8:14].strip(), line[45:]) for line in text[1:]])
print([(line[8:14].strip(), line[45:]) for line in str(h.iso(plain, sub, sub, leaf).by(h.Type & h.Module)).split("\n")[2:]])
for wrong in (lambda: (kind & h.Type(Sub)).er, lambda: h.Module("sys").alt("<"), lambda: kind.alt("=<"), lambda: either.alt("<"), lambda: h.Size.dictof,
              lambda: kind.disjoint(h.Size(5)), lambda: h.findex(5), lambda: h.Via.refdby, lambda: h.Rcs(5), lambda: h.Size("a"), lambda: h.Type(x=1)):
    try:
        print("no error", wrong())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, str(e)[:75])

# ---- dicts, and what is referred to ----
dict_ = opened.__dict__
print(h.iso(opened).dictof.theone is dict_, h.iso(Open("never asked")).dictof.count, (h.heap() & h.Type(Open).dictof).theone is dict_)
print([(line[8:14].strip(), line[45:]) for line in str(h.iso(dict_, {}, 5).by(h.Clodo.dictof)).split("\n")[2:]])
print(sorted(line[45:] for line in str(h.iso(opened.name, dict_).by(h.Type.refdby)).split("\n")[2:]), h.Clodo.refdby is h.Rcs)
held = Sub(("tuple", opened))
print((h.heap() & h.Type(Sub).refdby & tuple).theone is held.inner, (h.iso(held.inner) & h.iso(held).refdby).count)
print(sorted(h.iso(a, b).maprox.inner.nodes[0]), h.iso(["x", 1], ["y", 2]).maprox[0].count, h.iso(a, b).maprox.inner.count)

# ---- where it was allocated ----
print(h.iso(many[0]).prod)
tracemalloc.start()
traced = Node()
print(h.iso(traced).prod[0].lineno == h.iso(traced).byprod.kind.keys[0][1], (h.iso(traced, many[0]) & h.iso(traced).byprod.kind).count)
tracemalloc.stop()

# ---- reference patterns ----
top = Node(Node(Node(Node())))
last = h.iso(top.inner.inner.inner)


def shape(pattern):
    return [" ".join(line.split()[1:5]).replace("--- ", "") for line in str(pattern).split("\n")[1:]]


print(shape(last.get_rp(1, h.Type)), shape(last.get_rp(3, "Type", stopkind=h.iso(top.inner)))[-1], len(last.rp.all))
pattern = last.get_rp(4)
print(pattern.aa.set.theone is top.inner, pattern[1].set.theone is top.inner.inner, shape(pattern.aa)[0], hasattr(pattern, "zz"))
cycle = Node()
cycle.inner = [cycle]
only = h.iso(cycle.inner)
print([row.split()[1] for row in shape(only.get_rp(3, nocyc=True, src=h.iso(cycle)))], [row.split()[1] for row in shape(only.get_rp(3, src=h.iso(cycle)))])
both = h.iso(leaf)
print([row.split()[0] for row in shape(both.get_rp(2, bf=1).all)][:3], both.get_rp(2, imdom=1)[0].set.theone is leaf)

# ---- what it says agrees ----
out = io.StringIO()
with contextlib.redirect_stdout(out):
    h.test(debug=True)
print([line.split()[::3] for line in out.getvalue().split("\n")[:10]], re.sub(r"\d+", "N", out.getvalue().split("\n")[10]))
print(h.heapg(1).count > 1000, many[0] in h.heapg(), "leaf" in h.heapg())

# ---- groups that need no graph are the same as those of one ----
import _heapy
everything = h.heap()
graph = _heapy.capture((), "<frozen guppy")
for way in "type", "size":
    mine, its = ({key: part.list() for key, part in pairs} for pairs in (everything._nodes.partition(way), graph.partition(everything._nodes, way)))
    print(way, mine.keys() == its.keys() and all(list(map(id, mine[key])) == list(map(id, its[key])) for key in mine))
    del mine, its
for call in lambda: everything._nodes.partition("clodo"), lambda: graph.partition(everything._nodes, "colour"):
    try:
        call()
    except ValueError as e:
        print(e)
