"""Object reference graphs: what there is, what grows, and what holds it.

The interface is that of the package objgraph (3.6), so that programs written for it run unchanged; who has installed the
package gets the package.  Pictures are drawn by Graphviz where `dot` is there; without it the graph is written as DOT.
"""
import gc as _gc
import sys as _sys
from collections import defaultdict as _defaultdict

import _heapy

__version__ = "3.6.2"
__all__ = [
    "at", "at_addrs", "by_type", "count", "find_backref_chain", "find_ref_chain", "get_leaking_objects",
    "get_new_ids", "growth", "is_proper_module", "most_common_types", "show_backrefs", "show_chain", "show_growth",
    "show_most_common_types", "show_refs", "typestats",
]

_FunctionType = type(lambda: None)
_BuiltinType = type([].append)

_ModuleType = type(_sys)
_FrameType = type(_sys._getframe())
_MethodType = type((lambda: None).__get__(0))
# references to an object in a picture that are ours: two variables, an argument, the queue
_OWN_REFERENCES = 4


# ---- counting ----

def _short_type_name(kind):
    return kind.__name__


def _long_type_name(kind):
    module = getattr(kind, "__module__", None)
    return "%s.%s" % (module, kind.__name__) if module else kind.__name__


def _short_name(obj):
    return _short_type_name(type(obj))


def _long_name(obj):
    return _long_type_name(type(obj))


def _objects(objects):
    return _gc.get_objects() if objects is None else objects


def _type_counts(objects, filter=None):
    """(type, number) of the objects.  All that the collector tracks it counts itself: that takes no list of them."""
    if objects is None and not filter:
        return _heapy.tracked()
    objects = _objects(objects)
    try:
        counts = {}
        for o in objects:
            if not filter or filter(o):
                kind = type(o)
                counts[kind] = counts.get(kind, 0) + 1
        return counts.items()
    finally:
        del objects  # the frame and the list hold each other


def count(typename, objects=None):
    """How many objects there are whose class has that name ("dict", or "module.Class" with a dot)."""
    name = _long_type_name if "." in typename else _short_type_name
    return sum(number for kind, number in _type_counts(objects) if name(kind) == typename)


def typestats(objects=None, shortnames=True, filter=None):
    """How many objects there are of each type: a dict from names to numbers."""
    name = _short_type_name if shortnames else _long_type_name
    stats = {}
    for kind, number in _type_counts(objects, filter):
        n = name(kind)
        stats[n] = stats.get(n, 0) + number
    return stats


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


def get_new_ids(skip_update=False, limit=10, sortby="deltas", shortnames=None, file=None, _state={}):
    """Which objects are new since the last call: a dict from type names to sets of ids; prints a table of the numbers.

    `skip_update`: the last answer again, nothing is looked at.  `limit`: rows that are printed; 0: no table; None: all.
    `sortby` is 'old', 'current', 'new' or 'deltas', with 'deltas' meaning current less old.  `shortnames` is remembered.
    """
    columns = {"old": 1, "current": 2, "new": 3, "deltas": 4}
    if not _state:
        _state.update(current={}, new=_defaultdict(set), shortnames=True)
    if skip_update:
        return _state["new"]
    if sortby not in columns:
        raise KeyError(sortby)
    if shortnames is not None:
        _state["shortnames"] = shortnames
    name = _short_name if _state["shortnames"] else _long_name
    _gc.collect()
    old, current = _state["current"], {}
    objects = _gc.get_objects()
    try:
        for o in objects:
            current.setdefault(name(o), set()).add(id(o))
    finally:
        del objects
    rows = []
    new = _state["new"]
    new.clear()
    for n in [*current, *(n for n in old if n not in current)]:
        before, now = old.get(n, set()), current.get(n, set())
        new[n] = now - before
        rows.append((n, len(before), len(now), len(new[n]), len(now) - len(before)))
    _state["current"] = current
    rows.sort(key=lambda row: (row[columns[sortby]], row[0]), reverse=True)
    _print_new_ids(rows if limit is None else rows[:limit], file)
    return new


def _print_new_ids(rows, file):
    if not rows:
        return
    file = _sys.stdout if file is None else file
    width = max(len(row[0]) for row in rows)
    rule = "=" * (width + 13 * 4) + "\n"
    file.write(rule + "%-*s%13s%13s%13s%13s\n" % (width, "Type", "Old_ids", "Current_ids", "New_ids", "Count_Deltas") + rule)
    for row in rows:
        file.write("%-*s%13d%13d%+13d%+13d\n" % (width, *row))
    file.write(rule)


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


