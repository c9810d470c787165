"""How many bytes objects take, alone and with all they refer to.

    asizeof(obj)              bytes of the object and of everything that only makes sense as part of it
    flatsize(obj)             bytes of the object alone
    asized(obj, detail=1)     the same as a tree
    Asizer()                  sizes that add up: what was seen once is not counted again

The size of an object is what the heap gave it, buffers included; references are those that the collector follows, so
nothing is overlooked and sizing an object changes nothing in it.  Code is not counted unless asked for (code=True):
classes, functions, modules and the like are shared by all.  Objects deeper than `limit` references are left out.
"""
import gc
import sys
import types

import _heapy
from pympler.util.stringutils import safe_repr, trunc

__all__ = ["adict", "alen", "amapped", "asized", "asizeof", "asizesof", "Asized", "Asizer", "basicsize", "calcsize",
           "flatsize", "itemsize", "leng", "named_refs", "refs", "isbuiltin", "isclass", "iscode", "isframe", "isfunction",
           "ismethod", "ismodule", "test_flatsize"]

_CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, types.CodeType, types.MethodType,
         type(str.join), type(object.__init__), type(dict.__dict__["fromkeys"]), type(object().__str__),
         type(type(sys).__dict__["__dict__"]), type(types.FunctionType.__dict__["__globals__"]), property, staticmethod,
         classmethod)
_IGNORED = (type(None), type(NotImplemented), type(Ellipsis))
_POINTER = 8


def isbuiltin(obj):
    """Is it a builtin function or method?"""
    return isinstance(obj, types.BuiltinFunctionType)


def isclass(obj):
    """Is it a class?"""
    return isinstance(obj, type)


def iscode(obj):
    """Is it compiled code?"""
    return isinstance(obj, types.CodeType)


def isframe(obj):
    """Is it a frame?"""
    return isinstance(obj, types.FrameType)


def isfunction(obj):
    """Is it a function?"""
    return isinstance(obj, types.FunctionType)


def ismethod(obj):
    """Is it a bound method?"""
    return isinstance(obj, types.MethodType)


def ismodule(obj):
    """Is it a module?"""
    return isinstance(obj, types.ModuleType)


# ---- single objects ----

def _power2(n):
    if n <= 0 or n & (n - 1):
        raise ValueError("invalid option: align=%r" % (n,))
    return n


def flatsize(obj, align=0, **options):
    """Bytes of the object alone, rounded up to a multiple of `align` if that is given."""
    size = sys.getsizeof(obj, 0)
    return size if not align else (size + _power2(align) - 1) & -align


def basicsize(obj, **options):
    """Bytes of an instance without its items."""
    return type(obj).__basicsize__


def itemsize(obj, **options):
    """Bytes of one item, 0 if the type has none in itself."""
    return type(obj).__itemsize__


def leng(obj, **options):
    """How many items an object has; for an int its digits; None: it has no length."""
    if isinstance(obj, int):
        return (abs(obj).bit_length() + 29) // 30
    try:
        return len(obj)
    except Exception:
        return None


alen = leng


def calcsize(fmt):
    """Bytes of a C structure, as struct.calcsize."""
    import struct
    return struct.calcsize(fmt)


_dict_classes = []


def adict(*classes):
    """Tells classes whose instances are to be treated as dicts.  They are anyway: what they refer to is counted."""
    found = [c for c in classes if isinstance(c, type)]
    _dict_classes.extend(found)
    return len(found) == len(classes)


class _NamedRef:
    """A referent with its name."""
    __slots__ = ("name", "ref")

    def __init__(self, name, ref):
        self.name, self.ref = name, ref


def _pairs(obj):
    """(name, referent) for all that the collector sees the object refer to."""
    if type(obj) is dict:
        for key, value in list(obj.items()):
            yield "[K] " + trunc(safe_repr(key), 40), key
            yield "[V] %s: %s" % (trunc(safe_repr(key), 40), trunc(safe_repr(value), 40)), value
        return
    for name, referent in _heapy.edges(obj):
        if name[:1] == ".":
            yield name[1:], referent
        else:
            yield trunc(safe_repr(referent), 80), referent


def named_refs(obj, **options):
    """What the object refers to, with names: objects with `name` and `ref`."""
    return [_NamedRef(name, referent) for name, referent in _pairs(obj) if name != "__class__"]


def refs(obj, **options):
    """What the object refers to."""
    return iter([referent for referent in _heapy.referents(obj) if referent is not type(obj)])


