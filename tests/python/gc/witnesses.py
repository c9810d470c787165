# What a collection of the young finds where reached objects are told by the one reference that was seen last.
import gc
import weakref


class Node:
    def __init__(self, *to):
        self.to = list(to)


gc.disable()
gc.collect()
holder = []
gc.collect()  # old: what it refers to is held from outside of the young


def young(title):
    print(title, gc.collect(0), len(gc.get_objects(0)))


def alive(nodes):
    return [w() is not None for w in nodes]


# chains, each object with one reference: the older refers to the younger, and the other way round
first = last = Node()
for i in range(1000):
    node = Node()
    last.to.append(node)
    last = node
holder.append(first)
del first, last, node
young("a chain to the younger:")

chain = None
for i in range(1000):
    chain = Node(chain)
holder.append(chain)
del chain
young("a chain to the older:")

# to and fro: no order of looking settles it in one round
nodes = [Node() for i in range(1001)]
order = [i // 2 if i % 2 else 1000 - i // 2 for i in range(1001)]
for a, b in zip(order, order[1:]):
    nodes[a].to.append(nodes[b])
holder.append(nodes[order[0]])
watched = [weakref.ref(node) for node in nodes]
del nodes, a, b
young("a chain to and fro:")
print(all(alive(watched)))

# an object that a reached one and garbage refer to, whichever comes first
for reached_first in (True, False):
    shared = Node(7)
    if reached_first:
        reached = Node(shared)
    garbage = Node(shared)
    garbage.to.append(garbage)
    if not reached_first:
        reached = Node(shared)
    holder.append(reached)
    watched = [weakref.ref(shared), weakref.ref(garbage), weakref.ref(reached)]
    del shared, garbage, reached
    young("shared with garbage:")
    print(alive(watched), holder[-1].to[0].to)

# the same at the end of a chain of garbage, and a cycle that something reached refers to
for i in range(3):
    ring = [Node() for j in range(50)]
    for a, b in zip(ring, ring[1:] + ring[:1]):
        a.to.append(b)
    tail = Node()
    ring[i].to.append(tail)
    if i == 1:
        holder.append(Node(ring[20]))
    if i == 2:
        holder.append(tail)
    watched = [weakref.ref(ring[0]), weakref.ref(tail)]
    del ring, tail, a, b
    young("a ring:")
    print(alive(watched))

# nothing but garbage; a reference to itself; many references from one object
lone = Node()
lone.to.append(lone)
many = Node()
many.to.extend([many] * 300)
for node in (lone, many):
    pass
del lone, many, node
young("only garbage:")

# functions and cells, bound methods, dicts, tuples of atoms and of others
def closures(x):
    y = [x]
    return lambda: (x, y)


holder.append([closures(i) for i in range(200)])
holder.append([Node().__init__ for i in range(50)])
holder.append([{i: (i, str(i))} for i in range(50)])
holder.append([(i, [i]) for i in range(50)])
print("collected", gc.collect(0), gc.collect(1))
print(sum(f()[1][0] for f in holder[-4]), len(holder[-3]), holder[-2][49], holder[-1][49])

# the young and the middle together
holder.append(Node(Node(Node())))
loose = Node(holder[-1].to[0])
loose.to.append(loose)
gc.collect(0)
young_one = Node(loose)
loose.to.append(young_one)
del loose
print("both:", gc.collect(1))
del young_one
print("and now:", gc.collect(1), gc.collect(1), gc.collect())
holder.clear()
gc.collect()
