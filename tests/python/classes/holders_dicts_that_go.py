# A key that compares by program code gives a static or class method another __dict__ while an attribute is looked up,
# stored or deleted.
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


def attempt(name, work):
    try:
        print(name, work())
    except AttributeError as e:
        print(name, e)


for kind in staticmethod, classmethod:
    for name, work in (("get", lambda h: h.q), ("other", lambda h: hasattr(h, "r")), ("set", lambda h: setattr(h, "q", 1)),
                       ("del", lambda h: delattr(h, "q")), ("none", lambda h: delattr(h, "r"))):
        h = kind(len)
        h.__dict__ = {Key("q"): [5]}
        Key.change = lambda: setattr(h, "__dict__", {"s": 1})
        attempt(name, lambda: work(h))
