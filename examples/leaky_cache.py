"""A service that leaks, three ways at once: run it with `ouro --memory` to see them.

A cache that never forgets, a list of listeners that outlive what they listen to, and parents and children that hold
each other.
"""


class Report:
    """What a request produces; kept in the cache by mistake."""

    def __init__(self, key, rows):
        self.key = key
        self.rows = rows


class Session:
    def __init__(self, name):
        self.name = name
        self.parent = None
        self.children = []

    def open_child(self, name):
        child = Session(name)
        child.parent = self  # the cycle: the child holds its parent, the parent its child
        self.children.append(child)
        return child


CACHE = {}
LISTENERS = []


def handle(number):
    report = CACHE.get(number)
    if report is None:
        report = CACHE[number] = Report(number, [number * i for i in range(20)])
    LISTENERS.append(lambda: report)
    session = Session("request %d" % number)
    session.open_child("database")
    return len(report.rows)


def main():
    rows = 0
    for number in range(20_000):
        rows += handle(number)
    print("handled", rows, "rows;", len(CACHE), "reports cached;", len(LISTENERS), "listeners")


main()
