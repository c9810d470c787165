"""What a ClassTracker has found, as tables, and in files."""
import linecache
import pickle
import sys

from pympler.asizeof import Asized
from pympler.util.stringutils import pp, pp_timestamp, trunc

__all__ = ["Stats", "ConsoleStats", "HtmlStats"]

_ORDERS = {"classname": lambda t: t.name, "tsize": lambda t: -t.get_max_size(), "birth": lambda t: t.birth,
           "death": lambda t: (t.death is None, t.death or 0), "name": lambda t: t.name, "repr": lambda t: t.repr,
           "size": lambda t: -t.footprint[-1][1].size}


class Stats:
    """The tracked objects by class name (`index`), the snapshots, and them all in an order (`sorted`)."""

    def __init__(self, tracker=None, filename=None, stream=None):
        self.stream = stream or sys.stdout
        self.tracker = tracker
        if tracker:
            self.index, self.snapshots = tracker.index, tracker.snapshots
        else:
            self.index, self.snapshots = {}, []
        self.sorted = []
        if filename:
            self.load_stats(filename)

    def load_stats(self, fdump):
        """Reads what dump_stats has written: a file, or its name."""
        f = open(fdump, "rb") if isinstance(fdump, str) else fdump
        try:
            self.index, self.snapshots = pickle.load(f)
        finally:
            if f is not fdump:
                f.close()
        self.sorted = []

    def dump_stats(self, fdump, close=True):
        """Writes all to a file, or the file of that name."""
        if self.tracker:
            self.tracker.stop_periodic_snapshots()
        f = open(fdump, "wb") if isinstance(fdump, str) else fdump
        try:
            pickle.dump((self.index, self.snapshots), f)
        finally:
            if close:
                f.close()

    def _init_sort(self):
        if not self.sorted:
            self.sorted = [tobj for tobjs in self.index.values() for tobj in tobjs]

    def sort_stats(self, *args):
        """Orders by 'classname', 'tsize', 'birth', 'death', 'name', 'repr', 'size'; several may be given."""
        for name in args:
            if name not in _ORDERS:
                raise ValueError("Invalid sort criteria: %r" % (name,))
        self._init_sort()
        names = args or ("classname", "tsize", "birth")
        self.sorted.sort(key=lambda tobj: tuple(_ORDERS[name](tobj) for name in names))
        return self

    def reverse_order(self):
        """The other way round."""
        self._init_sort()
        self.sorted.reverse()
        return self

    def annotate(self):
        """Computes for each snapshot what its classes had."""
        for snapshot in self.snapshots:
            self.annotate_snapshot(snapshot)

    def annotate_snapshot(self, snapshot):
        """For each class of the snapshot: sum, average, percent, active."""
        if snapshot.classes is not None:
            return
        snapshot.classes = {}
        for name, tobjs in self.index.items():
            active = [t for t in tobjs if t.birth <= snapshot.timestamp and
                      (t.death is None or t.death > snapshot.timestamp)]
            merged = [t.get_size_at_time(snapshot.timestamp) for t in active]
            total = sum(merged)
            snapshot.classes[name] = {
                "sum": total, "avg": total / len(active) if active else 0,
                "pct": total * 100.0 / snapshot.total if snapshot.total else 0, "active": len(active),
                "merged": Asized(total, 0)}

    @property
    def tracked_classes(self):
        """The names, sorted."""
        return sorted(self.index)


class ConsoleStats(Stats):
    """The tables as text."""

    def _print_refs(self, refs, total, prefix="    ", level=1, minsize=0, minpct=0.1):
        for ref in sorted(refs, key=lambda r: -r.size):
            if ref.size > minsize and ref.size * 100.0 > minpct * total:
                self.stream.write("%-50s %-14s %3d%% [%d]\n" % (
                    trunc(prefix + str(ref.name), 50), pp(ref.size), int(ref.size * 100.0 / total), level))
                self._print_refs(ref.refs, total, prefix + "  ", level + 1)

    def print_object(self, tobj):
        """One object's life."""
        out = self.stream.write
        if tobj.death:
            out("%-32s ( free )   %-35s\n" % (trunc(tobj.name, 32, left=1), trunc(tobj.repr, 35)))
        else:
            out("%-32s 0x%08x %-35s\n" % (trunc(tobj.name, 32, left=1), tobj.id, trunc(tobj.repr, 35)))
        for file, line, function in tobj.trace or ():
            source = linecache.getline(file, line).strip()
            out("    %s\n" % source if source else "")
            out("  %s:%4d in %s\n" % (file, line, function))
        for timestamp, size in tobj.footprint:
            out("  %-30s %s\n" % (pp_timestamp(timestamp), pp(size.size)))
            self._print_refs(size.refs, size.size)
        if tobj.death is not None:
            out("  %-30s finalize\n" % pp_timestamp(tobj.death))

    def print_stats(self, clsname=None, limit=1.0):
        """The lives of all objects, of a class, or of a part (limit below 1.0) or number of them."""
        if self.tracker:
            self.tracker.stop_periodic_snapshots()
        if not self.sorted:
            self.sort_stats()
        chosen = [t for t in self.sorted if clsname is None or clsname in t.name]
        if limit < 1.0:
            chosen = chosen[:int(len(self.sorted) * limit + 0.5)]
        elif limit > 1:
            chosen = chosen[:int(limit)]
        for tobj in chosen:
            self.print_object(tobj)

    def print_summary(self):
        """For each snapshot a line, and one for each class."""
        out = self.stream.write
        out("---- SUMMARY " + "-" * 66 + "\n")
        for snapshot in self.snapshots:
            self.annotate_snapshot(snapshot)
            out("%-35s %11s %12s %12s %5s\n" % (trunc(snapshot.desc, 35), "active", pp(snapshot.total), "average", "pct"))
            for name in self.tracked_classes:
                info = snapshot.classes.get(name)
                if info:
                    out("  %-33s %11d %12s %12s %4d%%\n" % (
                        trunc(name, 33), info["active"], pp(info["sum"]), pp(info["avg"]), info["pct"]))
        out("-" * 79 + "\n")


class HtmlStats(Stats):
    """The tables as one HTML page, with a chart."""

    def create_html(self, fname, title="ClassTracker Statistics"):
        """Writes the page."""
        import html

        from pympler import charts
        self.annotate()
        rows = []
        for snapshot in self.snapshots:
            rows.append("<tr><th>%s</th><th>active</th><th>%s</th><th>average</th><th>pct</th></tr>" % (
                html.escape(snapshot.label), pp(snapshot.total)))
            for name in self.tracked_classes:
                info = snapshot.classes[name]
                rows.append("<tr><td>%s</td><td>%d</td><td>%s</td><td>%s</td><td>%d%%</td></tr>" % (
                    html.escape(name), info["active"], pp(info["sum"]), pp(info["avg"]), info["pct"]))
        with open(fname, "w", encoding="utf-8") as f:
            f.write("<!doctype html>\n<meta charset=utf-8>\n<title>%s</title>\n<style>body{font-family:sans-serif}"
                    "td,th{padding:.2em 1em;text-align:right}td:first-child,th:first-child{text-align:left}</style>\n"
                    "<h1>%s</h1>\n%s<table>\n%s\n</table>\n" % (
                        html.escape(title), html.escape(title), charts.timespace_svg(self) if self.snapshots else "", "\n".join(rows)))
