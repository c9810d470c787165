class Base:
    kind = 'base'

    def __init_subclass__(cls, **options):
        cls.options = options

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value


class Slotted(Base, mark=1):
    __slots__ = ('a', 'b')

    def __init__(self, a):
        self.a = a
        self.b = super().kind

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)


s = Slotted.make(a=3)
s.name = 'n'
print(s.a, s.b, s.name, Slotted.options, Slotted.__mro__[1].__name__)
