"""The references among a list of objects, as a graph that Graphviz draws."""
import gc
import os
import shutil
import types

from pympler.asizeof import flatsize, named_refs
from pympler.util.stringutils import safe_repr, trunc

__all__ = ["ReferenceGraph"]


class _MetaObject:
    """What is known of an object of the graph."""
    __slots__ = ("size", "id", "type", "str", "group", "cycle")

    def __init__(self, obj):
        self.id, self.type, self.size = id(obj), type(obj).__name__, flatsize(obj)
        self.str = trunc(safe_repr(obj), 128)
        self.group = self.cycle = None


class _Edge:
    """A reference, by the ids of its ends."""
    __slots__ = ("src", "dst", "label", "group")

    def __init__(self, src, dst, label):
        self.src, self.dst, self.label, self.group = src, dst, label, None

    def __repr__(self):
        return "<%08x => %08x, '%s', %s>" % (self.src, self.dst, self.label, self.group)

    def __hash__(self):
        return hash((self.src, self.dst, self.label))

    def __eq__(self, other):
        return isinstance(other, _Edge) and (self.src, self.dst, self.label) == (other.src, other.dst, other.label)


class ReferenceGraph:
    """The objects and the references among them.

    `objects` (the nodes), `edges`, `metadata` (size, type, representation of each), `count`, `num_in_cycles`, `total_size`.
    With `reduce` only what is in a cycle stays.
    """

    def __init__(self, objects, reduce=False):
        self.objects = list({id(o): o for o in objects}.values())
        self.count = len(self.objects)
        self.num_in_cycles = "N/A"
        self.edges = None
        self._index = {id(o): o for o in self.objects}
        if reduce:
            self.num_in_cycles = self._reduce_to_cycles()
            self._reduced = self
        else:
            self._reduced = None
        self._get_edges()
        self._annotate_objects()
        self._max_group = 0

    nodes = property(lambda self: self.objects, doc="The objects.")

    @property
    def total_size(self):
        """Bytes of all objects."""
        return sum(meta.size for meta in self.metadata)

    def _targets(self, o):
        index = self._index
        return [id(r) for r in gc.get_referents(o) if id(r) in index]

    def _get_edges(self):
        """The references among the objects."""
        self.edges = set()
        for o in self.objects:
            named, known = [], set()
            for ref in named_refs(o):
                if id(ref.ref) in self._index:
                    named.append((ref.name, id(ref.ref)))
                    known.add(id(ref.ref))
            for target in self._targets(o):
                if target not in known:
                    named.append(("__class__" if target == id(type(o)) else "", target))
                    known.add(target)
            for name, target in named:
                self.edges.add(_Edge(id(o), target, name[4:].partition(": ")[0] if name[:4] in ("[K] ", "[V] ") else name))

    def _annotate_objects(self):
        self.metadata = [_MetaObject(o) for o in self.objects]

    def _components(self):
        """Strongly connected components (Tarjan 1972, without recursion): sets of ids."""
        index, low, on, stack, found, counter = {}, {}, set(), [], [], 0
        graph = {id(o): self._targets(o) for o in self.objects}
        for start in graph:
            if start in index:
                continue
            work = [(start, iter(graph[start]))]
            index[start] = low[start] = counter
            counter += 1
            stack.append(start)
            on.add(start)
            while work:
                node, targets = work[-1]
                for target in targets:
                    if target not in index:
                        index[target] = low[target] = counter
                        counter += 1
                        stack.append(target)
                        on.add(target)
                        work.append((target, iter(graph[target])))
                        break
                    if target in on:
                        low[node] = min(low[node], index[target])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        members = set()
                        while True:
                            member = stack.pop()
                            on.discard(member)
                            members.add(member)
                            if member == node:
                                break
                        found.append(members)
        return [c for c in found if len(c) > 1 or any(t in c for m in c for t in graph[m])]

    def find_cycles(self):
        """The cycles: lists of objects, each a strongly connected component; their members are marked with its number."""
        cycles = self._components()
        meta = {m.id: m for m in self.metadata}
        for number, members in enumerate(cycles):
            for member in members:
                meta[member].cycle = number
        return [[self._index[member] for member in members] for members in cycles]

    def _reduce_to_cycles(self):
        """Takes out what neither is in a cycle nor leads from one to another; how many stay."""
        out = {id(o): set(self._targets(o)) for o in self.objects}
        into = {o: set() for o in out}
        for o, targets in out.items():
            for target in targets:
                into[target].add(o)
        todo = [o for o in out if not out[o] or not into[o]]
        while todo:
            o = todo.pop()
            for mine, theirs in ((out, into), (into, out)):
                for other in mine.pop(o, ()):
                    if other in theirs:
                        theirs[other].discard(o)
                        if not theirs[other]:
                            todo.append(other)
        self.objects = [o for o in self.objects if id(o) in out]
        self._index = {id(o): o for o in self.objects}
        return len(self.objects)

    def reduce_to_cycles(self):
        """The graph of what is in cycles; None when nothing is."""
        if self._reduced is None:
            reduced = ReferenceGraph(self.objects, reduce=True)
            self.num_in_cycles = len(reduced.objects)
            self._reduced = reduced if reduced.objects else None
            return self._reduced
        return self._reduced if self._reduced.objects else None

    def _annotate_groups(self):
        """Numbers what is connected, however directed."""
        neighbours = {id(o): [] for o in self.objects}
        for edge in self.edges:
            neighbours[edge.src].append(edge.dst)
            neighbours[edge.dst].append(edge.src)
        meta, group = {m.id: m for m in self.metadata}, 0
        for m in self.metadata:
            m.group = None
        for start in neighbours:
            if meta[start].group is not None:
                continue
            group += 1
            meta[start].group = group
            todo = [start]
            while todo:
                for other in neighbours[todo.pop()]:
                    if meta[other].group is None:
                        meta[other].group = group
                        todo.append(other)
        for edge in self.edges:
            edge.group = meta[edge.src].group
        self._max_group = group

    def _filter_group(self, group):
        ids = {m.id for m in self.metadata if m.group == group}
        graph = ReferenceGraph([o for o in self.objects if id(o) in ids])
        graph.num_in_cycles = self.num_in_cycles if self.num_in_cycles == "N/A" else sum(map(len, graph.find_cycles()))
        return graph

    def split(self):
        """The graphs of what is connected, one after the other."""
        self._annotate_groups()
        for group in range(1, self._max_group + 1):
            yield self._filter_group(group)

    def split_and_sort(self):
        """The same as a list, most objects first."""
        return sorted(self.split(), key=lambda graph: (-graph.count, -graph.total_size))

    # drawing

    def _dot(self):
        def quoted(text):
            return text.replace("\\", "\\\\").replace('"', "'").replace("\n", " ")
        lines = ["// Process this file with graphviz", "digraph G {", '    node [shape=box];']
        groups = {}
        for m in self.metadata:
            label = "%s\\n%s" % (quoted(trunc(m.str, 48)), quoted(trunc(m.type, 48)))
            if m.size:
                label += "\\n%d bytes" % m.size
            color = ""
            if m.cycle is not None:
                color = ', color="red"'
            groups.setdefault(m.group, []).append('    "X%08x" [ label = "%s"%s ];' % (m.id, label, color))
        for nodes in groups.values():
            lines += nodes
        for edge in sorted(self.edges, key=lambda e: (e.src, e.dst, e.label)):
            label = ' [label="%s"]' % quoted(trunc(edge.label, 48)) if edge.label else ""
            lines.append("    X%08x -> X%08x%s;" % (edge.src, edge.dst, label))
        return "\n".join(lines + ["}", ""])

    def write_graph(self, filename):
        """Writes the graph in Graphviz' language; the text."""
        text = self._dot()
        with open(filename, "w", encoding="utf-8") as f:
            f.write(text)
        return text

    def render(self, filename, cmd="dot", format="ps", unflatten=False):
        """Has Graphviz draw the graph; False: there is nothing to draw.  OSError: the program is not there."""
        if self.objects == []:
            return False
        program = shutil.which(cmd)
        if program is None:
            raise OSError("the program %r, part of Graphviz, is not installed" % cmd)
        source = "%s.dot" % filename
        self.write_graph(source)
        if unflatten and shutil.which("unflatten"):
            os.spawnv(os.P_WAIT, shutil.which("unflatten"), ["unflatten", "-l7", "-o", source + "u", source])
            os.replace(source + "u", source)
        try:
            status = os.spawnv(os.P_WAIT, program, [cmd, "-T" + format, "-o", filename, source])
        finally:
            os.unlink(source)
        if status:
            raise OSError("%s ended with status %d" % (cmd, status))
        return True
