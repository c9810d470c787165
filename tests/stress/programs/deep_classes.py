# Inheritance 2,000 deep and 300 wide.
C = object
for i in range(2000):
    C = type('C%d' % i, (C,), {'m%d' % i: i})
x = C()
print(len(C.__mro__), x.m0, x.m1999, isinstance(x, C.__mro__[1500]), issubclass(C, C.__mro__[-2]))
wide = type('Wide', tuple(type('W%d' % i, (), {'w%d' % i: i}) for i in range(300)), {})
print(len(wide.__mro__), wide().w299)


class Meta(type):
    def __instancecheck__(cls, v):
        return isinstance(v, cls)

    def __subclasscheck__(cls, v):
        return issubclass(v, cls)


class M(metaclass=Meta):
    pass


for f in isinstance, issubclass:
    try:
        f(int, M)
    except RecursionError:
        print(f.__name__, 'RecursionError')