# ---- with all they refer to ----

class Asized:
    """The size of an object as a tree: `size` with what it refers to, `flat` alone, `name`, `refs` (as far as asked for)."""
    __slots__ = ("size", "flat", "refs", "name")

    def __init__(self, size, flat, refs=(), name=None):
        self.size, self.flat, self.name = size, flat, name
        self.refs = tuple(refs)

    def __str__(self):
        return "size %r, flat %r, refs[%d], name %r" % (self.size, self.flat, len(self.refs), self.name)

    def format(self, format="%(name)s size=%(size)d flat=%(flat)d", detail=-1, order_by="size", indent=""):
        """The tree as text, `detail` levels deep (-1: all), ordered by 'size', 'flat' or 'name'."""
        own = {"size": self.size, "flat": self.flat, "name": self.name}
        lines = [indent + format % own]
        if detail:
            for ref in sorted(self.refs, key=lambda r: getattr(r, order_by), reverse=order_by in ("size", "flat")):
                lines.append(ref.format(format, detail - 1, order_by, indent + "    "))
        return "\n".join(lines)

    def get(self, name, dflt=None):
        """The part of that name."""
        for ref in self.refs:
            if name == ref.name:
                return ref
        return dflt


class _Profile:
    """What was seen of one type."""
    __slots__ = ("number", "total", "high", "largest")

    def __init__(self):
        self.number = self.total = self.high = 0
        self.largest = None


