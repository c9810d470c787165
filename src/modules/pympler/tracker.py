"""What changes over time: SummaryTracker compares tables, ObjectTracker objects."""
import gc
import sys

from pympler import muppy, summary

__all__ = ["SummaryTracker", "ObjectTracker"]

ONLY_HERE = 3  # references of an object that the tracker's list holds, a loop looks at, and getrefcount is asked about


def _own(first, *more):
    """The ids of a tool's own parts: what its containers hold is its own as well."""
    ids, todo = set(), [first, *more]
    while todo:
        o = todo.pop()
        if id(o) in ids:
            continue
        ids.add(id(o))
        if isinstance(o, dict):
            todo += list(o.keys()) + list(o.values())
        elif isinstance(o, (list, tuple)):
            todo += list(o)
    return ids


class SummaryTracker:
    """Keeps summaries of all objects, and tells what has changed since the last one."""

    def __init__(self, ignore_self=True):
        self.s0 = []
        self.summaries = {}
        self.ignore_self = ignore_self
        self.s0 = self.create_summary()

    def create_summary(self):
        """A summary of all objects, without those of the tracker itself."""
        objects = muppy.get_objects(remove_dups=True)
        if self.ignore_self:
            own = _own(self.__dict__, self.s0, self.summaries)
            own.add(id(self))
            own.add(id(objects))
            objects = [o for o in objects if id(o) not in own]
        return summary.summarize(objects)

    def diff(self, summary1=None, summary2=None):
        """Rows of what has changed: since the last call, since summary1, or between the two."""
        if summary2 is None:
            latest = self.create_summary()
            if summary1 is None:
                rows = summary.get_diff(self.s0, latest)
                self.s0 = latest
            else:
                rows = summary.get_diff(summary1, latest)
        elif summary1 is not None:
            rows = summary.get_diff(summary1, summary2)
        else:
            raise ValueError("You cannot provide summary2 without summary1.")
        return summary._sweep(rows)

    def format_diff(self, summary1=None, summary2=None):
        """The lines of the table that print_diff prints."""
        return summary.format_(self.diff(summary1, summary2))

    def print_diff(self, summary1=None, summary2=None):
        """Prints diff() as a table."""
        summary.print_(self.diff(summary1, summary2))

    def store_summary(self, key):
        """Keeps a summary of this moment in `summaries`."""
        self.summaries[key] = self.create_summary()


class ObjectTracker:
    """Keeps all objects of a moment, and tells which have come and gone since.  Gone are those that only it still holds."""

    def __init__(self):
        self.o0 = []
        self.o0 = self._get_objects()

    # no inner functions and generators here: they would be among the new objects

    def _get_objects(self, ignore=(), mine=()):
        objects = muppy.get_objects()
        own = {id(self), id(self.__dict__), id(self.o0), id(objects), id(ignore), id(mine)}
        for given in (ignore, mine):
            for o in given:
                own.add(id(o))
        result = []
        for o in objects:
            if id(o) not in own:
                result.append(o)
        return result

    def get_diff(self, ignore=()):
        """{'+': new objects, '-': objects gone}, since the last call."""
        gc.collect()
        gone, ids = [], set()
        for o in self.o0:
            if sys.getrefcount(o) <= ONLY_HERE:
                gone.append(o)
                ids.add(id(o))
        before = set(map(id, self.o0))
        new, latest = [], []
        for o in self._get_objects(ignore, (gone, ids, before, new, latest)):
            if id(o) not in ids:
                latest.append(o)
                if id(o) not in before:
                    new.append(o)
        self.o0 = latest
        return {"+": new, "-": gone}

    def format_diff(self, ignore=()):
        """The lines that print_diff prints."""
        diff = self.get_diff(ignore)
        return (["Added objects:"] + list(summary.format_(summary.summarize(diff["+"]))) +
                ["Removed objects:"] + list(summary.format_(summary.summarize(diff["-"]))))

    def print_diff(self, ignore=()):
        """Prints what was added and removed, as two tables."""
        for line in self.format_diff(ignore):
            print(line)

