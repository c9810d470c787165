"""The session object of guppy and its sets.

A set holds its objects.  How it is shown is its classifier (`er`): by class and dict owner, by referrers, by size ... (kinds.py).
"""
import sys

import _heapy
from guppy import paths, tables
from guppy.kinds import ANYTHING, CLASSIFIERS, ByKinds, KeyKind, Kind, as_kind, capture, classifier

MAX_WAYS = 10000


# ---- sets ----

class IdentitySet:
    """Objects of the heap, shown by one classifier.  Index it for a row, slice it for several."""

    def __init__(self, nodes, er="Clodo", pairs=None):
        self._nodes, self._er, self._pairs, self._rows = nodes, classifier(er), pairs, None

    # what it is

    @property
    def count(self):
        """How many objects."""
        return len(self._nodes)

    @property
    def size(self):
        """Bytes of all of them."""
        return self._nodes.size()

    indisize = size

    @property
    def nodes(self):
        """The objects, as a list."""
        return self._nodes.list()

    @property
    def theone(self):
        """The object, when there is exactly one."""
        if len(self._nodes) != 1:
            raise ValueError("theone is only defined for a set of exactly one object, not of %d" % len(self._nodes))
        return self._nodes.list()[0]

    er = property(lambda self: self._er, doc="The classifier by which it is shown.")
    fam = property(lambda self: Heapy.idset, doc="The family that it belongs to: what makes sets.")

    @property
    def kind(self):
        """The kind of all objects in the set, by its classifier."""
        return KeyKind(self._er, *[key for key, _, _ in self._parts()])

    @property
    def prod(self):
        """Where the one object of the set was allocated, as a traceback of tracemalloc; None: that was not traced."""
        import tracemalloc
        return tracemalloc.get_object_traceback(self.theone)

    @property
    def maprox(self):
        """What stands for each of the objects: `set.maprox.name` and `set.maprox[index]` are the sets of what they give."""
        return _Each(self)

    @property
    def brief(self):
        rows = self._parts()
        name = self.er.text(rows[0][0]).strip() if len(rows) == 1 else "mixed"
        if self.count == 0:
            return "hpy().Nothing"
        if self.count == 1:
            return "<1 %s: %s>" % (name, tables.brief(self.theone))
        return "<%d %s: %s>" % (self.count, name, ", ".join(map(tables.brief, self.nodes[:3])) +
                                ("..." if self.count > 3 else ""))

    # rows

    def _parts(self):
        """(key, nodes, size) for each row, most bytes first."""
        if self._rows is None:
            pairs, self._pairs = self._pairs, None
            if pairs is None:
                pairs = self.er.partition(self._nodes, None)
            text = self.er.text
            rows = [(key, part, part.size()) for key, part in pairs]
            if self._er.name == "Size":
                rows.sort(key=lambda row: (-row[2], -row[0]))
            else:
                rows.sort(key=lambda row: (-row[2], -len(row[1]), text(row[0])))
            self._rows = rows
        return self._rows

    @property
    def parts(self):
        """The rows, each a set."""
        return [IdentitySet(part, self._er, [(key, part)]) for key, part, _ in self._parts()]

    partition = parts

    def __len__(self):
        return len(self._parts())

    def __iter__(self):
        return iter(self.parts)

    def __getitem__(self, index):
        rows = self._parts()
        if isinstance(index, slice):
            chosen = rows[index]
        else:
            chosen = [rows[index]]
        nodes = _heapy.nodes(())
        for _, part, _ in chosen:
            nodes = nodes.combine(part, "|")
        return IdentitySet(nodes, self._er, [(key, part) for key, part, _ in chosen])

    def __bool__(self):
        return len(self._nodes) > 0

    # other sides

    def by(self, er):
        """The same set, shown by another classifier: a name such as 'Rcs', or what h.Rcs and kin are."""
        return IdentitySet(self._nodes, er)

    byclodo = property(lambda self: self.by("Clodo"), doc="By class, dicts by the class of their owner.")
    byclass = property(lambda self: self.by("Class"), doc="By class.")
    bytype = property(lambda self: self.by("Type"), doc="By type.")
    bysize = property(lambda self: self.by("Size"), doc="By the size of each.")
    byrcs = property(lambda self: self.by("Rcs"), doc="By what refers to them.")
    byvia = property(lambda self: self.by("Via"), doc="By the names through which they are referred to.")
    byid = property(lambda self: self.by("Id"), doc="Each object for itself.")
    bymodule = property(lambda self: self.by("Module"), doc="Modules by name.")
    byunity = property(lambda self: self.by("Unity"), doc="All in one row.")
    byprod = property(lambda self: self.by("Prod"), doc="By the line that allocated them, where that is traced.")

    # algebra

    def _combined(self, other, how):
        if isinstance(other, IdentitySet):
            return IdentitySet(self._nodes.combine(other._nodes, how), self._er)
        kind = as_kind(other)
        if kind is None:
            return NotImplemented
        if how in "&-":
            return IdentitySet(self._nodes.combine(kind.select(self._nodes), how), self._er)
        raise TypeError("a set and a kind are combined by & and - only")

    def __and__(self, other):
        return self._combined(other, "&")

    def __or__(self, other):
        return self._combined(other, "|")

    def __sub__(self, other):
        return self._combined(other, "-")

    def __xor__(self, other):
        return self._combined(other, "^")

    __rand__ = __and__

    def __invert__(self):
        return ~as_kind(self)

    def __contains__(self, obj):
        return self._nodes.has(obj)

    def __le__(self, other):
        if isinstance(other, (Kind, type)):
            return not len((self - other)._nodes)
        return isinstance(other, IdentitySet) and not len(self._nodes.combine(other._nodes, "-"))

    def __ge__(self, other):
        return isinstance(other, IdentitySet) and other <= self

    def __eq__(self, other):
        return isinstance(other, IdentitySet) and not len(self._nodes.combine(other._nodes, "^"))

    def __lt__(self, other):
        return self <= other and not self == other

    def __gt__(self, other):
        return other < self

    __hash__ = None

    def isdisjoint(self, other):
        return not len(self._nodes.combine(other._nodes, "&"))

    disjoint = isdisjoint

    def test_contains(self, other):
        """Is every object of the other set in this one?"""
        return other <= self

    def alt(self, cmp):
        """The kind of what compares so to the kind of the set: '<', '<=', '==', '!=', '>=' or '>'."""
        return self.kind.alt(cmp)

    biper = property(lambda self: as_kind(self).biper, doc="The classifier that tells two groups: in the set, and not in it.")
    refdby = property(lambda self: self.kind.refdby, doc="The kind of what is referred to by objects of the set's kind, and no others.")

    # the graph

    @property
    def referrers(self):
        """What refers to an object of the set."""
        return IdentitySet(capture().referrers(self._nodes), self._er)

    @property
    def referents(self):
        """What an object of the set refers to."""
        return IdentitySet(capture().referents(self._nodes), self._er)

    @property
    def dominos(self):
        """The set, and all that would be freed with it."""
        return IdentitySet(capture().dominated(self._nodes), self._er)

    @property
    def domisize(self):
        """Bytes that would be freed with the set."""
        return capture().dominated(self._nodes).size()

    @property
    def imdom(self):
        """The objects that directly dominate those of the set: without them those would be freed."""
        return IdentitySet(capture().dominators(self._nodes), self._er)

    @property
    def owners(self):
        """What has the dicts of the set as __dict__."""
        graph = capture()
        dicts = {id(o) for o in self.nodes if type(o) is dict}
        return IdentitySet(_heapy.nodes([o for o in graph.referrers(self._nodes).list()
                                         if id(getattr(o, "__dict__", None)) in dicts]), self._er)

    @property
    def dictof(self):
        """The dicts that the objects have as __dict__.  Attributes for which no dict was ever asked lie in the object itself."""
        return IdentitySet(_heapy.nodes([d for o in self.nodes for name, d in _heapy.edges(o) if name == ".__dict__" and type(d) is dict]))

    def get_shpaths(self, src=None, avoid_nodes=None, avoid_edges=None, limit=MAX_WAYS):
        """The shortest ways to the objects from the root, or from the set `src`; not through the set `avoid_nodes`, and not by
        steps in `avoid_edges` (what `avoid` of other ways gives, or pairs of objects)."""
        nodes, source, avoided = self._nodes, _given_nodes(src), _given_nodes(avoid_nodes)

        def find(steps):
            return capture().ways(nodes, limit, source, avoided, steps)
        steps = tuple(avoid_edges or ())
        return paths.Paths(find(steps), find, steps)

    shpaths = property(get_shpaths, doc="The shortest ways from the root to the objects.")
    sp = property(get_shpaths, doc="The shortest ways from the root to the objects.")

    @property
    def pathsin(self):
        """The references to the objects, as ways of one step from what refers to them."""
        return paths.Paths(capture().steps(self._nodes, True, MAX_WAYS))

    @property
    def pathsout(self):
        """The references of the objects, as ways of one step to what they refer to."""
        return paths.Paths(capture().steps(self._nodes, False, MAX_WAYS))

    def get_rp(self, depth=None, er=None, imdom=0, bf=0, src=None, stopkind=None, nocyc=False, width=10):
        """What refers to the set, and to that, `depth` times (2): a reference pattern, by the classifier `er` (Clodo).

        `imdom`: what dominates instead of what refers.  `bf`: rows in order of their depth.  `src`: only what that set reaches.
        `stopkind`: nothing follows what is of this kind (modules).  `nocyc`: without rows that were there before."""
        stop = KeyKind(CLASSIFIERS["Type"], (type(sys),)) if stopkind is None else as_kind(stopkind)
        if stop is None:
            raise TypeError("stopkind must be a kind, a class or a set, not %r" % (stopkind,))
        return paths.reference_pattern(self, 2 if depth is None else depth, classifier("Clodo" if er is None else er), imdom, bf, src, stop,
                                       nocyc, width)

    rp = property(get_rp, doc="The reference pattern.")

    # texts

    @property
    def stat(self):
        """The numbers without the objects."""
        import time
        text = self.er.text
        return tables.Stat(self.er.header, [(len(part), size, text(key)) for key, part, size in self._parts()],
                           self.count, self.size, timemade=time.time())

    def diff(self, other):
        """The numbers of this set less those of another one, or of statistics that were kept."""
        return self.stat - (other if isinstance(other, tables.Stat) else IdentitySet(other._nodes, self._er).stat)

    def dump(self, fn, mode="a"):
        """Appends the numbers to a file, for h.load."""
        self.stat.dump(fn, mode)

    def _table(self):
        count, size = self.count, self.size
        if self._er.name == "Id":
            rows = IdentitySet(self._nodes)._parts()
            name = tables.clodo_name(rows[0][0]) if len(rows) == 1 else "mixed"
            entries = [(part.size(), part.list()[0]) for _, part, _ in self._parts()]
            head = "Set of %d <%s> object%s. Total size = %d bytes." % (count, name, "" if count == 1 else "s", size)
            return tables.ObjectTable(head, entries, size)
        rows, cumulative = [], 0
        for index, (key, part, part_size) in enumerate(self._parts()):
            cumulative += part_size
            rows.append(tables.Row(index, len(part), part_size, cumulative, self.er.text(key)))
        head = "Partition of a set of %d object%s. Total size = %d bytes." % (count, "" if count == 1 else "s", size)
        return tables.Table(head, self.er.header, rows, count, size)

    more = property(lambda self: self._table().more, doc="The next rows.")
    all = property(lambda self: self._table().all, doc="The table with all rows.")

    def at(self, index):
        """The table from this row on."""
        return self._table().at(index)

    def __repr__(self):
        return str(self._table())

    __str__ = __repr__


