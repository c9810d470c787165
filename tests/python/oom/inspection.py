# Looking at objects while each allocation of it fails in turn: who refers to many targets, all objects, counts by type.
from each_allocation import sweep
import gc

try:
    import _heapy
except ImportError:
    _heapy = None


class Node:
    pass


nodes = [Node() for i in range(40)]
nodes[0].next, nodes[1].next = nodes[39], nodes[20]


def ours(found):
    """Which of the nodes are among them, and is their list?"""
    ids = {id(x) for x in found}
    return [i for i, node in enumerate(nodes) if id(node) in ids], id(nodes) in ids


def referrers_of_one():
    return ours(gc.get_referrers(nodes[39]))


def referrers_of_few():
    return ours(gc.get_referrers(nodes[39], nodes[5], nodes[20]))


def referrers_of_many():
    return ours(gc.get_referrers(*nodes[30:]))


def found_twice():
    """More than the first array has room for, which are counted, and found again with room."""
    holders = [[nodes[0]] for i in range(50)]
    found = gc.get_referrers(*nodes[:9])
    ids = {id(h) for h in holders}
    return len([x for x in found if id(x) in ids]), ours(found)


def objects():
    return ours(gc.get_objects()), len(gc.get_referents(nodes)) - len(nodes)


def tracked():
    return dict(_heapy.tracked())[Node] if _heapy else 40


def sets():
    if not _heapy:
        return 40, 40, 35, 5, {"[]"}, 40
    whole, part = _heapy.nodes(nodes), _heapy.nodes(nodes[:5])
    edges = _heapy.edges(nodes)
    return (len(whole), len(whole.combine(part, "|")), len(whole.combine(part, "-")), len(whole.combine(part, "&").list()),
            {name for name, _ in edges}, len(_heapy.referents(nodes)))


def graph():
    """A capture may fail at many a place; what its groups are made of is what is looked at here."""
    if not _heapy:
        return 40, 40, True, 2
    g, whole = _heapy.capture([], "<none"), _heapy.nodes(nodes)
    sizes = [[len(part) for _, part in g.partition(whole, by)] for by in ("type", "line", "rcs")]
    return sum(sizes[0]), sum(sizes[1]), len(sizes[2]) > 0, len(g.referents(whole).combine(whole, "&"))


for work in referrers_of_one, referrers_of_few, referrers_of_many, found_twice, objects, tracked, sets, graph:
    sweep(work)
