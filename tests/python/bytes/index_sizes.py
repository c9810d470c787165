# Indices of every kind and size: what fits 64 bits is out of range, what does not cannot be an index.
class I:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


class B(int):
    pass


def attempt(work):
    try:
        return work()
    except (TypeError, IndexError) as e:
        return type(e).__name__, str(e)


KEYS = (True, False, B(2), B(-1), I(1), I(-4), 2**62, -2**62, 2**63 - 1, -2**63, 2**63, 2**100, -2**100, I(2**64), 1.5,
        None, "a")
for o in "abc", b"abc", bytearray(b"abc"), [1, 2, 3], (1, 2, 3), range(3), memoryview(bytearray(b"abc")):
    for key in KEYS:
        print(type(o).__name__, type(key).__name__, attempt(lambda: o[key]))
        if isinstance(o, (bytearray, list, memoryview)):
            print("  set", attempt(lambda: o.__setitem__(key, 97)), o.tolist() if isinstance(o, memoryview) else o)
