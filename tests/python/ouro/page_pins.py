# fragmentation: pages, pools and arenas, and whose survivors keep them
import gc
import tracemalloc

import ouro

PAGE = 4096


class Filler:
    __slots__ = ("a", "b", "c", "d", "e", "f")  # 64 bytes


class Survivor:
    __slots__ = ("a", "b", "c", "d", "e", "f")


def plant(step, n):
    """One Survivor among every `step` objects of its size, the others freed."""
    keep, drop = [None] * (n // step), [None] * n
    for i in range(n):
        if i % step == 0:
            keep[i // step] = Survivor()  # survivors
        else:
            drop[i] = Filler()
    return keep


gc.disable()
gc.collect()
ouro.trim()
base = ouro.fragmentation()
print(len(base), base.pinned <= base.resident, len(base.arena_fill) == base.arenas,
      sum(live for resident, live in base.arena_fill) <= base.live,
      all(live <= resident for resident, live in base.arena_fill))

# 300 survivors, far enough apart to pin a page each
keep = plant(500, 150000)
ouro.trim()
found = ouro.fragmentation()
pin = [p for p in found.pins if p.type == "Survivor"][0]
print(pin.count, pin.line, pin.file == "", 290 * PAGE <= pin.alone <= 301 * PAGE, pin.returned >= pin.alone)
print(pin.text.startswith("freeing 300 Survivor objects would return 1."))
print(found.pins[0].type)

# what was promised is what comes back, but for pages on which the answer's own objects have found a place
before = ouro.fragmentation(0).resident
keep.clear()
ouro.trim()
after = ouro.fragmentation(0).resident
print(before - after >= pin.alone - 20 * PAGE, before - after <= pin.alone + 20 * PAGE)
print([p.type for p in ouro.fragmentation().pins if p.type == "Survivor"])

# by line, where the tracer knows it
tracemalloc.start()
keep = plant(500, 150000)
gc.collect()
ouro.trim()
pins = [p for p in ouro.fragmentation().pins if p.file == __file__ and p.count == 300]
line = plant.__code__.co_firstlineno + 5
print(len(pins), pins[0].line == line, pins[0].type == "", pins[0].text.startswith("freeing 300 blocks from %s:%d would return 1." % (__file__, line)))
tracemalloc.stop()
del keep

# two owners in every page: neither alone frees it; together both do
def pairs(n):
    first, second, rest = [], [], []
    for i in range(n):
        if i % 501 == 0:  # (501: at all places of a page, so that in some the second is on the next)
            first.append(Survivor())
        elif i % 501 == 1:
            second.append(Other())
        else:
            rest.append(Filler())
    return first, second


class Other:
    __slots__ = ("a", "b", "c", "d", "e", "f")


first, second = pairs(150000)
ouro.trim()
pins = {p.type: p for p in ouro.fragmentation(1000).pins}
both = [pins[t] for t in ("Survivor", "Other") if t in pins]
print([p.count for p in both], [p.alone < 30 * PAGE for p in both])

# large blocks go back whole
big = [bytearray(1 << 20)]
total = ouro.fragmentation(0).resident
big.clear()
ouro.trim()
print(total - ouro.fragmentation(0).resident >= 1 << 20)
for wrong in (-1, 10 ** 9):
    try:
        ouro.fragmentation(wrong)
    except ValueError as e:
        print(e)

# ---- the census
class Point:
    def __init__(self, i):
        self.name = "point %d" % i
        self.at = (i, [i])


before = {row.type: row for row in ouro.census()}
points = [Point(i) for i in range(1000)]
after = {row.type: row for row in ouro.census()}


def more(name, field):
    return getattr(after[name], field) - (getattr(before[name], field) if name in before else 0)


import sys
print([more(name, "count") for name in ("Point", "tuple", "list")], more("str", "count") >= 1000)
print(more("Point", "size") == 1000 * sys.getsizeof(points[0]))
names = [row.type for row in ouro.census(False)]
print("str" in names, "Point" in names, "bytes" in names)
points = None
print("Point" in {row.type for row in ouro.census()})
