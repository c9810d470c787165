# Long chains, rings and trees die without deep recursion.
import gc


class Node:
    __slots__ = ('next', 'previous')

    def __init__(self, next=None, previous=None):
        self.next = next
        self.previous = previous


head = None
for i in range(200000):
    head = Node(head)
del head
print('chain')

head = None
for i in range(50000):
    head = (head,)
del head
head = None
for i in range(50000):
    head = [head]
del head
head = None
for i in range(50000):
    head = {'next': head}
del head
print('containers')

first = last = Node()
for i in range(50000):
    last.next = Node(None, last)
    last = last.next
last.next = first
first.previous = last
del first, last
gc.collect()
print('ring')


def tree(depth):
    return Node(tree(depth - 1), tree(depth - 1)) if depth else None


t = tree(13)
del t
print('tree')

# generators that hold each other
def g(inner):
    yield
    yield from inner if inner else ()


x = None
for i in range(5000):
    x = g(x)
    next(x)
del x
print('generators')

# closures
def wrap(f):
    return lambda: f


f = None
for i in range(200000):
    f = wrap(f)
del f
print('closures')

# with finalizers
class F:
    count = 0

    def __init__(self, next):
        self.next = next

    def __del__(self):
        F.count += 1


f = None
for i in range(20000):
    f = F(f)
del f
print(F.count)

# exceptions
e = None
for i in range(20000):
    new = ValueError(i)
    new.__context__ = e
    e = new
del e, new
print('exceptions')
