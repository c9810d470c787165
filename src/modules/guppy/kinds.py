"""The classifiers of guppy and the kinds they make.

A classifier (guppy says: an equivalence relation) puts objects into groups; all but those of single objects and of modules are
passes in C over a graph captured when they are asked for.  A kind is a test for objects, made of classes, sizes, names of
references; `set & kind` are those of the set that pass.
"""
import sys

import _heapy
from guppy import tables


def _own_objects():
    """What belongs to guppy, and is not shown."""
    hidden = []
    for name, module in list(sys.modules.items()):
        if name == "guppy" or name.startswith("guppy.") or name == "_heapy":
            hidden += [module, module.__dict__]
            hidden += [v for key, v in module.__dict__.items() if not key.startswith("__") and
                       getattr(v, "__module__", name) == name and not isinstance(v, (str, int, type(sys)))]
    return hidden


def capture():
    return _heapy.capture(_own_objects(), "<frozen guppy")


# ---- classifiers ----

class Classifier:
    """A way to put objects into groups.  `native`: the name by which _heapy knows it, or None.  Called, it makes a kind."""

    def __init__(self, name, native, header):
        self.name, self.native, self.header = name, native, header

    def partition(self, nodes, graph):
        """(key, nodes) pairs.  Classes, where there are no dicts, and sizes need no graph."""
        if graph is None and self.native in ("type", "size"):
            return nodes.partition(self.native)
        if graph is None and self.native == "clodo":
            pairs = nodes.partition("type")
            if not any(key[0] is dict for key, _ in pairs):
                return pairs
        return (graph or capture()).partition(nodes, self.native)

    def text(self, key):
        return tables.clodo_name(key)

    def normal(self, key):
        """The key in the form in which it is compared."""
        return key

    def below(self, key, other):
        """Is a key smaller than another one, or the same?  Classes are below those that they are derived from."""
        raise ValueError("what is told by %s has no order" % self.name.lower())

    def __call__(self, *args, **kw):
        if kw:
            raise TypeError("%s() has no keyword argument %s" % (self.name, ", ".join(kw)))
        kind = self.make(args)
        if kind is None:
            raise TypeError("%s() cannot be called so: %r" % (self.name, args))
        return kind

    def make(self, args):
        """The kind of what is asked for; None: it cannot be asked for so."""
        return None

    def __repr__(self):
        return "<kinds by %s>" % self.name.lower()

    def __and__(self, other):
        if not isinstance(other, Classifier):
            return NotImplemented
        return _Both(self, other)

    @property
    def dictof(self):
        """Puts dicts into groups by the class of their owner."""
        raise ValueError("only classes own dicts, so only Type, Class and Clodo have dictof")

    @property
    def refdby(self):
        """Puts objects into groups by what their referrers are by this classifier."""
        raise ValueError("only what refers to objects by its class is told, so only Type, Class and Clodo have refdby")


class _ByClass(Classifier):
    def below(self, key, other):
        return len(key) == len(other) and issubclass(key[-1] or object, other[-1] or object)

    def make(self, args):
        if len(args) == 1 and isinstance(args[0], type):
            return KeyKind(self, (args[0],))

    @property
    def dictof(self):
        return _Merged("%s.dictof" % self.name, CLASSIFIERS["Clodo"], "Kind (dict of class)",
                       lambda key: key if len(key) == 2 and key[1] is not None else None, "<not the dict of anything>")

    @property
    def refdby(self):
        return _Merged("%s.refdby" % self.name, CLASSIFIERS["Rcs"], "Referrers by %s" % self.name,
                       lambda key: tuple(sorted({k[:1] for k in key}, key=tables.clodo_name)), "<Nothing>")


class _ByClodo(_ByClass):
    def __call__(self, *args, dictof=False):
        if dictof is not False and not args:
            return KeyKind(self, (dict, dictof or None))
        return super().__call__(*args, **({} if dictof is False else {"dictof": dictof}))

    def make(self, args):
        if args == (dict,):
            return Kind(lambda nodes: KeyKind(CLASSIFIERS["Type"], (dict,)).select(nodes), "<clodo dict>")
        return super().make(args)

    @property
    def refdby(self):
        return CLASSIFIERS["Rcs"]


