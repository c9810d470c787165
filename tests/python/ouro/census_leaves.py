"""ouro.census counts each leaf once, however many references there are to it and wherever they come from."""
import gc
import sys

import ouro


def counted(*names):
    """(number, bytes) by name."""
    gc.collect()
    rows = {row[0]: (row[1], row[2]) for row in ouro.census()}
    return {name: rows.get(name, (0, 0)) for name in names}


NAMES = "str", "bytes", "int", "float", "list", "Holder"


class Holder:
    def __init__(self, value):
        self.value = value


def growth(make):
    """What is there after the call and was not before, by name, without what both have; the result of the call."""
    counted(*NAMES)
    before = counted(*NAMES)
    made = make()
    after = counted(*NAMES)
    return {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in NAMES if after[name] != before[name]}, made


def sized(objects):
    return sum(map(sys.getsizeof, objects))


text, data = "a text of %d characters" % 5, bytes(1000)
for what, make, expected in (
        ("shared", lambda: [text] * 1000, lambda o: {"list": (1, sized([o]))}),
        ("distinct", lambda: ["text %d" % i for i in range(5000)], lambda o: {"list": (1, sized([o])), "str": (5000, sized(o))}),
        ("twice", lambda: [s for i in range(3000) for s in ["text %d" % i] * 2], lambda o: {"list": (1, sized([o])), "str": (3000, sized(o[::2]))}),
        ("large", lambda: [bytes(200000 + i) for i in range(20)], lambda o: {"list": (1, sized([o])), "bytes": (20, sized(o))}),
        ("great", lambda: [1 << (100 + i) for i in range(300)], lambda o: {"list": (1, sized([o])), "int": (300, sized(o))}),
        ("far", lambda: [10.0 ** (200 + i % 100) for i in range(300)], lambda o: {"list": (1, sized([o])), "float": (300, sized(o))}),
        ("instances", lambda: [Holder("text %d" % i) for i in range(4000)],
         lambda o: {"list": (1, sized([o])), "Holder": (4000, sized(o)), "str": (4000, sized(h.value for h in o))}),
        ("cycle", lambda: (lambda h: (h.value.append(h), h)[1])(Holder([text, data])), lambda o: {"list": (1, sized([o.value])), "Holder": (1, sized([o]))})):
    grown, made = growth(make)
    print(what, grown == expected(made) or (grown, expected(made)))
    del made
rows = ouro.census()
print(len({row[0] for row in rows}) == len(rows), [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True),
      "str" not in {row[0] for row in ouro.census(False)})