def _given_nodes(objects):
    """The nodes of a set that an argument gives; None: the root."""
    if objects is None or isinstance(objects, _Root):
        return None
    if not isinstance(objects, IdentitySet):
        raise TypeError("expected a set of objects, not %r" % (objects,))
    return objects._nodes


class _Each:
    """The objects of a set, asked all at once."""

    def __init__(self, objects):
        self.__dict__["_objects"] = objects

    def __getattr__(self, name):
        return IdentitySet(_heapy.nodes([getattr(o, name) for o in self._objects.nodes]))

    def __getitem__(self, index):
        return IdentitySet(_heapy.nodes([o[index] for o in self._objects.nodes]))


# ---- the session ----

class _Root:
    """Where all ways begin: hpy().Root.  A way's text can be followed from here as far as its steps are attributes of Python's."""

    i0_modules = property(lambda self: sys.modules, doc="The modules of the interpreter.")

    def __repr__(self):
        return "hpy().Root"


class _Doc:
    """hpy().doc: all names in one line each; hpy().doc.name: one in full."""

    def __getattr__(self, name):
        value = getattr(Heapy, name, None)
        if name.startswith("_") or value is None:
            raise AttributeError("hpy() has no attribute %r" % name)
        return _Text((_ATTRIBUTES.get(name) or value.__doc__ or "").strip())

    def __repr__(self):
        names = sorted(name for name in dir(Heapy) if not name.startswith("_"))
        return "\n".join(["The attributes of hpy(); hpy().doc.NAME tells of one.", ""] +
                         ["%-12s %s" % (name, str(getattr(self, name)).partition("\n")[0]) for name in names])


