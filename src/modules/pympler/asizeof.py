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

    def format(self, format="%(name)s size=%(size)d flat=%(flat)d", depth=-1, order_by="size", indent=""):
        """The tree as text, `depth` levels deep (-1: all), ordered by 'size', 'flat' or 'name'."""
        own = {"size": self.size, "flat": self.flat, "name": self.name}
        lines = [indent + format % own]
        if depth:
            for ref in sorted(self.refs, key=lambda r: getattr(r, order_by), reverse=order_by in ("size", "flat")):
                lines.append(ref.format(format, depth - 1, order_by, indent + "    "))
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

    def reset(self, above=1024, align=8, clip=80, code=False, cutoff=10, derive=False, detail=0, frames=False, ignored=True,
              infer=False, limit=100, stats=0, stream=None, **extra):
        """Forgets what was seen, and all options but those given."""
        given = dict(above=above, align=align, clip=clip, code=code, cutoff=cutoff, derive=derive, detail=detail, frames=frames,
                     ignored=ignored, infer=infer, limit=limit, stats=stats, stream=stream, **extra)
        self._check(given)
        self._options = dict(self._OPTIONS, **given)
        self._seen, self._profiles, self._ranked = {}, {}, []
        self._total = self._sized = self._missed = self._duplicate = self._depth = self._excluded = 0

    def set(self, above=None, align=None, code=None, cutoff=None, frames=None, detail=None, limit=None, stats=None):
        """Changes options for the objects to come."""
        opts = dict(above=above, align=align, code=code, cutoff=cutoff, frames=frames, detail=detail, limit=limit, stats=stats)
        self._change({name: value for name, value in opts.items() if value is not None})

    def _change(self, opts):
        self._check(opts)
        self._options.update(opts)

    def exclude_refs(self, *objs):
        """These objects do not count, nor what only they refer to."""
        for o in objs:
            self._excluded_ids[id(o)] = o

    def exclude_objs(self, *objs):
        """These objects do not count, nor what only they refer to."""
        self.exclude_refs(*objs)

    def exclude_types(self, *objs):
        """Objects of these types do not count."""
        self._excluded_types.update(o if isinstance(o, type) else type(o) for o in objs)

    total = property(lambda self: self._total, doc="Bytes of all objects sized.")
    sized = property(lambda self: self._sized, doc="How many objects were sized.")
    seen = property(lambda self: len(self._seen), doc="How many objects were seen.")
    missed = property(lambda self: self._missed, doc="How many could not be sized.")
    duplicate = property(lambda self: self._duplicate, doc="How many were given more than once.")
    ranked = property(lambda self: len(self._ranked), doc="How many are ranked by size.")
    excluded = property(lambda self: tuple(self._excluded_types) + tuple(self._excluded_ids.values()), doc="What does not count.")
    above = property(lambda self: self._options["above"], doc="From so many bytes on an object is ranked.")
    align = property(lambda self: self._options["align"])
    clip = property(lambda self: self._options["clip"])
    code = property(lambda self: self._options["code"])
    cutoff = property(lambda self: self._options["cutoff"])
    derive = property(lambda self: self._options["derive"])
    detail = property(lambda self: self._options["detail"])
    frames = property(lambda self: self._options["frames"])
    ignored = property(lambda self: self._options["ignored"])
    infer = property(lambda self: self._options["infer"])
    limit = property(lambda self: self._options["limit"])
    stats = property(lambda self: self._options["stats"])

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
        self._change(opts)
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
        self._rank(size, obj)
        return size

    def _rank(self, size, obj):
        if size >= self._options["above"]:
            self._ranked.append((size, "%s: %s" % (_class_name(type(obj)), self._repr(obj)), len(self._ranked)))

    def _repr(self, obj):
        return trunc(safe_repr(obj), self._options["clip"] or 80)

    def asizeof(self, *objs, **opts):
        """Bytes of all the objects together."""
        objs = self._given(objs, opts)
        size = sum(self._one(o) for o in objs)
        self._print(objs, opts)
        return size

    def asizesof(self, *objs, **opts):
        """Bytes of each: a tuple.  What two have in common counts for the first."""
        objs = self._given(objs, opts)
        sizes = tuple(self._one(o) for o in objs)
        self._print(objs, opts, sizes=sizes)
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
            self._rank(tree.size, o)
            trees.append(tree)
        self._print(objs, opts, sized=trees)
        return trees[0] if len(trees) == 1 else tuple(trees)

    # texts

    def _out(self, text, stream=None, file=None):
        (stream or file or self._options["stream"] or sys.stdout).write(text + "\n")

    def _print(self, objs, opts, sizes=(), sized=()):
        if self._options["stats"]:
            self.print_stats(objs=objs, opts=opts, sized=sized, sizes=sizes, stats=self._options["stats"])

    def print_summary(self, w=0, objs=(), **print3options):
        """Totals."""
        self._out("%*d bytes%s%s" % (w, self._total, _si(self._total), " (incl. code)" if self._options["code"] else ""), **print3options)
        if (self._options["align"] or 0) > 1:
            self._out("%*d byte aligned" % (w, self._options["align"]), **print3options)
        self._out("%*d byte sizeof(void*)" % (w, _POINTER), **print3options)
        for number, what, always in (
                (len(objs), "object%s given", False), (self._sized, "object%s sized", True), (self._excluded, "object%s excluded", False),
                (len(self._seen), "object%s seen", True), (len(self._ranked), "object%s ranked", False), (self._missed, "object%s missed", True),
                (self._duplicate, "duplicate%s", True), (self._depth, "deepest recursion", False)):
            if number or always:
                self._out("%*d %s" % (w, number, what.replace("%s", "" if number == 1 else "s")), **print3options)

    def print_profiles(self, w=0, cutoff=0, **print3options):
        """By type: how many, bytes with their part of the whole, average, largest; those of less than `cutoff` percent are left out."""
        rows = sorted(self._profiles.items(), key=lambda row: (-row[1].total, _class_name(row[0])))
        if not rows:
            return
        self._out("\n%*d profile%s:  total%s, average, and largest flat size:  largest object" % (
            w, len(rows), "" if len(rows) == 1 else "s", " (% of grand total)" if self._total else ""), **print3options)
        cutoff = cutoff or self._options["cutoff"]
        for i, (kind, profile) in enumerate(rows):
            share = " (%.0f%%)" % (profile.total * 100 / self._total) if self._total else ""
            length = leng(profile.largest)
            self._out("%*d %s object%s:  %d%s%s, %d, %d:  %s%s" % (
                w, profile.number, _class_name(kind), "" if profile.number == 1 else "s", profile.total, _si(profile.total), share,
                profile.total // profile.number, profile.high, self._repr(profile.largest), "" if length is None else " leng %d" % length),
                **print3options)
            left = len(rows) - i - 1
            if left > 1 and profile.total * 100 < cutoff * self._total:
                self._out("%+*d profiles below cutoff (%.0f%%)" % (w, left, cutoff), **print3options)
                break

    def print_largest(self, w=0, cutoff=0, **print3options):
        """The biggest of the objects given, if they have at least `above` bytes."""
        if not self._ranked:
            return
        ranked = sorted(self._ranked, key=lambda row: -row[0])[:cutoff or self._options["cutoff"] or None]
        above = self._options["above"]
        self._out("\n%*d largest object%s (of %d over %d bytes%s)" % (
            w, len(ranked), "" if len(ranked) == 1 else "s", len(self._ranked), above, _si(above)), **print3options)
        for size, text, index in ranked:
            self._out("%*d bytes%s: %s, ix %d" % (w, size, _si(size), text, index), **print3options)

    def print_typedefs(self, w=0, **print3options):
        """The types seen, with the size of an instance."""
        kinds = sorted(self._profiles, key=_class_name)
        self._out("\n%*d type%s:  basicsize, itemsize" % (w, len(kinds), "" if len(kinds) == 1 else "s"), **print3options)
        for kind in kinds:
            self._out("%*s %s:  %d, %d" % (w, "", _class_name(kind), kind.__basicsize__, kind.__itemsize__), **print3options)

    def print_stats(self, objs=(), opts={}, sized=(), sizes=(), stats=3, **print3options):
        """All that is known; the higher `stats`, the more: 1 totals, 2 and types, 3 and types below the cutoff, 4 and their sizes."""
        w = len(str(self._missed + len(self._seen) + self._total)) + 1
        how = ", ".join("%s=%r" % option for option in sorted(opts.items()))
        if sized and len(objs) == 1:
            self._out("\nasized(%s): %s" % (how, sized[0]), **print3options)
        elif sized or sizes:
            self._out("\n%s(...%s) ..." % ("asized" if sized else "asizesof", ", " + how if how else ""), **print3options)
            for i, tree in enumerate(sized):
                self._out("%*d: %s" % (w - 1, i, tree), **print3options)
            for size, obj in zip(sizes, objs):
                self._out("%*d bytes%s:  %s" % (w, size, _si(size), self._repr(obj)), **print3options)
        else:
            self._out("\nasizeof(%s) ..." % ", ".join(([self._repr(objs)] if objs else []) + ([how] if how else [])), **print3options)
        self.print_summary(w=w, objs=objs, **print3options)
        if stats > 1:
            self.print_largest(w=w, **print3options)
            self.print_profiles(w=w, cutoff=1e-9 if stats >= 3 else 0, **print3options)
        if stats > 3:
            self.print_typedefs(w=w, **print3options)


def _class_name(kind):
    return "class " + (kind.__name__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__name__))


def _si(size):
    """The number with a unit, if it is great enough for one."""
    for power, unit in ((40, "T"), (30, "G"), (20, "M"), (10, "K")):
        if size >= 1 << power:
            return " or %.1f %siB" % (size / (1 << power), unit)
    return ""


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
