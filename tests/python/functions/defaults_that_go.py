# A key of __kwdefaults__ that compares by program code gives the function other defaults while they are looked up.
import gc


class Key(str):
    change = None

    def __eq__(self, other):
        change, Key.change = Key.change, None
        if change:
            change()
            gc.collect()
            spoiled = [dict(a=i) for i in range(20)]
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def f(*, a=1, b=2):
    return a, b


def attempt(defaults, change):
    f.__kwdefaults__ = defaults
    Key.change = change
    try:
        print(f())
    except TypeError as e:
        print(e)


attempt({Key("a"): [1], "b": [2]}, lambda: setattr(f, "__kwdefaults__", {"a": 3, "b": [4]}))
attempt({Key("a"): [1], Key("b"): [2]}, lambda: setattr(f, "__kwdefaults__", None))
attempt({Key("a"): [1], "b": [2]}, lambda: f.__kwdefaults__.clear())
