"""Object reference graphs: what there is, what grows, and what holds it.

The interface is that of the package objgraph (3.6), so that programs written for it run unchanged; who has installed the
package gets the package.  Pictures are drawn by Graphviz where `dot` is there; without it the graph is written as DOT.
"""
import gc as _gc
import sys as _sys

__version__ = "3.6.2"
__all__ = [
    "at", "at_addrs", "by_type", "count", "find_backref_chain", "find_ref_chain", "get_leaking_objects",
    "get_new_ids", "growth", "is_proper_module", "most_common_types", "show_backrefs", "show_chain", "show_growth",
    "show_most_common_types", "show_refs", "typestats",
]

_FunctionType = type(count := (lambda: None))
_MethodType = type([].append)

_ModuleType = type(_sys)
_FrameType = type(_sys._getframe())
_CellType = type((lambda x: lambda: x)(0).__closure__[0])


# ---- counting ----

def _short_name(obj):
    return type(obj).__name__


def _long_name(obj):
    kind = type(obj)
    module = getattr(kind, "__module__", None)
    name = getattr(kind, "__qualname__", kind.__name__)
    return name if module in (None, "builtins") else "%s.%s" % (module, name)


def _objects(objects):
    return _gc.get_objects() if objects is None else objects


def count(typename, objects=None):
    """How many objects there are whose class has that name ("dict", or "module.Class" with a dot)."""
    objects = _objects(objects)
    try:
        name = _long_name if "." in typename else _short_name
        return sum(1 for o in objects if name(o) == typename)
    finally:
        del objects  # the frame and the list hold each other


def typestats(objects=None, shortnames=True, filter=None):
    """How many objects there are of each type: a dict from names to numbers."""
    objects = _objects(objects)
    try:
        name = _short_name if shortnames else _long_name
        stats = {}
        for o in objects:
            if filter and not filter(o):
                continue
            n = name(o)
            stats[n] = stats.get(n, 0) + 1
        return stats
    finally:
        del objects


def most_common_types(limit=10, objects=None, shortnames=True, filter=None):
    """The types with most objects: a list of (name, number), most first."""
    stats = sorted(typestats(objects, shortnames=shortnames, filter=filter).items(), key=lambda x: x[1], reverse=True)
    return stats[:limit] if limit else stats


def show_most_common_types(limit=10, objects=None, shortnames=True, file=None, filter=None):
    """Prints most_common_types as a table."""
    file = _sys.stdout if file is None else file
    stats = most_common_types(limit, objects, shortnames=shortnames, filter=filter)
    width = max((len(name) for name, _ in stats), default=0)
    for name, number in stats:
        file.write("%-*s %d\n" % (width, name, number))


def growth(limit=10, peak_stats={}, shortnames=True, filter=None):
    """What there is more of than ever before: a list of (name, number, increase), the greatest increase first.

    `peak_stats` remembers the greatest numbers from call to call.
    """
    _gc.collect()
    stats = typestats(shortnames=shortnames, filter=filter)
    deltas = {}
    for name, number in stats.items():
        before = peak_stats.get(name, 0)
        if number > before:
            deltas[name] = number - before
            peak_stats[name] = number
    rows = sorted(deltas.items(), key=lambda x: x[1], reverse=True)
    if limit:
        rows = rows[:limit]
    return [(name, stats[name], delta) for name, delta in rows]


def show_growth(limit=10, peak_stats=None, shortnames=True, file=None, filter=None):
    """Prints growth() as a table."""
    rows = growth(limit, shortnames=shortnames, filter=filter) if peak_stats is None else \
        growth(limit, peak_stats, shortnames, filter)
    if not rows:
        return
    file = _sys.stdout if file is None else file
    width = max(len(name) for name, _, _ in rows)
    for name, number, delta in rows:
        file.write("%-*s%9d %+9d\n" % (width, name, number, delta))


_seen_ids = {}


