"""Tables of objects by type: rows [type, number, bytes]."""
import re
import sys
import types

from pympler.util import stringutils

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_TYPE_TEXT = re.compile(r"^<(?:type|class|enum) '(.*)'>$", re.S)

# For each type, from short to long: how an object of it is named in a summary.
representations = {}


def _init_representations():
    def add(kind, *texts):
        representations[kind] = texts

    def plain(o):
        return str(type(o))
    add(types.FrameType, lambda f: "frame (codename: %s)" % f.f_code.co_name,
        lambda f: "frame (codename: %s, codeline: %s)" % (f.f_code.co_name, f.f_code.co_firstlineno),
        lambda f: "frame (codename: %s, filename: %s, codeline: %s)" % (
            f.f_code.co_name, f.f_code.co_filename, f.f_code.co_firstlineno))
    add(types.FunctionType, lambda f: "function (%s)" % f.__name__,
        lambda f: "function (%s.%s)" % (f.__module__, f.__name__))
    add(types.ModuleType, lambda m: "module(%s)" % m.__dict__.get("__name__"))
    add(dict, plain, lambda d: "dict, len=%d" % len(d))
    add(list, plain, lambda d: "list, len=%d" % len(d))
    add(tuple, plain, lambda d: "tuple, len=%d" % len(d))
    add(set, plain, lambda d: "set, len=%d" % len(d))


_init_representations()


def _repr(o, verbosity=1):
    """The name of an object in a summary: no address, no 'class'."""
    texts = representations.get(type(o), (lambda o: str(type(o)),))
    text = str(texts[min(verbosity, len(texts)) - 1](o))
    text = _ADDRESS.sub("", text)
    found = _TYPE_TEXT.match(text)
    return found.group(1) if found else text


def summarize(objects):
    """Counts the objects by type: rows [type, number, bytes]."""
    count, total, names = {}, {}, {}
    for o in objects:
        kind = type(o)
        if kind in representations:
            name = _repr(o)
        else:
            name = names.get(kind)
            if name is None:
                name = names[kind] = _repr(o)
        count[name] = count.get(name, 0) + 1
        total[name] = total.get(name, 0) + sys.getsizeof(o, 0)
    return [[name, count[name], total[name]] for name in count]


def get_diff(left, right):
    """Rows of the second summary less those of the first; those without a difference too."""
    rows = {row[0]: [row[0], row[1], row[2]] for row in right}
    for name, count, size in left:
        row = rows.setdefault(name, [name, 0, 0])
        row[1] -= count
        row[2] -= size
    return list(rows.values())


def format_(rows, limit=15, sort="size", order="descending"):
    """The lines of a table: at most `limit` rows, sorted by 'type', '#' or 'size', 'ascending' or 'descending'."""
    columns = ["type", "#", "size"]
    if sort not in columns:
        raise ValueError("invalid sort, should be one of%s" % columns)
    if order not in ("ascending", "descending"):
        raise ValueError("invalid order, should be one of%s" % ["ascending", "descending"])
    column = columns.index(sort)
    rows = sorted(rows, key=lambda row: row[column], reverse=order == "descending")[:limit]
    cells = [("types", "# objects", "total size")]
    cells += [(_repr_name(name), str(count), stringutils.pp(size)) for name, count, size in rows]
    widths = [max(len(row[i]) for row in cells) + 2 for i in range(3)]
    for index, row in enumerate(cells):
        yield " | ".join(cell.rjust(width) for cell, width in zip(row, widths))
        if index == 0:
            yield " | ".join("=" * width for width in widths)


def _repr_name(name):
    return name if isinstance(name, str) else _repr(name)


def print_(rows, limit=15, sort="size", order="descending"):
    """Prints the table."""
    for line in format_(rows, limit=limit, sort=sort, order=order):
        print(line)


def subtract(summary, o):
    """Takes one object out of a summary; the summary."""
    name, found = _repr(o), False
    for row in summary:
        if row[0] == name:
            row[1] -= 1
            row[2] -= sys.getsizeof(o, 0)
            found = True
    if not found:
        summary.append([name, -1, -sys.getsizeof(o, 0)])
    return summary


_subtract = subtract


def _sweep(summary):
    """The rows that say something."""
    return [row for row in summary if row[2] != 0 or row[1] != 0]
