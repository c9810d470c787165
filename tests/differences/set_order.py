# CPython iterates a set in the order of its hash table; here sets keep the order of insertion, as dicts do.  The language
# promises neither.
print(list({"c", "b", "a"}), list(set([30, 10, 20])))
