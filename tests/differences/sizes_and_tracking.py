# How containers grow, and which the collector looks at, is nobody's promise.
import gc
import sys

# A dict's entries and its index grow each for itself, in smaller steps than CPython's (at 1, 6, 11, 22, 43 keys): so there
# is less room that is not used.
steps, known, last = [], {}, sys.getsizeof({})
for i in range(60):
    known[i] = None
    if sys.getsizeof(known) != last:
        last = sys.getsizeof(known)
        steps.append(len(known))
print(steps)

# The display of three has room for three; CPython's has room for four.
print(sys.getsizeof([1, 2, 3]) - sys.getsizeof([]))

# A tuple of atoms that a program makes is never looked at; in CPython until the first collection.  A dict whose last
# container is replaced goes on being looked at; in CPython until the next.
def pair(x):
    return (x, x)

made, emptied = pair("atom"), {"key": []}
print(gc.is_tracked(made))
emptied["key"] = 1
gc.collect()
print(gc.is_tracked(emptied))
