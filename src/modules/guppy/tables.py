"""The texts of guppy: partitions, lists of single objects, and statistics that can be stored.

A table shows ROWS rows; its `more` shows the next ones, `prev` those before, `all` all.
"""
import sys

ROWS = 10

_TYPES_NAMES = {}  # class -> its name in the module types, as far as that is how people know it


def _fill_types_names():
    def function():
        yield

    async def coroutine():
        yield
    native = type(len)
    samples = {
        "CodeType": function.__code__, "GeneratorType": function(), "MethodType": _Brief.of, "BuiltinFunctionType": len,
        "AsyncGeneratorType": coroutine(), "WrapperDescriptorType": object.__init__, "MethodWrapperType": object().__str__,
        "MethodDescriptorType": str.join, "ClassMethodDescriptorType": dict.__dict__["fromkeys"],
        "MappingProxyType": type.__dict__, "SimpleNamespace": sys.implementation, "FrameType": sys._getframe(),
        "GetSetDescriptorType": type(native).__dict__.get("__name__") or function.__class__.__dict__["__code__"],
        "CellType": (lambda x: lambda: x)(0).__closure__[0], "GenericAlias": list[int],
        "UnionType": int | str,
    }
    for name, sample in samples.items():
        if sample is not None:
            _TYPES_NAMES.setdefault(type(sample), "types." + name)
    _TYPES_NAMES[type(function.__class__.__dict__["__code__"])] = "types.GetSetDescriptorType"
    _TYPES_NAMES[type(function.__class__.__dict__["__globals__"])] = "types.MemberDescriptorType"
    try:
        raise ValueError
    except ValueError as e:
        _TYPES_NAMES[type(e.__traceback__)] = "types.TracebackType"
    for kind in (object, type, dict, list, str):
        _TYPES_NAMES.pop(kind, None)


def class_name(kind):
    """A class as the tables name it."""
    if not _TYPES_NAMES:
        _fill_types_names()
    if kind in _TYPES_NAMES:
        return _TYPES_NAMES[kind]
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else "%s.%s" % (module, kind.__qualname__)


def clodo_name(key):
    """A class, or whose dict."""
    if len(key) == 1:
        return class_name(key[0])
    return "dict (no owner)" if key[1] is None else "dict of " + class_name(key[1])


class _Brief:
    """Short texts for single objects."""

    @staticmethod
    def limited(text, most=30):
        if len(text) <= most:
            return text
        head = (most - 3) // 2
        return text[:head] + "..." + text[len(text) - (most - 3 - head):]

    @classmethod
    def of(cls, obj):
        kind = type(obj)
        if kind in (str, bytes):
            return cls.limited(repr(obj[:60]) if len(obj) <= 60 else repr(obj[:20])[:-1] + repr(obj[-40:])[-40:])
        if kind in (int, float, complex, bool, type(None)):
            return cls.limited(repr(obj))
        if isinstance(obj, type):
            return class_name(obj)
        if kind is type(sys):
            return str(obj.__dict__.get("__name__"))
        if kind in (type(cls.limited), type(len)):
            return str(getattr(obj, "__qualname__", "?"))
        return "0x%x" % id(obj)


brief = _Brief.of


def percent(part, whole):
    return int(round(100.0 * part / whole)) if whole else 0


class Pages:
    """What is shown page by page: `start`, the first row shown, and `rows`, how many; `_page(start, rows)` makes another page."""

    more = property(lambda self: self._page(self.start + self.rows, self.rows), doc="The next rows.")
    prev = property(lambda self: self._page(max(self.start - self.rows, 0), self.rows), doc="The rows before.")
    top = property(lambda self: self._page(0, ROWS), doc="The first rows.")
    all = property(lambda self: self._page(0, max(len(self), 1)), doc="All rows at once.")

    def at(self, index):
        """The page that begins with this row; a negative number counts from the end."""
        return self._page(max(index + len(self), 0) if index < 0 else index, self.rows)


class Row:
    """A line of a partition."""
    __slots__ = ("index", "count", "size", "cumulsize", "name")

    def __init__(self, index, count, size, cumulsize, name):
        self.index, self.count, self.size, self.cumulsize, self.name = index, count, size, cumulsize, name


class Table(Pages):
    """A partition as text, from row `start` on."""

    def __init__(self, head, kind_header, lines, count, size, start=0, rows=ROWS):
        self.head, self.kind_header, self.lines = head, kind_header, lines
        self.count, self.size, self.start, self.rows = count, size, start, rows

    def _page(self, start, rows):
        return Table(self.head, self.kind_header, self.lines, self.count, self.size, start, rows)

    def __len__(self):
        return len(self.lines)

    def __str__(self):
        lines = [self.head] if self.start == 0 else []
        lines.append(" Index  Count   %     Size   % Cumulative  % " + self.kind_header)
        for row in self.lines[self.start:self.start + self.rows]:
            lines.append("%6d %6d %3d %8d %3d %9d %3d %s" % (
                row.index, row.count, percent(row.count, self.count), row.size, percent(row.size, self.size),
                row.cumulsize, percent(row.cumulsize, self.size), row.name))
        return "\n".join(lines + _left(len(self.lines) - self.start - self.rows))

    __repr__ = __str__


def _left(rows):
    return ["<%d more row%s. Type e.g. '_.more' to view.>" % (rows, "" if rows == 1 else "s")] if rows > 0 else []


