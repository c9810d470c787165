# f(*args, **kwargs) with every number of them around where the arguments no longer fit on the stack, with mappings of
# every kind, keys that occur twice or are no strs, and functions that change the dict while they run.
from collections import OrderedDict, UserDict


def f(*args, **kwargs):
    return args, kwargs


for n in range(0, 30):
    kwargs = {'k%d' % i: i for i in range(n)}
    for positional in (0, 1, 5, 11, 12, 13):
        args = tuple(range(positional))
        assert f(*args, **kwargs) == (args, kwargs) and f(*args, **kwargs)[1] is not kwargs
        assert f(*args, extra=1, **kwargs) == (args, {'extra': 1, **kwargs})
        assert f(*args, **kwargs, **{'extra': 2}) == (args, {**kwargs, 'extra': 2})
        assert list(f(**kwargs, x=0, **{'y': 1})[1]) == [*kwargs, 'x', 'y']


class Mapping:
    def keys(self):
        return ['a', 'b']

    def __getitem__(self, key):
        return key * 2


class Dict(dict):
    def keys(self):
        return ['own']

    def __getitem__(self, key):
        return 'item'


class Str(str):
    pass


for mapping in (Mapping(), Dict(a=1), OrderedDict(b=1, a=2), UserDict(c=3), {}, {Str('s'): 1}):
    print(f(**mapping)[1], f(x=1, **mapping)[1], {**mapping})

for source in ("f(a=1, **{'a': 2})", "f(**{'a': 1}, **{'a': 2})", "f(**{1: 2})", "f(**{'a': 1, 2: 3}, **{'a': 4})", "f(**{1: 2}, **{1: 3})",
               "f(**{(): 1})", "f(**{Str('a'): 1}, **{'a': 2})", "f(**None)", "f(**[('a', 1)])", "f(*1)", "len(**{'x': 1})",
               "print(**{'sep': 1, 'end': 2}, **{'sep': 3})", "f(a=1, **Mapping())", "f(own=1, **Dict())"):
    try:
        print(eval(source))
    except TypeError as e:
        print(source, e)


def clears(**kwargs):
    shared.clear()
    return kwargs


shared = {'a': [1], 'b': [2]}
print(clears(**shared), shared)
print('%(a)s %(a)5s|%(b)-6s|' % f(**{'a': 'x', 'b': 'y'})[1])
