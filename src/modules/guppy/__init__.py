"""guppy: the heap as sets of objects that can be looked at from many sides: `from guppy import hpy; hpy().heap()`.

The interface is that of the package guppy3 (Heapy), so that sessions written for it run unchanged; who has installed the
package gets the package.  The heap is captured in one pass (module _heapy) without what belongs to guppy itself: no set, no
table and no class of it is among the objects that it shows.  Sizes are exact.
"""
__version__ = "3.1.5"
__all__ = ["hpy", "Root"]


def hpy(ht=None):
    """The session object: everything begins with its methods."""
    from guppy import heapy
    return heapy.Heapy()


class Root:
    """The old way to get there: guppy.Root().guppy.heapy.Use."""

    def __init__(self):
        self.guppy = self

    @property
    def heapy(self):
        return self

    @property
    def Use(self):
        return hpy()
