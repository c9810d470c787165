# *tuple[int] is copied and pickled as next(iter(tuple[int])).
import copy, typing
T = typing.TypeVar("T")
for a in list[int], dict[str, T], list[list[int]], *tuple[int, str], *tuple[T, *tuple[int, ...]]:
    print(a, copy.deepcopy(a) == a, copy.copy(a) == a, copy.deepcopy([a])[0] == a)
it = iter(tuple[int, str])
print(it.__reduce__(), iter(it) is it)
print(next(copy.copy(it)), list(it), list(it), next(it, "end"))
print(tuple[int, *tuple[str, ...]].__args__)
a = next(iter(tuple[int, str]))
f, args = a.__reduce__()
print(f is next, f(*args) == a)
try: type(it)()
except TypeError as e: print("TypeError")
import os
print(os.DirEntry[str].__origin__ is os.DirEntry, os.DirEntry[bytes].__args__)