class ObjectTable(Pages):
    """Single objects as text: (size, object) pairs, biggest first."""

    def __init__(self, head, entries, total, start=0, rows=ROWS):
        self.head, self.entries, self.total, self.start, self.rows = head, entries, total, start, rows

    def _page(self, start, rows):
        return ObjectTable(self.head, self.entries, self.total, start, rows)

    def __len__(self):
        return len(self.entries)

    def __str__(self):
        lines = [self.head] if self.start == 0 else []
        lines.append(" Index     Size   %   Cumulative  %   Representation (limited)")
        cumulative = sum(size for size, _ in self.entries[:self.start])
        whole = self.total or 1
        for index, (size, obj) in enumerate(self.entries[self.start:self.start + self.rows], self.start):
            cumulative += size
            lines.append("%6d %8d %5.1f %9d %5.1f %s" % (
                index, size, 100.0 * size / whole, cumulative, 100.0 * cumulative / whole, brief(obj)))
        return "\n".join(lines + _left(len(self.entries) - self.start - self.rows))

    __repr__ = __str__


class Stat:
    """Numbers of a partition without its objects: can be subtracted, written to a file and read back.

    The file: lines `.name: value`, one `.row: count size name` for each row, and `.end` (documented in docs/heap.md).
    """

    def __init__(self, kind_header, rows, count, size, head=None, timemade=0.0):
        self.kind_header, self.count, self.size, self.timemade = kind_header, count, size, timemade
        self.rows = sorted(rows, key=lambda row: (-abs(row[1]), row[2]))  # (count, size, name)
        self.head = head or "Partition of a set of %d object%s. Total size = %d bytes." % (
            count, "" if count == 1 else "s", size)

    def _table(self):
        rows, cumulative = [], 0
        for index, (count, size, name) in enumerate(self.rows):
            cumulative += size
            rows.append(Row(index, count, size, cumulative, name))
        return Table(self.head, self.kind_header, rows, self.count, self.size)

    more = property(lambda self: self._table().more, doc="The next rows.")
    all = property(lambda self: self._table().all, doc="The table with all rows.")

    def at(self, index):
        """The rows from this one on."""
        return self._table().at(index)

    def __str__(self):
        return str(self._table())

    __repr__ = __str__

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        rows = self.rows[index] if isinstance(index, slice) else [self.rows[index]]
        return Stat(self.kind_header, rows, sum(r[0] for r in rows), sum(r[1] for r in rows), timemade=self.timemade)

    def __sub__(self, other):
        if not isinstance(other, Stat):
            return NotImplemented
        rows = {name: [count, size] for count, size, name in self.rows}
        for count, size, name in other.rows:
            row = rows.setdefault(name, [0, 0])
            row[0] -= count
            row[1] -= size
        rows = [(count, size, name) for name, (count, size) in rows.items() if count or size]
        return Stat(self.kind_header, rows, self.count - other.count, self.size - other.size, timemade=self.timemade)

    def dump(self, fn, mode="a"):
        """Appends it to a file (a name, or an open one)."""
        out = fn if hasattr(fn, "write") else open(fn, mode, encoding="utf-8")
        try:
            out.write(".loader: _load_stat\n.kindheader: %s\n.head: %s\n.timemade: %r\n.count: %d\n.size: %d\n" % (
                self.kind_header, self.head, self.timemade, self.count, self.size))
            for count, size, name in self.rows:
                out.write(".row: %d %d %s\n" % (count, size, name.encode("unicode_escape").decode("ascii")))
            out.write(".end\n")
        finally:
            if out is not fn:
                out.close()


def load_stats(lines, name):
    """All statistics of a file."""
    stats, facts, rows = [], {}, []
    for number, line in enumerate(lines, 1):
        key, colon, value = line.rstrip("\n").partition(": ")
        try:
            if key == ".row":
                count, size, text = value.split(" ", 2)
                rows.append((int(count), int(size), text.encode("ascii").decode("unicode_escape")))
            elif key == ".end":
                stats.append(Stat(facts[".kindheader"], rows, int(facts[".count"]), int(facts[".size"]), facts[".head"],
                                  float(facts[".timemade"])))
                facts, rows = {}, []
            elif colon and key.startswith("."):
                facts[key] = value
            else:
                raise ValueError
        except (ValueError, KeyError):
            raise ValueError("%s, line %d: not statistics that guppy has dumped" % (name, number)) from None
    if facts or rows:
        raise ValueError("%s: the last statistics are cut off" % name)
    if not stats:
        raise ValueError("%s: no statistics are in it" % name)
    return stats


# ---- the profile browser ----

def browse(stats):
    """The text that shows samples in the order in which they were taken, and what of the last has changed since the first."""
    import time
    lines = ["%6s  %-19s %12s %14s %14s  %s" % ("Sample", "Time", "Count", "Size", "Change", "Most: " + stats[0].kind_header)]
    previous = stats[0].size
    for number, stat in enumerate(stats):
        taken = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(stat.timemade))
        most = stat.rows[0][2] if stat.rows else "-"
        lines.append("%6d  %-19s %12d %14d %+14d  %s" % (number, taken, stat.count, stat.size, stat.size - previous, most))
        previous = stat.size
    if len(stats) > 1:
        change = stats[-1] - stats[0]
        change.head = "From sample 0 to sample %d: %+d objects, %+d bytes." % (len(stats) - 1, change.count, change.size)
        lines += ["", str(change)]
    return "\n".join(lines)
