class Typed:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):
        instance.__dict__[self.name] = int(value)


class Meta(type):
    def __prepare__(name, bases):
        return {'prepared': True}

    def __call__(cls, *args):
        made = super().__call__(*args)
        made.made = True
        return made


class Record(metaclass=Meta):
    size = Typed()

    def __init__(self, size):
        self.size = size

    def __getattr__(self, name):
        return name.upper()


r = Record('12')
print(r.size, r.made, Record.prepared, r.missing, vars(r), type(Record).__name__)
