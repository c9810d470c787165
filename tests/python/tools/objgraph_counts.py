# Counts of all that is tracked, which the collector makes, are those of a list of it: also of young objects, frozen ones
# (which are none of its), and classes that end while they are counted.
import gc

import objgraph


def listed():
    counts = {}
    for o in gc.get_objects():
        counts[type(o).__name__] = counts.get(type(o).__name__, 0) + 1
    return counts


class Young:
    pass


gc.collect()
gc.disable()
old = [Young() for _ in range(1000)]
gc.collect()
young = [Young() for _ in range(100)]
slow, fast = listed(), objgraph.typestats()
print({n: (slow.get(n), fast.get(n)) for n in slow.keys() | fast.keys() if slow.get(n) != fast.get(n)})
print(objgraph.count("Young"), objgraph.count("__main__.Young"), objgraph.typestats(shortnames=False)["__main__.Young"])
print(objgraph.count("Young", young), objgraph.typestats(old, filter=lambda o: o is old[5]))
gc.freeze()
print(objgraph.count("Young"), len([o for o in gc.get_objects() if type(o) is Young]))
gc.unfreeze()
print(objgraph.count("Young"))


class Brief:
    pass


brief = Brief()
print(objgraph.count("Brief"))
del brief, Brief
gc.collect()
print(objgraph.count("Brief"), "Brief" in objgraph.typestats())
