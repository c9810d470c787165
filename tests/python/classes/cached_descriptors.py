# What inline caches know of descriptors: a class that becomes a descriptor's, members in foreign classes.
def load(o):
    return o.x

def store(o, v):
    o.x = v

def call(o):
    return o.x()

def warm(f, *args):
    for i in range(200):
        f(*args)

# an own attribute in front of a class attribute whose class becomes a data descriptor's
class D:
    pass
class C:
    x = D()
o = C()
o.x = len
warm(load, o)
warm(store, o, lambda: "own")
warm(call, o)
print(call(o))
D.__get__ = lambda self, instance, owner: lambda: "got"
D.__set__ = lambda self, instance, value: print("set")
print(load(o)(), call(o))
store(o, 1)
del D.__set__
print(call(o))
del D.__get__
print(load(o)())

# the class attribute itself
class E:
    pass
class F:
    x = E()
p = F()
warm(load, p)
warm(load, F)
E.__get__ = lambda self, instance, owner: "bound"
print(load(p), load(F))
del E.__get__
print(type(load(p)).__name__, type(load(F)).__name__)

# through __class__ and __bases__
class Plain:
    pass
class Getter:
    def __get__(self, instance, owner):
        return "getter"
class Holder:
    x = Plain()
h = Holder()
warm(load, h)
Holder.__dict__["x"].__class__ = Getter
print(load(h))
Holder.__dict__["x"].__class__ = Plain
print(type(load(h)).__name__)
class Base:
    pass
class Kind(Base):
    pass
class Holder2:
    x = Kind()
h = Holder2()
warm(load, h)
Kind.__bases__ = (Getter,)
print(load(h))
Kind.__bases__ = (Base,)
print(type(load(h)).__name__)

# a member of another class: its offset means nothing here
class Owner:
    __slots__ = ("slot",)
class Shadow:
    __slots__ = ("own",)
    x = Owner.slot
class Borrower:
    x = Owner.slot
class Heir(Owner):
    x = Owner.slot
for kind in Shadow, Borrower:
    o = kind()
    o.own = "mine"
    told = set()
    for i in range(200):
        for f, args in (load, (o,)), (store, (o, 42)), (call, (o,)):
            try:
                f(*args)
                told.add("no error")
            except TypeError as e:
                told.add(str(e))
    print(told, o.own)
o = Heir()
for i in range(200):
    store(o, i)
    assert load(o) == i
print(o.slot)