class _BySize(Classifier):
    def text(self, key):
        return "%9d" % key

    def below(self, key, other):
        return key <= other

    def make(self, args):
        if len(args) == 1 and isinstance(args[0], int):
            return KeyKind(self, args[0])


class _ByReferrers(Classifier):
    def text(self, key):
        return ", ".join(sorted(map(tables.clodo_name, key))) or "<Nothing>"

    normal = staticmethod(frozenset)

    def below(self, key, other):
        return frozenset(key) <= frozenset(other)

    def make(self, args):
        kinds = [as_kind(a) for a in args]
        if not all(isinstance(kind, KeyKind) and kind.er.name in ("Type", "Class", "Clodo") for kind in kinds):
            raise TypeError("Rcs() needs classes, or kinds made from classes")

        def select(nodes):
            result = _heapy.nodes(())
            for key, part in capture().partition(nodes, "rcs"):
                if all(any(kind.admits(k) for kind in kinds) for k in key) and \
                        all(any(kind.admits(k) for k in key) for kind in kinds):
                    result = result.combine(part, "|")
            return result
        return Kind(select, "<rcs %s>" % ", ".join(map(repr, kinds)))


class _ByVia(Classifier):
    def text(self, key):
        return ", ".join(sorted(map(repr, key))) or "''"

    normal = staticmethod(frozenset)

    def below(self, key, other):
        return frozenset(key) <= frozenset(other)

    def make(self, args):
        return KeyKind(self, args)


class _ByProducer(Classifier):
    def text(self, key):
        return "<unknown>" if key is None else "%s:%d" % key[:2]

    def normal(self, key):
        return key and key[:2]

    def make(self, args):
        if len(args) == 2 and isinstance(args[1], int):
            return KeyKind(self, (str(args[0]), args[1]))
        if args == (None,):
            return KeyKind(self, None)


class _ByUnity(Classifier):
    def partition(self, nodes, graph):
        return [((), nodes)] if len(nodes) else []

    def text(self, key):
        return "<object>"

    def make(self, args):
        return Kind(lambda nodes: nodes, "<unity>") if not args else None


class _ByModule(Classifier):
    def partition(self, nodes, graph):
        modules = [o for o in nodes.list() if type(o) is type(sys)]
        rest = nodes.combine(_heapy.nodes(modules), "-")
        pairs = [(str(m.__name__), _heapy.nodes([m])) for m in modules]
        return pairs + ([(None, rest)] if len(rest) else [])

    def text(self, key):
        return "<not a module>" if key is None else key

    def make(self, args):
        return KeyKind(self, getattr(args[0], "__name__", args[0])) if len(args) == 1 else None


class _ById(Classifier):
    """Each object for itself, biggest first."""

    def partition(self, nodes, graph):
        return [(id(o), _heapy.nodes([o])) for o in nodes.list()]

    def text(self, key):
        return "0x%x" % key

    def make(self, args):
        if len(args) == 1 and isinstance(args[0], int):
            wanted = args[0]
            return Kind(lambda nodes: _heapy.nodes([o for o in nodes.list() if id(o) == wanted]), "<id 0x%x>" % wanted)


class _Merged(Classifier):
    """The groups of another classifier, joined where `convert` makes the same of their keys."""

    def __init__(self, name, inner, header, convert, nothing):
        super().__init__(name, None, header)
        self.inner, self.convert, self.nothing = inner, convert, nothing

    def partition(self, nodes, graph):
        groups = {}
        for key, part in self.inner.partition(nodes, graph):
            key = self.convert(key)
            groups[key] = groups[key].combine(part, "|") if key in groups else part
        return list(groups.items())

    def text(self, key):
        return self.inner.text(key) if key else self.nothing


