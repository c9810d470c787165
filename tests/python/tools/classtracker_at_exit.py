"""pympler's tracker of classes: where an object was made is told with its lines, and what still lives at the end dies in silence."""
import io
import re
import sys

from pympler import classtracker


class Kept:
    def __init__(self, n):
        self.items = [n] * 5


def told(unraisable, print=print):
    print("at exit:", unraisable.exc_value)


sys.unraisablehook = told
out = io.StringIO()
tracker = classtracker.ClassTracker(stream=out)
tracker.track_class(Kept, name="Kept", trace=True)
kept = [Kept(i) for i in range(2)]
tracker.create_snapshot("first")
tracker.stats.print_stats(clsname="Kept")
lines = out.getvalue().split("\n")
print([re.sub(r"\S*/", "", line) for line in lines if " in <" in line or "Kept(i)" in line])