class _Text(str):
    __repr__ = str.__str__


_ATTRIBUTES = {
    "Clodo": "By class, dicts by the class of their owner: Clodo(cls), Clodo(dictof=cls), Clodo(dictof=()) for those of nobody.",
    "Class": "By class: Class(cls).",
    "Type": "By type: Type(cls).",
    "Size": "By the bytes of each: Size(n).",
    "Rcs": "By what refers to it: Rcs(kind, ...), objects to which kinds refer, and no others.",
    "Via": "By the names of the references to it: Via('.name', '[0]', \"['key']\").",
    "Id": "Each object for itself: Id(address).",
    "Module": "Modules by name: Module('name').",
    "Unity": "All in one: Unity().",
    "Prod": "By the line that allocated it, where that is traced: Prod('file.py', line).",
    "Anything": "The kind of all objects.",
}


class _RemoteMonitor:
    """guppy.heapy.RM: there is no remote monitor."""

    MESSAGE = ("the remote monitor of guppy is not there: a running program writes its numbers with h.heap().stat.dump(FILE), "
               "and h.pb(FILE) shows them")

    def on(self, start_in_other_interpreter=1):
        raise NotImplementedError(self.MESSAGE)

    def off(self):
        raise NotImplementedError(self.MESSAGE)


RM = _RemoteMonitor()