class _Both(Classifier):
    """By two classifiers at once: two objects are in one group when they are for both."""

    def __init__(self, first, second):
        super().__init__("%s & %s" % (first.name, second.name), None, "%s & %s" % (first.header, second.header))
        self.first, self.second = first, second

    def partition(self, nodes, graph):
        graph = graph or capture()
        return [((a, b), inner) for a, part in self.first.partition(nodes, graph)
                for b, inner in self.second.partition(part, graph)]

    def text(self, key):
        return "%s & %s" % (self.first.text(key[0]).strip(), self.second.text(key[1]).strip())


class ByKinds(Classifier):
    """By the first of some kinds that an object is of: what findex and biper make."""

    def __init__(self, name, header, kinds, texts):
        super().__init__(name, None, header)
        self.kinds, self.texts = kinds, texts

    def partition(self, nodes, graph):
        pairs = []
        for number, kind in enumerate(self.kinds):
            part = kind.select(nodes)
            nodes = nodes.combine(part, "-")
            pairs.append((number, part))
        return [pair for pair in pairs + [(len(self.kinds), nodes)] if len(pair[1])]

    def text(self, key):
        return self.texts[key]


CLASSIFIERS = {c.name: c for c in (
    _ByClodo("Clodo", "clodo", "Kind (class / dict of class)"),
    _ByClass("Class", "type", "Class"),
    _ByClass("Type", "type", "Type"),
    _BySize("Size", "size", "Individual Size"),
    _ByReferrers("Rcs", "rcs", "Referrers by Kind (class / dict of class)"),
    _ByVia("Via", "via", "Referred Via:"),
    _ByProducer("Prod", "line", "Producer (line of allocation)"),
    _ByUnity("Unity", None, "Unity"),
    _ByModule("Module", None, "Module"),
    _ById("Id", None, "Id"),
)}


def classifier(er):
    """The classifier itself, or the one of that name."""
    found = er if isinstance(er, Classifier) else CLASSIFIERS.get(er) if isinstance(er, str) else None
    if found is None:
        raise ValueError("no such classifier: %r" % (er,))
    return found


# ---- kinds ----

class Kind:
    """A test for objects.  `select(nodes)` gives those that pass."""

    def __init__(self, select, text):
        self._select, self._text = select, text

    def select(self, nodes):
        return self._select(nodes)

    def __repr__(self):
        return self._text

    brief = property(__repr__, doc="The kind as text.")

    def __contains__(self, obj):
        return len(self.select(_heapy.nodes((obj,)))) == 1

    def _joined(self, other, how):
        other = as_kind(other)
        if other is None:
            return NotImplemented
        return Kind(lambda nodes: self.select(nodes).combine(other.select(nodes), how),
                    "(%s %s %s)" % (self, how, other))

    def __and__(self, other):
        if hasattr(other, "_nodes"):  # a set of objects
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

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __rsub__(self, other):
        other = as_kind(other)
        return NotImplemented if other is None else other._joined(self, "-")

    @property
    def er(self):
        """The classifier of which the kind is some groups."""
        raise ValueError("%s is not made of the groups of one classifier" % self)

    fam = property(lambda self: self.er, doc="The family of kinds that it belongs to: what makes them, its classifier.")

    def alt(self, cmp):
        """The kind of what compares so to what this kind is about: '<', '<=', '==', '!=', '>=' or '>'."""
        raise ValueError("%s is not one group of a classifier: it has no alternatives" % self)

    @property
    def biper(self):
        """The classifier that tells two groups: what is of this kind, and what is not."""
        return ByKinds("Biper", "Is it %s?" % self, [self], ["%s" % self, "~%s" % self])

    @property
    def dictof(self):
        """The dicts of the objects of this kind (for kinds made from a class)."""
        raise ValueError("only a kind that is one class has dicts of it")

    @property
    def refdby(self):
        """What is referred to by objects of this kind, and no others (for kinds made from classes)."""
        return CLASSIFIERS["Rcs"](self)


