import gc


class Node:
    def __init__(self):
        self.next = None
        self.data = {}


def ring(n):
    first = node = Node()
    for i in range(n):
        node.next = Node()
        node.data['back'] = node
        node = node.next
    node.next = first


gc.collect()
ring(10)
l = []
l.append(l)
del l
print(gc.collect() > 10, gc.collect(), len(gc.get_objects()) > 10)