def get_new_ids(skip_update=False, limit=10, sortby="deltas", shortnames=None, file=None, _state=_seen_ids):
    """Which objects are new since the last call: a dict from type names to sets of ids; prints a table of the numbers.

    `sortby` is 'old', 'current', 'new' or 'deltas', with 'deltas' meaning current less old.
    """
    columns = {"old": 1, "current": 2, "new": 3, "deltas": 4}
    if sortby not in columns:
        raise ValueError("sortby must be one of %s" % ", ".join(map(repr, columns)))
    shortnames = _state.get("shortnames", True) if shortnames is None else shortnames
    _state["shortnames"] = shortnames
    old = _state.get("ids", {})
    name = _short_name if shortnames else _long_name
    _gc.collect()
    current = {}
    objects = _gc.get_objects()
    try:
        for o in objects:
            current.setdefault(name(o), set()).add(id(o))
    finally:
        del objects
    new = {n: ids - old.get(n, set()) for n, ids in current.items()}
    if not skip_update:
        _state["ids"] = current
    rows = [(n, len(old.get(n, ())), len(ids), len(new[n]), len(ids) - len(old.get(n, ()))) for n, ids in current.items()]
    rows.sort(key=lambda row: row[columns[sortby]], reverse=True)
    if limit:
        rows = rows[:limit]
    if not _state.pop("silent", False):
        file = _sys.stdout if file is None else file
        width = max([len(row[0]) for row in rows] + [4])
        file.write("=" * (width + 13 * 4 + 2) + "\n")
        file.write("%-*s%13s%13s%13s%13s\n" % (width, "Type", "Old_ids", "Current_ids", "New_ids", "Count_Deltas"))
        file.write("=" * (width + 13 * 4 + 2) + "\n")
        for row in rows:
            file.write("%-*s%13d%13d%+13d%+13d\n" % ((width,) + row))
        file.write("=" * (width + 13 * 4 + 2) + "\n")
    return {n: ids for n, ids in new.items() if ids}


def get_leaking_objects(objects=None):
    """Objects that no other refers to though they are alive: what C code holds, or has forgotten to drop."""
    if objects is None:
        _gc.collect()
        objects = _gc.get_objects()
    try:
        held = set(id(o) for o in objects)
        for o in objects:
            held.difference_update(id(r) for r in _gc.get_referents(o))
        # what is in use by this call itself is no leak
        held.difference_update({id(objects), id(_sys._getframe())})
        return [o for o in objects if id(o) in held]
    finally:
        del objects


def by_type(typename, objects=None):
    """All objects whose class has that name."""
    objects = _objects(objects)
    try:
        name = _long_name if "." in typename else _short_name
        return [o for o in objects if name(o) == typename]
    finally:
        del objects


def at(addr):
    """The object at that address (its id), if the collector sees it; else None."""
    for o in _gc.get_objects():
        if id(o) == addr:
            return o
    return None


def at_addrs(address_set):
    """The objects at those addresses, as far as the collector sees them."""
    return [o for o in _gc.get_objects() if id(o) in address_set]


# ---- chains ----

def is_proper_module(obj):
    """Is it a module that can be imported: where chains of references rightly end?"""
    return isinstance(obj, _ModuleType) and obj is _sys.modules.get(getattr(obj, "__name__", None))


def _frames_of(function):
    """The frames of this module on the stack: what they refer to is the search's own business."""
    frame, frames = _sys._getframe(1), []
    while frame is not None and frame.f_globals is globals():
        frames.append(frame)
        frame = frame.f_back
    return frames


def _find_chain(obj, predicate, edges, max_depth, extra_ignore, forward):
    queue, depth, parent = [obj], {id(obj): 0}, {id(obj): None}
    ignore = set(extra_ignore)
    ignore.update(map(id, (extra_ignore, queue, depth, parent, ignore, globals())))
    ignore.update(map(id, _frames_of(_find_chain)))
    for target in queue:
        if predicate(target):
            chain = [target]
            while parent[id(target)] is not None:
                target = parent[id(target)]
                chain.append(target)
            return chain if not forward else chain[::-1]
        level = depth[id(target)]
        if level >= max_depth:
            continue
        around = edges(target)
        ignore.add(id(around))
        for source in around:
            if isinstance(source, _FrameType) and source.f_globals is globals() or id(source) in ignore:
                continue
            if id(source) not in depth:
                depth[id(source)] = level + 1
                parent[id(source)] = target
                queue.append(source)
        del around
    return [obj]


def find_ref_chain(obj, predicate, max_depth=20, extra_ignore=()):
    """The shortest chain from the object to one for which the predicate holds: [obj, ..., found]; [obj]: there is none."""
    return _find_chain(obj, predicate, _gc.get_referents, max_depth, extra_ignore, forward=True)


def find_backref_chain(obj, predicate, max_depth=20, extra_ignore=()):
    """The shortest chain of holders: [found, ..., obj]; [obj]: there is none."""
    return _find_chain(obj, predicate, _gc.get_referrers, max_depth, extra_ignore, forward=False)


# ---- pictures ----

