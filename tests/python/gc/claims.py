"""What texts about Python's memory say of counts, weak references and the collector, one by one, with the numbers that
CPython 3.11 prints."""
import gc
import sys
import weakref


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("deleted:", self.name)


class Node:
    def method(self):
        return "called"


# ---- counts ----

x = []
counts = [sys.getrefcount(x)]
y = x
counts.append(sys.getrefcount(x))
z = x
counts.append(sys.getrefcount(x))
del y
counts.append(sys.getrefcount(x))
del z
counts.append(sys.getrefcount(x))
print("names:", counts)


def callee(parameter):
    return sys.getrefcount(parameter)


print("in a call and outside:", callee(x), sys.getrefcount(x))
c = Loud("by reassignment")
c = Loud("by del")
print("before del")
del c


def scope():
    local = Loud("by leaving the scope")
    return None


scope()
print("after the scope")
print("everything is an object:",
      [isinstance(v, object) and id(v) > 0 and sys.getrefcount(v) > 0 for v in (1, "text", callee, Node)])
print("object():", sys.getsizeof(object()))

# ---- cycles ----

a, b = Node(), Node()
a.other, b.other = b, a
watched = weakref.ref(a)
del a, b
gc.collect()
print("a cycle after a collection:", watched())
loud = Loud("in a cycle")
loud.me = loud
del loud
gc.collect()
kept = [Node() for _ in range(100)]
addresses = [id(n) for n in kept]
gc.collect()
print("nothing moves:", addresses == [id(n) for n in kept])
print("tracked:", [gc.is_tracked(v) for v in ([], set(), Node(), callee, Node, ([],), {"a": []})])
print("not tracked:", [gc.is_tracked(v) for v in (1, "text", 1.5, b"bytes", {}, {"a": 1}, None)])
print("generations:", len(gc.get_stats()), sorted(gc.get_stats()[0]))
phases = set()


def note(phase, info):
    phases.add((phase, *sorted(info)))


gc.callbacks.append(note)
gc.collect()
gc.callbacks.remove(note)
print("a collection tells:", sorted(phases))
gc.set_debug(gc.DEBUG_SAVEALL)
n = Node()
n.me = n
del n
gc.collect()
gc.set_debug(0)
print("saved instead of freed:", sum(isinstance(v, Node) for v in gc.garbage))
gc.garbage.clear()

# ---- weak references ----

for value in ([], {}, 1, "text", (1,), None, 1.5):
    try:
        weakref.ref(value)
    except TypeError as error:
        print(error)
values = {1}
print("of a set:", weakref.ref(values)() is values)


class Slots:
    __slots__ = ("a",)


class WeakSlots:
    __slots__ = ("a", "__weakref__")


try:
    weakref.ref(Slots())
except TypeError as error:
    print(error)
slots = WeakSlots()
print("with __weakref__:", weakref.ref(slots)() is slots)
node = Node()
called = weakref.ref(node, lambda r: print("callback:", r()))
del node
cache = weakref.WeakValueDictionary()
node = cache["key"] = Node()
print("cached:", len(cache))
del node
print("cached:", len(cache))
node = Node()
print("a bound method:", weakref.ref(node.method)(), weakref.WeakMethod(node.method)()())
finalizer = weakref.finalize(node, print, "finalized")
proxy = weakref.proxy(node)
print("by proxy:", proxy.method())
del node
print("alive:", finalizer.alive)
try:
    proxy.method()
except ReferenceError as error:
    print(error)
