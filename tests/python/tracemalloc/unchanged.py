# Tracing changes nothing of what a program sees: output, reference counts, the order of finalizers.
import gc
import sys
import tracemalloc
import weakref

def program():
    log = []
    class Node:
        def __init__(self, name):
            self.name = name
            self.other = None
        def __del__(self):
            log.append(self.name)
    gc.collect()
    for round in range(3):
        for i in range(40):
            a, b = Node(("a", i)), Node(("b", i))
            a.other, b.other = b, a
        c = Node("alone")
        log.append(sys.getrefcount(c))
        del c
        log.append([sys.getrefcount(x) for x in (a, b, [], (), "text" * round)])
    del a, b
    log.append(gc.collect())
    held = {i: [i] for i in range(1000)}
    log.append(sum(map(len, held.values())))
    reference = weakref.ref(Node("weak"), lambda r: log.append("callback"))
    log.append(reference() is None)
    log.append([gc.is_tracked(x) for x in ({}, [1], (1, []), "a")])
    return log

plain = program()
again = program()
for limit in 1, 25:
    tracemalloc.start(limit)
    traced = program()
    tracemalloc.stop()
    print(traced == plain == again)
tracemalloc.start()
half = program()
print(half == plain, program() == plain)
tracemalloc.clear_traces()
print(program() == plain)
tracemalloc.stop()
print(program() == plain, len(plain))