class Heapy:
    """The session: h = hpy()."""

    def __init__(self):
        self._reference = None

    def heap(self):
        """All objects that the program reaches (those younger than the reference point, when one is set)."""
        graph = capture()
        nodes = graph.reached()
        if self._reference is not None:
            nodes = nodes.combine(self._reference, "-")
        return IdentitySet(nodes, "Clodo", graph.partition(nodes, "clodo"))

    def setrelheap(self, reference=None):
        """From now on heap() shows what is not there now, or not in the set `reference`."""
        self._reference = None
        self._reference = capture().reached() if reference is None else reference._nodes

    setref = setrelheap

    def heapu(self, rma=1, abort=0, stat=1):
        """Numbers of what is alive but reached by nothing: garbage that no collection has found yet, by class."""
        if rma:
            import gc
            gc.collect()
        graph = _heapy.capture((), "<nothing>", True)  # what guppy itself reaches is no garbage
        nodes = graph.unreached()
        if self._reference is not None:
            nodes = nodes.combine(self._reference, "-")
        rows = [(len(part), part.size(), tables.class_name(key[0])) for key, part in graph.partition(nodes, "type")]
        size = nodes.size()
        result = tables.Stat("Class", rows, len(nodes), size,
                             "Data from unreachable objects. Total size = %d bytes." % size)
        return result if stat else IdentitySet(nodes, "Class")

    def iso(self, *objects):
        """The set of exactly these objects."""
        return IdentitySet(_heapy.nodes(objects))

    def idset(self, iterable):
        """The set of what the iterable gives."""
        return IdentitySet(_heapy.nodes(iterable))

    @property
    def Nothing(self):
        """The empty set."""
        return IdentitySet(_heapy.nodes(()))

    Clodo, Class, Type, Size, Rcs, Via, Id, Module, Unity, Prod = map(
        classifier, ("Clodo", "Class", "Type", "Size", "Rcs", "Via", "Id", "Module", "Unity", "Prod"))
    Anything = ANYTHING

    @property
    def Root(self):
        """Where all ways begin."""
        return _Root()

    def findex(self, *kinds):
        """The classifier by the first of these kinds that an object is of."""
        chosen = [as_kind(kind) for kind in kinds]
        if None in chosen:
            raise TypeError("findex() needs kinds, classes or sets, not %r" % (kinds[chosen.index(None)],))
        texts = ["%d: %s" % (number, kind) for number, kind in enumerate(chosen)] + ["%d: none of them" % len(chosen)]
        return ByKinds("Findex", "Index of kind", chosen, texts)

    def heapg(self, rma=0):
        """The objects that the collector tracks, reached or not; `rma`: after a collection."""
        import gc
        if rma:
            gc.collect()
        return IdentitySet(_heapy.nodes(gc.get_objects()))

    def load(self, fn, use_readline=0):
        """The statistics of a file, or of lines; of several the last, with all of them in its `samples`."""
        if isinstance(fn, str) or hasattr(fn, "__fspath__"):
            with open(fn, encoding="utf-8") as f:
                stats = tables.load_stats(f, str(fn))
        else:
            stats = tables.load_stats(fn, getattr(fn, "name", "<lines>"))
        stats[-1].samples = stats
        return stats[-1]

    def test_contains(self, a, b):
        """Is every object of b one of a?"""
        return b <= a

    def pb(self, filename=None):
        """The profile browser, as text (guppy's is a window of Tk's): the samples of a file of statistics."""
        if filename is None:
            print("The profile browser shows the samples of a file: append some with h.heap().stat.dump('FILE'), "
                  "then ask for h.pb('FILE').")
        else:
            print(tables.browse(self.load(filename).samples))

    def monitor(self):
        """guppy's monitor of other processes, which is not there."""
        raise NotImplementedError(RM.MESSAGE)

    def test(self, debug=False):
        """Looks whether what it tells agrees: each classifier must put each object of the heap into one group, and sizes must add up."""
        everything = self.heap()
        for name, er in CLASSIFIERS.items():
            parts = [part for _, part, _ in everything.by(er)._parts()]
            union = IdentitySet(_heapy.nodes(o for part in parts for o in part.list()))
            good = sum(map(len, parts)) == everything.count and union == everything and sum(part.size() for part in parts) == everything.size
            if debug or not good:
                print("%-6s %7d groups: %s" % (name, len(parts), "ok" if good else "WRONG"))
            if not good:
                raise AssertionError("%s does not put each object into one group" % name)
        print("Heapy's tests of %d objects: ok" % everything.count)

    doc = _Doc()

    def __repr__(self):
        return ("Top level interface to Heapy. Available attributes:\n" +
                ", ".join(sorted(name for name in dir(type(self)) if not name.startswith("_"))))
