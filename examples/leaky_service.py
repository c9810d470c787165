"""A service that leaks in one place, beside two that only look so: docs/finding-leaks.md finds out which.

Sessions of clients that send no cookie are never asked for again, and so never found to be too old.  The cache of pages is
bounded, and the table of languages fills up.
"""
import collections
import random
import sys
import time


class Session:
    def __init__(self, number):
        self.number = number
        self.created = time.monotonic()
        self.visited = []


class Sessions:
    """By their number; one that is too old is replaced when it is asked for."""

    def __init__(self, lifetime):
        self.lifetime = lifetime
        self._by_id = {}

    def find(self, number):
        session = self._by_id.get(number)
        if session is None or time.monotonic() - session.created > self.lifetime:
            session = self._by_id[number] = Session(number)
        return session


class App:
    def __init__(self):
        self.sessions = Sessions(3600)
        self.pages = collections.OrderedDict()
        self.languages = {}

    def page(self, path):
        text = self.pages.get(path)
        if text is None:
            text = self.pages[path] = "<html>%s</html>" % (path * 20)
            if len(self.pages) > 300:
                self.pages.popitem(last=False)
        return text

    def handle(self, number, path, language):
        self.sessions.find(number).visited.append(path)
        self.languages.setdefault(language, [language] * 20)
        return self.page(path)


app = App()


def main(seconds):
    draw = random.Random(1)
    end = time.monotonic() + seconds
    served = 0
    while time.monotonic() < end:
        for _ in range(100):
            app.handle("%016x" % draw.getrandbits(64), "/item/%d" % draw.randrange(500), "language %d" % draw.randrange(50))
            served += 1
        time.sleep(0.01)
    print("served", served)


main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