def _show_graph(objs, max_depth, extra_ignore, filter, too_many, highlight, edges, back, filename, extra_info,
                refcounts, shortnames, output, cull, extra_node_attrs):
    """Draws the objects and what is around them, level by level; `back`: `edges` gives holders, not what is held."""
    if output is not None and filename:
        raise ValueError("Cannot specify both output and filename.")
    if not isinstance(objs, (list, tuple)):
        objs = [objs]
    lines = ["digraph ObjectGraph {\n  node[shape=box, style=filled, fillcolor=white];\n"]
    queue, depth = [], {}
    ignore = set(extra_ignore)
    ignore.update(map(id, (objs, extra_ignore, queue, depth, ignore, lines, globals(), _sys._getframe(), _sys._getframe(1))))
    for obj in objs:
        lines.append("  %s[fontcolor=red];\n" % _node_name(obj))
        depth[id(obj)] = 0
        queue.append(obj)
    obj = objs = None
    _gc.collect()
    for target in queue:
        level = depth[id(target)]
        node = _node_name(target)
        attributes = _node_attributes(extra_node_attrs(target)) if extra_node_attrs else ""
        lines.append('  %s[label="%s"%s];\n' % (node, _label(target, extra_info, refcounts, shortnames), attributes))
        lines += _colours(node, target, _fade((0, 0, 1), level, max_depth), highlight)
        if level >= max_depth or cull is not None and cull(target):
            continue
        around = edges(target)
        ignore.add(id(around))
        shown = skipped = 0
        for other in around:
            if id(other) in ignore or isinstance(other, _FrameType) and other.f_globals is globals():
                continue
            if filter and not filter(other):
                continue
            if shown >= too_many:
                skipped += 1
                continue
            holder, held = (other, target) if back else (target, other)
            lines.append("  %s -> %s%s;\n" % (_node_name(holder), _node_name(held), _edge_attributes(holder, held, shortnames)))
            if id(other) not in depth:
                depth[id(other)] = level + 1
                queue.append(other)
            shown += 1
        del around
        other = holder = held = None
        if skipped:
            lines += _too_many(node, skipped, back, _fade((0, 1, 1), level + 1, max_depth))
    text = "".join(lines) + "}\n"
    if output is not None:
        output.write(text)
        return None
    return _present(text, filename, len(queue))


def _fade(colour, level, levels):
    """A colour (hue, saturation, value) that is the darker the further away; at the last level its value is 0.3."""
    hue, saturation, value = colour
    part = level / levels if levels else 0
    return hue, saturation, value * (1 - part) + 0.3 * part


def _colours(node, obj, colour, highlight):
    hue, saturation, value = colour
    if isinstance(obj, _ModuleType):
        hue, saturation = 0.3, 1
    if highlight and highlight(obj):
        hue, saturation, value = 0.6, 0.6, 0.5 + value * 0.5
    yield '  %s[fillcolor="%g,%g,%g"];\n' % (node, hue, saturation, value)
    if value < 0.5:
        yield "  %s[fontcolor=white];\n" % node
    if hasattr(getattr(obj, "__class__", None), "__del__"):
        yield "  %s->%s_has_a_del[color=red,style=dotted,len=0.25,weight=10];\n" % (node, node)
        yield ('  %s_has_a_del[label="__del__",shape=doublecircle,height=0.25,color=red,fillcolor="0,.5,1",fontsize=6];\n' % node)


def _too_many(node, skipped, back, colour):
    more = "too_many_" + node
    yield "  %s[color=red,style=dotted,len=0.25,weight=10];\n" % ("->".join((more, node) if back else (node, more)))
    yield '  %s[label="%d more %s",shape=box,height=0.25,color=red,fillcolor="%g,%g,%g",fontsize=6];\n' % (
        more, skipped, "backreferences" if back else "references", *colour)
    yield "  %s[fontcolor=white];\n" % more


def _quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\\\0")


def _node_name(obj):
    return "o%d" % id(obj)


def _node_attributes(attributes):
    return ", " + ", ".join('%s="%s"' % (k, _quoted(v)) for k, v in sorted(attributes.items()) if v is not None)


def _object_name(obj, shortnames):
    return _short_name(obj) if shortnames else _long_name(obj)


