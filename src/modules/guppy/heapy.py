"""The session object of guppy, its sets and its kinds.

A set holds its objects.  How it is shown is its classifier (`er`): by class and dict owner, by referrers, by size ...; all
classifiers but those of single objects and of modules are passes in C over a graph captured when they are asked for.
A kind is a test for objects, made of classes, sizes, names of references; `set & kind` are those of the set that pass.
"""
import sys

import _heapy
from guppy import tables

MAX_WAYS = 10000
SMALL = 20000  # objects; above, a capture is faster than a loop


def _own_objects():
    """What belongs to guppy, and is not shown."""
    hidden = []
    for name, module in list(sys.modules.items()):
        if name == "guppy" or name.startswith("guppy.") or name == "_heapy":
            hidden += [module, module.__dict__]
            hidden += [v for key, v in module.__dict__.items() if not key.startswith("__") and
                       getattr(v, "__module__", name) == name and not isinstance(v, (str, int, type(sys)))]
    return hidden


def _capture():
    return _heapy.capture(_own_objects(), "<frozen guppy")


# ---- classifiers ----

class Classifier:
    """A way to put objects into groups.  `native`: the name by which _heapy knows it, or None."""

    def __init__(self, name, native, header):
        self.name, self.native, self.header = name, native, header

    def partition(self, nodes, graph):
        """(key, nodes) pairs.  A small set without dicts needs no graph for its classes and sizes."""
        if graph is None and len(nodes) <= SMALL and self.native in ("type", "clodo", "size"):
            groups = {}
            for o in nodes.list():
                if self.native == "size":
                    key = _heapy.nodes((o,)).size()
                elif self.native == "clodo" and type(o) is dict:
                    break
                else:
                    key = (type(o),)
                groups.setdefault(key, []).append(o)
            else:
                return [(key, _heapy.nodes(objects)) for key, objects in groups.items()]
        return (graph or _capture()).partition(nodes, self.native)

    def text(self, key):
        return tables.clodo_name(key)


class _BySize(Classifier):
    def text(self, key):
        return "%9d" % key


class _ByReferrers(Classifier):
    def text(self, key):
        return ", ".join(sorted(map(tables.clodo_name, key))) or "<Nothing>"


class _ByVia(Classifier):
    def text(self, key):
        return ", ".join(sorted(map(repr, key))) or "''"


class _ByProducer(Classifier):
    def text(self, key):
        return "<unknown>" if key is None else "%s:%d" % key[:2]


class _ByUnity(Classifier):
    def partition(self, nodes, graph):
        return [((), nodes)] if len(nodes) else []

    def text(self, key):
        return "<object>"


class _ByModule(Classifier):
    def partition(self, nodes, graph):
        modules = [o for o in nodes.list() if type(o) is type(sys)]
        rest = nodes.combine(_heapy.nodes(modules), "-")
        pairs = [(str(m.__name__), _heapy.nodes([m])) for m in modules]
        return pairs + ([(None, rest)] if len(rest) else [])

    def text(self, key):
        return "<not a module>" if key is None else key


class _ById(Classifier):
    """Each object for itself, biggest first."""

    def partition(self, nodes, graph):
        return [(id(o), _heapy.nodes([o])) for o in nodes.list()]

    def text(self, key):
        return "0x%x" % key


CLASSIFIERS = {c.name: c for c in (
    Classifier("Clodo", "clodo", "Kind (class / dict of class)"),
    Classifier("Class", "type", "Class"),
    Classifier("Type", "type", "Type"),
    _BySize("Size", "size", "Individual Size"),
    _ByReferrers("Rcs", "rcs", "Referrers by Kind (class / dict of class)"),
    _ByVia("Via", "via", "Referred Via:"),
    _ByProducer("Prod", "line", "Producer (line of allocation)"),
    _ByUnity("Unity", None, "Unity"),
    _ByModule("Module", None, "Module"),
    _ById("Id", None, "Id"),
)}


# ---- kinds ----

class Kind:
    """A test for objects.  `select(nodes)` gives those that pass; `admits` tells that of a key of Clodo, where classes do."""

    def __init__(self, select, text, admits=None):
        self._select, self._text, self.admits = select, text, admits

    def select(self, nodes):
        return self._select(nodes)

    def __repr__(self):
        return self._text

    def _joined(self, other, how):
        other = _as_kind(other)
        if other is None:
            return NotImplemented
        return Kind(lambda nodes: self.select(nodes).combine(other.select(nodes), how),
                    "(%s %s %s)" % (self, how, other))

    def __and__(self, other):
        if isinstance(other, IdentitySet):
            return other & self
        return self._joined(other, "&")

    def __or__(self, other):
        return self._joined(other, "|")

    def __sub__(self, other):
        return self._joined(other, "-")

    def __xor__(self, other):
        return self._joined(other, "^")

    def __invert__(self):
        return Kind(lambda nodes: nodes.combine(self.select(nodes), "-"), "~%s" % self)

    __rand__, __ror__ = __and__, __or__

    @property
    def dictof(self):
        """The dicts of the objects of this kind (for kinds made from a class)."""
        cls = getattr(self, "cls", None)
        if cls is None:
            raise ValueError("only a kind that is one class has dicts of it")
        return _key_kind("Clodo", (dict, cls))


