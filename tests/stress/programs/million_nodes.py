# A million nodes as a list, a tree and a ring: made, walked, dropped.
import gc


class Node:
    __slots__ = ('next', 'other')

    def __init__(self, next=None, other=None):
        self.next, self.other = next, other


N = 1000000
head = None
for i in range(N):
    head = Node(head)
n, at = 0, head
while at:
    n, at = n + 1, at.next
print(n)
head = at = None


def tree(depth):
    return Node(tree(depth - 1), tree(depth - 1)) if depth else None


def size(node):
    return 1 + size(node.next) + size(node.other) if node else 0


t = tree(19)
print(size(t))
t = None

gc.collect()
ring = last = Node()
for i in range(N - 1):
    ring = Node(ring)
last.next = ring
ring = last = None
print(gc.collect())
pairs = None
for i in range(N):
    pairs = (pairs, i)
pairs = None
nested = []
for i in range(N):
    nested = [nested]
del nested
d = {}
for i in range(N // 4):
    d = {'d': d}
del d
print(gc.collect())