def _label(obj, extra_info, refcounts, shortnames):
    first = _object_name(obj, shortnames)
    if refcounts:
        first += " [%d]" % (_sys.getrefcount(obj) - _OWN_REFERENCES)
    more = [str(extra_info(obj))] if extra_info else []
    return _quoted("\n".join([first, _summary(obj), *more]))


def _summary(obj):
    """What a box says of an object: its name where it has one, else how many it holds, else how it looks."""
    try:
        if isinstance(obj, (type, _ModuleType, _BuiltinType)):
            return _name(obj)
        if isinstance(obj, _MethodType):
            return _name(obj.__func__) + (" (bound)" if obj.__self__ else "")
        if isinstance(obj, _FunctionType) and obj.__name__ == "<lambda>":
            return "lambda: %s:%s" % (obj.__code__.co_filename.rpartition("/")[2], obj.__code__.co_firstlineno)
        if isinstance(obj, _FrameType):
            return "%s:%s" % (obj.f_code.co_filename, obj.f_lineno)
        if isinstance(obj, (tuple, list, dict, set)):
            return "%d items" % len(obj)
        return repr(obj)[:40]
    except Exception:
        return "(unrepresentable)"


def _name(obj):
    name = getattr(obj, "__name__", None)
    return name if isinstance(name, str) else repr(obj)[:40]


def _edge_attributes(source, target, shortnames):
    """How `source` calls its reference to `target`, as attributes of the edge.

    The package names what frames, methods, functions and dicts hold, and __dict__.  Here what an object holds without a dict has
    its name, too: attributes that lie in it, slots, items of lists and tuples.  To ask changes nothing in the object (that would give
    it a dict).
    """
    names = {_FrameType: ("f_locals", "f_globals"), _MethodType: ("__self__", "__func__")}.get(type(source), ())
    if isinstance(source, _FunctionType):
        names = [name for name in dir(source) if name != "__dict__"]
    for name in names:
        if target is getattr(source, name, None):
            return _edge(name, 10)
    if isinstance(source, dict):
        return next((_key_edge(key, shortnames) for key, value in source.items() if value is target), "")
    if isinstance(source, (list, tuple)):
        return next((_edge("[%d]" % i, None) for i, value in enumerate(source) if value is target), "")
    if isinstance(source, type):
        return ""
    held = [name[1:] for name, value in _heapy.edges(source) if value is target and name[:1] == "." and name != ".__class__"]
    return _edge(held[0], 10 if held[0].startswith("__") else 2) if held else ""


def _edge(label, weight):
    return ' [label="%s"%s]' % (_quoted(label), ",weight=%d" % weight if weight else "")


def _key_edge(key, shortnames):
    if isinstance(key, str) and key.isascii() and key.isidentifier():
        return _edge(key, 2)
    return _edge(_object_name(key, shortnames) + "\n" + _summary(key), None)


def _present(text, filename, boxes):
    """The picture: a file as asked for, else a DOT file in the temporary directory, shown if somebody can."""
    import os
    if filename and filename.endswith(".dot"):
        dot_file = filename
        f = open(filename, "w", encoding="utf-8")
    else:
        import tempfile
        fd, dot_file = tempfile.mkstemp(prefix="objgraph-", suffix=".dot", text=True)
        f = os.fdopen(fd, "w", encoding="utf-8")
    with f:
        f.write(text)
    print("Graph written to %s (%d nodes)" % (dot_file, boxes))
    if filename == dot_file:
        return
    if not filename and _find_program("xdot"):
        print("Spawning graph viewer (xdot)")
        os.spawnlp(os.P_NOWAIT, "xdot", "xdot", dot_file)
    elif not _find_program("dot"):
        print("%s not found, not doing anything else" % (
            "Image renderer (dot)" if filename else "Graph viewer (xdot) and image renderer (dot)"))
    else:
        if not filename:
            print("Graph viewer (xdot) not found, generating a png instead")
            filename = dot_file[:-len(".dot")] + ".png"
        command = ["dot", "-T" + os.path.splitext(filename)[1][1:], "-o" + filename, dot_file]
        status = os.spawnvp(os.P_WAIT, "dot", command)
        if status:
            print('dot failed (exit code %d) while executing "%s"' % (status, " ".join(command)))
        else:
            print("Image generated as %s" % filename)


def _find_program(name):
    import os
    return any(os.path.isfile(os.path.join(directory, name)) for directory in os.environ.get("PATH", os.defpath).split(os.pathsep))
