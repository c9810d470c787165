"""Ways through the heap: the paths that lead to objects, and the pattern of what refers to a set."""
from guppy import kinds, tables
from guppy.tables import ROWS, Pages


class Path:
    """One way: what is at its ends, and what it is called."""

    def __init__(self, way):
        self._way = way  # where it begins (None: at the root), then text and object of each step

    src = property(lambda self: self._way[0], doc="The object where it begins, None: the root of all.")
    dst = property(lambda self: self._way[-1], doc="The object where it ends.")
    relations = property(lambda self: list(self._way[1::2]), doc="The texts of its steps.")
    nodes = property(lambda self: list(self._way[::2]), doc="The objects on it, None for the root and for frames on the stack.")
    edges = property(lambda self: list(zip(self._way[::2], self._way[2::2])), doc="Its steps as pairs (from, to).")

    def __len__(self):
        return len(self._way) // 2

    def __str__(self):
        at_root = self._way[0] is None and len(self._way) > 1
        return ("hpy().Root" if at_root else "Src") + "".join(self._way[1::2])

    __repr__ = __str__

    def __eq__(self, other):
        return str(self) == str(other)

    def __hash__(self):
        return hash(str(self))


class Paths(Pages):
    """Ways to the objects of a set: the shortest ones, or those of one step.  `find(steps)` finds them again without steps."""

    def __init__(self, ways, find=None, avoided=(), start=0, rows=ROWS):
        self.ways, self._find, self._avoided, self.start, self.rows = ways, find, avoided, start, rows

    numpaths = property(lambda self: len(self.ways), doc="How many there are.")
    edges = property(lambda self: self.avoid(), doc="The steps of all of them, as pairs (from, to).")

    def _page(self, start, rows):
        return Paths(self.ways, self._find, self._avoided, start, rows)

    def __len__(self):
        return len(self.ways)

    def __getitem__(self, index):
        return Path(self.ways[index])

    def iter(self, start=0):
        """The ways from the one of that number on."""
        return map(Path, self.ways[start:])

    def avoid(self, *indices):
        """The steps with these numbers of each way (-1: the last), for avoid_edges of get_shpaths.  Without numbers: all."""
        chosen = {}
        for way in self.ways:
            edges = Path(way).edges
            for i in indices or range(len(edges)):
                if -len(edges) <= i < len(edges):
                    chosen[id(edges[i][0]), id(edges[i][1])] = edges[i]
        return list(chosen.values())

    def avoided(self, *indices):
        """The shortest ways that take none of these steps."""
        if self._find is None:
            raise ValueError("these ways have one step each: there are no others past it")
        steps = tuple(self._avoided) + tuple(self.avoid(*indices))
        return Paths(self._find(steps), self._find, steps)

    def __str__(self):
        shown = range(self.start, min(self.start + self.rows, len(self.ways)))
        lines = ["%2d: %s" % (index, self[index]) for index in shown]
        left = len(self.ways) - self.start - self.rows
        if left > 0:
            lines.append("<... %d more paths ...>" % left)
        return "\n".join(lines)

    __repr__ = __str__


class _Row:
    """A row of a pattern: the letters by which it is found, its mark, kind and objects, and the rows of what refers to it."""

    def __init__(self, label, mark, kind, nodes, inner):
        self.label, self.mark, self.kind, self.nodes, self.inner = label, mark, kind, nodes, inner


class ReferencePattern(Pages):
    """What refers to a set, what refers to that, and so on.  `pattern.ab`: the part below the row `ab`, `pattern[3]` below row 3."""

    def __init__(self, header, tops, breadth_first=False, start=0, rows=ROWS):
        self._header, self._tops, self._breadth, self.start, self.rows = header, tops, breadth_first, start, rows
        self._rows, todo = [], list(tops)
        while todo:
            row = todo.pop(0)
            self._rows.append(row)
            todo = todo + row.inner if breadth_first else row.inner + todo

    def _page(self, start, rows):
        return ReferencePattern(self._header, self._tops, self._breadth, start, rows)

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, index):
        return ReferencePattern(self._header, [self._rows[index]], self._breadth)

    def __getattr__(self, label):
        for row in self._rows:
            if row.label == label:
                return ReferencePattern(self._header, [row], self._breadth)
        raise AttributeError("the pattern has no row %r" % label)

    @property
    def set(self):
        """The objects of its first row."""
        return self._tops[0].nodes

    def __str__(self):
        lines = [self._header] if self.start == 0 else []
        for index, row in list(enumerate(self._rows))[self.start:self.start + self.rows]:
            objects = row.nodes.nodes
            shown = ", ".join(map(tables.brief, objects[:3])) + ("..." if len(objects) > 3 else "")
            lines.append("%2d: %s %s [%s] %d %s: %s" % (
                index, row.label, "---" if index % 2 == 0 else "   ", row.mark, len(objects), row.kind, shown))
        if len(self._rows) - self.start > self.rows:
            lines.append("<Type e.g. '_.more' for more.>")
        return "\n".join(lines)

    __repr__ = __str__


def reference_pattern(objects, depth, er, imdom, breadth_first, source, stop, no_cycles, width):
    """The pattern of a set (an IdentitySet).  Marks: '-' what refers to it follows, '+' that is left out, '^' it was there before,
    'S' it is of the kind at which to stop."""
    graph = kinds.capture()
    reached = None if source is None else graph.reach(source._nodes)
    seen, make = [], type(objects)

    def row(label, key, nodes, level):
        known = any(not len(nodes.combine(other, "^")) for other in seen)
        referrers = graph.dominators(nodes) if imdom else graph.referrers(nodes)
        if reached is not None:
            referrers = referrers.combine(reached, "&")
        mark = "S" if len(stop.select(nodes)) == len(nodes) else "^" if known else "+" if level >= depth and len(referrers) else "-"
        seen.append(nodes)
        inner = []
        if mark == "-":
            pairs = sorted(er.partition(referrers, graph), key=lambda pair: (-pair[1].size(), er.text(pair[0])))
            if no_cycles:
                pairs = [pair for pair in pairs if all(len(pair[1].combine(other, "^")) for other in seen)]
            for index, (inner_key, part) in enumerate(pairs[:width]):
                inner.append(row(("" if label == "_" else label) + chr(ord("a") + index % 26), inner_key, part, level + 1))
        return _Row(label, mark, er.text(key).strip(), make(nodes, er), inner)
    tops = [row("_", key, nodes, 0) for key, nodes, _ in objects.by(er)._parts()[:1 if objects.count <= 1 else width]]
    return ReferencePattern("Reference Pattern by <%s>." % (
        "[dict of] class" if er.name == "Clodo" else er.header.lower()), tops, breadth_first)