class Asizer:
    """Sizes objects and remembers which it has seen: those count once."""

    _OPTIONS = dict(align=8, above=0, all=False, clip=80, code=False, cutoff=10, derive=False, detail=0, frames=False,
                    ignored=True, infer=False, limit=100, stats=0, stream=None)

    def __init__(self, **opts):
        self._options = dict(self._OPTIONS)
        self._excluded_ids, self._excluded_types = {}, set()
        self.reset(**opts)

    def _check(self, opts):
        for name in opts:
            if name not in self._OPTIONS:
                raise KeyError("invalid option: %s=%r" % (name, opts[name]))
        if "align" in opts and opts["align"] is not None and opts["align"] > 1:
            _power2(opts["align"])

    def reset(self, **opts):
        """Forgets what was seen, and all options but those given."""
        self._check(opts)
        self._options = dict(self._OPTIONS, **opts)
        self._seen, self._profiles, self._ranked = {}, {}, []
        self._total = self._sized = self._missed = self._duplicate = self._depth = self._excluded = 0

    def set(self, **opts):
        """Changes options for the objects to come."""
        opts = {name: value for name, value in opts.items() if value is not None}
        self._check(opts)
        self._options.update(opts)

    def exclude_refs(self, *objs):
        """These objects do not count, nor what only they refer to."""
        for o in objs:
            self._excluded_ids[id(o)] = o

    def exclude_types(self, *objs):
        """Objects of these types do not count."""
        self._excluded_types.update(o if isinstance(o, type) else type(o) for o in objs)

    total = property(lambda self: self._total, doc="Bytes of all objects sized.")
    sized = property(lambda self: self._sized, doc="How many objects were sized.")
    seen = property(lambda self: len(self._seen), doc="How many objects were seen.")
    missed = property(lambda self: self._missed, doc="How many could not be sized.")
    duplicate = property(lambda self: self._duplicate, doc="How many were given more than once.")
    ranked = property(lambda self: len(self._ranked), doc="How many are ranked by size.")
    align = property(lambda self: self._options["align"])
    limit = property(lambda self: self._options["limit"])
    code = property(lambda self: self._options["code"])
    cutoff = property(lambda self: self._options["cutoff"])
    detail = property(lambda self: self._options["detail"])

    def _flat(self, obj):
        size = sys.getsizeof(obj, None)
        if size is None:
            self._missed += 1
            return 0
        align = self._options["align"]
        return size if not align or align <= 1 else (size + align - 1) & -align

    def _counts(self, obj):
        """Is a referent part of what is sized?  What lies in the reference itself takes nothing more."""
        if not _heapy.in_memory(obj):
            return False
        if isinstance(obj, _CODE) and not self._options["code"] or isinstance(obj, types.FrameType) and not self._options["frames"]:
            return False
        if self._options["ignored"] and isinstance(obj, _IGNORED):
            return False
        if id(obj) in self._excluded_ids or type(obj) in self._excluded_types:
            self._excluded += 1
            return False
        return True

    def _note(self, obj, flat):
        self._seen[id(obj)] = obj  # held, so that nothing else gets its address
        self._sized += 1
        profile = self._profiles.setdefault(type(obj), _Profile())
        profile.number += 1
        profile.total += flat
        if flat >= profile.high:
            profile.high, profile.largest = flat, obj

    def _children(self, obj):
        code = self._options["code"]
        if not code and isinstance(obj, _CODE):
            return iter(())
        kind = type(obj)
        return (o for o in _heapy.referents(obj) if (code or o is not kind) and self._counts(o))

    def _size(self, obj, depth=0):
        """Bytes of the object and of what is new below it.  Depth first, without recursion."""
        flat = self._flat(obj)
        self._note(obj, flat)
        total, limit = flat, self._options["limit"]
        stack = [self._children(obj)] if depth < limit else []
        while stack:
            child = next(stack[-1], stack)
            if child is stack:
                stack.pop()
                continue
            if id(child) in self._seen:
                continue
            flat = self._flat(child)
            self._note(child, flat)
            total += flat
            if len(stack) + depth < limit:
                stack.append(self._children(child))
                self._depth = max(self._depth, len(stack) + depth)
        return total

    def _tree(self, obj, name, detail, depth=0):
        """The object as an Asized with `detail` levels below it."""
        if detail <= 0 or depth >= self._options["limit"]:
            flat = self._flat(obj)
            return Asized(self._size(obj, depth), flat, (), name)
        flat = self._flat(obj)
        self._note(obj, flat)
        parts, size, kind = [], flat, type(obj)
        if self._options["code"] or not isinstance(obj, _CODE):
            for inner, referent in _pairs(obj):
                if referent is kind and not self._options["code"] or not self._counts(referent):
                    continue
                if id(referent) in self._seen:
                    parts.append(Asized(0, self._flat(referent), (), inner))
                    continue
                part = self._tree(referent, inner, detail - 1, depth + 1)
                size += part.size
                parts.append(part)
        return Asized(size, flat, parts, name)

    def _given(self, objs, opts):
        self._check(opts)
        self._options.update(opts)
        if self._options["all"] and not objs:
            objs = tuple(gc.get_objects())
        return objs

    def _one(self, obj):
        if id(obj) in self._seen:
            self._duplicate += 1
            return 0
        if id(obj) in self._excluded_ids or type(obj) in self._excluded_types:
            self._excluded += 1
            return 0
        size = self._size(obj)
        self._total += size
        self._ranked.append((size, trunc(safe_repr(obj), self._options["clip"] or 80)))
        return size

    def asizeof(self, *objs, **opts):
        """Bytes of all the objects together."""
        objs = self._given(objs, opts)
        size = sum(self._one(o) for o in objs)
        self._print(objs, size)
        return size

    def asizesof(self, *objs, **opts):
        """Bytes of each: a tuple.  What two have in common counts for the first."""
        objs = self._given(objs, opts)
        sizes = tuple(self._one(o) for o in objs)
        self._print(objs, sum(sizes))
        return sizes

    def asized(self, *objs, **opts):
        """An Asized for the object; for several a tuple of them."""
        objs = self._given(objs, opts)
        trees = []
        for o in objs:
            name = trunc(safe_repr(o), self._options["clip"] or 80)
            if id(o) in self._seen or id(o) in self._excluded_ids or type(o) in self._excluded_types:
                self._duplicate += id(o) in self._seen
                trees.append(Asized(0, self._flat(o), (), name))
                continue
            tree = self._tree(o, name, self._options["detail"])
            self._total += tree.size
            self._ranked.append((tree.size, name))
            trees.append(tree)
        self._print(objs, self._total)
        return trees[0] if len(trees) == 1 else tuple(trees)

    # texts

    def _out(self, text, stream=None, file=None):
        (stream or file or self._options["stream"] or sys.stdout).write(text + "\n")

    def _print(self, objs, size):
        stats = self._options["stats"]
        if stats:
            self.print_stats(objs=objs, stats=stats)

    def print_summary(self, w=0, objs=(), **print3options):
        """Totals."""
        def line(n, what, plural=True):
            self._out("%*d %s%s" % (w, n, what[0], ("s" if plural and n != 1 else "") + what[1]), **print3options)
        size = self._total
        unit = "" if size < 1024 else " or %.1f KiB" % (size / 1024) if size < 1 << 20 else " or %.1f MiB" % (size / (1 << 20))
        self._out("%*d bytes%s%s" % (w, size, unit, " (incl. code)" if self._options["code"] else ""), **print3options)
        if (self._options["align"] or 0) > 1:
            line(self._options["align"], ("byte aligned", ""), False)
        line(_POINTER, ("byte sizeof(void*)", ""), False)
        line(len(objs), ("object", " given"))
        line(self._sized, ("object", " sized"))
        if self._excluded:
            line(self._excluded, ("object", " excluded"))
        line(len(self._seen), ("object", " seen"))
        if self._missed:
            line(self._missed, ("object", " missed"))
        if self._duplicate:
            line(self._duplicate, ("duplicate", ""))
        if self._depth:
            line(self._depth, ("deepest recursion", ""), False)

    def print_profiles(self, w=0, cutoff=0, **print3options):
        """By type: how many, bytes, average, largest."""
        rows = sorted(self._profiles.items(), key=lambda row: (-row[1].total, row[0].__name__))
        rows = [row for row in rows if not cutoff or row[1].total * 100 >= cutoff * self._total]
        if not rows:
            return
        self._out("%*d profile%s:  total, average, and largest flat size:  largest object" % (
            w, len(rows), "" if len(rows) == 1 else "s"), **print3options)
        for kind, profile in rows:
            self._out("%*d %s:  %d, %d, %d:  %s" % (
                w, profile.number, "class " + kind.__name__, profile.total, profile.total // profile.number, profile.high,
                trunc(safe_repr(profile.largest), self._options["clip"] or 80)), **print3options)

    def print_largest(self, w=0, cutoff=0, **print3options):
        """The biggest of the objects given."""
        ranked = sorted(self._ranked, key=lambda row: -row[0])[:cutoff or self._options["cutoff"] or None]
        self._out("%*d most bytes:" % (w, len(ranked)), **print3options)
        for rank, (size, text) in enumerate(ranked, 1):
            self._out("%*d bytes %s (rank %d)" % (w, size, text, rank), **print3options)

    def print_typedefs(self, w=0, **print3options):
        """The types seen, with the size of an instance."""
        kinds = sorted(self._profiles, key=lambda kind: kind.__name__)
        self._out("%*d type%s:  basicsize, itemsize" % (w, len(kinds), "" if len(kinds) == 1 else "s"), **print3options)
        for kind in kinds:
            self._out("%*s %s:  %d, %d" % (w, "", kind.__name__, kind.__basicsize__, kind.__itemsize__), **print3options)

    def print_stats(self, objs=(), opts={}, sized=(), sizes=(), stats=3, **print3options):
        """All that is known; the higher `stats`, the more."""
        width = len(str(self._total)) + 1
        names = ", ".join(trunc(safe_repr(o), self._options["clip"] or 80) for o in objs)
        self._out("\nasizeof(%s) ...%s" % (names, "" if sizes == () else " %r" % (sizes,)), **print3options)
        self.print_summary(w=width, objs=objs, **print3options)
        if stats > 1:
            self.print_profiles(w=width, cutoff=0 if stats > 2 else self._options["cutoff"], **print3options)
        if stats > 2 and len(self._ranked) > 1:
            self.print_largest(w=width, **print3options)
        if stats > 3:
            self.print_typedefs(w=width, **print3options)


def asizeof(*objs, **opts):
    """Bytes of the objects with all they refer to.

    Options: align (8), clip (80, of representations), code (False), limit (100, references deep), detail, stats (0..4, what
    is printed), cutoff (10), frames, ignored, all (without objects: all that the collector sees).
    """
    return Asizer().asizeof(*objs, **opts)


def asizesof(*objs, **opts):
    """Bytes of each object: a tuple."""
    return Asizer().asizesof(*objs, **opts)


def asized(*objs, **opts):
    """The objects as trees of Asized, `detail` levels deep."""
    return Asizer().asized(*objs, **opts)


def amapped(percentage=None):
    """Bytes of the process that are in memory; with a percentage, that part of them."""
    from pympler.process import ProcessMemoryInfo
    rss = ProcessMemoryInfo().rss
    return rss if percentage is None else int(rss * percentage / 100)


def test_flatsize(failf=None, stdf=None):
    """Compares flatsize with sys.getsizeof; how many differ."""
    unlike = [o for o in (0, 1.5, "x", b"x", [], (), {}, set(), object()) if flatsize(o) != sys.getsizeof(o)]
    for o in unlike:
        if failf:
            failf("%s vs. %s for %r", flatsize(o), sys.getsizeof(o), o)
    return len(unlike)