def show_backrefs(objs, max_depth=3, extra_ignore=(), filter=None, too_many=10, highlight=None, filename=None,
                  extra_info=None, refcounts=False, shortnames=True, output=None, extra_node_attrs=None):
    """Draws what holds the objects, `max_depth` steps back.  With `output`, DOT is written to that file object."""
    return _show_graph(objs, max_depth, extra_ignore, filter, too_many, highlight, _gc.get_referrers, True, filename,
                       extra_info, refcounts, shortnames, output, lambda x: isinstance(x, _ModuleType), extra_node_attrs)


def show_refs(objs, max_depth=3, extra_ignore=(), filter=None, too_many=10, highlight=None, filename=None,
              extra_info=None, refcounts=False, shortnames=True, output=None, extra_node_attrs=None):
    """Draws what the objects hold, `max_depth` steps on."""
    return _show_graph(objs, max_depth, extra_ignore, filter, too_many, highlight, _gc.get_referents, False, filename,
                       extra_info, refcounts, shortnames, output, None, extra_node_attrs)


def show_chain(*chains, **kw):
    """Draws one or more chains of references."""
    backrefs = kw.pop("backrefs", True)
    chains = [chain for chain in chains if chain]

    def in_chains(x, ids={id(y) for chain in chains for y in chain}):
        return id(x) in ids
    depth = max(map(len, chains)) - 1
    if backrefs:
        return show_backrefs([chain[-1] for chain in chains], max_depth=depth, filter=in_chains, **kw)
    return show_refs([chain[0] for chain in chains], max_depth=depth, filter=in_chains, **kw)


class _Graph:
    """A drawing in progress: nodes by id, edges between them, as lines of DOT."""

    def __init__(self, extra_info, refcounts, shortnames, extra_node_attrs):
        self.lines = []
        self.extra_info, self.refcounts, self.shortnames = extra_info, refcounts, shortnames
        self.extra_node_attrs = extra_node_attrs

    def node(self, obj, depth, too_far):
        hue, saturation, brightness = 0, 0, max(1 - depth * 0.1, 0.3)
        if isinstance(obj, _ModuleType):
            hue, saturation = 0.3, 0.3
        attributes = 'label="%s"' % self.label(obj)
        if self.extra_node_attrs:
            more = self.extra_node_attrs(obj) or {}
            attributes += "".join(', %s="%s"' % (k, _quoted(str(v))) for k, v in more.items())
        self.lines.append("  %s[%s];\n" % (_node_name(obj), attributes))
        colour = '"%g,%g,%g"' % (hue, saturation, brightness)
        self.lines.append("  %s[fillcolor=%s%s];\n" % (_node_name(obj), colour, ",fontcolor=white" if brightness < 0.5 else ""))
        if too_far:
            self.lines.append("  too_many_%s[label=\"%d more %s\",shape=box,height=0.25,color=black,"
                              "fillcolor=\"0,0,%g\",fontsize=6];\n" % (_node_name(obj), too_far[0], too_far[1], brightness))

    def label(self, obj):
        text = _quoted(_object_name(obj, self.shortnames))
        if self.refcounts:
            text += " [%d]" % (_sys.getrefcount(obj) - 4)
        text += "\\n" + _quoted(_summary(obj))
        if self.extra_info:
            text += "\\n" + _quoted(str(self.extra_info(obj)))
        return text


def _show_graph(objs, max_depth, extra_ignore, filter, too_many, highlight, edges, swap, filename, extra_info,
                refcounts, shortnames, output, cull, extra_node_attrs):
    if output is not None and filename:
        raise ValueError("Cannot specify both output and filename.")
    if not isinstance(objs, (list, tuple)):
        objs = [objs]
    graph = _Graph(extra_info, refcounts, shortnames, extra_node_attrs)
    ignore = set(extra_ignore)
    queue, depth = [], {}
    ignore.update(map(id, (objs, extra_ignore, queue, depth, ignore, graph, graph.__dict__, graph.lines, globals())))
    ignore.add(id(_sys._getframe()))
    ignore.add(id(_sys._getframe(1)))
    nodes = ["digraph ObjectGraph {\n  node[shape=box, style=filled, fillcolor=white];\n"]
    for obj in objs:
        nodes.append("  %s[fontcolor=red];\n" % _node_name(obj))
        if id(obj) not in depth:
            depth[id(obj)] = 0
            queue.append(obj)
    obj = objs = None
    lines = []
    for target in queue:
        level = depth[id(target)]
        too_far = None
        if cull is not None and level > 0 and cull(target) or level >= max_depth:
            around = []
        else:
            around = edges(target)
        ignore.add(id(around))
        shown = skipped = 0
        for source in around:
            if (isinstance(source, _FrameType) and source.f_globals is globals()) or id(source) in ignore:
                continue
            if filter and not filter(source):
                continue
            if shown >= too_many and id(source) not in depth:
                skipped += 1
                continue
            a, b = (source, target) if swap else (target, source)
            lines.append("  %s -> %s%s;\n" % (_node_name(a), _node_name(b), _edge_attributes(a, b, shortnames)))
            if id(source) not in depth:
                depth[id(source)] = level + 1
                queue.append(source)
            shown += 1
        if skipped:
            too_far = (skipped, "backreferences" if swap else "references")
            more = "too_many_%s" % _node_name(target)
            lines.append("  %s -> %s;\n" % ((more, _node_name(target)) if swap else (_node_name(target), more)))
        graph.node(target, level, too_far)
        if highlight and highlight(target):
            graph.lines.append("  %s[color=red, penwidth=2];\n" % _node_name(target))
        del around
        source = None
    text = "".join(nodes + graph.lines + lines) + "}\n"
    if output is not None:
        output.write(text)
        return None
    return _present(text, filename, len(depth))