_COMPARISONS = ("==", "!=", "<", "<=", ">=", ">")


class KeyKind(Kind):
    """Groups of a classifier: those of its keys, or for another comparison than "==" those that compare so to its one key."""

    def __init__(self, er, *keys, cmp="=="):
        name = er.name.lower() + ("" if cmp == "==" else " " + cmp)
        super().__init__(None, "<%s %s>" % (name, " | ".join(er.text(key).strip() for key in keys)))
        self._er, self.keys, self.cmp = er, keys, cmp
        self.wanted = frozenset(map(er.normal, keys))

    er = property(lambda self: self._er, doc="The classifier of which the kind is some groups.")

    def _passes(self, key):
        if self.cmp in ("==", "!="):
            return (self._er.normal(key) in self.wanted) == (self.cmp == "==")
        given, = self.keys
        low, high = (key, given) if self.cmp[0] == "<" else (given, key)
        return self._er.below(low, high) and (self.cmp[1:] == "=" or self._er.normal(key) not in self.wanted)

    def select(self, nodes):
        result = _heapy.nodes(())
        for key, part in self._er.partition(nodes, None):
            if self._passes(key):
                result = result.combine(part, "|")
        return result

    def admits(self, key):
        """Does it take objects with this key of Clodo?  Asked of kinds made of classes."""
        return self._passes(key if self._er.name == "Clodo" else key[:1])

    def alt(self, cmp):
        if cmp not in _COMPARISONS:
            raise ValueError("no such comparison: %r" % (cmp,))
        if len(self.keys) != 1 or self.cmp != "==":
            return super().alt(cmp)
        if cmp not in ("==", "!="):
            self._er.below(self.keys[0], self.keys[0])  # has it an order at all?
        return KeyKind(self._er, *self.keys, cmp=cmp)

    @property
    def dictof(self):
        if len(self.keys) != 1 or self._er.name not in ("Type", "Class", "Clodo") or len(self.keys[0]) != 1 or self.cmp != "==":
            return super().dictof
        return KeyKind(CLASSIFIERS["Clodo"], (dict, self.keys[0][0]))

    def _comparable(self, other):
        """Are their groups those of one classifier?  A class is the same to Type, Class and, but for dict, Clodo."""
        if not isinstance(other, KeyKind) or not self.cmp == other.cmp == "==":
            return False
        return other._er is self._er or (isinstance(self._er, _ByClass) and isinstance(other._er, _ByClass) and
                                         not any(key[0] is dict for key in self.keys + other.keys))

    def __le__(self, other):
        return self.wanted <= other.wanted if self._comparable(other) else NotImplemented

    def __lt__(self, other):
        return self.wanted < other.wanted if self._comparable(other) else NotImplemented

    def __ge__(self, other):
        return self.wanted >= other.wanted if self._comparable(other) else NotImplemented

    def __gt__(self, other):
        return self.wanted > other.wanted if self._comparable(other) else NotImplemented

    def __eq__(self, other):
        if isinstance(other, KeyKind) and self.cmp == other.cmp != "==":
            return (self._er, self.wanted) == (other._er, other.wanted)
        return self._comparable(other) and self.wanted == other.wanted

    def __hash__(self):
        return hash((self.cmp, self.wanted))

    def disjoint(self, other):
        """Has it no group in common with another kind of the same classifier?"""
        if not self._comparable(other):
            raise ValueError("%s and %r are not groups of the same classifier" % (self, other))
        return self.wanted.isdisjoint(other.wanted)


ANYTHING = Kind(lambda nodes: nodes, "hpy().Anything")


def as_kind(value):
    """A kind; of a class its objects, of a set its members.  None: it is nothing of these."""
    if isinstance(value, Kind):
        return value
    if isinstance(value, type):
        return KeyKind(CLASSIFIERS["Type"], (value,))
    if hasattr(value, "_nodes"):
        members = value._nodes
        return Kind(lambda nodes: nodes.combine(members, "&"), "<id in a set of %d>" % len(members))
    return None
