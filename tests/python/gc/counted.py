# What a collection counts, and what is tracked at all: the parts of an object that a program has never seen are neither.
import gc


class Node:
    def __init__(self):
        self.number = 0


gc.collect()
a, b = Node(), Node()
a.other, b.other = b, a
del a, b
print(gc.collect())

a, b = Node(), Node()
a.other, b.other = b, a
a.__dict__
del a, b
print(gc.collect())

scope = {}
exec("def f(): pass", scope)
gc.collect()
del scope
print(gc.collect())


class Empty:
    __slots__ = ()


print(gc.is_tracked(object()), gc.is_tracked(Empty()), gc.is_tracked(Node()), gc.is_tracked((lambda: 0).__code__))
