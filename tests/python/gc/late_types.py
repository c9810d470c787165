# That built-in types get their dicts when they are first looked into shows nowhere: neither in what the collector
# counts, nor in lists of all objects, nor in what is allocated, nor in reference counts.
import gc
import sys

def names_by_dir(t):
    return {n for n in dir(t)}

def names_by_vars(t):
    names = set()
    for c in t.__mro__:
        names |= set(vars(c))
    return names

# the same names through either door, whichever comes first
for a, b in ((names_by_dir, names_by_vars), (names_by_vars, names_by_dir)):
    for t in (complex, bytearray) if a is names_by_dir else (memoryview, frozenset):
        print(t.__name__, a(t) == b(t), "__doc__" in a(t), a(t) >= {"__class__", "__repr__", "__eq__"})

# a class that a program makes of such a type has the type's special methods
class Whole(set):
    pass
print(Whole([1, 2]) | {3} == {1, 2, 3}, len(Whole("ab")), Whole.__or__ is set.__or__)

# neither a collection nor a count comes of it
gc.collect()
before = gc.get_count()[0]
[name for t in (ArithmeticError, LookupError, OSError, UnicodeDecodeError, StopIteration) for name in vars(t)]
hasattr(ImportError, "name_from"), hasattr(SyntaxError, "print_file_and_line")
print(gc.get_count()[0] - before < 20)

# lists of all objects hold it already
def all_kinds():
    counts = {}
    for o in gc.get_objects():
        counts[type(o)] = counts.get(type(o), 0) + 1
    return counts
first = all_kinds()
blocks = sys.getallocatedblocks()
for t in (property, classmethod, zip, filter, map, enumerate, reversed, super, slice):
    t.__repr__, t.__doc__, dir(t)
print(sys.getallocatedblocks() - blocks < 40)
second = all_kinds()
for kind in (type(str.join), type(str.__add__), type(type.__mro__), type(vars(type)["__dict__"])):
    if first.get(kind, 0) != second.get(kind, 0):
        print(kind, first.get(kind), second.get(kind))

# nor do the counts of references to names change
count = sys.getrefcount("__repr__")
for t in (complex, memoryview, range, slice, zip, map, filter, BaseExceptionGroup, staticmethod):
    vars(t)["__repr__" if "__repr__" in vars(t) else "__doc__"]
print(abs(sys.getrefcount("__repr__") - count) < 4)
print(len(gc.get_referrers(vars(str)["join"])) > 0)
