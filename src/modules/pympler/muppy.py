"""All objects of the program, and what can be said of lists of objects."""
import gc
import sys
import types

import _heapy
from pympler import summary

__all__ = ["get_objects", "get_size", "get_diff", "sort", "filter", "get_referents", "print_summary"]


def _unique(objects):
    return list({id(o): o for o in objects}.values())


def get_objects(remove_dups=True, include_frames=False):
    """All objects that the collector sees, and those that they refer to; frames only if asked for."""
    gc.collect()
    tracked = gc.get_objects()
    result, known = [], {id(tracked), id(sys._getframe())}
    # no inner functions: their cells and frames would be among the objects of the next call
    for objects in (tracked, gc.get_referents(*tracked)):
        for o in objects:
            if id(o) in known or objects is not tracked and (gc.is_tracked(o) or not _heapy.in_memory(o)):
                continue
            if not include_frames and isinstance(o, types.FrameType):
                continue
            if remove_dups:
                known.add(id(o))
            result.append(o)
    return result


def get_size(objects):
    """Bytes of the objects themselves."""
    return sum(sys.getsizeof(o, 0) for o in objects)


def get_diff(left, right):
    """What is new in the second list ('+') and what was only in the first ('-')."""
    before, after = {id(o) for o in left}, {id(o) for o in right}
    return {"+": [o for o in right if id(o) not in before], "-": [o for o in left if id(o) not in after]}


def sort(objects):
    """By size, smallest first."""
    return sorted(objects, key=lambda o: sys.getsizeof(o, 0))


def filter(objects, Type=None, min=-1, max=-1):
    """Those of a type, and of at least `min` and at most `max` bytes (-1: no limit)."""
    if min > max and max > -1:
        raise ValueError("minimum must be smaller than maximum")
    result = list(objects)
    if Type is not None:
        result = [o for o in result if isinstance(o, Type)]
    if min > -1:
        result = [o for o in result if sys.getsizeof(o, 0) >= min]
    if max > -1:
        result = [o for o in result if sys.getsizeof(o, 0) <= max]
    return result


def get_referents(object, level=1):
    """What the object refers to, `level` steps deep."""
    result = gc.get_referents(object)
    step = result
    for _ in range(level - 1):
        known = {id(o) for o in result}
        step = [o for o in _unique(gc.get_referents(*step)) if id(o) not in known]
        result = result + step
    return _unique(result)


def _get_usage(function, *args):
    """What a call leaves behind: a summary, or None."""
    summary.summarize(get_objects())  # what the first use makes is not the call's
    before = summary.summarize(get_objects())
    function(*args)
    own = {id(before)}
    own.add(id(own))
    for row in before:
        own.update((id(row), id(row[0])))
    after = []
    own.add(id(after))
    for o in get_objects():  # no inner function: it would be new as well
        if id(o) not in own:
            after.append(o)
    after = summary.summarize(after)
    rows = [row for row in summary.get_diff(before, after) if row[1] > 0 and row[2] > 0 and not row[0].startswith("frame")]
    return rows or None


get_usage = _get_usage


def print_summary():
    """Prints a table of all objects by type."""
    summary.print_(summary.summarize(get_objects()))
