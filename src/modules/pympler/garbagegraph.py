"""What the collector had to find, as a graph: which objects hold each other in cycles."""
import gc
import sys

from pympler.refgraph import ReferenceGraph
from pympler.util.stringutils import pp, trunc

__all__ = ["GarbageGraph", "start_debug_garbage", "end_debug_garbage"]


class GarbageGraph(ReferenceGraph):
    """The objects in gc.garbage.  Without `collectable` only those that the collector could not free."""

    def __init__(self, reduce=False, collectable=True):
        if collectable:
            gc.set_debug(gc.DEBUG_SAVEALL)
        else:
            gc.set_debug(0)
        gc.collect()
        super().__init__(gc.garbage, reduce)

    def print_stats(self, stream=None):
        """Writes a table of the objects, biggest first, and their sum."""
        stream = stream or sys.stdout
        stream.write("%-10s %8s %-12s %-46s\n" % ("id", "size", "type", "representation"))
        for m in sorted(self.metadata, key=lambda m: -m.size):
            stream.write("0x%08x %8d %-12s %-46s\n" % (m.id, m.size, trunc(m.type, 12), trunc(m.str, 46)))
        stream.write("Garbage: %8d collected objects (%s in cycles): %12s\n" % (
            self.count, self.num_in_cycles, pp(self.total_size)))


def start_debug_garbage():
    """Collects, and keeps what is garbage from now on in gc.garbage."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)


def end_debug_garbage():
    """Stops keeping garbage, and lets go what was kept."""
    gc.set_debug(0)
    gc.garbage.clear()
    gc.collect()