def _quoted(text):
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _node_name(obj):
    return "o%d" % id(obj)


def _object_name(obj, shortnames):
    return _short_name(obj) if shortnames else _long_name(obj)


def _summary(obj):
    """What a box says of an object: its name where it has one, else how many it holds, else how it looks."""
    kind = type(obj)
    if isinstance(obj, _FunctionType):
        return "%s:%s" % (obj.__code__.co_filename, obj.__name__)
    if isinstance(obj, (_ModuleType, type)):
        return getattr(obj, "__name__", "?")
    if isinstance(obj, _FrameType):
        return "%s:%d" % (obj.f_code.co_filename, obj.f_lineno)
    if kind in (dict, list, tuple, set, frozenset):
        return "%d items" % len(obj)
    try:
        text = repr(obj)
    except Exception:
        return "<%s with a failing repr>" % kind.__name__
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."


def _edge_attributes(source, target, shortnames):
    label = _edge_label(source, target)
    if label is None:
        return ""
    if label in ("__dict__", "__class__"):
        return ' [label="%s",weight=10]' % label if label == "__dict__" else ' [label="%s"]' % label
    return ' [label="%s"]' % _quoted(label)


def _edge_label(source, target):
    """How `source` calls its reference to `target`."""
    if target is getattr(source, "__dict__", None):
        return "__dict__"
    if type(source) is _FrameType:
        if target is source.f_locals:
            return "f_locals"
        if target is source.f_globals:
            return "f_globals"
    if isinstance(source, _CellType):
        return "cell_contents"
    if isinstance(source, _FunctionType):
        for name in ("__defaults__", "__globals__", "__closure__", "__code__", "__name__", "__qualname__", "__doc__"):
            if target is getattr(source, name):
                return name
    if isinstance(source, dict):
        for key, value in source.items():
            if value is target:
                return key if isinstance(key, str) and key.isidentifier() else _key_text(key)
        return None
    if isinstance(source, (list, tuple)):
        for i, value in enumerate(source):
            if value is target:
                return "[%d]" % i
        return None
    attributes = getattr(source, "__dict__", None)
    if isinstance(attributes, dict):
        for key, value in attributes.items():
            if value is target:
                return str(key)
    for kind in type(source).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if getattr(source, name, None) is target:
                return name
    return "__class__" if target is type(source) else None


def _key_text(key):
    try:
        text = repr(key)
    except Exception:
        text = "<%s>" % type(key).__name__
    return text if len(text) <= 40 else text[:37] + "..."


def _present(text, filename, boxes):
    """The picture: a file as asked for, else a DOT file in the temporary directory."""
    if filename and filename.endswith(".dot"):
        with open(filename, "w", encoding="utf-8") as f:
            f.write(text)
        print("Graph written to %s (%d nodes)" % (filename, boxes))
        return None
    import os
    import tempfile
    fd, dot_file = tempfile.mkstemp(prefix="objgraph-", suffix=".dot", text=True)
    with os.fdopen(fd, "w", encoding="utf-8") as f:
        f.write(text)
    print("Graph written to %s (%d nodes)" % (dot_file, boxes))
    dot = _find_program("dot")
    if not filename:
        return None
    if dot is None:
        print("Image renderer (dot) not found, not doing anything else")
        return None
    status = os.spawnv(os.P_WAIT, dot, ["dot", "-T" + (filename.rpartition(".")[2] or "png"), "-o" + filename, dot_file])
    if status != 0:
        print("dot failed (exit code %d) while executing it on %s" % (status, dot_file))
    else:
        print("Image generated as %s" % filename)
    return None


def _find_program(name):
    import os
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory or ".", name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
