# The same key from two mappings after **, whatever it is; a mapping whose keys fail to compare.
def f(**kw):
    return kw

class Bad(str):
    def __hash__(self):
        raise ValueError("no hash")
class Mapping:
    def __init__(self, *names):
        self.names = names
    def keys(self):
        return self.names
    def __getitem__(self, name):
        return 1

for make in (lambda: f(**{1: 3}, **{1: 5}), lambda: f(**{1: 3}, **{2: 5}), lambda: f(**{1: 2}), lambda: f(**{"a": 1}, **{"a": 2}),
             lambda: f(**{None: 1}, **{"a": 2}), lambda: f(a=1, **Mapping("a")), lambda: f(**Mapping("a"), **Mapping("b", "a")),
             lambda: f(**{"a": 1}, **Mapping(Bad("a"))), lambda: f(**{"a": 1}, **Mapping([]))):
    try:
        print(make())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
