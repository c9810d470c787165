# Every kind of cycle is found and freed; a weak reference tells.
import gc
import weakref

gc.disable()
gc.collect()


class Node:
    pass


def check(name, make):
    watched = make()
    alive = watched() is not None
    gc.collect()
    print(name, alive, watched() is None)


def attribute():
    n = Node()
    n.me = n
    return weakref.ref(n)


def through_dict():
    n = Node()
    n.__dict__['self'] = n
    return weakref.ref(n)


def two():
    a, b = Node(), Node()
    a.other, b.other = b, a
    return weakref.ref(b)


def through_list():
    n = Node()
    n.items = [1, [2, [n]]]
    return weakref.ref(n)


def through_tuple():
    n = Node()
    n.items = (1, (2, (n,)))
    return weakref.ref(n)


def through_dict_key():
    n = Node()
    n.table = {n: 1}
    return weakref.ref(n)


def through_set():
    n = Node()
    n.bag = {n}
    n.frozen = frozenset([n])
    return weakref.ref(n)


def slots():
    class S:
        __slots__ = ('a', '__weakref__')
    s = S()
    s.a = s
    return weakref.ref(s)


def list_subclass():
    class L(list):
        pass
    x = L()
    x.append(x)
    x.me = x
    return weakref.ref(x)


def dict_subclass():
    class D(dict):
        pass
    x = D()
    x['me'] = x
    return weakref.ref(x)


def tuple_subclass():
    class T(tuple):
        pass
    n = Node()
    n.t = T((n,))
    n.t.back = n.t
    return weakref.ref(n)


def bound_method():
    class M:
        def f(self):
            pass
    m = M()
    m.g = m.f
    return weakref.ref(m)


def closure():
    def inner():
        return inner
    return weakref.ref(inner)


def function_defaults():
    def f(x=None):
        pass
    f.__defaults__ = (f,)
    return weakref.ref(f)


def function_attribute():
    def f():
        pass
    f.me = f
    return weakref.ref(f)


def a_class():
    class C:
        pass
    return weakref.ref(C)


def class_with_instance():
    class C:
        pass
    C.one = C()
    return weakref.ref(C.one)


def generator():
    def g():
        me = yield
        yield
    x = g()
    next(x)
    x.send(x)
    return weakref.ref(x)


def exception():
    n = Node()
    try:
        raise ValueError
    except ValueError as e:
        n.error = e
    return weakref.ref(n)


def property_of_class():
    class C:
        @property
        def p(self):
            return C
        @classmethod
        def c(cls):
            return C
        @staticmethod
        def s():
            return C
    return weakref.ref(C)


def iterator():
    n = Node()
    n.items = [n]
    n.it = iter(n.items)
    return weakref.ref(n)


def map_and_filter():
    n = Node()
    n.m = map(None, [n])
    n.z = zip([n], enumerate([n]))
    return weakref.ref(n)


def lambda_in_instance():
    n = Node()
    n.f = lambda: n
    return weakref.ref(n)


def callback_of_weakref():
    n = Node()
    n.r = weakref.ref(Node, lambda r: n)
    return weakref.ref(n)


def partial():
    import functools
    n = Node()
    n.p = functools.partial(print, n)
    return weakref.ref(n)


for name, make in list(globals().items()):
    if callable(make) and name not in ('check', 'Node'):
        check(name, make)


# simple counts
x = []
x.append(x)
del x
print(gc.collect())
x = {}
x[1] = x
del x
print(gc.collect())
x = [None] * 10
for i in range(10):
    x[i] = [x]
del x
print(gc.collect())
print(gc.collect())