def _key_kind(name, *keys):
    classifier = CLASSIFIERS[name]
    wanted = set(keys)

    def select(nodes):
        result = _heapy.nodes(())
        for key, part in classifier.partition(nodes, None):
            if key in wanted:
                result = result.combine(part, "|")
        return result
    kind = Kind(select, "<%s %s>" % (name.lower(), " | ".join(classifier.text(key).strip() for key in keys)))
    if name in ("Type", "Class"):
        kind.admits = lambda key: key[:1] in wanted
    elif name == "Clodo":
        kind.admits = wanted.__contains__
    if len(keys) == 1 and type(keys[0]) is tuple and len(keys[0]) == 1 and isinstance(keys[0][0], type):
        kind.cls = keys[0][0]
    return kind


def _as_kind(value):
    if isinstance(value, Kind):
        return value
    if isinstance(value, type):
        return _key_kind("Type", (value,))
    return None


class KindMaker:
    """h.Type, h.Size, h.Via ...: called with what the kind is about."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "<kinds by %s>" % self.name.lower()

    def __call__(self, *args, **kw):
        name = self.name
        if kw and (name != "Clodo" or set(kw) != {"dictof"} or args):
            raise TypeError("%s() has no keyword argument %s" % (name, ", ".join(kw)))
        if name in ("Type", "Class") and len(args) == 1 and isinstance(args[0], type):
            return _key_kind(name, (args[0],))
        if name == "Clodo" and kw:
            return _key_kind(name, (dict, kw["dictof"] or None))
        if name == "Clodo" and len(args) == 1 and isinstance(args[0], type):
            if args[0] is dict:
                return Kind(lambda nodes: _key_kind("Type", (dict,)).select(nodes), "<clodo dict>")
            return _key_kind(name, (args[0],))
        if name == "Size" and len(args) == 1:
            return _key_kind(name, args[0])
        if name == "Via":
            return self._parts(args, lambda key: tuple(map(str, key)))
        if name == "Rcs":
            return self._referrers(args)
        if name == "Id" and len(args) == 1:
            wanted = args[0]
            return Kind(lambda nodes: _heapy.nodes([o for o in nodes.list() if id(o) == wanted]), "<id 0x%x>" % wanted)
        if name == "Module" and len(args) == 1:
            return _key_kind(name, getattr(args[0], "__name__", args[0]))
        if name == "Unity" and not args:
            return Kind(lambda nodes: nodes, "<unity>")
        raise TypeError("%s() cannot be called so: %r" % (name, args))

    def _parts(self, args, comparable):
        wanted = frozenset(args)
        classifier = CLASSIFIERS[self.name]

        def select(nodes):
            result = _heapy.nodes(())
            for key, part in classifier.partition(nodes, None):
                if frozenset(key) == wanted:
                    result = result.combine(part, "|")
            return result
        return Kind(select, "<%s %s>" % (self.name.lower(), ", ".join(sorted(map(repr, args)))))

    def _referrers(self, args):
        kinds = [_as_kind(a) for a in args]
        if not all(kind is not None and kind.admits for kind in kinds):
            raise TypeError("Rcs() needs classes, or kinds made from classes")

        def select(nodes):
            result = _heapy.nodes(())
            for key, part in _capture().partition(nodes, "rcs"):
                if all(any(kind.admits(k) for kind in kinds) for k in key) and \
                        all(any(kind.admits(k) for k in key) for kind in kinds):
                    result = result.combine(part, "|")
            return result
        return Kind(select, "<rcs %s>" % ", ".join(map(repr, kinds)))


# ---- sets ----

class IdentitySet:
    """Objects of the heap, shown by one classifier.  Index it for a row, slice it for several."""

    def __init__(self, nodes, er="Clodo", pairs=None):
        self._nodes, self._er, self._pairs, self._rows = nodes, er, pairs, None

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

    @property
    def er(self):
        return CLASSIFIERS[self._er]

    @property
    def kind(self):
        """The kind of all objects in the set, by its classifier."""
        return _key_kind(self._er, *[key for key, _, _ in self._parts()])

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
            if self._er == "Size":
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
        name = er if isinstance(er, str) else er.name
        if name not in CLASSIFIERS:
            raise ValueError("no such classifier: %r" % (er,))
        return IdentitySet(self._nodes, name)

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
        kind = _as_kind(other)
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

    def __contains__(self, obj):
        return self._nodes.has(obj)

    def __le__(self, other):
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

    # the graph

    @property
    def referrers(self):
        """What refers to an object of the set."""
        return IdentitySet(_capture().referrers(self._nodes), self._er)

    @property
    def referents(self):
        """What an object of the set refers to."""
        return IdentitySet(_capture().referents(self._nodes), self._er)

    @property
    def dominos(self):
        """The set, and all that would be freed with it."""
        return IdentitySet(_capture().dominated(self._nodes), self._er)

    @property
    def domisize(self):
        """Bytes that would be freed with the set."""
        return _capture().dominated(self._nodes).size()

    @property
    def imdom(self):
        """The objects that directly dominate those of the set: without them those would be freed."""
        return IdentitySet(_capture().dominators(self._nodes), self._er)

    @property
    def owners(self):
        """What has the dicts of the set as __dict__."""
        graph = _capture()
        dicts = {id(o) for o in self.nodes if type(o) is dict}
        return IdentitySet(_heapy.nodes([o for o in graph.referrers(self._nodes).list()
                                         if id(getattr(o, "__dict__", None)) in dicts]), self._er)

    def get_shpaths(self, src=None, avoid_nodes=None, avoid_edges=None, limit=MAX_WAYS):
        """The shortest ways from the root to the objects."""
        if src is not None or avoid_nodes is not None or avoid_edges is not None:
            raise ValueError("ways begin at the root here and avoid nothing")
        return tables.Paths(_capture().ways(self._nodes, limit))

    shpaths = property(get_shpaths, doc="The shortest ways from the root to the objects.")
    sp = property(get_shpaths, doc="The shortest ways from the root to the objects.")

    def get_rp(self, depth=2, er="Clodo", imdom=0, width=10):
        """What refers to the set, and to that, `depth` times: a reference pattern."""
        graph = _capture()
        name = er if isinstance(er, str) else er.name
        classifier = CLASSIFIERS[name]
        rows, seen = [], []

        def add(label, key, nodes, level):
            root = any(type(o) is type(sys) for o in nodes.list()[:1])
            known = any(not len(nodes.combine(other, "^")) for other in seen)
            referrers = graph.dominators(nodes) if imdom else graph.referrers(nodes)
            mark = "S" if root else "^" if known else "+" if level >= depth and len(referrers) else "-"
            objects = nodes.list()
            shown = ", ".join(map(tables.brief, objects[:3])) + ("..." if len(objects) > 3 else "")
            rows.append((label, mark, len(nodes), classifier.text(key).strip(), shown))
            seen.append(nodes)
            if mark == "-":
                pairs = sorted(classifier.partition(referrers, graph),
                               key=lambda pair: (-pair[1].size(), classifier.text(pair[0])))
                for index, (inner, part) in enumerate(pairs[:width]):
                    add(("" if label == "_" else label) + chr(ord("a") + index % 26), inner, part, level + 1)
        for key, nodes, _ in self.by(name)._parts()[:1 if self.count <= 1 else width]:
            add("_", key, nodes, 0)
        return tables.ReferencePattern("Reference Pattern by <%s>." % (
            "[dict of] class" if name == "Clodo" else classifier.header.lower()), rows)

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
        if self._er == "Id":
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
    all = property(lambda self: self._table(), doc="The table.")

    def __repr__(self):
        return str(self._table())

    __str__ = __repr__


# ---- the session ----

class Heapy:
    """The session: h = hpy()."""

    def __init__(self):
        self._reference = None

    def heap(self):
        """All objects that the program reaches (those younger than the reference point, when one is set)."""
        graph = _capture()
        nodes = graph.reached()
        if self._reference is not None:
            nodes = nodes.combine(self._reference, "-")
        return IdentitySet(nodes, "Clodo", graph.partition(nodes, "clodo"))

    def setrelheap(self, reference=None):
        """From now on heap() shows what is not there now, or not in the set `reference`."""
        self._reference = None
        self._reference = _capture().reached() if reference is None else reference._nodes

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
        KindMaker, ("Clodo", "Class", "Type", "Size", "Rcs", "Via", "Id", "Module", "Unity", "Prod"))

    @property
    def Root(self):
        return "hpy().Root"

    def load(self, fn, use_readline=0):
        """The statistics of a file, or of lines; of several the last, with all of them in its `all`."""
        if isinstance(fn, str) or hasattr(fn, "__fspath__"):
            with open(fn, encoding="utf-8") as f:
                stats = tables.load_stats(f, str(fn))
        else:
            stats = tables.load_stats(fn, getattr(fn, "name", "<lines>"))
        stats[-1].all = stats
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
            print(tables.browse(self.load(filename).all))

    @property
    def doc(self):
        return __doc__

    def __repr__(self):
        return ("Top level interface to Heapy. Available attributes:\n" +
                ", ".join(sorted(name for name in dir(type(self)) if not name.startswith("_"))))
